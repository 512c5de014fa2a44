// Begins a login: answers at once when the session is enough or when nobody may be asked, else saves a journey.
import { newId, newReference, newToken, tokenHash } from '../../base/ids.ts';
import { type Locale, localeOfTag } from '../../wire/codes/index.ts';
import type { AuditRecord } from '../audit/record.ts';
import type { Write } from '../commit/commit.ts';
import { accountQuestions } from './ask-accounts.ts';
import { withChecks } from './check-preconditions.ts';
import { countLogins } from './counting.ts';
import type { Browser, Turn } from './dispatcher.ts';
import { ended, started } from './events.ts';
import { finishLogin } from './finish.ts';
import type { Situation } from './gather.ts';
import type { Journey, LoginRequest } from './journey.ts';
import { type Answer, next } from './next.ts';
import { tellObserved } from './observe.ts';
import type { JourneyPorts } from './ports.ts';
import { decisionEvent, refusedTurn } from './settle.ts';
import { saveJourney } from './writes.ts';

/** Journey cookies are base64url of 32 bytes; another value is not ours and is replaced. */
const tokenShape = /^[A-Za-z0-9_-]{43}$/;

/** The first language of the request that exists (OIDC Core 3.1.2.1 ui_locales), else the browser's. */
const localeOf = (request: LoginRequest, browser: Browser): Locale | undefined =>
  request.locales.map(localeOfTag).find((locale) => locale !== undefined) ?? browser.locale;

/** A refusal that no page and no other person could change: the application is told at once. */
function isFinal(answer: Answer, journey: Journey, situation: Situation): boolean {
  if (answer.step.kind !== 'fail') return false;
  if (journey.request.passive) return true;
  const { reason } = answer.step;
  const somebody = situation.live !== undefined;
  return (
    reason === 'request.unknownApplication' ||
    reason === 'policy.applicationClosed' ||
    (reason === 'policy.noWayToReach' && !somebody)
  );
}

/** The journey that would be saved; it is bound to the browser only when it is. */
export function draft(ports: JourneyPorts, request: LoginRequest, browser: Browser): Journey {
  const now = ports.clock();
  return {
    id: newId(now, ports.random),
    version: 1,
    request,
    browser: '',
    createdAt: now,
    expiresAt: now + ports.catalogue().settings.lifetimes.journey * 1000,
    reference: newReference(),
    locale: localeOf(request, browser),
    evidence: [],
    ignoreSession: false,
    ended: false,
  };
}

/** The dispatcher's `start`. */
export async function start(ports: JourneyPorts, request: LoginRequest, browser: Browser): Promise<Turn> {
  const drafted = draft(ports, request, browser);
  const checked = await withChecks(ports, drafted, browser);
  const { situation } = checked;
  // A card that turned out to be revoked ended the session: the page says so above the question.
  const journey: Journey =
    situation.justEnded === 'cardRevoked'
      ? { ...checked.journey, refusal: { reason: 'card.revoked', params: {} } }
      : checked.journey;
  const { now } = situation;
  const answer = next(journey, situation.facts, now);

  if (answer.step.kind === 'finish' && answer.decision?.kind === 'permit') {
    const end = finishLogin(ports, journey, answer.decision.permit, situation, browser);
    const extended = accountQuestions(journey, answer, situation);
    const writes = [...end.writes, ...extended.writes, ...countLogins(journey, situation, [], answer.decision.permit)];
    const ifWon = [...checked.events, ...extended.events, ...end.events];
    await ports.commit({ claims: [], writes, ifWon, ifLost: [] });
    if (end.turn.outcome.kind === 'granted') await tellObserved(ports, journey, situation, end.turn.outcome);
    return end.turn;
  }
  const events = [...checked.events, ...decisionEvent(journey, answer, situation)];
  if (answer.step.kind === 'fail' && answer.error !== undefined && isFinal(answer, journey, situation)) {
    const refusal = journey.refusal?.reason ?? answer.step.reason;
    const record = ended(journey, now, refusal, { error: answer.error, passive: request.passive });
    await ports.commit({ claims: [], writes: [], ifWon: [...events, record], ifLost: [] });
    return refusedTurn(journey, answer.error, refusal, browser, situation, answer.decision);
  }
  const questions = accountQuestions(journey, answer, situation);
  return saveStarted(ports, journey, situation, browser, [...events, ...questions.events], {}, questions.writes);
}

/** Saves a new journey, bound to this browser; its page is next. */
export async function saveStarted(
  ports: JourneyPorts,
  journey: Journey,
  situation: Situation,
  browser: Browser,
  events: readonly AuditRecord[],
  more: AuditRecord['body'] = {},
  writes: readonly Write[] = [],
): Promise<Turn> {
  const { now } = situation;
  const known = browser.token !== undefined && tokenShape.test(browser.token) ? browser.token : undefined;
  const token = known ?? newToken(32, ports.random);
  const saved: Journey = { ...journey, browser: tokenHash(token) };
  const body = { ip: browser.ip, agent: browser.agent, device: situation.facts.where.device, ...more };
  await ports.commit({
    claims: [],
    writes: [saveJourney(saved), ...writes],
    ifWon: [started(saved, now, body), ...events],
    ifLost: [],
  });
  return { kind: 'interact', journey: saved.id, ...(known === undefined ? { browserToken: token } : {}) };
}
