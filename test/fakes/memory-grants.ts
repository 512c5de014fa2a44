// Codes, grants, refresh tokens and claims in memory, with the semantics of the database: a claim is won once, for ever.
import type { AuditRecord } from '../../src/core/audit/index.ts';
import type { Commit, Committed, Write } from '../../src/core/commit/index.ts';
import { emptyRegisters } from '../../src/core/context/index.ts';
import type { PersonFacts } from '../../src/core/directory/index.ts';
import type {
  AuthorizationCode,
  AuthorizationRequest,
  ClientDraft,
  Grant,
  GrantReads,
  RegisteredKey,
  WaitingReads,
  WaitingRequest,
} from '../../src/core/grants/index.ts';
import type { Session } from '../../src/core/sessions/index.ts';
import type { OidcPorts } from '../../src/edge/frontends/oidc/index.ts';

interface StoredGrant {
  readonly grant: Grant;
  revokedAt?: number;
  by?: string;
}
interface StoredRefresh {
  readonly grantId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  supersededAt?: number;
}

export class MemoryGrants {
  readonly claims = new Map<string, number>();
  readonly pushed = new Map<string, { request: AuthorizationRequest; expiresAt: number }>();
  readonly codes = new Map<string, AuthorizationCode>();
  readonly grants = new Map<string, StoredGrant>();
  readonly refresh = new Map<string, StoredRefresh>();
  readonly sessions = new Map<string, Session>();
  readonly clientKeys = new Map<string, RegisteredKey>();
  /** By the thumbprint of their keys. */
  readonly drafts = new Map<string, ClientDraft>();
  readonly waiting = new Map<string, WaitingRequest & { seconds: number; polledAt?: number }>();
  readonly people = new Map<string, PersonFacts>();
  readonly audit: AuditRecord[] = [];
  commits = 0;
  readsDone = 0;

  readonly commit = async (commit: Commit): Promise<Committed> => {
    // Another request gets its turn here, as it would while a real database works.
    await new Promise((resolve) => setImmediate(resolve));
    const entities = commit.writes.map(({ entity }) => entity);
    if (new Set(entities).size !== entities.length) throw new Error(`one entity twice in a commit: ${entities}`);
    for (const claim of commit.claims) {
      if (!Number.isSafeInteger(claim.until)) throw new Error(`until of ${claim.scope} is no instant: ${claim.until}`);
    }
    // Documents go through JSON, as in the database; so nothing undefined or shared can be relied on.
    JSON.stringify(commit);
    this.commits += 1;
    const keyOf = ({ scope, key, until }: Commit['claims'][number]) => `${scope} ${key} ${until}`;
    const lost = commit.claims.filter((claim) => this.claims.has(keyOf(claim)));
    for (const claim of commit.claims) this.claims.set(keyOf(claim), claim.until);
    if (lost.length === 0) for (const write of commit.writes) this.#apply(JSON.parse(JSON.stringify(write)) as Write);
    this.audit.push(...(lost.length === 0 ? commit.ifWon : commit.ifLost));
    return lost.length === 0 ? { won: true } : { won: false, lost };
  };

