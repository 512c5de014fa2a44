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
  | 'function';
/** Authorities that issue to people (and, for C5, to functions). */
export type CardAuthorityName = 'simple' | 'advanced' | 'hsa-id-3' | 'person-id-3' | 'function';

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
];
