// The hub's login state in memory, with true claim semantics, for tests of the core without a database.
import { tokenHash } from '../../src/base/ids.ts';
import type { AuditRecord } from '../../src/core/audit/index.ts';
import type { CatalogueSnapshot } from '../../src/core/catalogue/index.ts';
import type { Claim, Commit, Committed, Write } from '../../src/core/commit/index.ts';
import type { LoginNews, PersonFacts } from '../../src/core/directory/index.ts';
import type {
  CardStatus,
  Departure,
  Handoff,
  Journey,
  JourneyPorts,
  PageConnector,
  RedirectConnector,
  Reply,
  Wish,
} from '../../src/core/journey/index.ts';
import type { FoundIdentity, IdentityLink } from '../../src/core/linking/index.ts';
import type { OutboxMessage } from '../../src/core/outbox/index.ts';
import { createSessions, type LoginEnd, type Session, type SessionReach } from '../../src/core/sessions/index.ts';
import { anna, bo, cecilia, closedDan, morning, proof, snapshot } from './ward.ts';

interface StoredSession {
  readonly session: Session;
  readonly secretHash: string;
}

const claimKey = ({ scope, key }: Claim): string => `${scope} ${key}`;

const later = (one = 0, other = 0) => Math.max(one, other);
const laterEnd = (one: LoginEnd, other: LoginEnd | undefined): LoginEnd => ({
  at: later(one.at, other?.at),
  takenAt: later(one.takenAt, other?.takenAt) || undefined,
});

/** A whole hub's memory. `crash` makes the next commit fail, before or after it became true. */
export class MemoryLogin {
  now = morning;
  catalogue: CatalogueSnapshot = snapshot();
  readonly people = new Map<string, PersonFacts>([anna, bo, cecilia, closedDan].map((one) => [one.person.id, one]));
  readonly journeys = new Map<string, Journey>();
  readonly handoffs = new Map<string, Handoff>();
  readonly sessions = new Map<string, StoredSession>();
  readonly reached = new Map<string, SessionReach>();
  /** Logins and avoided ones, by month, provider, organisation, application and price. */
  readonly counts = new Map<string, [number, number]>();
  /** Marks of logins at providers, with the session of each; and when such a login was ended. */
  readonly marks: [string, string][] = [];
  readonly loginEnds = new Map<string, LoginEnd>();
  readonly outbox = new Map<string, OutboxMessage>();
  readonly revoked: string[] = [];
  readonly claims = new Set<string>();
  readonly audit: AuditRecord[] = [];
  readonly devices = new Map<string, 'fixed' | 'portable'>();
  commits = 0;
  crash: 'before' | 'after' | undefined;
  card: CardStatus = { status: 'good', statusCheckedAt: morning };

  readonly commit = async (commit: Commit): Promise<Committed> => {
    // Another request gets its turn here, as it would while a real database works.
    await Promise.resolve();
    if (this.crash === 'before') {
      this.crash = undefined;
      throw new Error('crashed before');
    }
    const entities = commit.writes.map(({ entity }) => entity);
    if (new Set(entities).size !== entities.length) throw new Error(`one entity twice in a commit: ${entities}`);
    this.commits += 1;
    const lost = commit.claims.filter((claim) => this.claims.has(claimKey(claim)));
    for (const claim of commit.claims) this.claims.add(claimKey(claim));
    if (lost.length === 0) for (const write of commit.writes) this.apply(write);
    this.audit.push(...structuredClone(lost.length === 0 ? commit.ifWon : commit.ifLost));
    if (this.crash === 'after') {
      this.crash = undefined;
      throw new Error('crashed after');
    }
    return lost.length === 0 ? { won: true } : { won: false, lost };
  };

