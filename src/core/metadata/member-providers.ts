// Providers of a whole source by one record: which of its entities stand for a member of the federation, and as what.
import { createHash } from 'node:crypto';
import type { EpochMs } from '../../base/clock.ts';
import type { Scope } from '../../base/saml/index.ts';
import { type Assurance, higherOf, type LocalizedText, lowerOf } from '../../wire/codes/index.ts';
import {
  type CatalogueSnapshot,
  type Federation,
  isMember,
  type Provider,
  plainScopes,
  type SamlMembers,
  type SamlUpstream,
  samlPresetOf,
  scopeOf,
} from '../catalogue/index.ts';
import type { SamlProvider } from './partner-records.ts';

export type MembersRecord = Provider & { readonly samlMembers: SamlMembers };

/** What of a listed provider says whose it is. */
export interface ListedProvider {
  readonly entityId: string;
  /** Language -> name. */
  readonly names: Readonly<Record<string, string>>;
  readonly scopes: readonly Scope[];
  /** Levels that its federation certified it for; undefined when its metadata does not say. */
  readonly certified: readonly string[] | undefined;
}

export interface MemberFacts {
  readonly record: MembersRecord;
  readonly listed: ListedProvider;
  readonly federation: Federation | undefined;
  /** Scope -> the members that it stands for. */
  readonly owners: ReadonlyMap<string, ReadonlySet<string>>;
  /** Entity IDs that have a record of their own. */
  readonly written: ReadonlySet<string>;
  readonly now: EpochMs;
}

export interface MemberCheck {
  readonly name: string;
  readonly clause: string;
  /** In words for the operator. */
  readonly because: string;
  readonly test: (facts: MemberFacts) => boolean;
}

/** The members whom any of the scopes stands for. */
const ownersOf = ({ listed, owners }: MemberFacts): ReadonlySet<string> =>
  new Set(listed.scopes.flatMap(({ value }) => [...(owners.get(scopeOf(value)) ?? [])]));

export const memberChecks: readonly MemberCheck[] = [
  {
    name: 'member.noRecord',
    clause: 'house: what is written of one partner counts more than what is written of all',
    because: 'it has a record of its own',
    test: ({ listed, written }) => !written.has(listed.entityId),
  },
  {
    name: 'member.scoped',
    clause: 'K3; shibmd:Scope: nothing else in metadata says whose people they are',
    because: 'its metadata names no scope, or a pattern, which is never tried',
    test: ({ listed: { scopes } }) =>
      scopes.length > 0 && !scopes.some(({ regexp }) => regexp) && plainScopes({ scopes }).length === scopes.length,
  },
  {
    name: 'member.known',
    clause: 'K3: it speaks for members alone',
    because: 'one of its scopes is no member’s number or domain name',
    test: ({ listed, owners }) => listed.scopes.every(({ value }) => owners.has(scopeOf(value))),
  },
  {
    name: 'member.one',
    clause: 'A2; K3: a provider proves the people of one organisation',
    because: 'its scopes are those of several members',
    test: (facts) => ownersOf(facts).size <= 1,
  },
  {
    name: 'member.now',
    clause: 'K3: only while the organisation is a member',
    because: 'its organisation is no member now',
    test: (facts) => {
      const { federation, now } = facts;
      return federation !== undefined && [...ownersOf(facts)].some((owner) => isMember(federation, owner, now));
    },
  },
];

/** Scope -> members, by their numbers and the domain names that the federation's record gives them. */
export function scopeOwners(
  federation: Federation | undefined,
  numbers: ReadonlyMap<string, string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const owners = new Map<string, Set<string>>();
  for (const { organisation, scopes = [] } of federation?.members ?? []) {
    const number = numbers.get(organisation);
    for (const scope of [...scopes, ...(number === undefined ? [] : [number])].map(scopeOf))
      owners.set(scope, (owners.get(scope) ?? new Set()).add(organisation));
  }
  return owners;
}

export type MemberVerdict =
  | { readonly ok: true; readonly provider: SamlProvider }
  | { readonly ok: false; readonly check: MemberCheck };

/** The provider that the entity is here, or the first check that keeps it out. */
export function memberProvider(facts: MemberFacts, checks = memberChecks): MemberVerdict {
  const failed = checks.find(({ test }) => !test(facts));
  if (failed !== undefined) return { ok: false, check: failed };
  const { record, listed } = facts;
  const { samlMembers, ...shared } = record;
  const { source, ...rules } = samlMembers;
  const saml: SamlUpstream = {
    ...rules,
    ...{ entityId: listed.entityId, metadata: { source }, singleSignOn: [], singleLogout: [] },
    ...{ keys: { signing: [], encryption: [] }, namespaces: [], organisation: [...ownersOf(facts)][0] },
    scopes: listed.scopes.map(({ value }) => scopeOf(value)),
  };
  return {
    ok: true,
    provider: {
      ...shared,
      ...{ id: memberId(record.id, listed.entityId), madeBy: record.id, saml },
      name: nameOf(listed, record.name),
      maximumAssurance: lowerOf(record.maximumAssurance, certifiedLevel(listed, saml)),
    },
  };
}

/** The same for as long as record and entity have their names: people's identities there are in a namespace made of it. */
export const memberId = (record: string, entityId: string): string =>
  `${record}.${createHash('sha256').update(entityId).digest('hex').slice(0, 20)}`;

/** Metadata has three names for Norwegian. */
function nameOf({ names }: ListedProvider, otherwise: LocalizedText): LocalizedText {
  const { sv, nl, no, nb = no, nn = no } = names;
  const others = Object.entries({ sv, nb, nn, nl }).filter(([, name]) => name !== undefined);
  return { en: names['en'] ?? Object.values(names)[0] ?? otherwise.en, ...Object.fromEntries(others) };
}

/** The highest level that its federation certified it for, by the names that count for it; a name that is none is low. */
function certifiedLevel({ certified }: ListedProvider, saml: SamlUpstream): Assurance {
  if (certified === undefined) return 'high';
  const { levels } = samlPresetOf(saml);
  return certified
    .map((name): Assurance => (Object.hasOwn(levels, name) ? (levels[name] ?? 'low') : 'low'))
    .reduce(higherOf, 'low');
}

const hasMembers = (provider: Provider): provider is MembersRecord => provider.samlMembers !== undefined;

/** The records of this kind. */
export const memberRecords = ({ providers }: Pick<CatalogueSnapshot, 'providers'>): readonly MembersRecord[] =>
  [...providers.values()].filter(hasMembers);

/** The federation that a record's source speaks for. */
export const federationOfRecord = (
  { metadataSources, federations }: CatalogueSnapshot,
  { samlMembers }: MembersRecord,
): Federation | undefined => federations.get(metadataSources.get(samlMembers.source)?.federation ?? '');

/** Entity IDs of providers whose records somebody wrote. */
export const writtenEntities = ({ providers }: Pick<CatalogueSnapshot, 'providers'>): ReadonlySet<string> =>
  new Set([...providers.values()].flatMap(({ saml, madeBy }) => (madeBy === undefined ? (saml?.entityId ?? []) : [])));

/** The snapshot with the members' providers among the others. A record of the same id counts more. */
export const withMembers = (snapshot: CatalogueSnapshot, members: readonly Provider[]): CatalogueSnapshot => ({
  ...snapshot,
  providers: new Map([...members.map((one) => [one.id, one] as const), ...snapshot.providers]),
});
