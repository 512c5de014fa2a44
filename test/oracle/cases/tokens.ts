// What is done with tickets afterwards: userinfo, introspection, revocation.
import { area, type Case } from '../case.ts';
import { api, keys } from '../clients.ts';
import { forUserinfo, refreshCall, tickets, userinfoCall } from '../flow.ts';
import { accessTokenHash, type Bend, credentials, machineCall, proof } from '../forge.ts';
import type { Call, Fields, Party } from '../party.ts';

const info =
  (make: (party: Party, token: string) => Call): Case['run'] =>
  async (party) => {
    const { accessToken } = await tickets(party, 'ehr', forUserinfo);
    return party.call('userinfo', make(party, accessToken));
  };
const infoProof = (bend: (token: string) => Bend): Case['run'] =>
  info((party, token) => userinfoCall(party, token, bend(token)));

const asked =
  (endpoint: 'introspect' | 'revoke', over: (party: Party) => Fields | Promise<Fields>): Case['run'] =>
  async (party) =>
    party.call(endpoint, { form: { ...credentials(party), ...(await over(party)) } });

const machineToken = async (party: Party, form: Fields = {}): Promise<string> => {
  const answer = await party.call('token', machineCall(party, { form }));
  return String(answer.body.access_token);
};

/** The ticket's refresh token is tried after something was done. */
const refreshAfter =
  (deed: (party: Party, refreshToken: string) => Promise<unknown>): Case['run'] =>
  async (party) => {
    const { refreshToken } = await tickets(party);
    await deed(party, refreshToken);
    return party.call('token', refreshCall(party, 'ehr', refreshToken));
  };