  private apply({ kind, row }: Write): void {
    // biome-ignore lint/suspicious/noExplicitAny: rows are plain data here as they are in the database
    const given = structuredClone(row) as any;
    const stored = this.sessions.get(given.id);
    const live = stored !== undefined && stored.session.endedAt === undefined ? stored : undefined;
    switch (kind) {
      case 'journey.save':
        this.journeys.set(given.id, given.doc);
        return;
      case 'journey.end': {
        const journey = this.journeys.get(given.id);
        if (journey) this.journeys.set(given.id, { ...journey, ended: true });
        return;
      }
      case 'handoff.save':
        this.handoffs.set(given.hash, given);
        return;
      case 'session.save':
        if (stored === undefined || live)
          this.sessions.set(given.id, { session: given.doc, secretHash: given.secretHash });
        return;
      case 'session.touch':
        if (live) this.sessions.set(given.id, { ...live, session: { ...live.session, ...given } });
        return;
      case 'session.end':
        if (live) {
          const { endedAt, endedBy } = given;
          this.sessions.set(given.id, { ...live, session: { ...live.session, endedAt, endedBy } });
        }
        return;
      case 'session.login':
        this.marks.push([given.mark, given.session]);
        return;
      case 'login.ended':
        this.loginEnds.set(given.mark, laterEnd(given, this.loginEnds.get(given.mark)));
        return;
      case 'session.reach':
        this.reached.set(`${given.session} ${given.application}`, given);
        return;
      case 'grant.revokeBySession':
        this.revoked.push(given.session);
        return;
      case 'grant.revokeAt':
        this.revoked.push(`${given.session} ${given.application}`);
        return;
      case 'login.count': {
        const { month, provider, organisation, application, price } = given;
        const key = [month, provider, organisation, application, price].join(' | ');
        const known = this.counts.get(key) ?? [0, 0];
        this.counts.set(key, [known[0] + given.logins, known[1] + given.avoided]);
        return;
      }
      case 'identity.save':
        return;
      case 'link.save':
        this.links.set(given.id, given);
        this.tell(given, 'added');
        return;
      case 'link.end': {
        const link = this.links.get(given.id);
        if (link === undefined || link.until !== undefined) return;
        const ended = { ...link, until: given.until, endedBy: given.endedBy, session: given.session };
        this.links.set(given.id, ended);
        this.tell(ended, 'removed');
        return;
      }
      case 'link.told': {
        this.untell(given.id, given.what);
        return;
      }
      case 'outbox.add':
        if (!this.outbox.has(given.id)) this.outbox.set(given.id, given);
        return;
      default:
        throw new Error(`no ${kind} here`);
    }
  }

  private tell(link: IdentityLink, what: LoginNews['what']): void {
    this.untell(link.id);
    const { id, namespace, provider, session, since, until } = link;
    const facts = this.people.get(link.person);
    if (facts === undefined) return;
    const one: LoginNews = { link: id, what, at: until ?? since, namespace, provider, session };
    this.people.set(link.person, { ...facts, news: [...(facts.news ?? []), one] });
  }

  private untell(id: string, what?: LoginNews['what']): void {
    for (const [person, facts] of this.people) {
      const news = facts.news?.filter((one) => one.link !== id || (what !== undefined && one.what !== what));
      if (news !== undefined) this.people.set(person, { ...facts, news });
    }
  }

