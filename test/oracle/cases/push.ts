// Pushed authorization requests, each with one fault: redirect URIs (O1), PKCE (O2), nested requests (O10), the rest.
import { area, type Case } from '../case.ts';
import { keys, portalRedirectUri, queryRedirectUri, redirectUri } from '../clients.ts';
import { newId, newPkce, proof, pushCall, seconds, signedRequest } from '../forge.ts';
import type { Fields } from '../party.ts';

const pushed =
  (over: Fields): Case['run'] =>
  (party) =>
    party.call('par', pushCall(party, over));
const uri = (redirect_uri: string | readonly string[] | undefined): Case['run'] => pushed({ redirect_uri });
const claims = (value: unknown): Case['run'] => pushed({ claims: JSON.stringify(value) });

export const pushCases: readonly Case[] = [
  ...area('redirect_uri', {
    registered: uri(redirectUri),
    'registered, with its query': uri(queryRedirectUri),
    absent: uri(undefined),
    'another host': uri('https://evil.example/callback'),
    'another client’s': uri(portalRedirectUri),
    'a path on top': uri(`${redirectUri}/more`),
    'a path climbed': uri('https://ehr.example/x/../callback'),
    'a query on top': uri(`${redirectUri}?x=1`),
    'another query': uri('https://ehr.example/callback?tenant=two'),
    'a fragment on top': uri(`${redirectUri}#x`),
    'the host in capitals': uri('https://EHR.example/callback'),
    'the path in capitals': uri('https://ehr.example/Callback'),
    'its default port': uri('https://ehr.example:443/callback'),
    'plain http': uri('http://ehr.example/callback'),
    'a host below': uri('https://a.ehr.example/callback'),
    'a host that begins alike': uri('https://ehr.example.evil.example/callback'),
    'user information': uri('https://ehr.example@evil.example/callback'),
    'an escaped slash': uri('https://ehr.example/%63allback'),
    'a space at the end': uri(`${redirectUri} `),
    'a slash at the end': uri(`${redirectUri}/`),
    localhost: uri('http://localhost/callback'),
    'javascript:': uri('javascript:alert(1)'),
  }),
  ...area('pkce', {
    S256: pushed({}),
    'challenge absent': pushed({ code_challenge: undefined, code_challenge_method: undefined }),
    'method absent': pushed({ code_challenge_method: undefined }),
    'method plain': pushed({ code_challenge_method: 'plain' }),
    'method s256 in small letters': pushed({ code_challenge_method: 's256' }),
    'challenge too short': pushed({ code_challenge: 'short' }),
    'challenge too long': pushed({ code_challenge: `${newPkce().challenge}A` }),
    'challenge with padding': pushed({ code_challenge: `${newPkce().challenge.slice(0, 42)}=` }),
    'challenge alone without a method, 43 characters': pushed({ code_challenge_method: '' }),
  }),
  ...area('request', {
    'response_type absent': pushed({ response_type: undefined }),
    'response_type token': pushed({ response_type: 'token' }),
    'response_type code token': pushed({ response_type: 'code token' }),
    'response_type id_token': pushed({ response_type: 'id_token' }),
    'response_type none': pushed({ response_type: 'none' }),
    'response_mode query': pushed({ response_mode: 'query' }),
    'response_mode form_post': pushed({ response_mode: 'form_post' }),
    'response_mode fragment': pushed({ response_mode: 'fragment' }),
    'response_mode made up': pushed({ response_mode: 'pigeon' }),
    'scope without openid': pushed({ scope: 'records:read', nonce: undefined }),
    'scope of nobody': pushed({ scope: 'openid admin' }),
    'scope absent': pushed({ scope: undefined, nonce: undefined }),
    'state absent': pushed({ state: undefined }),
    'nonce absent': pushed({ nonce: undefined }),
    'prompt none': pushed({ prompt: 'none' }),
    'prompt none and login': pushed({ prompt: 'none login' }),
    'prompt made up': pushed({ prompt: 'dance' }),
    'max_age 0': pushed({ max_age: '0' }),
    'max_age negative': pushed({ max_age: '-1' }),
    'max_age no number': pushed({ max_age: 'young' }),
    'max_age with a fraction': pushed({ max_age: '1.5' }),
    'claims right': claims({ id_token: { auth_time: { essential: true } } }),
    'claims no JSON': pushed({ claims: '{' }),
    'claims an array': claims([]),
    'claims of nowhere': claims({ elsewhere: {} }),
    'claims with a text for a member': claims({ id_token: 'auth_time' }),
    'claims with essential no boolean': claims({ id_token: { acr: { essential: 'yes' } } }),
    'id_token_hint no token': pushed({ id_token_hint: 'nonsense' }),
    ui_locales: pushed({ ui_locales: 'sv nb' }),
    login_hint: pushed({ login_hint: 'somebody' }),
    registration: pushed({ registration: '{}' }),
    'request_uri of the web': pushed({ request_uri: 'https://evil.example/request' }),
    'request_uri of a pushed request': async (party) => {
      const first = await party.call('par', pushCall(party));
      return party.call('par', pushCall(party, { request_uri: String(first.body.request_uri) }));
    },
    'dpop_jkt of a key': pushed({ dpop_jkt: keys.proof.kid }),
    'dpop_jkt nonsense': pushed({ dpop_jkt: 'x' }),
    'dpop_jkt and a proof of another key': (party) => {
      const call = pushCall(party, { dpop_jkt: keys.otherProof.kid });
      return party.call('par', { ...call, headers: { dpop: proof(party, 'par') } });
    },
    'a proof of the same key as dpop_jkt': (party) => {
      const call = pushCall(party, { dpop_jkt: keys.proof.kid });
      return party.call('par', { ...call, headers: { dpop: proof(party, 'par') } });
    },
    'a proof for another endpoint': (party) =>
      party.call('par', { ...pushCall(party), headers: { dpop: proof(party, 'token') } }),
    'resource of nobody': pushed({ resource: 'https://nobody.example' }),
    'resource with a fragment': pushed({ resource: 'https://api.example/records#x' }),
    'client_id absent beside the assertion': pushed({ client_id: undefined }),
    'client_id of another client': pushed({ client_id: 'portal' }),
    'no authentication': pushed({ client_assertion: undefined, client_assertion_type: undefined }),
    'an unknown parameter': pushed({ made_up: '1' }),
  }),
  ...area('request object', {
    signed: (party) => party.call('par', signedRequest(party)),
    'of an unknown key': (party) => party.call('par', signedRequest(party, { key: keys.thief })),
    'alg none': (party) => party.call('par', signedRequest(party, { header: { alg: 'none' } })),
    'HS256 with the public key': (party) =>
      party.call('par', signedRequest(party, { header: { alg: 'HS256' }, hmac: JSON.stringify(keys.ehr.publicJwk) })),
    cut: (party) => party.call('par', signedRequest(party, { after: (token) => token.slice(0, -3) })),
    'iss another client': (party) => party.call('par', signedRequest(party, { claims: { iss: 'portal' } })),
    'aud another server': (party) =>
      party.call('par', signedRequest(party, { claims: { aud: 'https://evil.example' } })),
    'client_id another client': (party) => party.call('par', signedRequest(party, { claims: { client_id: 'portal' } })),
    'client_id absent inside': (party) => party.call('par', signedRequest(party, { claims: { client_id: undefined } })),
    'client_id absent outside': async (party) => {
      const { form } = signedRequest(party);
      return party.call('par', { form: { ...form, client_id: undefined } });
    },
    expired: (party) => party.call('par', signedRequest(party, { claims: { exp: seconds() - 60 } })),
    'exp absent': (party) => party.call('par', signedRequest(party, { claims: { exp: undefined } })),
    'with another redirect_uri inside': (party) =>
      party.call('par', signedRequest(party, { claims: { redirect_uri: 'https://evil.example/callback' } })),
    'with a request inside': (party) => party.call('par', signedRequest(party, { claims: { request: 'x' } })),
    'with a request_uri inside': (party) =>
      party.call('par', signedRequest(party, { claims: { request_uri: 'https://evil.example/request' } })),
    'a second time': async (party) => {
      const request = signedRequest(party, { claims: { jti: newId() } }).form?.request;
      const withNewAssertion = () => ({ form: { ...signedRequest(party).form, request } });
      await party.call('par', withNewAssertion());
      return party.call('par', withNewAssertion());
    },
  }),
];