export const tokenCases: readonly Case[] = [
  ...area('userinfo', {
    'all right': infoProof(() => ({})),
    'by POST': info((party, token) => {
      const { headers } = userinfoCall(party, token, { claims: { htm: 'POST' } });
      return { method: 'POST', headers: headers ?? {} };
    }),
    'no token': (party) => party.call('userinfo', { method: 'GET' }),
    'token of nobody': (party) => party.call('userinfo', userinfoCall(party, 'made-up')),
    'token cut': info((party, token) => userinfoCall(party, token.slice(0, -4))),
    'token with a letter more': info((party, token) => userinfoCall(party, `${token}A`)),
    'an ID token instead': async (party) =>
      party.call('userinfo', userinfoCall(party, (await tickets(party, 'ehr', forUserinfo)).idToken)),
    'a refresh token instead': async (party) =>
      party.call('userinfo', userinfoCall(party, (await tickets(party, 'ehr', forUserinfo)).refreshToken)),
    'a bound token as Bearer': info((_party, token) => ({
      method: 'GET',
      headers: { authorization: `Bearer ${token}` },
    })),
    'a bound token as Bearer with a proof': info((party, token) => ({
      method: 'GET',
      headers: { ...userinfoCall(party, token).headers, authorization: `Bearer ${token}` },
    })),
    'proof absent': info((_party, token) => ({ method: 'GET', headers: { authorization: `DPoP ${token}` } })),
    'proof of another key': infoProof(() => ({ key: keys.otherProof })),
    'ath absent': infoProof(() => ({ claims: { ath: undefined } })),
    'ath of another token': infoProof(() => ({ claims: { ath: accessTokenHash('another') } })),
    'htm of another method': infoProof((token) => ({ claims: { htm: 'POST', ath: accessTokenHash(token) } })),
    'htu of another endpoint': info((party, token) =>
      userinfoCall(party, token, { claims: { htu: party.url('token') } }),
    ),
    'nonce absent': infoProof(() => ({ claims: { nonce: undefined } })),
    'proof a second time': async (party) => {
      const { accessToken } = await tickets(party, 'ehr', forUserinfo);
      const call = userinfoCall(party, accessToken);
      await party.call('userinfo', call);
      return party.call('userinfo', call);
    },
    'token in the query': info((_party, token) => ({ method: 'GET', query: { access_token: token } })),
    'token in the header and in the body': info((party, token) => ({
      method: 'POST',
      form: { access_token: token },
      headers: userinfoCall(party, token, { claims: { htm: 'POST' } }).headers ?? {},
    })),
    'a token for an API': async (party) => {
      const { accessToken } = await tickets(party);
      return party.call('userinfo', userinfoCall(party, accessToken));
    },
    'a machine’s token': async (party) => party.call('userinfo', userinfoCall(party, await machineToken(party))),
    'basic: Bearer': async (party) => {
      const { accessToken } = await tickets(party, 'basic', forUserinfo);
      return party.call('userinfo', { method: 'GET', headers: { authorization: `Bearer ${accessToken}` } });
    },
    'basic: Bearer as DPoP': async (party) => {
      const { accessToken } = await tickets(party, 'basic', forUserinfo);
      return party.call('userinfo', userinfoCall(party, accessToken));
    },
    'after its refresh token was revoked': async (party) => {
      const { accessToken, refreshToken } = await tickets(party, 'ehr', forUserinfo);
      await party.call('revoke', { form: { ...credentials(party), token: refreshToken } });
      return party.call('userinfo', userinfoCall(party, accessToken));
    },
  }),
  ...area(
    'introspection says active',
    {
      'of a signed access token': asked('introspect', async (party) => ({ token: await machineToken(party) })),
      'of a signed access token of another API': asked('introspect', async (party) => ({
        token: await machineToken(party, { resource: 'https://api.example/drugs', scope: 'drugs:read' }),
      })),
      'of a signed access token, cut': asked('introspect', async (party) => ({
        token: (await machineToken(party)).slice(0, -3),
      })),
      'of an ID token': asked('introspect', async (party) => ({ token: (await tickets(party)).idToken })),
      'of nonsense': asked('introspect', () => ({ token: 'made-up' })),
    },
    (answer) => answer.body.active === true,
  ),
  ...area('introspection', {
    'of nonsense': asked('introspect', () => ({ token: 'made-up' })),
    'token absent': asked('introspect', () => ({})),
    'token twice': asked('introspect', () => ({ token: ['a', 'b'] })),
    'no authentication': asked('introspect', () => ({
      token: 'x',
      client_assertion: undefined,
      client_assertion_type: undefined,
    })),
    'a hint that nobody knows': asked('introspect', () => ({ token: 'made-up', token_type_hint: 'made_up' })),
    'assertion for another server': (party) =>
      party.call('introspect', {
        form: { ...credentials(party, 'ehr', { claims: { aud: 'https://evil.example' } }), token: 'x' },
      }),
    'as JSON': (party) =>
      party.call('introspect', {
        rawBody: JSON.stringify({ ...credentials(party), token: 'x' }),
        headers: { 'content-type': 'application/json' },
      }),
    'assertion a second time': async (party) => {
      const form = { ...credentials(party), token: 'made-up' };
      await party.call('introspect', { form });
      return party.call('introspect', { form });
    },
  }),
  ...area('revocation', {
    'of nonsense': asked('revoke', () => ({ token: 'made-up' })),
    'token absent': asked('revoke', () => ({})),
    'no authentication': asked('revoke', () => ({
      token: 'x',
      client_assertion: undefined,
      client_assertion_type: undefined,
    })),
    'of an own refresh token': asked('revoke', async (party) => ({ token: (await tickets(party)).refreshToken })),
    'with the wrong hint': asked('revoke', async (party) => ({
      token: (await tickets(party)).refreshToken,
      token_type_hint: 'access_token',
    })),
    'of a refresh token of another client': asked('revoke', async (party) => ({
      token: (await tickets(party, 'portal')).refreshToken,
    })),
    'of a signed access token': asked('revoke', async (party) => ({ token: await machineToken(party) })),
    'a refresh afterwards': refreshAfter((party, token) =>
      party.call('revoke', { form: { ...credentials(party), token } }),
    ),
    'a refresh after another client tried': refreshAfter((party, token) =>
      party.call('revoke', { form: { ...credentials(party, 'portal'), token } }),
    ),
    GET: (party) => party.call('revoke', { method: 'GET', query: { ...credentials(party), token: 'x' } }),
  }),
  ...area('proof at', {
    'the token endpoint for userinfo’s URL': (party) =>
      party.call('token', machineCall(party, { headers: { dpop: proof(party, 'userinfo') } })),
    [`the token endpoint for the API ${api.id}`]: (party) =>
      party.call(
        'token',
        machineCall(party, { headers: { dpop: proof(party, 'token', { claims: { htu: api.audience } }) } }),
      ),
  }),
];
