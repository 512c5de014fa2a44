// Taking a login away, and bringing it back: the link, what it says in the trail, and the end of every session that rests on it.
import type { EpochMs } from '../../base/clock.ts';
import { newId, type Random } from '../../base/ids.ts';
import type { AuditRecord } from '../audit/record.ts';
import type { CatalogueSnapshot } from '../catalogue/snapshot.ts';
import type { Committer, Write } from '../commit/commit.ts';
import { freshProof } from '../linking/add-identity.ts';
import {
  claimIdentity,
  claimLinkEnd,
  endLink,
  type IdentityLink,
  type IdentityLinks,
  saveLink,
} from '../linking/identity-link.ts';
import { keysOf } from '../linking/link.ts';
import { provableNamespaces } from '../linking/provable.ts';
import { type RestoreFault, removalFault, restoreFault } from '../linking/remove-identity.ts';
import { endingOf } from '../sessions/ending.ts';
import type { Sessions } from '../sessions/logout.ts';
import type { Session } from '../sessions/session.ts';
import type { Browser, Dispatcher } from './dispatcher.ts';
import { identityRestored, identityUnlinked } from './events.ts';
import type { JourneyPorts, People } from './ports.ts';

/** What removing needs; the command line has these too. */
export interface RemovalPorts {
  readonly links: IdentityLinks;
  readonly sessions: Pick<Sessions, 'ofPerson' | 'reached' | 'end'>;
  readonly commit: Committer;
  readonly clock: () => EpochMs;
}

/** The stored lookup of a value that evidence carries; undefined when the identity is none of evidence's. */
export type LookupOf = (key: { readonly namespace: string; readonly value: string }) => readonly string[];
const asItIs: LookupOf = ({ value }) => [value];

/** True when something that the session goes by was proven by this identity. */
export const restsOn = (session: Session, link: IdentityLink, lookups: LookupOf = asItIs): boolean =>
  session.evidence.some((evidence) =>
    keysOf(evidence).some((key) => key.namespace === link.namespace && lookups(key).includes(link.lookup)),
  );

/** Ends the link and, in the same commit, every session that rests on it; their applications are told. */
export async function endLinkAndSessions(
  ports: RemovalPorts,
  link: IdentityLink,
  by: { readonly end: 'person' | 'administrator'; readonly session?: string; readonly body: AuditRecord['body'] },
  lookups?: LookupOf,
): Promise<{ readonly won: boolean; readonly sessions: readonly string[] }> {
  const now = ports.clock();
  const resting = async () =>
    (await ports.sessions.ofPerson(link.person, now)).filter((one) => restsOn(one, link, lookups));
  const sessions = await resting();
  const endings = await Promise.all(
    sessions.map(async (session) =>
      endingOf({ session, reached: await ports.sessions.reached(session.id), by: 'identityRemoved' }, now),
    ),
  );
  const writes: readonly Write[] = endings.flatMap((ending) => ending.writes);
  const unlinked = identityUnlinked(link, now, by.end, { ...by.body, sessions: sessions.map(({ id }) => id) });
  const done = await ports.commit({
    claims: [claimLinkEnd(link.id)],
    writes: [endLink(link.id, now, by.end, by.session), ...writes],
    ifWon: [unlinked, ...endings.map(({ event }) => event)],
    ifLost: [],
  });
  if (!done.won) return { won: false, sessions: [] };
  // A login that was under way may have begun one more between our look and our commit.
  const late = (await resting()).filter(({ id }) => !sessions.some((session) => session.id === id));
  for (const { id } of late) await ports.sessions.end(id, 'identityRemoved');
  return { won: true, sessions: [...sessions, ...late].map(({ id }) => id) };
}

/** The dispatcher's `removeLogin`: one's own, with a fresh proof, never the last one. */
export async function removeLogin(
  ports: JourneyPorts,
  id: string,
  browser: Browser,
): ReturnType<Dispatcher['removeLogin']> {
  const now = ports.clock();
  const { settings, ...rest } = ports.catalogue();
  const rules = { minimum: settings.linkAssurance, proofSeconds: settings.lifetimes.linkProof };
  const found = browser.session === undefined ? undefined : await ports.sessions.findWithPerson(browser.session, now);
  if (found?.person === undefined || found.person.person.closed) return { kind: 'proveFirst', ...rules };
  const { session } = found;
  const link = await ports.links.byId(id);
  const live = await ports.links.ofPerson(session.person, now);
  const snapshot: CatalogueSnapshot = { settings, ...rest };
  const provable = [...provableNamespaces(snapshot).keys()];
  const facts = { link, person: session.person, live: live.filter(({ until }) => until === undefined), provable };
  const fault = removalFault(facts);
  if (fault !== undefined || link === undefined) return { kind: 'problem', reason: fault?.reason ?? 'link.unknown' };
  if (freshProof(session.evidence, rules, now) === undefined) return { kind: 'proveFirst', ...rules };
  const by = { end: 'person', session: session.id, body: { by: 'person', actingSession: session.id } } as const;
  const done = await endLinkAndSessions(ports, link, by);
  if (!done.won) return { kind: 'problem', reason: 'link.unknown' };
  return { kind: 'removed', ownSessionEnded: done.sessions.includes(session.id) };
}

/** Brings an ended link back as it was: an administrator undoes a removal. */
export async function restoreLink(
  ports: Pick<RemovalPorts, 'links' | 'commit' | 'clock'> & { readonly people: People; readonly random: Random },
  id: string,
  body: AuditRecord['body'],
): Promise<{ readonly kind: 'restored'; readonly link: IdentityLink } | { readonly kind: RestoreFault }> {
  const now = ports.clock();
  const old = await ports.links.byId(id);
  const latest = old && (await ports.links.latest(old.namespace, old.lookup));
  const person = old && (await ports.people.facts(old.person));
  const fault = restoreFault({ link: old, latest, personClosed: person?.person.closed !== false }, now);
  if (fault !== undefined || old === undefined) return { kind: fault ?? 'unknown' };
  const { until: _until, endedBy: _endedBy, session: _session, ...kept } = old;
  const link: IdentityLink = { ...kept, id: newId(now, ports.random), since: now };
  const done = await ports.commit({
    claims: [claimIdentity(link.namespace, link.lookup, old.id)],
    writes: saveLink(link),
    ifWon: [identityRestored(link, now, { ...body, before: old.id })],
    ifLost: [],
  });
  return done.won ? { kind: 'restored', link } : { kind: 'taken' };
}
