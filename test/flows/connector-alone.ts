// The upstream connector without a hub, over real HTTPS and with a clock that a test sets ahead.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { systemRandom } from '../../src/base/ids.ts';
import { Secret } from '../../src/base/secret.ts';
import { oidcConnector } from '../../src/edge/connectors/oidc/index.ts';
import { boundedRequest } from '../../src/edge/outgoing/http/index.ts';
import { upstreamProvider } from '../fakes/upstream-provider.ts';
import { HttpBrowser, type OpenIdPeer, type RunningHub } from '../support/index.ts';

/** Logs in at `peer` as the client that has a secret; answers `proven`, or the check that refused. */
export function connectorAlone(
  peer: OpenIdPeer,
  hub: Pick<RunningHub, 'hubUrl' | 'rootPem'>,
  secret: string,
): { later: number; logIn(): Promise<string> } {
  const connector = oidcConnector({
    send: (url, { privateNetwork: _private, ...request }) =>
      boundedRequest(url, { ...request, timeoutMs: 5000, maxBytes: 65_536, authorities: [hub.rootPem] }),
    clock: () => Date.now() + alone.later,
    random: systemRandom,
    clientKey: () => assert.fail('this one has a secret'),
    openSecret: () => new Secret(secret),
    callbackUrl: (id) => `${hub.hubUrl}/login/callback/${id}`,
  });
  const record = upstreamProvider(
    {
      issuer: peer.issuer,
      clientId: 'tillit-by-secret',
      authentication: { method: 'client_secret_basic', sealedSecret: 'c2VhbGVk' },
      privateNetwork: true,
    },
    { id: 'regional' },
  );
  const alone = {
    /** How far the clock is ahead, milliseconds. */
    later: 0,
    async logIn(): Promise<string> {
      const now = (): number => Date.now() + alone.later;
      const state = randomBytes(32).toString('base64url');
      const departure = await connector.begin(record, { required: 'low', fresh: false, state }, now());
      assert.ok(departure.kind === 'redirect', JSON.stringify(departure));
      const browser = new HttpBrowser(hub.rootPem);
      const { url } = await browser.go(departure.url, ({ pathname }) => pathname.startsWith('/login/callback/'));
      const parameters = Object.fromEntries(url.searchParams);
      const reply = { kind: 'redirect', parameters, memo: departure.memo, ip: '127.0.0.1' } as const;
      const answer = await connector.reply(record, reply, now());
      return answer.kind === 'refused' ? String(answer.detail?.check) : answer.kind;
    },
  };
  return alone;
}
