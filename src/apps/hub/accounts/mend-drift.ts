// Mending what a full look found: asked for at once, or held for two approvals when it takes accounts from many.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type pg from 'pg';
import { type Clock, dayMs } from '../../../base/clock.ts';
import { newId } from '../../../base/ids.ts';
import { type Keyring, seal } from '../../../base/sealing/index.ts';
import { type HeldChange, type HeldPerson, heldMs, measure } from '../../../core/brake/index.ts';
import type { AccountTarget } from '../../../core/catalogue/index.ts';
import { type Organisation, type Person, topOf } from '../../../core/directory/index.ts';
import { type MendChoice, type MendRefusal, mendWord, refuseMending } from '../../../core/provisioning/index.ts';
import { type CheckRun, newestRuns } from '../../../edge/store/hub/account-checks.ts';
import {
  askMending,
  type FindingToMend,
  findingsToMend,
  lockChecks,
  mendedSince,
} from '../../../edge/store/hub/account-mending.ts';
import { inTransaction } from '../../../edge/store/hub/audit-insert.ts';
import { employersOf } from '../../../edge/store/hub/ending-watch.ts';
import { holdChange } from '../../../edge/store/hub/held-changes.ts';
import { activePeople, organisationsById } from '../../../edge/store/hub/population.ts';
import { heldPurpose } from '../sealing.ts';

export interface MendParts {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly seals: Keyring;
}

/** Who asks: somebody at the portal, an operator of the machine, or the hub by the target's record. */
export type Mender =
  | { readonly kind: 'person'; readonly person: Person; readonly session: string; readonly isProven: boolean }
  | { readonly kind: 'operator'; readonly who: string; readonly usernames: readonly string[] }
  | { readonly kind: 'hub' };

export type Mending =
  | { readonly kind: 'asked'; readonly count: number }
  | { readonly kind: 'held'; readonly held: HeldChange; readonly count: number }
  | { readonly kind: 'refused'; readonly code: MendRefusal };

export interface MendWish {
  readonly target: string;
  /** The run that was looked at. */
  readonly run: string;
  readonly choice: MendChoice;
  readonly by: Mender;
}

const nameOf = (by: Mender): string => (by.kind === 'hub' ? 'hub' : by.kind === 'operator' ? by.who : by.person.id);

/**
 * One decision: what was chosen goes into the outbox, where each account is looked at anew, or all of it is held. Counted with what
 * was mended lately, so that many small bites are one.
 */
export const mendDrift = (
  { pool, clock, seals }: MendParts,
  { target, run: id, choice, by }: MendWish,
): Promise<Mending> =>
  inTransaction(pool, async (client): Promise<Mending> => {
    const now = clock();
    await lockChecks(client, target);
    const [newest] = await newestRuns(client, { target });
    const found = newest === undefined ? [] : await findingsToMend(client, newest.id, choice);
    const refused = refusal({ by, newest, id, found, now });
    if (refused !== undefined || newest === undefined) return { kind: 'refused', code: refused ?? 'drift.old' };
    const organisations = await organisationsById(client);
    const counted = await countedPeople(client, newest, found, organisations, now);
    const before = await mendedSince(client, target, now - dayMs);
    const lately = await placed(client, before, organisations, now);
    const measured = measure([...counted, ...lately], await activePeople(client, organisations, now));
    const keys = found.map(({ key }) => key);
    const about = { target, run: newest.id, choice: mendWord(choice), keys, by: nameOf(by) };
    if (counted.length === 0 || !measured.waits) {
      await askMending(client, { ...about, person: by.kind === 'person' ? by.person.id : undefined }, now);
      return { kind: 'asked', count: keys.length };
    }
    const heldId = newId(now);
    const held: HeldChange = {
      id: heldId,
      source: 'drift',
      covers: [target],
      digest: createHash('sha256')
        .update(JSON.stringify([newest.id, keys]))
        .digest('hex'),
      broughtBy: nameOf(by),
      bringers: await bringersOf(client, by),
      people: new Set(counted.map(({ person }) => person)).size,
      over: measured.over ?? { people: measured.people, of: 0 },
      tops: [...new Set(counted.flatMap(({ tops }) => tops))].sort(),
      heldAt: now,
      expiresAt: now + heldMs,
      state: 'waiting',
      approvals: [],
    };
    const sealed = seal(seals, heldPurpose, heldId, gzipSync(JSON.stringify(about)));
    const done = await holdChange(client, { held, plan: counted, sealed }, now);
    return { kind: 'held', held: done.held, count: keys.length };
  });

function refusal({
  by,
  newest,
  id,
  found,
  now,
}: {
  readonly by: Mender;
  readonly newest: CheckRun | undefined;
  readonly id: string;
  readonly found: readonly FindingToMend[];
  readonly now: number;
}): MendRefusal | undefined {
  // An operator of the machine and the hub itself act by rights of their own; the rest holds for them as well.
  const person =
    by.kind === 'person' ? by.person : { id: '', closed: false, attributes: { administrator: true as const } };
  return refuseMending({
    now,
    person,
    isProven: by.kind !== 'person' || by.isProven,
    run: { id, endedAt: newest?.endedAt ?? 0 },
    newest: newest?.id,
    people: new Set(found.map(({ person: of, key }) => of ?? key)),
  });
}

/** People from whom mending takes an account; where a run is in doubt, those too for whom one would be made. */
async function countedPeople(
  client: pg.PoolClient,
  { why, target }: CheckRun,
  found: readonly FindingToMend[],
  organisations: ReadonlyMap<string, Organisation>,
  now: number,
): Promise<readonly HeldPerson[]> {
  const counted = found.filter(({ closes, what }) => closes || (why !== undefined && what === 'missing'));
  const people = counted.map(({ person, key }) => person ?? key);
  const tops = new Map((await placed(client, people, organisations, now)).map((one) => [one.person, one.tops]));
  return counted.map(({ person, key, closes, loginName }) => ({
    person: person ?? key,
    why: closes ? 'accountClosed' : 'accountMade',
    tops: tops.get(person ?? key) ?? [],
    cards: [],
    certificates: [],
    sessions: [],
    accounts: [`${target} ${loginName ?? key}`],
  }));
}

async function placed(
  client: pg.PoolClient,
  people: readonly string[],
  organisations: ReadonlyMap<string, Organisation>,
  now: number,
): Promise<readonly { readonly person: string; readonly tops: readonly string[] }[]> {
  const employers = await employersOf(client, people, now);
  return people.map((person) => ({
    person,
    tops: [...new Set((employers.get(person) ?? []).map((id) => topOf(id, organisations)))].sort(),
  }));
}

async function bringersOf(client: pg.PoolClient, by: Mender): Promise<readonly string[]> {
  if (by.kind === 'person') return [by.person.id];
  if (by.kind === 'hub') return [];
  const found = await client.query<{ person: string }>(
    'SELECT DISTINCT person FROM hub.password WHERE username = ANY ($1) ORDER BY person',
    [by.usernames],
  );
  return found.rows.map(({ person }) => person);
}

/** What the target's record lets the hub mend by itself: held as all else when it is many. */
export async function mendAtOnce(parts: MendParts, record: AccountTarget): Promise<void> {
  const [newest] = await newestRuns(parts.pool, { target: record.id });
  if (newest === undefined || newest.why !== undefined) return;
  for (const what of record.mendAtOnce ?? [])
    await mendDrift(parts, {
      target: record.id,
      run: newest.id,
      choice: { of: 'kind', what },
      by: { kind: 'hub' },
    });
}
