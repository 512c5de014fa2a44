// Devices (RFC 8628): from their request, by the code that a person types, to the tickets that they come for.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { allowDevice, askDevice, findDevice, poll } from '../../../../test/fakes/device-user.ts';
import { helseidHub } from '../../../../test/fakes/helseid-hub.ts';
import { claimsOf, OidcClient } from '../../../../test/fakes/oidc-client.ts';
import { catalogue, denyRule, deviceGrant, issuerUrl, OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import type { HttpResponse } from '../../../base/http/index.ts';
import { systemRandom } from '../../../base/ids.ts';
import { newUserCode, readUserCode, shownUserCode } from '../../../core/grants/index.ts';
import { fromMemo } from './memo.ts';

const thick = (hub: OidcHub) => new OidcClient(hub, 'thick');

describe('devices', () => {
  test('from the request to tickets, a refresh, and the trail', async () => {
    const hub = new OidcHub();
    const client = thick(hub);
    const asked = await askDevice(client);
    assert.equal(asked.status, 200);
    assert.match(String(asked.user_code), /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    assert.deepEqual(
      [asked.verification_uri, asked.verification_uri_complete, asked.expires_in, asked.interval],
      ['https://hub.example/device', `https://hub.example/device?user_code=${asked.user_code}`, 600, 5],
    );
    assert.equal(asked.headers['cache-control'], 'no-store');
    assert.equal((await poll(client, asked.device_code)).error, 'authorization_pending');

    const found = await findDevice(hub, String(asked.user_code).toLowerCase().replace('-', ' '));
    assert.ok(typeof found === 'object');
    assert.deepEqual([found.application.id, found.from], ['thick', '10.1.0.1']);
    assert.equal((await allowDevice(hub, asked.user_code)).headers.location, 'https://hub.example/device/done');
    assert.equal(hub.logins[0]?.application, 'thick');
    assert.deepEqual(hub.logins[0]?.apis, ['journal'], 'policy sees the APIs, as for a code');

    hub.now += 5000;
    const tickets = await poll(client, asked.device_code);
    assert.deepEqual([tickets.status, tickets.token_type], [200, 'DPoP']);
    const claims = claimsOf(tickets.access_token);
    assert.deepEqual(claims.cnf, { jkt: client.jkt });
    assert.equal(claims.client_id, 'thick');
    assert.equal(claimsOf(tickets.id_token).sub, claims.sub);
    assert.equal((await client.refresh(tickets.refresh_token)).status, 200);
    const kinds = hub.store.audit.map(({ kind }) => kind);
    assert.deepEqual(kinds, ['ticket.pushed', 'ticket.authorized', 'ticket.issued', 'ticket.refreshed']);
    const issued = hub.store.audit[2];
    assert.deepEqual(
      [issued?.person, issued?.body.grantType, issued?.reference],
      ['anna', deviceGrant, hub.store.audit[1]?.reference],
    );
  });

  test('neither code is stored or written down', async () => {
    const hub = new OidcHub();
    const asked = await askDevice(thick(hub));
    await allowDevice(hub, asked.user_code);
    await poll(thick(hub), asked.device_code);
    const { waiting, codes, audit, claims } = hub.store;
    const kept = JSON.stringify([[...waiting], [...codes], audit, [...claims]]);
    for (const code of [asked.device_code, asked.user_code, readUserCode(String(asked.user_code))])
      assert.ok(!kept.includes(String(code)));
  });

  test('of many polls at one moment one gets tickets, and a later one takes them back', async () => {
    const hub = new OidcHub();
    const client = thick(hub);
    const asked = await askDevice(client);
    await allowDevice(hub, asked.user_code);
    const answers = await Promise.all(Array.from({ length: 8 }, () => poll(client, asked.device_code)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    assert.equal((await poll(client, asked.device_code)).error, 'invalid_grant');
    assert.notEqual([...hub.store.grants.values()][0]?.revokedAt, undefined);
  });

  test('a device code that comes again takes back what it gave', async () => {
    const hub = new OidcHub();
    const client = thick(hub);
    const asked = await askDevice(client);
    await allowDevice(hub, asked.user_code);
    const tickets = await poll(client, asked.device_code);
    assert.equal((await poll(client, asked.device_code)).error, 'invalid_grant');
    assert.equal(hub.store.audit.at(-1)?.kind, 'ticket.replayed');
    assert.equal((await client.refresh(tickets.refresh_token)).error, 'invalid_grant');
  });

  test('assertion and proof of a device’s request are single use', async () => {
    const hub = new OidcHub();
    const client = thick(hub);
    const assertion = client.assertion();
    assert.equal((await askDevice(client, { client_assertion: assertion })).status, 200);
    assert.equal((await askDevice(client, { client_assertion: assertion })).error, 'invalid_client');
    const sent = { headers: { dpop: client.proof('device-authorization') } };
    const bound = await askDevice(client, { dpop_jkt: undefined }, sent);
    assert.equal(bound.status, 200);
    assert.notEqual(bound.headers['dpop-nonce'], undefined);
    assert.equal((await askDevice(client, { dpop_jkt: undefined }, sent)).error, 'invalid_dpop_proof');
    assert.equal(hub.store.waiting.size, 2);
    await allowDevice(hub, bound.user_code);
    const thief = new OidcClient(hub, 'thick', { dpop: 'thief' });
    assert.equal((await poll(thief, bound.device_code)).error, 'invalid_grant');
    assert.equal((await poll(client, bound.device_code)).status, 200);
  });

  test('a request is decided once, whoever comes first', async () => {
    const hub = new OidcHub();
    const asked = await askDevice(thick(hub));
    const found = await Promise.all([1, 2, 3].map(() => findDevice(hub, asked.user_code)));
    const [first, second] = found;
    assert.ok(typeof first === 'object' && typeof second === 'object');
    await first.deny();
    await assert.rejects(second.allow({ ip: '10.1.0.7', headers: {} } as never), /decided before/);
    assert.equal(hub.store.codes.size, 0);
    assert.equal((await poll(thick(hub), asked.device_code)).error, 'access_denied');
  });

  test('slow_down makes the interval five seconds longer each time', async () => {
    const hub = new OidcHub();
    const { device_code: code } = await askDevice(thick(hub));
    const at = async (seconds: number) => {
      hub.now += seconds * 1000;
      return (await poll(thick(hub), code)).error;
    };
    const heard = [await at(0), await at(5), await at(1), await at(5), await at(15), await at(14)];
    const [wait, slow] = ['authorization_pending', 'slow_down'];
    assert.deepEqual(heard, [wait, wait, slow, slow, wait, wait]);
  });

  test('policy’s no and a cancelled login are access_denied for the device', async () => {
    const hub = new OidcHub({ catalogue: catalogue({ rules: [denyRule('thick')] }) });
    const asked = await askDevice(thick(hub));
    await assert.rejects(allowDevice(hub, asked.user_code));
    assert.equal((await poll(thick(hub), asked.device_code)).error, 'access_denied');

    const other = new OidcHub();
    other.login = (request) => ({
      kind: 'done',
      request,
      outcome: { kind: 'refused', error: 'cancelled', reason: 'journey.cancelled', reference: 'R' },
    });
    const again = await askDevice(thick(other));
    const end: HttpResponse = await allowDevice(other, again.user_code);
    assert.equal(end.headers.location, 'https://hub.example/device/stopped');
    assert.equal((await poll(thick(other), again.device_code)).error, 'access_denied');
  });

  test('a login that outlives the code gives nothing', async () => {
    const hub = new OidcHub();
    hub.login = (request) => {
      hub.now += 600_000;
      return hub.letIn(request);
    };
    const asked = await askDevice(thick(hub));
    await assert.rejects(allowDevice(hub, asked.user_code), /expired during the login/);
    assert.equal(hub.store.codes.size, 0);
    assert.equal((await poll(thick(hub), asked.device_code)).error, 'expired_token');
  });

  test('a device code is no authorization code, and the other way round', async () => {
    const hub = new OidcHub();
    hub.change('ehr', { grants: ['authorization_code', deviceGrant] });
    const client = new OidcClient(hub, 'ehr');
    const asked = await askDevice(client);
    await allowDevice(hub, asked.user_code);
    assert.equal((await client.redeem(String(asked.device_code))).error, 'invalid_grant');
    assert.equal((await poll(client, await client.code())).error, 'invalid_grant');
    assert.equal((await poll(client, asked.device_code)).status, 200);
  });

  test('an interrupted journey ends for the device too: its memo says whose it is', async () => {
    const hub = new OidcHub();
    hub.login = () => ({ kind: 'interact', journey: 'j1' });
    const asked = await askDevice(thick(hub));
    assert.equal((await allowDevice(hub, asked.user_code)).headers.location, 'https://hub.example/login/j1');
    const login = hub.logins[0];
    assert.ok(login);
    assert.equal(fromMemo(login.memo).waiting?.hash, [...hub.store.waiting.keys()][0]);
    const turn = hub.letIn(login);
    assert.ok(turn.kind === 'done');
    const end = await hub.frontend.answer(login, turn.outcome);
    assert.equal(end.headers.location, 'https://hub.example/device/done');
  });

  test('metadata and the page are there only where an application has the grant', async () => {
    const hub = new OidcHub();
    const about = async () =>
      JSON.parse(String((await hub.call('GET', `${issuerUrl}/.well-known/openid-configuration`)).body));
    assert.equal((await about()).device_authorization_endpoint, `${issuerUrl}/device_authorization`);
    assert.ok((await about()).grant_types_supported.includes(deviceGrant));
    assert.ok(hub.frontend.devices.offered());
    for (const id of ['thick', 'thick-basic']) hub.change(id, { grants: [] });
    assert.equal((await about()).device_authorization_endpoint, undefined);
    assert.ok(!(await about()).grant_types_supported.includes(deviceGrant));
    assert.ok(!hub.frontend.devices.offered());
  });

  test('at an issuer in HelseID’s layout, with a client of that profile', async () => {
    const hub = helseidHub({ grants: [deviceGrant, 'refresh_token'] });
    const client = new OidcClient(hub, 'epj');
    assert.equal(client.url('device-authorization'), `${issuerUrl}/connect/deviceauthorization`);
    const about = await hub.call('GET', `${issuerUrl}/.well-known/openid-configuration`);
    assert.equal(JSON.parse(String(about.body)).device_authorization_endpoint, client.url('device-authorization'));
    const asked = await askDevice(client);
    assert.equal(asked.status, 200, JSON.stringify(asked));
    await allowDevice(hub, asked.user_code);
    const tickets = await poll(client, asked.device_code);
    assert.equal(tickets.status, 200, JSON.stringify(tickets));
    assert.deepEqual(claimsOf(tickets.access_token).scope, ['openid', 'profile', 'journal/read']);
  });

  test('user codes: every letter as likely, read as people type them', () => {
    const counts = new Map<string, number>();
    for (let round = 0; round < 5000; round++)
      for (const letter of newUserCode(systemRandom)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    assert.equal(counts.size, 20);
    for (const count of counts.values()) assert.ok(count > 1750 && count < 2250, String(count));
    assert.equal(readUserCode(' wdjb–mjht.'), 'WDJBMJHT');
    assert.equal(shownUserCode('WDJBMJHT'), 'WDJB-MJHT');
    for (const wrong of ['', 'WDJBMJH', 'WDJBMJHTT', 'WDJBMJHA', 'B'.repeat(1000), 'WDJB\u0000MJHT'])
      assert.equal(readUserCode(wrong), undefined);
  });
});
