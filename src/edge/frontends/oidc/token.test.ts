// The token endpoint: what each grant answers, and what counts once.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Answer, claimsOf, headerOf, OidcClient, sha256 } from '../../../../test/fakes/oidc-client.ts';
import { issuerUrl, journalAudience, keyOf, labAudience, OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { minute } from '../../../../test/fakes/ward.ts';
import { tokenHash } from '../../../base/ids.ts';

describe('client_credentials', () => {
  test('a token for the API, bound to the key, by one commit and no read', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'machine');
    const answer = await client.machine({ scope: undefined });
    assert.equal(answer.status, 200);
    assert.equal(answer.token_type, 'DPoP');
    assert.equal(answer.expires_in, 600);
    assert.equal(answer.scope, 'journal/read journal/write');
    assert.equal(answer.refresh_token, undefined);
    assert.equal(answer.id_token, undefined);
    assert.match(String(answer.headers['dpop-nonce']), /\./);
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal(headerOf(answer.access_token).typ, 'at+jwt');
    const claims = claimsOf(answer.access_token);
    assert.equal(claims.iss, issuerUrl);
    assert.equal(claims.sub, 'machine');
    assert.equal(claims.client_id, 'machine');
    assert.equal(claims.aud, journalAudience);
    assert.deepEqual(claims.cnf, { jkt: client.jkt });
    assert.deepEqual([hub.store.commits, hub.store.readsDone], [1, 0]);
    assert.deepEqual(hub.audited(), ['ticket.issued']);
    assert.equal(hub.store.grants.size, 0);
  });

  test('the audience follows the scope, or resource', async () => {
    const client = new OidcClient(new OidcHub(), 'ehr');
    assert.equal(claimsOf((await client.machine({ scope: 'lab/order' })).access_token).aud, labAudience);
    const asked = await client.machine({ scope: undefined, resource: labAudience });
    assert.equal(claimsOf(asked.access_token).aud, labAudience);
    assert.equal(asked.scope, 'lab/order');
  });

  test('basic: a secret by header or body, Bearer without a proof, DPoP with one', async () => {
    const hub = new OidcHub();
    for (const id of ['legacy', 'post']) {
      const client = new OidcClient(hub, id);
      const bearer = await client.machine();
      assert.equal(bearer.token_type, 'Bearer');
      assert.equal(claimsOf(bearer.access_token).cnf, undefined);
      const bound = await client.machine({}, { dpop: client.proof('token') });
      assert.equal(bound.token_type, 'DPoP');
    }
  });

  test('basic: the endpoint as audience too; fapi2: a leeway of 10 s', async () => {
    const hub = new OidcHub();
    const portal = new OidcClient(hub, 'portal');
    const byEndpoint = portal.assertion({ aud: `${issuerUrl}/token` });
    assert.equal((await portal.machine({ client_assertion: byEndpoint })).status, 200);
    const ehr = new OidcClient(hub, 'ehr');
    const ahead = ehr.assertion({ iat: ehr.seconds + 10, nbf: ehr.seconds + 10 });
    assert.equal((await ehr.machine({ client_assertion: ahead })).status, 200);
  });

  test('no challenge but to who tried Basic; the description and the reference are there', async () => {
    const hub = new OidcHub();
    const wrong = await new OidcClient(hub, 'legacy').machine({}, { authorization: 'Basic bGVnYWN5Ong=' });
    assert.equal(wrong.status, 401);
    assert.match(String(wrong.headers['www-authenticate']), /^Basic /);
    assert.equal(wrong.error, 'invalid_client');
    assert.match(String(wrong.error_description), /secret/);
    assert.equal(wrong.reference, hub.store.audit.at(-1)?.reference);
    const none = await new OidcClient(hub, 'ehr').machine({ client_assertion: 'x' });
    assert.equal(none.status, 401);
    assert.equal(none.headers['www-authenticate'], undefined);
  });

  test('keys from a registered jwks_uri, fetched once, and again for an unknown kid', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'remote');
    hub.jwks = Buffer.from(JSON.stringify({ keys: [{ ...client.key.publicJwk, kid: client.key.kid }] }));
    assert.equal((await client.machine()).status, 200);
    assert.equal((await client.machine()).status, 200);
    assert.deepEqual(hub.fetched, ['https://remote.example/jwks']);
    const next = keyOf('remote next');
    hub.jwks = Buffer.from(JSON.stringify({ keys: [{ ...next.publicJwk, kid: next.kid }] }));
    assert.equal((await client.machine({ client_assertion: client.assertion({}, {}, next) })).status, 401);
    hub.now += minute;
    assert.equal((await client.machine({ client_assertion: client.assertion({}, {}, next) })).status, 200);
    hub.jwks = undefined;
    hub.now += 11 * minute;
    assert.equal((await client.machine({ client_assertion: client.assertion({}, {}, next) })).status, 200);
  });
});

