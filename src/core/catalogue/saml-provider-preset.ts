// What each kind of SAML identity provider is like, as one row of data: who the person is, what its levels are called, how it is asked.
import { type Assurance, assuranceLevels, reaches } from '../../wire/codes/index.ts';
import type { SamlSignatures } from './saml-application.ts';
import type { SamlPresetName, SamlUpstream } from './saml-provider.ts';

/** An attribute that names the person, and in which namespace. */
export interface SubjectAttribute {
  readonly attribute: string;
  readonly namespace: string;
}

export interface SamlPreset {
  /** National or register numbers, best first; the provider's record says which of them it may assert. */
  readonly subjects: readonly SubjectAttribute[];
  /** The provider's own name for a person: counts in the provider's own namespace alone. Absent = it is not used. */
  readonly ownSubject?: string;
  /** What each AuthnContextClassRef is worth; a name that is not here is low. */
  readonly levels: Readonly<Record<string, Assurance>>;
  /** How a required level is asked for: all names that reach it (`exact`), the lowest of them (`minimum`), or not at all. */
  readonly comparison: 'exact' | 'minimum' | 'none';
  readonly requestBinding: 'redirect' | 'post';
  readonly signs: SamlSignatures;
  readonly mustEncrypt: boolean;
  /** AES-CBC is taken, below a signature that has verified (Sweden Connect deployment profile 8). */
  readonly cbc: boolean;
  /** Whom we expect can be named in the request (Sweden Connect, Principal Selection). */
  readonly principalSelection: boolean;
  /** It shows a text of ours (Sweden Connect, User Message). */
  readonly userMessage: boolean;
  /** Attributes that carry `value@scope` or an organisation number: held against the record's scopes (K3). */
  readonly scopedAttributes: readonly string[];
}

const swedish = 'se-personnummer';
const hsaId = 'hsa-id';
const number = 'urn:oid:1.2.752.29.4.13';
const loa = 'http://id.elegnamnden.se/loa/1.0/';
const sambi = 'http://sambi.se/attributes/1/';

const usual: SamlPreset = {
  subjects: [
    { attribute: number, namespace: swedish },
    { attribute: 'urn:oid:1.2.752.29.6.2.1', namespace: hsaId },
  ],
  ownSubject: 'NameID',
  levels: {},
  comparison: 'none',
  requestBinding: 'redirect',
  signs: 'both',
  mustEncrypt: false,
  cbc: false,
  principalSelection: false,
  userMessage: false,
  scopedAttributes: ['urn:oid:1.2.752.201.3.1', 'urn:oid:2.5.4.97'],
};

export const samlPresets: Readonly<Record<SamlPresetName, SamlPreset>> = {
  // Deployment profile 1.9: the Response is always signed, the assertion always encrypted, levels compared exactly.
  'sweden-connect': {
    ...usual,
    levels: {
      [`${loa}loa2`]: 'low',
      [`${loa}loa3`]: 'substantial',
      [`${loa}loa4`]: 'high',
      [`${loa}loa2-sigmessage`]: 'low',
      [`${loa}loa3-sigmessage`]: 'substantial',
      [`${loa}loa4-sigmessage`]: 'high',
      [`${loa}eidas-nf-low`]: 'low',
      [`${loa}eidas-nf-sub`]: 'substantial',
      [`${loa}eidas-nf-high`]: 'high',
    },
    comparison: 'exact',
    signs: 'response',
    mustEncrypt: true,
    cbc: true,
    principalSelection: true,
    userMessage: true,
  },
  // Inera IdP: levels by Sambi's names, compared exactly; no encryption; Conditions without NotBefore.
  inera: {
    ...usual,
    subjects: [
      { attribute: `${sambi}personalIdentityNumber`, namespace: swedish },
      { attribute: 'urn:credential:personalIdentityNumber', namespace: swedish },
      { attribute: `${sambi}employeeHsaId`, namespace: hsaId },
      { attribute: 'urn:credential:employeeHsaId', namespace: hsaId },
    ],
    levels: {
      'http://id.sambi.se/loa/loa2': 'low',
      'http://id.sambi.se/loa/loa3': 'substantial',
      'http://id.sambi.se/loa/loa4': 'high',
    },
    comparison: 'exact',
    signs: 'assertion',
    principalSelection: true,
    scopedAttributes: ['urn:orgAffiliation', 'urn:userOrgAffiliation', `${sambi}organizationIdentifier`],
  },
  sambi: {
    ...usual,
    subjects: [
      { attribute: `${sambi}personalIdentityNumber`, namespace: swedish },
      { attribute: `${sambi}employeeHsaId`, namespace: hsaId },
      ...usual.subjects,
    ],
    levels: {
      'http://id.sambi.se/loa/loa2': 'low',
      'http://id.sambi.se/loa/loa3': 'substantial',
      'http://id.sambi.se/loa/loa4': 'high',
    },
    comparison: 'exact',
    signs: 'assertion',
    scopedAttributes: [...usual.scopedAttributes, `${sambi}organizationIdentifier`],
  },
  // AD FS and Entra sign the assertion, and name their own levels only.
  adfs: { ...usual, signs: 'assertion' },
  entra: {
    ...usual,
    subjects: [],
    ownSubject: 'http://schemas.microsoft.com/identity/claims/objectidentifier',
    signs: 'assertion',
  },
  simplesamlphp: { ...usual },
  generic: usual,
};

/** The preset as this provider's record completes it. */
export function samlPresetOf(upstream: SamlUpstream): SamlPreset {
  const preset = samlPresets[upstream.preset];
  const ownSubject = upstream.subjectAttribute ?? preset.ownSubject;
  const levels = { ...preset.levels, ...upstream.levels };
  return {
    ...preset,
    ...(ownSubject === undefined ? {} : { ownSubject }),
    levels,
    comparison: preset.comparison === 'none' && Object.keys(upstream.levels).length > 0 ? 'exact' : preset.comparison,
    signs: upstream.signs ?? preset.signs,
    mustEncrypt: upstream.mustEncrypt ?? preset.mustEncrypt,
  };
}

/** The names to ask for so that an answer reaches the level: none when any answer will do, lowest level first. */
export function namesToAsk({ levels, comparison }: SamlPreset, required: Assurance): readonly string[] {
  if (comparison === 'none') return [];
  const all = Object.entries(levels).filter(
    ([name, level]) => reaches(level, required) && !name.endsWith('-sigmessage'),
  );
  const order = (level: Assurance): number => assuranceLevels.indexOf(level);
  return all.sort(([, a], [, b]) => order(a) - order(b)).map(([name]) => name);
}
