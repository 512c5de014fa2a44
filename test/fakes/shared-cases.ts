// Bad forms, clients and proofs: the same at every endpoint that a client calls directly.
import { randomUUID } from 'node:crypto';
import type { CheckCase } from './check-cases.ts';
import { OidcClient } from './oidc-client.ts';
import { issuerUrl, keyOf, type OidcHub } from './oidc-hub.ts';

/** A request that would be right, by this client, with parts bent. */
export type Ask = (
  hub: OidcHub,
  bent: {
    readonly client?: string;
    readonly form?: Record<string, string | readonly string[] | undefined>;
    readonly headers?: Record<string, string | readonly string[] | undefined>;
    readonly body?: string;
    readonly contentType?: string;
  },
) => Promise<unknown>;

export const formCases = (ask: Ask): readonly CheckCase[] => [
  { check: 'form.contentType', what: 'JSON', run: (hub) => ask(hub, { contentType: 'application/json' }) },
  { check: 'form.contentType', what: 'no content type', run: (hub) => ask(hub, { contentType: '' }) },
  {
    check: 'form.contentType',
    what: 'a multipart form',
    run: (hub) => ask(hub, { contentType: 'multipart/form-data; boundary=x' }),
  },
  { check: 'form.wellFormed', what: 'a broken escape', run: (hub) => ask(hub, { body: 'grant_type=%zz' }) },
  { check: 'form.wellFormed', what: 'UTF-8 cut short', run: (hub) => ask(hub, { body: 'client_id=%e2%82' }) },
  { check: 'form.wellFormed', what: 'a NUL', run: (hub) => ask(hub, { body: 'client_id=a%00b' }) },
  { check: 'form.wellFormed', what: '__proto__', run: (hub) => ask(hub, { body: '__proto__=1' }) },
  {
    check: 'form.wellFormed',
    what: 'a thousand parameters',
    run: (hub) => ask(hub, { body: Array.from({ length: 1000 }, (_, i) => `p${i}=1`).join('&') }),
  },
  {
    check: 'form.duplicates',
    what: 'client_id twice',
    run: (hub) => ask(hub, { form: { client_id: ['ehr', 'other'] } }),
  },
  { check: 'form.duplicates', what: 'an unknown one twice', run: (hub) => ask(hub, { form: { x: ['1', '2'] } }) },
  { check: 'form.characters', what: 'a line break', run: (hub) => ask(hub, { form: { x: 'a\r\nb' } }) },
];

const bentAssertion = (
  what: string,
  claims: Record<string, unknown> | ((client: OidcClient) => Record<string, unknown>),
  header: Record<string, string> = {},
) => ({ what, claims, header });

const assertionFaults = [
  bentAssertion('the token endpoint as audience (audience injection, O5)', { aud: `${issuerUrl}/token` }),
  bentAssertion('an array as audience', { aud: [issuerUrl] }),
  bentAssertion('another issuer as audience', { aud: 'https://evil.example' }),
  bentAssertion('no audience', { aud: undefined }),
  bentAssertion('no jti', { jti: undefined }),
  bentAssertion('no exp', { exp: undefined }),
  bentAssertion('expired', (client) => ({ iat: client.seconds - 70, exp: client.seconds - 1 })),
  bentAssertion('exp too far ahead', (client) => ({ exp: client.seconds + 3600 })),
  bentAssertion('iat 61 s ahead', (client) => ({ iat: client.seconds + 61 })),
  bentAssertion('nbf 61 s ahead', (client) => ({ nbf: client.seconds + 61 })),
  bentAssertion('another iss', { iss: 'other' }),
  bentAssertion('an access token’s type', {}, { typ: 'at+jwt' }),
];

