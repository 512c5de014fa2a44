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

const organisations = {
  demoRegion: ['NO', 'Demo Region'],
  fjordpass: ['NO', 'Fjordpass Demo AS'],
  norrsken: ['SE', 'Norrsken Demo AB'],
  polarpass: ['NO', 'Polarpass Demo AS'],
} as const;

const plan = (
  name: AuthorityName,
  parent: AuthorityName | undefined,
  organisation: keyof typeof organisations,
  commonName: string,
  ...policies: readonly string[]
): AuthorityPlan => {
  const [country, organization] = organisations[organisation];
  const subject: readonly NamePart[] = [
    [attributeOids.country, country],
    [attributeOids.organization, organization],
    [attributeOids.commonName, commonName],
  ];
  return { name, parent, subject, policies };
};

/** Parents stand before their children. */
export const authorityPlans: readonly AuthorityPlan[] = [
  plan('root', undefined, 'demoRegion', 'Demo Region Test Root CA'),
  plan('tls', 'root', 'demoRegion', 'Demo Region Test TLS CA'),
  plan('simple', 'root', 'demoRegion', 'Demo Region Test Simple Card CA', demoPolicies.simple),
  plan('outside-root', undefined, 'fjordpass', 'Fjordpass Test Root CA'),
  plan('advanced', 'outside-root', 'fjordpass', 'Fjordpass Test Advanced Person CA', demoPolicies.advanced),
  plan('eid-root', undefined, 'norrsken', 'TEST Norrsken e-id Root CA'),
  plan('hsa-id-3', 'eid-root', 'norrsken', 'TEST Norrsken e-id Person HSA-id 3 CA', demoPolicies.hsaId3),
  plan('person-id-3', 'eid-root', 'norrsken', 'TEST Norrsken e-id Person ID 3 CA', demoPolicies.personId3),
  plan('function', 'eid-root', 'norrsken', 'TEST Norrsken e-id Function CA', demoPolicies.function),
  plan('hsa-id-2', 'eid-root', 'norrsken', 'TEST Norrsken e-id Person HSA-id 2 CA', demoPolicies.hsaId2),
  plan(
    'person-id-mobile',
    'eid-root',
    'norrsken',
    'TEST Norrsken e-id Person ID Mobile CA',
    presetPolicies.sithsMobile,
  ),
  plan('person-type-1', 'eid-root', 'norrsken', 'TEST Norrsken Type 1 CA', demoPolicies.type1),
  plan('fjordpass-person', 'outside-root', 'fjordpass', 'TEST Fjordpass Class 3 CA Person', presetPolicies.buypassCard),
  plan('fjordpass-business', 'outside-root', 'fjordpass', 'TEST Fjordpass Class 3 CA Business', demoPolicies.business),
  plan('polar-root', undefined, 'polarpass', 'TEST Polarpass Root CA'),
  plan('polar-person', 'polar-root', 'polarpass', 'TEST Polarpass Natural Person CA', presetPolicies.commfidesCard),
];
