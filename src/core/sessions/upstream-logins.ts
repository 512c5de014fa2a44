// What a provider may call a login when it ends it, and the marks by which such an end finds what rests on the login.
import type { EpochMs } from '../../base/clock.ts';
import type { Write } from '../commit/commit.ts';
import type { Evidence, UpstreamFacts } from '../linking/evidence.ts';
import type { SessionPorts } from './ports.ts';
import { markSession } from './writes.ts';

/** A provider says that a login is over (OIDC Back-Channel Logout 2.4: by `sid`, by `sub`, or by both). */
export interface UpstreamEnd {
  /** Id of the provider's record. */
  readonly provider: string;
  readonly issuer: string;
  readonly session?: string | undefined;
  readonly subject?: string | undefined;
  /** When it said so, by its own clock. */
  readonly at: EpochMs;
}

/** No provider's name of a login is ever another provider's: both the record and the issuer stand in it. */
const nameIn =
  (provider: string, issuer: string) =>
  (...parts: readonly string[]): string =>
    JSON.stringify([provider, issuer, ...parts]);

/** Every name by which this login can be ended. One without a `sid` goes by its `sub`, also where the end has both. */
export function loginNames(provider: string, { issuer, subject, session }: UpstreamFacts): readonly string[] {
  const name = nameIn(provider, issuer);
  if (session === undefined) return [name('sub', subject), name('sub alone', subject)];
  return [name('sub', subject), name('sid', session), name('sid and sub', session, subject)];
}

/** What an end names: one session there, or with `sub` alone all of that subject's. */
export function endedNames({ provider, issuer, session, subject }: UpstreamEnd): readonly string[] {
  const name = nameIn(provider, issuer);
  if (session === undefined) return subject === undefined ? [] : [name('sub', subject)];
  if (subject === undefined) return [name('sid', session)];
  return [name('sid and sub', session, subject), name('sub alone', subject)];
}

/** Both instants are the provider's, in whole seconds, perhaps of two of its machines. */
const leewayMs = 1000;

/**
 * Whether a login began after an end. By the provider's clock, where the two are further apart than it can be wrong. Within
 * that second, by ours: the person was sent there after the end was taken here, so the answer cannot be of before it.
 */
export function isNewer({ issuedAt = 0, askedAt }: UpstreamFacts, { at, takenAt }: LoginEnd): boolean {
  if (issuedAt > at + leewayMs) return true;
  return issuedAt >= at - leewayMs && askedAt !== undefined && takenAt !== undefined && askedAt > takenAt;
}

/** Whether the proof rests on a login with one of these marks that was ended: a newer login does not. */
export function restsOn(ports: Pick<SessionPorts, 'marksOf'>, { provider, upstream }: Evidence, ended: MarkedEnd) {
  if (upstream === undefined || isNewer(upstream, ended)) return false;
  return loginNames(provider, upstream).some((name) => ports.marksOf(name).some((mark) => ended.marks.includes(mark)));
}

/** When a login was ended. */
export interface LoginEnd {
  /** By the provider's clock. */
  readonly at: EpochMs;
  /** When it was taken here, by ours; absent for what an older program took. */
  readonly takenAt?: EpochMs | undefined;
}

/** An end by its marks. */
export interface MarkedEnd extends LoginEnd {
  readonly provider: string;
  readonly marks: readonly string[];
}

/** The rows by which an end finds the session; under the key in use. */
export function saveMarks(
  { marksOf }: Pick<SessionPorts, 'marksOf'>,
  session: string,
  evidence: readonly Evidence[],
): readonly Write[] {
  const names = evidence.flatMap(({ provider, upstream }) => (upstream ? loginNames(provider, upstream) : []));
  return [...new Set(names)].flatMap((name) => marksOf(name).slice(0, 1)).map((mark) => markSession(session, mark));
}

/** Those of these proofs whose login its provider has ended since. */
export async function endedProofs(
  { store, marksOf }: Pick<SessionPorts, 'store' | 'marksOf'>,
  evidence: readonly Evidence[],
): Promise<readonly Evidence[]> {
  const marks = evidence.flatMap(({ provider, upstream }) =>
    upstream ? loginNames(provider, upstream).flatMap(marksOf) : [],
  );
  if (marks.length === 0) return [];
  const ends = await store.loginEnds(marks);
  return evidence.filter((one) =>
    [...ends].some(([mark, end]) => restsOn({ marksOf }, one, { ...end, provider: one.provider, marks: [mark] })),
  );
}
