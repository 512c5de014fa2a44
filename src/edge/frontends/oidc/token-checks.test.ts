// The token endpoint: every check with a request that it alone stops.
import assert from 'node:assert/strict';
import { describeChecks } from '../../../../test/fakes/check-cases.ts';
import { OidcClient } from '../../../../test/fakes/oidc-client.ts';
import {
  catalogue,
  denyRule,
  journalAudience,
  keyOf,
  labAudience,
  type OidcHub,
} from '../../../../test/fakes/oidc-hub.ts';
import { type Ask, clientCases, dpopCases, formCases } from '../../../../test/fakes/shared-cases.ts';

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
    check: 'machine.api',
    what: 'the owners of its APIs have not approved it (N5)',
    run: (hub) => {
      for (const id of ['journal', 'lab']) hub.changeApi(id, { limits: { clients: [] } });
      return machine(hub, { form: { scope: undefined } });
    },
  },
  {
    check: 'machine.bound',
    what: 'no proof for an API that takes bound tokens alone (N5)',
    run: (hub) => {
      hub.changeApi('journal', { requireBoundTokens: true });
      return machine(hub, { client: 'portal', headers: { dpop: undefined } });
    },
  },
  {
    check: 'machine.permit',
    what: 'a limit of the API refuses it (N5)',
    run: (hub) => {
      hub.changeApi('journal', { limits: { networks: ['guest'] } });
      return machine(hub, {});
    },
  },
  {
    check: 'machine.ownKeys',
    what: 'its own keys beside an API',
    run: (hub) => machine(hub, { client: 'robot', form: { scope: 'client:keys journal/read' } }),
  },
  {
    check: 'machine.ownKeys',
    what: 'its own keys at a resource',
    run: (hub) => machine(hub, { client: 'robot', form: { scope: 'client:keys', resource: journalAudience } }),
  },
  {
    check: 'machine.usage',
    what: 'reports of use beside an API',
    run: (hub) => machine(hub, { client: 'robot', form: { scope: 'usage:report journal/read' } }),
  },
  {
    check: 'machine.usage',
    what: 'reports of use at a resource',
    run: (hub) => machine(hub, { client: 'robot', form: { scope: 'usage:report', resource: journalAudience } }),
  },
  {
    check: 'machine.permit',
    what: 'a rule refuses it',
    run: (hub) => {
      hub.catalogue = catalogue({ rules: [denyRule('ehr')] });
      return machine(hub, {});
    },
  },
]);

const both = [journalAudience, labAudience];
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
    check: 'code.resource',
    what: 'of an API that the application is no longer registered for',
    run: redeem((hub, client, code) => {
      hub.change('ehr', { apis: ['lab'] });
      return client.redeem(code);
    }),
  },
  {
    check: 'code.oneResource',
    what: 'two',
    run: redeem((_, client, code) => client.redeem(code, { resource: both }), { resource: both }),
  },
  {
    check: 'code.bound',
    what: 'no proof for an API that takes bound tokens alone (N5)',
    run: async (hub) => {
      hub.changeApi('journal', { requireBoundTokens: true });
      const client = new OidcClient(hub, 'portal');
      return client.redeem(await client.code());
    },
  },
  {
    check: 'code.session',
    what: 'its person closed',
    run: redeem((hub, client, code) => {
      hub.closePerson('anna');
      return client.redeem(code);
    }),
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
