// `tillit keys`: the master keys that seal what lies in the database, and their rotation.

import { addMasterKey, useNewestMasterKey } from '../../edge/keys/file/index.ts';
import { insertAudit } from '../../edge/store/hub/audit-insert.ts';
import { keyringFile } from '../hub/sealing.ts';
import { withAdminPlace } from './admin-place.ts';
import { type Command, usedWrongly } from './command.ts';
import { readPlace } from './place.ts';

const verbs = ['list', 'add-master', 'use-master'] as const;

export const keys: Command = {
  name: 'keys',
  summary: 'List the master keys and the signing keys; add a master key and let it seal.',
  usage: [
    'keys list | keys add-master | keys use-master',
    'list        ids and times; never a key',
    'add-master  makes a master key that opens but does not seal yet. Copy keys/master.json to the other hubs of this',
    '            database and restart each: from then on all of them can open what it will seal.',
    'use-master  lets the newest master key seal. Copy the file again and restart each hub. Older keys stay, because',
    '            they open what they sealed.',
  ].join('\n'),
  async run(args, io) {
    const [verb] = args;
    if (args.length !== 1 || !verbs.some((known) => known === verb))
      return usedWrongly(keys, io, `say ${verbs.join(' or ')}`);
    return await withAdminPlace(io, 'keys', async ({ pool, keyring, clock, who }) => {
      if (verb !== 'list') {
        const file = keyringFile(readPlace(io).dataFolder);
        const id = verb === 'add-master' ? addMasterKey(file) : useNewestMasterKey(file);
        await insertAudit(pool, [
          { kind: 'hub.keyRotated', at: clock(), outcome: 'ok', body: { masterKeyId: id, step: verb, by: who } },
        ]);
        io.out(
          verb === 'add-master'
            ? `master key ${id} opens from the next start on; when every hub has it, run: tillit keys use-master`
            : `master key ${id} seals from the next start on; copy keys/master.json to every hub and restart each`,
        );
        return 0;
      }
      io.out(
        `master keys, the one that seals first: ${[keyring.current, ...keyring.previous].map((key) => key.id).join(', ')}`,
      );
      const signing = await pool.query<{
        kid: string;
        issuer: string;
        algorithm: string;
        activate_at: Date;
        retire_at: Date;
      }>(
        'SELECT kid, issuer, algorithm, activate_at, retire_at FROM hub.signing_key ORDER BY issuer, algorithm, activate_at',
      );
      for (const key of signing.rows) {
        io.out(
          `${key.issuer}  ${key.algorithm}  ${key.kid}  signs ${key.activate_at.toISOString()} to ${key.retire_at.toISOString()}`,
        );
      }
      return 0;
    });
  },
};
