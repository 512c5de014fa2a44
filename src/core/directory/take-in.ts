// What a source's word of one person changes here: a new person, names, identities, assignments. Pure.
import type { EpochMs } from '../../base/clock.ts';
import { tokenHash } from '../../base/ids.ts';
import { type EnrolmentRule, isMeant, type MemberLimits, roleOf } from '../catalogue/enrolment-rule.ts';
import { type Truth, truthAttributes } from '../catalogue/fed-people.ts';
import {
  type Assignment,
  type Organisation,
  type Person,
  personalNumberNamespaces,
  type SubjectKey,
  type Unit,
} from './directory.ts';
import type { SourceCommission, SourcePerson } from './person-source.ts';
import { presentValue, type TruthValues, type Word, weigh } from './truth.ts';

/** A live link of somebody; `value` is absent where it cannot be opened. */
export interface KnownLink {
  readonly id: string;
  readonly namespace: string;
  readonly value?: string | undefined;
  /** `self`, `apply`, or the source's mark (`markOf`). */
  readonly source: string;
}

/** Somebody who is here, as far as a source's word touches them. */
export interface KnownPerson {
  readonly person: Person;
  /** The source whose names hold for the person; absent: a file's do. */
  readonly namedBy?: string | undefined;
  readonly links: readonly KnownLink[];
  /** What each source said of them. */
  readonly words?: readonly Word[] | undefined;
  readonly assignments: readonly Assignment[];
}

/** What of a rule is looked at; a change feed has these from its own record. */
export type TakeInRule = Pick<EnrolmentRule, 'source' | 'identifier' | 'organisations' | 'federation' | 'roles'>;

export interface TakeInFacts extends MemberLimits {
  readonly rule: TakeInRule;
  /** The records that the source gave, all of one human. */
  readonly records: readonly SourcePerson[];
  /** Identifiers that the source was asked by and that were proven, or are held already. */
  readonly asked: readonly SubjectKey[];
  /** Everybody who holds an identifier of the records or one that was asked by. */
  readonly known: readonly KnownPerson[];
  /** Open organisations by national number, digits alone. */
  readonly byNumber: ReadonlyMap<string, Organisation>;
  /** Units that are here, by id. */
  readonly units: ReadonlyMap<string, Unit>;
  /** What the records of sources say of the ranks of their words. */
  readonly ranks?: ReadonlyMap<string, Truth> | undefined;
  /** Of which assignments the records tell; absent: of all of the source. Of the others nothing is concluded. */
  readonly covers?: ((assignment: Assignment) => boolean) | undefined;
  /** False: nobody new is made. */
  readonly creates?: boolean | undefined;
  /** Id for a new person. */
  readonly newId: string;
  readonly now: EpochMs;
}

/** What changes; nothing where all lists are empty and `isNew` and `person` are not set. */
export interface TakenIn {
  readonly kind: 'taken';
  readonly id: string;
  readonly isNew: boolean;
  /** The person as they are from now; absent: as before. */
  readonly person?: Person | undefined;
  /** What each source said of them from now; absent: as before. */
  readonly words?: readonly Word[] | undefined;
  readonly link: readonly SubjectKey[];
  /** Ids of links that the source no longer vouches for. */
  readonly unlink: readonly string[];
  readonly units: readonly Unit[];
  readonly assignments: readonly Assignment[];
  /** Ids of assignments that the source does not give any more. */
  readonly missing: readonly string[];
  /** Words for the trail: `name`, `mail`, `telephone`, `hsa-id`, `se-personnummer`, `protectedIdentity`, `assignments`. */
  readonly changed: readonly string[];
}

export type TakeInRefusal =
  /** The source has nobody, and nobody is here. */
  | 'notInSource'
  /** No commission at a member, and nobody is here. */
  | 'noCommission'
  /** Two people here hold what the source says is one human's. */
  | 'contradiction'
  | 'closed';

export type TakeIn =
  | TakenIn
  | { readonly kind: 'refused'; readonly reason: TakeInRefusal; readonly people: readonly string[] };

/** What stands in the history of a link that a source vouches for. */
export const markOf = (source: string): string => `source ${source}`;
export const isMarked = (source: string): boolean => source.startsWith('source ');

const digits = (text: string): string => text.replace(/\D/g, '');
const sameKey = (a: SubjectKey, b: { readonly namespace: string; readonly value?: string | undefined }): boolean =>
  a.namespace === b.namespace && a.value === b.value;

/** Records that are good for a login now: none that was made for tests, none that is over or not begun. */
export const livingRecords = (records: readonly SourcePerson[], now: EpochMs): readonly SourcePerson[] =>
  records.filter(
    ({ feigned, from, until }) =>
      !feigned && (from === undefined || from <= now) && (until === undefined || now < until),
  );

/** A commission that gives an assignment, with the organisation and the role. */
interface Given {
  readonly record: SourcePerson;
  readonly commission: SourceCommission;
  readonly organisation: Organisation;
  readonly role: string;
}

