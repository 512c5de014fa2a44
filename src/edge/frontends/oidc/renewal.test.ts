// Refresh tokens: every check, rotation, and what renewed tickets say.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeChecks } from '../../../../test/fakes/check-cases.ts';
import { type Answer, claimsOf, OidcClient } from '../../../../test/fakes/oidc-client.ts';
import { catalogue, denyRule, journalAudience, keyOf, labAudience, OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { hour, minute, proof } from '../../../../test/fakes/ward.ts';

const both = [journalAudience, labAudience];
const renew =
  (
    bend: (hub: OidcHub, client: OidcClient, token: string, tokens: Answer) => Promise<unknown> | unknown,
    id = 'ehr',
    request: Record<string, string | string[]> = {},
  ) =>
  async (hub: OidcHub) => {
    const client = new OidcClient(hub, id);
    const tokens = await client.login(request);
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
  ...['openid journal/read', 'journal/read', ' '].map((scope) => ({
    check: 'refresh.scope',
    what: `no longer registered, and asked for as "${scope}"`,
    run: renew((hub, client, token) => {
      hub.change('ehr', { scopes: ['openid'] });
      return client.refresh(token, { scope });
    }),
  })),
  {
    check: 'refresh.oneResource',
    what: 'two',
    run: renew((_, client, token) => client.refresh(token, { resource: both }), 'ehr', { resource: both }),
  },
  {
    check: 'refresh.scopeOfApi',
    what: 'of the other API that was granted',
    run: renew((_, client, token) => client.refresh(token, { resource: journalAudience, scope: 'lab/order' }), 'ehr', {
      resource: both,
      scope: 'openid journal/read lab/order',
    }),
  },
  {
    check: 'refresh.bound',
    what: 'no proof for an API that takes bound tokens alone since (N5)',
    run: renew((hub, client, token) => {
      hub.changeApi('journal', { requireBoundTokens: true });
      return client.refresh(token);
    }, 'portal'),
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
    what: 'a limit of the API refuses since (N5)',
    run: renew((hub, client, token) => {
      hub.changeApi('journal', { limits: { roles: ['nurse'] } });
      return client.refresh(token);
    }),
  },
  {
    check: 'renewed.permit',
    what: 'the person is closed',
    run: renew((hub, client, token) => {
      hub.closePerson('anna');
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

  test('who logs out while a card is looked at gets nothing more (time of check, time of use)', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const { refresh_token: token } = await client.login();
    hub.now += 15 * minute;
    const recheck = async () => {
      await hub.ports.sessions.end('s1', 'logout');
      return 'good' as const;
    };
    Object.assign(hub.ports, { recheck });
    const answer = await client.refresh(token);
    assert.deepEqual([answer.error, answer.access_token], ['invalid_grant', undefined]);
    assert.equal(hub.audited().at(-1), 'ticket.refused refresh.session');
  });

  test('a whole request that is sent again by somebody on the way is refused, but takes no grant down', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'portal');
    const first = await client.login();
    const form = {
      ...client.credentials().form,
      grant_type: 'refresh_token',
      refresh_token: String(first.refresh_token),
    };
    assert.equal((await hub.call('POST', '/helse/token', { form })).status, 200);
    hub.now += 1;
    const second = await client.refresh(first.refresh_token);
    // The grace is over for the token, the assertion still lives.
    for (const stored of hub.store.refresh.values())
      if (stored.supersededAt !== undefined) stored.supersededAt -= minute;
    assert.equal((await hub.call('POST', '/helse/token', { form })).status, 400);
    assert.equal((await client.refresh(second.refresh_token)).status, 200);
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
