// `tillit saml verify`: whether a SAML message or metadata would be accepted, by which check not, and what it says.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { type EntityDescriptor, judgeMetadata, type SignatureRule } from '../../base/saml/index.ts';
import { loadXml } from '../../base/xml/index.ts';
import { fault, instant } from './audit-place.ts';
import { type Command, type CommandIo, usedWrongly } from './command.ts';
import { judgeGivenMetadata, judgeGivenRequest, judgeGivenResponse, type SamlVerdict } from './saml-message.ts';
import { readWords } from './words.ts';

export const saml: Command = {
  name: 'saml',
  summary: 'Verify a SAML answer, request or metadata by the checks of the hub.',
  usage: [
    'saml verify --metadata FILE --sp ID --acs URL [--request-id ID] [--signs response|assertion|both]',
    '                   [--decryption-key FILE] [--entity ID] [--at TIME] [--json] [FILE]',
    '       saml verify --kind request --metadata FILE --sso URL [--entity ID] [--at TIME] [--json] [FILE]',
    '       saml verify --kind metadata [--key FILE] [--entity ID] [--at TIME] [--json] [FILE]',
    'FILE              the message: XML, base64, a posted form or a query; standard input when left out',
    '--metadata        of the other party, trusted as it is; --entity picks one of several',
    '--sp, --acs       who we are, and where the answer came in',
    '--request-id      the request that it must answer; without it, an answer to no request',
    '--signs           what the provider must sign; when left out, one of the two',
    '--decryption-key  our private key (PEM), where the assertion is encrypted',
    '--sso             where the request came in',
    '--key             certificate or public key (PEM) that the metadata must be signed with',
    '--at              a date or instant, UTC when it names no zone; now when left out',
    'Exit code 0: accepted. 1: refused. Nothing is fetched or stored, and no id is taken as used.',
  ].join('\n'),
  async run(args, io) {
    const words = readWords(args, options);
    if (!words.ok) return usedWrongly(saml, io, words.why);
    const [verb, file, ...more] = words.positionals;
    if (verb !== 'verify' || more.length > 0) return usedWrongly(saml, io, 'Say what to verify: one message.');
    const { values } = words;
    const needed = needs.get(values.kind ?? 'response');
    if (needed === undefined) return usedWrongly(saml, io, 'There is no such kind of message.');
    const missing = needed.filter((name) => values[name] === undefined);
    if (missing.length > 0) return usedWrongly(saml, io, `Also needed: --${missing.join(', --')}.`);
    if (values.signs !== undefined && !rules.includes(values.signs))
      return usedWrongly(saml, io, `--signs is one of ${rules.join(', ')}.`);
    await loadXml();
    const verdict = judged(bytesOf(file, io), values, io);
    for (const line of values.json === true ? [JSON.stringify(verdict)] : linesOf(verdict)) io.out(line);
    return verdict.accepted ? 0 : 1;
  },
};

const options = {
  kind: { type: 'string' },
  metadata: { type: 'string' },
  entity: { type: 'string' },
  sp: { type: 'string' },
  acs: { type: 'string' },
  sso: { type: 'string' },
  'request-id': { type: 'string' },
  signs: { type: 'string' },
  'decryption-key': { type: 'string' },
  key: { type: 'string' },
  at: { type: 'string' },
  json: { type: 'boolean' },
} as const;
type Values = { readonly [Name in keyof typeof options]?: (Name extends 'json' ? boolean : string) | undefined };

const rules: readonly string[] = ['response', 'assertion', 'both'] satisfies readonly SignatureRule[];
const needs: ReadonlyMap<string, readonly (keyof Values)[]> = new Map<string, readonly (keyof Values)[]>([
  ['response', ['metadata', 'sp', 'acs']],
  ['request', ['metadata', 'sso']],
  ['metadata', []],
]);

function judged(bytes: Buffer, values: Values, io: CommandIo): SamlVerdict {
  const now = instant(values.at, 'at')?.getTime() ?? systemClock();
  if (values.kind === 'metadata') {
    const keys = values.key === undefined ? [] : [keyIn(values.key, io, createPublicKey)];
    return judgeGivenMetadata(bytes, { keys, entityId: values.entity, now });
  }
  const other = entityIn(values.metadata ?? '', values.entity, now, io);
  const text = bytes.toString();
  if (values.kind === 'request')
    return judgeGivenRequest(text, { application: other, endpointUrl: values.sso ?? '', now });
  const decryptionKey = values['decryption-key'];
  return judgeGivenResponse(text, {
    provider: other,
    ownEntityId: values.sp ?? '',
    acsUrl: values.acs ?? '',
    requestId: values['request-id'],
    signs: values.signs as SignatureRule | undefined,
    decryptionKeys: decryptionKey === undefined ? [] : [keyIn(decryptionKey, io, createPrivateKey)],
    now,
  });
}

/** The one entity of a file of metadata, or the one that is named. */
function entityIn(file: string, entityId: string | undefined, now: number, io: CommandIo): EntityDescriptor {
  const verdict = judgeMetadata(bytesOf(file, io), { now, keys: [] });
  if (!verdict.accepted) throw fault(`${file} is no metadata that can be used: ${verdict.because} (${verdict.reason})`);
  const found = verdict.entities.filter((entity) => entityId === undefined || entity.entityId === entityId);
  const [entity, another] = found;
  if (entity === undefined) throw fault(`${file} does not describe that entity`);
  if (another !== undefined) throw fault(`${file} describes several entities: name one with --entity`);
  return entity;
}

function keyIn(file: string, io: CommandIo, read: (pem: Buffer) => KeyObject): KeyObject {
  const pem = bytesOf(file, io);
  try {
    return read(pem);
  } catch {
    // The parser's own words could hold some of the file.
    throw fault(`${file} is no key in PEM`);
  }
}

const mostBytes = 16 * 1024 * 1024;

function bytesOf(file: string | undefined, io: CommandIo): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === undefined || file === '-' ? 0 : resolve(io.cwd, file));
  } catch (error) {
    throw fault(
      `${file ?? 'standard input'} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (bytes.length > mostBytes) throw fault(`${file ?? 'standard input'} is too large`);
  return bytes;
}

function linesOf({ accepted, reason, because, ...facts }: SamlVerdict): readonly string[] {
  const head = accepted ? 'It is accepted.' : `It is NOT accepted: ${because} (${reason}).`;
  const said = Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name}  ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [head, ...(said.length > 0 ? ['It says:', ...said] : [])];
}
