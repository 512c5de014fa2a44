// The traps that clients and APIs of HelseID set a server, by number, over HTTP: proofs and assertions, tickets, answers (1 to 7).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { attestDetail, journalDetail, organisationDetail, unitDetail } from '../fakes/context-hub.ts';
import { identityScopes } from '../fakes/helseid-hub.ts';
import type { WireAnswer, WireClient } from '../fakes/helseid-wire.ts';
import { ticketOf, type WireHub, wireHub } from '../fakes/helseid-wire-hub.ts';

let wire: WireHub;
let client: WireClient;
before(async () => {
  wire = await wireHub();
  client = await wire.client('single');
});
after(() => wire.close());

const error = ({ status, body }: WireAnswer) => [status, body.error];
const failures = () => wire.hub.audited().filter((kind) => /refused|replayed|failed/.test(kind));

describe('trap 1: the first DPoP request of a client is answered with a nonce (RFC 9449 8)', () => {
  /** Asks with a first proof, checks the answer, and answers its nonce. */
  async function nonceOf(form: Record<string, string>, nonce?: string): Promise<string> {
    const dpop = await client.proof(client.url('token'), { nonce });
    const answer = await client.post('token', form, { dpop });
    assert.deepEqual(error(answer), [400, 'use_dpop_nonce']);
    assert.ok(answer.headers.get('dpop-nonce'));
    assert.equal(answer.body.error_description === undefined, false);
    return answer.headers.get('dpop-nonce') ?? '';
  }
  const grants: readonly (readonly [string, () => Promise<Record<string, string>>])[] = [
    ['a code', async () => (await client.code()) as Record<string, string>],
    [
      'a refresh token',
      async () => ({
        grant_type: 'refresh_token',
        refresh_token: String((await client.login()).body.refresh_token),
      }),
    ],
    ['a machine', async () => ({ grant_type: 'client_credentials' })],
  ];
  for (const [what, formOf] of grants) {
    for (const [how, nonce] of [
      ['without a nonce', undefined],
      ['with an empty one', ''],
      ['with one of somebody else', 'made-up'],
    ] as const) {
      test(`${what}, ${how}: 400, and neither it nor the assertion is used up`, async () => {
        const form = { ...(await formOf()), client_assertion: await client.assertion() };
        const before = failures();
        const given = await nonceOf(form, nonce);
        assert.deepEqual(failures(), before, 'a nonce answer is no failure in the trail');
        const answer = await client.token(form, given);
        assert.deepEqual([answer.status, answer.body.token_type], [200, 'DPoP']);
        assert.deepEqual(ticketOf(answer).cnf, { jkt: await client.thumbprint });
        assert.ok(answer.headers.get('dpop-nonce'), 'the next nonce comes with the tickets');
        assert.match(
          String((await client.token(form, given)).body.error),
          /^invalid_(grant|client)$/,
          'both count once',
        );
      });
    }
  }
});

describe('trap 2: client assertions as they are in the field', () => {
  const now = () => client.seconds;
  const taken: readonly (readonly [string, () => Promise<string>])[] = [
    ['iat as a text of digits', () => client.assertion({ iat: String(now()) })],
    ['iat, nbf and exp as texts', () => client.assertion(asTexts({ iat: now(), nbf: now(), exp: now() + 30 }))],
    ['typ client-authentication+jwt', () => client.assertion()],
    ['typ JWT', () => client.assertion({}, { typ: 'JWT' })],
    ['no typ', () => client.assertion({}, { typ: undefined })],
    ['aud with a slash at its end', () => client.assertion({ aud: `${wire.issuer}/` })],
    ['aud the token endpoint', () => client.assertion({ aud: client.url('token') })],
    ['aud a list', () => client.assertion({ aud: [wire.issuer, client.url('token')] })],
    ['no kid', () => client.assertion({}, { kid: undefined })],
    ['no nbf', () => client.assertion({ nbf: undefined })],
    ['five seconds long, of a clock five seconds ahead', () => timed(5, 5)],
    ['five seconds long, of a clock five seconds behind', () => timed(-5, 5)],
  ];
  const asTexts = (claims: Record<string, number>) =>
    Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, String(value)]));
  const timed = (offset: number, seconds: number) =>
    client.assertion({ iat: now() + offset, nbf: now() + offset, exp: now() + offset + seconds });

  for (const [what, assertion] of taken) {
    test(`${what} is taken`, async () => {
      const answer = await client.machine({ client_assertion: await assertion() });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
    });
  }

  test('aud the PAR endpoint is taken there', async () => {
    const aud = client.url('pushed_authorization_request');
    assert.equal((await client.push({ client_assertion: await client.assertion({ aud }) })).status, 201);
  });

  const refused: readonly (readonly [string, () => Promise<string>])[] = [
    ['a list with a foreign URL in it', () => client.assertion({ aud: [wire.issuer, 'https://evil.example'] })],
    ['iat as a text of other things', () => client.assertion({ iat: 'yesterday' })],
    ['of an access token’s type', () => client.assertion({}, { typ: 'at+jwt' })],
    ['long over', () => timed(-60, 30)],
  ];
  for (const [what, assertion] of refused) {
    test(`${what} is not`, async () => {
      const answer = await client.machine({ client_assertion: await assertion() });
      assert.deepEqual(error(answer), [401, 'invalid_client']);
    });
  }
});

