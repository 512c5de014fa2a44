// What the demo's EHR says of its user when it opens the core record: workplace, role and grounds (docs/integrate/grounds.md).
import { demoOrganisations } from './people.ts';
import { professionOfRole } from './registers.ts';
import type { Grounds, Tickets } from './relying-party.ts';

export const coreRecordAudience = 'https://core-record.demo.example/api';
export const ehrAudience = 'https://ehr.demo.example/api';

/** What the demo's core record settled with those who use its API. */
export const coreRecordAgreement = (issuer: string) => ({
  issuer,
  audience: coreRecordAudience,
  level: 'urn:tillit:loa:high',
  organisations: [numberOf('demo-region')],
  purposes: ['TREAT', 'ETREAT'],
});

const numberOf = (id: string): string => demoOrganisations.find((each) => each.id === id)?.number ?? '';
const place = (id: string) => ({ id: numberOf(id), system: 'urn:oid:2.16.578.1.12.4.1.4.101' });

/** An EHR knows its user's role by itself; the demo reads it from the ticket of the login. A clerk has no profession. */
export function groundsOf({ accessClaims }: Tickets, decision: string, acr?: string): Grounds {
  const role = accessClaims['role'] as { readonly code?: string } | undefined;
  const code = professionOfRole[role?.code ?? ''];
  return {
    resource: coreRecordAudience,
    acr,
    details: [
      {
        type: 'nhn:tillitsrammeverk:parameters',
        practitioner: {
          ...(code ? { authorization: { code, system: 'urn:oid:2.16.578.1.12.4.1.1.9060' } } : {}),
          legal_entity: place('demo-region'),
          point_of_care: place('fjord-hospital'),
        },
        care_relationship: {
          healthcare_service: { code: 'S03', system: 'urn:oid:2.16.578.1.12.4.1.1.8655' },
          purpose_of_use: { code: 'TREAT', system: 'urn:oid:2.16.840.1.113883.1.11.20448' },
          decision_ref: { id: decision, user_selected: true },
        },
      },
    ],
  };
}
