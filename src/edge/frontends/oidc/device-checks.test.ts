// What a device's request, the code that a person types, and a device's polls must be like: every check (RFC 8628).
import { describeChecks } from '../../../../test/fakes/check-cases.ts';
import { allowDevice, askDevice, denyDevice, findDevice, poll } from '../../../../test/fakes/device-user.ts';
import { OidcClient } from '../../../../test/fakes/oidc-client.ts';
import { deviceGrant, labAudience, type OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { contentCases, originCases } from '../../../../test/fakes/request-cases.ts';
import { type Ask, clientCases, dpopCases, formCases } from '../../../../test/fakes/shared-cases.ts';

const thick = (hub: OidcHub) => new OidcClient(hub, 'thick');

/** The EHR, with the grant beside its own, so that every case of other endpoints holds here too. */
const ask: Ask = (hub, { client: id = 'ehr', form = {}, ...sent }) => {
  if (id === 'ehr') {
    const grants = hub.catalogue.clients.get('ehr')?.grants ?? [];
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
