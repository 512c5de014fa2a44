// The card's way out and back: one-hop tickets between the login page and the card listener, each used once.
import { newToken, tokenHash } from '../../base/ids.ts';
import type { JourneyReason } from '../../wire/codes/index.ts';
import type { Browser, Dispatcher, StepProblem, Turn } from './dispatcher.ts';
import { gather } from './gather.ts';
import type { Journey } from './journey.ts';
import { next, offered } from './next.ts';
import { openJourney } from './open.ts';
import type { Handoff, HandoffDoc, JourneyPorts } from './ports.ts';
import { judgeReply } from './prove.ts';
import { settle, stale } from './settle.ts';
import { askOf } from './view.ts';
import { claimHandoff, saveHandoff } from './writes.ts';

/**
 * The ticket out is kept this many handoff times: the browser shows it only after the person has picked a certificate
 * and typed the PIN, which happens inside the TLS handshake.
 */
const pinFactor = 3;

const tokenShape = /^[A-Za-z0-9_-]{43}$/;
const problem = (reason: JourneyReason): StepProblem => ({ kind: 'problem', reason });

function newHandoff(ports: JourneyPorts, journey: Pick<Journey, 'id' | 'expiresAt'>, doc: HandoffDoc, factor: number) {
  const token = newToken(32, ports.random);
  const seconds = ports.catalogue().settings.lifetimes.handoff * factor;
  const expiresAt = Math.min(ports.clock() + seconds * 1000, journey.expiresAt);
  const handoff: Handoff = { hash: tokenHash(token), journey: journey.id, doc, expiresAt };
  return { token, handoff };
}

/** The live handoff of a ticket of one kind, or what the page says. */
async function findHandoff<Kind extends HandoffDoc['kind']>(ports: JourneyPorts, token: string, kind: Kind) {
  const handoff = tokenShape.test(token) ? await ports.store.handoff(tokenHash(token)) : undefined;
  if (handoff === undefined || handoff.doc.kind !== kind) return problem('journey.unknown');
  if (ports.clock() >= handoff.expiresAt) return problem('journey.expired');
  return { kind: 'found' as const, handoff, doc: handoff.doc as Extract<HandoffDoc, { kind: Kind }> };
}

/** The dispatcher's `cardTicket`. */
export async function cardTicket(
  ports: JourneyPorts,
  id: string,
  browser: Browser,
): ReturnType<Dispatcher['cardTicket']> {
  const opened = await openJourney(ports, id, browser);
  if (opened.kind === 'problem') return opened;
  const { journey } = opened;
  const situation = await gather(ports, journey, browser);
  const answer = next(journey, situation.facts, situation.now);
  for (const provider of offered(answer.step)) {
    const ask = askOf(ports, situation, answer, provider);
    if (ask?.kind !== 'card') continue;
    const { populations } = ask;
    const doc = { kind: 'toCard', provider, version: journey.version, browser: journey.browser, populations } as const;
    const { token, handoff } = newHandoff(ports, journey, doc, pinFactor);
    await ports.commit({ claims: [], writes: [saveHandoff(handoff)], ifWon: [], ifLost: [] });
    return { token, populations };
  }
  return stale(journey);
}

/** The dispatcher's `cardShown`: judges nothing, for no cookie of the hub is seen on the card's host. */
export async function cardShown(
  ports: JourneyPorts,
  token: string,
  chain: readonly Buffer[],
  ip: string,
): ReturnType<Dispatcher['cardShown']> {
  const found = await findHandoff(ports, token, 'toCard');
  if (found.kind === 'problem') return found;
  const journey = await ports.store.load(found.handoff.journey);
  if (journey === undefined) return problem('journey.unknown');
  if (journey.ended) return stale(journey);
  const { provider, version, browser } = found.doc;
  const shown = chain.map((der) => der.toString('base64'));
  const doc = { kind: 'cardShown', provider, version, browser, chain: shown, ip } as const;
  const back = newHandoff(ports, journey, doc, 1);
  const done = await ports.commit({
    claims: [claimHandoff(found.handoff)],
    writes: [saveHandoff(back.handoff)],
    ifWon: [],
    ifLost: [],
  });
  return done.won ? { journey: journey.id, handoff: back.token } : stale(journey);
}

/** The dispatcher's `takeHandoff`: needs the journey's own cookie, so a card shown elsewhere logs nobody in here (A3). */
export async function takeHandoff(
  ports: JourneyPorts,
  id: string,
  token: string,
  browser: Browser,
): Promise<Turn | StepProblem> {
  const opened = await openJourney(ports, id, browser);
  if (opened.kind === 'problem') return opened;
  const { journey } = opened;
  const found = await findHandoff(ports, token, 'cardShown');
  if (found.kind === 'problem') return { ...found, reference: journey.reference, continueAt: journey.id };
  const { doc, handoff } = found;
  const bound = handoff.journey === journey.id && doc.browser === journey.browser && doc.version === journey.version;
  if (!bound) return stale(journey);
  const situation = await gather(ports, journey, browser);
  const { step } = next(journey, situation.facts, situation.now);
  if (!offered(step).includes(doc.provider)) return stale(journey);
  const chain = doc.chain.map((der) => Buffer.from(der, 'base64'));
  const judged = await judgeReply(ports, journey, situation, doc.provider, { kind: 'card', chain, ip: doc.ip });
  const brought = { claims: [claimHandoff(handoff)], writes: [], events: judged.events };
  return settle(ports, journey, judged.journey, brought, browser);
}
