// `tillit pki verify`: whether a certificate would be accepted, by which check not, and by which path; one case or many.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { asProblem } from '../../base/problem.ts';
import { fault, instant } from './audit-place.ts';
import { type Command, type CommandIo, usedWrongly } from './command.ts';
import { linesOf } from './lines-of.ts';
import { judgeCase, type PkiCase, type PkiVerdict } from './pki-case.ts';
import { readWords } from './words.ts';

export const pki: Command = {
  name: 'pki',
  summary: 'Verify a certificate: path, policies, names and revocation (RFC 5280).',
  usage: [
    'pki verify --leaf FILE [--anchors FILE] [--intermediates FILE] [--crls FILE] [--ocsp FILE] [--at TIME]',
    '                  [--purpose person|any] [--usage OID,OID] [--initial-policy OID,OID]',
    '                  [--require-explicit-policy] [--inhibit-policy-mapping] [--inhibit-any-policy]',
    '                  [--revocation required|if-given|off] [--max-depth N] [--lenient] [--json]',
    '       pki verify --batch FILE|-',
    'FILE             PEM with any number of objects, or one in DER; each may be given several times; none when absent',
    '--at             a date or instant, UTC when it names no zone; now when left out',
    '--purpose        person (when left out): also what a card must be for; any: what RFC 5280 alone asks',
    '--usage          extended key usages that it must carry; clientAuth for a person when left out',
    '--revocation     required (when left out): unknown is refused; if-given: only of what is given',
    '--max-depth      most authorities between the certificate and its anchor',
    '--lenient        with any: do not hold CAs to RFC 5280 section 4 where section 6 does not',
    '--batch          one JSON object a line with the same members and texts inline, one line of answer each',
    'Exit code 0: judged, whatever the verdict. 1: there was something that is no case. Nothing is fetched or stored.',
  ].join('\n'),
  async run(args, io) {
    const words = readWords(args, options);
    if (!words.ok) return usedWrongly(pki, io, words.why);
    const { values, positionals } = words;
    if (positionals[0] !== 'verify' || positionals.length > 1)
      return usedWrongly(pki, io, 'Say what to verify: pki verify, then options.');
    if (values.batch !== undefined) return judgeBatch(values.batch, values, io);
    if (values.leaf === undefined) return usedWrongly(pki, io, 'Also needed: --leaf.');
    const verdict = judgeCase(caseOf({ ...values, ...filesIn(values, io) }));
    for (const line of values.json === true ? [JSON.stringify(verdict)] : linesFor(verdict)) io.out(line);
    return 0;
  },
};

type FileName = 'leaf' | 'anchors' | 'intermediates' | 'crls' | 'ocsp';

const eachFile = (read: (name: FileName) => readonly Buffer[]): Record<FileName, readonly Buffer[]> => ({
  leaf: read('leaf'),
  anchors: read('anchors'),
  intermediates: read('intermediates'),
  crls: read('crls'),
  ocsp: read('ocsp'),
});

