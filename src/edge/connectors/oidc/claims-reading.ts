// From a provider's claims to ours: who, at which level, by what means, when. Nothing is ever raised.
import type { EpochMs } from '../../../base/clock.ts';
import type { JsonObject, JwtClaims } from '../../../base/jose/index.ts';
import { assertedNamespaces, ownNamespace, type ProviderPreset, type Upstream } from '../../../core/catalogue/index.ts';
import { normaliseIdentity, type SubjectKey } from '../../../core/directory/index.ts';
import { type Assurance, higherOf, lowerOf } from '../../../wire/codes/index.ts';
import type { LoginMemo } from './answer-facts.ts';
import { leewaySeconds } from './checks.ts';
import type { UpstreamProvider } from './ports.ts';

type Preset = ProviderPreset & { readonly methodLevels: Upstream['methodLevels'] };

/** A longer name of a provider's session is not kept. */
export const longestSession = 256;
const mostMethods = 10;
const methodShape = /^[\x21-\x7e]{1,64}$/;

/** `amr` as a list, whether it came as one or as a text. */
export function methodsOf(claims: JsonObject): readonly string[] {
  const { amr } = claims;
  const all = Array.isArray(amr) ? amr : amr === undefined ? [] : [amr];
  return all.filter((one): one is string => typeof one === 'string' && methodShape.test(one)).slice(0, mostMethods);
}

const worth = (names: Readonly<Record<string, Assurance>>, name: unknown): Assurance =>
  typeof name === 'string' && Object.hasOwn(names, name) ? (names[name] ?? 'low') : 'low';

/**
 * The level of an ID token, by the explicit names of this provider: an unknown name is low, and of several the lowest
 * counts. A provider that has no names for levels is read by its methods, of which the best counts.
 */
export function levelOf(claims: JsonObject, preset: Preset): Assurance {
  if (Object.keys(preset.levels).length > 0) {
    const names = preset.levelClaims.map((claim) => claims[claim]).filter((name) => name !== undefined);
    const [first, ...more] = names.map((name) => worth(preset.levels, name));
    return more.reduce(lowerOf, first ?? 'low');
  }
  return methodsOf(claims).reduce((best: Assurance, name) => higherOf(best, worth(preset.methodLevels, name)), 'low');
}

/** What the provider called the level, where it is one of its known names. */
export const levelNameOf = ({ acr }: JsonObject, { levels }: Preset): string | undefined =>
  typeof acr === 'string' && Object.hasOwn(levels, acr) ? acr : undefined;

/** The identifiers that the claims assert and this provider may assert, in their one spelling; best first. */
export function subjectsOf(
  provider: UpstreamProvider,
  preset: Preset,
  claims: JsonObject,
  userinfo: JsonObject | undefined,
): readonly SubjectKey[] {
  const allowed = assertedNamespaces(provider);
  const own = ownNamespace(provider);
  const value = (claim: string): unknown => claims[claim] ?? userinfo?.[claim];
  const wanted = [
    ...preset.subjects
      .filter(({ namespace, when }) => allowed.includes(namespace) && (!when || value(when.claim) === when.value))
      .map(({ claim, namespace }) => ({ claim, namespace })),
    // The provider's own name for a person must be signed: UserInfo is not.
    ...(preset.ownSubject === undefined ? [] : [{ claim: preset.ownSubject, namespace: own }]),
  ];
  return wanted.flatMap(({ claim, namespace }) => {
    const given = namespace === own ? claims[claim] : value(claim);
    if (typeof given !== 'string') return [];
    const normal = normaliseIdentity(namespace, given);
    return normal.ok ? [{ namespace, value: normal.value }] : [];
  });
}

/**
 * When the proof was made: never later than the provider says. A login on this visit counts from its beginning, so that
 * whole seconds and clocks that differ a little do not make it older than the visit.
 */
export function provenAt({ all }: JwtClaims, memo: LoginMemo, now: EpochMs): EpochMs {
  const at = typeof all.auth_time === 'number' ? all.auth_time * 1000 : now;
  return at + leewaySeconds * 1000 >= memo.begunAt ? Math.min(now, Math.max(at, memo.begunAt)) : at;
}

/** The name to show before the directory is read; at most 200 characters. */
export function displayNameOf(claims: JsonObject): string | undefined {
  const { name, given_name: given, family_name: family } = claims;
  const whole = typeof name === 'string' ? name : [given, family].filter((one) => typeof one === 'string').join(' ');
  return whole === '' ? undefined : whole.slice(0, 200);
}