describe('DPoP nonce', () => {
  test('the answer that asks for one burns nothing and is no failure in the trail', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const assertion = client.assertion();
    const first = await client.machine(
      { client_assertion: assertion },
      { dpop: client.proof('token', { claims: { nonce: undefined } }) },
    );
    assert.equal(first.status, 400);
    assert.equal(first.error, 'use_dpop_nonce');
    const nonce = String(first.headers['dpop-nonce']);
    assert.deepEqual([hub.store.commits, hub.store.audit.length], [0, 0]);
    const again = client.proof('token', { claims: { nonce } });
    assert.equal((await client.machine({ client_assertion: assertion }, { dpop: again })).status, 200);
  });

  test('a nonce is good for five minutes', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const nonce = hub.nonce();
    hub.now += 5 * minute;
    const fresh = client.proof('token', { claims: { nonce } });
    assert.equal((await client.machine({}, { dpop: fresh })).status, 200);
    hub.now += minute;
    const stale = client.proof('token', { claims: { nonce } });
    assert.equal((await client.machine({}, { dpop: stale })).error, 'use_dpop_nonce');
  });
});

describe('single use', () => {
  const two = async (hub: OidcHub, ask: () => Promise<Answer>) => {
    const answers = await Promise.all([ask(), ask(), ask(), ask()]);
    const good = answers.filter(({ status }) => status === 200);
    return { good: good.length, bad: answers.find(({ status }) => status !== 200), kinds: hub.audited() };
  };

  test('an assertion, also when it comes four times at once', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const assertion = client.assertion();
    const { good, bad, kinds } = await two(hub, () => client.machine({ client_assertion: assertion }));
    assert.equal(good, 1);
    assert.equal(bad?.error, 'invalid_client');
    assert.equal(kinds.filter((kind) => kind.startsWith('ticket.replayed')).length, 3);
  });

  test('a proof, also with another endpoint’s assertion', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const dpop = client.proof('token');
    const { good, bad } = await two(hub, () => client.machine({}, { dpop }));
    assert.equal(good, 1);
    assert.equal(bad?.error, 'invalid_dpop_proof');
  });

  test('a code: one of four gets tokens, the grant is revoked, and the trail says so', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const code = await client.code();
    const { good, bad, kinds } = await two(hub, () => client.redeem(code));
    assert.equal(good, 1);
    assert.equal(bad?.error, 'invalid_grant');
    assert.ok(kinds.some((kind) => kind.startsWith('ticket.replayed')));
    const [grant] = [...hub.store.grants.values()];
    assert.equal(grant?.by, 'replay');
  });

  test('a whole redemption seen on its way and sent again at once takes nothing down: who repeats it proved nothing', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const code = await client.code();
    const [assertion, dpop] = [client.assertion(), client.proof('token')];
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => client.redeem(code, { client_assertion: assertion }, { dpop })),
    );
    const [tokens, ...more] = answers.filter(({ status }) => status === 200);
    assert.equal(more.length, 0);
    assert.equal((await client.refresh(tokens?.refresh_token)).status, 200);
  });

  test('a code that comes again later revokes the grant, so its refresh token is dead', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const code = await client.code();
    const tokens = await client.redeem(code);
    hub.now += 59_000;
    assert.equal((await client.redeem(code)).error, 'invalid_grant');
    assert.equal((await client.refresh(tokens.refresh_token)).error, 'invalid_grant');
    assert.equal((await client.userinfo(tokens.access_token)).status, 401);
    assert.ok(hub.audited().includes('ticket.replayed code.unused'));
  });

  test('a stranger with the code cannot have the grant revoked', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const code = await client.code();
    const tokens = await client.redeem(code);
    await new OidcClient(hub, 'other').redeem(code, { redirect_uri: client.redirectUri });
    assert.equal((await client.refresh(tokens.refresh_token)).status, 200);
  });
});

