// The core record tells the hub of each read, with a ticket of its own: who opened what about whom (docs/integrate/usage-events.md).
import { randomUUID } from 'node:crypto';
import * as oidc from 'openid-client';
import { connectAsClient, type RelyingPartySettings } from './relying-party.ts';

/** The one patient of the demo: a synthetic number (Skatteetaten: 80 is added to the month). */
const patient = { system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: '17895199974' };

/** Reports one read by a ticket. Rejects when the hub does not take it. */
export type ReportRead = (ticket: string) => Promise<void>;

/** Reads the hub's discovery document at the first report; a ticket of its own lasts until it ends. */
export function usageReports(settings: Pick<RelyingPartySettings, 'issuer' | 'clientId' | 'key' | 'kid'>): ReportRead {
  type Connection = Awaited<ReturnType<typeof connectAsClient>>;
  let known: Promise<Connection> | undefined;
  let held: { readonly token: string; readonly until: number } | undefined;
  const connection = (): Promise<Connection> => {
    known ??= connectAsClient(settings);
    known.catch(() => {
      known = undefined; // the hub was not up: the next read tries again
    });
    return known;
  };
  return async (ticket) => {
    const { config, dpop } = await connection();
    if (held === undefined || held.until <= Date.now()) {
      const answer = await oidc.clientCredentialsGrant(config, { scope: 'usage:report' }, { DPoP: dpop });
      held = { token: answer.access_token, until: Date.now() + ((answer.expires_in ?? 60) - 30) * 1000 };
    }
    const event = {
      resourceType: 'AuditEvent',
      id: randomUUID(),
      type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' },
      subtype: [{ system: 'http://hl7.org/fhir/restful-interaction', code: 'read' }],
      action: 'R',
      recorded: new Date().toISOString(),
      outcome: '0',
      agent: [{ requestor: true, policy: [ticket] }],
      entity: [{ what: { identifier: patient }, role: { code: '1' } }, { what: { type: 'Composition' } }],
    };
    const headers = new Headers({ 'content-type': 'application/fhir+json' });
    const address = new URL('/api/usage-events', settings.issuer);
    const answer = await oidc.fetchProtectedResource(
      config,
      held.token,
      address,
      'POST',
      JSON.stringify(event),
      headers,
      {
        DPoP: dpop,
      },
    );
    if (answer.status !== 200) throw new Error(`the hub answered ${answer.status} to a report of use`);
  };
}