  #claimed(scope: string, key: string): boolean {
    return [...this.claims.keys()].some((each) => each.startsWith(`${scope} ${key} `));
  }

  // biome-ignore lint/suspicious/noExplicitAny: rows are plain JSON here, as they are in the database.
  #apply({ kind, row }: { kind: string; row: any }): void {
    switch (kind) {
      case 'pushed.save':
        this.pushed.set(row.hash, { request: row.doc, expiresAt: row.expiresAt });
        break;
      case 'code.save':
        this.codes.set(row.hash, row.doc);
        break;
      case 'grant.save':
        if (!this.grants.has(row.id)) this.grants.set(row.id, { grant: row.doc });
        break;
      case 'grant.revoke': {
        const found = this.grants.get(row.id);
        if (found !== undefined) {
          found.revokedAt ??= row.at;
          found.by ??= row.by;
        }
        break;
      }
      case 'refresh.save':
        this.refresh.set(row.hash, { grantId: row.grantId, issuedAt: row.issuedAt, expiresAt: row.expiresAt });
        break;
      case 'refresh.supersede': {
        const found = this.refresh.get(row.hash);
        if (found !== undefined) found.supersededAt ??= row.at;
        break;
      }
      case 'waiting.save': {
        const { doc, ...rest } = row;
        this.waiting.set(row.hash, { ...rest, request: doc });
        break;
      }
      case 'waiting.deny': {
        const found = this.waiting.get(row.hash);
        if (found !== undefined) this.waiting.set(row.hash, { ...found, deniedAt: found.deniedAt ?? row.at });
        break;
      }
      case 'clientKey.save': {
        const key = `${row.client} ${row.thumbprint}`;
        const found = this.clientKeys.get(key);
        const removedAt = found?.removedAt ?? row.removedAt ?? undefined;
        this.clientKeys.set(key, { ...(found ?? row), removedAt });
        break;
      }
      case 'clientDraft.save':
        this.drafts.set(row.thumbprint, row);
        break;
      default:
        throw new Error(`no such write: ${kind}`);
    }
  }

  #live(session: string | undefined, now: number): boolean {
    if (session === undefined) return true;
    const found = this.sessions.get(session);
    if (found === undefined || this.people.get(found.person)?.person.closed === true) return false;
    return found.endedAt === undefined && found.absoluteUntil > now;
  }

  readonly registeredKeys = async (client: string): Promise<readonly RegisteredKey[]> => {
    this.readsDone += 1;
    return [...this.clientKeys.values()].filter((key) => key.client === client);
  };

  /** Nobody is in a register. */
  readonly registers: NonNullable<OidcPorts['registers']> = {
    ...emptyRegisters,
    nationalNumber: async () => undefined,
    holder: async (id) => {
      const session = this.sessions.get(id);
      return session && { session, person: this.people.get(session.person) };
    },
  };

  readonly waitingReads: WaitingReads = {
    byUserCode: async (hashes, now) => {
      const found = [...this.waiting.values()].filter(({ userHash }) => hashes.includes(userHash ?? ''));
      found.sort((one, other) => other.expiresAt - one.expiresAt);
      return (found[1]?.expiresAt ?? 0) > now ? undefined : found[0];
    },
    byHash: async (hash) => {
      const found = this.waiting.get(hash);
      return found && { ...found, allowed: this.codes.has(hash) };
    },
    ofPerson: async (person, now) =>
      [...this.waiting.values()]
        .filter((each) => each.person === person && each.expiresAt > now)
        .filter((each) => !this.codes.has(each.hash))
        .map((each) => ({ ...each, allowed: false })),
    countAsked: async (hashes, since) =>
      [...this.waiting.values()].filter(
        ({ hash, askedHash, createdAt }) =>
          hashes.includes(askedHash ?? '') && createdAt > since && !this.codes.has(hash),
      ).length,
    poll: async (hash, now) => {
      const found = this.waiting.get(hash);
      if (found === undefined) return undefined;
      const tooSoon = found.polledAt !== undefined && found.polledAt > now - (found.seconds - 1) * 1000;
      found.polledAt = now;
      if (tooSoon) found.seconds += 5;
      return { ...found, tooSoon };
    },
  };

  readonly reads: GrantReads = {
    pushedRequest: async (hash) => {
      this.readsDone += 1;
      const found = this.pushed.get(hash);
      return found && { hash, ...found, spent: this.#claimed('request_uri', hash) };
    },
    code: async (hash, now) => {
      this.readsDone += 1;
      const found = this.codes.get(hash);
      if (found === undefined) return undefined;
      const redeemed = this.grants.has(found.grant.id);
      return { ...found, redeemed, sessionLive: this.#live(found.grant.about.session, now) };
    },
    refreshToken: async (hash) => {
      this.readsDone += 1;
      const found = this.refresh.get(hash);
      const of = found && this.grants.get(found.grantId);
      if (found === undefined || of === undefined) return undefined;
      const grant = { ...of.grant, revokedAt: of.revokedAt };
      const { issuedAt, expiresAt, supersededAt } = found;
      const session = this.sessions.get(grant.about.session);
      return { hash, grant, issuedAt, expiresAt, supersededAt, session, person: this.people.get(grant.about.person) };
    },
    grant: async (id) => {
      this.readsDone += 1;
      const found = this.grants.get(id);
      return found && { ...found.grant, revokedAt: found.revokedAt };
    },
    holder: async (id) => {
      this.readsDone += 1;
      const found = this.grants.get(id);
      if (found === undefined) return undefined;
      const { session, person } = found.grant.about;
      const grant = { ...found.grant, revokedAt: found.revokedAt };
      return { grant, session: this.sessions.get(session), person: this.people.get(person) };
    },
    tokenState: async (jti, grant, now) => {
      this.readsDone += 1;
      const found = grant === undefined ? undefined : this.grants.get(grant);
      return {
        revoked: this.#claimed('token', jti),
        grantLive: grant === undefined || (found !== undefined && found.revokedAt === undefined),
        sessionLive: grant === undefined || (found !== undefined && this.#live(found.grant.about.session, now)),
      };
    },
  };
}
