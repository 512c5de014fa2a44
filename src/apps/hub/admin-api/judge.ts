// Judges one item of a write by what the caller may see and do, and by the version that they mean; nothing is written here.
import type pg from 'pg';
import { parse } from '../../../base/schema/index.ts';
import { type CatalogueSnapshot, catalogueSections } from '../../../core/catalogue/index.ts';
import {
  administersHub,
  type FullPersonEntry,
  type PersonRecord,
  personSchema,
  personWriteRefusal,
  type Reach,
  reaches,
  seenUnit,
  type Unit,
  unitSchema,
  unitWriteRefusal,
  wholePerson,
} from '../../../core/directory/index.ts';
import { administeringPeople } from '../../../edge/store/hub/administrations.ts';
import { directoryReader } from '../../../edge/store/hub/directory.ts';
import type {
  AdminCaller,
  AdminFault,
  AdminRefusal,
  AdminWrite,
  ShownDocument,
} from '../../../edge/web/admin-api/index.ts';
import { personEntry } from '../apply/index.ts';
import { documentOf, ofPerson, refused } from './documents.ts';
import { type Gathered, ownNamespaces } from './reach.ts';

/** An item that may be written. */
export interface Judged {
  readonly section: string;
  readonly id: string;
  /** As the whole of it is to be; absent: it goes away. */
  readonly document?: unknown;
  readonly existed: boolean;
}

type Judgement = Judged | AdminRefusal | { readonly kind: 'wrong'; readonly faults: readonly AdminFault[] };

export interface JudgeFacts {
  readonly client: pg.PoolClient;
  readonly gathered: Gathered;
  readonly caller: AdminCaller;
  readonly catalogue: CatalogueSnapshot;
  readonly now: number;
}

export async function judgeItem(item: AdminWrite, facts: JudgeFacts): Promise<Judgement> {
  const { section, id, document } = item;
  const { reach } = facts.gathered;
  if (catalogueSections[section] !== undefined) {
    if (!reach.catalogue) return refused('hubOnly');
  } else if (section === 'organisations') {
    // Whoever administers one does not make others, nor say whom theirs is part of.
    if (reach.directory !== 'all') return refused('hubOnly');
  } else if (section === 'people') return judgePerson(item, facts);
  else return judgeUnit(item, facts);
  const seen = await documentOf(facts.client, facts.gathered, section, id);
  return conditionRefusal(item, seen, false) ?? { section, id, document, existed: seen !== undefined };
}

/** RFC 9110 13.2.2. `hidden`: it is there, and not for whoever asks. */
function conditionRefusal(
  { document, ifMatch, ifNoneMatch }: AdminWrite,
  seen: ShownDocument | undefined,
  hidden: boolean,
): AdminRefusal | undefined {
  if (seen === undefined && document === undefined) return refused('notFound');
  if (ifNoneMatch === true && seen !== undefined) return refused('stale');
  if (ifMatch !== undefined && (seen === undefined || (ifMatch !== '*' && !ifMatch.includes(seen.etag))))
    return refused('stale');
  // The id is in use elsewhere: that much cannot be kept from whoever wants it, and no more is told.
  return hidden ? refused('taken', { path: ['id'] }) : undefined;
}

async function judgeUnit(item: AdminWrite, { client, gathered }: JudgeFacts): Promise<Judgement> {
  const { section, id, document } = item;
  const { reach } = gathered;
  const units = new Map((await directoryReader(client).units()).map((unit) => [unit.id, unit]));
  const before = units.get(id);
  const seen = before && seenUnit(reach, before) && (await documentOf(client, gathered, section, id));
  const stale = conditionRefusal(item, seen, before !== undefined && seen === undefined);
  if (stale !== undefined) return stale;
  const parsed = document === undefined ? undefined : parse(unitSchema, document);
  // What cannot be read is refused by `apply`, in its words.
  const wanted = parsed?.ok === true ? parsed.value : undefined;
  const why = unitWriteRefusal(reach, before, wanted);
  if (why !== undefined) return refused(why, why === 'outside' ? { path: ['organisation'] } : {});
  if (wanted?.parent !== undefined && !isSeen(reach, units.get(wanted.parent)))
    return { kind: 'wrong', faults: [{ path: ['parent'], message: `there is no ${wanted.parent}` }] };
  return { section, id, document, existed: before !== undefined };
}

const isSeen = (reach: Reach, unit: Unit | undefined): boolean =>
  unit !== undefined && seenUnit(reach, unit) !== undefined;

async function judgePerson(item: AdminWrite, facts: JudgeFacts): Promise<Judgement> {
  const { section, id, document } = item;
  const { client, gathered, caller, catalogue, now } = facts;
  const { reach } = gathered;
  const [before] = await directoryReader(client).people([id]);
  const seen = before && ofPerson(reach, before);
  const stale = conditionRefusal(item, seen, before !== undefined && seen === undefined);
  if (stale !== undefined) return stale;
  const parsed = document === undefined ? undefined : parse(personSchema, document);
  if (parsed !== undefined && !parsed.ok) return { section, id, document, existed: before !== undefined };
  // Written as hidden: as it is now.
  if (parsed?.ok === true && !('givenName' in parsed.value))
    return { section, id, document, existed: before !== undefined };
  const wanted = parsed?.ok === true ? (parsed.value as FullPersonEntry) : undefined;
  const check = personWriteRefusal({
    reach,
    before,
    wanted,
    asker: caller.person,
    administers:
      before !== undefined && (administersHub(before) || (await administeringPeople(client, [id], now)).has(id)),
    ownNamespaces: ownNamespaces(catalogue, reach),
  });
  if (check !== undefined) return refused(check.code, { path: check.at });
  const strange = wanted && (await strangeUnits(client, reach, wanted));
  if (strange !== undefined && strange.length > 0) return { kind: 'wrong', faults: strange };
  if (wanted === undefined) return closing(item, before);
  const isAll = reach.directory === 'all';
  return {
    section,
    id,
    document: isAll ? document : wholePerson(reach, before, wanted),
    existed: before !== undefined,
  };
}

/** Units that whoever asks does not see are to them none. */
async function strangeUnits(
  client: pg.PoolClient,
  reach: Reach,
  { assignments }: FullPersonEntry,
): Promise<readonly AdminFault[]> {
  if (reach.directory === 'all' || assignments.every(({ unit }) => unit === undefined)) return [];
  const units = new Map((await directoryReader(client).units()).map((unit) => [unit.id, unit]));
  return assignments.flatMap(({ unit, organisation }, at) =>
    unit === undefined || !reaches(reach, organisation) || isSeen(reach, units.get(unit))
      ? []
      : [{ path: ['assignments', at, 'unit'], message: `there is no unit ${unit}` }],
  );
}

/** People are closed, not removed: the trail still tells who they were. */
const closing = ({ section, id }: AdminWrite, before: PersonRecord | undefined): Judgement =>
  before === undefined
    ? refused('notFound')
    : { section, id, document: { ...(personEntry(before, undefined, true) as object), closed: true }, existed: true };
