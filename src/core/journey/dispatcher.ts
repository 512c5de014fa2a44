// The dispatcher's face: what frontends and pages may ask of a login. The only way in and the only chooser.

import type { StapledOcsp } from '../../base/x509/index.ts';
import type { Assurance, Locale, ReasonCode } from '../../wire/codes/index.ts';
import type { HubSettings } from '../catalogue/snapshot.ts';
import type { PersonFacts } from '../directory/directory.ts';
import type { Permit } from '../policy/policy.ts';
import type { Session } from '../sessions/session.ts';
import type { Ask, AwayForm, Reply } from './connector.ts';
import type { Journey, LoginRequest, Step } from './journey.ts';

/** What is known of the browser that made a request; read from cookies and the connection by the edge. */
export interface Browser {
  /** Value of the journey cookie (binds journeys to this browser). */
  readonly token?: string | undefined;
  /** Value of the session cookie. */
  readonly session?: string | undefined;
  /** Value of the enrolled-device cookie. */
  readonly device?: string | undefined;
  readonly ip: string;
  /** Short words made of User-Agent, for the user's list of sessions. */
  readonly agent: string;
  readonly locale?: Locale | undefined;
}

/** How a login ended, in no protocol's words. */
export type LoginOutcome =
  | {
      readonly kind: 'granted';
      readonly permit: Permit;
      readonly session: Session;
      readonly reference: string;
      /** The permitted person, as loaded for the decision. */
      readonly person?: PersonFacts | undefined;
    }
  /** A journey that added a login to the person: the portal's alone. */
  | { readonly kind: 'loginAdded'; readonly reference: string }
  | {
      readonly kind: 'refused';
      /** What the frontend says in its protocol. */
      readonly error: 'denied' | 'cancelled' | 'loginRequired' | 'interactionRequired' | 'assuranceNotReached';
      readonly reason: ReasonCode;
      /** Ids of the rules that refused, for machines. */
      readonly rules?: readonly string[] | undefined;
      /** Whom policy refused, where it did. */
      readonly person?: string | undefined;
      readonly reference: string;
    };

/** A new session cookie to set: made at login and at step-up (rotation). Lives until the browser ends or `maxAgeSeconds`. */
export interface SessionCookie {
  readonly value: string;
  readonly maxAgeSeconds: number;
}

/** What `start` and every later call answer. */
export type Turn =
  /** Show the page of this journey: redirect (303) to `/login/{id}`. `browserToken` is set when the cookie must be set. */
  | { readonly kind: 'interact'; readonly journey: string; readonly browserToken?: string | undefined }
  /** The frontend answers the application. */
  | {
      readonly kind: 'done';
      readonly request: LoginRequest;
      readonly outcome: LoginOutcome;
      readonly cookie?: SessionCookie | undefined;
      /** True: the browser's session cookie must be removed. */
      readonly forgetSession?: boolean | undefined;
    };

/** All that a page needs to show one step; texts are made from codes by the edge. */
export interface StepView {
  readonly journey: Journey;
  readonly step: Exclude<Step, { kind: 'finish' }>;
  /** What the connector asks, when the step is `prove`. */
  readonly ask?: Ask | undefined;
  /** Who this browser's session belongs to: shown with "Not you?". */
  readonly sessionPerson?: { readonly id: string; readonly name: string } | undefined;
  readonly settings: HubSettings;
  /** How many whose accounts are made first, when the step is `ready`. */
  readonly before?: number | undefined;
}

/** A step could not be taken: the page says why and what to do. */
export interface StepProblem {
  readonly kind: 'problem';
  readonly reason: ReasonCode;
  readonly reference?: string | undefined;
  /** The journey that is still under way and can be gone on with: `/login/{id}`. */
  readonly continueAt?: string | undefined;
  /** The application whose login is over: where the person can begin again. Only told to the login's own browser. */
  readonly application?: string | undefined;
}

/** What a person did on a page. */
export type Action =
  | { readonly kind: 'chooseProvider'; readonly provider: string }
  | { readonly kind: 'reply'; readonly provider: string; readonly reply: Reply }
  | { readonly kind: 'chooseAssignment'; readonly assignment: string }
  /** "Not you?": go on as somebody else. */
  | { readonly kind: 'notMe' }
  /** "I have read it": goes on after the news about one's logins. */
  | { readonly kind: 'told' }
  | { readonly kind: 'setLocale'; readonly locale: Locale }
  | { readonly kind: 'cancel' };

/** The person must first prove who they are, so strongly and no longer ago than this. */
export interface ProveFirst {
  readonly kind: 'proveFirst';
  readonly minimum: Assurance;
  readonly proofSeconds: number;
}

/** Off to a provider: by an address, or by a form that a page of ours sends. */
export type Away =
  | { readonly kind: 'away'; readonly url: string }
  | { readonly kind: 'awayByForm'; readonly form: AwayForm; readonly locale?: Locale | undefined };

export interface Dispatcher {
  /** A new login; answers at once when the session is enough or when nobody may be asked. */
  start(request: LoginRequest, browser: Browser): Promise<Turn>;
  /** The page of a journey (GET): never changes anything but the trail. */
  view(journey: string, browser: Browser): Promise<StepView | Turn | StepProblem>;
  /** One action at one version (POST): a version is spent once, so a repeated or empty POST skips nothing. */
  act(journey: string, version: number, action: Action, browser: Browser): Promise<Turn | StepProblem>;
  /** Makes the one-hop ticket that the browser carries to the card listener; answers the URL path token. */
  cardTicket(
    journey: string,
    browser: Browser,
  ): Promise<{ readonly token: string; readonly populations: readonly string[] } | StepProblem>;
  /**
   * The card listener's side: takes the ticket and what the TLS handshake showed, keeps the reply under a new one-hop
   * ticket, and answers where the browser goes: the journey's page, which needs the journey's cookie. `stapled` is an
   * OCSP answer about the card that a configured proxy passed on.
   */
  cardShown(
    token: string,
    chain: readonly Buffer[],
    ip: string,
    stapled?: StapledOcsp,
  ): Promise<{ readonly journey: string; readonly handoff: string } | StepProblem>;
  /** Where the browser goes for a provider's own pages; `interact` when the provider cannot be asked, which the page tells. */
  leave(journey: string, provider: string, browser: Browser): Promise<Away | Turn | StepProblem>;
  /**
   * A provider's answer at its own callback address, or, without `provider`, at the one that its kind shares; perhaps without our cookie: kept under a new one-hop ticket; answers
   * where the browser goes: the journey's page, which needs the journey's cookie.
   */
  returned(
    provider: string | undefined,
    parameters: Readonly<Record<string, string>>,
    ip: string,
  ): Promise<{ readonly journey: string; readonly handoff: string } | StepProblem>;
  /** Back on the hub's own host (GET with the journey's cookie): the handed-off reply is judged. */
  takeHandoff(journey: string, handoff: string, browser: Browser): Promise<Turn | StepProblem>;
  /** Begins to add a login at `provider` to the person whose session this browser has. */
  addLogin(
    given: { readonly issuer: string; readonly provider: string; readonly back: string },
    browser: Browser,
  ): Promise<Turn | ProveFirst | StepProblem>;
  /** Takes a login of one's own away, by the id of its link; sessions that rest on it end. */
  removeLogin(
    link: string,
    browser: Browser,
  ): Promise<{ readonly kind: 'removed'; readonly ownSessionEnded: boolean } | ProveFirst | StepProblem>;
}
