// Loads every fact that a turn of a login looks at: the browser's session, its person and cards, the device, the catalogue.
import type { EpochMs } from '../../base/clock.ts';
import { tokenHash } from '../../base/ids.ts';
import type { CatalogueSnapshot } from '../catalogue/snapshot.ts';
import type { PersonFacts } from '../directory/directory.ts';
import type { Evidence } from '../linking/evidence.ts';
import { staleWords, wordRules } from '../linking/freshness.ts';
import { rulesFor } from '../policy/api-rules.ts';
import { type Candidate, candidatesFor, federationOf } from '../policy/candidates.ts';
import { cutoffsFor } from '../policy/cutoffs.ts';
import { type DeviceFacts, deviceFacts, networkFinderOf } from '../policy/device.ts';
import type { AccountFacts } from '../provisioning/ask.ts';
import type { Session, SessionEnd } from '../sessions/session.ts';
import type { Browser } from './dispatcher.ts';
import type { Journey, LoginRequest } from './journey.ts';
import { type JourneyFacts, usesSession } from './next.ts';
import { portalApplication } from './portal-application.ts';
import type { Asker, JourneyPorts } from './ports.ts';

/** The live session of the browser, as it is after cards were checked again. */
export interface LiveSession {
  readonly session: Session;
  readonly person: PersonFacts;
  readonly secretHash: string;
  readonly cards: 'good' | 'unknown';
  /** A card was checked again with success: worth saving. */
  readonly refreshed: boolean;
}

export interface Situation {
  readonly now: EpochMs;
  readonly snapshot: CatalogueSnapshot;
  readonly facts: JourneyFacts;
  readonly live?: LiveSession | undefined;
  /** The browser's session was ended just now, for this reason. */
  readonly justEnded?: SessionEnd | undefined;
}

type Found = { readonly live?: LiveSession | undefined; readonly justEnded?: SessionEnd | undefined };

type Rechecked = {
  readonly evidence: readonly Evidence[];
  readonly cards: 'good' | 'unknown' | 'revoked';
  readonly refreshed: boolean;
};

/** Checks the session's certificates again whose status is older than `cardRecheck` seconds. */
async function recheckCards(
  ports: JourneyPorts,
  session: Session,
  olderThanMs: number,
  now: EpochMs,
): Promise<Rechecked> {
  let cards: Rechecked['cards'] = 'good';
  let refreshed = false;
  const evidence = await Promise.all(
    session.evidence.map(async (one): Promise<Evidence> => {
      if (one.certificate === undefined || now - one.certificate.statusCheckedAt <= olderThanMs) return one;
      const found = await ports.cards.recheck(one.certificate, now);
      if (found.status !== 'good') {
        cards = found.status === 'revoked' || cards === 'revoked' ? 'revoked' : 'unknown';
        return one;
      }
      refreshed = true;
      return {
        ...one,
        certificate: {
          ...one.certificate,
          statusCheckedAt: found.statusCheckedAt,
          grace: found.grace,
          withoutDelta: found.withoutDelta,
          // What was stapled then says nothing of now.
          stapled: undefined,
        },
      };
    }),
  );
  return { evidence, cards, refreshed };
}

/** The browser's live session; one whose person is gone or closed, or whose card is revoked, is ended here and now. */
async function findSession(
  ports: JourneyPorts,
  journey: Journey,
  browser: Browser,
  snapshot: CatalogueSnapshot,
  now: EpochMs,
): Promise<Found> {
  if (browser.session === undefined) return {};
  const known = await ports.sessions.findWithPerson(browser.session, now);
  if (known === undefined) return {};
  const { session, person } = known;
  if (person === undefined || person.person.closed) {
    await ports.sessions.end(session.id, 'administrator', journey.reference);
    return { justEnded: 'administrator' };
  }
  const secretHash = tokenHash(browser.session);
  const subject = await subjectOf(ports, journey, snapshot, session.person);
  if (!usesSession(journey, session, person, subject))
    return { live: { session, person, secretHash, cards: 'good', refreshed: false } };
  const fresh = journey.person === undefined ? await freshened(ports, journey, person, snapshot, now) : person;
  const olderThanMs = snapshot.settings.lifetimes.cardRecheck * 1000;
  const { evidence, cards, refreshed } = await recheckCards(ports, session, olderThanMs, now);
  if (cards === 'revoked') {
    await ports.sessions.end(session.id, 'cardRevoked', journey.reference);
    return { justEnded: 'cardRevoked' };
  }
  return {
    live: {
      session: refreshed ? { ...session, evidence } : session,
      person: fresh ?? person,
      secretHash,
      cards,
      refreshed,
    },
  };
}

/** `sub` of a person towards the application; asked for only when the request names whom it expects. */
async function subjectOf(
  ports: JourneyPorts,
  { request }: Journey,
  { clients }: CatalogueSnapshot,
  person: string,
): Promise<string | undefined> {
  const application = clients.get(request.application);
  if (request.expectedSubject === undefined || application === undefined) return undefined;
  return ports.subjectOf?.(person, application);
}

