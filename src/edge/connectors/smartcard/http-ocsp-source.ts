// Asks an OCSP responder over HTTP(S) (RFC 6960 A.1): by POST, bounded in time and size, and following no redirect.
import type { OcspSource } from '../../../core/trust/index.ts';
import { type FetchLimits, fetchOctets } from './fetch-octets.ts';

export const defaultOcspLimits: FetchLimits = { connectMs: 2_000, totalMs: 5_000, maxBytes: 64 * 1024 };

const reasons = {
  unreachable: 'ocspUnreachable',
  timeout: 'ocspTimeout',
  tooLarge: 'ocspTooLarge',
  status: 'ocspStatus',
} as const;

const mediaType = (contentType: string | undefined): string | undefined =>
  contentType?.split(';')[0]?.trim().toLowerCase();

/** A source over HTTP and HTTPS. The caller has decided that the URL may be asked; every failure is an answer. */
export function httpOcspSource(limits: FetchLimits = defaultOcspLimits): OcspSource {
  return {
    async ask(url, request) {
      const headers = { 'content-type': 'application/ocsp-request', accept: 'application/ocsp-response' };
      const answer = await fetchOctets(url, { headers, post: request }, limits);
      if (answer.kind === 'failed') return { kind: 'failed', reason: reasons[answer.fault] };
      if (answer.kind === 'notModified') return { kind: 'failed', reason: 'ocspStatus' };
      if (mediaType(answer.headers['content-type']) !== 'application/ocsp-response')
        return { kind: 'failed', reason: 'ocspType' };
      return { kind: 'bytes', der: answer.octets };
    },
  };
}
