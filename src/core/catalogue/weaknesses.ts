// What is allowed but weaker than the default: shown in the application's record and on the dashboard (B5).
import { parseBlock } from '../../base/ip-address.ts';
import { lowerOf } from '../../wire/codes/index.ts';
import { idTokenAlgorithmOf, mustBind } from './protocol-profile.ts';
import { answerRulesOf } from './saml-application-preset.ts';
import { samlPresetOf } from './saml-provider-preset.ts';
import {
  type Api,
  type CatalogueSnapshot,
  defaultLifetimes,
  type Lifetimes,
  type OidcApplication,
  type SamlApplication,
} from './snapshot.ts';

export const applicationWeaknesses = [
  'basicProfile',
  'bearerTokens',
  'clientSecret',
  'rs256',
  'httpLoopback',
  'longAccessToken',
  'longRefresh',
] as const;
export type ApplicationWeakness = (typeof applicationWeaknesses)[number];

/** How an application is weaker than the default, in a fixed order; empty for one that is not. */
export function weaknesses(application: OidcApplication): readonly ApplicationWeakness[] {
  const { profile, authentication, redirectUris, accessTokenSeconds, refreshSeconds } = application;
  const found: Readonly<Record<ApplicationWeakness, boolean>> = {
    basicProfile: profile === 'basic',
    bearerTokens: !mustBind(application),
    clientSecret: authentication.method !== 'private_key_jwt',
    rs256: idTokenAlgorithmOf(application) === 'RS256',
    httpLoopback: redirectUris.some((uri) => uri.startsWith('http:')),
    longAccessToken: (accessTokenSeconds ?? 0) > defaultLifetimes.accessToken,
    longRefresh: (refreshSeconds ?? 0) > defaultLifetimes.refresh,
  };
  return applicationWeaknesses.filter((code) => found[code]);
}

export const apiWeaknesses = ['bearerTokens', 'rs256', 'plainType', 'longAccessToken'] as const;
export type ApiWeakness = (typeof apiWeaknesses)[number];

/** How an API is weaker than the default, in a fixed order. */
export function weaknessesOfApi(api: Api): readonly ApiWeakness[] {
  const { requireBoundTokens, accessTokenAlgorithm, accessTokenType, accessTokenSeconds } = api;
  const found: Readonly<Record<ApiWeakness, boolean>> = {
    bearerTokens: requireBoundTokens === false,
    rs256: accessTokenAlgorithm === 'RS256',
    plainType: accessTokenType === 'JWT',
    longAccessToken: (accessTokenSeconds ?? 0) > defaultLifetimes.accessToken,
  };
  return apiWeaknesses.filter((code) => found[code]);
}

export type HubWeakness =
  | { readonly code: 'demo' }
  | { readonly code: 'weakApplications'; readonly applications: readonly string[] }
  | { readonly code: 'weakApis'; readonly apis: readonly string[] }
  | {
      readonly code: 'longLifetime';
      readonly lifetime: keyof Lifetimes;
      readonly seconds: number;
      readonly usual: number;
    }
  /** A provider that we prove ourselves to by a shared secret, that takes made-up national numbers, that may encrypt by CBC, or whose password counts for two factors. */
  | {
      readonly code: 'providerSecret' | 'providerTestNumbers' | 'providerCbc' | 'providerPassword';
      readonly provider: string;
    }
  /** A SAML application that logins may begin for without a request, or that is sent answers with less protection than usual. */
  | { readonly code: 'unsolicitedLogins' | 'partlySigned' | 'unencrypted'; readonly application: string }
  /** Cards of a population may be let in while their status cannot be had. */
  | { readonly code: 'revocationGrace'; readonly population: string; readonly until: string; readonly reason: string }
  /** A login goes on though nobody says whether its pre-condition holds. */
  | { readonly code: 'preconditionGoesOn'; readonly precondition: string }
  /** Cards of a kind may be files that can be copied. */
  | { readonly code: 'softCards'; readonly cardProfile: string }
  /** A register of people may bring HSA-IDs of test environments, or what was made for tests. */
  | { readonly code: 'sourceTestIdentifiers' | 'sourceFeigned'; readonly source: string }
  | { readonly code: 'wideProxies'; readonly block: string }
  | { readonly code: 'wideNetwork'; readonly network: string; readonly block: string };

