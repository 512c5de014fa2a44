// What a browser brings to the authorization endpoint: pushed requests, plain ones of the basic client, a live session.
import { area, type Case } from '../case.ts';
import { basicRedirectUri, redirectUri } from '../clients.ts';
import { authorizeCall, carriedBack, pushed, redeemCall } from '../flow.ts';
import { authorization, newPkce } from '../forge.ts';
import type { Fields, Party } from '../party.ts';

const plain =
  (over: Fields, client: 'ehr' | 'basic' = 'basic'): Case['run'] =>
  (party) =>
    party.call('authorize', authorizeCall(party, authorization(client, newPkce(), over)));

const byRequestUri =
  (query: (requestUri: string) => Fields, over: Fields = {}): Case['run'] =>
  async (party) =>
    party.call('authorize', authorizeCall(party, query((await pushed(party, over)).requestUri)));

const withoutSession = async (party: Party, over: Fields) => {
  const { requestUri } = await pushed(party, over);
  return party.call('authorize', { method: 'GET', query: { client_id: 'ehr', request_uri: requestUri } });
};

export const browserCases: readonly Case[] = area(
  'browser',
  {
    'a pushed request': byRequestUri((request_uri) => ({ client_id: 'ehr', request_uri })),
    'a pushed request, prompt none': byRequestUri((request_uri) => ({ client_id: 'ehr', request_uri }), {
      prompt: 'none',
    }),
    'a pushed request, prompt login': byRequestUri((request_uri) => ({ client_id: 'ehr', request_uri }), {
      prompt: 'login',
    }),
    'a pushed request, prompt none, nobody logged in': (party) => withoutSession(party, { prompt: 'none' }),
    'a pushed request, nobody logged in': (party) => withoutSession(party, {}),
    'a pushed request for another person by sub': byRequestUri((request_uri) => ({ client_id: 'ehr', request_uri }), {
      claims: JSON.stringify({ id_token: { sub: { value: 'somebody-else' } } }),
      prompt: 'none',
    }),
    'a pushed request of another client': byRequestUri((request_uri) => ({ client_id: 'portal', request_uri })),
    'a pushed request without client_id': byRequestUri((request_uri) => ({ request_uri })),
    'a pushed request cut': byRequestUri((request_uri) => ({
      client_id: 'ehr',
      request_uri: request_uri.slice(0, -2),
    })),
    'a pushed request that is spent': async (party) => {
      const { requestUri } = await pushed(party);
      const query = { client_id: 'ehr', request_uri: requestUri };
      await party.call('authorize', authorizeCall(party, query));
      return party.call('authorize', authorizeCall(party, query));
    },
    'a pushed request and another redirect_uri beside it': byRequestUri((request_uri) => ({
      client_id: 'ehr',
      request_uri,
      redirect_uri: 'https://evil.example/callback',
    })),
    'a request_uri of the web': plain({ request_uri: 'https://evil.example/request' }, 'ehr'),
    'a request_uri that nobody gave out': plain({ request_uri: 'urn:ietf:params:oauth:request_uri:made-up' }, 'ehr'),
    'plain parameters where PAR is due': plain({}, 'ehr'),
    'client_id twice': byRequestUri((request_uri) => ({ client_id: ['ehr', 'ehr'], request_uri })),
    'an unknown client': plain({ client_id: 'nobody' }),
    'basic: all right': plain({}),
    'basic: redirect_uri absent': plain({ redirect_uri: undefined }),
    'basic: another redirect_uri': plain({ redirect_uri: 'https://evil.example/callback' }),
    'basic: the redirect_uri of another client': plain({ redirect_uri: redirectUri }),
    'basic: redirect_uri with a query on top': plain({ redirect_uri: `${basicRedirectUri}?x=1` }),
    'basic: redirect_uri twice': plain({ redirect_uri: [basicRedirectUri, 'https://evil.example/'] }),
    'basic: no PKCE': plain({ code_challenge: undefined, code_challenge_method: undefined }),
    'basic: PKCE plain': plain({ code_challenge_method: 'plain' }),
    'basic: response_type token': plain({ response_type: 'token' }),
    'basic: response_type twice': plain({ response_type: ['code', 'token'] }),
    'basic: a request object with alg none': plain({
      request: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"client_id":"basic"}').toString('base64url')}.`,
    }),
    'basic: a request_uri of the web': plain({ request_uri: 'https://evil.example/request' }),
    'basic: registration': plain({ registration: '{}' }),
    'basic: an unknown parameter': plain({ made_up: 'x' }),
  },
  (answer) => carriedBack(answer).has('code'),
);

/** A code that came by the browser is taken at the token endpoint: what was accepted is of use. */
export const wholeFlowCases: readonly Case[] = area('whole flow', {
  'of the fapi2 profile': async (party) => {
    const { requestUri, pkce } = await pushed(party);
    const answer = await party.call('authorize', authorizeCall(party, { client_id: 'ehr', request_uri: requestUri }));
    return party.call('token', redeemCall(party, 'ehr', { code: carriedBack(answer).get('code') ?? '', pkce }));
  },
  'of the basic profile': async (party) => {
    const pkce = newPkce();
    const answer = await party.call('authorize', authorizeCall(party, authorization('basic', pkce)));
    return party.call('token', redeemCall(party, 'basic', { code: carriedBack(answer).get('code') ?? '', pkce }));
  },
});
