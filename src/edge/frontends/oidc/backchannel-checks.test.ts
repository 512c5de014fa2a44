// What a request through the back channel, a person's answer, and the polls must be like: every check (CIBA Core 1.0).
import { allowNewest, askPerson, newestOf, pollPerson } from '../../../../test/fakes/backchannel-user.ts';
import { describeChecks } from '../../../../test/fakes/check-cases.ts';
import { browserRequest } from '../../../../test/fakes/device-user.ts';
import { OidcClient } from '../../../../test/fakes/oidc-client.ts';
import { backchannelGrant, denyRule, labAudience, type OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { contentCases, originCases } from '../../../../test/fakes/request-cases.ts';
import { type Ask, clientCases, dpopCases, formCases } from '../../../../test/fakes/shared-cases.ts';

const thick = (hub: OidcHub) => new OidcClient(hub, 'thick');

/** The EHR, with the grant beside its own, so that every case of other endpoints holds here too. */
const ask: Ask = (hub, { client: id = 'ehr', form = {}, ...sent }) => {
  if (id === 'ehr') {
    const grants = hub.catalogue.clients.get('ehr')?.grants ?? [];
    hub.change('ehr', { grants: [...grants, backchannelGrant] });
  }
  return askPerson(new OidcClient(hub, id), form, sent);
};
const withoutRedirects = /^request\.(redirectUri|grant|responseType|responseMode|challenge)$/;

/** A signed request of the thick client, and nothing beside it. */
function signed(hub: OidcHub, bent: Record<string, unknown> = {}) {
  const client = thick(hub);
  const claims = {
    scope: 'openid',
    login_hint: 'anna',
    binding_message: 'Ward 7, 4711',
    dpop_jkt: client.jkt,
    nbf: client.seconds,
    ...bent,
  };
  const nothing = { scope: undefined, login_hint: undefined, binding_message: undefined, dpop_jkt: undefined };
  return askPerson(client, { ...nothing, request: client.assertion({ sub: undefined, ...claims }) });
}

describeChecks('backchannelAuthentication', [
  ...formCases(ask),
  ...clientCases(ask),
  ...dpopCases('backchannel-authentication', ask),
  {
    check: 'backchannel.grant',
    what: 'an application that did not turn it on',
    run: (hub) => askPerson(new OidcClient(hub, 'other')),
  },
  {
    check: 'request.nested',
    what: 'a request_uri (O10)',
    run: (hub) => ask(hub, { form: { request_uri: 'https://evil.example/request' } }),
  },
  ...[
    ...originCases((hub, form) => ask(hub, { form }) as Promise<unknown>, 'ehr'),
    ...contentCases((hub, form) => ask(hub, { form }) as Promise<unknown>, 'ehr'),
  ].filter(({ check, what }) => !withoutRedirects.test(check) && what !== 'none with another'),
  { check: 'request.object', what: 'without dates', run: (hub) => signed(hub, { nbf: undefined }) },
  {
    check: 'request.dpopKey',
    what: 'another than the proof’s',
    run: (hub) => {
      const client = thick(hub);
      const sent = { headers: { dpop: client.proof('backchannel-authentication') } };
      return askPerson(client, { dpop_jkt: 'x'.repeat(43) }, sent);
    },
  },
  {
    check: 'backchannel.bound',
    what: 'no key for the tickets in fapi2',
    run: (hub) => askPerson(thick(hub), { dpop_jkt: undefined }),
  },
  { check: 'backchannel.asks', what: 'prompt=none', run: (hub) => askPerson(thick(hub), { prompt: 'none' }) },
  {
    check: 'backchannel.object',
    what: 'a signed request that could come again',
    run: (hub) => signed(hub, { jti: undefined }),
  },
  { check: 'backchannel.openid', what: 'no openid', run: (hub) => askPerson(thick(hub), { scope: 'journal/read' }) },
  { check: 'backchannel.openid', what: 'no scope', run: (hub) => askPerson(thick(hub), { scope: undefined }) },
  {
    check: 'backchannel.hintToken',
    what: 'alone',
    run: (hub) => askPerson(thick(hub), { login_hint: undefined, login_hint_token: 'a.b.c' }),
  },
  { check: 'backchannel.oneHint', what: 'none', run: (hub) => askPerson(thick(hub), { login_hint: undefined }) },
  {
    check: 'backchannel.oneHint',
    what: 'two',
    run: async (hub) => {
      hub.change('thick', {
        grants: ['authorization_code', backchannelGrant],
        redirectUris: ['https://thick.example'],
      });
      return askPerson(thick(hub), { id_token_hint: String((await thick(hub).login()).id_token) });
    },
  },
  ...[
    ['two lines', 'Ward\n7'],
    ['too long', 'a'.repeat(61)],
    ['turned around', 'Ward \u202e7'],
    ['with a space that is not seen', 'Ward\u200b7'],
    ['of pictures', 'Ward 🏥'],
    ['of spaces', '   '],
    ['of a letter that is not seen', '\u3164'],
    ['with a mark that is not seen', 'Ward\u034f7'],
    ['that begins with a mark', '\u0301Ward'],
    ['of marks that tower over the lines above', `Ward 7${'\u0301'.repeat(50)}`],
  ].map(([what, binding_message]) => ({
    check: 'backchannel.message',
    what: `a message: ${what}`,
    run: (hub: OidcHub) => signed(hub, { binding_message }),
  })),
  {
    check: 'backchannel.context',
    what: 'no message in fapi2',
    run: (hub) => askPerson(thick(hub), { binding_message: undefined }),
  },
  ...['0', '-5', '1.5', 'soon', '9'.repeat(10)].map((requested_expiry) => ({
    check: 'backchannel.expiry',
    what: requested_expiry,
    run: (hub: OidcHub) => askPerson(thick(hub), { requested_expiry }),
  })),
]);

describeChecks('backchannelCounted', [
  {
    check: 'backchannel.few',
    what: 'a fourth for one person',
    run: async (hub) => {
      for (const _ of [1, 2, 3]) await askPerson(thick(hub));
      return askPerson(thick(hub), { login_hint: ' ANNA ' });
    },
  },
  {
    check: 'backchannel.few',
    what: 'after three times no',
    run: async (hub) => {
      for (const _ of [1, 2, 3]) {
        await askPerson(thick(hub));
        await (await newestOf(hub)).deny(false);
      }
      return askPerson(thick(hub));
    },
  },
]);

/** The person comes to answer a request; `before` happens first. */
const answer = async (hub: OidcHub, before: (hub: OidcHub) => unknown, person = 'anna') => {
  await askPerson(thick(hub));
  const { id } = await newestOf(hub);
  await before(hub);
  return hub.frontend.backchannel.find(person, id);
};

describeChecks('askedPerson', [
  { check: 'asked.own', what: 'by somebody else', run: (hub) => answer(hub, () => undefined, 'bo') },
  {
    check: 'asked.fresh',
    what: 'after ten minutes',
    run: (hub) =>
      answer(hub, () => {
        hub.now += 600_000;
      }),
  },
  { check: 'asked.undecided', what: 'allowed before', run: (hub) => answer(hub, allowNewest) },
  {
    check: 'asked.undecided',
    what: 'refused before',
    run: (hub) => answer(hub, async () => (await newestOf(hub)).deny(false)),
  },
  {
    check: 'asked.application',
    what: 'closed meanwhile',
    run: (hub) => answer(hub, () => hub.change('thick', { closed: true })),
  },
  {
    check: 'asked.application',
    what: 'the grant was taken away',
    run: (hub) => answer(hub, () => hub.change('thick', { grants: [] })),
  },
]);

/** A program whose person said yes, which then comes for its tickets, bent. */
const come = async (
  hub: OidcHub,
  bent: {
    readonly by?: (hub: OidcHub) => OidcClient;
    readonly form?: Record<string, string | readonly string[] | undefined>;
    readonly before?: (id: unknown) => unknown;
  },
) => {
  const { auth_req_id: id } = await askPerson(thick(hub));
  await allowNewest(hub);
  await bent.before?.(id);
  return pollPerson((bent.by ?? thick)(hub), id, bent.form);
};

describeChecks('waited', [
  {
    check: 'waited.assignment',
    what: 'ended after the yes',
    run: (hub) =>
      come(hub, {
        before: () => {
          const anna = hub.store.people.get('anna')!;
          const assignments = anna.assignments.map((each) => ({ ...each, until: hub.now }));
          hub.store.people.set('anna', { ...anna, assignments });
        },
      }),
  },
  {
    check: 'waited.permit',
    what: 'a rule that came after the yes',
    run: (hub) =>
      come(hub, {
        before: () => {
          hub.catalogue = { ...hub.catalogue, rules: new Map([['stop', denyRule('thick')]]) };
        },
      }),
  },
]);

const pending = new Map([
  ['authorization_pending', 'backchannel.decided'],
  ['slow_down', 'backchannel.pace'],
]);

describeChecks(
  'backchannelRedemption',
  [
    { check: 'backchannel.given', what: 'absent', run: (hub) => pollPerson(thick(hub), undefined) },
    { check: 'backchannel.known', what: 'of nobody', run: (hub) => pollPerson(thick(hub), 'x'.repeat(43)) },
    {
      check: 'backchannel.client',
      what: 'by another application',
      run: (hub) => {
        hub.change('other', { grants: [backchannelGrant] });
        return come(hub, { by: () => new OidcClient(hub, 'other', { dpop: 'dpop of thick' }) });
      },
    },
    {
      check: 'backchannel.dpopKey',
      what: 'another key than the request’s',
      run: (hub) => come(hub, { by: () => new OidcClient(hub, 'thick', { dpop: 'thief' }) }),
    },
    { check: 'code.unused', what: 'twice', run: (hub) => come(hub, { before: (id) => pollPerson(thick(hub), id) }) },
    {
      check: 'backchannel.fresh',
      what: 'after ten minutes',
      run: (hub) =>
        come(hub, {
          before: () => {
            hub.now += 600_000;
          },
        }),
    },
    {
      check: 'backchannel.denied',
      what: 'the person said no',
      run: async (hub) => {
        const { auth_req_id: id } = await askPerson(thick(hub));
        await (await newestOf(hub)).deny(false);
        return pollPerson(thick(hub), id);
      },
    },
    {
      check: 'backchannel.pace',
      what: 'two polls within the interval',
      run: async (hub) => {
        const { auth_req_id: id } = await askPerson(thick(hub));
        await pollPerson(thick(hub), id);
        hub.now += 2000;
        return pollPerson(thick(hub), id);
      },
    },
    {
      check: 'backchannel.decided',
      what: 'before the person answered',
      run: async (hub) => pollPerson(thick(hub), (await askPerson(thick(hub))).auth_req_id),
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
        const { auth_req_id: id } = await askPerson(basic);
        await (await newestOf(hub)).allow(browserRequest());
        hub.changeApi('journal', { requireBoundTokens: true });
        return pollPerson(basic, id);
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
