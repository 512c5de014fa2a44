// Puts in what an entry names by file: certificates, key sets, logos, client secrets. The entry knows where its files are.
import { extname } from 'node:path';
import { pathText } from '../../../base/schema/index.ts';
import { type Keyring, open, seal } from '../../../base/sealing/index.ts';
import { Secret } from '../../../base/secret.ts';
import type { Hashing } from '../../../edge/connectors/password/index.ts';
import {
  domainSecretPurpose,
  issuerKeyPurpose,
  issuerSecretPurpose,
  preconditionSecretPurpose,
  sourceKeyPurpose,
  sourceSecretPurpose,
  targetSecretPurpose,
  upstreamSecretPurpose,
} from '../sealing.ts';
import type { Entry, FileProblem } from './entry.ts';

const leastSecret = 32;

/** A value with everything put in, or what could not be read. */
export type Resolved =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

type Path = readonly (string | number)[];
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Replaces every `{file: path}` by what the file holds, in the form that its place needs. */
export function resolveFiles(entry: Entry): Resolved {
  const problems: FileProblem[] = [];
  const walk = (value: unknown, path: Path): unknown => {
    if (Array.isArray(value)) return value.map((item, at) => walk(item, [...path, at]));
    if (!isRecord(value)) return value;
    const { file } = value;
    if (typeof file === 'string' && Object.keys(value).length === 1) {
      try {
        return contentFor(path, entry.read(file), file);
      } catch (error) {
        problems.push(entry.problem([...path, 'file'], error instanceof Error ? error.message : String(error)));
        return undefined;
      }
    }
    return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, walk(own, [...path, name])]));
  };
  const value = walk(entry.value, []);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value };
}

const certificatePlace =
  /^((anchors|intermediates)\[\d+\]|(saml\.)?keys\.(signing|encryption)\[\d+\]|signers\[\d+\]\.certificate|((directory|domain|service|ask)\.)?tlsAuthorities\[\d+\]|signer|client\.certificate)$/;

function contentFor(path: Path, bytes: Buffer, name: string): unknown {
  const place = pathText(path);
  if (place === 'from.document' || place === 'saml.metadata') return bytes.toString('utf8');
  if (certificatePlace.test(place)) {
    const text = bytes.toString('utf8');
    return text.includes('-----BEGIN CERTIFICATE-----') ? text : pemOf(bytes);
  }
  if (place === 'authentication.jwks') {
    try {
      return JSON.parse(bytes.toString('utf8'));
    } catch {
      throw new Error(`${name} is not a JWK set in JSON`);
    }
  }
  if (place === 'metadata') return bytes.toString('utf8');
  if (place === 'logo') {
    const type = { '.png': 'png', '.svg': 'svg+xml' }[extname(name).toLowerCase()];
    if (!type) throw new Error('write the name of a .png or .svg file');
    return `data:image/${type};base64,${bytes.toString('base64')}`;
  }
  throw new Error('a file can be named for certificates, authentication.jwks, from.document, metadata and logo');
}

const pemOf = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;

/** The secret of a named file, or what is wrong with it. */
function readSecret(
  entry: Entry,
  name: string,
  at: readonly string[],
): { readonly ok: true; readonly secret: Secret<string> } | Extract<Resolved, { ok: false }> {
  try {
    const text = entry.read(name).toString('utf8');
    return { ok: true, secret: new Secret(text.replace(/\r?\n$/, '')) };
  } catch (error) {
    return { ok: false, problems: [entry.problem(at, error instanceof Error ? error.message : String(error))] };
  }
}

/**
 * `authentication.secretFile` becomes `secretHash`. The stored hash is kept when it is of the same secret, so that
 * applying again changes nothing.
 */
export async function resolveSecret(
  entry: Entry,
  value: unknown,
  storedHash: string | undefined,
  hashing: Hashing,
): Promise<Resolved> {
  const authentication = isRecord(value) ? value.authentication : undefined;
  if (!isRecord(authentication) || typeof authentication.secretFile !== 'string') return { ok: true, value };
  const { secretFile, ...rest } = authentication;
  const at = ['authentication', 'secretFile'];
  const read = readSecret(entry, secretFile, at);
  if (!read.ok) return read;
  const { secret } = read;
  if (secret.reveal().length < leastSecret) {
    return {
      ok: false,
      problems: [entry.problem(at, `a client secret needs at least ${leastSecret} random characters`)],
    };
  }
  const kept = storedHash !== undefined && (await hashing.verify(storedHash, secret));
  const secretHash = kept ? storedHash : await hashing.hash(secret);
  return { ok: true, value: { ...(value as object), authentication: { ...rest, secretHash } } };
}

