// Wires the pages of renewals of many cards: what an officer may choose, the draft, the job as it stands, and its steps.
import type pg from 'pg';
import { dayMs, minuteMs } from '../../../base/clock.ts';
import { newReference } from '../../../base/ids.ts';
import type { CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import { administeredScopes, shownName } from '../../../core/directory/index.ts';
import {
  isMadeHere,
  mayRenewAt,
  possibleRenewalActions,
  type RenewalCounts,
  type RenewalJob,
  renewalTimeLeft,
} from '../../../core/ordering/index.ts';
import type { Session } from '../../../core/sessions/index.ts';
import { grantsOf, organisationsUpward, peopleNamed } from '../../../edge/store/hub/administrations.ts';
import { renewalItems, renewalReasons, renewedSince } from '../../../edge/store/hub/card-renewal-items.ts';
import {
  draftRenewal,
  renewalById,
  renewalCounts,
  renewalFacts,
  renewalsOf,
  takeRenewalStep,
} from '../../../edge/store/hub/card-renewals.ts';
import { organisationNames, organisationsBelow } from '../../../edge/store/hub/organisation-names.ts';
import type { RenewalDesk, RenewalLine, RenewalReason } from '../../../edge/web/portal/index.ts';
import { cardSearchOf } from './card-desk.ts';

interface Parts {
  readonly pool: pg.Pool;
  readonly catalogue: () => CatalogueSnapshot;
  readonly clock: () => number;
}

const pageSize = 25;
const mostJobs = 50;
/** The pace is that of the last half minute. */
const paceMs = minuteMs / 2;
const longestDays = 3653;

export function renewalDesk({ pool, catalogue, clock }: Parts): RenewalDesk {
  const profiles = () => catalogue().cardProfiles;
  const scopesOf = async (person: string): Promise<readonly string[]> => {
    const [[found], grants] = await Promise.all([peopleNamed(pool, [person]), grantsOf(pool, person)]);
    return found === undefined
      ? []
      : administeredScopes(grants, { person: found, tasks: ['issueCards'], now: clock() });
  };
  const given = (session: Session) => ({
    from: { person: session.person, session: session.id, reference: newReference() },
    profiles: profiles(),
    now: clock(),
  });
  const secondsLeft = async (job: RenewalJob, { waiting }: RenewalCounts): Promise<number | undefined> => {
    if (job.state !== 'running' || job.runningSince === undefined) return undefined;
    const now = clock();
    const since = Math.max(job.runningSince, now - paceMs);
    const left = renewalTimeLeft(waiting, await renewedSince(pool, job.id, since), now - since);
    return left === undefined ? undefined : left / 1000;
  };
  const linesOf = async (jobs: readonly RenewalJob[]): Promise<readonly RenewalLine[]> => {
    const organisations = await organisationNames(
      pool,
      jobs.map(({ organisation }) => organisation),
    );
    return Promise.all(
      jobs.map(async (job) => ({
        job,
        profile: profiles().get(job.profile),
        organisation: organisations.get(job.organisation) ?? job.organisation,
        counts: await renewalCounts(pool, job.id),
      })),
    );
  };

  return {
    async choices(person) {
      const organisations = await organisationsBelow(pool, await scopesOf(person));
      return {
        organisations,
        profiles: [...profiles().values()].filter(isMadeHere),
      };
    },

    list: async (person) => linesOf(await renewalsOf(pool, await scopesOf(person), person, mostJobs)),

    async draft(session, { organisation, profile: id, day }) {
      const { from, now } = given(session);
      const [[person], grants, organisations] = await Promise.all([
        peopleNamed(pool, [session.person]),
        grantsOf(pool, session.person),
        organisationsUpward(pool, organisation),
      ]);
      if (person === undefined || !mayRenewAt({ person, grants, organisations, now, job: { organisation } }))
        return { kind: 'refused', code: 'renewal.noRight' };
      const profile = profiles().get(id);
      if (!isMadeHere(profile)) return { kind: 'refused', code: 'renewal.unknownProfile' };
      const expiringBefore = startOfDay(day);
      if (expiringBefore === undefined || expiringBefore <= now || expiringBefore > now + longestDays * dayMs)
        return { kind: 'refused', code: 'renewal.day' };
      const drafted = await draftRenewal(pool, { from, organisation, profile, expiringBefore, now });
      return drafted === undefined ? { kind: 'refused', code: 'renewal.tooMany' } : { kind: 'done', id: drafted };
    },

    async look(session, id, { words, show, after }) {
      const job = await renewalById(pool, id);
      const facts = job && (await renewalFacts(pool, job, given(session)));
      if (job === undefined || facts === undefined || !mayRenewAt(facts)) return undefined;
      // A draft is its maker's alone.
      if (job.state === 'draft' && job.askedBy !== session.person) return undefined;
      const people = [job.askedBy, ...(job.approvedBy === undefined ? [] : [job.approvedBy])];
      const [[line], reasons, items, named, left] = await Promise.all([
        linesOf([job]),
        renewalReasons(pool, id),
        renewalItems(pool, id, { ...cardSearchOf(words), state: show, after }, pageSize + 1),
        peopleNamed(pool, people),
        secondsLeft(job, facts.counts),
      ]);
      if (line === undefined) return undefined;
      const names = new Map(named.map((person) => [person.id, shownName(person)]));
      const page = items.slice(0, pageSize);
      return {
        ...line,
        askedBy: names.get(job.askedBy) ?? job.askedBy,
        approvedBy: job.approvedBy && (names.get(job.approvedBy) ?? job.approvedBy),
        actions: possibleRenewalActions(facts),
        reasons: reasons.map((each) => ({ ...each, reason: each.reason as RenewalReason })),
        secondsLeft: left,
        items: page.map((item) => ({ ...item, reason: item.reason as RenewalReason | undefined })),
        next: items.length > pageSize ? page.at(-1)?.place : undefined,
      };
    },

    async act(session, id, action, seen) {
      const done = await takeRenewalStep(pool, id, action, given(session), seen);
      if (done.kind === 'unknown') return { kind: 'unknown' };
      return done.kind === 'refused' ? { kind: 'refused', code: done.code } : { kind: 'done', id };
    },
  };
}

/** Midnight of a day where the hub is; undefined: there is no such day. */
export function startOfDay(day: string): number | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const at = new Date(Number(year), Number(month) - 1, Number(date));
  return at.getMonth() === Number(month) - 1 && at.getDate() === Number(date) ? at.getTime() : undefined;
}