function weaknessesOfSamlApplication(application: SamlApplication): readonly HubWeakness[] {
  const { signs, encrypts } = answerRulesOf(application);
  const hasKey = application.keys.encryption.length > 0;
  return [
    ...(application.unsolicited ? [{ code: 'unsolicitedLogins', application: application.id } as const] : []),
    ...(signs === 'both' ? [] : [{ code: 'partlySigned', application: application.id } as const]),
    ...(encrypts === 'never' && hasKey ? [{ code: 'unencrypted', application: application.id } as const] : []),
  ];
}

/** Prefixes below which a block is a large part of the internet. */
const widePrefix = (octets: number) => (octets === 4 ? 8 : 32);
const isWide = (cidr: string): boolean => {
  const block = parseBlock(cidr);
  return block !== undefined && block.bits < widePrefix(block.bytes.length);
};

/** How the whole hub is weaker than its defaults. */
export function hubWeaknesses(snapshot: CatalogueSnapshot): readonly HubWeakness[] {
  const { settings } = snapshot;
  const weak = [...snapshot.clients.values()].filter((application) => weaknesses(application).length > 0);
  const weakApis = [...snapshot.apis.values()].filter((api) => weaknessesOfApi(api).length > 0);
  const names = Object.keys(defaultLifetimes) as (keyof Lifetimes)[];
  return [
    ...(settings.demo ? [{ code: 'demo' } as const] : []),
    ...(weak.length > 0 ? [{ code: 'weakApplications', applications: weak.map(({ id }) => id) } as const] : []),
    ...(weakApis.length > 0 ? [{ code: 'weakApis', apis: weakApis.map(({ id }) => id) } as const] : []),
    ...names
      .filter((name) => settings.lifetimes[name] > defaultLifetimes[name])
      .map(
        (name) =>
          ({
            code: 'longLifetime',
            lifetime: name,
            seconds: settings.lifetimes[name],
            usual: defaultLifetimes[name],
          }) as const,
      ),
    ...[...snapshot.providers.values()].flatMap(
      ({ id: provider, upstream, saml, samlMembers, domain, maximumAssurance }) => [
        ...(upstream !== undefined && upstream.authentication.method !== 'private_key_jwt'
          ? [{ code: 'providerSecret', provider } as const]
          : []),
        ...((upstream ?? saml ?? samlMembers)?.testNumbers ? [{ code: 'providerTestNumbers', provider } as const] : []),
        ...[saml ?? samlMembers ?? []]
          .flat()
          .flatMap((one) => (samlPresetOf(one).allowCbc ? [{ code: 'providerCbc', provider } as const] : [])),
        ...(domain !== undefined && lowerOf(domain.assurance, maximumAssurance) !== 'low'
          ? [{ code: 'providerPassword', provider } as const]
          : []),
      ],
    ),
    ...[...snapshot.samlApplications.values()].flatMap(weaknessesOfSamlApplication),
    ...[...snapshot.populations.values()].flatMap(({ id: population, revocation: { grace } }) =>
      grace === undefined ? [] : [{ code: 'revocationGrace', population, ...grace } as const],
    ),
    ...[...snapshot.cardProfiles.values()].flatMap(({ id: cardProfile, softCard }) =>
      softCard ? [{ code: 'softCards', cardProfile } as const] : [],
    ),
    ...[...snapshot.personSources.values()].flatMap(({ id: source, testIdentifiers, allowFeigned }) => [
      ...(testIdentifiers ? [{ code: 'sourceTestIdentifiers', source } as const] : []),
      ...(allowFeigned ? [{ code: 'sourceFeigned', source } as const] : []),
    ]),
    ...[...snapshot.preconditions.values()].flatMap(({ id: precondition, whenSilent, closed }) =>
      whenSilent === 'goOn' && !closed ? [{ code: 'preconditionGoesOn', precondition } as const] : [],
    ),
    ...settings.trustedProxies.filter(isWide).map((block) => ({ code: 'wideProxies', block }) as const),
    // What a network says of its devices or its address limits is believed of everybody in it.
    ...[...snapshot.networks.values()].flatMap(({ id, cidrs }) =>
      cidrs.filter(isWide).map((block) => ({ code: 'wideNetwork', network: id, block }) as const),
    ),
  ];
}
