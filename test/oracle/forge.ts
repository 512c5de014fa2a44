// Assertions, proofs and requests, right by default and with any part bent.
import { createHmac, hash, randomBytes, sign } from 'node:crypto';
import { api, basicRedirectUri, basicSecret, keys, portalRedirectUri, redirectUri, type TestKey } from './clients.ts';
import type { Call, Endpoint, Fields, Party } from './party.ts';

export const seconds = (): number => Math.floor(Date.now() / 1000);
export const newId = (): string => randomBytes(16).toString('base64url');
const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** What differs from a right token. `header` and `claims` overlay; undefined members go away; a string stands as it is. */
export interface Bend {
  readonly header?: object | string;
  readonly claims?: object | string;
  readonly key?: TestKey;
  /** HMAC with these bytes instead of a signature. */
  readonly hmac?: string | Buffer;
  /** The finished token, changed. */
  readonly after?: (token: string) => string;
}

function token(header: object, claims: object, key: TestKey, bend: Bend): string {
  const parts = [bend.header, bend.claims].map((over, index) =>
    encode(typeof over === 'string' ? over : { ...[header, claims][index], ...over }),
  );
  const input = parts.join('.');
  const { alg } = { ...header, ...(typeof bend.header === 'string' ? {} : bend.header) } as { alg: string };
  const made = `${input}.${signature(input, alg, bend.key ?? key, bend.hmac)}`;
  return bend.after?.(made) ?? made;
}

function signature(input: string, alg: string, { privateKey }: TestKey, hmac: Bend['hmac']): string {
  if (alg === 'none') return '';
  if (hmac !== undefined) return createHmac('sha256', hmac).update(input).digest('base64url');
  const data = Buffer.from(input);
  if (alg === 'PS256')
    return sign('sha256', data, { key: privateKey, padding: 6, saltLength: 32 }).toString('base64url');
  if (privateKey.asymmetricKeyType === 'rsa') return sign('sha256', data, privateKey).toString('base64url');
  return sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

/** A client assertion of `client`. */
export function assertion(party: Party, bend: Bend = {}, client: 'ehr' | 'portal' | 'machine' = 'ehr'): string {
  const key = keys[client];
  const iat = seconds();
  return token(
    { typ: 'client-authentication+jwt', alg: 'ES256', kid: key.kid },
    { iss: client, sub: client, aud: party.issuer, jti: newId(), iat, exp: iat + 50 },
    key,
    bend,
  );
}

/** A DPoP proof for an endpoint. */
export function proof(party: Party, endpoint: Endpoint, bend: Bend = {}): string {
  const key = bend.key ?? keys.proof;
  const claims = { jti: newId(), htm: 'POST', htu: party.url(endpoint), iat: seconds(), nonce: party.nonce() };
  return token({ typ: 'dpop+jwt', alg: 'ES256', jwk: key.publicJwk }, claims, key, bend);
}

export const accessTokenHash = (accessToken: string): string => hash('sha256', accessToken, 'base64url');
export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export const credentials = (party: Party, client: 'ehr' | 'portal' | 'machine' = 'ehr', bend: Bend = {}): Fields => ({
  client_id: client,
  client_assertion_type: assertionType,
  client_assertion: assertion(party, bend, client),
});
export const basicHeader = (secret = basicSecret, id = 'basic'): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

/** A call of client_credentials by `ehr`, with parts replaced. */
export function machineCall(party: Party, over: { form?: Fields; headers?: Fields } = {}): Call {
  return {
    form: {
      ...credentials(party),
      grant_type: 'client_credentials',
      scope: api.scope,
      resource: api.audience,
      ...over.form,
    },
    headers: { dpop: proof(party, 'token'), ...over.headers },
  };
}

export interface Pkce {
  readonly verifier: string;
  readonly challenge: string;
}
export function newPkce(): Pkce {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: hash('sha256', verifier, 'base64url') };
}

const redirectUris = { ehr: redirectUri, portal: portalRedirectUri, basic: basicRedirectUri } as const;

/** Parameters of a right authorization request. */
export const authorization = (client: 'ehr' | 'portal' | 'basic', pkce: Pkce, over: Fields = {}): Fields => ({
  client_id: client,
  response_type: 'code',
  redirect_uri: redirectUris[client],
  scope: `openid ${api.scope}`,
  resource: api.audience,
  state: 'some-state',
  nonce: 'some-nonce',
  code_challenge: pkce.challenge,
  code_challenge_method: 'S256',
  ...over,
});

/** Pushes an authorization request of `ehr` or `portal`. */
export const pushCall = (
  party: Party,
  over: Fields = {},
  client: 'ehr' | 'portal' = 'ehr',
  pkce = newPkce(),
): Call => ({
  form: { ...authorization(client, pkce), ...credentials(party, client), ...over },
});

/** A push whose parameters stand in a signed request object (RFC 9101) of `ehr`. */
export function signedRequest(party: Party, bend: Bend = {}): Call {
  const now = seconds();
  const parameters = authorization('ehr', newPkce());
  const object = token(
    { typ: 'oauth-authz-req+jwt', alg: 'ES256', kid: keys.ehr.kid },
    { iss: 'ehr', aud: party.issuer, iat: now, nbf: now, exp: now + 50, jti: newId(), ...parameters },
    keys.ehr,
    bend,
  );
  return { form: { ...credentials(party), request: object } };
}
