// How we prove to a provider that we are its client: an assertion by the hub's own key, or the sealed secret.
import * as oauth from 'oauth4webapi';
import { newToken } from '../../../base/ids.ts';
import { signCompact } from '../../../base/jose/index.ts';
import { Problem } from '../../../base/problem.ts';
import { UpstreamFailure } from './failure.ts';
import type { OidcConnectorPorts, UpstreamProvider } from './ports.ts';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const lifeSeconds = 60;

/** Our key; a provider that was added just now is a disturbance for the few seconds until its key is made. */
function ownKey({ clientKey }: Pick<OidcConnectorPorts, 'clientKey'>, algorithm: Parameters<typeof clientKey>[0]) {
  try {
    return clientKey(algorithm);
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.kind === 'unavailable')
      throw new UpstreamFailure('unavailable', 'our own key is not made yet');
    throw thrown;
  }
}

/** The authentication of one request. An assertion is new each time, and names the issuer alone (rfc7523bis 4; O5). */
export function clientProof(
  ports: Pick<OidcConnectorPorts, 'clock' | 'random' | 'clientKey' | 'openSecret'>,
  provider: UpstreamProvider,
): oauth.ClientAuth {
  const { authentication, clientId, issuer } = provider.upstream;
  if (authentication.method === 'private_key_jwt') {
    const key = ownKey(ports, authentication.algorithm);
    return (_server, _client, body) => {
      const iat = Math.floor(ports.clock() / 1000);
      const claims = {
        iss: clientId,
        sub: clientId,
        aud: issuer,
        jti: newToken(24, ports.random),
        iat,
        nbf: iat,
        exp: iat + lifeSeconds,
      };
      body.set('client_id', clientId);
      body.set('client_assertion_type', assertionType);
      body.set('client_assertion', signCompact({}, JSON.stringify(claims), key));
    };
  }
  const secret = ports.openSecret(provider.id, authentication.sealedSecret);
  if (secret === undefined) throw new UpstreamFailure('unavailable', 'the sealed secret cannot be opened');
  return authentication.method === 'client_secret_basic'
    ? oauth.ClientSecretBasic(secret.reveal())
    : oauth.ClientSecretPost(secret.reveal());
}