export const clientCases = (ask: Ask): readonly CheckCase[] => [
  {
    check: 'client.oneMethod',
    what: 'assertion and secret',
    run: (hub) => ask(hub, { form: { client_secret: 'x' } }),
  },
  {
    check: 'client.oneMethod',
    what: 'assertion and Basic',
    run: (hub) => ask(hub, { headers: { authorization: `Basic ${Buffer.from('ehr:x').toString('base64')}` } }),
  },
  {
    check: 'client.oneId',
    what: 'client_id of another',
    run: (hub) => ask(hub, { form: { client_id: 'other' } }),
  },
  { check: 'client.known', what: 'unknown', run: (hub) => ask(hub, { form: assertionBy(hub, 'nobody') }) },
  { check: 'client.known', what: 'of another issuer', run: (hub) => ask(hub, { form: assertionBy(hub, 'elsewhere') }) },
  { check: 'client.open', what: 'closed', run: (hub) => ask(hub, { form: assertionBy(hub, 'shut') }) },
  {
    check: 'client.registeredMethod',
    what: 'no authentication at all',
    run: (hub) => ask(hub, { form: { client_assertion: undefined, client_assertion_type: undefined } }),
  },
  {
    check: 'client.registeredMethod',
    what: 'a secret where a key is registered',
    run: (hub) => ask(hub, { form: { client_assertion: undefined, client_secret: 'x' } }),
  },
  {
    check: 'client.registeredMethod',
    what: 'the secret in the body where Basic is registered',
    run: (hub) =>
      ask(hub, {
        client: 'legacy',
        form: { client_id: 'legacy', client_secret: 'x' },
        headers: { authorization: undefined },
      }),
  },
  { check: 'client.profileMethod', what: 'a secret in fapi2', run: (hub) => ask(hub, { client: 'misfit' }) },
  {
    check: 'client.assertionType',
    what: 'SAML',
    run: (hub) =>
      ask(hub, { form: { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' } }),
  },
  {
    check: 'client.assertionType',
    what: 'absent',
    run: (hub) => ask(hub, { form: { client_assertion_type: undefined } }),
  },
  ...assertionFaults.map(({ what, claims, header }) => ({
    check: 'client.assertion',
    what,
    run: (hub: OidcHub) => {
      const client = new OidcClient(hub, 'ehr');
      const bent = typeof claims === 'function' ? claims(client) : claims;
      return ask(hub, { form: { client_assertion: client.assertion(bent, header) } });
    },
  })),
  {
    check: 'client.assertion',
    what: 'signed with another key',
    run: (hub) =>
      ask(hub, { form: { client_assertion: new OidcClient(hub, 'ehr').assertion({}, {}, keyOf('thief')) } }),
  },
  {
    check: 'client.assertion',
    what: 'RS256 in fapi2 (O4)',
    run: (hub) =>
      ask(hub, { form: { client_assertion: new OidcClient(hub, 'ehr').assertion({}, {}, keyOf('ehr', 'RS256')) } }),
  },
  {
    check: 'client.assertion',
    what: 'alg none (O4)',
    run: (hub) => {
      const [, payload] = new OidcClient(hub, 'ehr').assertion().split('.');
      const header = Buffer.from('{"alg":"none"}').toString('base64url');
      return ask(hub, { form: { client_assertion: `${header}.${payload}.AA` } });
    },
  },
  {
    check: 'client.assertion',
    what: 'cut short (O7)',
    run: (hub) => ask(hub, { form: { client_assertion: new OidcClient(hub, 'ehr').assertion().slice(0, -4) } }),
  },
  {
    check: 'client.secret',
    what: 'wrong',
    run: (hub) =>
      ask(hub, { client: 'legacy', headers: { authorization: `Basic ${Buffer.from('legacy:x').toString('base64')}` } }),
  },
];

/** The whole of another client's authentication, signed with its own key. */
function assertionBy(hub: OidcHub, id: string) {
  const client = new OidcClient(hub, id);
  return { client_id: id, client_assertion: client.assertion() };
}

/** `required` only where an endpoint cannot do without a proof. */
export function dpopCases(
  endpoint: string,
  ask: Ask,
  method = 'POST',
  token?: (hub: OidcHub) => string,
): readonly CheckCase[] {
  const bent = (what: string, change: (client: OidcClient) => Parameters<OidcClient['proof']>[1]): CheckCase => ({
    check: 'dpop.proof',
    what,
    run: (hub) => {
      const client = new OidcClient(hub, 'ehr');
      const own = { method, ...(token === undefined ? {} : { token: token(hub) }) };
      const { claims, ...more } = change(client) ?? {};
      return ask(hub, { headers: { dpop: client.proof(endpoint, { ...own, ...more, ...(claims && { claims }) }) } });
    },
  });
  return [
    bent('no nonce', () => ({ claims: { nonce: undefined } })),
    bent('an empty nonce', () => ({ claims: { nonce: '' } })),
    bent('a nonce of nobody', () => ({ claims: { nonce: 'abc' } })),
    bent('another method', () => ({ claims: { htm: 'PUT' } })),
    bent('another endpoint', () => ({ claims: { htu: `${issuerUrl}/elsewhere` } })),
    bent('another host', () => ({ claims: { htu: `https://evil.example/helse/${endpoint}` } })),
    bent('61 s old', (client) => ({ claims: { iat: client.seconds - 61 } })),
    bent('61 s ahead', (client) => ({ claims: { iat: client.seconds + 61 } })),
    bent('no jti', () => ({ claims: { jti: undefined } })),
    bent('a jti without end', () => ({ claims: { jti: 'x'.repeat(5000) } })),
    bent('RS256', () => ({ key: keyOf('ehr', 'RS256') })),
    {
      check: 'dpop.proof',
      what: 'two headers',
      run: (hub) => {
        const client = new OidcClient(hub, 'ehr');
        const own = { method, ...(token === undefined ? {} : { token: token(hub) }) };
        return ask(hub, { headers: { dpop: [client.proof(endpoint, own), client.proof(endpoint, own)] } });
      },
    },
    {
      check: 'dpop.proof',
      what: 'no JWT at all',
      run: (hub) => ask(hub, { headers: { dpop: randomUUID() } }),
    },
  ];
}
