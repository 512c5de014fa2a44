// The way to a provider's own pages and back: the memo waits under a one-hop ticket that travels as the protocol's state.
import { newToken } from '../../base/ids.ts';
import { leaves, type Wish } from './connector.ts';
import type { Browser, Dispatcher } from './dispatcher.ts';
import { refused } from './events.ts';
import { gather, type Situation } from './gather.ts';
import { carriedUntil, findHandoff, handoffProblem, newHandoff } from './handoff.ts';
import type { Journey } from './journey.ts';
import { type Answer, next, offered, wantsFresh } from './next.ts';
import { openJourney } from './open.ts';
import type { JourneyPorts } from './ports.ts';
import { askAgain } from './prove.ts';
import { nothing, settle, stale } from './settle.ts';
import { claimHandoff, saveHandoff } from './writes.ts';

/** What is wanted of the provider: never less than policy asks, and a new proof when "not me" was said. */
function wishOf(journey: Journey, answer: Answer, situation: Situation, provider: string, state: string): Wish {
  const { decision } = answer;
  const required = decision?.kind === 'stepUp' ? decision.assurance : 'low';
  const candidate = situation.facts.candidates.find((one) => one.provider === provider);
  const { application } = situation.facts;
  const ages = [
    decision?.kind === 'stepUp' ? decision.maxAgeSeconds : undefined,
    // High proof counts as high for a limited time only, also when the provider remembers it.
    required === 'high' ? (candidate?.highReuseSeconds ?? situation.facts.highReuseSeconds) : undefined,
  ].filter((age) => age !== undefined);
  return {
    required,
    // A login there that was too old is not offered a second time.
    fresh: wantsFresh(journey.request) || journey.ignoreSession || journey.refusal?.reason === 'upstream.tooOld',
    maxAgeSeconds: ages.length === 0 ? undefined : Math.min(...ages),
    hint: journey.request.hint,
    methods: journey.request.wishedMethods,
    onBehalfOf: journey.request.onBehalfOf,
    passive: journey.request.passive,
    requesters: journey.request.requesters,
    passedOn: journey.request.passedOn,
    message: journey.request.message,
    locale: journey.locale,
    application: application && {
      name: application.name,
      entityId: situation.snapshot.samlApplications.get(application.id)?.entityId,
    },
    state,
  };
}

/** The dispatcher's `leave`. A provider that cannot be asked leaves the journey as it is, with the other ways open. */
export async function leave(
  ports: JourneyPorts,
  id: string,
  provider: string,
  browser: Browser,
): ReturnType<Dispatcher['leave']> {
  const opened = await openJourney(ports, id, browser);
  if (opened.kind === 'problem') return opened;
  const { journey } = opened;
  const situation = await gather(ports, journey, browser);
  const answer = next(journey, situation.facts, situation.now);
  const record = situation.snapshot.providers.get(provider);
  const connector = record && ports.connectors[record.connector];
  if (record === undefined || connector === undefined || !leaves(connector) || !offered(answer.step).includes(provider))
    return stale(journey);

  const state = newToken(32, ports.random);
  const departure = await connector.begin(record, wishOf(journey, answer, situation, provider, state), situation.now);
  if (departure.kind === 'refused') {
    const { reason, params, detail } = departure;
    const event = refused(journey, situation.now, reason, { provider, connector: record.connector, detail });
    const told = askAgain(journey, provider, reason, { ...params, provider });
    return settle(ports, journey, told, { ...nothing, events: [event] }, browser);
  }
  const { version } = journey;
  const doc = { kind: 'toProvider', provider, version, browser: journey.browser, memo: departure.memo } as const;
  const { handoff } = newHandoff(ports, journey, doc, journey.expiresAt, state);
  await ports.commit({ claims: [], writes: [saveHandoff(handoff)], ifWon: [], ifLost: [] });
  return departure.kind === 'redirect'
    ? { kind: 'away', url: departure.url }
    : { kind: 'awayByForm', form: departure.form, locale: journey.locale };
}

/** Whose callback address the answers of a provider come to: its own, or none's. */
function addressOf(ports: JourneyPorts, provider: string): string | undefined {
  const record = ports.catalogue().providers.get(provider);
  const connector = record && ports.connectors[record.connector];
  return connector !== undefined && leaves(connector) && connector.sharedCallback ? undefined : provider;
}

/**
 * The dispatcher's `returned`: what came to the provider's own callback address, with or without our cookie. It judges
 * nothing: it keeps the answer under a new ticket, which counts only in the browser that began (O8).
 */
export async function returned(
  ports: JourneyPorts,
  at: string | undefined,
  parameters: Readonly<Record<string, string>>,
  ip: string,
): ReturnType<Dispatcher['returned']> {
  // OAuth's name for it, and SAML's.
  const found = await findHandoff(ports, parameters.state ?? parameters.RelayState ?? '', ['toProvider']);
  if (found.kind === 'problem') return found;
  const journey = await ports.store.load(found.handoff.journey);
  if (journey === undefined) return handoffProblem('journey.unknown');
  if (journey.ended) return stale(journey);
  const { version, browser, memo, provider } = found.doc;
  // Each provider has an address of its own, or shares that of its kind: an answer that was meant for another's is a
  // mix-up (RFC 9700 4.4.2).
  if (addressOf(ports, provider) !== at) {
    const body = { provider: at, sentTo: provider, check: 'callback.provider' };
    await ports.commit({
      claims: [claimHandoff(found.handoff)],
      writes: [],
      ifWon: [refused(journey, ports.clock(), 'upstream.invalid', body)],
      ifLost: [],
    });
    return { ...handoffProblem('upstream.invalid'), reference: journey.reference, continueAt: journey.id };
  }
  const doc = { kind: 'returned', provider, version, browser, memo, parameters, ip } as const;
  const back = newHandoff(ports, journey, doc, carriedUntil(ports));
  const done = await ports.commit({
    claims: [claimHandoff(found.handoff)],
    writes: [saveHandoff(back.handoff)],
    ifWon: [],
    ifLost: [refused(journey, ports.clock(), 'journey.alreadyUsed', { provider, check: 'state.once' })],
  });
  return done.won ? { journey: journey.id, handoff: back.token } : stale(journey);
}
