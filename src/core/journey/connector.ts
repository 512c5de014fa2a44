// The one shape of a connector: it proves; it knows no applications, sessions, cookies, HTML or tokens.
import type { EpochMs } from '../../base/clock.ts';
import type { StapledOcsp } from '../../base/x509/index.ts';
import type { Assurance, ConnectorKind, Locale, LocalizedText, ReasonCode } from '../../wire/codes/index.ts';
import type { Provider } from '../catalogue/snapshot.ts';
import type { Evidence } from '../linking/evidence.ts';
import type { ApplicationMessage } from './journey.ts';

/** What a connector asks of the person, in words that web/login can show. */
export type Ask =
  /** A form of named fields; labels and texts come from the texts by connector and field name. */
  | { readonly kind: 'form'; readonly fields: readonly { readonly name: string; readonly type: 'text' | 'password' }[] }
  /** The browser goes to the card listener, on a fresh host label that names these populations' CAs. */
  | { readonly kind: 'card'; readonly populations: readonly string[] }
  /** The browser leaves for the provider's own pages: `begin` says where, when the person goes. */
  | { readonly kind: 'redirect' };

/** A connector's own memo between `begin` and `reply`: sealed and kept by the journey, never seen by the browser. */
export type Memo = Readonly<Record<string, unknown>>;

/** What came back from the person or the browser. */
export type Reply =
  | { readonly kind: 'form'; readonly fields: Readonly<Record<string, string>>; readonly ip: string }
  /** DER of the presented chain, leaf first; empty when the browser showed no certificate. */
  | {
      readonly kind: 'card';
      readonly chain: readonly Buffer[];
      /** An OCSP answer about the card that a configured proxy passed on; nobody has looked at it yet. */
      readonly stapled?: StapledOcsp | undefined;
      readonly ip: string;
    }
  /** Parameters that the provider sent through the browser, each once. */
  | {
      readonly kind: 'redirect';
      readonly parameters: Readonly<Record<string, string>>;
      readonly memo: Memo;
      readonly ip: string;
    };

export interface Refused {
  readonly kind: 'refused';
  readonly reason: ReasonCode;
  /** For the public text, for example `{seconds: 40}`. */
  readonly params?: Readonly<Record<string, string | number>>;
  /** For the audit: no secret, no personal number. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Ids in what a provider sent that count once: the commit that takes the proof in claims them. */
export interface OneUse {
  /** Who made them up: the same id of another is another. */
  readonly issuer: string;
  readonly ids: readonly string[];
  /** From then on the connector refuses them by their age. */
  readonly until: EpochMs;
}

export type ConnectorAnswer =
  | { readonly kind: 'proven'; readonly evidence: Evidence; readonly oneUse?: OneUse | undefined }
  | Refused;

/** What the journey wants of a proof that is made elsewhere. */
export interface Wish {
  readonly required: Assurance;
  /** Proof must be made now: what the provider remembers does not count. */
  readonly fresh: boolean;
  /** Nobody may be asked anything there either. */
  readonly passive?: boolean | undefined;
  /** The oldest proof that will do, seconds. */
  readonly maxAgeSeconds?: number | undefined;
  readonly hint?: string | undefined;
  /** Names of ways in that the application would like, best first. */
  readonly methods?: readonly string[] | undefined;
  /** The organisation that the application asks for, by the name that it has where such things are told on. */
  readonly onBehalfOf?: string | undefined;
  readonly locale?: Locale | undefined;
  /** What the login is for, as people know it, and the name that its protocol has for it where others know that, too. */
  readonly application?: { readonly name: LocalizedText; readonly entityId?: string | undefined } | undefined;
  /** Behind the application, and how often the question may be passed on, as the application says. */
  readonly requesters?: readonly string[] | undefined;
  readonly passedOn?: number | undefined;
  /** The application's own words to the person. */
  readonly message?: readonly ApplicationMessage[] | undefined;
  /** A one-hop ticket: comes back with the answer, and finds the memo. */
  readonly state: string;
}

/** A form that the browser takes to a provider. */
export interface AwayForm {
  readonly action: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** Where the browser goes, and what to remember meanwhile. */
export type Departure =
  | { readonly kind: 'redirect'; readonly url: string; readonly memo: Memo }
  | { readonly kind: 'post'; readonly form: AwayForm; readonly memo: Memo }
  | Refused;

/** Asks on the hub's own pages. */
export interface PageConnector {
  readonly kind: ConnectorKind;
  begin(provider: Provider): Ask;
  reply(provider: Provider, reply: Reply, now: EpochMs): Promise<ConnectorAnswer>;
}

/** Sends the browser to a provider's pages. `begin` may ask the provider first, so only a person's going calls it. */
export interface RedirectConnector {
  readonly kind: ConnectorKind;
  readonly leaves: true;
  /** All its providers answer at one address: who answers is then in what they sign, and the connector's to judge. */
  readonly sharedCallback?: true | undefined;
  begin(provider: Provider, wish: Wish, now: EpochMs): Promise<Departure>;
  reply(provider: Provider, reply: Reply, now: EpochMs): Promise<ConnectorAnswer>;
}

export type Connector = PageConnector | RedirectConnector;

export const leaves = (connector: Connector): connector is RedirectConnector => 'leaves' in connector;
