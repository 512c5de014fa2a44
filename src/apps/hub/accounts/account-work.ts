// The work on one account: what rules and logins want of it now, brought about, and written down with its event.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../base/clock.ts';
import { Problem } from '../../../base/problem.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import type { AccountTarget, CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import type { PersonFacts } from '../../../core/directory/index.ts';
import type { Delivery } from '../../../core/outbox/index.ts';
import {
  type AccountTargetPort,
  type CarriedOut,
  carryOut,
  type DesiredAccount,
  desiredAccount,
  type KnownCard,
  ownedBy,
} from '../../../core/provisioning/index.ts';
import type { Leaving } from '../../../core/sessions/index.ts';
import type { AccountOutcome, AccountStore, KnownGrant } from '../../../edge/store/hub/accounts.ts';
import type { AccountReason, AuditKind } from '../../../wire/codes/index.ts';
import { heldSteps } from './held-steps.ts';

export interface AccountWorkParts {
  readonly store: AccountStore;
  readonly people: { facts(person: string): Promise<PersonFacts | undefined> };
  readonly snapshot: () => CatalogueSnapshot;
  readonly port: (target: AccountTarget) => AccountTargetPort;
  /** Cards that were used for an account. */
  readonly cards: (target: string, person: string) => Promise<readonly KnownCard[]>;
  /** The account behind an application is closed: sessions have no part there any more. */
  readonly leave: (leaving: Leaving) => Promise<unknown>;
  readonly clock: Clock;
}

/** Our own id, or the HSA-ID of the assignment that a login was made in, else of any: the stable key in a target. */
export function keyOf(person: PersonFacts, identifier: string, grants: readonly KnownGrant[]): string | undefined {
  if (identifier === 'person') return person.person.id;
  if (identifier !== 'hsa-id') return undefined;
  const named = new Map(person.assignments.map(({ id, hsaId }) => [id, hsaId]));
  const used = grants.flatMap(({ assignment }) => (assignment && named.get(assignment)) ?? []);
  return used[0] ?? person.assignments.find(({ hsaId }) => hsaId !== undefined)?.hsaId;
}

/** The outbox's worker. Throws when the target cannot be reached: it is done again later, and the login waits meanwhile. */
export function accountWork(parts: AccountWorkParts): (delivery: Delivery) => Promise<void> {
  const { store, people, clock } = parts;
  return async (delivery) => {
    const { payload } = delivery;
    const target = String(payload['target']);
    const person = String(payload['person']);
    const snapshot = parts.snapshot();
    const [facts, grants, cards] = await Promise.all([
      people.facts(person),
      store.grants(target, person),
      parts.cards(target, person),
    ]);
    const mend = payload['mend'] as About['mend'];
    const about = { target, person, grants: grants.map(({ id }) => id), mend };
    const record = snapshot.accountTargets.get(target);
    if (facts === undefined || record === undefined) return;
    const refuse = (reason: string, answer: AccountReason = 'account.refused', detail?: string, key = '') => {
      const refused = {
        target,
        person,
        grants: about.grants,
        key,
        state: 'refused',
        until: 0,
        deleteFrom: 0,
        reason,
        detail,
        answer,
      } as const;
      return store.save(refused, event('account.refused', clock(), about, grants[0], { reason, detail }));
    };
    if (record.closed) return refuse('targetClosed');
    const made = await store.keyMade(target, person);
    const key = made ?? keyOf(facts, record.identifier, grants);
    if (key === undefined) return refuse('noKey');
    const desired = desiredAccount(
      { target: record, rules: snapshot.accountRules, grants, person: facts, key, cards },
      clock(),
    );
    if (desired.kind === 'none') return refuse(desired.reason, 'account.refused', undefined, key);
    const view = ownedBy(target, snapshot.accountRules.values());
    const wanted = made === undefined ? await withoutOthersNames(store, desired.account) : desired.account;
    const result = await carryOut(heldSteps(parts.port(record), delivery), wanted, view, clock, patience);
    if (result.kind === 'stopped') return refuse(result.why, 'account.others', undefined, key);
    if (result.kind === 'refused') return refuse(result.reason, 'account.refused', result.detail, key);
    const outcome = outcomeOf(about, desired.account, result, clock());
    // Before it is written down that it is closed: a kill in between has it done again, and told once.
    if (outcome.state !== 'open' && (await store.wasOpen(target, person)))
      for (const application of new Set(grants.map((grant) => grant.application)))
        await parts.leave({ person, application, target, because: `account ${target} ${grants[0]?.id ?? ''}` });
    await store.save(outcome, changed(about, desired.account, result, grants[0], clock()));
    // Done again soon: what is there already is not done twice, and the logins wait on.
    if (result.unconfirmed !== undefined)
      throw new Problem({
        kind: 'unavailable',
        code: 'unavailable',
        detail: `notReplicatedYet: ${result.unconfirmed}`,
      });
  };
}

