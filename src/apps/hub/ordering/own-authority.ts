// The hub's own certificate authority as an issuer of cards: where it is, and what it is shown.
import { readFileSync } from 'node:fs';
import type { Clock } from '../../../base/clock.ts';
import type { CertificateIssuer } from '../../../core/ordering/index.ts';
import { authorityClient, authorityIssuer } from '../../../edge/issuers/authority/index.ts';
import { boundedRequest } from '../../../edge/outgoing/http/index.ts';

export interface OwnAuthority {
  readonly url: string;
  /** Files that it is shown; read at each request, so that they can be renewed. */
  readonly certificate: string;
  readonly key: string;
  readonly issuers: readonly string[];
}

/** The issuer. `authorities`: PEM of who may vouch for its address; absent = the system's. */
export function ownAuthorityIssuer(
  { url, certificate, key, issuers }: OwnAuthority,
  authorities: readonly string[] | undefined,
  clock: Clock,
): CertificateIssuer {
  const client = authorityClient((method, path, body) =>
    boundedRequest(`${url}${path}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body,
      authorities,
      client: { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') },
      timeoutMs: 15_000,
      connectTimeoutMs: 5000,
      maxBytes: 256 * 1024,
    }),
  );
  return authorityIssuer(client, issuers, clock);
}