  /** A provider elsewhere: `code` is a person's id and a level, `message` an id that counts once. */
  private upstream(kind: 'oidc' | 'saml', back: 'state' | 'RelayState'): RedirectConnector {
    return {
      kind,
      leaves: true,
      begin: async (_provider, wish): Promise<Departure> => {
        this.wishes.push(wish);
        if (this.upstreamDown) return { kind: 'refused', reason: 'upstream.unavailable' };
        return { kind: 'redirect', url: `https://upstream.example/?state=${wish.state}`, memo: { nonce: wish.state } };
      },
      reply: async (provider, reply, now) => {
        this.replies.push(reply);
        if (reply.kind !== 'redirect' || reply.memo.nonce !== reply.parameters[back]) {
          return { kind: 'refused', reason: 'upstream.invalid' };
        }
        const [who, level, session] = (reply.parameters.code ?? '').split(' ');
        if (level === 'old') return { kind: 'refused', reason: 'upstream.tooOld' };
        if (level === 'passive') return { kind: 'refused', reason: 'upstream.noPassive' };
        if (level !== 'low' && level !== 'substantial' && level !== 'high') {
          return { kind: 'refused', reason: 'upstream.cancelled' };
        }
        // `own:NAME` is the provider's own name for somebody; everybody else is known by the id.
        const own = who?.startsWith('own:') ? who.slice(4) : undefined;
        const evidence = proof(who ?? '', 'password', {
          connector: kind,
          provider: provider.id,
          methods: ['mfa'],
          assurance: level,
          provenAt: now,
          ...(own === undefined ? {} : { subject: { namespace: `${kind}:${provider.id}`, value: own } }),
          upstream: {
            issuer: provider.upstream?.issuer ?? provider.saml?.entityId ?? '',
            subject: own ?? who ?? '',
            session,
            issuedAt: now,
          },
        });
        const { message } = reply.parameters;
        const oneUse = { issuer: provider.id, ids: message === undefined ? [] : [message], until: now + 60_000 };
        return { kind: 'proven', evidence, oneUse };
      },
    };
  }

  /** A password form takes the person's id as user name and `secret`; a card's chain holds `person kind`. */
  readonly connectors: JourneyPorts['connectors'] = {
    directoryPassword: {
      kind: 'directoryPassword',
      begin: () => ({ kind: 'form', fields: [] }),
      reply: async () => ({ kind: 'refused', reason: 'directory.unavailable' }),
    } satisfies PageConnector,
    password: {
      kind: 'password',
      begin: () => ({
        kind: 'form',
        fields: [
          { name: 'username', type: 'text' },
          { name: 'password', type: 'password' },
        ],
      }),
      reply: async (_provider, reply, now) => {
        if (reply.kind !== 'form' || reply.fields.password !== 'secret') {
          return { kind: 'refused', reason: 'password.wrong' };
        }
        return { kind: 'proven', evidence: proof(reply.fields.username ?? '', 'password', { provenAt: now }) };
      },
    } satisfies PageConnector,
    smartcard: {
      kind: 'smartcard',
      begin: (provider) => ({ kind: 'card', populations: provider.populations }),
      reply: async (_provider, reply, now) => {
        const shown = reply.kind === 'card' ? reply.chain[0]?.toString() : undefined;
        const [who, kind] = shown?.split(' ') ?? [];
        if (who === undefined || (kind !== 'simple' && kind !== 'advanced')) {
          return { kind: 'refused', reason: 'card.noCertificate' };
        }
        const made = proof(who, kind, { provenAt: now });
        const certificate = made.certificate && { ...made.certificate, statusCheckedAt: now };
        return { kind: 'proven', evidence: { ...made, certificate } };
      },
    } satisfies PageConnector,
    oidc: this.upstream('oidc', 'state'),
    saml: { ...this.upstream('saml', 'RelayState'), sharedCallback: true },
  };

  /** What the upstream provider was wished and what came back from it; `code` is a person's id, a level and perhaps a `sid`. */
  readonly wishes: Wish[] = [];
  readonly replies: Reply[] = [];
  upstreamDown = false;

  readonly links = new Map<string, IdentityLink>();

  /** Who each `(namespace, value)` is: by a link, else every person by id, in both namespaces of the tests. */
  identity = (namespace: string, value: string): FoundIdentity | undefined => {
    const link = [...this.links.values()].find(
      (one) => one.namespace === namespace && one.lookup === value && one.until === undefined,
    );
    if (link !== undefined) {
      const closed = this.people.get(link.person)?.person.closed === true;
      return {
        namespace,
        value,
        person: link.person,
        closed,
        link: link.id,
        ceiling: link.ceiling,
        issuer: link.issuer,
      };
    }
    const person = this.people.get(value)?.person;
    return person && { namespace, value, person: person.id, closed: person.closed };
  };

