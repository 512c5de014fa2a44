// K5: an OIDC application learns the account behind it by the scope `account`; and a pre-condition where nobody may be asked.
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { nameIdFormats } from '../../src/base/saml/index.ts';
import { SamlFake } from '../fakes/saml-provider.ts';
import { applyItems } from '../support/hub-pair.ts';
import {
  ApplicationClient,
  demoApplication,
  type HttpAnswer,
  HttpBrowser,
  type RunningHub,
  startHub,
  tillitCommand,
} from '../support/index.ts';
import { SamlRequester } from './saml-requester.ts';
import { bring, ownMetadata, samlItem, visit } from './saml-visits.ts';

describe('an application with an account or a pre-condition behind it', () => {
  let hub: RunningHub;
  let gate: Server;
  /** What the system behind the gated applications says. */
  let known = false;
  let asked = 0;
  let saml: SamlRequester;
  const kommun = new SamlFake('kommun');

  const oidcItem = (id: string, more: object = {}) => ({
    id,
    issuer: 'hub',
    name: { en: id },
    redirectUris: [`${hub.ehrUrl}/callback`],
    authentication: {
      method: 'private_key_jwt',
      jwks: {
        keys: [
          {
            ...createPublicKey(readFileSync(demoApplication(hub).keyFile)).export({ format: 'jwk' }),
            kid: id,
            alg: 'ES256',
            use: 'sig',
          },
        ],
      },
    },
    grants: ['authorization_code'],
    scopes: ['openid', 'account'],
    minimumAssurance: 'low',
    ...more,
  });

  before(async () => {
    gate = createServer((request, response) => {
      request.resume();
      asked += 1;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ known }));
    });
    await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
    hub = await startHub();
    saml = new SamlRequester(hub, 'gated-saml');
    await applyItems(hub, {
      organisations: [{ id: 'town', name: 'Smalltown' }],
      providers: [samlItem(kommun)],
      applications: [oidcItem('journal', { requireAssignment: true }), oidcItem('plain'), oidcItem('gated')],
      samlApplications: [saml.item()],
      accountTargets: [{ id: 'region', name: { en: 'Region' }, kind: 'builtIn', principalSuffix: 'region.example' }],
      accountRules: [{ id: 'care', name: { en: 'Care' }, target: 'region', applications: ['journal'] }],
      preconditions: [
        {
          id: 'gate',
          name: { en: 'The list' },
          applications: ['gated', 'gated-saml'],
          ask: { url: `http://127.0.0.1:${(gate.address() as AddressInfo).port}/known` },
          order: { what: { en: 'Access' }, from: { en: 'Your manager' } },
        },
      ],
      people: [
        {
          id: 'anna',
          givenName: 'Anna',
          familyName: 'Öberg',
          identities: [{ namespace: 'saml:kommun', value: 'anna' }],
          assignments: [{ id: 'anna-at-town', organisation: 'town', role: 'nurse', hsaId: 'SE0000000000-ANNA' }],
        },
      ],
    });
    await saml.trust();
    await kommun.trust(await ownMetadata(hub));
  });
  after(async () => {
    await hub?.remove();
    gate?.closeAllConnections();
    gate?.close();
  });

  const atApplication = (url: URL): boolean => url.origin === hub.ehrUrl;
  const client = (clientId: string, scope: string) =>
    new ApplicationClient({ ...demoApplication(hub), clientId, scope });

  /** Anna's login at one application; ends where the application's answer is. */
  async function logIn(application: ApplicationClient, browser = new HttpBrowser(hub.rootPem)) {
    const login = await application.push();
    const page = await browser.go(login.url, atApplication);
    const away = await visit(browser, page, kommun);
    const form = kommun.answer(away, { nameId: { format: nameIdFormats.persistent, value: 'anna' } });
    let end = await bring(browser, kommun, form.action, form.fields, atApplication);
    for (let tries = 0; tries < 100 && /<progress/.test(end.body); tries += 1) {
      await sleep(200);
      end = await browser.go(end.url, atApplication);
    }
    assert.ok(atApplication(end.url), end.body);
    return { browser, login, end };
  }
  const claimsFor = async (id: string, scope: string) => {
    const application = client(id, scope);
    const { login, end } = await logIn(application);
    return (await application.complete(end.url, login)).idClaims;
  };

  test('the scope account tells the principal name and the login name of the account that the login made', async () => {
    const claims = await claimsFor('journal', 'openid account');
    assert.deepEqual([claims.upn, claims.account_name], ['annobe@region.example', 'annobe']);
  });

  test('without the scope, and at an application with no account behind it, nothing is told of it', async () => {
    for (const claims of [await claimsFor('journal', 'openid'), await claimsFor('plain', 'openid account')]) {
      assert.equal(claims.sub, 'anna');
      assert.deepEqual([claims.upn, claims.account_name], [undefined, undefined]);
    }
  });

  describe('where nobody may be asked', () => {
    let browser: HttpBrowser;
    before(async () => {
      ({ browser } = await logIn(client('plain', 'openid')));
    });
    const silently = async (id = 'gated') => {
      const application = client(id, 'openid');
      const login = await application.push({ prompt: 'none' });
      return { application, login, end: await browser.go(login.url, atApplication) };
    };
    const passively = async (): Promise<HttpAnswer> => await browser.go(saml.askUrl(undefined, [], true), saml.isHere);

    test('prompt=none: who is missing is interaction_required, and the system was asked', async () => {
      [known, asked] = [false, 0];
      const { end } = await silently();
      assert.ok(atApplication(end.url), end.body);
      assert.equal(end.url.searchParams.get('error'), 'interaction_required');
      assert.equal(end.url.searchParams.get('code'), null);
      assert.equal(asked, 1);
    });

    test('IsPassive: who is missing is NoPassive', async () => {
      [known, asked] = [false, 0];
      assert.deepEqual(saml.heard(await passively()), { ok: false, status: 'NoPassive' });
      assert.equal(asked, 1);
      const { output } = await tillitCommand(hub, 'audit', 'find', '--person', 'anna');
      assert.match(output, /precondition\.missing/);
    });

    test('an account that is open is extended, and nobody waits for it (K6)', async () => {
      const ends = async (): Promise<number> => {
        const { output } = await tillitCommand(hub, 'target', 'accounts', '--person', 'anna', '--json');
        const line = output.split('\n').find((one) => one.startsWith('{')) ?? '{}';
        return (JSON.parse(line) as { until: number }).until;
      };
      const before = await ends();
      const { application, login, end } = await silently('journal');
      assert.equal((await application.complete(end.url, login)).idClaims.sub, 'anna');
      let now = before;
      for (let tries = 0; tries < 60 && now === before; tries += 1) now = await ends();
      assert.ok(now > before, 'its end has moved on');
    });

    test('who is known is logged in by both, with no page', async () => {
      known = true;
      const { application, login, end } = await silently();
      assert.equal((await application.complete(end.url, login)).idClaims.sub, 'anna');
      assert.equal(saml.heard(await passively()).ok, true);
    });
  });
});
