// What the connector needs from the wiring: a bounded way out, the hub's own keys, its callback addresses.
import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/ids.ts';
import type { SigningKey } from '../../../base/jose/index.ts';
import type { Secret } from '../../../base/secret.ts';
import type { Provider, Upstream, UpstreamAuthentication } from '../../../core/catalogue/index.ts';

export type UpstreamProvider = Provider & { readonly upstream: Upstream };

export interface OutgoingRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Private addresses may be connected to. */
  readonly privateNetwork: boolean;
}

export interface OutgoingAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** One bounded request: no redirect is followed, little time, few bytes. Rejects on anything but a whole answer. */
export type Outgoing = (url: string, request: OutgoingRequest) => Promise<OutgoingAnswer>;

export interface OidcConnectorPorts {
  readonly send: Outgoing;
  readonly clock: Clock;
  readonly random: Random;
  /** The hub's own key for client assertions. */
  readonly clientKey: (algorithm: Extract<UpstreamAuthentication, { algorithm: string }>['algorithm']) => SigningKey;
  /** Opens a provider's sealed secret; undefined when it cannot be. */
  readonly openSecret: (provider: string, sealed: string) => Secret<string> | undefined;
  /** Where a provider sends the browser back: an address of its own for each. */
  readonly callbackUrl: (provider: string) => string;
}
