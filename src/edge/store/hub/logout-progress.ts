// Reads how far the news of ended sessions has come: what each reached, and how its message in the outbox stands.
import type pg from 'pg';
import type { Reached } from '../../../core/sessions/index.ts';

interface Row {
  readonly session: string;
  readonly application: string;
  readonly issuer: string;
  readonly subject: string;
  readonly sent: boolean;
  readonly done: boolean;
  readonly dead: boolean;
  readonly failed: boolean;
  readonly told: boolean;
}

/**
 * What these sessions reached. Sessions that have not ended are left out: nobody is told of them. So are those that ended
 * more than a day ago: the page after logout is no record.
 */
export const readReached =
  (pool: pg.Pool) =>
  async (sessions: readonly string[]): Promise<readonly Reached[]> => {
    const result = await pool.query<Row>({
      name: 'logout-progress',
      // The id is that of `logoutMessageId`: found by primary key.
      text: `SELECT r.session, r.application, r.issuer, r.subject, o.id IS NOT NULL AS sent, o.done_at IS NOT NULL AS done,
               o.dead_at IS NOT NULL AS dead, o.last_error IS NOT NULL AS failed, r.told_at IS NOT NULL AS told
             FROM hub.session s JOIN hub.session_reach r ON r.session = s.id
             LEFT JOIN hub.outbox o ON o.id = 'logout ' || r.session || ' ' || r.application
             WHERE s.id = ANY ($1) AND s.ended_at > now() - interval '1 day' ORDER BY r.at, r.application`,
      values: [sessions],
    });
    return result.rows.map(({ session, application, issuer, subject, sent, done, dead, failed, told }) => ({
      session,
      to: { kind: 'application', id: application },
      issuer,
      subject,
      message: sent ? { done, dead, failed } : undefined,
      ...(told ? { told } : {}),
    }));
  };
