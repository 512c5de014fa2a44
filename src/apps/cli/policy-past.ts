// Decisions of the last days from the trail, as far as other rules can be tried on them.
import type pg from 'pg';
import { parseEventText, type StoredEvent } from '../../core/audit/index.ts';
import type { CatalogueSnapshot } from '../../core/catalogue/index.ts';
import { type Explanation, pastDecisionOf, type Tried, tryOut, tryOutMachine } from '../../core/policy/index.ts';
import { eachPermit } from '../../edge/store/hub/audit-permits.ts';

/** One ticket or login that would have been stopped. */
export interface Stopped {
  readonly at: string;
  readonly kind: 'login' | 'refresh' | 'machine';
  readonly person?: string | undefined;
  readonly application: string;
  readonly organisation?: string | undefined;
  readonly reference?: string | undefined;
  readonly tried: Exclude<Tried, { kind: 'permit' }>;
}

export interface DryRun {
  /** Logins, renewals and tickets of machines that were let in. */
  readonly looked: number;
  readonly stopped: readonly Stopped[];
  /** What today's rules stop already: nothing that the file changes. */
  readonly stoppedToday: number;
  /** Written by an older program, or of an application that is gone. */
  readonly untold: number;
}

/** Tries `wanted` on every yes since `from`, and lists what it stops that today's catalogue does not. */
export async function dryRun(
  pool: pg.Pool,
  from: Date,
  today: CatalogueSnapshot,
  wanted: CatalogueSnapshot,
): Promise<DryRun> {
  const stopped: Stopped[] = [];
  let [looked, stoppedToday, untold] = [0, 0, 0];
  for await (const { text, attributes } of eachPermit(pool, from)) {
    const event = parseEventText(text);
    if (event === undefined) continue;
    looked += 1;
    const ask = questionOf(event, attributes ?? {});
    const after = ask?.(wanted);
    if (ask === undefined || after === undefined) untold += 1;
    else if (after.kind !== 'permit') {
      if (ask(today)?.kind !== 'permit') stoppedToday += 1;
      else stopped.push(stoppedOf(event, after));
    }
  }
  return { looked, stopped, stoppedToday, untold };
}

type Question = (snapshot: CatalogueSnapshot) => Tried | undefined;

/** What to ask of each catalogue about an event; undefined when it kept too little. */
function questionOf(event: StoredEvent, attributesToday: Attributes): Question | undefined {
  const { at, application: id, body } = event;
  const explanation = body.explanation as Explanation | undefined;
  if (explanation?.facts === undefined || id === undefined) return undefined;
  const { facts, network } = explanation;
  const shared = { at: Date.parse(at), network };
  return (snapshot) => {
    const application = snapshot.applications.get(id);
    if (application === undefined) return undefined;
    const past = pastDecisionOf(event, application, attributesToday);
    return past === undefined ? tryOutMachine({ ...shared, application, facts }, snapshot) : tryOut(past, snapshot);
  };
}

type Attributes = Readonly<Record<string, string | boolean>>;

const kinds = { 'journey.finished': 'login', 'ticket.refreshed': 'refresh' } as const;

const stoppedOf = (event: StoredEvent, tried: Stopped['tried']): Stopped => ({
  at: event.at,
  kind: kinds[event.kind as keyof typeof kinds] ?? 'machine',
  person: event.person,
  application: event.application ?? '',
  organisation: event.organisation,
  reference: event.reference,
  tried,
});
