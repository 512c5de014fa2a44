// Writes for a caller of the admin API: conditions and reach are judged in the transaction that makes the change, which is `apply`'s own.
import type pg from 'pg';
import type { CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import { reachesAnything } from '../../../core/directory/index.ts';
import { keepAnswer, keptAnswer } from '../../../edge/store/hub/idempotent-answers.ts';
import { organisationsById } from '../../../edge/store/hub/population.ts';
import type {
  AdminCaller,
  AdminChange,
  AdminDesk,
  AdminDone,
  AdminFault,
  AdminHeld,
  AdminKept,
  AdminOutcome,
  AdminRefusal,
  AdminWish,
  ShownDocument,
} from '../../../edge/web/admin-api/index.ts';
import { type Applied, type ApplyOptions, applyInput, type FileProblem, type Held } from '../apply/index.ts';
import { documentOf, refused } from './documents.ts';
import { inputOf } from './entries.ts';
import { type Judged, judgeItem } from './judge.ts';
import { type Gathered, gatherReach } from './reach.ts';

export interface WriteParts extends Pick<ApplyOptions, 'pool' | 'keyring' | 'hashing' | 'clock'> {
  readonly catalogue: () => CatalogueSnapshot;
  /** A refusal by reach goes into the trail: who tries what is not theirs. */
  readonly tellRefused: (caller: AdminCaller, refusal: AdminRefusal, wish: AdminWish) => Promise<void>;
}

/** So many changes wait for their turn at one hub; more are told to come again. */
const line = 50;
const mostChanges = 200;

/** Undoes the transaction and carries the answer out. */
class Answered extends Error {
  readonly outcome: AdminOutcome;
  constructor(outcome: AdminOutcome) {
    super('answered');
    this.outcome = outcome;
  }
}

/** The desk's writing. One change at a time holds connections, whoever waits holds none. */
export function writer(parts: WriteParts): AdminDesk['write'] {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async (caller, wish, answerOf) => {
    if (waiting >= line) return refused('busy');
    waiting += 1;
    const turn = last.then(() => write(parts, caller, wish, answerOf));
    last = turn.catch(() => undefined);
    try {
      const outcome = await turn;
      if (outcome.kind === 'refused') await parts.tellRefused(caller, outcome, wish);
      return outcome;
    } finally {
      waiting -= 1;
    }
  };
}

async function write(
  parts: WriteParts,
  caller: AdminCaller,
  wish: AdminWish,
  answerOf: (outcome: AdminDone | AdminHeld) => AdminKept,
): Promise<AdminOutcome> {
  const { pool, keyring, hashing, clock } = parts;
  const changes: AdminChange[] = [];
  let gathered: Gathered | undefined;
  let judged: readonly Judged[] = [];
  let outcome: AdminDone | AdminHeld | undefined;
  const key = wish.idempotency && {
    ...wish.idempotency,
    key: JSON.stringify([caller.client, caller.person ?? null, wish.idempotency.key]),
  };

  const prepare = async (client: pg.PoolClient) => {
    if (key !== undefined && !wish.dryRun) await answerAgain(client, key, clock());
    gathered = await gatherReach(client, caller, parts.catalogue(), clock());
    if (!reachesAnything(gathered.reach)) throw new Answered(refused('noGrant'));
    const found: Judged[] = [];
    for (const [item, one] of wish.items.entries()) {
      const given = { client, gathered, caller, catalogue: parts.catalogue(), now: clock() };
      const judgement = await judgeItem(one, given);
      if ('kind' in judgement)
        throw new Answered(
          judgement.kind === 'refused' && wish.items.length > 1 ? { ...judgement, item } : withItem(judgement, item),
        );
      found.push(judgement);
    }
    judged = found;
    return inputOf(found, wish.files);
  };
  const finish = async (client: pg.PoolClient, done: Applied | Held): Promise<void> => {
    if (gathered === undefined) return;
    outcome = done.ok
      ? doneOf(done, 'done', changes, judged, await documentsAfter(client, gathered, wish))
      : heldOf(done, changes);
    if (key === undefined) return;
    const hidden =
      outcome.kind === 'held' ? outcome : { ...outcome, passwords: outcome.passwords.map(withoutPassword) };
    await keepAnswer(client, key.key, { ...answerOf(hidden), request: key.request }, clock());
  };
  try {
    const applied = await applyInput({
      pool,
      keyring,
      hashing,
      clock,
      input: prepare,
      finish,
      mode: wish.dryRun ? 'plan' : 'commit',
      prune: false,
      who: caller.person === undefined ? `client ${caller.client}` : `${caller.person} by ${caller.client}`,
      bringers: caller.person === undefined ? [] : [caller.person],
      by: { person: caller.person, application: caller.client, session: caller.session, reference: caller.reference },
      onChange: (change) => void (changes.length < mostChanges && changes.push(change)),
    });
    if (outcome !== undefined) return outcome;
    if (applied.ok) return doneOf(applied, 'planned', changes, judged, []);
    if ('problems' in applied) return { kind: 'wrong', faults: faultsOf(applied.problems, gathered) };
    return refused('changed');
  } catch (thrown) {
    if (thrown instanceof Answered) return thrown.outcome;
    throw thrown;
  }
}

const withItem = (outcome: Exclude<AdminOutcome, AdminDone | AdminHeld>, item: number): AdminOutcome =>
  outcome.kind === 'wrong' ? { ...outcome, faults: outcome.faults.map((fault) => ({ ...fault, item })) } : outcome;

/** Answers what was answered before. The same at the same moment has waited for the first (locks.apply). */
async function answerAgain(
  client: pg.PoolClient,
  { key, request }: { readonly key: string; readonly request: string },
  now: number,
): Promise<void> {
  const kept = await keptAnswer(client, key, now);
  if (kept === undefined) return;
  if (kept.request !== request) throw new Answered(refused('keyReused'));
  const { request: _, ...answer } = kept;
  throw new Answered({ kind: 'again', kept: answer });
}

const withoutPassword = ({ username }: { readonly username: string }) => ({ username, password: '(shown once)' });

async function documentsAfter(
  client: pg.PoolClient,
  gathered: Gathered,
  { items }: AdminWish,
): Promise<readonly (ShownDocument | undefined)[]> {
  // Organisations may be others now.
  const { organisations } = gathered;
  const found: (ShownDocument | undefined)[] = [];
  const after = items.some(({ section }) => section === 'organisations')
    ? await organisationsById(client)
    : organisations;
  for (const { section, id } of items)
    found.push(await documentOf(client, { ...gathered, organisations: after }, section, id));
  return found;
}

const doneOf = (
  { total, revision, made, waits }: Applied,
  kind: AdminDone['kind'],
  changes: readonly AdminChange[],
  judged: readonly Judged[],
  after: AdminDone['after'],
): AdminDone => ({
  kind,
  changes,
  total,
  revision,
  passwords: made.map(({ username, password }) => ({ username, password: password.reveal() })),
  after,
  existed: judged.map(({ existed }) => existed),
  ...(waits === undefined ? {} : { waits: waits.people }),
});

const heldOf = ({ held, total }: Held, changes: readonly AdminChange[]): AdminHeld => ({
  kind: 'held',
  id: held.id,
  people: held.people,
  expiresAt: held.expiresAt,
  changes,
  total,
});

/** What is wrong, as it may be told: whose something is already is for those alone who see everybody. */
const faultsOf = (problems: readonly FileProblem[], gathered: Gathered | undefined): readonly AdminFault[] =>
  problems.map(({ item, path = [], message, taken }) => ({
    item,
    path,
    message:
      taken === true && gathered?.reach.directory !== 'all'
        ? 'is in use already: choose another, or ask an administrator of the hub'
        : message,
  }));