  readonly sessionPorts = {
    store: {
      bySecretHash: async (hash: string) =>
        [...this.sessions.values()].find(({ secretHash }) => secretHash === hash)?.session,
      withPerson: async (hash: string) => {
        const found = [...this.sessions.values()].find(({ secretHash }) => secretHash === hash)?.session;
        return found && { session: found, person: this.people.get(found.person) };
      },
      byId: async (id: string) => this.sessions.get(id)?.session,
      ofPerson: async (person: string) =>
        [...this.sessions.values()]
          .map(({ session }) => session)
          .filter((session) => session.person === person && session.endedAt === undefined)
          .sort((a, b) => b.startedAt - a.startedAt),
      ofClosedPeople: async (limit: number) =>
        [...this.sessions.values()]
          .map(({ session }) => session)
          .filter(({ endedAt, person }) => endedAt === undefined && this.people.get(person)?.person.closed === true)
          .slice(0, limit),
      ofEndedAssignments: async (now: number, limit: number) =>
        [...this.sessions.values()]
          .map(({ session }) => session)
          .filter(
            ({ endedAt, person, assignment }) =>
              endedAt === undefined &&
              assignment !== undefined &&
              !this.people
                .get(person)
                ?.assignments.some(({ id, until }) => id === assignment && (until === undefined || now < until)),
          )
          .slice(0, limit),
      marked: async (marks: readonly string[]) => {
        const found = new Set(this.marks.filter(([mark]) => marks.includes(mark)).map(([, session]) => session));
        return [...this.sessions.values()]
          .map(({ session }) => session)
          .filter(({ id, endedAt }) => found.has(id) && endedAt === undefined);
      },
      loginEnds: async (marks: readonly string[]) =>
        new Map([...this.loginEnds].filter(([mark]) => marks.includes(mark))),
      reached: async (id: string) => [...this.reached.values()].filter(({ session }) => session === id),
      overdue: async (now: number, limit: number) =>
        [...this.sessions.values()]
          .map(({ session }) => session)
          .filter(
            ({ endedAt, idleUntil, absoluteUntil }) =>
              endedAt === undefined && (idleUntil <= now || absoluteUntil <= now),
          )
          .slice(0, limit),
    },
    commit: this.commit,
    clock: () => this.now,
    marksOf: (name: string) => [tokenHash(`key 2 ${name}`), tokenHash(`key 1 ${name}`)],
  };

  /** `sub` of people, where it is not our own id. */
  readonly subjects = new Map<string, string>();
  readonly ports: JourneyPorts = {
    store: {
      load: async (id) => this.journeys.get(id),
      handoff: async (hash) => this.handoffs.get(hash),
    },
    commit: this.commit,
    sessions: createSessions(this.sessionPorts),
    people: { facts: async (person) => this.people.get(person) },
    subjectOf: async (person) => this.subjects.get(person) ?? person,
    identities: {
      find: async (keys) => keys.flatMap(({ namespace, value }) => this.identity(namespace, value) ?? []),
    },
    links: {
      byId: async (id) => this.links.get(id),
      ofPerson: async (person, endedSince) =>
        [...this.links.values()].filter(
          (one) => one.person === person && (one.until === undefined || one.until >= endedSince),
        ),
      latest: async (namespace, lookup) =>
        [...this.links.values()].findLast((one) => one.namespace === namespace && one.lookup === lookup),
    },
    devices: { kindOf: async (hash) => this.devices.get(hash) },
    cards: { recheck: async () => this.card },
    connectors: this.connectors,
    catalogue: () => this.catalogue,
    clock: () => this.now,
    random: (bytes) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))),
  };

  /** Kinds of all events so far, in order. */
  trail(): readonly string[] {
    return this.audit.map(({ kind, outcome, reason }) => (outcome === 'ok' ? kind : `${kind} ${reason}`));
  }

  sessionOf(cookie: string): Session | undefined {
    return [...this.sessions.values()].find(({ secretHash }) => secretHash === tokenHash(cookie))?.session;
  }
}