const options = {
  leaf: { type: 'string', multiple: true },
  anchors: { type: 'string', multiple: true },
  intermediates: { type: 'string', multiple: true },
  crls: { type: 'string', multiple: true },
  ocsp: { type: 'string', multiple: true },
  at: { type: 'string' },
  purpose: { type: 'string' },
  usage: { type: 'string' },
  'initial-policy': { type: 'string' },
  'require-explicit-policy': { type: 'boolean' },
  'inhibit-policy-mapping': { type: 'boolean' },
  'inhibit-any-policy': { type: 'boolean' },
  revocation: { type: 'string' },
  'max-depth': { type: 'string' },
  lenient: { type: 'boolean' },
  batch: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const mostBytes = 64 * 1024 * 1024;

function filesIn(
  values: { readonly [Name in FileName]?: readonly string[] | undefined },
  io: CommandIo,
): Record<FileName, readonly Buffer[]> {
  const read = (file: string, name: FileName): Buffer => {
    let bytes: Buffer;
    try {
      bytes = readFileSync(resolve(io.cwd, file));
    } catch (error) {
      if (name !== 'leaf' && (error as { code?: unknown }).code === 'ENOENT') {
        io.err(`${file} is not there: as if nothing were given.`);
        return Buffer.alloc(0);
      }
      throw fault(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (bytes.length > mostBytes) throw fault(`${file} is too large`);
    return bytes;
  };
  return eachFile((name) => (values[name] ?? []).map((file) => read(file, name)));
}

/** Options beside `--batch` hold for every line that does not say otherwise. */
async function judgeBatch(file: string, usual: object, io: CommandIo): Promise<number> {
  let code = 0;
  const lines =
    file === '-' ? linesOf('standard input', process.stdin.setEncoding('utf8')) : linesOf(resolve(io.cwd, file));
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const answer = answerTo(line, usual);
    if ('error' in answer) code = 1;
    io.out(JSON.stringify(answer));
  }
  return code;
}

/** A line that is no case is answered in its place, and the rest is still judged. */
function answerTo(line: string, usual: object): object {
  let id: unknown;
  try {
    const members = JSON.parse(line) as Record<string, unknown> | null;
    if (typeof members !== 'object' || members === null || Array.isArray(members)) throw fault('not a JSON object');
    id = members.id;
    if (members.leaf === undefined) throw fault('leaf is missing');
    const verdict = judgeCase(caseOf({ ...usual, ...members, ...textsIn(members) }));
    return id === undefined ? verdict : { id, ...verdict };
  } catch (thrown) {
    const error = thrown instanceof SyntaxError ? 'not JSON' : (asProblem(thrown).detail ?? 'no case');
    return { ...(id === undefined ? {} : { id }), accepted: false, path: [], error };
  }
}

/** PEM texts as members hold them, or one object in base64 of DER: a text or a list of texts each. */
function textsIn(members: Readonly<Record<string, unknown>>): Record<FileName, readonly Buffer[]> {
  const bytesOf = (name: FileName, text: unknown): Buffer => {
    if (typeof text !== 'string') throw fault(`${name} is a text or a list of texts`);
    if (text.includes('-----BEGIN ')) return Buffer.from(text, 'latin1');
    if (!/^[A-Za-z0-9+/=\s]*$/.test(text)) throw fault(`${name} is neither PEM nor base64`);
    return Buffer.from(text, 'base64');
  };
  const of = (name: FileName): readonly Buffer[] => {
    const value = members[name] ?? [];
    return (Array.isArray(value) ? value : [value]).map((text: unknown) => bytesOf(name, text));
  };
  return eachFile(of);
}

const revocationModes: Readonly<Record<string, PkiCase['revocation']>> = {
  required: 'required',
  'if-given': 'ifGiven',
  off: 'off',
};

/** `initial-policy` is also known as `initialPolicy` and `initial_policy`: JSON is often written so. */
const plain = (name: string): string => name.replaceAll(/[-_]/g, '').toLowerCase();

function caseOf(given: Readonly<Record<string, unknown>> & Record<FileName, readonly Buffer[]>): PkiCase {
  const members = new Map(Object.entries(given).map(([name, value]) => [plain(name), value ?? undefined]));
  const member = (name: string): unknown => members.get(plain(name));
  const text = (name: string): string | undefined => {
    const value = member(name);
    if (value !== undefined && typeof value !== 'string') throw fault(`${name} is a text`);
    return value;
  };
  const flag = (name: string): boolean => {
    const value = member(name) ?? false;
    if (typeof value !== 'boolean') throw fault(`${name} is true or false`);
    return value;
  };
  const purpose = text('purpose') ?? 'person';
  if (purpose !== 'person' && purpose !== 'any') throw fault('purpose is person or any');
  const mode = text('revocation') ?? 'required';
  const revocation = Object.hasOwn(revocationModes, mode) ? revocationModes[mode] : undefined;
  if (revocation === undefined) throw fault('revocation is required, if-given or off');
  const depth = member('max-depth');
  const mostAuthorities = depth === undefined ? undefined : Number(depth);
  if (
    mostAuthorities !== undefined &&
    !(Number.isInteger(mostAuthorities) && mostAuthorities >= 0 && mostAuthorities <= 16)
  )
    throw fault('max-depth is a number from 0 to 16');
  return {
    ...eachFile((name) => given[name]),
    at: instant(text('at'), 'at')?.getTime() ?? systemClock(),
    purpose,
    usages: oidsIn(member('usage'), 'usage'),
    initialPolicies: oidsIn(member('initial-policy'), 'initial-policy'),
    requireExplicitPolicy: flag('require-explicit-policy'),
    inhibitPolicyMapping: flag('inhibit-policy-mapping'),
    inhibitAnyPolicy: flag('inhibit-any-policy'),
    revocation,
    lenient: flag('lenient'),
    mostAuthorities,
  };
}

function oidsIn(value: unknown, name: string): readonly string[] {
  const words = typeof value === 'string' ? value.split(',').map((oid) => oid.trim()) : (value ?? []);
  const listed: unknown = value === '' ? [] : words;
  const isOid = (oid: unknown): oid is string => typeof oid === 'string' && /^[0-2](\.\d+)+$/.test(oid);
  if (!Array.isArray(listed) || !listed.every(isOid)) throw fault(`${name} is a list of object identifiers`);
  return listed;
}

function linesFor({ accepted, reason, clause, because, path, policies }: PkiVerdict): readonly string[] {
  return [
    accepted ? 'It is accepted.' : `It is NOT accepted: ${because} (${reason}; ${clause}).`,
    ...(path.length === 0 ? [] : ['Path, by SHA-256, the certificate first:', ...path.map((each) => `  ${each}`)]),
    ...(policies === undefined || policies.length === 0 ? [] : [`Policies: ${policies.join(', ')}`]),
  ];
}
