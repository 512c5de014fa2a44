// Bad authorization requests: the same wherever one is taken in.
import type { CheckCase } from './check-cases.ts';
import { OidcClient } from './oidc-client.ts';
import { journalAudience, keyOf, type OidcHub } from './oidc-hub.ts';
import { type Bent, onlyObject } from './oidc-requests.ts';

export const originCases = (ask: (hub: OidcHub, bent: Bent) => Promise<unknown>, id: string): readonly CheckCase[] => [
  {
    check: 'request.object',
    what: 'signed with another key',
    run: (hub) => ask(hub, onlyObject(new OidcClient(hub, id), {}, keyOf('thief'))),
  },
  {
    check: 'request.object',
    what: 'for another issuer',
    run: (hub) => ask(hub, onlyObject(new OidcClient(hub, id), { aud: 'https://evil.example' })),
  },
  {
    check: 'request.object',
    what: 'expired',
    run: (hub) => ask(hub, onlyObject(new OidcClient(hub, id), { exp: new OidcClient(hub, id).seconds })),
  },
  {
    check: 'request.object',
    what: 'encrypted (O4)',
    run: (hub) => ask(hub, { request: 'a.b.c.d.e' }),
  },
  {
    check: 'request.object',
    what: 'another client_id inside',
    run: (hub) => ask(hub, onlyObject(new OidcClient(hub, id), { client_id: 'other' })),
  },
  {
    check: 'request.object',
    what: 'a list where a text belongs',
    run: (hub) => ask(hub, onlyObject(new OidcClient(hub, id), { state: ['x'] })),
  },
  ...[
    ['absent', undefined],
    ['not registered', 'https://evil.example/cb'],
    ['user information before it', 'https://ehr.example@evil.example/cb'],
    ['a path on top', 'https://ehr.example/cb/..;/evil'],
    ['a query on top', 'https://ehr.example/cb?next=evil'],
    ['a fragment', 'https://ehr.example/cb#evil'],
    ['double encoding', 'https://ehr.example/%2563b'],
    ['a port', 'https://ehr.example:443/cb'],
    ['capitals', 'https://EHR.example/cb'],
    ['a slash at its end', 'https://ehr.example/cb/'],
    ['the other scheme', 'http://ehr.example/cb'],
  ].map(([what, uri]) => ({
    check: 'request.redirectUri',
    what: `${what} (O1)`,
    run: (hub: OidcHub) => ask(hub, { redirect_uri: uri }),
  })),
];