function givenBy(facts: TakeInFacts): readonly Given[] {
  const { rule, byNumber, now } = facts;
  return livingRecords(facts.records, now).flatMap((record) =>
    record.commissions.flatMap((commission) => {
      const { feigned, archived, provider, until, purpose } = commission;
      const organisation = byNumber.get(digits(provider.organisationNumber));
      const role = commission.role ?? roleOf(rule, { purpose, title: record.title });
      const isGood = !feigned && !archived && (until === undefined || now < until);
      return isGood && organisation !== undefined && role !== undefined && isMeant(facts, organisation.id, now)
        ? [{ record, commission, organisation, role }]
        : [];
    }),
  );
}

/** The same commission of the same person at the same employer is the same assignment, whoever asks and whenever. */
const assignmentId = (source: string, person: string, { record, commission, organisation }: Given): string =>
  `${source}-${tokenHash(JSON.stringify([source, person, record.key.value, commission.id, organisation.id])).slice(0, 22)}`;

/** A unit of a file is used as it is; one of another organisation under the same id is not this one. */
function unitOf(facts: TakeInFacts, { commission, organisation }: Given): Unit | undefined {
  if (commission.unit === undefined) return undefined;
  const { id, name } = commission.unit;
  const there = facts.units.get(id);
  if (there !== undefined && (there.source !== facts.rule.source || there.organisation !== organisation.id))
    return there.organisation === organisation.id ? there : undefined;
  return { id, organisation: organisation.id, name, source: facts.rule.source };
}

function assignmentOf(facts: TakeInFacts, person: string, given: Given): Assignment {
  const { record, commission, organisation, role } = given;
  const { id, name, purpose, rights, unit, provider, from, until } = commission;
  return {
    id: assignmentId(facts.rule.source, person, given),
    person,
    organisation: organisation.id,
    unit: unitOf(facts, given)?.id,
    role,
    // Of somebody with protected identity no more is kept than an application needs (K11).
    title: record.protectedIdentity ? undefined : record.title,
    hsaId: [record.key, ...record.identifiers].find(({ namespace }) => namespace === 'hsa-id')?.value,
    from,
    until,
    source: facts.rule.source,
    commission: { id, name, purpose, rights, unit, provider },
  };
}

/** JSON without members that say nothing, in one order: what is stored and what was made are compared so. */
const told = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );

/** Records of two humans: a number of this sort is had once. */
const hasTwoNumbers = (records: readonly SourcePerson[]): boolean =>
  personalNumberNamespaces.some(
    (namespace) =>
      new Set(
        records
          .flatMap(({ key, identifiers }) => [key, ...identifiers])
          .flatMap((one) => (one.namespace === namespace ? [one.value] : [])),
      ).size > 1,
  );

/** The one human of the facts, new or here. */
function whose(facts: TakeInFacts): KnownPerson | 'new' | Extract<TakeIn, { kind: 'refused' }> {
  const people = facts.known.map(({ person }) => person.id).sort();
  if (people.length > 1 || hasTwoNumbers(facts.records)) return { kind: 'refused', reason: 'contradiction', people };
  const [known] = facts.known;
  if (known?.person.closed) return { kind: 'refused', reason: 'closed', people };
  return known ?? 'new';
}

/** Everything that the source's word changes. The source answered: what it does not give, it does not give. */
export function takeIn(facts: TakeInFacts): TakeIn {
  const { now } = facts;
  const found = whose(facts);
  if (found !== 'new' && 'kind' in found) return found;
  const known = found === 'new' ? undefined : found;
  const records = livingRecords(facts.records, now);
  const given = givenBy(facts);
  if (known === undefined && facts.creates === false) return { kind: 'refused', reason: 'notInSource', people: [] };
  if (known === undefined && (records.length === 0 || given.length === 0))
    return { kind: 'refused', reason: records.length === 0 ? 'notInSource' : 'noCommission', people: [] };
  const id = known?.person.id ?? facts.newId;
  const { person, words } = personOf(facts, records, known, id);
  const links = linksOf(facts, records, known);
  const { assignments, missing } = assignmentsOf(facts, given, known, id);
  const units = newUnits(facts, given);
  const changed = [
    ...(person !== undefined && known !== undefined ? changedNames(known.person, person) : []),
    ...new Set([
      ...links.link.map(({ namespace }) => namespace),
      ...links.unlink.map((one) => known?.links.find((link) => link.id === one)?.namespace ?? ''),
    ]),
    ...(assignments.length + missing.length + units.length > 0 ? ['assignments'] : []),
  ];
  return {
    kind: 'taken',
    id,
    isNew: known === undefined,
    person,
    words,
    ...links,
    units,
    assignments,
    missing,
    changed,
  };
}

const changedNames = (before: Person, after: Person): readonly string[] => [
  ...(before.givenName !== after.givenName || before.familyName !== after.familyName ? ['name'] : []),
  ...(['mail', 'telephone'] as const).filter((name) => presentValue(before, name) !== presentValue(after, name)),
  ...(before.protectedIdentity !== after.protectedIdentity ? ['protectedIdentity'] : []),
];

