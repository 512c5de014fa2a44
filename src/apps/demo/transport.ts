// HTTPS of the demo's programs: strict TLS, bounded bodies.
import type { IncomingMessage } from 'node:http';

/** RFC 9325 4.2: the suites that it recommends for TLS 1.2, after those of TLS 1.3. */
export const bcp195 = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
  ].join(':'),
} as const;

const mostBodyBytes = 65_536;

/** The body of a request. Rejects when it is larger than any that is meant for the demo. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > mostBodyBytes) throw new Error('the request is too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
