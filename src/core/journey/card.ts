// The card's way out and back: one-hop tickets between the login page and the card listener, each used once.
import type { StapledOcsp } from '../../base/x509/index.ts';
import type { Browser, Dispatcher } from './dispatcher.ts';
import { gather } from './gather.ts';
import { carriedUntil, findHandoff, handoffProblem, newHandoff } from './handoff.ts';
import { next, offered } from './next.ts';
import { openJourney } from './open.ts';
import type { JourneyPorts } from './ports.ts';
import { stale } from './settle.ts';
import { askOf } from './view.ts';
import { claimHandoff, saveHandoff } from './writes.ts';

/**
 * The ticket out is kept this many handoff times: the browser shows it only after the person has picked a certificate
 * and typed the PIN, which happens inside the TLS handshake.
 */
const pinFactor = 3;

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
    const { token, handoff } = newHandoff(ports, journey, doc, carriedUntil(ports, pinFactor));
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
  stapled?: StapledOcsp,
): ReturnType<Dispatcher['cardShown']> {
  const found = await findHandoff(ports, token, ['toCard']);
  if (found.kind === 'problem') return found;
  const journey = await ports.store.load(found.handoff.journey);
  if (journey === undefined) return handoffProblem('journey.unknown');
  if (journey.ended) return stale(journey);
  const { provider, version, browser } = found.doc;
  const shown = chain.map((der) => der.toString('base64'));
  const kept = stapled && ('der' in stapled ? { der: stapled.der.toString('base64') } : stapled);
  const doc = {
    ...({ kind: 'cardShown', provider, version, browser, chain: shown, ip } as const),
    ...(kept === undefined ? {} : { stapled: kept }),
  };
  const back = newHandoff(ports, journey, doc, carriedUntil(ports));
  const done = await ports.commit({
    claims: [claimHandoff(found.handoff)],
    writes: [saveHandoff(back.handoff)],
    ifWon: [],
    ifLost: [],
  });
  return done.won ? { journey: journey.id, handoff: back.token } : stale(journey);
}
