// The traps that clients of HelseID set a server, by number, over HTTP: lives of an attest, audiences, discovery, switches (8 to 12).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Issuer } from 'openid-client-5';
import { attestDetail } from '../fakes/context-hub.ts';
import type { WireAnswer, WireClient } from '../fakes/helseid-wire.ts';
import { ticketOf, type WireHub, wireHub } from '../fakes/helseid-wire-hub.ts';

let wire: WireHub;
let client: WireClient;
before(async () => {
  wire = await wireHub();
  client = await wire.client('single', {
    scopes: ['openid', 'profile', 'offline_access', 'journal/read', 'lab/order'],
  });
});
after(() => wire.close());

const error = ({ status, body }: WireAnswer) => [status, body.error];
const purposeIn = (answer: WireAnswer): unknown => {
  const details = ticketOf(answer).authorization_details as Record<
    string,
    Record<string, Record<string, { code: string }>>
  >;
  return details?.['nhn:tillitsrammeverk']?.care_relationship?.purpose_of_use?.code;
};
const attestFor = (code: string) =>
  attestDetail({ care: { purpose_of_use: { code, system: 'urn:oid:2.16.840.1.113883.1.11.20448' } } });

describe('trap 8: how long an attest lasts', () => {
  test('of the signed request: in every ticket of the grant', async () => {
    const request = await client.requestObject({ authorization_details: attestFor('TREAT') });
    const first = await client.login({ request });
    const next = await client.refresh(first);
    assert.deepEqual(
      [purposeIn(first), purposeIn(next), purposeIn(await client.refresh(next))],
      ['TREAT', 'TREAT', 'TREAT'],
    );
  });

  test('of the assertion: in that one ticket alone, at the code and at a refresh', async () => {
    const first = await client.login({}, await client.saying(attestFor('TREAT')));
    const second = await client.refresh(first);
    const third = await client.refresh(second, await client.saying(attestFor('ETREAT')));
    const fourth = await client.refresh(third);
    assert.deepEqual([first, second, third, fourth].map(purposeIn), ['TREAT', undefined, 'ETREAT', undefined]);
  });

  test('both: access_denied, HID-DOUBLE-STRUCTURE, at the code and at a refresh; the grant stands', async () => {
    const request = await client.requestObject({ authorization_details: attestFor('TREAT') });
    const both = await client.login({ request }, await client.saying(attestFor('ETREAT')));
    assert.deepEqual(error(both), [400, 'access_denied']);
    assert.match(String(both.body.error_description), /^HID-DOUBLE-STRUCTURE/);
    const again = await client.login({
      request: await client.requestObject({ authorization_details: attestFor('TREAT') }),
    });
    const refused = await client.refresh(again, await client.saying(attestFor('ETREAT')));
    assert.match(String(refused.body.error_description), /^HID-DOUBLE-STRUCTURE/);
    assert.equal(purposeIn(await client.refresh(again)), 'TREAT');
  });

  test('and it may come in a signed request or an assertion alone, never as a plain parameter', async () => {
    const authorization_details = JSON.stringify([attestFor('TREAT')]);
    assert.equal((await client.push({ authorization_details })).status, 400);
    assert.equal((await client.machine({ authorization_details })).status, 400);
  });
});

describe('trap 9: one audience a ticket', () => {
  test('resource chooses among the APIs that were granted, at the code and at each refresh', async () => {
    const [journal, lab] = ['https://journal.example', 'https://lab.example'];
    const form = { scope: 'openid offline_access journal/read lab/order', resource: [journal, lab] };
    const first = await client.login(form, { resource: journal });
    const second = await client.refresh(first, { resource: lab });
    const third = await client.refresh(second, { resource: journal });
    const [a, b, c] = [ticketOf(first), ticketOf(second), ticketOf(third)];
    assert.deepEqual([a.aud, b.aud, c.aud], [journal, lab, journal]);
    assert.ok(!(a.scope as string[]).includes('lab/order') && !(b.scope as string[]).includes('journal/read'));
    assert.deepEqual(error(await client.refresh(third, { resource: 'https://nowhere.example' })), [
      400,
      'invalid_target',
    ]);
  });

  test('and no API that the request did not name', async () => {
    const one = await client.login({ resource: 'https://journal.example' });
    assert.deepEqual(error(await client.refresh(one, { resource: 'https://lab.example' })), [400, 'invalid_target']);
  });
});

