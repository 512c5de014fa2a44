// A compact JWS (RFC 7515 section 7.1) as a typed value, before anyone has checked its signature.
import { LRUCache } from 'lru-cache';
import { decodeBase64url } from './base64url.ts';
import { hasPrivateMember } from './jwk.ts';
import { isJsonObject, type JsonFault, type JsonObject, parseJsonObject } from './strict-json.ts';

export interface JwsHeader extends JsonObject {
  readonly alg: string;
  readonly kid?: string;
  readonly typ?: string;
}

/** Parsed, not verified: nothing in it may be believed yet. */
export interface CompactJws {
  readonly header: JwsHeader;
  readonly payload: Buffer;
  /** The ASCII bytes that the signature covers: `header.payload` as sent. */
  readonly signingInput: Buffer;
  readonly signature: Buffer;
}

export type JwsFault =
  | 'tooLong'
  | 'notThreeParts'
  | 'notBase64url'
  | 'noSignature'
  | 'headerMember'
  | 'criticalExtension'
  | `header.${JsonFault}`;
export type JwsParse =
  | { readonly ok: true; readonly jws: CompactJws }
  | { readonly ok: false; readonly reason: JwsFault };

const defaultMaxLength = 16_384;
const longestKeyId = 512;

/**
 * Parses a compact JWS: exactly three canonical base64url parts, a JSON object header with a string `alg`, no
 * member twice. `crit` and `b64` are refused outright (RFC 7515 4.1.11: we understand no extension). `maxLength`
 * counts characters. An encrypted token (five parts) is refused here, so it cannot go round an algorithm policy.
 */
export function parseCompactJws(token: string, limits: { readonly maxLength?: number } = {}): JwsParse {
  if (typeof token !== 'string' || token.length > (limits.maxLength ?? defaultMaxLength)) return fault('tooLong');
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (first < 1 || second < 0 || token.indexOf('.', second + 1) >= 0) return fault('notThreeParts');

  const header = readHeader(token.slice(0, first));
  const payload = decodeBase64url(token.slice(first + 1, second));
  const signature = decodeBase64url(token.slice(second + 1));
  if (header === 'notBase64url' || payload === undefined || signature === undefined) return fault('notBase64url');
  if (signature.length === 0) return fault('noSignature');
  if (typeof header === 'string') return fault(header);
  return {
    ok: true,
    jws: { header, payload, signingInput: Buffer.from(token.slice(0, second), 'latin1'), signature },
  };
}

/**
 * Headers that were read, by their exact text: a client sends the same one with each assertion, and with each proof
 * of one key. Reading depends on nothing but the text; faults are not kept. At most a few megabytes.
 */
const known = new LRUCache<string, JwsHeader>({ max: 4000 });
const longestKnown = 1024;

function readHeader(text: string): JwsHeader | JwsFault {
  const found = known.get(text);
  if (found !== undefined) return found;
  const bytes = decodeBase64url(text);
  if (bytes === undefined) return 'notBase64url';
  const read = parseJsonObject(bytes);
  if (!read.ok) return `header.${read.reason}`;
  const header = read.value;
  if ('crit' in header || 'b64' in header) return 'criticalExtension';
  if (!isJwsHeader(header)) return 'headerMember';
  if (text.length <= longestKnown && !holdsPrivateKey(header)) {
    // A copy of the text: a slice would keep the whole token, and the request that it came in, in memory.
    known.set(Buffer.from(text, 'latin1').toString('latin1'), deepFreeze(header));
  }
  return header;
}

/** A client's private key that came by mistake is not kept. */
const holdsPrivateKey = ({ jwk }: JwsHeader): boolean => isJsonObject(jwk) && hasPrivateMember(jwk);

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}

/**
 * A `typ` or `cty` in the form to compare: RFC 7515 4.1.9 lets a sender leave out `application/`, and media types
 * do not tell case apart.
 */
export function mediaType(typ: string): string {
  const lower = typ.toLowerCase();
  return lower.startsWith('application/') ? lower.slice('application/'.length) : lower;
}

function isJwsHeader(header: JsonObject): header is JwsHeader {
  const { alg, kid, typ } = header;
  return (
    typeof alg === 'string' &&
    (kid === undefined || (typeof kid === 'string' && kid.length <= longestKeyId)) &&
    (typ === undefined || typeof typ === 'string')
  );
}

function fault(reason: JwsFault): JwsParse {
  return { ok: false, reason };
}
