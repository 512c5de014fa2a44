// The one shape of a connector: it proves; it knows no applications, sessions, cookies, HTML or tokens.
import type { EpochMs } from '../../base/clock.ts';
import type { ConnectorKind, ReasonCode } from '../../wire/codes/index.ts';
import type { Provider } from '../catalogue/snapshot.ts';
import type { Evidence } from '../linking/evidence.ts';

/** What a connector asks of the person, in words that web/login can show. */
export type Ask =
  /** A form of named fields; labels and texts come from the texts by connector and field name. */
  | { readonly kind: 'form'; readonly fields: readonly { readonly name: string; readonly type: 'text' | 'password' }[] }
  /** The browser goes to the card listener, on a fresh host label that names these populations' CAs. */
  | { readonly kind: 'card'; readonly populations: readonly string[] };

/** What came back from the person or the browser. */
export type Reply =
  | { readonly kind: 'form'; readonly fields: Readonly<Record<string, string>>; readonly ip: string }
  /** DER of the presented chain, leaf first; empty when the browser showed no certificate. */
  | { readonly kind: 'card'; readonly chain: readonly Buffer[]; readonly ip: string };

export type ConnectorAnswer =
  | { readonly kind: 'proven'; readonly evidence: Evidence }
  | {
      readonly kind: 'refused';
      readonly reason: ReasonCode;
      /** For the public text, for example `{seconds: 40}`. */
      readonly params?: Readonly<Record<string, string | number>>;
      /** For the audit: no secret, no personal number. */
      readonly detail?: Readonly<Record<string, unknown>>;
    };

export interface Connector {
  readonly kind: ConnectorKind;
  begin(provider: Provider): Ask;
  reply(provider: Provider, reply: Reply, now: EpochMs): Promise<ConnectorAnswer>;
}
