// Opens a journey for a browser: only the one that began it, only while it runs.
import type { EpochMs } from '../../base/clock.ts';
import { tokenHash } from '../../base/ids.ts';
import type { JourneyReason } from '../../wire/codes/index.ts';
import { recordOnly } from '../commit/commit.ts';
import { keysOf, link } from '../linking/link.ts';
import type { Browser, StepProblem } from './dispatcher.ts';
import { refused } from './events.ts';
import type { Journey } from './journey.ts';
import type { JourneyPorts } from './ports.ts';
import { stale } from './settle.ts';

const idShape = /^[0-9a-f-]{36}$/;

const problem = (reason: JourneyReason, reference?: string): StepProblem => ({ kind: 'problem', reason, reference });

/** The journey, when it is this browser's and still under way; otherwise what the page says. */
export async function openJourney(
  ports: JourneyPorts,
  id: string,
  browser: Browser,
): Promise<{ readonly kind: 'open'; readonly journey: Journey } | StepProblem> {
  const journey = idShape.test(id) ? await ports.store.load(id) : undefined;
  if (journey === undefined) return problem('journey.unknown');
  const now = ports.clock();
  // A cross-site request carries no Lax cookie; only the browser that began a login may go on with it (A3).
  if (browser.token === undefined) return problem('journey.noCookie');
  if (tokenHash(browser.token) !== journey.browser) {
    await ports.commit(recordOnly([refused(journey, now, 'journey.otherBrowser', {})]));
    return problem('journey.otherBrowser');
  }
  if (journey.ended) return stale(journey);
  if (now >= journey.expiresAt)
    return { ...problem('journey.expired', journey.reference), application: journey.request.application };
  return { kind: 'open', journey: await withLiveProofs(ports, journey, now) };
}

/**
 * Proof by an identity that was taken from the person meanwhile counts no more, however far the login has come (N7); nor
 * does a login that its provider has ended.
 */
async function withLiveProofs(ports: JourneyPorts, journey: Journey, now: EpochMs): Promise<Journey> {
  if (journey.evidence.length === 0) return journey;
  const [found, over] = await Promise.all([
    ports.identities.find(journey.evidence.flatMap(keysOf)),
    ports.sessions.endedProofs(journey.evidence),
  ]);
  const kept = journey.evidence.filter((evidence) => {
    if (over.includes(evidence)) return false;
    const linked = link(evidence, found, now);
    return linked.kind === 'linked' ? linked.person === journey.person : linked.reason === 'person.closed';
  });
  if (kept.length === journey.evidence.length) return journey;
  const reason = over.length > 0 ? 'upstream.loggedOut' : 'person.unknown';
  const refusal = { reason, params: {} } as const;
  if (kept.length > 0) return { ...journey, evidence: kept, refusal };
  return { ...journey, evidence: [], person: undefined, assignment: undefined, told: undefined, refusal };
}
