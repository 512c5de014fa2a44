// The token endpoint: every check with a request that it alone stops, and what each grant answers.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeChecks } from '../../../../test/fakes/check-cases.ts';
import { type Answer, claimsOf, headerOf, OidcClient, sha256 } from '../../../../test/fakes/oidc-client.ts';
import {
  catalogue,
  denyRule,
  issuerUrl,
  journalAudience,
  keyOf,
  labAudience,
  OidcHub,
} from '../../../../test/fakes/oidc-hub.ts';
import { type Ask, clientCases, dpopCases, formCases } from '../../../../test/fakes/shared-cases.ts';
import { hour, minute, proof } from '../../../../test/fakes/ward.ts';
import { tokenHash } from '../../../base/ids.ts';

const machine: Ask = (hub, { client: id = 'ehr', form = {}, headers = {}, ...sent }) => {
  const client = new OidcClient(hub, id);
  return client.post(
    'token',
    { grant_type: 'client_credentials', scope: 'journal/read', ...form },
    { headers: { dpop: client.proof('token'), ...headers }, ...sent },
  );
};

describeChecks('token', [
  ...formCases(machine),
  ...clientCases(machine),
  { check: 'token.grantType', what: 'absent', run: (hub) => machine(hub, { form: { grant_type: undefined } }) },
  { check: 'token.grantType', what: 'password (O9)', run: (hub) => machine(hub, { form: { grant_type: 'password' } }) },
  {
    check: 'token.grantType',
    what: 'constructor',
    run: (hub) => machine(hub, { form: { grant_type: 'constructor' } }),
  },
  { check: 'token.grantAllowed', what: 'not registered for it (O9)', run: (hub) => machine(hub, { client: 'person' }) },
  { check: 'dpop.required', what: 'no proof in fapi2', run: (hub) => machine(hub, { headers: { dpop: undefined } }) },
  ...dpopCases('token', machine),
]);

describeChecks('machine', [
  {
    check: 'machine.oneResource',
    what: 'two',
    run: (hub) => machine(hub, { form: { resource: [journalAudience, labAudience] } }),
  },
  { check: 'machine.scope', what: 'not registered', run: (hub) => machine(hub, { form: { scope: 'admin' } }) },
  {
    check: 'machine.scope',
    what: 'of two APIs',
    run: (hub) => machine(hub, { form: { scope: 'journal/read lab/order' } }),
  },
  {
    check: 'machine.scope',
    what: 'of another API than resource',
    run: (hub) => machine(hub, { form: { scope: 'journal/read', resource: labAudience } }),
  },
  {
    check: 'machine.scope',
    what: 'a foreign resource',
    run: (hub) => machine(hub, { form: { scope: undefined, resource: 'https://elsewhere.example' } }),
  },
  { check: 'machine.noPerson', what: 'openid', run: (hub) => machine(hub, { form: { scope: 'openid' } }) },
  { check: 'machine.api', what: 'no API', run: (hub) => machine(hub, { client: 'noapi', form: { scope: undefined } }) },
  {
    check: 'machine.permit',
    what: 'a rule refuses it',
    run: (hub) => {
      hub.catalogue = catalogue({ rules: [denyRule('ehr')] });
      return machine(hub, {});
    },
  },
]);

const redeem =
  (bend: (hub: OidcHub, client: OidcClient, code: string) => Promise<unknown> | unknown, request = {}) =>
  async (hub: OidcHub) => {
    const client = new OidcClient(hub, 'ehr');
    return bend(hub, client, await client.code(request));
  };

