// What each kind of SAML identity provider is like, as one row of data: who the person is, what its levels are called, how it is asked.
import { type Assurance, assuranceLevels, reaches } from '../../wire/codes/index.ts';
import type { SamlSignatures } from './saml-application.ts';
import { samlAttributes } from './saml-attributes.ts';
import type { SamlMembers, SamlPresetName, SamlUpstream } from './saml-provider.ts';

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
  /** Names are asked for also where the lowest level will do: its federation wants every acceptable name listed. */
  readonly asksLow: boolean;
  readonly requestBinding: 'redirect' | 'post';
  readonly signs: SamlSignatures;
  readonly mustEncrypt: boolean;
  /** It encrypts by AES-CBC, which protects nothing by itself: taken inside of a signed Response alone (S10). */
  readonly allowCbc: boolean;
  /** A persistent NameID is asked for (SAML Core 3.4.1.1); some refuse what was not set up for us. */
  readonly asksPersistent: boolean;
  /** It takes the name of the application that the login is for (SAML Core 3.4.1.2); some refuse the whole request then. */
  readonly scoping: boolean;
  /** Whom we expect can be named in the request (Sweden Connect, Principal Selection). */
  readonly principalSelection: boolean;
  /** It shows a text of ours (Sweden Connect, User Message). */
  readonly userMessage: boolean;
}

const named = (names: readonly string[], namespace: string): readonly SubjectAttribute[] =>
  names.map((attribute) => ({ attribute, namespace }));
const loa = 'http://id.elegnamnden.se/loa/1.0/';
const sambiLevels = {
  'http://id.sambi.se/loa/loa2': 'low',
  'http://id.sambi.se/loa/loa3': 'substantial',
  'http://id.sambi.se/loa/loa4': 'high',
} as const;

const usual: SamlPreset = {
  subjects: [...named(samlAttributes.personalNumber, 'se-personnummer'), ...named(samlAttributes.hsaId, 'hsa-id')],
  ownSubject: 'NameID',
  levels: {},
  comparison: 'none',
  asksLow: false,
  requestBinding: 'redirect',
  signs: 'both',
  mustEncrypt: false,
  allowCbc: false,
  asksPersistent: true,
  scoping: false,
  principalSelection: false,
  userMessage: false,
};

export const samlPresets: Readonly<Record<SamlPresetName, SamlPreset>> = {
  // Deployment profile 1.9: the Response is always signed, the assertion always encrypted, by CBC where it likes (8.2), levels
  // compared exactly.
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
    asksLow: true,
    signs: 'response',
    mustEncrypt: true,
    allowCbc: true,
    scoping: true,
    principalSelection: true,
  },
  // Inera IdP: levels by Sambi's names, compared exactly; no encryption; Conditions without NotBefore.
  inera: {
    ...usual,
    levels: sambiLevels,
    comparison: 'exact',
    asksLow: true,
    signs: 'assertion',
    principalSelection: true,
  },
  sambi: {
    ...usual,
    levels: sambiLevels,
    comparison: 'exact',
    asksLow: true,
    signs: 'assertion',
  },
  // AD FS and Entra sign the assertion, encrypt by CBC, name their own levels only, and refuse a wish for a name that they have no rule for.
  adfs: { ...usual, signs: 'assertion', allowCbc: true, asksPersistent: false },
  entra: {
    ...usual,
    subjects: [],
    ownSubject: 'http://schemas.microsoft.com/identity/claims/objectidentifier',
    signs: 'assertion',
    allowCbc: true,
    asksPersistent: false,
  },
  // AES-128-CBC unless its configuration says otherwise.
  simplesamlphp: { ...usual, allowCbc: true },
  generic: usual,
};

/** The preset as this provider's record completes it. */
export function samlPresetOf(upstream: Omit<SamlMembers, 'source'> & Pick<SamlUpstream, 'userMessage'>): SamlPreset {
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
    allowCbc: upstream.allowCbc ?? preset.allowCbc,
    scoping: upstream.scoping ?? preset.scoping,
    userMessage: upstream.userMessage ?? preset.userMessage,
  };
}

/**
 * The names to ask for so that an answer reaches the level, the lowest first: all of them, or for `minimum` the lowest.
 * None when any answer will do, or when there is no such name (`canReach`).
 */
export function namesToAsk({ levels, comparison, asksLow }: SamlPreset, required: Assurance): readonly string[] {
  if (comparison === 'none' || (required === 'low' && !asksLow)) return [];
  const all = Object.entries(levels).filter(
    ([name, level]) => reaches(level, required) && !name.endsWith('-sigmessage'),
  );
  const order = (level: Assurance): number => assuranceLevels.indexOf(level);
  const names = all.sort(([, a], [, b]) => order(a) - order(b)).map(([name]) => name);
  return comparison === 'minimum' ? names.slice(0, 1) : names;
}

/** Whether some answer of this provider could reach the level. */
export const canReach = ({ levels }: SamlPreset, required: Assurance): boolean =>
  required === 'low' || Object.values(levels).some((level) => reaches(level, required));
