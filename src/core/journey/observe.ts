// What a permitted login shows that stops nobody: said in the trail, once a day.
import type { EpochMs } from '../../base/clock.ts';
import { tokenHash } from '../../base/ids.ts';
import type { AuditRecord } from '../audit/record.ts';
import type { Commit } from '../commit/commit.ts';
import { conflictEvent, conflictsNow } from '../directory/assignment-conflicts.ts';
import type { PersonFacts } from '../directory/directory.ts';
import type { Session } from '../sessions/session.ts';
import { sharedSignals } from '../sessions/shared-signal.ts';
import type { Situation } from './gather.ts';
import type { Journey } from './journey.ts';
import type { JourneyPorts } from './ports.ts';

const dayMs = 86_400_000;

/** Records the event unless the same was recorded that day (UTC): all hubs share the claim. */
export function onceADay(key: string, event: AuditRecord, now: EpochMs): Commit {
  const day = Math.floor(now / dayMs);
  const date = new Date(day * dayMs).toISOString().slice(0, 10);
  return {
    claims: [{ scope: 'observed', key: `${key} ${date}`, until: (day + 1) * dayMs }],
    writes: [],
    ifWon: [event],
    ifLost: [],
  };
}

/** Assignments that a rule keeps apart and that hold together now. Those that it blocks let nobody in; it is told of all. */
export function conflictReports(
  person: PersonFacts,
  about: Pick<AuditRecord, 'application' | 'journey' | 'reference' | 'session'>,
  { snapshot, now }: Pick<Situation, 'snapshot' | 'now'>,
): readonly Commit[] {
  const rules = [...snapshot.assignmentConflicts.values()];
  if (rules.length === 0) return [];
  const id = person.person.id;
  const { assignments, organisations } = person;
  const found = conflictsNow({ assignments, organisations, rules, now });
  return [...new Set(found.map(({ rule }) => rule))].flatMap((rule) => {
    const first = found.find((one) => one.rule === rule);
    if (first === undefined) return [];
    const event = conflictEvent(first, { ...about, person: id, at: now, seen: 'login' });
    return [onceADay(`assignments ${id} ${rule}`, event, now)];
  });
}

/** Signs that the account is shared, between the session that began and the person's others. */
export function signalReports(
  begun: Session,
  others: readonly Session[],
  about: Pick<AuditRecord, 'application' | 'journey' | 'reference' | 'session'>,
  { snapshot, now }: Pick<Situation, 'snapshot' | 'now'>,
): readonly Commit[] {
  const { sharedSignals: limits } = snapshot.settings;
  return sharedSignals(begun, others, limits, now).map(({ person, seen, places, pair }) => {
    const body = { seen, places, withinMinutes: limits.withinMinutes };
    const event: AuditRecord = { ...about, kind: 'account.sharedSignal', at: now, outcome: 'ok', person, body };
    return onceADay(`shared ${person} ${tokenHash(pair)}`, event, now);
  });
}

/** After the login is made true: what it showed. */
export async function tellObserved(
  ports: JourneyPorts,
  journey: Journey,
  situation: Situation,
  { session, person }: { readonly session: Session; readonly person?: PersonFacts | undefined },
): Promise<void> {
  const about = {
    application: journey.request.application,
    journey: journey.id,
    reference: journey.reference,
    session: session.id,
  };
  const { now } = situation;
  const others = session.startedAt === now ? await ports.sessions.ofPerson(session.person, now) : [];
  const commits = [
    ...(person === undefined ? [] : conflictReports(person, about, situation)),
    ...signalReports(session, others, about, situation),
  ];
  for (const commit of commits) await ports.commit(commit);
}