/**
 * `upstream.authentication.secretFile` becomes `sealedSecret`: what another gave us must be known again, so it is sealed
 * and not hashed. The stored seal is kept when it is of the same secret.
 */
export function sealUpstreamSecret(
  entry: Entry,
  value: unknown,
  storedSeal: string | undefined,
  keyring: Keyring,
): Resolved {
  const upstream = isRecord(value) ? value.upstream : undefined;
  const authentication = isRecord(upstream) ? upstream.authentication : undefined;
  if (!isRecord(upstream) || !isRecord(authentication) || typeof authentication.secretFile !== 'string')
    return { ok: true, value };
  const { secretFile, ...rest } = authentication;
  const read = readSecret(entry, secretFile, ['upstream', 'authentication', 'secretFile']);
  if (!read.ok) return read;
  const { id } = value as { readonly id?: unknown };
  const sealedSecret = sealedAgain(read.secret, upstreamSecretPurpose, String(id), storedSeal, keyring);
  return {
    ok: true,
    value: { ...(value as object), upstream: { ...upstream, authentication: { ...rest, sealedSecret } } },
  };
}

/** The stored seal when it is of the same secret, so that applying again changes nothing; else a new one. */
function sealedAgain(
  secret: Secret<string>,
  purpose: string,
  context: string,
  stored: string | undefined,
  keyring: Keyring,
): string {
  const bytes = Buffer.from(secret.reveal(), 'utf8');
  const held = stored === undefined ? undefined : open(keyring, purpose, context, Buffer.from(stored, 'base64'));
  return stored !== undefined && held?.ok === true && held.bytes.equals(bytes)
    ? stored
    : seal(keyring, purpose, context, bytes).toString('base64');
}

const secretParts = {
  certificateIssuer: [
    { part: 'client', file: 'keyFile', sealed: 'sealedKey', purpose: issuerKeyPurpose },
    { part: 'shared', file: 'secretFile', sealed: 'sealedSecret', purpose: issuerSecretPurpose },
  ],
  accountTarget: [
    { part: 'directory', file: 'passwordFile', sealed: 'sealedPassword', purpose: targetSecretPurpose },
    { part: 'service', file: 'tokenFile', sealed: 'sealedToken', purpose: targetSecretPurpose },
  ],
  precondition: [{ part: 'ask', file: 'tokenFile', sealed: 'sealedToken', purpose: preconditionSecretPurpose }],
  personSource: [
    { part: 'client', file: 'keyFile', sealed: 'sealedKey', purpose: sourceKeyPurpose },
    { part: 'bind', file: 'passwordFile', sealed: 'sealedPassword', purpose: sourceSecretPurpose },
  ],
  provider: [{ part: 'domain', file: 'passwordFile', sealed: 'sealedPassword', purpose: domainSecretPurpose }],
} as const;

/** The key files, secret files and password files of these kinds become sealed, as an upstream's secret does. */
export function sealSecretParts(
  kind: keyof typeof secretParts,
  entry: Entry,
  value: unknown,
  before: unknown,
  keyring: Keyring,
): Resolved {
  let resolved = value;
  for (const { part, file, sealed, purpose } of secretParts[kind]) {
    const own = isRecord(resolved) ? resolved[part] : undefined;
    if (!isRecord(resolved) || !isRecord(own) || typeof own[file] !== 'string') continue;
    const { [file]: name, ...rest } = own;
    const read = readSecret(entry, String(name), [part, file]);
    if (!read.ok) return read;
    const stored = isRecord(before) && isRecord(before[part]) ? before[part][sealed] : undefined;
    const context = String(resolved['id']);
    const seal = sealedAgain(read.secret, purpose, context, typeof stored === 'string' ? stored : undefined, keyring);
    resolved = { ...resolved, [part]: { ...rest, [sealed]: seal } };
  }
  return { ok: true, value: resolved };
}