/** Names and the rest are by the word of the highest rank; protection that any record tells of holds for everybody at once (K11). */
function personOf(
  { rule, ranks = new Map() }: TakeInFacts,
  records: readonly SourcePerson[],
  known: KnownPerson | undefined,
  id: string,
): Pick<TakenIn, 'person' | 'words'> {
  const [first] = [...records].sort((a, b) => (a.key.value < b.key.value ? -1 : 1));
  if (first === undefined) return {};
  const isProtected = records.some(({ protectedIdentity }) => protectedIdentity);
  const before = known?.person;
  const protectedIdentity =
    known !== undefined && known.namedBy !== rule.source ? known.person.protectedIdentity || isProtected : isProtected;
  const told = { source: rule.source, values: valuesOf(first, protectedIdentity) };
  const namedBy = known === undefined ? rule.source : known.namedBy;
  const weighed = weigh({ person: before, namedBy, words: known?.words ?? [], told, ranks });
  const words =
    JSON.stringify(weighed.words) === JSON.stringify(ordered(known?.words ?? [])) ? undefined : weighed.words;
  const kept = before ?? { id, givenName: '', familyName: '', closed: false, protectedIdentity, attributes: {} };
  const after = { ...withValues(kept, weighed.values), protectedIdentity };
  return { words, person: before === undefined || changedNames(before, after).length > 0 ? after : undefined };
}

/** Of somebody with protected identity it is not kept where they are reached (K11). */
const valuesOf = ({ givenName, familyName, attributes }: SourcePerson, isProtected: boolean): TruthValues => ({
  givenName,
  familyName,
  mail: isProtected ? undefined : attributes['mail']?.[0],
  telephone: isProtected ? undefined : attributes['telephoneNumber']?.[0],
});

/** The person with these values. */
export function withValues(person: Person, { givenName = '', familyName = '', mail, telephone }: TruthValues): Person {
  const { mail: _, telephone: __, ...attributes } = person.attributes;
  return {
    ...person,
    givenName,
    familyName,
    attributes: {
      ...attributes,
      ...(mail === undefined ? {} : { mail }),
      ...(telephone === undefined ? {} : { telephone }),
    },
  };
}

/** In the order in which they are weighed. */
const ordered = (words: readonly Word[]): readonly Word[] =>
  truthAttributes.flatMap((attribute) =>
    words.filter((word) => word.attribute === attribute).sort((a, b) => (a.source < b.source ? -1 : 1)),
  );

/** What the records vouch for is linked; what this source vouched for and no longer does is history (K10). */
function linksOf(
  { rule, asked, covers }: TakeInFacts,
  records: readonly SourcePerson[],
  known: KnownPerson | undefined,
): Pick<TakenIn, 'link' | 'unlink'> {
  const vouched = records.flatMap(({ key, identifiers }) => [key, ...identifiers]);
  const unique = vouched.filter((key, at) => vouched.findIndex((other) => sameKey(key, other)) === at);
  const held = known?.links ?? [];
  const link = unique.filter((key) => !held.some((one) => sameKey(key, one)));
  const mine = held.filter(({ source, value }) => source === markOf(rule.source) && value !== undefined);
  const isAsked = (one: KnownLink) => asked.some((key) => sameKey(key, one));
  // Another entry of the same human may vouch for it.
  const hasOthers = covers !== undefined && mine.some((one) => one.namespace === rule.identifier && !isAsked(one));
  const unlink = mine.filter((one) => {
    if (hasOthers) return false;
    if (unique.some((key) => sameKey(key, one))) return false;
    // A number is over when another came in its place; what the source was asked by, when it has records of other names
    // alone. Of who is gone altogether all stays: who comes back is the same person.
    return one.namespace === rule.identifier
      ? records.length > 0 && isAsked(one)
      : unique.some(({ namespace }) => namespace === one.namespace);
  });
  return { link, unlink: unlink.map(({ id }) => id) };
}

function assignmentsOf(
  facts: TakeInFacts,
  given: readonly Given[],
  known: KnownPerson | undefined,
  person: string,
): Pick<TakenIn, 'assignments' | 'missing'> {
  const { covers = () => true } = facts;
  const mine = (known?.assignments ?? []).filter((one) => one.source === facts.rule.source && covers(one));
  const wanted = new Map(given.map((each) => assignmentOf(facts, person, each)).map((one) => [one.id, one]));
  const before = new Map(mine.map((one) => [one.id, one]));
  const assignments = [...wanted.values()].filter((one) => told(before.get(one.id)) !== told(one));
  const isOver = ({ until }: Assignment) => until !== undefined && until <= facts.now;
  const missing = mine.filter((one) => !wanted.has(one.id) && one.missingSince === undefined && !isOver(one));
  return { assignments, missing: missing.map(({ id }) => id) };
}

function newUnits(facts: TakeInFacts, given: readonly Given[]): readonly Unit[] {
  const wanted = new Map<string, Unit>();
  for (const each of given) {
    const unit = unitOf(facts, each);
    if (unit?.source === facts.rule.source && told(facts.units.get(unit.id)) !== told(unit)) wanted.set(unit.id, unit);
  }
  return [...wanted.values()];
}
