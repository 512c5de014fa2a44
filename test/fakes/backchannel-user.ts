// A program that names a person (CIBA), and that person in the portal, who says yes or no.
import type { HttpResponse } from '../../src/base/http/index.ts';
import { browserRequest } from './device-user.ts';
import type { Answer, OidcClient } from './oidc-client.ts';
import { backchannelGrant, type OidcHub } from './oidc-hub.ts';

type Fields = Record<string, string | readonly string[] | undefined>;

/** What a request through the back channel says by default. */
export const backchannelRequest = (client: OidcClient, change: Fields = {}): Fields => ({
  scope: 'openid profile journal/read',
  login_hint: 'anna',
  binding_message: 'Ward 7, 4711',
  dpop_jkt: client.fapi ? client.jkt : undefined,
  ...change,
});

/** The program's own request; `change` bends it. */
export const askPerson = (
  client: OidcClient,
  change: Fields = {},
  sent: Parameters<OidcClient['post']>[2] = {},
): Promise<Answer> => client.post('backchannel-authentication', backchannelRequest(client, change), sent);

/** The newest request of those that wait for a person. */
export async function newestOf(hub: OidcHub, person = 'anna') {
  const found = (await hub.frontend.backchannel.waiting(person)).at(-1);
  if (found === undefined) throw new Error(`nothing waits for ${person}`);
  return found;
}

/** The person says yes to the newest. */
export const allowNewest = async (hub: OidcHub): Promise<HttpResponse> => (await newestOf(hub)).allow(browserRequest());

/** One poll of the token endpoint. */
export const pollPerson = (
  client: OidcClient,
  id: unknown,
  change: Fields = {},
  headers: Record<string, string> = {},
): Promise<Answer> =>
  client.token(
    { grant_type: backchannelGrant, auth_req_id: id === undefined ? undefined : String(id), ...change },
    headers,
  );
