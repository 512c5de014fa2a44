// Token exchange: every check, chains, and that an exchanged ticket is never more than the one it came from.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeChecks } from '../../../../test/fakes/check-cases.ts';
import { type Answer, claimsOf, OidcClient } from '../../../../test/fakes/oidc-client.ts';
import {
  catalogue,
  denyRule,
  issuerUrl,
  journalAudience,
  keyOf,
  labAudience,
  OidcHub,
  tokenExchange,
} from '../../../../test/fakes/oidc-hub.ts';
import { minute, proof } from '../../../../test/fakes/ward.ts';
import { signCompact } from '../../../base/jose/index.ts';
import { accessTokenType, longestChain } from '../../../core/grants/index.ts';

type Form = Record<string, string | readonly string[] | undefined>;

const exchange = (hub: OidcHub, token: unknown, form: Form = {}, id = 'journal-actor', headers = {}): Promise<Answer> =>
  new OidcClient(hub, id).token(
    {
      grant_type: tokenExchange,
      subject_token: token === undefined ? undefined : String(token),
      subject_token_type: accessTokenType,
      scope: 'lab/order',
      ...form,
    },
    headers,
  );

const login = async (hub: OidcHub): Promise<string> => String((await new OidcClient(hub, 'ehr').login()).access_token);
const forged = (token: string, bent: Record<string, unknown>) =>
  signCompact({ typ: 'at+jwt' }, JSON.stringify({ ...claimsOf(token), ...bent }), keyOf('hub'));

/** Exchanges Anna's ticket of the EHR; what is bent may change the hub first. */
const bent =
  (form: Form | ((hub: OidcHub, token: string) => Form | Promise<Form>), id = 'journal-actor', headers = {}) =>
  async (hub: OidcHub) => {
    const token = await login(hub);
    const more = typeof form === 'function' ? await form(hub, token) : form;
    return exchange(hub, token, more, id, headers);
  };

const actor = (depth: number): object | undefined =>
  depth === 0 ? undefined : { iss: issuerUrl, sub: 'x', client_id: 'x', act: actor(depth - 1) };

