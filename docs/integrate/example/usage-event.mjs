// Reports the use of a ticket to the hub, with openid-client.
// Run:  ISSUER=https://localhost:8443 CLIENT_ID=my-record node usage-event.mjs TICKET [PATIENT]     (see ../usage-events.md)
import { randomUUID, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as oidc from 'openid-client';

const { ISSUER, CLIENT_ID = 'my-record', KEY_FILE = 'my-record.key.json' } = process.env;
const [ticket, ...patients] = process.argv.slice(2);

const jwk = JSON.parse(readFileSync(KEY_FILE, 'utf8'));
const key = await webcrypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
const plain = new URL(ISSUER).hostname === '127.0.0.1' ? { execute: [oidc.allowInsecureRequests] } : {};
const config = await oidc.discovery(
  new URL(ISSUER),
  CLIENT_ID,
  undefined,
  oidc.PrivateKeyJwt({ key, kid: jwk.kid }),
  plain,
);
const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'));

// One ticket of the application's own serves until it ends; it is for the hub alone.
const { access_token: own } = await oidc.clientCredentialsGrant(config, { scope: 'usage:report' }, { DPoP });

const events = (patients.length === 0 ? [undefined] : patients).map((patient) => ({
  resourceType: 'AuditEvent',
  id: randomUUID(), // kept with the event: sent again after a failure, it is the same
  type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' },
  action: 'R',
  recorded: new Date().toISOString(),
  outcome: '0',
  agent: [{ requestor: true, policy: [ticket] }],
  entity: [
    ...(patient === undefined
      ? []
      : [{ what: { identifier: { system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: patient } }, role: { code: '1' } }]),
    { what: { reference: 'Observation/17' } },
  ],
}));

const answer = await oidc.fetchProtectedResource(
  config,
  own,
  new URL('/api/usage-events', ISSUER),
  'POST',
  events.map((event) => JSON.stringify(event)).join('\n'),
  new Headers({ 'content-type': 'application/fhir+ndjson' }),
  { DPoP },
);
process.stdout.write(`${await answer.text()}\n`);
if (answer.status !== 200) process.exitCode = 1;
