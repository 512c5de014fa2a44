// What a binding carries and in which text: base64, strictly, and DEFLATE with a bound on what comes out.
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Whether a message asks or answers: the name of the parameter that carries it. */
export type MessageParameter = 'SAMLRequest' | 'SAMLResponse';

/** A message by POST has at most so many bytes; encrypted answers with pictures of nobody are still smaller. */
export const mostMessageBytes = 512 * 1024;
/** A message in an address has at most so many bytes when it is inflated. */
export const mostInflatedBytes = 64 * 1024;
/** SAML Bindings 3.4.3, 3.5.3: RelayState MUST NOT exceed 80 bytes; others break this, so only what we make is held to it. */
export const mostRelayStateBytes = 80;
/** What we take from others, who write addresses in it. */
export const mostForeignRelayStateBytes = 2048;

/** Bytes of base64 in its only right spelling, or undefined. Line ends between are allowed (RFC 2045 6.8). */
export function decodeBase64(text: string, mostBytes: number = mostMessageBytes): Buffer | undefined {
  if (text.length > mostBytes * 1.5 + 4) return undefined;
  const joined = text.replace(/[\r\n]/g, '');
  const bytes = Buffer.from(joined, 'base64');
  // Written again it must be the same: cheaper than a pattern over the whole text, and as strict.
  if (joined === '' || bytes.toString('base64') !== joined) return undefined;
  return bytes.length > mostBytes ? undefined : bytes;
}

export const encodeBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** SAML Bindings 3.4.4.1: DEFLATE (RFC 1951) without a header. */
export const deflate = (bytes: Buffer): Buffer => deflateRawSync(bytes);

/** What was deflated, or undefined when it is not that, goes on after its end, or would be larger than `mostBytes`. */
export function inflate(bytes: Buffer, mostBytes: number = mostInflatedBytes): Buffer | undefined {
  try {
    const { buffer, engine } = inflateRawSync(bytes, { maxOutputLength: mostBytes, info: true }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    return engine.bytesWritten === bytes.length ? buffer : undefined;
  } catch {
    return undefined;
  }
}