describeChecks('redemption', [
  { check: 'code.given', what: 'absent', run: redeem((_, client, code) => client.redeem(code, { code: undefined })) },
  { check: 'code.known', what: 'unknown', run: redeem((_, client) => client.redeem('nonsense')) },
  { check: 'code.known', what: 'cut short (O7)', run: redeem((_, client, code) => client.redeem(code.slice(0, -1))) },
  { check: 'code.known', what: 'made longer (O7)', run: redeem((_, client, code) => client.redeem(`${code}A`)) },
  {
    check: 'code.client',
    what: 'of another client (O3)',
    run: redeem((hub, client, code) => new OidcClient(hub, 'other').redeem(code, { redirect_uri: client.redirectUri })),
  },
  {
    check: 'code.unused',
    what: 'a second time',
    run: redeem(async (_, client, code) => {
      assert.equal((await client.redeem(code)).status, 200);
      return client.redeem(code);
    }),
  },
  {
    check: 'code.fresh',
    what: 'after 60 s',
    run: redeem((hub, client, code) => {
      hub.now += 60_000;
      return client.redeem(code);
    }),
  },
  {
    check: 'code.redirectUri',
    what: 'another registered one (O1)',
    run: redeem((_, client, code) => client.redeem(code, { redirect_uri: 'app.ehr:/cb' })),
  },
  {
    check: 'code.redirectUri',
    what: 'absent',
    run: redeem((_, client, code) => client.redeem(code, { redirect_uri: undefined })),
  },
  {
    check: 'code.verifier',
    what: 'absent (O2)',
    run: redeem((_, client, code) => client.redeem(code, { code_verifier: undefined })),
  },
  {
    check: 'code.verifier',
    what: 'another',
    run: redeem((_, client, code) => client.redeem(code, { code_verifier: 'b'.repeat(50) })),
  },
  {
    check: 'code.verifier',
    what: 'the challenge itself (plain, O2)',
    run: redeem((_, client, code) => client.redeem(code, { code_verifier: String(client.request().code_challenge) })),
  },
  {
    check: 'code.dpopKey',
    what: 'another than dpop_jkt (O6)',
    run: async (hub) => {
      const client = new OidcClient(hub, 'ehr');
      const code = await client.code({ dpop_jkt: client.jkt });
      return client.redeem(code, {}, { dpop: client.proof('token', { key: keyOf('thief') }) });
    },
  },
  {
    check: 'code.dpopKey',
    what: 'another than at PAR',
    run: async (hub) => {
      const client = new OidcClient(hub, 'ehr');
      const pushed = await client.push({}, { headers: { dpop: client.proof('par') } });
      const answer = await hub.call('GET', client.authorizeUrl(pushed.request_uri));
      const code = new URL(String(answer.headers.location)).searchParams.get('code') ?? '';
      return client.redeem(code, {}, { dpop: client.proof('token', { key: keyOf('thief') }) });
    },
  },
  {
    check: 'code.resource',
    what: 'another than asked for',
    run: redeem((_, client, code) => client.redeem(code, { resource: labAudience })),
  },
  {
    check: 'code.session',
    what: 'ended',
    run: redeem(async (hub, client, code) => {
      await hub.ports.sessions.end('s1', 'logout');
      return client.redeem(code);
    }),
  },
]);

const renew =
  (bend: (hub: OidcHub, client: OidcClient, token: string, tokens: Answer) => Promise<unknown> | unknown, id = 'ehr') =>
  async (hub: OidcHub) => {
    const client = new OidcClient(hub, id);
    const tokens = await client.login();
    return bend(hub, client, String(tokens.refresh_token), tokens);
  };

