// `tillit keys`: the master keys that seal what lies in the database, and their rotation.

import { rotateKeyring } from '../../edge/keys/file/index.ts';
import { insertAudit } from '../../edge/store/hub/audit-insert.ts';
import { keyringFile } from '../hub/sealing.ts';
import { withAdminPlace } from './admin-place.ts';
import { type Command, usedWrongly } from './command.ts';
import { readPlace } from './place.ts';

export const keys: Command = {
  name: 'keys',
  summary: 'List the master keys and the signing keys, or put a new master key first.',
  usage: [
    'keys list | keys rotate-master',
    'list            ids and times; never a key',
    'rotate-master   makes a new master key; older ones stay, because they open what they sealed.',
    '                Copy keys/master.json to the other hubs of this database, then restart each.',
  ].join('\n'),
  async run(args, io) {
    const [verb] = args;
    if (args.length !== 1 || (verb !== 'list' && verb !== 'rotate-master'))
      return usedWrongly(keys, io, 'say list or rotate-master');
    return await withAdminPlace(io, 'keys', async ({ pool, keyring, clock, who }) => {
      if (verb === 'rotate-master') {
        const id = rotateKeyring(keyringFile(readPlace(io).dataFolder));
        await insertAudit(pool, [
          { kind: 'hub.keyRotated', at: clock(), outcome: 'ok', body: { masterKeyId: id, by: who } },
        ]);
        io.out(`master key ${id} is first now; restart every hub of this database with this file`);
        return 0;
      }
      io.out(`master keys, newest first: ${[keyring.current, ...keyring.previous].map((key) => key.id).join(', ')}`);
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
