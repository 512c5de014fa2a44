// Wires upstream OpenID providers: the bounded way out, the hub's own client keys, sealed secrets, callback addresses.

import type { Clock, EpochMs } from '../../base/clock.ts';
import { type HttpResponse, json, type Route } from '../../base/http/index.ts';
import { systemRandom } from '../../base/ids.ts';
import { type Keyring, open } from '../../base/sealing/index.ts';
import { Secret } from '../../base/secret.ts';
import type { CatalogueSnapshot } from '../../core/catalogue/index.ts';
import { clientKeyOwner } from '../../core/issuing/index.ts';
import type { RedirectConnector } from '../../core/journey/index.ts';
import { type Session, upstreamProofs } from '../../core/sessions/index.ts';
import {
  answerChecks,
  createMetadataReader,
  endSessionAddress,
  judgeLogoutToken,
  type LogoutVerdict,
  type OidcConnectorPorts,
  type Outgoing,
  oidcConnector,
  type UpstreamProvider,
} from '../../edge/connectors/oidc/index.ts';
import { boundedRequest } from '../../edge/outgoing/http/index.ts';
import { callbackPath } from '../../edge/web/login/index.ts';
import { type UpstreamLogout, upstreamBackPath } from '../../edge/web/portal/index.ts';
import { upstreamSecretPurpose } from './sealing.ts';
import type { LiveKeys } from './signing.ts';

/** Discovery documents and key sets of real providers are a few kB; the largest seen has 20. */
const limits = { connectTimeoutMs: 2000, timeoutMs: 10_000, maxBytes: 262_144 };

/** Where providers fetch the keys that prove us. */
export const clientKeysPath = '/login/client-jwks';

export interface UpstreamParts {
  readonly keyring: Keyring;
  readonly keys: LiveKeys;
  readonly clock: Clock;
  readonly hubUrl: string;
  /** PEM of authorities that are trusted; absent = the system's. */
  readonly authorities: readonly string[] | undefined;
}

const outgoing =
  (authorities: UpstreamParts['authorities']): Outgoing =>
  (url, { privateNetwork, ...request }) =>
    boundedRequest(url, { ...request, ...limits, authorities, addresses: privateNetwork ? 'any' : 'public' });

function connectorPorts(parts: UpstreamParts): OidcConnectorPorts {
  const { origin } = new URL(parts.hubUrl);
  return {
    send: outgoing(parts.authorities),
    clock: parts.clock,
    random: systemRandom,
    clientKey: (algorithm) => parts.keys.signing(clientKeyOwner, algorithm),
    openSecret: (provider, sealed) => {
      const opened = open(parts.keyring, upstreamSecretPurpose, provider, Buffer.from(sealed, 'base64'));
      return opened.ok ? new Secret(opened.bytes.toString('utf8')) : undefined;
    },
    callbackUrl: (provider) => `${origin}${callbackPath(provider)}`,
  };
}

export interface UpstreamFaces {
  readonly connector: RedirectConnector;
  /** Providers that hear of this session's end, and where the browser ends the login there. */
  readonly logoutsOf: (session: Session, catalogue: CatalogueSnapshot) => Promise<readonly UpstreamLogout[]>;
  /** Judges a provider's logout token. */
  readonly judgeLogout: (provider: UpstreamProvider, token: string, now: EpochMs) => Promise<LogoutVerdict>;
}

/** The connector and the logout at providers and by them, over one cache of their documents. */
export function wireUpstream(parts: UpstreamParts): UpstreamFaces {
  const ports = connectorPorts(parts);
  const reader = createMetadataReader(ports);
  const back = `${new URL(parts.hubUrl).origin}${upstreamBackPath}`;
  return {
    connector: oidcConnector(ports, answerChecks, reader),
    logoutsOf: (session, catalogue) =>
      Promise.all(
        upstreamProofs(session, catalogue).map(async ({ provider, facts }) => ({
          provider: provider.id,
          address: await endSessionAddress(reader, provider, facts, back),
        })),
      ),
    judgeLogout: (provider, token, now) => judgeLogoutToken(reader, provider, token, now),
  };
}

/** The public keys that prove us to upstream providers. */
export const clientKeysRoute = (keys: LiveKeys): Route => ({
  method: 'GET',
  path: clientKeysPath,
  handle: (): HttpResponse => json(200, { keys: keys.published(clientKeyOwner) }, 'application/jwk-set+json'),
});