describeChecks('renewal', [
  {
    check: 'refresh.given',
    what: 'absent',
    run: renew((_, client, token) => client.refresh(token, { refresh_token: undefined })),
  },
  { check: 'refresh.known', what: 'unknown', run: renew((_, client) => client.refresh('nonsense')) },
  { check: 'refresh.known', what: 'longer (O7)', run: renew((_, client, token) => client.refresh(`${token}A`)) },
  {
    check: 'refresh.known',
    what: 'an access token',
    run: renew((_, client, __, tokens) => client.refresh(tokens.access_token)),
  },
  {
    check: 'refresh.client',
    what: 'of another client',
    run: renew((hub, client, token) =>
      new OidcClient(hub, 'other').refresh(
        token,
        {},
        { dpop: new OidcClient(hub, 'other').proof('token', { key: client.dpopKey }) },
      ),
    ),
  },
  {
    check: 'refresh.revoked',
    what: 'revoked (A13)',
    run: renew(async (_, client, token) => {
      assert.equal((await client.post('revoke', { token })).status, 200);
      return client.refresh(token);
    }),
  },
  {
    check: 'refresh.unused',
    what: 'rotated away a minute ago (A13)',
    run: renew(async (hub, client, token) => {
      assert.equal((await client.refresh(token)).status, 200);
      hub.now += minute;
      return client.refresh(token);
    }, 'portal'),
  },
  {
    check: 'refresh.fresh',
    what: 'expired',
    run: async (hub) => {
      hub.change('ehr', { refreshSeconds: 3600 });
      return renew((_, client, token) => {
        hub.now += hour;
        return client.refresh(token);
      })(hub);
    },
  },
  {
    check: 'refresh.dpopKey',
    what: 'another key (O6)',
    run: renew((_, client, token) =>
      client.refresh(token, {}, { dpop: client.proof('token', { key: keyOf('thief') }) }),
    ),
  },
  {
    check: 'refresh.session',
    what: 'ended',
    run: renew(async (hub, client, token) => {
      await hub.ports.sessions.end('s1', 'logout');
      return client.refresh(token);
    }),
  },
  {
    check: 'refresh.session',
    what: 'of somebody else now',
    run: renew((hub, client, token) => {
      hub.store.sessions.set('s1', { ...hub.session, person: 'bo' });
      return client.refresh(token);
    }),
  },
  {
    check: 'refresh.assignment',
    what: 'ended',
    run: renew((hub, client, token) => {
      const anna = hub.store.people.get('anna')!;
      const assignments = anna.assignments.map((each) => ({ ...each, until: hub.now }));
      hub.store.people.set('anna', { ...anna, assignments });
      return client.refresh(token);
    }),
  },
  {
    check: 'refresh.scope',
    what: 'more than granted',
    run: renew((_, client, token) => client.refresh(token, { scope: 'openid journal/write' })),
  },
  {
    check: 'refresh.scope',
    what: 'no longer registered',
    run: renew((hub, client, token) => {
      hub.change('ehr', { scopes: ['openid'] });
      return client.refresh(token);
    }),
  },
  {
    check: 'refresh.resource',
    what: 'another',
    run: renew((_, client, token) => client.refresh(token, { resource: labAudience })),
  },
  {
    check: 'refresh.resource',
    what: 'no longer registered',
    run: renew((hub, client, token) => {
      hub.change('ehr', { apis: ['lab'] });
      return client.refresh(token);
    }),
  },
]);

const later = (hub: OidcHub) => {
  hub.now += 15 * minute;
};

describeChecks('renewed', [
  {
    check: 'renewed.cardRevoked',
    what: 'revoked meanwhile',
    run: renew((hub, client, token) => {
      later(hub);
      hub.card = 'revoked';
      return client.refresh(token);
    }),
  },
  {
    check: 'renewed.cardUnknown',
    what: 'status cannot be had',
    run: renew((hub, client, token) => {
      later(hub);
      hub.card = 'unknown';
      return client.refresh(token);
    }),
  },
  {
    check: 'renewed.permit',
    what: 'a rule refuses since',
    run: renew((hub, client, token) => {
      hub.catalogue = catalogue({ rules: [denyRule()] });
      return client.refresh(token);
    }),
  },
  {
    check: 'renewed.permit',
    what: 'the person is closed',
    run: renew((hub, client, token) => {
      const anna = hub.store.people.get('anna')!;
      hub.store.people.set('anna', { ...anna, person: { ...anna.person, closed: true } });
      return client.refresh(token);
    }),
  },
  {
    check: 'renewed.permit',
    what: 'the evidence is too old for the level',
    run: async (hub) => {
      const client = new OidcClient(hub, 'record');
      const tokens = await client.login();
      hub.now += 5 * hour;
      return client.refresh(tokens.refresh_token);
    },
  },
  {
    check: 'renewed.subject',
    what: 'another identifier',
    run: renew((hub, client, token) => {
      for (const found of hub.store.grants.values()) {
        Object.assign(found.grant.about, { subject: 'was-somebody-else' });
      }
      return client.refresh(token);
    }),
  },
]);

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
      assert.equal(claims.name, 'anna Example');
    }
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
});

