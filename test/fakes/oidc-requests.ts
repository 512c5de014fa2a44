// Authorization requests by hand: through the browser, and inside a signed request object.
import assert from 'node:assert/strict';
import { type JsonObject, signCompact } from '../../src/base/jose/index.ts';
import { challenge, OidcClient, parsed } from './oidc-client.ts';
import { encoded, issuerUrl, type OidcHub } from './oidc-hub.ts';

export type Bent = Record<string, string | readonly string[] | undefined>;

/** A request through the browser, in the basic profile. */
export const browse = async (hub: OidcHub, bent: Bent = {}, id = 'portal') => {
  const client = new OidcClient(hub, id);
  const query = encoded(client.request({ client_id: id, ...bent }) as Record<string, string>);
  return parsed(await hub.call('GET', `/helse/authorize?${query}`));
};

/** The claims of a request object that would be right. */
const objectClaims = (client: OidcClient, bent: JsonObject = {}): JsonObject => ({
  iss: client.id,
  aud: issuerUrl,
  nbf: client.seconds,
  exp: client.seconds + 60,
  jti: 'object-1',
  client_id: client.id,
  response_type: 'code',
  redirect_uri: client.redirectUri,
  scope: 'openid journal/read',
  state: 'inside',
  code_challenge: challenge,
  code_challenge_method: 'S256',
  ...bent,
});
const objectOf = (client: OidcClient, bent: JsonObject = {}, key = client.key) =>
  signCompact({ typ: 'oauth-authz-req+jwt' }, JSON.stringify(objectClaims(client, bent)), key);
export const onlyObject = (client: OidcClient, bent: JsonObject = {}, key = client.key): Bent => ({
  ...Object.fromEntries(Object.keys(client.request()).map((name) => [name, undefined])),
  request: objectOf(client, bent, key),
});
export const authorize = async (hub: OidcHub, query: Bent) => {
  const fields = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
  return parsed(await hub.call('GET', `/helse/authorize?${encoded(fields as Record<string, string>)}`));
};
export const pushed = async (hub: OidcHub, bent: Bent = {}, id = 'ehr') => {
  const answer = await new OidcClient(hub, id).push(bent);
  assert.equal(answer.status, 201, JSON.stringify(answer));
  return String(answer.request_uri);
};
