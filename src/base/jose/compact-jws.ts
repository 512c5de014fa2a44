// A compact JWS (RFC 7515 section 7.1) as a typed value, before anyone has checked its signature.
import { decodeBase64url } from './base64url.ts';
import { type JsonFault, type JsonObject, parseJsonObject } from './strict-json.ts';

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

  const headerBytes = decodeBase64url(token.slice(0, first));
  const payload = decodeBase64url(token.slice(first + 1, second));
  const signature = decodeBase64url(token.slice(second + 1));
  if (headerBytes === undefined || payload === undefined || signature === undefined) return fault('notBase64url');
  if (signature.length === 0) return fault('noSignature');

  const header = parseJsonObject(headerBytes);
  if (!header.ok) return fault(`header.${header.reason}`);
  if ('crit' in header.value || 'b64' in header.value) return fault('criticalExtension');
  if (!isJwsHeader(header.value)) return fault('headerMember');
  return {
    ok: true,
    jws: { header: header.value, payload, signingInput: Buffer.from(token.slice(0, second), 'latin1'), signature },
  };
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
