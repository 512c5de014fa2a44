// Judges a reported use against the ticket that it names, and makes the event of the trail.
import { dayMs, type EpochMs, minuteMs } from '../../../base/clock.ts';
import type { AuditRecord } from '../record.ts';
import type { UsageFault, UsageReport } from './read-usage.ts';

/** What the trail has of a ticket that was issued. */
export interface IssuedTicket {
  readonly id: string;
  readonly at: EpochMs;
  /** The application that got it. */
  readonly application: string | undefined;
  /** The `aud` of an access token. */
  readonly audience: string | undefined;
  readonly person: string | undefined;
  readonly organisation: string | undefined;
  readonly session: string | undefined;
  readonly reference: string | undefined;
}

/** Who reports: an application, and the audiences of the APIs that it serves. */
export interface UsageReporter {
  readonly application: string;
  readonly audiences: readonly string[];
}

export interface UsageFacts {
  readonly report: UsageReport;
  readonly ticket: IssuedTicket | undefined;
  readonly reporter: UsageReporter;
  readonly now: EpochMs;
}

export interface UsageCheck {
  readonly name: UsageFault['code'];
  readonly clause: string;
  readonly test: (facts: UsageFacts) => boolean;
  readonly at: string;
  readonly message: string;
}

/** An application's clock may differ by so much. */
const skewMs = 5 * minuteMs;
/** What happened longer ago is not taken any more. */
const oldestMs = 31 * dayMs;

/** All must hold. */
export const reportChecks: readonly UsageCheck[] = [
  {
    name: 'usage.unknownTicket',
    clause: 'V7: an application speaks for the tickets that it got, or that its API was shown, and for no others',
    test: ({ ticket, report, reporter }) =>
      ticket?.id === report.ticket &&
      (ticket.application === reporter.application ||
        (ticket.audience !== undefined && reporter.audiences.includes(ticket.audience))),
    at: 'AuditEvent.agent.policy',
    message: 'no ticket with this id was issued to the application or for its API',
  },
  {
    name: 'usage.time',
    clause: 'V7: a use comes after its ticket, and is reported within a month',
    test: ({ ticket, report, now }) =>
      report.recorded <= now + skewMs &&
      report.recorded >= now - oldestMs &&
      report.recorded >= (ticket?.at ?? Number.POSITIVE_INFINITY) - skewMs,
    at: 'AuditEvent.recorded',
    message: 'recorded lies before the ticket was issued, in the future, or more than 31 days ago',
  },
];

export const judgeUsage = (facts: UsageFacts, checks = reportChecks): UsageFault | undefined => {
  const failed = checks.find(({ test }) => !test(facts));
  return failed && { code: failed.name, at: failed.at, message: failed.message };
};

/** The event: whose ticket it was is what the hub knows of the ticket, never what the application says. */
export const usageRecord = (
  { report, ticket, reporter, now }: UsageFacts,
  subjectOf: (value: string) => string,
): AuditRecord => ({
  kind: 'usage.reported',
  at: now,
  outcome: report.succeeded ? 'ok' : 'failed',
  person: ticket?.person,
  organisation: ticket?.organisation,
  session: ticket?.session,
  reference: ticket?.reference,
  application: reporter.application,
  body: {
    ticket: report.ticket,
    of: ticket?.application,
    event: report.id,
    action: report.action,
    recorded: new Date(report.recorded).toISOString(),
    about: report.about === undefined ? undefined : subjectOf(report.about),
    what: report.what,
    types: report.codes,
    purposes: report.purposes,
  },
});
