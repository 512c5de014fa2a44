// Keeps secrets, whole tokens and personal numbers out of the trail: what looks like one is replaced, and the place is named.
import type { AuditKind } from '../../wire/codes/index.ts';
import { holdsPersonalNumber, isPersonalNumber } from './personal-number.ts';

/** What stands where something was taken out. */
export const removedMark = '[removed]';
/** What ends a string that was too long. */
export const cutMark = '[cut]';
const longestString = 4096;
const deepest = 12;

/**
 * Kinds whose events may hold a personal number, because they mean nothing without it. There is none today: people are
 * named by the hub's own id, strangers by the namespaces of what they proved. A kind added here goes into docs/privacy.md.
 */
export const personalNumberKinds: ReadonlySet<AuditKind> = new Set<AuditKind>();

const alwaysSecret = new Set(['password', 'passwd', 'passphrase', 'secret', 'private', 'pin', 'credential', 'otp']);
const secretLast = new Set([
  ...alwaysSecret,
  'token',
  'assertion',
  'code',
  'cookie',
  'verifier',
  'authorization',
  'jwt',
]);
/** What may stand before `code` and makes it a plain code of ours or of a protocol. */
const plainCodes = new Set(['reason', 'error', 'status', 'country', 'exit', 'problem']);
/** Last words that make a name of a secret thing a fact about it: `tokenId`, `passwordChangedAt`. */
const aboutIt = new Set(['id', 'ids', 'hash', 'type', 'kind', 'at', 'seconds', 'count', 'length', 'expires', 'format']);
/** Private members of a JWK (RFC 7518 6.2.2, 6.3.2, 6.4; RFC 8037 2). */
const privateJwk = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']);

const decided = new Map<string, boolean>();

/** True when a member of this name holds a secret. */
export function isSecretName(name: string): boolean {
  const known = decided.get(name);
  if (known !== undefined) return known;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => (secretLast.has(word.replace(/s$/, '')) ? word.replace(/s$/, '') : word));
  const last = words.at(-1) ?? '';
  const before = words.at(-2) ?? '';
  const plain = last === 'code' && plainCodes.has(before);
  const secret = !aboutIt.has(last) && !plain && (secretLast.has(last) || words.some((word) => alwaysSecret.has(word)));
  if (decided.size < 2000) decided.set(name, secret);
  return secret;
}

// Compact JWS and JWE (RFC 7515 7.1, RFC 7516 7.1): the header's text begins `{"`, in base64url `eyJ`.
const compact = /eyJ[\w-]{4,}\.[\w-]*\.[\w-]*/;
const authorizationValue = /\b(?:Bearer|DPoP|Basic|Negotiate) [\w.~+/=-]{8,}/i;
const assertion = /<(?:\w+:)?(?:Encrypted)?Assertion[\s>]/i;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** True when a text looks like a token, a private key or an Authorization value. Plain searches come first: this is on the hot path. */
export const looksLikeToken = (text: string): boolean =>
  text.length >= 8 &&
  ((text.includes('eyJ') && compact.test(text)) ||
    (text.includes(' ') && authorizationValue.test(text)) ||
    (text.includes('<') && assertion.test(text)) ||
    (text.includes('-----B') && privateKey.test(text)));

/** Where we are, as a chain that is turned into text only when something is taken out. */
interface Place {
  readonly above: Place | undefined;
  readonly name: string;
}

const pathOf = ({ above, name }: Place): string => (above === undefined ? name : `${pathOf(above)}${name}`);

/** What is allowed, and where what was taken out is noted (`body.client.secret`). */
export interface Cleaning {
  readonly numbersAllowed: boolean;
  readonly removed: string[];
}

/** A value without what may not be in the trail. */
export const withoutSecrets = (value: unknown, path: string, cleaning: Cleaning): unknown =>
  clean(value, { above: undefined, name: path }, 0, cleaning);

/** The same for one text. */
export const textWithoutSecrets = (text: string, path: string, cleaning: Cleaning): string =>
  cleanText(text, { above: undefined, name: path }, cleaning);

function clean(value: unknown, path: Place, depth: number, cleaning: Cleaning): unknown {
  if (typeof value === 'string') return cleanText(value, path, cleaning);
  if (typeof value === 'number') {
    return !cleaning.numbersAllowed && isPersonalNumber(value) ? takeOut(path, cleaning) : value;
  }
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return clean(String(value), path, depth, cleaning);
  // Boxes such as Secret, Buffer and Map say by toJSON what they want shown; anything else that is no plain data goes.
  if (typeof value !== 'object' || depth >= deepest || value instanceof Uint8Array) return takeOut(path, cleaning);
  if (Array.isArray(value))
    return value.map((item, at) => clean(item, { above: path, name: `[${at}]` }, depth + 1, cleaning));
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return clean(toJSON.call(value), path, depth + 1, cleaning);
  return cleanObject(value as Readonly<Record<string, unknown>>, path, depth, cleaning);
}

function cleanObject(given: Readonly<Record<string, unknown>>, path: Place, depth: number, cleaning: Cleaning) {
  const isJwk = 'kty' in given;
  const kept: Record<string, unknown> = Object.create(null);
  for (const name of Object.keys(given)) {
    const member = given[name];
    if (member === undefined) continue;
    const safeName = cleanText(name, { above: path, name: '.?' }, cleaning);
    const at: Place = { above: path, name: `.${safeName}` };
    const secret = isSecretName(name) || (isJwk && privateJwk.has(name));
    const harmless = member === null || typeof member === 'boolean';
    kept[safeName] = secret && !harmless ? takeOut(at, cleaning) : clean(member, at, depth + 1, cleaning);
  }
  return kept;
}

function cleanText(text: string, path: Place, cleaning: Cleaning): string {
  if (looksLikeToken(text)) return takeOut(path, cleaning);
  if (!cleaning.numbersAllowed && holdsPersonalNumber(text)) return takeOut(path, cleaning);
  if (text.length <= longestString) return text;
  cleaning.removed.push(pathOf(path));
  return `${text.slice(0, longestString)}${cutMark}`;
}

function takeOut(path: Place, cleaning: Cleaning): typeof removedMark {
  cleaning.removed.push(pathOf(path));
  return removedMark;
}
