// From an assertion to our terms: who, of which organisation, at which level, when. Nothing is ever raised.
import { type EpochMs, secondMs } from '../../../base/clock.ts';
import { type AssertionFacts, nameIdFormats } from '../../../base/saml/index.ts';
import {
  assertedNamespaces,
  ownNamespace,
  type SamlFact,
  type SamlPreset,
  samlAttributes,
  scopeOf,
} from '../../../core/catalogue/index.ts';
import { normaliseIdentity, type SubjectKey } from '../../../core/directory/index.ts';
import type { Assurance } from '../../../wire/codes/index.ts';
import type { LoginMemo } from './memo.ts';
import type { OwnEntity, SamlProvider } from './ports.ts';

type Said = Pick<AssertionFacts, 'attributes'>;

/** By how much a provider's clock may differ, as `base/saml` has it. */
export const leewayMs = 60 * secondMs;

/** All values of an attribute, also when it stands there twice. */
const valuesOf = ({ attributes }: Said, name: string): readonly string[] =>
  attributes.filter((one) => one.name === name).flatMap(({ values }) => values);

/** All values of a fact about the person, whichever family names it. */
export const factsOf = (said: Said, fact: SamlFact): readonly string[] =>
  samlAttributes[fact].flatMap((name) => valuesOf(said, name));

/** The one value of an attribute: of several nobody knows which is meant. */
function onlyValue(said: Said, name: string): string | undefined {
  const [only, ...more] = valuesOf(said, name);
  return more.length === 0 ? only : undefined;
}

/**
 * The provider's lasting name for the person towards us (SAML Core 8.3.7): the qualifiers, where they stand, are the
 * provider's and ours. A transient name is for one visit, an address of mail is passed on: neither is anybody.
 */
function lastingName(
  { nameId }: Pick<AssertionFacts, 'nameId'>,
  provider: SamlProvider,
  own: OwnEntity,
): string | undefined {
  if (nameId?.format !== nameIdFormats.persistent) return undefined;
  const { nameQualifier = provider.saml.entityId, spNameQualifier = own.entityId } = nameId;
  return nameQualifier === provider.saml.entityId && spNameQualifier === own.entityId ? nameId.value : undefined;
}

/** The identifiers that the assertion names and this provider may assert, in their one spelling; best first, each once. */
export function subjectsOf(
  provider: SamlProvider,
  preset: SamlPreset,
  assertion: AssertionFacts,
  own: OwnEntity,
): readonly SubjectKey[] {
  const allowed = assertedNamespaces(provider);
  const { ownSubject } = preset;
  const ownName =
    ownSubject === 'NameID' ? lastingName(assertion, provider, own) : ownSubject && onlyValue(assertion, ownSubject);
  const given = [
    ...preset.subjects
      .filter(({ namespace }) => allowed.includes(namespace))
      .map(({ attribute, namespace }) => ({ namespace, value: onlyValue(assertion, attribute) })),
    { namespace: ownNamespace(provider), value: ownName },
  ];
  const found = new Map<string, SubjectKey>();
  for (const { namespace, value } of given) {
    const normal = value === undefined ? undefined : normaliseIdentity(namespace, value);
    if (normal?.ok) found.set(`${namespace} ${normal.value}`, { namespace, value: normal.value });
  }
  return [...found.values()];
}

/** The provider's own name of the level, where it is one that we know (it may be said on: core/catalogue/level-name-out). */
export const levelNameOf = (
  { authnContextClassRef: name }: AssertionFacts,
  { levels }: SamlPreset,
): string | undefined => (Object.hasOwn(levels, name) ? name : undefined);

/** The level of an answer, by the explicit names of this provider: an unknown name is low. */
export const levelOf = ({ authnContextClassRef: name }: AssertionFacts, { levels }: SamlPreset): Assurance =>
  Object.hasOwn(levels, name) ? (levels[name] ?? 'low') : 'low';

/**
 * What the assertion says it speaks for: scopes and organisation numbers. An affiliation is split at its LAST @ (Sweden
 * Connect 04, 3.2.3), for the name before it may have one.
 */
export function scopesOf(said: Said): readonly string[] {
  const scoped = [...factsOf(said, 'affiliation'), ...factsOf(said, 'scoped')].flatMap((value) => {
    const at = value.lastIndexOf('@');
    return at < 0 ? [] : [value.slice(at + 1)];
  });
  return [...scoped, ...factsOf(said, 'organisationNumber')].map(scopeOf);
}

/**
 * When the proof was made: never later than the provider says. A login on this visit counts from its beginning, so that
 * clocks that differ a little do not make it older than the visit.
 */
export function provenAt({ authnInstant: at }: AssertionFacts, { begunAt }: LoginMemo, now: EpochMs): EpochMs {
  return at + leewayMs >= begunAt ? Math.min(now, Math.max(at, begunAt)) : at;
}

/** The name to show before the directory is read; at most 200 characters. */
export function displayNameOf(said: Said): string | undefined {
  const [whole] = factsOf(said, 'displayName');
  const parts = [factsOf(said, 'givenName')[0], factsOf(said, 'familyName')[0]].filter((one) => one !== undefined);
  const name = (whole ?? parts.join(' ')).slice(0, 200);
  return name === '' ? undefined : name;
}

/** The one commission that it names, in its one spelling: of several nobody knows which was chosen. */
export function commissionOf(said: Said): string | undefined {
  const [only, ...more] = new Set(factsOf(said, 'commission').map((value) => value.trim().toUpperCase()));
  const normal = only === undefined ? undefined : normaliseIdentity('hsa-id', only);
  return normal?.ok && more.length === 0 ? normal.value : undefined;
}

const mostMethods = 10;
const methodShape = /^[\x21-\x7e]{1,64}$/;

/** What the provider calls the means of proof. */
export const methodsOf = (said: Said): readonly string[] =>
  factsOf(said, 'method')
    .filter((one) => methodShape.test(one))
    .slice(0, mostMethods);
