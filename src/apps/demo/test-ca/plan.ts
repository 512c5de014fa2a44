// The hierarchy of the test CA, as data: invented names throughout, shaped like the kinds of card that exist.
import { attributeOids, type NamePart } from '../../../base/x509/index.ts';

export type AuthorityName =
  | 'root'
  | 'tls'
  | 'simple'
  | 'outside-root'
  | 'advanced'
  | 'eid-root'
  | 'hsa-id-3'
  | 'person-id-3'
  | 'function'
  | 'polar-root'
  | LookAlikeName;
/** Look-alikes of issuers that exist, for the populations that the hub ships as presets. */
export type LookAlikeName =
  | 'hsa-id-2'
  | 'person-id-mobile'
  | 'person-type-1'
  | 'fjordpass-person'
  | 'fjordpass-business'
  | 'polar-person';
/** Authorities that issue to people (and, for C5, to functions). */
export type CardAuthorityName = 'simple' | 'advanced' | 'hsa-id-3' | 'person-id-3' | 'function' | LookAlikeName;

export interface AuthorityPlan {
  readonly name: AuthorityName;
  readonly parent: AuthorityName | undefined;
  readonly subject: readonly NamePart[];
  /** Certificate policies of what it issues. The numbers below 1.2.752.74.8.999 are ours, for the demo alone. */
  readonly policies: readonly string[];
}

const name = (country: string, organization: string, commonName: string): readonly NamePart[] => [
  [attributeOids.country, country],
  [attributeOids.organization, organization],
  [attributeOids.commonName, commonName],
];

export const demoPolicies = {
  simple: '1.3.6.1.4.1.32473.1.1', // the enterprise number for examples (RFC 5612)
  advanced: '1.3.6.1.4.1.32473.1.2',
  hsaId3: '1.2.752.74.8.999.1',
  personId3: '1.2.752.74.8.999.2',
  function: '1.2.752.74.8.999.9',
  hsaId2: '1.2.752.74.8.999.3',
  type1: '1.2.752.74.8.999.4',
  business: '1.3.6.1.4.1.32473.1.3',
} as const;

/** Policies that the presets ask for; a look-alike carries them, or the preset would not be tested. */
export const presetPolicies = {
  sithsMobile: '1.2.752.74.8.512',
  buypassCard: '2.16.578.1.26.1.3.1',
  commfidesCard: '2.16.578.1.29.12.310.1.0',
} as const;

/** Parents stand before their children. */
export const authorityPlans: readonly AuthorityPlan[] = [
  { name: 'root', parent: undefined, subject: name('NO', 'Demo Region', 'Demo Region Test Root CA'), policies: [] },
  { name: 'tls', parent: 'root', subject: name('NO', 'Demo Region', 'Demo Region Test TLS CA'), policies: [] },
  {
    name: 'simple',
    parent: 'root',
    subject: name('NO', 'Demo Region', 'Demo Region Test Simple Card CA'),
    policies: [demoPolicies.simple],
  },
  {
    name: 'outside-root',
    parent: undefined,
    subject: name('NO', 'Fjordpass Demo AS', 'Fjordpass Test Root CA'),
    policies: [],
  },
  {
    name: 'advanced',
    parent: 'outside-root',
    subject: name('NO', 'Fjordpass Demo AS', 'Fjordpass Test Advanced Person CA'),
    policies: [demoPolicies.advanced],
  },
  {
    name: 'eid-root',
    parent: undefined,
    subject: name('SE', 'Norrsken Demo AB', 'TEST Norrsken e-id Root CA'),
    policies: [],
  },
  {
    name: 'hsa-id-3',
    parent: 'eid-root',
    subject: name('SE', 'Norrsken Demo AB', 'TEST Norrsken e-id Person HSA-id 3 CA'),
    policies: [demoPolicies.hsaId3],
  },
  {
    name: 'person-id-3',
    parent: 'eid-root',
    subject: name('SE', 'Norrsken Demo AB', 'TEST Norrsken e-id Person ID 3 CA'),
    policies: [demoPolicies.personId3],
  },
  {
    name: 'function',
    parent: 'eid-root',
    subject: name('SE', 'Norrsken Demo AB', 'TEST Norrsken e-id Function CA'),
    policies: [demoPolicies.function],
  },
  {
    name: 'hsa-id-2',
    parent: 'eid-root',
    subject: name('SE', 'Norrsken Demo AB', 'TEST Norrsken e-id Person HSA-id 2 CA'),
    policies: [demoPolicies.hsaId2],
  },
  {
    name: 'person-id-mobile',
    parent: 'eid-root',
    subject: name('SE', 'Norrsken Demo AB', 'TEST Norrsken e-id Person ID Mobile CA'),
    policies: [presetPolicies.sithsMobile],
  },
  {
    name: 'person-type-1',
    parent: 'eid-root',
    subject: name('SE', 'Norrsken Demo AB', 'TEST Norrsken Type 1 CA'),
    policies: [demoPolicies.type1],
  },
  {
    name: 'fjordpass-person',
    parent: 'outside-root',
    subject: name('NO', 'Fjordpass Demo AS', 'TEST Fjordpass Class 3 CA Person'),
    policies: [presetPolicies.buypassCard],
  },
  {
    name: 'fjordpass-business',
    parent: 'outside-root',
    subject: name('NO', 'Fjordpass Demo AS', 'TEST Fjordpass Class 3 CA Business'),
    policies: [demoPolicies.business],
  },
  {
    name: 'polar-root',
    parent: undefined,
    subject: name('NO', 'Polarpass Demo AS', 'TEST Polarpass Root CA'),
    policies: [],
  },
  {
    name: 'polar-person',
    parent: 'polar-root',
    subject: name('NO', 'Polarpass Demo AS', 'TEST Polarpass Natural Person CA'),
    policies: [presetPolicies.commfidesCard],
  },
];