describeChecks('exchange', [
  { check: 'exchange.type', what: 'absent', run: bent({ subject_token_type: undefined }) },
  {
    check: 'exchange.type',
    what: 'an ID token',
    run: bent({ subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' }),
  },
  {
    check: 'exchange.requestedType',
    what: 'a refresh token',
    run: bent({ requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }),
  },
  { check: 'exchange.noActorToken', what: 'an actor token', run: bent((_, token) => ({ actor_token: token })) },
  { check: 'exchange.subject', what: 'absent', run: (hub) => exchange(hub, undefined) },
  { check: 'exchange.subject', what: 'nonsense', run: bent({ subject_token: 'nonsense' }) },
  {
    check: 'exchange.subject',
    what: 'an ID token in its place',
    run: async (hub) => exchange(hub, (await new OidcClient(hub, 'ehr').login()).id_token),
  },
  {
    check: 'exchange.subject',
    what: 'signed with another key',
    run: bent((_, token) => ({
      subject_token: signCompact({ typ: 'at+jwt' }, JSON.stringify(claimsOf(token)), keyOf('thief')),
    })),
  },
  {
    check: 'exchange.subject',
    what: 'expired',
    run: bent((hub) => {
      hub.now += 10 * minute;
      return {};
    }),
  },
  {
    check: 'exchange.subject',
    what: 'of another issuer',
    run: bent((_, token) => ({ subject_token: forged(token, { iss: 'https://hub.example' }) })),
  },
  {
    check: 'exchange.live',
    what: 'revoked',
    run: bent(async (hub, token) => {
      await new OidcClient(hub, 'ehr').post('revoke', { token });
      return {};
    }),
  },
  {
    check: 'exchange.live',
    what: 'the person logged out',
    run: bent(async (hub) => {
      await hub.ports.sessions.end('s1', 'logout');
      return {};
    }),
  },
  {
    check: 'exchange.audience',
    what: 'a ticket for another API (A13)',
    run: bent({ scope: 'journal/read' }, 'lab-actor'),
  },
  {
    check: 'exchange.original',
    what: 'the first application was closed',
    run: bent((hub) => {
      hub.change('ehr', { closed: true });
      return {};
    }),
  },
  {
    check: 'exchange.actor',
    what: 'not listed',
    run: bent((hub) => {
      hub.change('ehr', { actors: undefined });
      return {};
    }),
  },
  {
    check: 'exchange.actor',
    what: 'listed by the one before, not by the first',
    run: bent((hub, token) => {
      hub.change('journal-actor', { actors: [{ application: 'journal-actor', scopes: ['lab/order'] }] });
      return { subject_token: forged(token, { client_id: 'journal-actor', original_client_id: 'other' }) };
    }),
  },
  {
    check: 'exchange.depth',
    what: 'exchanged too often',
    run: bent((_, token) => ({ subject_token: forged(token, { act: actor(longestChain) }) })),
  },
  {
    check: 'exchange.depth',
    what: 'a chain that cannot be read',
    run: bent((_, token) => ({ subject_token: forged(token, { act: 'nobody' }) })),
  },
  {
    check: 'exchange.oneTarget',
    what: 'two',
    run: bent({ resource: labAudience, audience: journalAudience }),
  },
  { check: 'exchange.scope', what: 'not registered', run: bent({ scope: 'admin' }) },
  { check: 'exchange.scope', what: 'of another API than resource', run: bent({ resource: journalAudience }) },
  {
    check: 'exchange.scope',
    what: 'the owner of the API has not approved the actor (N5)',
    run: bent((hub) => {
      hub.changeApi('lab', { limits: { clients: [] } });
      return {};
    }),
  },
  { check: 'exchange.noPerson', what: 'openid', run: bent({ scope: 'openid' }) },
  {
    check: 'exchange.narrow',
    what: 'more than the first application allows',
    run: bent((hub) => {
      hub.change('ehr', { actors: [{ application: 'journal-actor', scopes: ['journal/read'] }] });
      return {};
    }),
  },
  { check: 'exchange.narrow', what: 'more of the same API', run: bent({ scope: 'journal/write' }) },
  {
    check: 'exchange.narrow',
    what: 'nothing is allowed there',
    run: bent((hub) => {
      hub.change('ehr', { actors: [{ application: 'journal-actor', scopes: ['journal/read'] }] });
      return { scope: undefined, resource: labAudience };
    }),
  },
  {
    check: 'exchange.bound',
    what: 'no proof, by an application that need not bind',
    run: bent(
      (hub) => {
        hub.change('journal-actor', { profile: 'helseid', requireBoundTokens: false });
        return {};
      },
      'journal-actor',
      { dpop: undefined },
    ),
  },
]);

describeChecks('exchanged', [
  {
    check: 'exchanged.card',
    what: 'revoked',
    run: bent((hub) => {
      hub.now += 0;
      hub.card = 'revoked';
      hub.catalogue = { ...hub.catalogue, settings: settingsWith(hub, { cardRecheck: 0 }) };
      return {};
    }),
  },
  {
    check: 'exchanged.card',
    what: 'unknown',
    run: bent((hub) => {
      hub.card = 'unknown';
      hub.catalogue = { ...hub.catalogue, settings: settingsWith(hub, { cardRecheck: 0 }) };
      return {};
    }),
  },
  {
    check: 'exchanged.assignment',
    what: 'ended meanwhile',
    run: bent((hub) => {
      const found = hub.store.people.get('anna');
      if (found !== undefined) hub.store.people.set('anna', { ...found, assignments: [] });
      return {};
    }),
  },
  {
    check: 'exchanged.permit',
    what: 'a rule refuses the actor',
    run: bent((hub) => {
      hub.catalogue = { ...hub.catalogue, rules: catalogue({ rules: [denyRule('journal-actor')] }).rules };
      return {};
    }),
  },
  {
    check: 'exchanged.permit',
    what: 'a limit of the API refuses it (N5)',
    run: bent((hub) => {
      hub.changeApi('lab', { limits: { networks: ['guest'] } });
      return {};
    }),
  },
  {
    check: 'exchanged.permit',
    what: 'a rule refuses a machine',
    run: async (hub) => {
      hub.change('journal-actor', { actors: [{ application: 'journal-actor', scopes: ['lab/order'] }] });
      const { access_token: token } = await new OidcClient(hub, 'journal-actor').machine();
      hub.catalogue = { ...hub.catalogue, rules: catalogue({ rules: [denyRule('journal-actor')] }).rules };
      return exchange(hub, token);
    },
  },
  {
    check: 'exchanged.assurance',
    what: 'a ticket of a lower level, though the session has risen meanwhile',
    run: bent((hub) => {
      // The ticket is of a level that the session has left behind it.
      const [grant] = [...hub.store.grants.values()];
      if (grant === undefined) throw new Error('no grant');
      Object.assign(grant, { grant: { ...grant.grant, about: { ...grant.grant.about, acr: 'low' } } });
      hub.change('journal-actor', { minimumAssurance: 'substantial' });
      return {};
    }),
  },
  {
    check: 'exchanged.subject',
    what: 'another identifier towards the actor',
    run: bent((hub) => {
      hub.change('journal-actor', { profile: 'helseid' });
      return {};
    }),
  },
]);

const settingsWith = (hub: OidcHub, change: object) => ({
  ...hub.catalogue.settings,
  lifetimes: { ...hub.catalogue.settings.lifetimes, ...change },
});

describe('what an exchanged ticket is', () => {
  test('the person, the level and the session of the first; the actor, the target and the key of the second', async () => {
    const hub = new OidcHub();
    const token = await login(hub);
    hub.now += 4 * minute;
    const answer = await exchange(hub, token);
    assert.equal(answer.status, 200, JSON.stringify(answer));
    assert.deepEqual(
      [answer.issued_token_type, answer.token_type, answer.refresh_token, answer.id_token],
      [accessTokenType, 'DPoP', undefined, undefined],
    );
    const [before, after] = [claimsOf(token), claimsOf(answer.access_token)];
    for (const name of ['sub', 'acr', 'amr', 'auth_time', 'sid', 'grant_id', 'organisation_id', 'decision']) {
      assert.deepEqual(after[name], before[name], name);
    }
    assert.deepEqual([after.aud, after.scope, after.client_id], [labAudience, 'lab/order', 'journal-actor']);
    assert.deepEqual(after.act, { iss: issuerUrl, sub: 'journal-actor', client_id: 'journal-actor' });
    assert.equal(after.original_client_id, 'ehr');
    assert.deepEqual(after.cnf, { jkt: new OidcClient(hub, 'journal-actor').jkt });
    assert.equal(after.exp, before.exp, 'it ends with the ticket that it came from');
    const record = hub.store.audit.at(-1);
    assert.deepEqual([record?.kind, record?.body.from, record?.person], ['ticket.issued', before.jti, 'anna']);
  });

  test('a chain: the next API exchanges it again, and the first application still says who may', async () => {
    const hub = new OidcHub();
    const second = await exchange(hub, await login(hub));
    const third = await exchange(hub, second.access_token, { scope: 'journal/read' }, 'lab-actor');
    assert.equal(third.status, 200, JSON.stringify(third));
    const { act, original_client_id: original } = claimsOf(third.access_token);
    assert.deepEqual(act, {
      iss: issuerUrl,
      sub: 'lab-actor',
      client_id: 'lab-actor',
      act: { iss: issuerUrl, sub: 'journal-actor', client_id: 'journal-actor' },
    });
    assert.equal(original, 'ehr');
    const fourth = await exchange(hub, third.access_token);
    assert.equal(fourth.status, 200, JSON.stringify(fourth));
    const fifth = await exchange(hub, fourth.access_token, { scope: 'journal/read' }, 'lab-actor');
    assert.equal(fifth.error, 'invalid_request');
    assert.equal(hub.store.audit.at(-1)?.body.check, 'exchange.depth');
  });

  test('it dies with the session and with the grant of the login', async () => {
    const hub = new OidcHub();
    const { access_token: token } = await exchange(hub, await login(hub));
    const active = async () =>
      (await new OidcClient(hub, 'lab-rs').post('introspect', { token: String(token) })).active;
    assert.equal(await active(), true);
    await hub.ports.sessions.end('s1', 'logout');
    assert.equal(await active(), false);
  });

  test('a session that rose after the ticket does not lift the exchanged one', async () => {
    const hub = new OidcHub();
    const token = await login(hub);
    const [stored] = [...hub.store.grants.values()];
    assert.ok(stored);
    Object.assign(stored, { grant: { ...stored.grant, about: { ...stored.grant.about, acr: 'low' } } });
    hub.store.sessions.set('s1', { ...hub.session, evidence: [proof('anna', 'advanced', { provenAt: hub.now })] });
    assert.equal(claimsOf((await exchange(hub, token)).access_token).acr, 'urn:tillit:loa:low');
  });

  test('a machine’s ticket keeps its subject; without scope it gets what is allowed and registered', async () => {
    const hub = new OidcHub();
    hub.change('machine', { actors: [{ application: 'journal-actor', scopes: ['lab/order', 'journal/write'] }] });
    const { access_token: token } = await new OidcClient(hub, 'machine').machine();
    const answer = await exchange(hub, token, { scope: undefined, audience: labAudience });
    const claims = claimsOf(answer.access_token);
    assert.deepEqual([claims.sub, claims.client_id, claims.scope], ['machine', 'journal-actor', 'lab/order']);
  });

  test('only an application that is registered for it; metadata says whether any is', async () => {
    const hub = new OidcHub();
    assert.equal((await exchange(hub, await login(hub), {}, 'other')).error, 'unauthorized_client');
    const offered = async () =>
      JSON.parse(String((await hub.call('GET', '/helse/.well-known/openid-configuration')).body)).grant_types_supported;
    assert.ok((await offered()).includes(tokenExchange));
    for (const id of ['journal-actor', 'lab-actor']) hub.change(id, { grants: ['client_credentials'] });
    assert.ok(!(await offered()).includes(tokenExchange));
  });
});