async function findDevice(ports: JourneyPorts, browser: Browser, snapshot: CatalogueSnapshot): Promise<DeviceFacts> {
  const enrolled = browser.device === undefined ? undefined : await ports.devices.kindOf(tokenHash(browser.device));
  return deviceFacts(enrolled, browser.ip, networkFinderOf(snapshot));
}

/** Whether a way in will do for whoever asks. Policy counts no proof, of a session either, but by such a way. */
const mayAnswer =
  ({ onlyProviders }: LoginRequest) =>
  ({ provider }: Candidate): boolean =>
    onlyProviders === undefined || onlyProviders.includes(provider);

/** What the application needs in other systems, and what this journey asked for; looked up only where it needs something. */
async function findAccounts(
  ports: JourneyPorts,
  { id, request }: Journey,
  { accountRules, accountTargets }: CatalogueSnapshot,
): Promise<AccountFacts | undefined> {
  if (accountRules.size === 0 || ports.accounts === undefined) return undefined;
  const rules = [...accountRules.values()].filter(
    ({ applications, closed, target }) =>
      !closed && applications.includes(request.application) && accountTargets.get(target)?.closed === false,
  );
  return rules.length === 0 ? undefined : { rules, asked: await ports.accounts.asked(id) };
}

/** Open pre-conditions of an application. */
const preconditionsOf = ({ preconditions }: CatalogueSnapshot, application: string) =>
  [...preconditions.values()].filter(({ applications, closed }) => !closed && applications.includes(application));
/** What sources told of these people that is too old still: they did not answer. */
function staleOf(
  people: readonly (PersonFacts | undefined)[],
  snapshot: CatalogueSnapshot,
  now: EpochMs,
): JourneyFacts['stale'] {
  const rules = wordRules(snapshot);
  const stale = people.flatMap((person) => {
    const words = staleWords(person, rules, now);
    return person === undefined || words.length === 0 ? [] : [[person.person.id, words] as const];
  });
  return stale.length === 0 ? undefined : new Map(stale);
}

const aboutOf = ({ id, reference, request }: Journey): Asker => ({
  application: request.application,
  journey: id,
  reference,
});

/** Somebody whom a source told of, as it tells now, where its word had become too old. */
async function freshened(
  ports: JourneyPorts,
  journey: Journey,
  person: PersonFacts | undefined,
  snapshot: CatalogueSnapshot,
  now: EpochMs,
): Promise<PersonFacts | undefined> {
  const old = staleWords(person, wordRules(snapshot), now);
  if (person === undefined || old.length === 0 || ports.enrolment === undefined) return person;
  const id = person.person.id;
  return (await ports.enrolment.freshen(id, old, aboutOf(journey))) ? await ports.people.facts(id) : person;
}

/** All facts of one turn. The snapshot is taken once, so that one decision uses one revision. */
export async function gather(ports: JourneyPorts, journey: Journey, browser: Browser): Promise<Situation> {
  const now = ports.clock();
  const snapshot = ports.catalogue();
  const { request } = journey;
  const known = snapshot.applications.get(request.application);
  const application = known ?? (request.frontend === 'portal' ? portalApplication(request) : undefined);
  const [found, where, person] = await Promise.all([
    findSession(ports, journey, browser, snapshot, now),
    findDevice(ports, browser, snapshot),
    journey.person === undefined
      ? undefined
      : ports.people.facts(journey.person).then((one) => freshened(ports, journey, one, snapshot, now)),
  ]);
  const { live } = found;
  const accounts = await findAccounts(ports, journey, snapshot);
  const subjects = new Map<string, string>();
  for (const id of new Set([live?.session.person, person?.person.id])) {
    const subject = id === undefined ? undefined : await subjectOf(ports, journey, snapshot, id);
    if (id !== undefined && subject !== undefined) subjects.set(id, subject);
  }
  // A journey from before there were limits is held against all that its application could get tokens for.
  const apis = request.apis ?? snapshot.clients.get(request.application)?.apis ?? [];
  return {
    now,
    snapshot,
    live,
    justEnded: found.justEnded,
    facts: {
      application,
      federation: application && federationOf(application, snapshot),
      candidates: application === undefined ? [] : candidatesFor(application, snapshot).filter(mayAnswer(request)),
      apis,
      rules: rulesFor(snapshot, apis),
      assignmentConflicts: [...snapshot.assignmentConflicts.values()],
      cutoffs: cutoffsFor(snapshot, request.application),
      where,
      highReuseSeconds: snapshot.settings.lifetimes.highReuse,
      catalogueRevision: snapshot.revision,
      session: live === undefined ? undefined : { session: live.session, person: live.person, cards: live.cards },
      person,
      accounts,
      preconditions: preconditionsOf(snapshot, request.application),
      subjects,
      stale: staleOf([person, live?.person], snapshot, now),
    },
  };
}
