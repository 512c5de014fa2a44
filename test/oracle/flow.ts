// Steps of a login that went well, for cases that break what comes after it.
import assert from 'node:assert/strict';
import { basicRedirectUri, portalRedirectUri, redirectUri } from './clients.ts';
import {
  accessTokenHash,
  authorization,
  basicHeader,
  credentials,
  newPkce,
  type Pkce,
  proof,
  pushCall,
} from './forge.ts';
import type { Answer, Call, Fields, Party } from './party.ts';

/** The parameters of the answer that the browser carries back; empty when it carries none. */
export function carriedBack(answer: Answer): URLSearchParams {
  const { location } = answer.headers;
  const url = typeof location === 'string' ? URL.parse(location) : null;
  return url?.searchParams ?? new URLSearchParams();
}

export async function pushed(party: Party, over: Fields = {}, client: 'ehr' | 'portal' = 'ehr', pkce = newPkce()) {
  const answer = await party.call('par', pushCall(party, over, client, pkce));
  assert.equal(answer.status, 201, `${party.name} par: ${answer.text}`);
  return { requestUri: String(answer.body.request_uri), pkce };
}

export const authorizeCall = (party: Party, query: Fields): Call => ({
  method: 'GET',
  query,
  headers: { cookie: party.cookie, accept: 'text/html' },
});

/** A fresh code of the client, with the verifier that goes with it. */
export async function newCode(
  party: Party,
  client: 'ehr' | 'portal' | 'basic' = 'ehr',
  over: Fields = {},
): Promise<{ readonly code: string; readonly pkce: Pkce }> {
  const pkce = newPkce();
  const query: Fields =
    client === 'basic'
      ? authorization('basic', pkce, over)
      : { client_id: client, request_uri: (await pushed(party, over, client, pkce)).requestUri };
  const answer = await party.call('authorize', authorizeCall(party, query));
  const code = carriedBack(answer).get('code');
  assert.ok(code, `${party.name} authorize: ${answer.status} ${answer.headers.location} ${answer.text.slice(0, 300)}`);
  return { code, pkce };
}

/** Redeems a code of `ehr` (with DPoP) or of `basic` (with its secret); parts may be replaced. */
export function redeemCall(
  party: Party,
  client: 'ehr' | 'portal' | 'basic',
  { code, pkce }: { readonly code: string; readonly pkce: Pkce },
  over: { form?: Fields; headers?: Fields } = {},
): Call {
  const uri = { ehr: redirectUri, portal: portalRedirectUri, basic: basicRedirectUri }[client];
  const own: Fields = client === 'basic' ? {} : credentials(party, client);
  const headers: Fields = client === 'basic' ? { authorization: basicHeader() } : { dpop: proof(party, 'token') };
  return {
    form: {
      ...own,
      grant_type: 'authorization_code',
      code,
      redirect_uri: uri,
      code_verifier: pkce.verifier,
      ...over.form,
    },
    headers: { ...headers, ...over.headers },
  };
}

export interface Tickets {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly idToken: string;
}

/** Tickets of a whole login. */
export async function tickets(
  party: Party,
  client: 'ehr' | 'portal' | 'basic' = 'ehr',
  over: Fields = {},
): Promise<Tickets> {
  const answer = await party.call('token', redeemCall(party, client, await newCode(party, client, over)));
  return ticketsOf(party, answer);
}

export function ticketsOf(party: Party, { status, text, body }: Answer): Tickets {
  assert.equal(status, 200, `${party.name} token: ${text}`);
  return {
    accessToken: String(body.access_token),
    refreshToken: String(body.refresh_token),
    idToken: String(body.id_token),
  };
}

export function refreshCall(
  party: Party,
  client: 'ehr' | 'portal' | 'basic',
  refreshToken: string,
  over: { form?: Fields; headers?: Fields } = {},
): Call {
  const own: Fields = client === 'basic' ? {} : credentials(party, client);
  const headers: Fields = client === 'basic' ? { authorization: basicHeader() } : { dpop: proof(party, 'token') };
  return {
    form: { ...own, grant_type: 'refresh_token', refresh_token: refreshToken, ...over.form },
    headers: { ...headers, ...over.headers },
  };
}

/** A ticket for the provider's own userinfo: without an API. */
export const forUserinfo: Fields = { scope: 'openid', resource: undefined };

export function userinfoCall(party: Party, accessToken: string, bend: Parameters<typeof proof>[2] = {}): Call {
  const claims = typeof bend.claims === 'string' ? {} : bend.claims;
  const made = proof(party, 'userinfo', {
    ...bend,
    claims: { htm: 'GET', ath: accessTokenHash(accessToken), ...claims },
  });
  return { method: 'GET', headers: { authorization: `DPoP ${accessToken}`, dpop: made } };
}
