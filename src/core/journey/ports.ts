// What a login needs from outside: each port is the few methods that it uses.
import type { Clock, EpochMs } from '../../base/clock.ts';
import type { Random } from '../../base/ids.ts';
import type { StapledOcsp } from '../../base/x509/index.ts';
import type { ConnectorKind, DeviceKind, EnrolReason } from '../../wire/codes/index.ts';
import type { AuditRecord } from '../audit/record.ts';
import type { EnrolmentRule } from '../catalogue/enrolment-rule.ts';
import type { Precondition } from '../catalogue/precondition.ts';
import type { CatalogueSnapshot, OidcApplication } from '../catalogue/snapshot.ts';
import type { Committer } from '../commit/commit.ts';
import type { PersonFacts, SubjectKey, ToldPerson } from '../directory/directory.ts';
import type { CertificateFacts, Evidence } from '../linking/evidence.ts';
import type { IdentityLinks } from '../linking/identity-link.ts';
import type { IdentityLookup } from '../linking/link.ts';
import type { AskedAccount } from '../provisioning/ask.ts';
import type { PreconditionAnswer, PreconditionQuestion } from '../provisioning/precondition.ts';
import type { Sessions } from '../sessions/logout.ts';
import type { Connector, Memo } from './connector.ts';
import type { Journey } from './journey.ts';

/** What a one-hop ticket carries: bound to a version of a journey and to its browser. */
export type HandoffDoc =
  /** Out: from the login page to the card listener. */
  | {
      readonly kind: 'toCard';
      readonly provider: string;
      readonly version: number;
      readonly browser: string;
      readonly populations: readonly string[];
    }
  /** Back: what the card listener saw, from there to the journey's page. DER, base64, leaf first. */
  | {
      readonly kind: 'cardShown';
      readonly provider: string;
      readonly version: number;
      readonly browser: string;
      readonly chain: readonly string[];
      /** An OCSP answer that a proxy passed on with the card: DER in base64, or what is wrong with it. */
      readonly stapled?: { readonly der: string } | Extract<StapledOcsp, { readonly fault: string }> | undefined;
      readonly ip: string;
    }
  /** Out: from the login page to a provider's own pages. */
  | {
      readonly kind: 'toProvider';
      readonly provider: string;
      readonly version: number;
      readonly browser: string;
      readonly memo: Memo;
    }
  /** Back: what the provider sent, from its callback address to the journey's page. */
  | {
      readonly kind: 'returned';
      readonly provider: string;
      readonly version: number;
      readonly browser: string;
      readonly memo: Memo;
      readonly parameters: Readonly<Record<string, string>>;
      readonly ip: string;
    };

export interface Handoff {
  /** SHA-256 of the ticket, base64url. */
  readonly hash: string;
  readonly journey: string;
  readonly doc: HandoffDoc;
  readonly expiresAt: EpochMs;
}

/** Port: reads journeys and their tickets. Ended and expired ones may be answered or not. */
export interface JourneyStore {
  load(id: string): Promise<Journey | undefined>;
  handoff(hash: string): Promise<Handoff | undefined>;
}

/** Port: a person with assignments, organisations and units; undefined when there is none. */
export interface People {
  facts(person: string): Promise<PersonFacts | undefined>;
}

/** Port: the kind of an enrolled device that is not closed, by the hash of its cookie. */
export interface Devices {
  kindOf(secretHash: string): Promise<DeviceKind | undefined>;
}

export type CardStatus =
  | ({ readonly status: 'good'; readonly statusCheckedAt: EpochMs } & Pick<CertificateFacts, 'grace' | 'withoutDelta'>)
  | { readonly status: 'revoked' | 'unknown' };

/** Port: whether a certificate that was accepted before still is. Never answers `good` from a guess. */
export interface Cards {
  recheck(certificate: CertificateFacts, now: EpochMs): Promise<CardStatus>;
}

/** Port: the accounts that a journey asked for. */
export interface Accounts {
  asked(journey: string): Promise<readonly AskedAccount[]>;
  /** Resolves when none of them waits any more, or after so long. */
  settled(journey: string, mostMs: number): Promise<void>;
  /** How many other logins wait in front of this one, about. */
  before(journey: string): Promise<number>;
}

/** Port: the system behind an application. Bounded in time, and never throws: no answer is one. */
export interface Preconditions {
  ask(precondition: Precondition, question: PreconditionQuestion): Promise<PreconditionAnswer>;
}

/** The login that a source is asked for, for the trail. */
export type Asker = Pick<AuditRecord, 'application' | 'journey' | 'reference'>;

export type Arrived =
  /** The source's word is taken in: whose the proof is may have changed. */
  | { readonly kind: 'taken' }
  /** There was nothing to ask. */
  | { readonly kind: 'asBefore' }
  | { readonly kind: 'refused'; readonly reason: EnrolReason | 'person.closed'; readonly check: string };

/** Port: sources of people. Both ask for a bounded time. */
export interface Enrolment {
  /** Somebody proved themselves by a way that a rule names. `linked`: who they are here already. */
  arrive(given: {
    readonly rule: EnrolmentRule;
    readonly evidence: Evidence;
    readonly linked?: { readonly person: string; readonly by: readonly SubjectKey[] } | undefined;
    readonly about: Asker;
  }): Promise<Arrived>;
  /** Asks anew where a word is too old; true when the person is to be read again. No answer is no change. */
  freshen(person: string, words: readonly ToldPerson[], about: Asker): Promise<boolean>;
}

export interface JourneyPorts {
  readonly store: JourneyStore;
  readonly commit: Committer;
  readonly sessions: Sessions;
  readonly people: People;
  readonly identities: IdentityLookup;
  readonly links: IdentityLinks;
  readonly devices: Devices;
  readonly cards: Cards;
  /** Absent where no application needs an account elsewhere. */
  readonly accounts?: Accounts | undefined;
  /** Absent where no application has a pre-condition. */
  readonly preconditions?: Preconditions | undefined;
  /** Absent where no source tells of people. */
  readonly enrolment?: Enrolment | undefined;
  readonly connectors: Readonly<Record<ConnectorKind, Connector>>;
  /** `sub` of a person towards an application; absent = our own id everywhere. */
  readonly subjectOf?: (person: string, application: OidcApplication) => Promise<string>;
  /** The snapshot to go by now. */
  readonly catalogue: () => CatalogueSnapshot;
  readonly clock: Clock;
  readonly random: Random;
}