describe('trap 3: tickets that APIs and clients can read', () => {
  test('JWKS: each key has kid, alg and use; `jose` verifies every ticket by them', async () => {
    const { keys } = (await (await fetch(client.url('jwks_uri'))).json()) as { keys: Record<string, string>[] };
    for (const key of keys) assert.ok(key.kid && key.alg && key.use === 'sig');
    const { body } = await client.login();
    const set = createRemoteJWKSet(new URL(client.url('jwks_uri')));
    const { issuer } = wire;
    await jwtVerify(String(body.access_token), set, { issuer, audience: 'https://journal.example', typ: 'at+jwt' });
    await jwtVerify(String(body.id_token), set, { issuer, audience: 'single', algorithms: ['RS256'] });
  });

  test('scope is a list in the access token; both tickets are RS256; the type is at+jwt', async () => {
    const answer = await client.login();
    assert.deepEqual(ticketOf(answer).scope, ['openid', 'profile', 'offline_access', 'journal/read']);
    assert.equal(typeof answer.body.scope, 'string');
    const { alg, typ } = decodeProtectedHeader(String(answer.body.access_token));
    assert.deepEqual([alg, typ], ['RS256', 'at+jwt']);
    assert.equal(decodeProtectedHeader(String(answer.body.id_token)).alg, 'RS256');
  });

  test('or of type JWT and another algorithm, as its API reads it, and userinfo takes it still', async () => {
    wire.hub.changeApi('journal', { accessTokenType: 'JWT', accessTokenAlgorithm: 'PS256' });
    const answer = await client.login();
    const { alg, typ } = decodeProtectedHeader(String(answer.body.access_token));
    assert.deepEqual([alg, typ], ['PS256', 'JWT']);
    assert.equal((await client.userinfo(answer.body.access_token)).status, 200);
    wire.hub.changeApi('journal', { accessTokenType: undefined, accessTokenAlgorithm: undefined });
  });
});

describe('trap 4: what a refresh answers', () => {
  test('a new ID token of the same person, a new access token, a new refresh token, and how long it has left', async () => {
    const first = await client.login();
    const next = await client.refresh(first);
    assert.equal(next.status, 200);
    const [before, now] = [ticketOf(first, 'id_token'), ticketOf(next, 'id_token')];
    assert.deepEqual([now.iss, now.sub, now.auth_time], [before.iss, before.sub, before.auth_time]);
    assert.notEqual(next.body.access_token, first.body.access_token);
    assert.notEqual(next.body.refresh_token, first.body.refresh_token);
    for (const { body } of [first, next])
      assert.ok(Number.isInteger(body.rt_expires_in) && Number(body.rt_expires_in) > 0);
    assert.ok(Number(next.body.expires_in) > 0);
  });

  test('one-time unless the client’s record says reusable', async () => {
    const reusable = await wire.client('reusing', { refreshUse: 'reusable' });
    const first = await reusable.login();
    for (const _ of [1, 2, 3])
      assert.equal((await reusable.refresh(first)).body.refresh_token, first.body.refresh_token);
    const once = await client.login();
    const two = await client.refresh(once);
    assert.equal(two.status, 200);
    // A minute later: until then an answer may have been lost on its way.
    for (const token of wire.hub.store.refresh.values()) if (token.supersededAt) token.supersededAt -= 61_000;
    assert.deepEqual(error(await client.refresh(once)), [400, 'invalid_grant']);
    assert.deepEqual(error(await client.refresh(two)), [400, 'invalid_grant'], 'and the whole grant is gone');
  });

  test('rejected_scope names what the represented organisation has not accepted', async () => {
    const multi = await wire.client('multi');
    wire.hub.changeApi('journal', { requiresTerms: true });
    const login = await multi.login({ scope: 'openid offline_access journal/read' });
    const asks = async (parent: string, child: string) =>
      (await multi.refresh(login, await multi.saying(organisationDetail(`NO:ORGNR:${parent}:${child}`)))).body;
    const accepted = await asks('200000007', '200000015');
    const not = await asks('200000023', '200000031');
    wire.hub.changeApi('journal', { requiresTerms: undefined });
    assert.deepEqual([accepted.scope, accepted.rejected_scope], ['openid offline_access journal/read', undefined]);
    assert.deepEqual([not.scope, not.rejected_scope], ['openid offline_access', 'journal/read']);
  });
});

