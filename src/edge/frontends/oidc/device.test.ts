// Devices (RFC 8628): their request, the code that a person types, and the tickets that they come for.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeChecks } from '../../../../test/fakes/check-cases.ts';
import { allowDevice, askDevice, denyDevice, findDevice, poll } from '../../../../test/fakes/device-user.ts';
import { helseidHub } from '../../../../test/fakes/helseid-hub.ts';
import { claimsOf, OidcClient } from '../../../../test/fakes/oidc-client.ts';
import { catalogue, denyRule, deviceGrant, issuerUrl, labAudience, OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { contentCases, originCases } from '../../../../test/fakes/request-cases.ts';
import { type Ask, clientCases, dpopCases, formCases } from '../../../../test/fakes/shared-cases.ts';
import type { HttpResponse } from '../../../base/http/index.ts';
import { systemRandom } from '../../../base/ids.ts';
import { newUserCode, readUserCode, shownUserCode } from '../../../core/grants/index.ts';
import { fromMemo } from './memo.ts';

const thick = (hub: OidcHub) => new OidcClient(hub, 'thick');

/** The EHR, with the grant beside its own, so that every case of other endpoints holds here too. */
const ask: Ask = (hub, { client: id = 'ehr', form = {}, ...sent }) => {
  if (id === 'ehr') {
    const grants = hub.catalogue.applications.get('ehr')?.grants ?? [];
    hub.change('ehr', { grants: [...grants, deviceGrant] });
  }
  return askDevice(new OidcClient(hub, id), form, sent);
};
const withoutRedirects = /^request\.(redirectUri|grant|responseType|responseMode|challenge)$/;

describeChecks('deviceAuthorization', [
  ...formCases(ask),
  ...clientCases(ask),
  ...dpopCases('device-authorization', ask),
  {
    check: 'device.grant',
    what: 'an application that did not turn it on',
    run: (hub) => askDevice(new OidcClient(hub, 'other')),
  },
  {
    check: 'request.nested',
    what: 'a request_uri (O10)',
    run: (hub) => ask(hub, { form: { request_uri: 'https://evil.example/request' } }),
  },
  { check: 'request.clientId', what: 'absent', run: (hub) => ask(hub, { form: { client_id: undefined } }) },
  ...[
    ...originCases((hub, form) => ask(hub, { form }) as Promise<unknown>, 'ehr'),
    ...contentCases((hub, form) => ask(hub, { form }) as Promise<unknown>, 'ehr'),
  ].filter(({ check, what }) => !withoutRedirects.test(check) && what !== 'none with another'),
  {
    check: 'request.dpopKey',
    what: 'another than the proof’s',
    run: (hub) => {
      const client = thick(hub);
      return askDevice(
        client,
        { dpop_jkt: 'x'.repeat(43) },
        { headers: { dpop: client.proof('device-authorization') } },
      );
    },
  },
  {
    check: 'device.bound',
    what: 'no key for the tickets in fapi2',
    run: (hub) => askDevice(thick(hub), { dpop_jkt: undefined }),
  },
  { check: 'device.asks', what: 'prompt=none', run: (hub) => askDevice(thick(hub), { prompt: 'none' }) },
]);

const find = async (hub: OidcHub, change: (hub: OidcHub, code: string, device: unknown) => unknown, typed?: string) => {
  const asked = await askDevice(thick(hub));
  await change(hub, String(asked.user_code), asked.device_code);
  return findDevice(hub, typed ?? asked.user_code);
};

describeChecks('userCode', [
  { check: 'userCode.form', what: 'too short', run: (hub) => find(hub, () => {}, 'BCDF') },
  { check: 'userCode.form', what: 'vowels', run: (hub) => find(hub, () => {}, 'AEIO-UYAE') },
  {
    check: 'userCode.tries',
    what: 'the right one after ten wrong ones',
    run: (hub) =>
      find(hub, async () => {
        for (const letter of 'BCDFGHJKLM') await findDevice(hub, `${letter.repeat(7)}Z`);
      }),
  },
  { check: 'userCode.known', what: 'of nobody', run: (hub) => find(hub, () => {}, 'BBBB-BBBB') },
  {
    check: 'userCode.fresh',
    what: 'after ten minutes',
    run: (hub) =>
      find(hub, () => {
        hub.now += 600_000;
      }),
  },
  { check: 'userCode.undecided', what: 'allowed before', run: (hub) => find(hub, (_, code) => allowDevice(hub, code)) },
  { check: 'userCode.undecided', what: 'denied before', run: (hub) => find(hub, (_, code) => denyDevice(hub, code)) },
  {
    check: 'userCode.application',
    what: 'closed meanwhile',
    run: (hub) => find(hub, () => hub.change('thick', { closed: true })),
  },
  {
    check: 'userCode.application',
    what: 'the grant was taken away',
    run: (hub) => find(hub, () => hub.change('thick', { grants: [] })),
  },
]);

/** A device whose person said yes, which then comes for its tickets, bent. */
const come = async (
  hub: OidcHub,
  bent: {
    readonly by?: (hub: OidcHub) => OidcClient;
    readonly ask?: Record<string, string>;
    readonly form?: Record<string, string | readonly string[] | undefined>;
    readonly before?: (code: unknown) => unknown;
  },
) => {
  const asked = await askDevice(thick(hub), bent.ask);
  await allowDevice(hub, asked.user_code);
  await bent.before?.(asked.device_code);
  return poll((bent.by ?? thick)(hub), asked.device_code, bent.form);
};
const pending = new Map([
  ['authorization_pending', 'device.decided'],
  ['slow_down', 'device.pace'],
]);

describeChecks(
  'deviceRedemption',
  [
    { check: 'device.given', what: 'absent', run: (hub) => poll(thick(hub), undefined) },
    { check: 'device.known', what: 'of nobody', run: (hub) => poll(thick(hub), 'x'.repeat(43)) },
    {
      check: 'device.client',
      what: 'by another application',
      run: (hub) => {
        hub.change('other', { grants: [deviceGrant] });
        return come(hub, { by: () => new OidcClient(hub, 'other', { dpop: 'dpop of thick' }) });
      },
    },
    {
      check: 'device.dpopKey',
      what: 'another key than the device’s',
      run: (hub) => come(hub, { by: () => new OidcClient(hub, 'thick', { dpop: 'thief' }) }),
    },
    {
      check: 'code.unused',
      what: 'twice',
      run: (hub) => come(hub, { before: (code) => poll(thick(hub), code) }),
    },
    {
      check: 'device.fresh',
      what: 'after ten minutes',
      run: (hub) =>
        come(hub, {
          before: () => {
            hub.now += 600_000;
          },
        }),
    },
    {
      check: 'device.denied',
      what: 'the person said no',
      run: async (hub) => {
        const asked = await askDevice(thick(hub));
        await denyDevice(hub, asked.user_code);
        return poll(thick(hub), asked.device_code);
      },
    },
    {
      check: 'device.pace',
      what: 'two polls within the interval',
      run: async (hub) => {
        const asked = await askDevice(thick(hub));
        await poll(thick(hub), asked.device_code);
        hub.now += 2000;
        return poll(thick(hub), asked.device_code);
      },
    },
    {
      check: 'device.decided',
      what: 'before the person answered',
      run: async (hub) => poll(thick(hub), (await askDevice(thick(hub))).device_code),
    },
    {
      check: 'code.oneResource',
      what: 'two resources',
      run: (hub) => come(hub, { form: { resource: ['https://journal.example', labAudience] } }),
    },
    {
      check: 'code.resource',
      what: 'another than was asked for',
      run: (hub) => come(hub, { form: { resource: labAudience } }),
    },
    {
      check: 'code.bound',
      what: 'no key where the API takes bound tickets alone',
      run: async (hub) => {
        const basic = new OidcClient(hub, 'thick-basic');
        const asked = await askDevice(basic);
        await allowDevice(hub, asked.user_code);
        hub.changeApi('journal', { requireBoundTokens: true });
        return poll(basic, asked.device_code);
      },
    },
    {
      check: 'code.session',
      what: 'the session ended meanwhile',
      run: (hub) => come(hub, { before: () => hub.ports.sessions.end('s1', 'logout', 'r') }),
    },
  ],
  (hub, answer) => {
    const waits = pending.get(String((answer as { error?: unknown }).error));
    const last = hub.store.audit.at(-1)?.body.check;
    return waits ?? (typeof last === 'string' ? last : 'accepted');
  },
);

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
    const { devices, codes, audit, claims } = hub.store;
    const kept = JSON.stringify([[...devices], [...codes], audit, [...claims]]);
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
    assert.equal(hub.store.devices.size, 2);
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
    assert.equal(fromMemo(login.memo).device?.hash, [...hub.store.devices.keys()][0]);
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
