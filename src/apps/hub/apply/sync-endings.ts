// Whom an applied change ends, with all that ends of theirs, and whether it must wait for two people (H2).
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type pg from 'pg';
import { newId } from '../../../base/ids.ts';
import { type Keyring, seal } from '../../../base/sealing/index.ts';
import { type HeldChange, type HeldPerson, heldMs, type Measure, measure } from '../../../core/brake/index.ts';
import { compileCatalogue, type StoredItem } from '../../../core/catalogue/index.ts';
import { type Assignment, type Organisation, type PersonNews, topOf } from '../../../core/directory/index.ts';
import { type EndedPerson, type HolderNews, planEndings } from '../../../core/ordering/index.ts';
import type { ClosedAccount } from '../../../edge/store/hub/account-closings.ts';
import { openCardsOf } from '../../../edge/store/hub/cards.ts';
import { employersOf } from '../../../edge/store/hub/ending-watch.ts';
import { holdChange } from '../../../edge/store/hub/held-changes.ts';
import { type AppliedWrites, writesText } from '../../../edge/store/hub/held-writes.ts';
import { activePeople, liveSessions } from '../../../edge/store/hub/population.ts';
import { documentSealing, heldPurpose } from '../sealing.ts';

/** News of somebody, and where they were employed before. */
export interface SeenNews extends PersonNews {
  readonly assignments: readonly Pick<Assignment, 'organisation'>[];
}

export interface SyncPlan {
  readonly measure: Measure;
  readonly plan: readonly HeldPerson[];
}

/**
 * Plans what ends. `client` sees everything as it was before the change; `items` is the catalogue as it will be, whose
 * card profiles say what ends a card. Another name counts only where it ends a card. Accounts in other systems that the change
 * closes count as well, once a person.
 */
export async function planSyncEndings(
  client: pg.Pool | pg.PoolClient,
  seen: readonly SeenNews[],
  given: {
    readonly organisations: ReadonlyMap<string, Organisation>;
    readonly items: readonly StoredItem[];
    readonly accounts: readonly ClosedAccount[];
    readonly keyring: Keyring;
    readonly now: number;
  },
): Promise<SyncPlan> {
  // Nobody, or one person: that never waits.
  const everybody = new Set([...seen, ...given.accounts].map(({ person }) => person));
  if (everybody.size < 2) return { measure: { people: everybody.size, waits: false }, plan: [] };
  const { organisations, items, accounts, keyring, now } = given;
  const compiled = compileCatalogue(0, items);
  const profiles = compiled.ok ? compiled.snapshot.cardProfiles : new Map();
  const ids = seen.map(({ person }) => person);
  const [cards, sessions] = [
    await openCardsOf(client, ids),
    await liveSessions(client, ids, documentSealing(keyring).open, now),
  ];
  const people = seen.map((one) => endedPerson(one, organisations));
  const endings = planEndings(people, { cards, sessions, profiles, now }).filter(
    ({ why, cards: ending }) => why !== 'nameChanged' || ending.length > 0,
  );
  const plan = await withAccounts(client, endings, accounts, organisations, now);
  return { measure: measure(plan, await activePeople(client, organisations, now)), plan };
}

/** The accounts that close, beside what else ends of their holders, or by themselves. */
async function withAccounts(
  client: pg.Pool | pg.PoolClient,
  plan: readonly HeldPerson[],
  accounts: readonly ClosedAccount[],
  organisations: ReadonlyMap<string, Organisation>,
  now: number,
): Promise<readonly HeldPerson[]> {
  const closing = new Map<string, string[]>();
  for (const { person, target, loginName } of accounts)
    closing.set(person, [...(closing.get(person) ?? []), `${target} ${loginName}`]);
  const planned = new Set(plan.map(({ person }) => person));
  const others = [...closing.keys()].filter((person) => !planned.has(person));
  const employers = await employersOf(client, others, now);
  return [
    ...plan.map((one) => ({ ...one, accounts: closing.get(one.person) ?? [] })),
    ...others.map(
      (person): HeldPerson => ({
        person,
        why: 'accountClosed',
        tops: [...new Set((employers.get(person) ?? []).map((id) => topOf(id, organisations)))].sort(),
        cards: [],
        certificates: [],
        sessions: [],
        accounts: closing.get(person) ?? [],
      }),
    ),
  ];
}

function endedPerson(
  { person, closed, left, renamed, assignments }: SeenNews,
  organisations: ReadonlyMap<string, Organisation>,
): EndedPerson {
  const topsOf = (ids: readonly string[]) => [...new Set(ids.map((id) => topOf(id, organisations)))].sort();
  const everywhere = topsOf(assignments.map(({ organisation }) => organisation));
  if (closed) return { person, why: 'personClosed', tops: everywhere, news: [{ person, what: 'employmentEnded' }] };
  const news: HolderNews[] = [
    ...(left.length > 0 ? [{ person, what: 'employmentEnded' as const, organisations: left }] : []),
    ...(renamed ? [{ person, what: 'nameChanged' as const }] : []),
  ];
  return left.length > 0
    ? { person, why: 'employmentEnded', tops: topsOf(left), news }
    : { person, why: 'nameChanged', tops: everywhere, news };
}

/** What says that two changes are the same: what they change, out of which files. */
const heldDigest = (changes: string, files: readonly { readonly sha256: string }[], prune: boolean): string =>
  createHash('sha256')
    .update(JSON.stringify([changes, files.map(({ sha256 }) => sha256), prune]))
    .digest('hex');

/** Holds an applied change as a whole. */
export async function holdSync(
  client: pg.PoolClient,
  { measure: { people, over }, plan }: SyncPlan,
  writes: AppliedWrites,
  given: {
    readonly changes: string;
    readonly files: readonly { readonly sha256: string }[];
    readonly prune: boolean;
    readonly covers: readonly string[];
    readonly who: string;
    readonly usernames: readonly string[];
    readonly bringers: readonly string[];
    readonly keyring: Keyring;
    readonly now: number;
  },
): ReturnType<typeof holdChange> {
  const { now, who, keyring } = given;
  const id = newId(now);
  const bringers = await client.query<{ person: string }>(
    'SELECT DISTINCT person FROM hub.password WHERE username = ANY($1) ORDER BY person',
    [given.usernames],
  );
  const digest = heldDigest(given.changes, given.files, given.prune);
  const held: HeldChange = {
    id,
    source: 'apply',
    covers: [...given.covers].sort(),
    // Passwords that were made are shown once: held again, they are others.
    digest: writes.passwords.length > 0 ? `${digest} ${id}` : digest,
    broughtBy: who,
    bringers: [...new Set([...bringers.rows.map(({ person }) => person), ...given.bringers])].sort(),
    people,
    over: over ?? { people, of: 0 },
    tops: [...new Set(plan.flatMap(({ tops }) => tops))].sort(),
    heldAt: now,
    expiresAt: now + heldMs,
    state: 'waiting',
    approvals: [],
  };
  const sealed = seal(keyring, heldPurpose, id, gzipSync(writesText(writes)));
  return holdChange(client, { held, plan, sealed }, now);
}
