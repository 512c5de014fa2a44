// The pages that send a form by themselves, in Chromium without scripts: to a provider and back to an application, by their buttons, in five languages.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { html } from '../../src/base/http/index.ts';
import { type Locale, locales } from '../../src/wire/codes/index.ts';
import { backWords, text } from '../../src/wire/texts/index.ts';
import { SamlFake } from '../fakes/saml-provider.ts';
import { type Heard, SamlRequester } from '../flows/saml-requester.ts';
import { ownMetadata, samlItem } from '../flows/saml-visits.ts';
import { applyItems } from '../support/hub-pair.ts';
import { freePort, type RunningHub, startHub } from '../support/index.ts';
import { browserMissing, type Chromium, startChromium } from './chromium.ts';
import { heading, Inspector } from './walk.ts';

const provider = 'The posting login';

async function formIn(request: IncomingMessage): Promise<readonly (readonly [string, string])[]> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return [...new URLSearchParams(Buffer.concat(parts).toString())];
}

describe('pages that send themselves', { skip: browserMissing() ?? false }, () => {
  let hub: RunningHub;
  let there: SamlFake;
  let application: SamlRequester;
  /** What came to the application, each once. */
  const heard: Heard[] = [];
  const servers: Server[] = [];
  const inspector = new Inspector();

  async function serve(url: string, answer: (path: string, request: IncomingMessage) => Promise<unknown>) {
    const tls = (name: string) => readFileSync(join(hub.dataFolder, 'demo', 'ca', name));
    const server = createServer({ cert: tls('server.pem'), key: tls('server.key') }, async (request, response) => {
      const said = await answer(new URL(request.url ?? '', url).pathname, request).catch(
        (fault) => html`${String(fault)}`,
      );
      response.writeHead(200, { 'content-type': 'text/html' }).end(String(said));
    });
    await new Promise<void>((resolve) => server.listen(Number(new URL(url).port), '127.0.0.1', resolve));
    servers.push(server);
  }

  before(async () => {
    hub = await startHub();
    there = new SamlFake('posting', `https://localhost:${await freePort()}`);
    application = new SamlRequester(hub, 'posted', `https://localhost:${await freePort()}`);
    await serve(there.url, async (path, request) => {
      const asked = await there.asked({ action: `${there.url}${path}`, fields: await formIn(request) });
      const { action, fields } = there.answer(asked);
      const inputs = fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
      return html`<!doctype html><title>You</title><form method="post" action="${action}">${inputs}<button>On</button></form>`;
    });
    await serve(application.url, async (path, request) => {
      if (path === '/acs') heard.push(application.judged(await formIn(request)));
      return html`<!doctype html><title>Posted</title><h1>${heard.at(-1)?.ok === true ? 'You are in' : 'You are not in'}</h1>`;
    });
    await applyItems(hub, {
      organisations: [{ id: 'kommun', name: 'Kommunen', number: '2120001553' }],
      providers: [samlItem(there, { singleSignOn: [{ binding: 'post', location: `${there.url}/sso` }] })],
      samlApplications: [application.item()],
      people: [
        {
          id: 'anna-there',
          givenName: 'Anna',
          familyName: 'There',
          identities: [{ namespace: 'saml:posting', value: 'anna' }],
          assignments: [{ id: 'anna-at-kommun', organisation: 'kommun', role: 'nurse' }],
        },
      ],
    });
    await there.trust(await ownMetadata(hub));
    await application.trust();
  });
  after(async () => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    await hub?.remove();
  });

  const started = async (javaScript: boolean): Promise<Chromium> =>
    await startChromium(hub, { javaScript, partners: [there.url, application.url] });

  /** From the application to the choice on the hub's page, in a language. */
  async function choose(page: Page, locale: Locale): Promise<void> {
    await page.context().clearCookies();
    await page.context().addCookies([{ name: '__Host-tillit-locale', value: locale, url: hub.hubUrl, secure: true }]);
    await page.goto(application.askUrl());
    await page.waitForURL(`${hub.hubUrl}/login/**`);
    await page.getByText(provider, { exact: true }).click();
  }

  test('without scripts each waits for its one button, says where it leads, and the login comes through', async () => {
    const browser = await started(false);
    // axe is a script: it looks at a copy that sends nothing.
    const looking = await started(true);
    const copy = await looking.page();
    try {
      const page = await browser.page();
      /** Looks at the page that is there, and presses its button. */
      const press = async (locale: Locale, to: string, title: string, go: string, name: string): Promise<void> => {
        await page.locator(`form[action="${to}"]`).waitFor();
        assert.equal(new URL(page.url()).origin, hub.hubUrl);
        assert.equal(await page.locator('html').getAttribute('lang'), locale);
        assert.deepEqual([await page.title(), await heading(page)], [title, title]);
        assert.deepEqual(await page.locator('button').allInnerTexts(), [go]);
        const box = await page.locator('button').boundingBox();
        assert.ok(box && box.height >= 44, 'the page’s own style is let in by its policy');
        const shown = await page.content();
        assert.match(shown, /<script>/);
        await copy.setContent(shown.replace(/<script>.*?<\/script>/s, ''));
        await inspector.inspect(copy, `self-posting-${name}-${locale}`);
        await page.getByRole('button', { name: go, exact: true }).click();
      };
      for (const locale of locales) {
        await choose(page, locale);
        const leaving = {
          title: text(locale, 'leave.title', { provider }),
          go: text(locale, 'leave.go', { provider }),
        };
        await press(locale, `${there.url}/sso`, leaving.title, leaving.go, 'away');
        await page.getByRole('button', { name: 'On', exact: true }).click();
        const back = backWords([locale]);
        await press(locale, `${application.url}/acs`, back.title, back.go, 'back');
        await page.waitForURL(`${application.url}/acs`);
        assert.equal(await heading(page), 'You are in');
      }
      assert.equal(heard.length, locales.length);
      assert.deepEqual(browser.strangers, []);
      // That the one script of such a page does not run is what this is about.
      assert.deepEqual(browser.complaints, []);
    } finally {
      await looking.close();
      await browser.close();
    }
    inspector.verify(...locales.flatMap((one) => [`self-posting-away-${one}`, `self-posting-back-${one}`]));
  });

  test('with scripts nobody sees them: only the provider’s own button is pressed', async () => {
    heard.length = 0;
    const browser = await started(true);
    try {
      const page = await browser.page();
      await choose(page, 'nb');
      await page.waitForURL(`${there.url}/sso`);
      await page.getByRole('button', { name: 'On', exact: true }).click();
      await page.waitForURL(`${application.url}/acs`);
      assert.equal(await heading(page), 'You are in');
      assert.equal(heard.length, 1);
      assert.deepEqual(browser.complaints, []);
    } finally {
      await browser.close();
    }
  });
});
