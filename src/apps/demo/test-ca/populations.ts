// The certificate populations of the test CA, in the form that the hub's catalogue takes.
import type { Assurance, LocalizedText } from '../../../wire/codes/index.ts';
import { usages } from './cards.ts';
import { crlUrl, type TestPki } from './pki.ts';
import { type AuthorityName, authorityPlans, type CardAuthorityName, demoPolicies } from './plan.ts';

interface Identifier {
  readonly attribute: string;
  readonly pattern: 'hsaId' | 'swedishPersonalNumber' | 'issuerScoped' | 'custom';
  readonly custom?: string;
  readonly namespace: string;
}

/** Has the shape of the catalogue's `Population`; the demo does not import it. */
export interface TestPopulation {
  readonly id: string;
  readonly name: LocalizedText;
  readonly certificateClass: 'simple' | 'advanced' | 'siths' | 'other';
  readonly anchors: readonly string[];
  readonly intermediates: readonly string[];
  readonly policyOids: readonly string[];
  readonly issuers: readonly string[];
  readonly assuranceByPolicy?: Readonly<Record<string, Assurance>>;
  readonly extendedKeyUsages: readonly string[];
  readonly identifiers: readonly Identifier[];
  readonly assurance: Assurance;
  readonly derived?: {
    readonly from: readonly string[];
    readonly profile: string;
    readonly fields: readonly string[];
    readonly identifier: string;
    readonly country: string;
    readonly hours: number;
  };
  readonly revocation: {
    readonly mode: 'crl';
    readonly overrides: Readonly<Record<string, string>>;
    readonly allowedHosts: readonly string[];
  };
}

const serialNumber = '2.5.4.5';

interface Kind {
  readonly authority: CardAuthorityName;
  readonly root: AuthorityName;
  readonly name: LocalizedText;
  readonly certificateClass: TestPopulation['certificateClass'];
  readonly policy: string;
  readonly identifiers: readonly Identifier[];
  readonly assurance: Assurance;
}

const kinds: readonly Kind[] = [
  {
    authority: 'simple',
    root: 'root',
    name: { en: 'Simple card', sv: 'Enkelt kort', nb: 'Enkelt kort', nn: 'Enkelt kort', nl: 'Eenvoudige pas' },
    certificateClass: 'simple',
    policy: demoPolicies.simple,
    identifiers: [{ attribute: serialNumber, pattern: 'custom', custom: '^T\\d{5}$', namespace: 'staff-id' }],
    assurance: 'substantial',
  },
  {
    authority: 'advanced',
    root: 'outside-root',
    name: {
      en: 'Advanced card',
      sv: 'Avancerat kort',
      nb: 'Avansert kort',
      nn: 'Avansert kort',
      nl: 'Geavanceerde pas',
    },
    certificateClass: 'advanced',
    policy: demoPolicies.advanced,
    identifiers: [{ attribute: serialNumber, pattern: 'issuerScoped', namespace: 'fjordpass-id' }],
    assurance: 'high',
  },
  {
    authority: 'hsa-id-3',
    root: 'eid-root',
    name: {
      en: 'Norrsken card (HSA-ID)',
      sv: 'Norrsken-kort (HSA-id)',
      nb: 'Norrsken-kort (HSA-id)',
      nn: 'Norrsken-kort (HSA-id)',
      nl: 'Norrsken-pas (HSA-ID)',
    },
    certificateClass: 'siths',
    policy: demoPolicies.hsaId3,
    identifiers: [{ attribute: serialNumber, pattern: 'hsaId', namespace: 'hsa-id' }],
    assurance: 'substantial',
  },
  {
    authority: 'person-id-3',
    root: 'eid-root',
    name: {
      en: 'Norrsken card (personal number)',
      sv: 'Norrsken-kort (personnummer)',
      nb: 'Norrsken-kort (personnummer)',
      nn: 'Norrsken-kort (personnummer)',
      nl: 'Norrsken-pas (persoonsnummer)',
    },
    certificateClass: 'siths',
    policy: demoPolicies.personId3,
    identifiers: [{ attribute: serialNumber, pattern: 'swedishPersonalNumber', namespace: 'se-personnummer' }],
    assurance: 'substantial',
  },
  {
    authority: 'function',
    root: 'eid-root',
    name: {
      en: 'Function certificate',
      sv: 'Funktionscertifikat',
      nb: 'Funksjonssertifikat',
      nn: 'Funksjonssertifikat',
      nl: 'Functiecertificaat',
    },
    certificateClass: 'other',
    policy: demoPolicies.function,
    identifiers: [],
    assurance: 'low',
  },
];

export const hostAndPort = ({ protocol, hostname, port }: URL): string =>
  `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;

/**
 * The populations `simple`, `advanced`, `hsa-id-3`, `person-id-3` and `function` (which is not of people).
 * `crlBaseUrl` is where the lists are served now, when that differs from what the certificates name.
 */
export function testPopulations(pki: TestPki, crlBaseUrl: string = pki.crlBaseUrl): readonly TestPopulation[] {
  const overrides = Object.fromEntries(
    crlBaseUrl === pki.crlBaseUrl
      ? []
      : authorityPlans.map(({ name }) => [crlUrl(pki.crlBaseUrl, name), crlUrl(crlBaseUrl, name)]),
  );
  return kinds.map(({ authority, root, name, certificateClass, policy, identifiers, assurance }) => ({
    id: authority,
    name,
    certificateClass,
    anchors: [pki.authorities[root].pem],
    intermediates: [pki.authorities[authority].pem],
    policyOids: [policy],
    issuers: pki.authorities[authority].plan.subject.flatMap(([oid, value]) =>
      oid === '2.5.4.3' && typeof value === 'string' ? [value] : [],
    ),
    assuranceByPolicy: { [policy]: assurance },
    extendedKeyUsages: [usages.clientAuthentication],
    identifiers,
    assurance,
    revocation: { mode: 'crl', overrides, allowedHosts: [hostAndPort(new URL(crlBaseUrl))] },
  }));
}
