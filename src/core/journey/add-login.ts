// Adding a login: begun by a session that proved enough just now, taken to the new provider, and linked in the commit that says so.
import { newId } from '../../base/ids.ts';
import type { Claim } from '../commit/commit.ts';
import {
  type AdditionIntent,
  additionFault,
  type OwnSession,
  ownIdentityOf,
  startAddition,
} from '../linking/add-identity.ts';
import type { Evidence } from '../linking/evidence.ts';
import { claimIdentity, type IdentityLink, saveLink, selfSource } from '../linking/identity-link.ts';
import { keysOf } from '../linking/link.ts';
import type { Reply } from './connector.ts';
import { countLogins } from './counting.ts';
import type { Browser, Dispatcher, StepProblem, Turn } from './dispatcher.ts';
import { identityLinked, proved, refused } from './events.ts';
import { gather, type Situation } from './gather.ts';
import type { Journey } from './journey.ts';
import type { JourneyPorts } from './ports.ts';
import { askAgain, proofOf } from './prove.ts';
import { advanced, endedTurn, nothing, settle, stale } from './settle.ts';
import { draft, saveStarted } from './start.ts';
import { claimVersion, endJourney } from './writes.ts';

const sessionOf = ({ live }: Pick<Situation, 'live'>): OwnSession | undefined =>
  live && {
    id: live.session.id,
    person: live.session.person,
    closed: live.person.person.closed,
    evidence: live.cards === 'good' ? live.session.evidence : [],
  };

/** The dispatcher's `addLogin`. */
export async function addLogin(
  ports: JourneyPorts,
  given: { readonly issuer: string; readonly provider: string; readonly back: string },
  browser: Browser,
): ReturnType<Dispatcher['addLogin']> {
  const request = {
    frontend: 'portal',
    issuer: given.issuer,
    application: 'portal',
    // What the provider remembers is no proof that the person is here now.
    fresh: true,
    passive: false,
    chooseAgain: false,
    locales: [],
    memo: { back: given.back },
  } as const;
  const drafted = draft(ports, request, browser);
  const situation = await gather(ports, drafted, browser);
  const { settings, providers } = situation.snapshot;
  const rules = { minimum: settings.linkAssurance, proofSeconds: settings.lifetimes.linkProof };
  const session = sessionOf(situation);
  if (session === undefined) return { kind: 'proveFirst', ...rules };
  const begun = startAddition(session, providers.get(given.provider), rules, situation.now);
  if (begun.kind === 'prove') return { kind: 'proveFirst', ...rules };
  if (begun.kind === 'refused') return { kind: 'problem', reason: begun.reason };
  const { provider, ceiling, provedBy } = begun.intent;
  const journey: Journey = { ...drafted, request: { ...request, adds: begun.intent } };
  return saveStarted(ports, journey, situation, browser, [], { adds: provider, ceiling, provedBy });
}

/** The link of a proof that passed every check. */
function linkOf(
  ports: JourneyPorts,
  intent: AdditionIntent,
  evidence: Evidence,
  now: number,
): IdentityLink | undefined {
  const own = ownIdentityOf(evidence);
  return (
    own && {
      id: newId(now, ports.random),
      namespace: own.namespace,
      lookup: own.value,
      person: intent.person,
      source: selfSource,
      since: now,
      provider: intent.provider,
      issuer: evidence.upstream?.issuer,
      ceiling: intent.ceiling,
      session: intent.session,
    }
  );
}

/** A provider's answer in a journey that adds a login; `spent` are the claims that it comes with. */
export async function finishAddition(
  ports: JourneyPorts,
  journey: Journey,
  intent: AdditionIntent,
  given: { readonly provider: string; readonly reply: Reply; readonly spent: readonly Claim[] },
  browser: Browser,
): Promise<Turn | StepProblem> {
  const situation = await gather(ports, journey, browser);
  const { now } = situation;
  const proof = await proofOf(ports, journey, situation, given.provider, given.reply);
  if (proof.kind === 'refused') {
    const brought = { ...nothing, claims: given.spent, events: proof.judged.events };
    return settle(ports, journey, proof.judged.journey, brought, browser);
  }
  const { evidence } = proof;
  const spent = [...given.spent, ...proof.claims];
  const namespaces = situation.live?.person.namespaces ?? [];
  const found = await ports.identities.find(keysOf(evidence));
  const session = sessionOf(situation);
  const fault = additionFault({ intent, evidence, session, namespaces, found });
  const about = { provider: given.provider, connector: evidence.connector };
  if (fault !== undefined) {
    const told = refused(journey, now, fault.reason, { ...about, check: fault.name });
    const brought = {
      ...nothing,
      claims: spent,
      events: [proved(journey, now, evidence), told],
      proven: [evidence],
    };
    return settle(ports, journey, askAgain(journey, given.provider, fault.reason), brought, browser);
  }
  const link = linkOf(ports, intent, evidence, now);
  if (link === undefined) return stale(journey);
  const latest = await ports.links.latest(link.namespace, link.lookup);
  const identity = claimIdentity(link.namespace, link.lookup, latest?.id);
  const done = await ports.commit({
    claims: [claimVersion(journey), ...spent, identity],
    writes: [...saveLink(link), ...countLogins(journey, situation, [evidence]), endJourney(journey.id)],
    ifWon: [proved(journey, now, evidence), identityLinked(journey, now, link, evidence)],
    ifLost: [refused(journey, now, 'link.taken', { ...about, check: 'identity.once' })],
  });
  if (done.won) return endedTurn(journey, { kind: 'loginAdded', reference: journey.reference });
  if (!done.lost.some(({ scope }) => scope === identity.scope)) return stale(journey);
  // Somebody else was quicker. The version is spent, so the journey goes on from the next one.
  const next = advanced(journey, {});
  const brought = { ...nothing, proven: [evidence] };
  return settle(ports, next, askAgain(next, given.provider, 'link.taken'), brought, browser);
}
