// Wires the pages of changes that wait: who may see and decide which, and names for ids.
import type pg from 'pg';
import { dayMs } from '../../../base/clock.ts';
import { newReference } from '../../../base/ids.ts';
import { decideHeld, type HeldAction, type HeldChange, livingApprovals, mayDecide } from '../../../core/brake/index.ts';
import { type Administration, type Organisation, type Person, shownName } from '../../../core/directory/index.ts';
import { freshProof } from '../../../core/linking/index.ts';
import { grantsOf, peopleNamed } from '../../../edge/store/hub/administrations.ts';
import {
  decideHeldChange,
  heldById,
  heldCounts,
  heldPeople,
  heldSince,
  isInPlan,
} from '../../../edge/store/hub/held-changes.ts';
import { organisationsById } from '../../../edge/store/hub/population.ts';
import type { HeldDesk } from '../../../edge/web/portal/index.ts';

/** How long a decided change is still listed. */
const listedMs = 7 * dayMs;
const pageSize = 50;

interface Decider {
  readonly person: Pick<Person, 'id' | 'closed'>;
  readonly grants: readonly Administration[];
  readonly organisations: ReadonlyMap<string, Organisation>;
}

export function brakeDesk({ pool, clock }: { readonly pool: pg.Pool; readonly clock: () => number }): HeldDesk {
  async function decider(id: string): Promise<Decider> {
    const grants = await grantsOf(pool, id);
    // Most people have none: nothing more is read for them.
    if (grants.length === 0) return { person: { id, closed: true }, grants, organisations: new Map() };
    const [[person], organisations] = await Promise.all([peopleNamed(pool, [id]), organisationsById(pool)]);
    return { person: person ?? { id, closed: true }, grants, organisations };
  }
  const names = async (ids: readonly string[]): Promise<ReadonlyMap<string, string>> =>
    new Map((await peopleNamed(pool, [...new Set(ids)])).map((person) => [person.id, shownName(person)]));
  const sees = (who: Decider, held: HeldChange): boolean => mayDecide({ ...who, held, now: clock() });

  return {
    async mayDecide(person) {
      const who = await decider(person);
      return mayDecide({ ...who, held: anywhere, now: clock() });
    },

    async list(person) {
      const who = await decider(person);
      if (who.grants.length === 0) return [];
      return (await heldSince(pool, clock() - listedMs)).filter((held) => sees(who, held));
    },

    async look(person, id, after) {
      const [who, held] = await Promise.all([decider(person), heldById(pool, id)]);
      if (held === undefined || !sees(who, held)) return undefined;
      const [counts, found, isAffected] = await Promise.all([
        heldCounts(pool, id),
        heldPeople(pool, id, after, pageSize + 1),
        isInPlan(pool, id, person),
      ]);
      const people = found.slice(0, pageSize);
      const approvals = held.state === 'waiting' ? livingApprovals(held, clock()) : held.approvals;
      const shown = await names([
        ...people.map((one) => one.person),
        ...approvals.map((one) => one.person),
        ...(held.decidedBy === undefined ? [] : [held.decidedBy]),
      ]);
      const nameOf = (one: string) => shown.get(one) ?? one;
      const placeOf = (one: string) => who.organisations.get(one)?.name ?? one;
      /** As if proven: the form asks for that. */
      const wouldBe = (action: HeldAction) =>
        decideHeld(action, { ...who, held, now: clock(), isAffected, isProven: true, reason: 'x' });
      const approval = wouldBe('approve');
      return {
        held,
        over: held.over.organisation === undefined ? undefined : placeOf(held.over.organisation),
        counts,
        people: people.map((one) => ({ ...one, name: nameOf(one.person), organisations: one.tops.map(placeOf) })),
        next: found.length > pageSize ? people.at(-1)?.person : undefined,
        approvals: approvals.map((one) => ({ name: nameOf(one.person), at: one.at })),
        decidedBy: held.decidedBy === undefined ? undefined : nameOf(held.decidedBy),
        noApproval: approval.kind === 'refused' ? approval.code : undefined,
        mayRefuse: wouldBe('refuse').kind === 'done',
      };
    },

    async decide(session, id, action, { proof, reason }) {
      const now = clock();
      // What somebody may not see is not there for them.
      const held = await heldById(pool, id);
      if (held === undefined || !sees(await decider(session.person), held)) return { kind: 'unknown' };
      const done = await decideHeldChange(pool, id, action, {
        person: session.person,
        session: session.id,
        reference: newReference(),
        isProven: freshProof(session.evidence, proof, now) !== undefined,
        reason,
        now,
      });
      return done.kind === 'refused' ? { kind: 'refused', code: done.code } : { kind: done.kind };
    },
  };
}

/** A change that asks for the task anywhere. */
const anywhere = { tops: [] };
