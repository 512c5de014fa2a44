// What the hub's own pages need from the wiring.
import type { Clock, EpochMs } from '../../../base/clock.ts';
import type { HtmlValue, HttpRequest, HttpResponse, SafeHtml } from '../../../base/http/index.ts';
import type { Secret } from '../../../base/secret.ts';
import type { Application, Brand, CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import type { Browser, Dispatcher, ProveFirst, StepProblem } from '../../../core/journey/index.ts';
import type { IdentityLink } from '../../../core/linking/index.ts';
import type { LogoutProgress, Session, SessionReach, Sessions } from '../../../core/sessions/index.ts';
import type {
  Assurance,
  ConnectorKind,
  DeviceKind,
  Locale,
  LocalizedText,
  ReasonCode,
} from '../../../wire/codes/index.ts';
import type { AccountDesk, DirectoryReader } from './accounts/ports.ts';
import type { TrailDesk } from './audit/ports.ts';
import type { CardDesk } from './cards/ports.ts';
import type { ClientDrafts } from './client-draft-ports.ts';
import type { CutoffDesk } from './cutoffs/ports.ts';
import type { EnrolledDevices } from './devices/ports.ts';
import type { DriftDesk } from './drift/ports.ts';
import type { HeldDesk } from './held/ports.ts';
import type { RenewalDesk } from './renewals/ports.ts';
import type { TrailEvent } from './trail-groups.ts';

/** The frame of a page, as edge/web/login draws it. */
export type DrawFrame = (input: {
  readonly locale: Locale;
  readonly brand: Brand;
  readonly title: string;
  readonly content: HtmlValue;
  readonly bare?: boolean | undefined;
  readonly wide?: boolean | undefined;
  readonly language?: { readonly action: string; readonly hidden: readonly (readonly [string, string])[] } | undefined;
  readonly menu?: readonly { readonly href: string; readonly label: string; readonly current?: boolean }[] | undefined;
  readonly demo: boolean;
  readonly formTargets?: readonly string[] | undefined;
  readonly status?: number | undefined;
  readonly cookies?: readonly string[] | undefined;
  readonly frames?: readonly string[] | undefined;
  readonly script?: { readonly element: SafeHtml; readonly hash: string } | undefined;
}) => HttpResponse;

/** One earlier login of a person. */
export interface RecentLogin {
  readonly at: EpochMs;
  /** Id of the application. */
  readonly application: string;
  readonly connector?: ConnectorKind | undefined;
  readonly granted: boolean;
  readonly reason?: ReasonCode | undefined;
  readonly reference?: string | undefined;
}

/** One way to log in: a link, with what a page may show of it. */
export interface OwnLogin
  extends Pick<IdentityLink, 'id' | 'namespace' | 'provider' | 'source' | 'since' | 'until' | 'ceiling' | 'endedBy'> {
  /** The identifier, where a page may show it: never a personal number. */
  readonly value?: string | undefined;
  readonly usedAt?: EpochMs | undefined;
}

/** How far the news of a logout has come for one thing that a session reached. */
export interface LogoutRow extends LogoutProgress {
  /** What a hidden frame of the page opens, when it is told in the browser. */
  readonly frame?: string | undefined;
  /** Our own origin, where that frame comes back to with the application's answer. */
  readonly frameBack?: string | undefined;
}

/** An address, or a form that the browser posts. */
export type LogoutDeparture =
  | string
  | { readonly action: string; readonly fields: readonly (readonly [name: string, value: string])[] };

/** A provider that a session rests on and that hears of its end. */
export interface UpstreamLogout {
  /** Id of the provider. */
  readonly provider: string;
  /** Where the browser ends the login there, for a `state` that comes back; absent when that cannot be done now. */
  readonly address?: ((state: string) => LogoutDeparture | Promise<LogoutDeparture>) | undefined;
  /** What comes back has no room for a `state`: a cookie carries it, and the address gets its hash. */
  readonly stateInCookie?: true | undefined;
}

/** What stands on the start page besides the applications; made by the wiring. */
export interface StartContent {
  /** A walk to try, in steps. */
  readonly steps?:
    | readonly {
        readonly title: LocalizedText;
        readonly text: LocalizedText;
        readonly href?: string | undefined;
        /** Files or commands that the step is about, as they are typed. */
        readonly typed?: readonly string[] | undefined;
      }[]
    | undefined;
  /** Made-up people of the demo, and what they log in with. */
  readonly people?:
    | readonly {
        readonly name: string;
        readonly note: LocalizedText;
        readonly files?: readonly { readonly href: string; readonly label: LocalizedText }[] | undefined;
      }[]
    | undefined;
  readonly trust?: { readonly href: string; readonly fingerprint: string } | undefined;
  readonly links?: readonly { readonly href: string; readonly label: LocalizedText }[] | undefined;
}

/** The demo's "this is a laptop" switch. */
export interface DeviceSwitch {
  /** What this browser's device counts as, and why: by its own record, by its network, or because nothing is known. */
  kindOf(browser: Browser): Promise<{ readonly kind: DeviceKind; readonly by: 'enrolled' | 'network' | 'unknown' }>;
  /** Enrols this browser's device as of this kind; answers the Set-Cookie lines. */
  set(browser: Browser, kind: 'fixed' | 'portable'): Promise<readonly string[]>;
}

/** A request of a program without a browser, that waits for its person. */
export interface DeviceAsked {
  readonly application: Pick<Application, 'name'>;
  /** The code, as it is shown. */
  readonly code: string;
  /** The address that the request came from, and the name of its network, where it is a known one. */
  readonly from: string;
  readonly network: string | undefined;
  readonly at: EpochMs;
  readonly allow: (request: HttpRequest) => Promise<HttpResponse>;
  readonly deny: () => Promise<void>;
}

/** Codes of devices; the OpenID provider has them. */
export interface DeviceCodes {
  /** Whether an application has the grant. */
  offered(): boolean;
  find(typed: string, request: HttpRequest): Promise<DeviceAsked | 'unknown' | 'tooMany'>;
}

/** A program that named a person and waits for their yes (CIBA). */
export interface PersonalRequest {
  readonly id: string;
  readonly application: Pick<Application, 'id' | 'name' | 'organisation'>;
  /** What the program shows too. */
  readonly message: string | undefined;
  /** The address that the request came from, and the name of its network, where it is a known one. */
  readonly from: string;
  readonly network: string | undefined;
  readonly at: EpochMs;
  readonly allow: (request: HttpRequest) => Promise<HttpResponse>;
  /** `disowned`: the person never began it. False: it was decided meanwhile. */
  readonly deny: (disowned: boolean) => Promise<boolean>;
}

/** Programs that wait for a person; the OpenID provider has them. */
export interface PersonalRequests {
  /** Whether an application has the grant. */
  offered(): boolean;
  waiting(person: string): Promise<readonly PersonalRequest[]>;
  find(person: string, id: string): Promise<PersonalRequest | undefined>;
}

/** The demo's view of the trail. */
export interface TrailReader {
  /** The latest events of logins and tickets, oldest first, and how many events the newest signed checkpoint covers. */
  latest(): Promise<{ readonly events: readonly TrailEvent[]; readonly sealed: number | undefined }>;
}

export interface PortalPorts {
  readonly frame: DrawFrame;
  readonly showFailure: (request: HttpRequest, failure: { readonly reason: ReasonCode }) => HttpResponse;
  /** Of the organisation of whoever has the session of this cookie, else of the hub. */
  readonly brand: (cookie: string | undefined) => Promise<Brand>;
  readonly demo: () => boolean;
  readonly catalogue: () => CatalogueSnapshot;
  readonly origin: string;
  readonly csrfKey: Secret<Buffer>;
  readonly clock: Clock;
  /** IANA name, for example `Europe/Stockholm`. */
  readonly timeZone: string;
  readonly browserOf: (request: HttpRequest) => Browser;
  readonly sessions: Sessions;
  /** The name that a page greets with; undefined when nobody has that id. */
  readonly personName: (person: string) => Promise<string | undefined>;
  /** Starts a login for the hub's own pages and answers with its first page. */
  readonly startLogin: (
    request: HttpRequest,
    back: string,
    proof?: { readonly minimum: Assurance; readonly proofSeconds: number },
  ) => Promise<HttpResponse>;
  /** Live ones, and those that ended within the last month. */
  readonly ownLogins: (person: string) => Promise<readonly OwnLogin[]>;
  /** Begins to add a login at a provider: the way there, or what is missing. */
  readonly addLogin: (request: HttpRequest, provider: string) => Promise<HttpResponse | ProveFirst | StepProblem>;
  readonly removeLogin: (request: HttpRequest, link: string) => ReturnType<Dispatcher['removeLogin']>;
  /** Newest first, a few. */
  readonly recentLogins: (person: string) => Promise<readonly RecentLogin[]>;
  /**
   * What ended sessions reached, when nothing may change any more or after nearly two seconds. `here`: the session of this
   * browser, if it is among them; only what that one reached can be told by frames. `asker`: the application whose wish it
   * was, by a target of ours that came along. `waited`: what was asked in a frame had its time to answer.
   */
  readonly logoutProgress: (ended: {
    readonly sessions: readonly string[];
    readonly here?: string | undefined;
    readonly asker?: string | undefined;
    readonly waited?: boolean | undefined;
  }) => Promise<readonly LogoutRow[]>;
  /** Of what a live session reached, applications whose account has closed and whom only a browser could tell. */
  readonly leftOpen: (session: Session, reached: readonly SessionReach[]) => Promise<readonly string[]>;
  /** Providers that this session, live or ended, rests on and whose record passes our logout on. */
  readonly upstreamLogouts: (session: string) => Promise<readonly UpstreamLogout[]>;
  /** Writes down that a browser was sent on to end a login at this provider too, or came back from it. */
  readonly passedOn: (session: string, provider: string, step: 'sent' | 'returned') => Promise<void>;
  /**
   * Where an application's logout asked to go on to, when it is registered there exactly; undefined = nowhere (O11).
   * The fields are those of `/logout?…`, made by the frontend.
   */
  readonly logoutTarget: (fields: ReadonlyMap<string, string>) => string | undefined;
  /** Where a login at an application may begin that has no page of its own for it. */
  readonly startUrl: (application: string) => string | undefined;
  /** `Set-Cookie` lines that make the browser forget its session, and everything that tells of it. */
  readonly forget: () => readonly string[];
  readonly startContent: () => StartContent;
  readonly devices: DeviceCodes;
  readonly requests: PersonalRequests;
  /** Name of an organisation; undefined when nobody has that id. */
  readonly organisationName: (id: string) => Promise<string | undefined>;
  readonly drafts: ClientDrafts;
  readonly cards: CardDesk;
  readonly renewals: RenewalDesk;
  readonly enrolled: EnrolledDevices;
  readonly held: HeldDesk;
  readonly accounts: AccountDesk;
  readonly drift: DriftDesk;
  readonly cutoffs: CutoffDesk;
  readonly audit: TrailDesk;
  /** Only in the demo. */
  readonly device?: DeviceSwitch | undefined;
  /** Only in the demo: everybody there is made up. */
  readonly trail?: TrailReader | undefined;
  /** Only in the demo. */
  readonly directory?: DirectoryReader | undefined;
}