export const contentCases = (
  ask: (hub: OidcHub, bent: Bent, id?: string) => Promise<unknown>,
  id: string,
): readonly CheckCase[] => [
  {
    check: 'request.grant',
    what: 'only client_credentials (O9)',
    run: (hub) => {
      for (const id of ['ehr', 'portal']) hub.change(id, { grants: ['client_credentials'] });
      return ask(hub, {});
    },
  },
  {
    check: 'request.signed',
    what: 'unsigned where it must be signed',
    run: (hub) => {
      for (const id of ['ehr', 'portal']) hub.change(id, { requireSignedRequest: true });
      return ask(hub, {});
    },
  },
  { check: 'request.registration', what: 'with registration', run: (hub) => ask(hub, { registration: '{}' }) },
  { check: 'request.responseType', what: 'absent', run: (hub) => ask(hub, { response_type: undefined }) },
  { check: 'request.responseType', what: 'token', run: (hub) => ask(hub, { response_type: 'token' }) },
  { check: 'request.responseType', what: 'hybrid', run: (hub) => ask(hub, { response_type: 'code id_token' }) },
  { check: 'request.responseMode', what: 'fragment', run: (hub) => ask(hub, { response_mode: 'fragment' }) },
  { check: 'request.bounds', what: 'a state without end', run: (hub) => ask(hub, { state: 's'.repeat(2049) }) },
  { check: 'request.bounds', what: 'a nonce without end', run: (hub) => ask(hub, { nonce: 's'.repeat(513) }) },
  { check: 'request.challenge', what: 'absent (O2)', run: (hub) => ask(hub, { code_challenge: undefined }) },
  { check: 'request.challenge', what: 'plain (O2)', run: (hub) => ask(hub, { code_challenge_method: 'plain' }) },
  { check: 'request.challenge', what: 'no method (O2)', run: (hub) => ask(hub, { code_challenge_method: undefined }) },
  { check: 'request.challenge', what: 'too short', run: (hub) => ask(hub, { code_challenge: 'abc' }) },
  { check: 'request.scope', what: 'not registered', run: (hub) => ask(hub, { scope: 'openid admin' }) },
  { check: 'request.scope', what: 'of two APIs', run: (hub) => ask(hub, { scope: 'openid journal/read lab/order' }) },
  { check: 'request.scope', what: 'a foreign resource', run: (hub) => ask(hub, { resource: 'https://x.example' }) },
  {
    check: 'request.scope',
    what: 'of a third API beside two resources',
    run: (hub) => ask(hub, { scope: 'openid lab/order', resource: [journalAudience] }),
  },
  {
    check: 'request.scope',
    what: 'a resource whose owner has not approved the application (N5)',
    run: (hub) => {
      hub.changeApi('journal', { limits: { clients: [] } });
      return ask(hub, { scope: 'openid', resource: journalAudience });
    },
  },
  {
    check: 'request.scope',
    what: 'a scope that the owner has not approved it for (N5)',
    run: (hub) => {
      const approved = ['ehr', 'portal'].map((client) => ({ client, scopes: ['journal/write'] }));
      hub.changeApi('journal', { limits: { clients: approved } });
      return ask(hub, { scope: 'openid journal/read' });
    },
  },
  {
    check: 'request.resources',
    what: 'one resource again and again',
    run: (hub) => ask(hub, { resource: Array(21).fill(journalAudience) }),
  },
  { check: 'request.dpopKey', what: 'no thumbprint', run: (hub) => ask(hub, { dpop_jkt: 'abc' }) },
  { check: 'request.prompt', what: 'unknown', run: (hub) => ask(hub, { prompt: 'create' }) },
  { check: 'request.prompt', what: 'none with another', run: (hub) => ask(hub, { prompt: 'none login' }) },
  { check: 'request.maxAge', what: 'no number', run: (hub) => ask(hub, { max_age: '-1' }) },
  { check: 'request.maxAge', what: 'a huge number', run: (hub) => ask(hub, { max_age: '99999999999' }) },
  { check: 'request.locales', what: 'no tags', run: (hub) => ask(hub, { ui_locales: 'sv <script>' }) },
  { check: 'request.claims', what: 'no JSON', run: (hub) => ask(hub, { claims: '{' }) },
  { check: 'request.claims', what: 'a list', run: (hub) => ask(hub, { claims: '{"id_token":[]}' }) },
  { check: 'request.claims', what: 'a claim as text', run: (hub) => ask(hub, { claims: '{"id_token":{"name":"x"}}' }) },
  {
    check: 'request.essentialAcr',
    what: 'unknown values alone',
    run: (hub) => ask(hub, { claims: '{"id_token":{"acr":{"essential":true,"values":["gold"]}}}' }),
  },
  { check: 'request.hint', what: 'no ID token', run: (hub) => ask(hub, { id_token_hint: 'a.b.c' }) },
  {
    check: 'request.hint',
    what: 'of another application',
    run: async (hub) => ask(hub, { id_token_hint: String((await new OidcClient(hub, 'other').login()).id_token) }),
  },
  {
    check: 'request.hint',
    what: 'an access token',
    run: async (hub) => ask(hub, { id_token_hint: String((await new OidcClient(hub, 'ehr').login()).access_token) }),
  },
  {
    check: 'request.onBehalfOf',
    what: 'an organisation of somebody else’s record',
    run: (hub) => ask(hub, { on_behalf_of: '200000007' }),
  },
  ...['test_pid', 'test_security_level', 'test_hpr_number'].map((name) => ({
    check: 'request.testPerson',
    what: name,
    run: (hub: OidcHub) => ask(hub, { [name]: '4' }),
  })),
  {
    check: 'request.oneSubject',
    what: 'Anna’s hint beside a wish for Bo',
    run: async (hub) => {
      const hint = String((await new OidcClient(hub, id).login()).id_token);
      return ask(hub, { id_token_hint: hint, claims: '{"id_token":{"sub":{"value":"bo"}}}' });
    },
  },
];
