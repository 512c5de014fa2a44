// `tillit registers …`: the register files of organisations and health personnel, checked, taken in and printed.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Problem } from '../../base/problem.ts';
import {
  loadRegister,
  type RegisterData,
  readRegisterText,
  registerNames,
  registerText,
  saveRegisters,
} from '../../edge/sources/register-files/index.ts';
import { insertAudit, inTransaction } from '../../edge/store/hub/audit-insert.ts';
import { registersFolder } from '../hub/registers.ts';
import { withAdminPlace } from './admin-place.ts';
import { type Command, type CommandIo, usedWrongly } from './command.ts';
import { readPlace } from './place.ts';
import { readWords } from './words.ts';

const mostBytes = 256 * 1024 * 1024;

export const registers: Command = {
  name: 'registers',
  summary: 'Check, take in or print the registers of organisations and health personnel.',
  usage: [
    'registers check FILE | apply FILE | export [--personal-numbers]',
    'check   says whether FILE is right; changes nothing',
    'apply   puts its sections (organisations, professionals) in the place of what there was',
    'export  prints what there is, as a file that applies as no change',
    '--personal-numbers  with health personnel, whose national numbers are in it',
    'Running hubs take a change at once. With TILLIT_REGISTERS_URL a service is asked instead. Audited.',
  ].join('\n'),
  async run(args, io) {
    const words = readWords(args, { 'personal-numbers': { type: 'boolean' } });
    if (!words.ok) return usedWrongly(registers, io, words.why);
    const [verb, file, ...more] = words.positionals;
    if (verb === 'export' && file === undefined) return print(io, words.values['personal-numbers'] === true);
    if ((verb !== 'check' && verb !== 'apply') || file === undefined || more.length > 0)
      return usedWrongly(registers, io, 'Say check FILE, apply FILE or export.');
    const path = resolve(io.cwd, file);
    const bytes = read(path);
    const reading = readRegisterText(bytes.toString('utf8'));
    if (!reading.ok) {
      for (const fault of reading.faults) io.err(`${basename(path)}: ${fault}`);
      return 1;
    }
    if (verb === 'apply') await take(io, { name: basename(path), bytes, data: reading.data });
    for (const name of registerNames)
      if (reading.data[name] !== undefined) io.out(`${name}: ${reading.data[name].length}`);
    return 0;
  },
};

function read(path: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new Problem({ kind: 'invalid', code: 'invalid', detail: `${path} cannot be read`, cause });
  }
  if (bytes.length > mostBytes) throw new Problem({ kind: 'invalid', code: 'invalid', detail: `${path} is too large` });
  return bytes;
}

/** The trail is written first: what cannot be told is not done. */
async function take(io: CommandIo, given: { name: string; bytes: Buffer; data: RegisterData }): Promise<void> {
  const { name, bytes, data } = given;
  await withAdminPlace(io, 'registers', async ({ pool, clock, who }) => {
    const body = {
      who,
      what: 'registers',
      files: [{ name, sha256: createHash('sha256').update(bytes).digest('hex') }],
      counts: Object.fromEntries(registerNames.map((each) => [each, data[each]?.length])),
    };
    await inTransaction(pool, (client) =>
      insertAudit(client, [{ kind: 'admin.applied', at: clock(), outcome: 'ok', body }]),
    );
    await saveRegisters(registersFolder(readPlace(io)), data);
  });
}

async function print(io: CommandIo, personal: boolean): Promise<number> {
  const folder = registersFolder(readPlace(io));
  if (personal)
    await withAdminPlace(io, 'registers', ({ pool, clock, who }) =>
      inTransaction(pool, (client) =>
        insertAudit(client, [
          {
            kind: 'admin.exported',
            at: clock(),
            outcome: 'ok',
            body: { who, what: 'registers', personalNumbers: true },
          },
        ]),
      ),
    );
  const organisations = await loadRegister(folder, 'organisations');
  const professionals = personal ? await loadRegister(folder, 'professionals') : undefined;
  io.out(registerText({ ...organisations, ...professionals }).trimEnd());
  return 0;
}
