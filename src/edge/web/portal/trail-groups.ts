// Puts the events of the trail together by login, so that each reads as a story.
import type { EpochMs } from '../../../base/clock.ts';
import type { Assurance, AuditKind, ReasonCode } from '../../../wire/codes/index.ts';

/** One event as the demo's page tells it; never an identifier, a token or a whole body. */
export interface TrailEvent {
  readonly at: EpochMs;
  readonly kind: AuditKind;
  /** Its place in the sealed log; undefined until it is sealed. */
  readonly index?: number | undefined;
  readonly application?: string | undefined;
  /** The name that pages greet with. */
  readonly person?: string | undefined;
  readonly session?: string | undefined;
  readonly reference?: string | undefined;
  readonly reason?: ReasonCode | undefined;
  readonly refused: boolean;
  /** The card that it is a step of, and who took it; no name: the hub itself. */
  readonly card?: { readonly id: string; readonly profile: string; readonly by?: string | undefined } | undefined;
  /** Id of the target that it is about an account in. */
  readonly target?: string | undefined;
  /** The way that was taken and the level that it proved. */
  readonly proof?: { readonly provider: string; readonly assurance: Assurance } | undefined;
  readonly decision?:
    | {
        readonly outcome: 'permit' | 'stepUp' | 'deny';
        readonly required: Assurance;
        readonly reached?: Assurance | undefined;
        /** Ids of the rules that applied. */
        readonly rules: readonly string[];
      }
    | undefined;
}

/** The events of one login, or of one logout, oldest first. */
export interface TrailGroup {
  readonly reference?: string | undefined;
  /** The one that a login was for; a logout is of no single one. */
  readonly application?: string | undefined;
  readonly person?: string | undefined;
  /** Set where they are the steps of a card. */
  readonly card?: TrailEvent['card'];
  readonly events: readonly TrailEvent[];
}

/** The end of a session and the news of it belong together, whatever codes they bear. */
const isEnd = (kind: AuditKind): boolean => kind === 'session.ended' || kind.startsWith('session.logout');

/** What applications do with a ticket bears a code of its own, and belongs to the login that the ticket came from. */
const follows = (kind: AuditKind): boolean => kind === 'ticket.introspected' || kind === 'ticket.refreshed';

/** Groups of `events` (oldest first), the one with the newest event first. */
export function groupTrail(events: readonly TrailEvent[]): readonly TrailGroup[] {
  const groups = new Map<string, TrailEvent[]>();
  const lastOfSession = new Map<string, string>();
  for (const event of events) {
    const { session, application } = event;
    const ticketsOf = `${session} ${application}`;
    const login = follows(event.kind) ? lastOfSession.get(ticketsOf) : undefined;
    const end = isEnd(event.kind) && session !== undefined ? `end ${session}` : undefined;
    // A card's steps are weeks apart and one story.
    const ofCard = event.card && `card ${event.card.id}`;
    const key = ofCard ?? login ?? end ?? event.reference ?? session ?? String(event.index ?? event.at);
    const group = groups.get(key) ?? [];
    group.push(event);
    groups.delete(key);
    groups.set(key, group);
    if (
      ofCard === undefined &&
      session !== undefined &&
      event.reference !== undefined &&
      !follows(event.kind) &&
      !event.kind.startsWith('usage.') &&
      end === undefined
    )
      lastOfSession.set(ticketsOf, key);
  }
  const last = <Name extends 'application' | 'person' | 'reference'>(of: readonly TrailEvent[], name: Name) =>
    of.findLast((event) => event[name] !== undefined)?.[name];
  return [...groups.values()].reverse().map((of) => ({
    reference: of.find(({ reference }) => reference !== undefined)?.reference,
    application: of.every(({ kind }) => isEnd(kind)) ? undefined : last(of, 'application'),
    person: last(of, 'person'),
    card: of[0]?.card,
    events: of,
  }));
}
