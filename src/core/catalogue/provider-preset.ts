// What each kind of OpenID provider is like, as one row of data: who the person is, what its levels are called, how it is asked.
import type { AlgorithmName } from '../../base/jose/index.ts';
import type { Assurance } from '../../wire/codes/index.ts';
import type { Provider, ProviderPresetName, Upstream } from './snapshot.ts';

/** A claim that names the person, and in which namespace. */
export interface SubjectClaim {
  readonly claim: string;
  readonly namespace: string;
  /** Only when another claim has this value. */
  readonly when?: { readonly claim: string; readonly value: string };
}

export interface ProviderPreset {
  /** National or register numbers, best first; the provider's record says which of them it may assert. */
  readonly subjects: readonly SubjectClaim[];
  /** The provider's own name for a person: counts in the provider's own namespace alone. Absent = it is not used. */
  readonly ownSubject?: string;
  /** Where the level stands. With several, the lowest that is there counts. */
  readonly levelClaims: readonly string[];
  /** What each name of a level is worth; a name that is not here is low. */
  readonly levels: Readonly<Record<string, Assurance>>;
  /** How a required level is passed on: what `acr_values` says. A level without a name is not passed on. */
  readonly asked: Readonly<Partial<Record<Assurance, string>>>;
  readonly scopes: readonly string[];
  /** Whether the claims about the person come from the UserInfo endpoint as well. */
  readonly userinfo: boolean;
  /** What its ID tokens may be signed with. */
  readonly algorithms: readonly AlgorithmName[];
  /** Whether it takes `login_hint`. */
  readonly hint: boolean;
  /**
   * Ways in that it offers by names which applications may wish for (HelseID: `amr:NAME`, `bp:amr:NAME`): such a wish leads
   * to it, and goes along in `acr_values` as it stands here. Null where the provider's own word is in its record alone.
   */
  readonly methods: Readonly<Record<string, string | null>>;
  /** The parameter by which it hears for which organisation we ask. */
  readonly onBehalfOf?: string;
  /** Pushed requests (RFC 9126): needed, or used when discovery offers them. PKCE is always used. */
  readonly pushed: 'needed' | 'offered';
  /** Its logout tokens are known to say what they are (`typ: logout+jwt`, Back-Channel Logout 2.4): then they must. */
  readonly typedLogout: boolean;
}

const norwegian = 'no-fodselsnummer';
const modern: readonly AlgorithmName[] = ['ES256', 'PS256', 'EdDSA', 'Ed25519', 'ES384', 'PS384', 'ES512', 'PS512'];
/** PKCS #1 v1.5, for those that sign with nothing else. */
const withRs256: readonly AlgorithmName[] = [...modern, 'RS256'];

const usual = {
  subjects: [],
  levelClaims: ['acr'],
  levels: {},
  asked: {},
  scopes: ['openid'],
  userinfo: false,
  algorithms: withRs256,
  hint: false,
  methods: {},
  pushed: 'offered',
  typedLogout: false,
} as const satisfies ProviderPreset;

/** The ways in of ID-porten, by HelseID's names for them. */
const idportenMethods = ['bankid', 'bankidmobil', 'buypass', 'commfides', 'minid'] as const;
/** The card at Buypass itself, by HelseID's name. */
const buypassCard = 'bp:amr:sc';

/** An identity provider as HelseID's rules for such providers describe one: acr in words, the number in the ID token, no RSASSA-PKCS1-v1_5. */
const healthSector: ProviderPreset = {
  ...usual,
  subjects: [{ claim: 'pid', namespace: norwegian }],
  levels: { Betydelig: 'substantial', Høyt: 'high', Level3: 'substantial', Level4: 'high' },
  asked: { substantial: 'Level3', high: 'Level4' },
  scopes: ['openid', 'profile'],
  algorithms: modern,
};

