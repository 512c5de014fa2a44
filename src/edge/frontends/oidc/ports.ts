// What the OpenID provider needs from outside; apps/hub hands it in.
import type { Clock } from '../../../base/clock.ts';
import type { HttpRequest } from '../../../base/http/index.ts';
import type { Random } from '../../../base/ids.ts';
import type { AlgorithmName, PublishedJwk, SigningKey } from '../../../base/jose/index.ts';
import type { Keyring } from '../../../base/sealing/index.ts';
import type { Api, CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import type { Committer } from '../../../core/commit/index.ts';
import type { ContextPorts } from '../../../core/context/index.ts';
import type { LoginThrottle, PersonFacts } from '../../../core/directory/index.ts';
import type { ClientKeyReads, DraftReads, GrantReads, WaitingReads } from '../../../core/grants/index.ts';
import type { Statement } from '../../../core/issuing/index.ts';
import type { Browser, Dispatcher, Turn } from '../../../core/journey/index.ts';
import type { Evidence } from '../../../core/linking/index.ts';
import type { Permit, PolicyDecision, PolicyFacts } from '../../../core/policy/index.ts';
import type { AccountStanding } from '../../../core/provisioning/index.ts';
import type { Session, Sessions } from '../../../core/sessions/index.ts';

export interface IssuerKeys {
  /** The key that signs now. Throws a Problem (`unavailable`) when the issuer has none of this algorithm. Synchronous. */
  signing(issuer: string, alg: AlgorithmName): SigningKey;
  /** All public keys of the issuer, also those to come and those that retired while their tickets live. */
  published(issuer: string): readonly PublishedJwk[];
  /** Public keys that were published once and are no more. */
  retired(issuer: string): readonly PublishedJwk[];
}

/** What is asked of the release rules for one ticket. */
export interface ReleaseWish {
  readonly application: string;
  readonly scope: readonly string[];
  /** Names asked for in the `claims` parameter. */
  readonly claims: readonly string[];
  /** The APIs that tokens are for: their records say what these carry. */
  readonly apis: readonly Api[];
  readonly session: string;
  /** Reference of the decision in the audit. */
  readonly decision: string;
  /** The person, when it is already loaded. */
  readonly person?: PersonFacts | undefined;
}

/** Cookies and pages: web/login owns both. */
export interface BrowserFace {
  /** What is known of the browser that made the request. */
  read(request: HttpRequest): Browser;
  /** `Set-Cookie` values that a Turn asks for. */
  cookies(turn: Turn): readonly string[];
  /** `Set-Cookie` values that make the browser forget its session. */
  forget(): readonly string[];
  /** URL of a journey's page. */
  loginUrl(journey: string): string;
  /** URL of the page where a person types the code of a device, or finds it filled in (RFC 8628 3.3). */
  deviceUrl(userCode?: string): string;
  /** URL of the page that says how a device's request ended. */
  deviceEndUrl(end: 'done' | 'stopped'): string;
  /** URL of the page with the requests that wait for a person (CIBA), or of the one that says that one was allowed. */
  requestsUrl(end?: 'done'): string;
  /** URL of the page that asks whether to log out. The target was checked against the application's registration. */
  confirmLogoutUrl(to: LogoutTarget | undefined): string;
  /** URL of the page that says what the end of a session reached, and goes on to the (checked) target. */
  loggedOutUrl(session: string, to: LogoutTarget | undefined): string;
}

/** Where a browser goes after logout: an application's registered URI, exactly. */
export interface LogoutTarget {
  readonly application: string;
  readonly uri: string;
  readonly state?: string | undefined;
}

/** Whom a program means (CIBA Core 7.1). Undefined: nobody, or more than one. */
export interface HintedPeople {
  /** By an identifier of theirs, of whatever kind. */
  byIdentifier(hint: string): Promise<string | undefined>;
  /** By a session, live or ended. */
  bySession(session: string): Promise<string | undefined>;
}

/** Registers that details are held against, and who is behind a session. */
export interface ContextWiring extends ContextPorts {
  holder(session: string): Promise<{ readonly session: Session; readonly person: PersonFacts | undefined } | undefined>;
}

/** Drafts of clients, and where they are confirmed. */
export interface DraftWiring extends DraftReads {
  confirmationUrl(draft: string): string;
}

/** How a person's accounts in these targets stand. */
export interface AccountReads {
  standing(person: string, targets: readonly string[], now: number): Promise<readonly AccountStanding[]>;
}

export interface OidcPorts extends ClientKeyReads {
  readonly clock: Clock;
  readonly random: Random;
  readonly catalogue: () => CatalogueSnapshot;
  readonly commit: Committer;
  readonly reads: GrantReads;
  /** Requests whose person is asked elsewhere (RFC 8628, CIBA). */
  readonly waiting: WaitingReads;
  readonly hinted: HintedPeople;
  /** Tries of devices' codes and of client systems' api keys, by the address that they come from. */
  readonly deviceTries: Pick<LoginThrottle, 'ask' | 'succeeded'>;
  readonly keys: IssuerKeys;
  /** Server nonces of DPoP are made from it. */
  readonly nonces: Keyring;
  readonly dispatcher: Pick<Dispatcher, 'start'>;
  readonly browser: BrowserFace;
  readonly sessions: Pick<Sessions, 'find' | 'end'>;
  readonly decide: (facts: PolicyFacts, now: number) => PolicyDecision;
  /** The release rules (core/issuing) with what they must look up. */
  readonly release: (permit: Permit, wish: ReleaseWish) => Promise<Statement>;
  /** Status of the certificate behind a proof, checked again now. */
  readonly recheck: (evidence: Evidence) => Promise<'good' | 'revoked' | 'unknown'>;
  /** Argon2id. Throws a Problem (`unavailable`) when there is too much of it to do. */
  readonly verifySecret: (hash: string, secret: string) => Promise<boolean>;
  /** Fetches a JWK Set from a registered URI, bounded in time and size, no redirects; undefined when it cannot be had. */
  readonly fetchJwks: (uri: string) => Promise<Buffer | undefined>;
  /** Accounts in other systems that stand behind applications. Absent: none does. */
  readonly accounts?: AccountReads | undefined;
  /** Absent: no drafts are taken. */
  readonly drafts?: DraftWiring | undefined;
  /** Absent: no organisation and no health professional is known. */
  readonly registers?: ContextWiring | undefined;
}