describe('trap 5: the authorization response and the ID token', () => {
  test('code, state, iss and session_state; sid, nonce, auth_time, at_hash, amr and idp', async () => {
    const back = await client.authorize();
    assert.deepEqual([...back.keys()].sort(), ['code', 'iss', 'session_state', 'state']);
    assert.deepEqual([back.get('state'), back.get('iss')], ['state-1', wire.issuer]);
    const claims = ticketOf(await client.login(), 'id_token');
    assert.equal(claims.nonce, 'nonce-1');
    assert.ok(Array.isArray(claims.amr) && Number.isInteger(claims.auth_time));
    for (const name of ['sid', 'at_hash', 'idp']) assert.equal(typeof claims[name], 'string', name);
  });
});

describe('trap 6: details as an object or as a list', () => {
  const both = [unitDetail('200000015'), [unitDetail('200000015')], [unitDetail('200000015'), journalDetail]];
  test('in the assertion under either name, and in the signed request', async () => {
    for (const details of both) {
      for (const name of ['assertion_details', 'authorization_details']) {
        const answer = await client.machine(await client.saying(details, name));
        assert.equal(
          ticketOf(answer)['helseid://claims/client/claims/orgnr_child'],
          '200000015',
          JSON.stringify(details),
        );
      }
      const request = await client.requestObject({ authorization_details: details });
      const login = await client.login({ request });
      assert.equal(ticketOf(login)['helseid://claims/client/claims/orgnr_child'], '200000015');
    }
  });

  test('both names at once are refused, and a type that nobody knows is HID-1007', async () => {
    const twice = { assertion_details: journalDetail, authorization_details: journalDetail };
    const answer = await client.machine({ client_assertion: await client.assertion(twice) });
    assert.equal(answer.status, 400);
    const unknown = await client.machine(await client.saying({ type: 'nhn:unknown' }));
    assert.match(String(unknown.body.error_description), /^HID-1007/);
  });
});

describe('trap 7: whose claims are where, and a machine’s scopes', () => {
  const scope = ['openid', 'profile', 'journal/read', ...identityScopes].join(' ');
  const pid = 'helseid://claims/identity/pid';

  test('claims of the access token are the API’s choice, those of the ID token follow the scopes', async () => {
    const silent = await client.login({ scope });
    wire.hub.changeApi('journal', { claims: [pid] });
    const told = await client.login({ scope: 'openid journal/read' });
    wire.hub.changeApi('journal', { claims: [] });
    assert.deepEqual([ticketOf(silent)[pid], ticketOf(silent, 'id_token')[pid]], [undefined, '01019012345']);
    assert.deepEqual([ticketOf(told)[pid], ticketOf(told, 'id_token')[pid]], ['01019012345', undefined]);
  });

  test('identity scopes are no machine’s; without a scope it gets every one that it may have', async () => {
    for (const wrong of ['openid', 'profile', 'offline_access', ...identityScopes]) {
      assert.deepEqual(error(await client.machine({ scope: wrong })), [400, 'invalid_scope'], wrong);
    }
    const all = await client.machine();
    assert.equal(all.body.scope, 'journal/read journal/write');
  });
});

test('an attest at the code, as a client that logs its person in first sends it', async () => {
  const answer = await client.login({}, await client.saying(attestDetail()));
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
});
