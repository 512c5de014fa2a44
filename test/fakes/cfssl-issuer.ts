// The API of CFSSL 1.2 in a test's hands, over a small CA: a serial number is recorded once, as in its database.
import { createHmac } from 'node:crypto';
import { pemBlocks, toPem } from '../../src/base/x509/index.ts';
import type { IssuerRequest, IssuerResponse } from './issuer-server.ts';
import type { IssueChanges, IssuingCa } from './issuing-ca.ts';

export const cfsslKey = '00112233445566778899aabbccddeeff';

export function cfsslServer(ca: IssuingCa) {
  const server = {
    mode: 'issue' as 'issue' | 'refuse',
    changes: {} as IssueChanges,
    answer({ path, body }: IssuerRequest): IssuerResponse {
      const message = JSON.parse(body.toString('utf8')) as Readonly<Record<string, string>>;
      if (path === '/api/v1/cfssl/revoke') {
        const serial = BigInt(message['serial'] ?? '0').toString(16);
        if (!ca.made.has(serial)) return no(11_200, 'failed to revoke the certificate: certificate not found');
        ca.made.set(serial, 'revoked');
        return yes({});
      }
      const request = Buffer.from(message['request'] ?? '', 'base64');
      const token = createHmac('sha256', Buffer.from(cfsslKey, 'hex')).update(request).digest('base64');
      if (path !== '/api/v1/cfssl/authsign' || token !== message['token']) return no(400, 'invalid token');
      if (server.mode === 'refuse') return no(9002, 'The holder is not registered');
      const [, decimal = ''] = /"serial":(\d+)/.exec(request.toString('utf8')) ?? [];
      const asked = JSON.parse(request.toString('utf8')) as {
        certificate_request: string;
        subject: { serialnumber: string };
      };
      const serial = BigInt(decimal).toString(16);
      if (ca.made.has(serial)) return no(11_000, 'UNIQUE constraint failed: certificates.serial_number');
      const [der = Buffer.alloc(0)] = pemBlocks(asked.certificate_request, 'CERTIFICATE REQUEST');
      const subject = [['2.5.4.5', asked.subject.serialnumber]] as const;
      return yes({ certificate: toPem(ca.issue(der, { subject, serial, ...server.changes }).der) });
    },
  };
  const json = { 'content-type': 'application/json' };
  const yes = (result: object): IssuerResponse => ({
    status: 200,
    headers: json,
    body: JSON.stringify({ success: true, result, errors: [], messages: [] }),
  });
  const no = (code: number, message: string): IssuerResponse => ({
    status: 400,
    headers: json,
    body: JSON.stringify({ success: false, result: null, errors: [{ code, message }], messages: [] }),
  });
  return server;
}
