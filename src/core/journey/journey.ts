// One login: what an application asked for, what was proven so far, and the closed union of next steps.
import type { EpochMs } from '../../base/clock.ts';
import type { Assurance, Locale, ReasonCode } from '../../wire/codes/index.ts';
import type { ContextConditions } from '../context/conditions.ts';
import type { LoginNews } from '../directory/directory.ts';
import type { AdditionIntent } from '../linking/add-identity.ts';
import type { Evidence } from '../linking/evidence.ts';
import type { CutoffHit } from '../policy/cutoffs.ts';
import type { CheckedPrecondition } from '../provisioning/precondition.ts';

/** Words of an application's own, in the language of a BCP 47 tag. */
export interface ApplicationMessage {
  readonly language: string;
  readonly text: string;
}

/** What a frontend asks the journey for, in no protocol's words. */
export interface LoginRequest {
  readonly frontend: 'oidc' | 'saml' | 'portal';
  readonly issuer: string;
  readonly application: string;
  /** Ids of the APIs that tickets are asked for, and the scopes; absent in journeys from before there were limits. */
  readonly apis?: readonly string[] | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** The level asked for by this request; the application's own minimum holds beside it. */
  readonly assurance?: Assurance | undefined;
  /** `true`: proof must be made in this journey (prompt=login, ForceAuthn). */
  readonly fresh: boolean;
  /** The oldest proof that will do, seconds. */
  readonly maxAge?: number | undefined;
  /** `true`: nobody may be asked anything (prompt=none, IsPassive), though a provider may be whose record says so (decision 0019). */
  readonly passive: boolean;
  readonly chooseAgain: boolean;
  readonly hint?: string | undefined;
  readonly locales: readonly string[];
  /** Another person than this subject gets access_denied. */
  readonly expectedSubject?: string | undefined;
  /** Another than this person (our own id) gets access_denied. */
  readonly expectedPerson?: string | undefined;
  /** Another than the holder of this HPR number gets access_denied. */
  readonly expectedHprNumber?: string | undefined;
  /** Providers and methods that the application would like to be used, best first: a preference, never a right. */
  readonly wishedProviders?: readonly string[] | undefined;
  readonly wishedMethods?: readonly string[] | undefined;
  /** The only providers whose proof will do for whoever asks, of those that policy allows (SAML Scoping). */
  readonly onlyProviders?: readonly string[] | undefined;
  /** Behind the application: for whom it asks, as it says itself, nearest to it first. */
  readonly requesters?: readonly string[] | undefined;
  /** How often the question may be passed on from here, when the application says so (SAML ProxyCount). */
  readonly passedOn?: number | undefined;
  /** What the application would have said to the person, in its own words; plain text, one a language. */
  readonly message?: readonly ApplicationMessage[] | undefined;
  /** For which organisation the application asks, as providers are told. */
  readonly onBehalfOf?: string | undefined;
  /** Workplace, role and grounds that the application gave with the request. */
  readonly context?: ContextConditions | undefined;
  /** A login is added to a person: nobody is logged in by this journey, and nothing is told to an application. */
  readonly adds?: AdditionIntent | undefined;
  /** The frontend's own memo: what it needs to answer (for oidc: the checked AuthorizationRequest and the request_uri hash). */
  readonly memo: Readonly<Record<string, unknown>>;
}

/** A login under way. Saved at each step under a version; each version is spent once. */
export interface Journey {
  readonly id: string;
  readonly version: number;
  readonly request: LoginRequest;
  /** SHA-256 of the browser's journey cookie: no other browser can go on with it. */
  readonly browser: string;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** Reference code of the whole journey, shown on failure pages. */
  readonly reference: string;
  readonly locale?: Locale | undefined;
  /** Proven in this journey, newest last. */
  readonly evidence: readonly Evidence[];
  /** The person that the evidence was linked to. */
  readonly person?: string | undefined;
  readonly assignment?: string | undefined;
  /** The provider that the person picked, when there is a choice. */
  readonly provider?: string | undefined;
  /** The last refusal, shown on the page that asks again. */
  readonly refusal?:
    | { readonly reason: ReasonCode; readonly params: Readonly<Record<string, string | number>> }
    | undefined;
  /** The user said "not me": the session of this browser is not used, and ended when somebody else is proven. */
  readonly ignoreSession: boolean;
  /** What was asked elsewhere in this journey, and what the answers were. */
  readonly checked?: readonly CheckedPrecondition[] | undefined;
  /** The person was told of changes to their logins in this journey. */
  readonly told?: boolean | undefined;
  readonly ended: boolean;
}

/** Why a person is asked for more: shown on the page above the question. */
export interface StepUpReason {
  readonly reason: ReasonCode;
  /** Ids of the rules that asked; pages find their words in the catalogue. */
  readonly rules: readonly string[];
  /** Method cut-offs that ask, and which of their orders are this person's. */
  readonly cutoffs?: readonly CutoffHit[] | undefined;
}

/** The one thing to do next; made by `next` alone. */
export type Step =
  /** Several providers can do it: the person picks one. */
  | { readonly kind: 'choose'; readonly providers: readonly string[]; readonly why?: StepUpReason | undefined }
  | {
      readonly kind: 'prove';
      readonly provider: string;
      readonly alternatives: readonly string[];
      readonly why?: StepUpReason | undefined;
    }
  | { readonly kind: 'chooseAssignment'; readonly assignments: readonly string[] }
  /** The person may go on, and is first told what changed about their logins. */
  | { readonly kind: 'tell'; readonly news: readonly LoginNews[] }
  /**
   * The person may go on as soon as other systems are ready for them. `check`: ids of pre-conditions that nobody asked about yet, and
   * while there are any nothing else; `ask`: ids of rules whose accounts nobody asked for yet.
   */
  | {
      readonly kind: 'ready';
      readonly ask: readonly string[];
      readonly check?: readonly string[] | undefined;
      readonly since?: EpochMs | undefined;
    }
  /** All is there: the Permit is made by policy, and the frontend answers. */
  /** `extend`: account rules whose account this answer extends without waiting for it (K6). */
  | { readonly kind: 'finish'; readonly extend?: readonly string[] | undefined }
  | {
      readonly kind: 'fail';
      readonly reason: ReasonCode;
      readonly rules: readonly string[];
      /** Ids of the APIs whose own limits refused. */
      readonly services?: readonly string[] | undefined;
      /** Method cut-offs that refused. */
      readonly cutoffs?: readonly CutoffHit[] | undefined;
      /** Id of the pre-condition that does not hold. */
      readonly precondition?: string | undefined;
    };
