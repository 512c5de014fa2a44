// The back channel (CIBA): from a program's request, by the person who was named, to the tickets that it comes for.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { allowNewest, askPerson, newestOf, pollPerson } from '../../../../test/fakes/backchannel-user.ts';
import { browserRequest } from '../../../../test/fakes/device-user.ts';
import { helseidHub } from '../../../../test/fakes/helseid-hub.ts';
import { claimsOf, OidcClient } from '../../../../test/fakes/oidc-client.ts';
import { backchannelGrant, catalogue, denyRule, issuerUrl, OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { bo } from '../../../../test/fakes/ward.ts';
import { fromMemo } from './memo.ts';

const thick = (hub: OidcHub) => new OidcClient(hub, 'thick');
const metadataOf = async (hub: OidcHub) =>
  JSON.parse(String((await hub.call('GET', `${issuerUrl}/.well-known/openid-configuration`)).body));

describe('the back channel', () => {
  test('from the request to tickets, a refresh, and the trail', async () => {
    const hub = new OidcHub();
    const client = thick(hub);
    const asked = await askPerson(client);
    assert.equal(asked.status, 200, JSON.stringify(asked));
    assert.match(String(asked.auth_req_id), /^[A-Za-z0-9_-]{43}$/);
    assert.deepEqual([asked.expires_in, asked.interval], [600, 5]);
    assert.equal(asked.headers['cache-control'], 'no-store');
    assert.equal((await pollPerson(client, asked.auth_req_id)).error, 'authorization_pending');

    const found = await newestOf(hub);
    assert.deepEqual(
      [found.application.id, found.message, found.from, found.at],
      ['thick', 'Ward 7, 4711', '10.1.0.1', hub.now],
    );
    const end = await found.allow(browserRequest());
    assert.equal(end.headers.location, 'https://hub.example/requests/done');
    const login = hub.logins[0];
    assert.deepEqual([login?.application, login?.apis, login?.expectedPerson], ['thick', ['journal'], 'anna']);
    assert.deepEqual(await hub.frontend.backchannel.waiting('anna'), []);

    hub.now += 5000;
    const tickets = await pollPerson(client, asked.auth_req_id);
    assert.deepEqual([tickets.status, tickets.token_type], [200, 'DPoP']);
    const claims = claimsOf(tickets.access_token);
    assert.deepEqual([claims.cnf, claims.client_id], [{ jkt: client.jkt }, 'thick']);
    const idToken = claimsOf(tickets.id_token);
    assert.equal(idToken.sub, 'anna');
    assert.equal(typeof idToken.at_hash, 'string');
    // CIBA Core 10.3.1: of push mode alone.
    assert.equal(idToken['urn:openid:params:jwt:claim:auth_req_id'], undefined);
    assert.equal((await client.refresh(tickets.refresh_token)).status, 200);
    const kinds = hub.store.audit.map(({ kind }) => kind);
    assert.deepEqual(kinds, ['ticket.pushed', 'ticket.authorized', 'ticket.issued', 'ticket.refreshed']);
    const [pushed, authorized, issued] = hub.store.audit;
    assert.deepEqual([pushed?.person, pushed?.body.personFound, pushed?.body.from], ['anna', true, '10.1.0.1']);
    assert.deepEqual(
      [issued?.person, issued?.body.grantType, issued?.reference],
      ['anna', backchannelGrant, authorized?.reference],
    );
  });

  test('neither the auth_req_id nor the hint is stored or written down', async () => {
    const hub = new OidcHub();
    hub.store.people.set('191212121212', bo);
    const asked = await askPerson(thick(hub), { login_hint: '191212121212' });
    const { waiting, audit, claims } = hub.store;
    const kept = [...waiting.values()].map(({ person, ...rest }) => [person === '191212121212', rest]);
    const { person: _, ...record } = audit[0] ?? {};
    const text = JSON.stringify([kept, record, [...claims]]);
    for (const secret of [asked.auth_req_id, '191212121212']) assert.ok(!text.includes(String(secret)));
    assert.equal(kept[0]?.[0], true);
  });

  test('who is not known is answered like anybody else, and waits in vain', async () => {
    const hub = new OidcHub();
    const known = await askPerson(thick(hub));
    const unknown = await askPerson(thick(hub), { login_hint: 'nobody' });
    const shape = ({ headers, ...answer }: typeof known) => [
      Object.keys(answer),
      answer.status,
      answer.expires_in,
      headers,
    ];
    assert.deepEqual(shape(unknown), shape(known));
    assert.deepEqual([hub.store.audit[1]?.body.personFound, hub.store.audit[1]?.person], [false, undefined]);
    assert.equal((await hub.frontend.backchannel.waiting('anna')).length, 1);
    assert.equal((await pollPerson(thick(hub), unknown.auth_req_id)).error, 'authorization_pending');
    // The limit says nothing of who exists either.
    for (const _ of [1, 2]) await askPerson(thick(hub), { login_hint: 'nobody' });
    const fourth = await askPerson(thick(hub), { login_hint: 'nobody' });
    assert.deepEqual([fourth.status, fourth.error], [403, 'access_denied']);
    hub.now += 600_000;
    assert.equal((await pollPerson(thick(hub), unknown.auth_req_id)).error, 'expired_token');
    assert.equal((await askPerson(thick(hub), { login_hint: 'nobody' })).status, 200);
  });

  test('an ID token of ours says who is meant, also when its session has ended', async () => {
    const hub = new OidcHub();
    await askPerson(thick(hub));
    await allowNewest(hub);
    const { auth_req_id: id } = await askPerson(thick(hub));
    await allowNewest(hub);
    const hint = String((await pollPerson(thick(hub), id)).id_token);
    const again = await askPerson(thick(hub), { login_hint: undefined, id_token_hint: hint });
    assert.equal(again.status, 200, JSON.stringify(again));
    assert.equal((await newestOf(hub)).message, 'Ward 7, 4711');
    assert.equal([...hub.store.waiting.values()].at(-1)?.request.expectedSubject, 'anna');
  });

  test('a signed request says all, once, and names its client by iss alone', async () => {
    const hub = new OidcHub();
    const client = thick(hub);
    const claims = { sub: undefined, nbf: client.seconds, scope: 'openid', login_hint: 'anna', dpop_jkt: client.jkt };
    const request = client.assertion({ ...claims, binding_message: 'inside', requested_expiry: 60 });
    const outside = {
      scope: undefined,
      login_hint: undefined,
      dpop_jkt: undefined,
      binding_message: 'outside',
      request,
    };
    const asked = await askPerson(client, outside);
    assert.deepEqual([asked.status, asked.expires_in], [200, 60], JSON.stringify(asked));
    assert.equal((await newestOf(hub)).message, 'inside');
    assert.equal((await askPerson(client, outside)).error, 'invalid_request_object');
  });

  test('requested_expiry shortens, and never lengthens', async () => {
    const hub = new OidcHub();
    assert.equal((await askPerson(thick(hub), { requested_expiry: '90' })).expires_in, 90);
    assert.equal((await askPerson(thick(hub), { requested_expiry: '86400' })).expires_in, 600);
  });

  test('assertion and proof of a request are single use', async () => {
    const hub = new OidcHub();
    const client = thick(hub);
    const client_assertion = client.assertion();
    assert.equal((await askPerson(client, { client_assertion })).status, 200);
    assert.equal((await askPerson(client, { client_assertion })).error, 'invalid_client');
    const sent = { headers: { dpop: client.proof('backchannel-authentication') } };
    const bound = await askPerson(client, { dpop_jkt: undefined }, sent);
    assert.deepEqual([bound.status, bound.headers['dpop-nonce'] === undefined], [200, false]);
    assert.equal((await askPerson(client, { dpop_jkt: undefined }, sent)).error, 'invalid_dpop_proof');
    assert.equal(hub.store.waiting.size, 2);
  });

  test('of many polls at one moment one gets tickets, and a later one takes them back', async () => {
    const hub = new OidcHub();
    const client = thick(hub);
    const { auth_req_id: id } = await askPerson(client);
    await allowNewest(hub);
    const answers = await Promise.all(Array.from({ length: 8 }, () => pollPerson(client, id)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    assert.equal((await pollPerson(client, id)).error, 'invalid_grant');
    assert.notEqual([...hub.store.grants.values()][0]?.revokedAt, undefined);
    assert.equal(hub.store.audit.at(-1)?.kind, 'ticket.replayed');
  });

  test('between the yes and its tickets policy may say no, and is heard', async () => {
    const hub = new OidcHub();
    const { auth_req_id: id } = await askPerson(thick(hub));
    await allowNewest(hub);
    const before = hub.catalogue;
    hub.catalogue = { ...before, rules: new Map([['stop', denyRule('thick')]]) };
    const stopped = await pollPerson(thick(hub), id);
    assert.deepEqual([stopped.status, stopped.error], [400, 'access_denied'], JSON.stringify(stopped));
    assert.deepEqual([hub.store.grants.size, hub.audited().at(-1)], [0, 'ticket.refused waited.permit']);
    hub.catalogue = before;
    assert.equal((await pollPerson(thick(hub), id)).status, 200, 'the yes stands');
  });

  test('another person’s login changes nothing: the request goes on waiting', async () => {
    const hub = new OidcHub();
    hub.store.people.set('bo', bo);
    const { auth_req_id: id } = await askPerson(thick(hub), { login_hint: 'bo' });
    const found = await newestOf(hub, 'bo');
    assert.equal(await hub.frontend.backchannel.find('anna', found.id), undefined);
    assert.equal(hub.audited().at(-1), 'ticket.refused asked.own');
    // Anna logs in where Bo began.
    await assert.rejects(found.allow(browserRequest()), /another person than the one who was asked/);
    assert.equal(hub.audited().at(-1), 'ticket.refused answer.person');
    assert.equal((await pollPerson(thick(hub), id)).error, 'authorization_pending');
    assert.equal((await hub.frontend.backchannel.waiting('bo')).length, 1);
    // Whatever else is wrong with her as Bo ends nothing for him either.
    const claims = '{"id_token":{"sub":{"value":"bo"},"acr":{"essential":true,"values":["urn:tillit:loa:high"]}}}';
    const strict = await askPerson(thick(hub), { login_hint: 'bo', claims });
    await assert.rejects(
      (await newestOf(hub, 'bo')).allow(browserRequest()),
      /another person than the one who was asked/,
    );
    assert.equal((await pollPerson(thick(hub), strict.auth_req_id)).error, 'authorization_pending');
    assert.equal((await hub.frontend.backchannel.waiting('bo')).length, 2);
    // A login that ended for another reason, or with policy's no about another person, neither.
    for (const person of [undefined, 'anna']) {
      hub.login = (request) => ({
        kind: 'done',
        request,
        outcome: { kind: 'refused', error: 'denied', reason: 'policy.denied', person, reference: 'R' },
      });
      await assert.rejects((await newestOf(hub, 'bo')).allow(browserRequest()), /refused/);
    }
    assert.equal((await hub.frontend.backchannel.waiting('bo')).length, 2);
  });

  test('no, and “it was not me”, are access_denied; the second is a record of its own', async () => {
    const hub = new OidcHub();
    for (const [disowned, kind] of [
      [false, 'ticket.refused'],
      [true, 'ticket.disowned'],
    ] as const) {
      const { auth_req_id: id } = await askPerson(thick(hub));
      await (await newestOf(hub)).deny(disowned);
      const record = hub.store.audit.at(-1);
      assert.deepEqual([record?.kind, record?.person, record?.application], [kind, 'anna', 'thick']);
      assert.equal((await pollPerson(thick(hub), id)).error, 'access_denied');
    }
  });

  test('policy’s no about the person is access_denied; a cancelled login leaves the request', async () => {
    const hub = new OidcHub({ catalogue: catalogue({ rules: [denyRule('thick')] }) });
    hub.login = (request) => {
      const turn = hub.letIn(request);
      if (turn.kind !== 'done' || turn.outcome.kind !== 'refused') throw new Error('policy let her in');
      return { ...turn, outcome: { ...turn.outcome, person: 'anna' } };
    };
    const { auth_req_id: id } = await askPerson(thick(hub));
    await assert.rejects(allowNewest(hub));
    assert.equal((await pollPerson(thick(hub), id)).error, 'access_denied');

    const other = new OidcHub();
    other.login = (request) => ({
      kind: 'done',
      request,
      outcome: { kind: 'refused', error: 'cancelled', reason: 'journey.cancelled', reference: 'R' },
    });
    const waits = await askPerson(thick(other));
    assert.equal((await allowNewest(other)).headers.location, 'https://hub.example/requests');
    assert.equal((await pollPerson(thick(other), waits.auth_req_id)).error, 'authorization_pending');
  });

  test('a request is decided once, whoever comes first; a login that outlives it gives nothing', async () => {
    const hub = new OidcHub();
    await askPerson(thick(hub));
    const found = await newestOf(hub);
    assert.equal(await found.deny(false), true);
    assert.equal(await found.deny(true), false);
    await assert.rejects(found.allow(browserRequest()), /decided before/);
    assert.equal(hub.store.codes.size, 0);

    const late = new OidcHub();
    late.login = (request) => {
      late.now += 600_000;
      return late.letIn(request);
    };
    const { auth_req_id: id } = await askPerson(thick(late));
    await assert.rejects(allowNewest(late), /expired during the login/);
    assert.equal((await pollPerson(thick(late), id)).error, 'expired_token');
  });

  test('at most three of an application are shown, however they came in', async () => {
    const hub = new OidcHub();
    await askPerson(thick(hub));
    const [one] = hub.store.waiting.values();
    assert.ok(one);
    for (const name of 'abcdef') hub.store.waiting.set(name, { ...one, hash: name });
    const shown = async () => (await hub.frontend.backchannel.waiting('anna')).length;
    assert.equal(await shown(), 3);
    await askPerson(new OidcClient(hub, 'thick-basic'));
    assert.equal(await shown(), 4);
    // A no does not bring up the next of those that slipped in: nobody is worn out. A yes makes room.
    await (await hub.frontend.backchannel.waiting('anna'))[0]?.deny(false);
    assert.equal(await shown(), 3);
    await (await hub.frontend.backchannel.waiting('anna'))[0]?.allow(browserRequest());
    assert.equal(await shown(), 3);
  });

  test('an interrupted journey ends for the program too: its memo says whose it is', async () => {
    const hub = new OidcHub();
    hub.login = () => ({ kind: 'interact', journey: 'j1' });
    await askPerson(thick(hub));
    assert.equal((await allowNewest(hub)).headers.location, 'https://hub.example/login/j1');
    const login = hub.logins[0];
    assert.ok(login);
    assert.equal(fromMemo(login.memo).waiting?.person, 'anna');
    const turn = hub.letIn(login);
    assert.ok(turn.kind === 'done');
    const end = await hub.frontend.answer(login, turn.outcome);
    assert.equal(end.headers.location, 'https://hub.example/requests/done');
  });

  test('metadata and the pages are there only where an application has the grant', async () => {
    const hub = new OidcHub();
    const about = await metadataOf(hub);
    assert.equal(about.backchannel_authentication_endpoint, `${issuerUrl}/bc-authorize`);
    assert.deepEqual(about.backchannel_token_delivery_modes_supported, ['poll']);
    assert.equal(about.backchannel_user_code_parameter_supported, false);
    assert.ok(about.backchannel_authentication_request_signing_alg_values_supported.includes('ES256'));
    assert.ok(about.grant_types_supported.includes(backchannelGrant));
    assert.ok(hub.frontend.backchannel.offered());
    for (const id of ['thick', 'thick-basic']) hub.change(id, { grants: [] });
    const names = Object.keys(await metadataOf(hub));
    assert.ok(!names.some((name) => /^backchannel_(authentication|token|user)/.test(name)));
    assert.ok(!(await metadataOf(hub)).grant_types_supported.includes(backchannelGrant));
    assert.ok(!hub.frontend.backchannel.offered());
  });

  test('at an issuer in HelseID’s layout, with a client of that profile and no message', async () => {
    const hub = helseidHub({ grants: [backchannelGrant, 'refresh_token'] });
    const client = new OidcClient(hub, 'epj');
    assert.equal((await metadataOf(hub)).backchannel_authentication_endpoint, `${issuerUrl}/connect/ciba`);
    const asked = await askPerson(client, { binding_message: undefined });
    assert.equal(asked.status, 200, JSON.stringify(asked));
    await allowNewest(hub);
    const tickets = await pollPerson(client, asked.auth_req_id);
    assert.equal(tickets.status, 200, JSON.stringify(tickets));
    assert.deepEqual(claimsOf(tickets.access_token).scope, ['openid', 'profile', 'journal/read']);
  });
});
