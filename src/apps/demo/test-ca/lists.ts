// Revocation lists of the test CA: signed when asked for, so that they are always current, and served from memory.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { writeCrl, writeExtension } from '../../../base/x509/index.ts';
import { refreshState, saveState, type TestPki } from './pki.ts';
import { type AuthorityName, authorityPlans } from './plan.ts';

const lifeMs = 7 * 86_400_000;

/** Reason codes of RFC 5280 5.3.1 that a test needs. */
export const revocationReasons = {
  unspecified: 0,
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
} as const;

/** Revokes what this authority issued under this serial number (hexadecimal); lists show it from the next request on. */
export function revoke(pki: TestPki, authority: AuthorityName, serial: string, reason = 0): void {
  refreshState(pki);
  const list = pki.revoked.get(authority) ?? [];
  if (!list.some((entry) => entry.serial === serial)) list.push({ serial, at: pki.clock(), reason });
  pki.revoked.set(authority, list);
  saveState(pki);
}

/** A newly signed list of one authority. `nextUpdate` is seven days ahead unless a test says otherwise. */
export function signList(
  pki: TestPki,
  name: AuthorityName,
  given: { thisUpdate?: number; nextUpdate?: number } = {},
): Buffer {
  refreshState(pki);
  const authority = pki.authorities[name];
  const thisUpdate = given.thisUpdate ?? pki.clock() - 1_000;
  return writeCrl(
    {
      issuer: authority.subject,
      thisUpdate,
      nextUpdate: given.nextUpdate ?? thisUpdate + lifeMs,
      revoked: (pki.revoked.get(name) ?? []).map(({ serial, at, reason }) => ({
        serial: Buffer.from(serial, 'hex'),
        at,
        reason,
      })),
      extensions: [
        writeExtension.authorityKeyId(authority.publicKey),
        writeExtension.crlNumber(Math.floor(thisUpdate / 1000)),
      ],
    },
    authority.key,
  );
}

const path = /^\/crl\/([a-z0-9-]+)\.crl$/;

/** Serves `GET /crl/<authority>.crl` for a node:http server; answers false for any other path and leaves it alone. */
export function listHandler(pki: TestPki): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const name = path.exec(request.url ?? '')?.[1];
    const plan = authorityPlans.find((each) => each.name === name);
    if (plan === undefined) return false;
    if (request.method !== 'GET') response.writeHead(405).end();
    else {
      const list = signList(pki, plan.name);
      response
        .writeHead(200, {
          'content-type': 'application/pkix-crl',
          'content-length': list.length,
          'cache-control': 'no-cache',
        })
        .end(list);
    }
    return true;
  };
}
