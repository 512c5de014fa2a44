// Gathers what is known of a ticket that somebody shows: the key that signed it, the trail's record, and when it ended.
import type pg from 'pg';
import { systemClock } from '../../base/clock.ts';
import { parseEventText, type StoredEvent } from '../../core/audit/index.ts';
import { lastSigned, type TicketFacts } from '../../core/issuing/index.ts';
import { type AuditSearch, findEvents } from '../../edge/store/hub/audit-search.ts';
import { publicSigningKeys } from '../../edge/store/hub/signing-keys.ts';
import { type ShownTicket, type TicketReader, textOr } from './ticket-shown.ts';

const issuing: ReadonlySet<string> = new Set(['ticket.issued', 'ticket.refreshed']);
const mostEvents = 10_000;

export interface GatheredTicket {
  readonly shown: ShownTicket;
  readonly facts: TicketFacts;
  /** What the trail holds of its issuing. */
  readonly issued: StoredEvent | undefined;
  /** The decision that it rests on, which its own record may tell: the last one that was explained. */
  readonly decided: StoredEvent | undefined;
  /** An ID token has that of the access token that it came with. */
  readonly id: string | undefined;
}

/** All facts for the checks, and what the trail tells beside them. */
export async function gatherTicket(pool: pg.Pool, read: TicketReader, at: number): Promise<GatheredTicket> {
  const keys = await publicSigningKeys(pool);
  const shown = read(keys);
  const { signedBy, digest, decision } = shown;
  const find = async (search: AuditSearch): Promise<readonly StoredEvent[]> =>
    (await findEvents(pool, search, mostEvents)).flatMap(({ text }) => parseEventText(text) ?? []);
  const events = decision === undefined ? [] : await find({ reference: decision });
  const place = events.findIndex(
    ({ kind, body }) =>
      issuing.has(kind) && (shown.id === undefined ? body.idDigest === digest : body.jti === shown.id),
  );
  const issued = events[place];
  const facts: TicketFacts = {
    at,
    issuedAt: shown.issuedAt,
    expiresAt: shown.expiresAt,
    signedBy: signedBy && { ...signedBy, lastSignedAt: lastSigned(signedBy, keys, systemClock()) },
    signatureFault: shown.signatureFault,
    digest,
    record: issued && { digest: shown.id === undefined ? issued.body.idDigest : issued.body.digest },
    endedAt: issued && (await endOf(issued, find)),
  };
  const decided = issued && events.slice(place).find(({ body }) => body.explanation !== undefined);
  return { shown, facts, issued, decided, id: shown.id ?? textOr(issued?.body.jti) };
}

/** When the ticket or its grant was revoked, or its session ended. */
async function endOf(
  { at, application, session, body: { jti, grant } }: StoredEvent,
  find: (search: AuditSearch) => Promise<readonly StoredEvent[]>,
): Promise<number | undefined> {
  const revoked =
    application === undefined ? [] : await find({ kind: 'ticket.revoked', application, from: new Date(at) });
  const ended = [
    ...revoked.filter(
      ({ body }) => (jti !== undefined && body.jti === jti) || (body.grant !== undefined && body.grant === grant),
    ),
    ...(session === undefined ? [] : await find({ kind: 'session.ended', session })),
  ];
  return ended.length === 0 ? undefined : Math.min(...ended.map((event) => Date.parse(event.at)));
}