describe('refresh_token', () => {
  test('fapi2: the same token stays; new tickets, same sub, auth_time and sid; one read, one commit', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const first = await client.login();
    const before = [hub.store.commits, hub.store.readsDone] as const;
    hub.now += 10 * minute;
    const next = await client.refresh(first.refresh_token);
    assert.equal(next.status, 200);
    assert.equal(next.refresh_token, first.refresh_token);
    assert.deepEqual([hub.store.commits - before[0], hub.store.readsDone - before[1]], [1, 1]);
    const [was, is] = [claimsOf(first.id_token), claimsOf(next.id_token)];
    assert.deepEqual([is.sub, is.sid, is.auth_time, is.iss], [was.sub, was.sid, was.auth_time, was.iss]);
    assert.equal(is.nonce, undefined);
    assert.equal(is.iat, client.seconds);
    assert.equal((await client.refresh(first.refresh_token)).status, 200);
  });

  test('narrower scope is allowed for one ticket', async () => {
    const client = new OidcClient(new OidcHub(), 'ehr');
    const first = await client.login();
    const next = await client.refresh(first.refresh_token, { scope: 'journal/read' });
    assert.equal(next.scope, 'journal/read');
    assert.equal(next.id_token, undefined);
  });

  test('basic: rotates; the one before works for 60 s; later reuse takes all down, also after a restart (A13)', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'portal');
    const first = await client.login();
    const second = await client.refresh(first.refresh_token);
    assert.notEqual(second.refresh_token, first.refresh_token);
    hub.now += 59_000;
    const third = await client.refresh(first.refresh_token);
    assert.equal(third.status, 200);
    hub.now += 1_000;
    // A new process on the same database.
    const restarted = new OidcHub();
    Object.assign(restarted, { now: hub.now });
    for (const name of ['refresh', 'grants', 'sessions'] as const) {
      for (const [key, value] of hub.store[name]) (restarted.store[name] as Map<string, unknown>).set(key, value);
    }
    const later = new OidcClient(restarted, 'portal');
    assert.equal((await later.refresh(first.refresh_token)).error, 'invalid_grant');
    for (const token of [second.refresh_token, third.refresh_token]) {
      assert.equal((await later.refresh(token)).error, 'invalid_grant');
    }
    assert.ok(restarted.audited().includes('ticket.replayed refresh.unused'));
  });

  test('basic: two at once both get tickets, one of them by the grace', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'portal');
    const { refresh_token: token } = await client.login();
    const answers = await Promise.all([client.refresh(token), client.refresh(token)]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    );
    for (const { refresh_token: next } of answers) assert.equal((await client.refresh(next)).status, 200);
  });

  test('a revoked card ends the session', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const { refresh_token: token } = await client.login();
    hub.card = 'revoked';
    assert.equal((await client.refresh(token)).status, 200);
    hub.now += 15 * minute;
    assert.equal((await client.refresh(token)).error, 'invalid_grant');
    assert.deepEqual(hub.ended, [{ session: 's1', by: 'cardRevoked' }]);
  });

  test('a card status that cannot be had is a 503, and nothing is lost', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const { refresh_token: token } = await client.login();
    hub.now += 15 * minute;
    hub.card = 'unknown';
    assert.equal((await client.refresh(token)).status, 503);
    hub.card = 'good';
    assert.equal((await client.refresh(token)).status, 200);
  });

  test('the level is never above what policy finds now; what the request asked for must still be reached', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    hub.store.sessions.set('s1', {
      ...hub.session,
      evidence: [...hub.session.evidence, proof('anna', 'simple', { provenAt: hub.now, provider: 'card' })],
    });
    const plain = await client.login();
    const asked = await client.login({ acr_values: 'urn:tillit:loa:high' });
    hub.now += 5 * hour;
    const renewed = await client.refresh(plain.refresh_token);
    assert.equal(claimsOf(renewed.access_token).acr, 'urn:tillit:loa:substantial');
    assert.equal((await client.refresh(asked.refresh_token)).error, 'invalid_grant');
  });
});
