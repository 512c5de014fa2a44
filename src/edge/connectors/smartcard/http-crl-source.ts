// Fetches a revocation list over HTTP(S): bounded in connect time, whole time and size, and following no redirect.
import type { IncomingHttpHeaders } from 'node:http';
import type { CrlFailure, CrlSource } from '../../../core/trust/index.ts';
import { type FetchLimits, fetchOctets } from './fetch-octets.ts';

export const defaultCrlLimits: FetchLimits = { connectMs: 2_000, totalMs: 10_000, maxBytes: 32 * 1024 * 1024 };

const reasons = {
  unreachable: 'crlUnreachable',
  timeout: 'crlTimeout',
  tooLarge: 'crlTooLarge',
  status: 'crlStatus',
} as const satisfies Record<string, CrlFailure>;

const header = (headers: IncomingHttpHeaders, name: 'etag' | 'last-modified'): string | undefined => {
  const value = headers[name];
  return value !== undefined && value.length <= 256 ? value : undefined;
};

/** A source over HTTP and HTTPS. The caller has decided that the URL may be asked; every failure is an answer. */
export function httpCrlSource(limits: FetchLimits = defaultCrlLimits): CrlSource {
  return {
    async fetch(url, known) {
      const headers: Record<string, string> = { accept: 'application/pkix-crl' };
      if (known.etag !== undefined) headers['if-none-match'] = known.etag;
      else if (known.lastModified !== undefined) headers['if-modified-since'] = known.lastModified;
      const answer = await fetchOctets(url, { headers }, limits);
      if (answer.kind === 'failed') return { kind: 'failed', reason: reasons[answer.fault] };
      if (answer.kind === 'notModified') return answer;
      return {
        kind: 'bytes',
        der: answer.octets,
        etag: header(answer.headers, 'etag'),
        lastModified: header(answer.headers, 'last-modified'),
      };
    },
  };
}
