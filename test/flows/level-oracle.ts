// What must come of a login in each case of the matrix of levels: written from the rules in words, without a line of the product.
import type { Course, Protocol, Wanted } from '../fakes/proxy-hub.ts';

export type Level = 'low' | 'substantial' | 'high';
export const levels: readonly Level[] = ['low', 'substantial', 'high'];
const rank = (level: Level): number => levels.indexOf(level);
export const lower = (one: Level, other: Level): Level => (rank(one) < rank(other) ? one : other);
const higher = (one: Level, other: Level): Level => (rank(one) > rank(other) ? one : other);

const sweden = 'http://id.elegnamnden.se/loa/1.0/';
const europe = 'http://eidas.europa.eu/LoA/';
export const ours = (level: Level): string => `urn:tillit:loa:${level}`;
export const loa = (level: 2 | 3 | 4): string => `${sweden}loa${level}`;

/** What each name means to everybody. */
export const meanings: Readonly<Record<string, Level>> = {
  ...Object.fromEntries(levels.map((level) => [ours(level), level])),
  [loa(2)]: 'low',
  [loa(3)]: 'substantial',
  [loa(4)]: 'high',
  [`${sweden}eidas-nf-high`]: 'high',
  [`${europe}substantial`]: 'substantial',
  [`${europe}high`]: 'high',
};

/** What the provider's record says that its names are worth: one of them less than it means elsewhere. */
export const worth: Readonly<Record<string, Level>> = {
  [loa(2)]: 'low',
  [loa(3)]: 'substantial',
  [loa(4)]: 'high',
  [`${sweden}eidas-nf-high`]: 'low',
};

/** What the provider says of a login; the last one is ours to say, and no name of its own. */
export const said = [...Object.keys(worth), ours('high')];
/** The hub is approved for this name of others. */
export const approvedNames = [`${europe}substantial`];

const none: Wanted = { names: [] };
const unknown = 'https://kommun.example/very-strong';
/** What applications ask for. */
export const wishes: Readonly<Record<Protocol, readonly Wanted[]>> = {
  saml: [
    none,
    ...(['exact', 'minimum'] as const).flatMap((comparison): Wanted[] => [
      ...levels.map((level) => ({ comparison, names: [ours(level)] })),
      { comparison, names: [loa(4)] },
      { comparison, names: [unknown] },
    ]),
    { comparison: 'exact', names: [loa(3)] },
    { comparison: 'exact', names: [loa(3), ours('high')] },
    { comparison: 'exact', names: [`${europe}substantial`] },
    { comparison: 'exact', names: [`${europe}high`] },
  ],
  oidc: [
    none,
    ...(['acr_values', 'essential'] as const).flatMap((by): Wanted[] => [
      ...levels.map((level) => ({ by, names: [ours(level)] })),
      { by, names: [loa(4)] },
      { by, names: [unknown] },
    ]),
    { by: 'voluntary', names: [ours('high')] },
    { by: 'acr_values', names: [ours('high'), loa(3)] },
  ],
};

/** A case: who says what, who may say how much, and who wants how much. */
export interface Case {
  readonly source: Protocol;
  readonly target: Protocol;
  readonly said: string;
  readonly approved: Level;
  readonly minimum: Level;
  readonly wanted: Wanted;
  readonly card: boolean;
}

/** The true level of a login at the provider. */
export const trueLevel = (one: Pick<Case, 'said' | 'approved'>): Level => lower(worth[one.said] ?? 'low', one.approved);

const meaningsOf = ({ names }: Wanted): readonly Level[] =>
  names.flatMap((name) => (meanings[name] === undefined ? [] : [meanings[name]]));

/** The level that must be reached: any of the names asked for will do, but the application's minimum holds beside them. */
export const neededLevel = ({ minimum, wanted }: Pick<Case, 'minimum' | 'wanted'>): Level => {
  const asked = meaningsOf(wanted);
  return asked.length === 0 ? minimum : higher(minimum, asked.reduce(lower));
};

/** The protocols' words. */
const words = {
  saml: { unreachable: 'refused NoAuthnContext', cancelled: 'refused cancel', passive: 'refused NoPassive' },
  oidc: {
    unreachable: 'refused unmet_authentication_requirements',
    cancelled: 'refused access_denied',
    passive: 'refused login_required',
  },
} as const;

/** Only names that mean nothing: SAML has none to answer by; of OpenID Connect they count when they are essential. */
const isNonsense = ({ target, wanted }: Case): boolean =>
  wanted.names.length > 0 && meaningsOf(wanted).length === 0 && (target === 'saml' || wanted.by === 'essential');

/** What is told of a login of `level`, which the provider called `carried`. */
function told({ target, wanted }: Case, level: Level, carried: string | undefined): string {
  if (target === 'oidc') return ours(level);
  const isTrue = (name: string) =>
    meanings[name] === level && (name === ours(level) || name === carried || approvedNames.includes(name));
  const asked = wanted.names.find(isTrue);
  if (asked !== undefined) return asked;
  if (wanted.names.length > 0 && wanted.comparison === 'exact') return words.saml.unreachable;
  return carried !== undefined && isTrue(carried) ? carried : ours(level);
}

const carriedBy = (name: string): string | undefined => (worth[name] === undefined ? undefined : name);

const nowhere = { asked: undefined, word: undefined, card: false } as const;

/** How the provider is asked: by SAML for every name that will do, by OpenID Connect for the first of the very level. */
function askedFor({ source }: Case, needed: Level): readonly string[] {
  if (needed === 'low') return [];
  const all = Object.keys(worth).filter((name) => rank(worth[name] ?? 'low') >= rank(needed));
  return source === 'saml' ? all : all.filter((name) => worth[name] === needed).slice(0, 1);
}

/** The course of a login by somebody who tries the provider first, then a card of level high, and then gives up. */
export function expected(one: Case): Course {
  const { target, approved, card, said: name } = one;
  const refused = words[target];
  if (isNonsense(one)) return { ...nowhere, end: refused.unreachable };
  const needed = neededLevel(one);
  const isOffered = rank(approved) >= rank(needed);
  if (!isOffered && !card) return { ...nowhere, end: refused.unreachable };
  const level = trueLevel(one);
  const asked = isOffered ? askedFor(one, needed) : undefined;
  if (isOffered && rank(level) >= rank(needed)) return { ...nowhere, asked, end: told(one, level, carriedBy(name)) };
  return {
    asked,
    word: isOffered ? 'upstream.levelTooLow' : undefined,
    card,
    end: card ? told(one, 'high', undefined) : refused.cancelled,
  };
}

/** The same by somebody who was logged in at the provider before, for an application of the other protocol. */
export function expectedAgain(one: Case): Course {
  const { target, wanted, approved, card } = one;
  const needed = neededLevel(one);
  const level = trueLevel(one);
  const isEnough = !isNonsense(one) && rank(level) >= rank(needed);
  if (isEnough) return { ...nowhere, end: told(one, level, carriedBy(one.said)) };
  const isReachable = card || rank(approved) >= rank(needed);
  if (wanted.passive && !isNonsense(one) && isReachable) return { ...nowhere, end: words[target].passive };
  return expected(one);
}
