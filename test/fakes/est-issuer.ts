// An EST server (RFC 7030) in a test's hands, over a small CA: it issues, waits, refuses, and forgets nothing that it was asked.
import { der, derInteger, derOid, derSequence, derSet } from '../../src/base/x509/index.ts';
import type { IssuerRequest, IssuerResponse } from './issuer-server.ts';
import type { IssueChanges, IssuingCa } from './issuing-ca.ts';

/** A certs-only message (RFC 5272 4.1), DER. */
export const certsOnly = (certificates: readonly Buffer[]): Buffer =>
  derSequence(
    derOid('1.2.840.113549.1.7.2'),
    der(
      0xa0,
      derSequence(
        derInteger(1),
        derSet(),
        derSequence(derOid('1.2.840.113549.1.7.1')),
        ...(certificates.length === 0 ? [] : [der(0xa0, ...certificates)]),
        derSet(),
      ),
    ),
  );

const pkcs7 = {
  'content-type': 'application/pkcs7-mime; smime-type=certs-only',
  'content-transfer-encoding': 'base64',
};
const broken = (bytes: Buffer): string => bytes.toString('base64').replace(/.{1,76}/g, '$&\r\n');

export function estServer(ca: IssuingCa) {
  const known = new Map<string, Buffer>();
  const server = {
    mode: 'issue' as 'issue' | 'wait' | 'refuse',
    changes: {} as IssueChanges,
    authorities: [ca.der] as readonly Buffer[],
    answer({ path, body }: IssuerRequest): IssuerResponse {
      if (path.endsWith('/cacerts'))
        return { status: 200, headers: pkcs7, body: broken(certsOnly(server.authorities)) };
      if (!/\/simple(re)?enroll$/.test(path)) return { status: 404, body: 'nothing here' };
      if (server.mode === 'wait') return { status: 202, headers: { 'retry-after': '60' } };
      if (server.mode === 'refuse') return { status: 400, body: 'The holder is\nnot registered\u0007' };
      const request = body.toString('latin1');
      const before = known.get(request) ?? ca.issue(Buffer.from(request, 'base64'), server.changes).der;
      known.set(request, before);
      return { status: 200, headers: pkcs7, body: broken(certsOnly([before])) };
    },
  };
  return server;
}
