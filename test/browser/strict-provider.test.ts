// A provider whose page lets its forms lead to the hub and nowhere else: a login by Chromium, which holds redirects after a form to that.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { html, page as pageOf } from '../../src/base/http/index.ts';
import { SamlFake } from '../fakes/saml-provider.ts';
import { ownMetadata, samlItem } from '../flows/saml-visits.ts';
import { applyItems } from '../support/hub-pair.ts';
import { freePort, type RunningHub, startHub } from '../support/index.ts';
import { browserMissing, startChromium } from './chromium.ts';
import { openApplication } from './walk.ts';

describe('a provider with a strict form-action', { skip: browserMissing() ?? false }, () => {
  let hub: RunningHub;
  let there: SamlFake;
  let server: Server;

  before(async () => {
    hub = await startHub();
    const url = `https://localhost:${await freePort()}`;
    there = new SamlFake('strict', url);
    const tls = (name: string) => readFileSync(join(hub.dataFolder, 'demo', 'ca', name));
    server = createServer({ cert: tls('server.pem'), key: tls('server.key') }, async (request, response) => {
      const { action, fields } = there.answer(await there.asked(new URL(request.url ?? '', url).href));
      const inputs = fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
      const form = html`<!doctype html><title>You</title><form method="post" action="${action}">${inputs}<button>On</button></form>`;
      const policy = `default-src 'none'; form-action ${new URL(action).origin}`;
      response.writeHead(200, { ...pageOf(200, form).headers, 'content-security-policy': policy });
      response.end(form.toString());
    });
    await new Promise<void>((resolve) => server.listen(Number(new URL(url).port), '127.0.0.1', resolve));
    await applyItems(hub, {
      organisations: [{ id: 'kommun', name: 'Kommunen', number: '2120001553' }],
      providers: [samlItem(there)],
      people: [
        {
          id: 'anna-there',
          givenName: 'Anna',
          familyName: 'There',
          identities: [{ namespace: 'saml:strict', value: 'anna' }],
          assignments: [{ id: 'anna-at-kommun', organisation: 'kommun', role: 'nurse' }],
        },
      ],
    });
    await there.trust(await ownMetadata(hub));
  });
  after(async () => {
    server?.closeAllConnections();
    server?.close();
    await hub?.remove();
  });

  async function logIn(page: Page): Promise<void> {
    await openApplication(page, hub.ehrUrl);
    await page.waitForURL(`${hub.hubUrl}/login/**`);
    await page.getByText('The strict login', { exact: true }).click();
    await page.waitForURL(`${there.url}/**`);
    await page.getByRole('button', { name: 'On' }).click();
    await page.waitForURL((url) => url.origin === new URL(hub.ehrUrl).origin);
  }

  for (const javaScript of [true, false]) {
    test(`lets the login end at another site, ${javaScript ? 'with' : 'without'} JavaScript`, async () => {
      const browser = await startChromium(hub, { javaScript, partners: [there.url] });
      try {
        await logIn(await browser.page());
        assert.deepEqual(browser.complaints, []);
        assert.deepEqual(browser.strangers, []);
      } finally {
        await browser.close();
      }
    });
  }
});
