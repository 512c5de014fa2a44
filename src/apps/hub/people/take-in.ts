// Takes a source's records of one human in by a rule: confirmed first, then all or nothing, with its events.
import type { Clock } from '../../../base/clock.ts';
import { newId, type Random } from '../../../base/ids.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import type { CatalogueSnapshot, EnrolmentRule, Truth } from '../../../core/catalogue/index.ts';
import {
  isPersonalNumberNamespace,
  type SourcePerson,
  type SubjectKey,
  type TakeIn,
  takeIn,
} from '../../../core/directory/index.ts';
import { unconfirmed } from '../../../core/linking/index.ts';
import type { TakeInStore } from '../../../edge/store/hub/take-in.ts';
import type { EnrolReason } from '../../../wire/codes/index.ts';

export const ranksOf = ({ personSources }: CatalogueSnapshot): ReadonlyMap<string, Truth> =>
  new Map([...personSources.values()].flatMap(({ id, truth }) => (truth === undefined ? [] : [[id, truth] as const])));

export interface TakeInParts {
  readonly store: TakeInStore;
  readonly snapshot: () => CatalogueSnapshot;
  readonly clock: Clock;
  readonly random: Random;
}

export interface TakeInWish {
  readonly rule: EnrolmentRule;
  readonly records: readonly SourcePerson[];
  readonly asked: readonly SubjectKey[];
  /** What was proven just now; none at a sync. */
  readonly proven: readonly SubjectKey[];
  /** Somebody who is here already. */
  readonly person?: string | undefined;
  /** The login that it belongs to, for the trail. */
  readonly about?: Pick<AuditRecord, 'application' | 'journey' | 'reference'> | undefined;
}

export type TakenInAs =
  | { readonly kind: 'taken'; readonly person: string; readonly isNew: boolean; readonly missing: number }
  | { readonly kind: 'refused'; readonly reason: EnrolReason | 'person.closed'; readonly check: string };

const reasons = {
  notInSource: 'source.notFound',
  noCommission: 'source.noCommission',
  contradiction: 'source.contradiction',
  closed: 'person.closed',
} as const;

/** Everything of one human at once. Safe to do again, and by several hubs at the same moment. */
export async function takeInRecords(
  { store, snapshot, clock, random }: TakeInParts,
  { rule, records, asked, proven, person, about }: TakeInWish,
): Promise<TakenInAs> {
  const now = clock();
  const unfit = unconfirmed({ proven, asked, records, now });
  // Who is here already and is gone from the source has no record there: that is its word, too.
  const isGone = unfit?.reason === 'source.notFound' && person !== undefined && proven.length === 0;
  if (unfit !== undefined && !isGone && unfit.reason === 'source.notFound')
    return { kind: 'refused', reason: unfit.reason, check: unfit.name };
  const federation = rule.federation === undefined ? undefined : snapshot().federations.get(rule.federation);
  const commissions = records.flatMap((record) => record.commissions);
  const taken = await store.takeIn({
    keys: [...asked, ...records.flatMap(({ key, identifiers }) => [key, ...identifiers])],
    person,
    organisationNumbers: [
      ...new Set(commissions.map(({ provider }) => provider.organisationNumber.replace(/\D/g, ''))),
    ],
    unitIds: [...new Set(commissions.flatMap(({ unit }) => unit?.id ?? []))],
    rule: rule.id,
    source: rule.source,
    conflicts: [...snapshot().assignmentConflicts.values()],
    now,
    decide: (read) =>
      unfit !== undefined && !isGone
        ? { kind: 'refused', reason: 'contradiction', people: read.known.map((one) => one.person.id).sort() }
        : takeIn({
            ...read,
            ranks: ranksOf(snapshot()),
            rule,
            federation,
            records,
            asked,
            newId: newId(now, random),
            now,
          }),
    events: (found) => eventsOf(found, { rule, about, now, check: unfit?.name }),
  });
  if (taken.kind === 'refused')
    return { kind: 'refused', reason: reasons[taken.reason], check: unfit?.name ?? `takeIn.${taken.reason}` };
  return { kind: 'taken', person: taken.id, isNew: taken.isNew, missing: taken.missing.length };
}

/** Never an identifier: which sorts of them changed. A contradiction names the people whom somebody must look at. */
export function eventsOf(
  taken: TakeIn,
  given: {
    readonly rule: Pick<EnrolmentRule, 'id' | 'source'>;
    readonly about: TakeInWish['about'];
    readonly now: number;
    readonly check: string | undefined;
  },
): readonly AuditRecord[] {
  const { rule, about, now, check } = given;
  const from = { rule: rule.id, source: rule.source };
  if (taken.kind === 'refused') {
    if (taken.reason === 'notInSource' || taken.reason === 'noCommission') return [];
    return [
      {
        ...about,
        kind: 'person.notTakenIn',
        at: now,
        outcome: 'refused',
        reason: reasons[taken.reason],
        person: taken.people.length === 1 ? taken.people[0] : undefined,
        body: { ...from, check: check ?? `takeIn.${taken.reason}`, people: taken.people },
      },
    ];
  }
  if (!taken.isNew && taken.changed.length === 0) return [];
  const assignments = taken.assignments.map(({ id, organisation, role }) => ({ id, organisation, role }));
  return [
    {
      ...about,
      kind: taken.isNew ? 'person.enrolled' : 'person.freshened',
      at: now,
      outcome: 'ok',
      person: taken.id,
      body: {
        ...from,
        changed: taken.changed,
        // The old HSA-ID can be told by its link; a national number never.
        ended: taken.unlink,
        added: taken.link
          .map(({ namespace }) => namespace)
          .filter((namespace) => !isPersonalNumberNamespace(namespace)),
        assignments,
        missing: taken.missing,
      },
    },
  ];
}