/** A card or a system may still know somebody by a name whose account was deleted long ago: it is given to nobody else. */
async function withoutOthersNames(store: AccountStore, desired: DesiredAccount): Promise<DesiredAccount> {
  const others = await store.namesOfOthers(desired.target, desired.person, desired.loginNames);
  return { ...desired, loginNames: desired.loginNames.filter((name) => !others.has(name)) };
}

/** Other servers of a target mostly have it within this; the work is put back then, for others wait behind it. */
const patience = { mostMs: 1_000, pause: () => sleep(50) };

/** `mend`: the run whose finding somebody asked to be mended, and who. */
type About = Pick<AccountOutcome, 'target' | 'person' | 'grants'> & {
  readonly mend?: { readonly run: string; readonly by: string } | undefined;
};
type Done = Extract<CarriedOut, { kind: 'asWanted' }>;

function outcomeOf(
  { target, person, grants }: About,
  desired: DesiredAccount,
  { account, done, unconfirmed }: Done,
  now: number,
): AccountOutcome {
  const deleted = account === undefined;
  const state =
    now < desired.until ? 'open' : deleted || done.some(({ kind }) => kind === 'delete') ? 'deleted' : 'closed';
  const { key, until, deleteFrom } = desired;
  // A login whose time or assignment ended while the work waited has no account to go on with.
  const answer = state === 'open' ? 'ready' : 'account.late';
  const outcome = { target, person, grants, key, state, account, until, deleteFrom, answer } as const;
  if (unconfirmed === undefined || state !== 'open') return outcome;
  return { ...outcome, answer: 'waiting', confirmed: false, reason: 'notReplicatedYet', detail: unconfirmed };
}

const kindBySteps: readonly (readonly [step: string, kind: AuditKind])[] = [
  ['delete', 'account.deleted'],
  ['disable', 'account.closed'],
  ['enable', 'account.opened'],
];

/** One event for what was done; none when nothing was. */
function changed(
  about: About,
  desired: DesiredAccount,
  { account, done }: Done,
  newest: KnownGrant | undefined,
  now: number,
): AuditRecord | undefined {
  if (done.length === 0) return undefined;
  const kind = kindBySteps.find(([step]) => done.some((one) => one.kind === step))?.[1] ?? 'account.extended';
  return event(kind, now, about, newest, {
    account: account?.id,
    loginName: account?.loginName,
    rules: desired.rules,
    until: desired.until,
    steps: done.map(({ kind: step }) => step),
  });
}

/** The login that asked last leads to it in the trail. */
function event(
  kind: AuditKind,
  at: number,
  { target, person, mend }: About,
  newest: KnownGrant | undefined,
  body: Readonly<Record<string, unknown>>,
): AuditRecord {
  return {
    at,
    kind,
    outcome: kind === 'account.refused' ? 'refused' : 'ok',
    person,
    ...(newest && { application: newest.application, reference: newest.reference }),
    body: { target, ...body, ...(mend && { mend }) },
  };
}