export const providerPresets: Readonly<Record<ProviderPresetName, ProviderPreset>> = {
  // docs.digdir.no: RS256, pid, idporten-loa-*; Level3 and Level4 are its older names.
  idporten: {
    ...usual,
    subjects: [{ claim: 'pid', namespace: norwegian }],
    levels: {
      'idporten-loa-substantial': 'substantial',
      'idporten-loa-high': 'high',
      Level3: 'substantial',
      Level4: 'high',
    },
    asked: { substantial: 'idporten-loa-substantial', high: 'idporten-loa-high' },
    scopes: ['openid', 'profile'],
    methods: Object.fromEntries(idportenMethods.map((name) => [name, null])),
    onBehalfOf: 'onbehalfof',
    pushed: 'needed',
  },
  // developer.bankid.no: the number needs scope nnin_altsub and comes from UserInfo for some clients.
  'bankid-no': {
    ...usual,
    subjects: [{ claim: 'nnin_altsub', namespace: norwegian }],
    levels: { 'urn:bankid:bid;LOA=4': 'high' },
    scopes: ['openid', 'profile', 'nnin_altsub'],
    userinfo: true,
    hint: true,
  },
  buypass: { ...healthSector, methods: { [buypassCard]: null } },
  commfides: healthSector,
  // Microsoft Entra ID: `oid` is the person within the tenant, which the issuer names; its levels are the tenant's own rules.
  entra: { ...usual, ownSubject: 'oid', scopes: ['openid', 'profile'], hint: true },
  adfs: { ...usual, ownSubject: 'sub', scopes: ['openid', 'profile'], hint: true },
  // Freja eID OIDC: scopes and claims by URL. Its names of levels are Sweden Connect's; what an installation gets is in its record.
  freja: {
    ...usual,
    subjects: [
      {
        claim: 'https://frejaeid.com/oidc/claims/personalIdentityNumber',
        namespace: 'se-personnummer',
        when: { claim: 'https://frejaeid.com/oidc/claims/country', value: 'SE' },
      },
    ],
    levels: {
      'http://id.elegnamnden.se/loa/1.0/loa2': 'low',
      'http://id.elegnamnden.se/loa/1.0/loa3': 'substantial',
      'http://id.elegnamnden.se/loa/1.0/loa4': 'high',
    },
    asked: { substantial: 'http://id.elegnamnden.se/loa/1.0/loa3', high: 'http://id.elegnamnden.se/loa/1.0/loa4' },
    scopes: ['openid', 'https://frejaeid.com/oidc/scopes/personalIdentityNumber'],
  },
  // HelseID, and hubs that speak as it does.
  helseid: {
    ...usual,
    subjects: [
      { claim: 'helseid://claims/identity/pid', namespace: norwegian },
      { claim: 'helseid://claims/hpr/hpr_number', namespace: 'no-hpr' },
    ],
    levelClaims: ['helseid://claims/identity/assurance_level', 'helseid://claims/identity/security_level'],
    levels: { substantial: 'substantial', high: 'high', '3': 'substantial', '4': 'high' },
    asked: { substantial: 'Level3', high: 'Level4' },
    scopes: [
      'openid',
      'profile',
      'helseid://scopes/identity/pid',
      'helseid://scopes/identity/security_level',
      'helseid://scopes/identity/assurance_level',
      'helseid://scopes/hpr/hpr_number',
    ],
    userinfo: true,
    hint: true,
    methods: {
      ...Object.fromEntries(idportenMethods.map((name) => [name, `amr:${name}`])),
      [buypassCard]: buypassCard,
    },
    onBehalfOf: 'on_behalf_of',
    pushed: 'needed',
    typedLogout: true,
  },
  generic: { ...usual, ownSubject: 'sub', hint: true },
};

/** Claims that name nobody for good: people share, change and pass them on (OIDC Core 5.7; A1). */
export const changeableClaims: readonly string[] = [
  'email',
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'phone_number',
];

/** The namespace of a provider's own names for people: no two providers share one (A2). */
export const ownNamespace = ({ id, connector }: Pick<Provider, 'id' | 'connector'>): string => `${connector}:${id}`;

/** Namespaces that evidence of this provider, which is asked by either protocol, may carry. */
export function assertedNamespaces(provider: Provider): readonly string[] {
  const { namespaces = [], organisation } = provider.upstream ?? provider.saml ?? {};
  return [...(organisation === undefined ? namespaces : []), ownNamespace(provider)];
}

/** The preset as this provider's record completes it. */
export function presetOf(upstream: Upstream): ProviderPreset & { readonly methodLevels: Upstream['methodLevels'] } {
  const preset = providerPresets[upstream.preset];
  const ownSubject = upstream.subjectClaim ?? preset.ownSubject;
  return {
    ...preset,
    ...(ownSubject === undefined ? {} : { ownSubject }),
    levels: { ...preset.levels, ...upstream.levels },
    methodLevels: upstream.methodLevels,
    methods: { ...preset.methods, ...upstream.methods },
    asked: { ...preset.asked, ...(Object.keys(preset.asked).length === 0 ? namesOf(upstream.levels) : {}) },
    scopes: [...new Set([...preset.scopes, ...upstream.scopes])],
  };
}

/** How to ask for a level where the record alone names them: its first name for it. */
function namesOf(levels: Upstream['levels']): ProviderPreset['asked'] {
  const asked: Partial<Record<Assurance, string>> = {};
  for (const [name, level] of Object.entries(levels)) asked[level] ??= name;
  const { low: _low, ...rest } = asked;
  return rest;
}
