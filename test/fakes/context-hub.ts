// A hub in HelseID's layout that knows registers, with clients that speak for organisations and say on which grounds they ask.
import { signCompact } from '../../src/base/jose/index.ts';
import type { Api, Issuer, OidcApplication, PolicyRule } from '../../src/core/catalogue/index.ts';
import type { OidcChecks } from '../../src/edge/frontends/oidc/index.ts';
import { ContextRegisters, supplier } from './context-registers.ts';
import { helseidClient, helseidIssuers } from './helseid-hub.ts';
import { type Answer, claimsOf, OidcClient } from './oidc-client.ts';
import { catalogue, OidcHub } from './oidc-hub.ts';

export const attestName = 'nhn:tillitsrammeverk:parameters';
const enh = 'urn:oid:2.16.578.1.12.4.1.4.101';

/** What a client says of its organisation. */
export const organisationDetail = (value: string, system = 'urn:oid:1.0.6523') => ({
  type: 'helseid_authorization',
  practitioner_role: { organization: { identifier: { system, type: 'ENH', value } } },
});
export const unitDetail = (value: string) => organisationDetail(value, enh);
export const journalDetail = {
  type: 'nhn:sfm:journal-id',
  value: { journal_id: '2f1c9c0e-7a51-4f0e-9a3b-0c6f5b0a77aa' },
};
/** What a doctor at a hospital's unit attests. */
export const attestDetail = (change: { readonly practitioner?: object; readonly care?: object } = {}) => ({
  type: attestName,
  practitioner: {
    authorization: { code: 'LE', system: 'urn:oid:2.16.578.1.12.4.1.1.9060' },
    legal_entity: { id: '200000007', system: enh },
    point_of_care: { id: '200000015', system: enh },
    ...change.practitioner,
  },
  care_relationship: {
    healthcare_service: { code: 'S03', system: 'urn:oid:2.16.578.1.12.4.1.1.8655' },
    purpose_of_use: { code: 'TREAT', system: 'urn:oid:2.16.840.1.113883.1.11.20448' },
    decision_ref: { id: '2f1c-77', user_selected: true },
    ...change.care,
  },
});

export const singleTenant: OidcApplication['represents'] = {
  tenancy: 'single',
  parent: '200000007',
  children: ['200000015'],
  allowParent: false,
  allowChild: true,
};
export const multiTenant: OidcApplication['represents'] = {
  tenancy: 'multi',
  supplier,
  allowParent: true,
  allowChild: true,
};

export interface ContextHub {
  readonly hub: OidcHub;
  readonly registers: ContextRegisters;
  /** Of a hospital itself, of a supplier, and of nobody. */
  readonly single: OidcClient;
  readonly multi: OidcClient;
  readonly nobody: OidcClient;
}

/** The hub; Anna, a doctor by the register, is logged in with a card. The API `journal` takes every type of detail. */
export function contextHub(
  given: {
    readonly api?: Partial<Api>;
    readonly rules?: readonly PolicyRule[];
    readonly checks?: OidcChecks;
    readonly applications?: readonly OidcApplication[];
    readonly issuers?: readonly Issuer[];
  } = {},
): ContextHub {
  const applications = [
    helseidClient('single', { represents: singleTenant }),
    helseidClient('multi', { represents: multiTenant }),
    helseidClient('nobody'),
    helseidClient('secret', {
      profile: 'basic',
      authentication: { method: 'client_secret_basic', secretHash: 'hash' },
    }),
    ...(given.applications ?? []),
  ];
  const base = catalogue({ applications, rules: given.rules ?? [] });
  const apis = [...base.apis.values()].map((each) =>
    each.id === 'journal' ? { ...each, contextTypes: [attestName, 'nhn:sfm:journal-id'], ...given.api } : each,
  );
  const registers = new ContextRegisters(() => hub.now);
  registers.numbers.set('anna', '14818510056');
  const hub: OidcHub = new OidcHub({
    catalogue: {
      ...base,
      issuers: new Map((given.issuers ?? helseidIssuers).map((each) => [each.id, each])),
      apis: new Map(apis.map((each) => [each.id, each])),
    },
    ...(given.checks ? { checks: given.checks } : {}),
    registers: {
      organisations: registers.organisations,
      professionals: registers.professionals,
      nationalNumber: registers.nationalNumber,
      holder: (id) => hub.store.registers.holder(id),
    },
  });
  const client = (id: string) => new OidcClient(hub, id);
  return { hub, registers, single: client('single'), multi: client('multi'), nobody: client('nobody') };
}

/** A signed request object with nothing but details, as clients of HelseID make it. */
export const requestObject = (client: OidcClient, details: unknown, more: object = {}): string =>
  signCompact(
    { typ: 'JWT' },
    JSON.stringify({
      iss: client.id,
      aud: client.issuer.url,
      jti: crypto.randomUUID(),
      iat: client.seconds,
      nbf: client.seconds,
      exp: client.seconds + 50,
      authorization_details: details,
      ...more,
    }),
    client.key,
  );

/** A client assertion that carries details. */
export const saying = (client: OidcClient, details: unknown, name = 'assertion_details') => ({
  client_assertion: client.assertion({ [name]: details }),
});

/** The claims of an access token about organisation, journal and attest, by their last words. */
export function contextClaims(answer: Answer): Record<string, unknown> {
  const claims = claimsOf(answer.access_token);
  const names = [
    'orgnr_parent',
    'orgnr_child',
    'orgnr_supplier',
    'client_tenancy',
    'journal-id',
    'authorization_details',
  ];
  return Object.fromEntries(
    Object.entries(claims).flatMap(([name, value]) => {
      const short = names.find((each) => name.endsWith(each));
      return short === undefined ? [] : [[short, value]];
    }),
  );
}
