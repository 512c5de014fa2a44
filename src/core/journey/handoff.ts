// One-hop tickets between two steps of a login: made, found, and taken back on the hub's own host, each once.
import type { EpochMs } from '../../base/clock.ts';
import { newToken, tokenHash } from '../../base/ids.ts';
import type { ReasonCode } from '../../wire/codes/index.ts';
import { finishAddition } from './add-login.ts';
import type { Reply } from './connector.ts';
import type { Browser, StepProblem, Turn } from './dispatcher.ts';
import { gather } from './gather.ts';
import type { Journey } from './journey.ts';
import { next, offered } from './next.ts';
import { openJourney } from './open.ts';
import type { Handoff, HandoffDoc, JourneyPorts } from './ports.ts';
import { judgeReply } from './prove.ts';
import { nothing, settle, stale } from './settle.ts';
import { claimHandoff } from './writes.ts';

const tokenShape = /^[A-Za-z0-9_-]{43}$/;

export const handoffProblem = (reason: ReasonCode): StepProblem => ({ kind: 'problem', reason });

/** A new ticket for a journey; it never lives longer than the journey does. */
export function newHandoff(
  ports: JourneyPorts,
  journey: Pick<Journey, 'id' | 'expiresAt'>,
  doc: HandoffDoc,
  until: EpochMs,
  token = newToken(32, ports.random),
) {
  const expiresAt = Math.min(until, journey.expiresAt);
  const handoff: Handoff = { hash: tokenHash(token), journey: journey.id, doc, expiresAt };
  return { token, handoff };
}

/** Until when a ticket counts that a browser only carries from one address to the next; `factor` for those that wait for a person. */
export const carriedUntil = (ports: JourneyPorts, factor = 1): EpochMs =>
  ports.clock() + ports.catalogue().settings.lifetimes.handoff * factor * 1000;

/** The live handoff of a ticket of one of these kinds, or what the page says. */
export async function findHandoff<Kind extends HandoffDoc['kind']>(
  ports: JourneyPorts,
  token: string,
  kinds: readonly Kind[],
) {
  const handoff = tokenShape.test(token) ? await ports.store.handoff(tokenHash(token)) : undefined;
  if (handoff === undefined || !kinds.some((kind) => kind === handoff.doc.kind)) {
    return handoffProblem('journey.unknown');
  }
  if (ports.clock() >= handoff.expiresAt) return handoffProblem('journey.expired');
  return { kind: 'found' as const, handoff, doc: handoff.doc as Extract<HandoffDoc, { kind: Kind }> };
}

type Brought = Extract<HandoffDoc, { kind: 'cardShown' | 'returned' }>;

const octets = (base64: string): Buffer => Buffer.from(base64, 'base64');

function cardOf({ chain, stapled, ip }: Extract<HandoffDoc, { kind: 'cardShown' }>): Reply {
  const answer = stapled && ('der' in stapled ? { der: octets(stapled.der) } : stapled);
  return { kind: 'card', chain: chain.map(octets), ...(answer === undefined ? {} : { stapled: answer }), ip };
}

const replyOf = (doc: Brought): Reply =>
  doc.kind === 'cardShown' ? cardOf(doc) : { kind: 'redirect', parameters: doc.parameters, memo: doc.memo, ip: doc.ip };

/** The dispatcher's `takeHandoff`: needs the journey's own cookie, so a proof made elsewhere logs nobody in here (A3, O8). */
export async function takeHandoff(
  ports: JourneyPorts,
  id: string,
  token: string,
  browser: Browser,
): Promise<Turn | StepProblem> {
  const opened = await openJourney(ports, id, browser);
  if (opened.kind === 'problem') return opened;
  const { journey } = opened;
  const found = await findHandoff(ports, token, ['cardShown', 'returned']);
  if (found.kind === 'problem') return { ...found, reference: journey.reference, continueAt: journey.id };
  const { doc, handoff } = found;
  const bound = handoff.journey === journey.id && doc.browser === journey.browser && doc.version === journey.version;
  if (!bound) return stale(journey);
  const situation = await gather(ports, journey, browser);
  const { step } = next(journey, situation.facts, situation.now);
  if (!offered(step).includes(doc.provider)) return stale(journey);
  const spent = claimHandoff(handoff);
  if (doc.kind === 'returned') {
    // Judging redeems the code at the provider, which must happen once: so the ticket is spent before.
    const first = await ports.commit({ claims: [spent], writes: [], ifWon: [], ifLost: [] });
    if (!first.won) return stale(journey);
  }
  const { adds } = journey.request;
  if (adds !== undefined) {
    const answer = { provider: doc.provider, reply: replyOf(doc), spent: doc.kind === 'returned' ? [] : [spent] };
    return finishAddition(ports, journey, adds, answer, browser);
  }
  const judged = await judgeReply(ports, journey, situation, doc.provider, replyOf(doc));
  const claims = [...(doc.kind === 'returned' ? [] : [spent]), ...judged.claims];
  return settle(
    ports,
    journey,
    judged.journey,
    { ...nothing, claims, events: judged.events, proven: judged.proven },
    browser,
  );
}