describe('authorization_code', () => {
  test('access, ID and refresh token; grant saved with them', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const answer = await client.login();
    const access = claimsOf(answer.access_token);
    const id = claimsOf(answer.id_token);
    assert.equal(headerOf(answer.access_token).typ, 'at+jwt');
    for (const claims of [access, id]) {
      assert.equal(claims.iss, issuerUrl);
      assert.equal(claims.sub, 'anna');
      assert.equal(claims.sid, 's1');
      assert.equal(claims.acr, 'urn:tillit:loa:high');
      assert.deepEqual(claims.amr, ['sc', 'pin']);
      assert.equal(claims.auth_time, client.seconds);
    }
    assert.deepEqual([id.name, access.name], ['anna Example', undefined]);
    assert.deepEqual(access.cnf, { jkt: client.jkt });
    assert.equal(access.aud, journalAudience);
    assert.equal(id.aud, 'ehr');
    assert.equal(id.nonce, 'nonce-1');
    const left = Buffer.from(sha256(String(answer.access_token)), 'base64url').subarray(0, 16);
    assert.equal(id.at_hash, left.toString('base64url'));
    const refresh = hub.store.refresh.get(tokenHash(String(answer.refresh_token)));
    assert.equal(refresh?.grantId, access.grant_id);
    assert.equal(hub.store.grants.get(String(access.grant_id))?.grant.dpopJkt, client.jkt);
    assert.deepEqual(hub.audited(), ['ticket.pushed', 'ticket.authorized', 'ticket.issued']);
    assert.equal(hub.store.audit.at(-1)?.reference, 'AAAA-0001');
  });

  test('no refresh token without the grant, no ID token without openid, the ID token as registered', async () => {
    const hub = new OidcHub();
    assert.equal((await new OidcClient(hub, 'person').login()).refresh_token, undefined);
    assert.equal((await new OidcClient(hub, 'ehr').login({ scope: 'journal/read' })).id_token, undefined);
    assert.equal(headerOf((await new OidcClient(hub, 'portal').login()).id_token).alg, 'RS256');
  });

  test('a ticket never outlives the session', async () => {
    const hub = new OidcHub();
    hub.store.sessions.set('s1', { ...hub.session, absoluteUntil: hub.now + 100_000 });
    assert.equal((await new OidcClient(hub, 'ehr').login()).expires_in, 100);
  });

  test('claims asked for userinfo alone stay out of the ID token', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const answer = await client.login({
      scope: 'openid journal/read',
      claims: '{"userinfo":{"family_name":null},"id_token":{"given_name":null}}',
    });
    const id = claimsOf(answer.id_token);
    assert.deepEqual([id.given_name, id.family_name], ['anna', undefined]);
    const info = await client.userinfo(answer.access_token);
    assert.deepEqual([info.given_name, info.family_name], [undefined, 'Example']);
  });

  test('a wish for userinfo takes no claim of the login out of the ID token', async () => {
    const client = new OidcClient(new OidcHub(), 'ehr');
    const plain = claimsOf((await client.login()).id_token);
    const names = ['sub', 'acr', 'amr', 'auth_time', 'sid', 'decision', 'at_hash', 'assignment_id', 'organisation_id'];
    const userinfo = Object.fromEntries(names.map((name) => [name, null]));
    const bent = claimsOf((await client.login({ claims: JSON.stringify({ userinfo }) })).id_token);
    assert.deepEqual(Object.keys(bent).sort(), Object.keys(plain).sort());
    assert.ok(['acr', 'amr', 'auth_time', 'sid', 'decision'].every((name) => bent[name] !== undefined));
  });
});
