// What the SAML identity provider needs from outside; apps/hub hands it in.
import type { Clock, EpochMs } from '../../../base/clock.ts';
import type { HttpRequest } from '../../../base/http/index.ts';
import type { Random } from '../../../base/ids.ts';
import type { AlgorithmName, SigningKey } from '../../../base/jose/index.ts';
import type { Keyring } from '../../../base/sealing/index.ts';
import type { CatalogueSnapshot, SamlApplication } from '../../../core/catalogue/index.ts';
import type { Committer } from '../../../core/commit/index.ts';
import type { PersonFacts } from '../../../core/directory/index.ts';
import type { AssertionRelease, KeptAnswers } from '../../../core/issuing/index.ts';
import type { Browser, Dispatcher, Turn } from '../../../core/journey/index.ts';
import type { PartnerRecords } from '../../../core/metadata/index.ts';
import type { Permit } from '../../../core/policy/index.ts';
import type { Sessions, Told } from '../../../core/sessions/index.ts';

export interface SamlKeyStore {
  /** The key of an owner that signs now. Throws a Problem (`unavailable`) when there is none yet. Synchronous. */
  signing(owner: string, alg: AlgorithmName): SigningKey;
  /** Certificates of the owner's published keys, the one that signs first. DER. */
  certificates(owner: string): readonly Buffer[];
}

export interface AssertionWish {
  readonly application: SamlApplication;
  readonly session: string;
  /** Reference of the decision in the audit. */
  readonly decision: string;
  readonly person?: PersonFacts | undefined;
}

/** Cookies and pages: web/login owns both. */
export interface SamlBrowserFace {
  read(request: HttpRequest): Browser;
  /** `Set-Cookie` values that a Turn asks for. */
  cookies(turn: Turn): readonly string[];
  /** `Set-Cookie` values that make the browser forget its session. */
  forget(): readonly string[];
  loginUrl(journey: string): string;
  /** URL of the page that says what the end of a session reached, and goes on to the (checked) target. */
  loggedOutUrl(session: string, to: { readonly application: string; readonly uri: string } | undefined): string;
}

export interface SamlPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly catalogue: () => CatalogueSnapshot;
  /** An application's record as it is to be used now: its places and keys may come from metadata. */
  readonly partner: PartnerRecords['application'];
  readonly commit: Committer;
  readonly keys: SamlKeyStore;
  /** What leaves the process and comes back is sealed with it. */
  readonly seals: Keyring;
  readonly dispatcher: Pick<Dispatcher, 'start'>;
  readonly browser: SamlBrowserFace;
  readonly sessions: Pick<Sessions, 'byId' | 'find' | 'reached' | 'end'>;
  /** The release rules (core/issuing) with what they must look up. */
  readonly release: (permit: Permit, wish: AssertionWish) => Promise<AssertionRelease>;
  /** Answers that applications fetch by artifact. */
  readonly kept: KeptAnswers;
  /**
   * Whether something that an ended session reached is open still, as far as is known after a moment, but for the
   * application that asked. `passed`: what the page after logout says of providers that the session rests on.
   */
  readonly stillOpen: (ended: {
    readonly sessions: readonly string[];
    readonly asker: Told;
    readonly passed?: string | undefined;
  }) => Promise<boolean>;
  /** Who only sends what is refused is not listened to for a while, where no browser stands between. */
  readonly wrongTries: {
    /** Milliseconds until this address is listened to again; 0 = now. */
    waitMs(ip: string, now: EpochMs): number;
    count(ip: string, now: EpochMs): void;
  };
}
