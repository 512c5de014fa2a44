// What the end of a session makes true: the record, its grants, and the news to every application that it reached.
import type { EpochMs } from '../../base/clock.ts';
import type { AuditRecord } from '../audit/record.ts';
import type { Commit, Write } from '../commit/commit.ts';
import { addToOutbox } from '../outbox/add.ts';
import type { Session, SessionEnd, SessionReach } from './session.ts';
import { tellings } from './telling.ts';
import { endSession, revokeGrantsOf } from './writes.ts';

export interface Ending {
  readonly session: Session;
  readonly reached: readonly SessionReach[];
  readonly by: SessionEnd;
  /** The provider that ended it, when one did. */
  readonly provider?: string | undefined;
  readonly reference?: string | undefined;
  /** The application that asked for it, if it is not to be told. */
  readonly asker?: string | undefined;
  readonly journey?: string | undefined;
}

/** What is said of an end besides what it reached. */
export type EndCause = Pick<Ending, 'by' | 'provider' | 'reference' | 'asker'>;

/** The writes and the event of an end, to be put into a larger commit. */
export function endingOf(
  ending: Ending,
  now: EpochMs,
): { readonly writes: readonly Write[]; readonly event: AuditRecord } {
  const { session, reached, by, asker } = ending;
  const others = reached.filter(({ application }) => application !== asker);
  return {
    writes: [
      endSession(session.id, now, by),
      revokeGrantsOf(session.id, now),
      ...tellings(others, by, now).map(addToOutbox),
    ],
    event: {
      kind: 'session.ended',
      at: now,
      outcome: 'ok',
      person: session.person,
      session: session.id,
      journey: ending.journey,
      reference: ending.reference,
      body: { by, provider: ending.provider, applications: reached.map(({ application }) => application) },
    },
  };
}

/** The end as a commit of its own: claimed, so that of several who end it at once, one tells. */
export function endCommit(ending: Ending, now: EpochMs): Commit {
  const { writes, event } = endingOf(ending, now);
  return {
    claims: [{ scope: 'session', key: ending.session.id, until: ending.session.absoluteUntil }],
    writes,
    ifWon: [event],
    ifLost: [],
  };
}
