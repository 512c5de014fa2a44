// A provider's logout: taken once, remembered while a login may be under way, and every session that rests on it ended.
import type { EpochMs } from '../../base/clock.ts';
import { tokenHash } from '../../base/ids.ts';
import type { Commit } from '../commit/commit.ts';
import type { Evidence } from '../linking/evidence.ts';
import { addToOutbox } from '../outbox/add.ts';
import { endAndTell } from './end-and-tell.ts';
import type { SessionPorts } from './ports.ts';
import { endedNames, endedProofs, type MarkedEnd, restsOn, type UpstreamEnd } from './upstream-logins.ts';
import { saveLoginEnd } from './writes.ts';

/** A logout token that passed every check. */
export interface UpstreamLogoutNotice {
  readonly end: UpstreamEnd;
  readonly jti: string;
  readonly expiresAt: EpochMs;
  readonly reference: string;
}

/** The work of a notice is done at once; this long after, the outbox looks whether it was. */
const againMs = 5000;

const marked = ({ marksOf, clock }: Pick<SessionPorts, 'marksOf' | 'clock'>, end: UpstreamEnd): MarkedEnd => ({
  provider: end.provider,
  at: end.at,
  takenAt: clock(),
  marks: endedNames(end).flatMap(marksOf),
});

/** What a notice makes true by itself: its `jti` is spent (2.6 step 8), and logins under way are held against it. */
function noticeCommit(
  ports: SessionPorts,
  notice: UpstreamLogoutNotice,
  ended: MarkedEnd,
  keptSeconds: number,
): Commit {
  const { end, jti, expiresAt, reference } = notice;
  const now = ports.clock();
  const { provider } = end;
  const about = { kind: 'session.logoutReceived', at: now, reference } as const;
  const names = endedNames(end).flatMap((name) => ports.marksOf(name).slice(0, 1));
  const id = `upstream logout ${provider} ${tokenHash(jti)}`;
  const message = { id, kind: 'upstreamLogout', key: id, payload: { ...ended, reference } } as const;
  return {
    claims: [{ scope: 'logout_token', key: `${provider} ${jti}`, until: expiresAt }],
    writes: [
      ...names.map((mark) => saveLoginEnd(mark, ended, now + keptSeconds * 1000)),
      addToOutbox({ ...message, notBefore: now + againMs }),
    ],
    ifWon: [{ ...about, outcome: 'ok', body: { provider, of: end.session === undefined ? 'person' : 'session' } }],
    ifLost: [{ ...about, outcome: 'refused', body: { provider, check: 'logout.once' } }],
  };
}

/**
 * Takes a logout token's word: answers once every session that it names has ended, or `replayed` when it was taken before.
 * Whoever commits second, the notice or a login, sees the other; should we break off in between, the outbox goes on.
 */
export async function takeUpstreamLogout(
  ports: SessionPorts,
  notice: UpstreamLogoutNotice,
  keptSeconds: number,
): Promise<TakenLogout> {
  const ended = marked(ports, notice.end);
  const done = await ports.commit(noticeCommit(ports, notice, ended, keptSeconds));
  if (!done.won) return { kind: 'replayed' };
  return { kind: 'ended', sessions: await endMarked(ports, ended, notice.reference) };
}

export type TakenLogout =
  /** Which sessions it ended: none when they had ended already. */
  { readonly kind: 'ended'; readonly sessions: readonly string[] } | { readonly kind: 'replayed' };

/** Ends the sessions that a provider names in the person's browser (OIDC Front-Channel Logout 1.0). */
export const endUpstream = (ports: SessionPorts, end: UpstreamEnd, reference: string): Promise<readonly string[]> =>
  endMarked(ports, marked(ports, end), reference);

/** Ends every session of which one proof rests on this login, whatever else proved it. Answers which. */
async function endMarked(ports: SessionPorts, ended: MarkedEnd, reference?: string): Promise<readonly string[]> {
  const seen = new Set<string>();
  const done: string[] = [];
  for (;;) {
    const found = (await ports.store.marked(ended.marks)).filter(({ id }) => !seen.has(id));
    if (found.length === 0) return done;
    for (const session of found) {
      seen.add(session.id);
      if (!session.evidence.some((one) => restsOn(ports, one, ended))) continue;
      await endAndTell(ports, session, { by: 'endedUpstream', provider: ended.provider, reference });
      done.push(session.id);
    }
  }
}

/** The outbox's worker: what `takeUpstreamLogout` had begun. */
export async function endMarkedAgain(ports: SessionPorts, payload: Readonly<Record<string, unknown>>): Promise<void> {
  const { provider, at, takenAt, marks, reference } = payload as Partial<MarkedEnd> & { readonly reference?: string };
  if (provider === undefined || at === undefined || marks === undefined) return;
  await endMarked(ports, { provider, at, takenAt, marks }, reference);
}

/** After a login's own commit: ends its session when a provider has ended one of its proofs meanwhile. */
export async function endIfLoggedOut(
  ports: SessionPorts,
  id: string,
  evidence: readonly Evidence[],
  reference?: string,
): Promise<boolean> {
  const [ended] = await endedProofs(ports, evidence);
  if (ended === undefined) return false;
  const session = await ports.store.byId(id);
  if (session === undefined || session.endedAt !== undefined) return true;
  await endAndTell(ports, session, { by: 'endedUpstream', provider: ended.provider, reference });
  return true;
}