describe('trap 10: discovery, at an issuer with a path', () => {
  test('what nimbus demands is there and of its type; the issuer has no slash at its end', async () => {
    const document = client.metadata as Readonly<Record<string, unknown>>;
    assert.equal(document.issuer, wire.issuer);
    assert.doesNotMatch(wire.issuer, /\/$/);
    for (const name of ['jwks_uri', 'authorization_endpoint', 'token_endpoint', 'userinfo_endpoint'])
      assert.ok(URL.canParse(String(document[name])), name);
    const lists = Object.entries(document).filter(
      ([name]) => /_supported$/.test(name) && !/parameter|logout/.test(name),
    );
    for (const [name, value] of lists)
      assert.ok(Array.isArray(value) && value.every((one) => typeof one === 'string'), name);
    assert.ok(lists.some(([name]) => name === 'subject_types_supported'));
    const flags = Object.entries(document).filter(([name]) =>
      /parameter_supported$|logout\w*_supported$|^require_/.test(name),
    );
    assert.ok(flags.length >= 6);
    for (const [name, value] of flags) assert.equal(typeof value, 'boolean', name);
    assert.equal((await Issuer.discover(wire.issuer)).metadata.issuer, wire.issuer);
  });

  test('its paths are those of HelseID, for clients that have them written down', () => {
    const below = Object.entries(client.metadata).flatMap(([name, url]) =>
      String(url).startsWith(`${wire.issuer}/`) ? [[name, String(url).slice(wire.issuer.length)]] : [],
    );
    assert.deepEqual(Object.fromEntries(below), {
      authorization_endpoint: '/connect/authorize',
      token_endpoint: '/connect/token',
      pushed_authorization_request_endpoint: '/connect/par',
      userinfo_endpoint: '/connect/userinfo',
      introspection_endpoint: '/connect/introspect',
      revocation_endpoint: '/connect/revocation',
      end_session_endpoint: '/connect/endsession',
      jwks_uri: '/.well-known/openid-configuration/jwks',
      check_session_iframe: '/connect/checksession',
      expired_jwks_uri: '/connect/expiredjwks',
      available_idps: '/connect/availableidps',
    });
  });

  test('every page that it names answers below the path, and nowhere above it', async () => {
    const pages = Object.entries(client.metadata).filter(([name]) =>
      /_endpoint$|_uri$|_iframe$|^available_idps$/.test(name),
    );
    assert.ok(pages.length >= 11);
    const seen: Record<string, number> = {};
    for (const [name, url] of pages) {
      assert.ok(url.startsWith(`${wire.issuer}/`), name);
      const reads =
        /jwks_uri|iframe|idps|authorization_endpoint$|userinfo|end_session/.test(name) && !/pushed|device/.test(name);
      const status = async (at: string) =>
        (await fetch(at, { method: reads ? 'GET' : 'POST', redirect: 'manual' })).status;
      seen[name] = await status(url);
      assert.equal(await status(url.replace('/4f0c1b/sts', '')), 404, name);
    }
    assert.deepEqual(seen, {
      authorization_endpoint: 400,
      token_endpoint: 400,
      pushed_authorization_request_endpoint: 400,
      userinfo_endpoint: 401,
      introspection_endpoint: 400,
      revocation_endpoint: 400,
      end_session_endpoint: 303,
      jwks_uri: 200,
      check_session_iframe: 200,
      expired_jwks_uri: 200,
      available_idps: 200,
    });
  });
});

describe('trap 11: switches by client', () => {
  test('PAR is optional at the issuer and needed by the client whose record says so', async () => {
    const plain = await wire.client('plain', { requirePushedRequest: false });
    const strict = await wire.client('strict', { requirePushedRequest: true });
    assert.equal((await documentOf(plain)).require_pushed_authorization_requests, false);
    const back = await plain.browse(plain.loginForm());
    assert.ok(new URL(back.location ?? '').searchParams.get('code'), back.page);
    const refused = await strict.browse(strict.loginForm());
    assert.equal(new URL(refused.location ?? '').searchParams.get('error'), 'invalid_request');
  });

  test('a client may be let off DPoP; one that sends a proof gets a bound ticket all the same', async () => {
    const bearer = await wire.client('bearer', { requireBoundTokens: false });
    const form = { grant_type: 'client_credentials' };
    assert.equal((await bearer.post('token', form)).body.token_type, 'Bearer');
    assert.equal((await bearer.machine()).body.token_type, 'DPoP');
    assert.deepEqual(error(await client.post('token', form)), [400, 'invalid_dpop_proof']);
  });

  test('userinfo takes Bearer and DPoP, each token as it is bound', async () => {
    const bearer = await wire.client('bearer', { requireBoundTokens: false });
    const loose = await bearer.post('token', await bearer.code());
    const bound = await client.login();
    assert.equal((await bearer.userinfo(loose.body.access_token, 'Bearer')).status, 200);
    assert.equal((await client.userinfo(bound.body.access_token, 'DPoP')).status, 200);
    assert.equal((await client.userinfo(bound.body.access_token, 'Bearer')).status, 401);
  });
});

const documentOf = async (of: WireClient) =>
  (await (await fetch(`${of.issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;

describe('trap 12: what is wrong with the request itself is told to the person, not to a redirect URI', () => {
  const wrong = [
    ['a client that nobody knows', { client_id: 'nobody-knows' }],
    ['a redirect URI that is not registered', { redirect_uri: 'https://evil.example/cb' }],
    ['no redirect URI', { redirect_uri: undefined }],
    [
      'a request URI that is not ours',
      { request_uri: 'urn:ietf:params:oauth:request_uri:nothing', redirect_uri: undefined },
    ],
  ] as const;
  for (const [what, change] of wrong) {
    test(what, async () => {
      const plain = await wire.client('plain', { requirePushedRequest: false });
      const back = await plain.browse({ ...plain.loginForm(), ...change });
      assert.deepEqual([back.status, back.location], [400, undefined]);
    });
  }

  test('any other fault goes back to the application, with state and iss', async () => {
    const plain = await wire.client('plain', { requirePushedRequest: false });
    const back = await plain.browse(plain.loginForm({ scope: 'openid nobodys/scope' }));
    const answer = new URL(back.location ?? '').searchParams;
    assert.deepEqual(
      [answer.get('error'), answer.get('state'), answer.get('iss')],
      ['invalid_scope', 'state-1', wire.issuer],
    );
  });
});
