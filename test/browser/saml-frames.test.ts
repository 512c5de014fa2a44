// Applications of SAML that are told in frames, in Chromium: one answers and one never comes back; nobody is stuck, and the page says which.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import {
  openMessage,
  readRedirect,
  redirectUrl,
  statusCodes,
  writeAuthnRequest,
  writeLogoutResponse,
} from '../../src/base/saml/index.ts';
import { loadXml, writeXml, type XmlElement } from '../../src/base/xml/index.ts';
import { samlCertificate, samlKey } from '../fakes/saml-provider.ts';
import { freePort, type RunningHub, startHub, tillitCommand } from '../support/index.ts';
import { browserMissing, type Chromium, startChromium } from './chromium.ts';
import { en, givePassword, heading, Inspector } from './walk.ts';

const names = ['prompt', 'silent'] as const;
type Name = (typeof names)[number];

describe('SAML applications in frames', { skip: browserMissing() ?? false }, () => {
  let hub: RunningHub;
  let browser: Chromium;
  const urls = new Map<Name, string>();
  const servers: Server[] = [];
  /** What the silent one was asked and has not answered. */
  const held: ServerResponse[] = [];
  const inspector = new Inspector();
  const entityOf = (name: Name): string => `${urls.get(name)}/sp`;

  const signedUrl = (name: Name, location: string, parameter: 'SAMLRequest' | 'SAMLResponse', message: XmlElement) =>
    redirectUrl({ location, parameter, xml: Buffer.from(writeXml(message)), key: samlKey(name) });

  /** What it answers in its frame. */
  function answerTo(name: Name, query: string): string {
    const read = readRedirect(query);
    const opening = read.ok ? openMessage(read.received) : undefined;
    assert.ok(opening?.ok);
    const location = `${hub.hubUrl}/saml/slo`;
    const message = writeLogoutResponse({
      id: `_${Date.now()}`,
      issueInstant: Date.now(),
      issuer: entityOf(name),
      destination: location,
      inResponseTo: opening.message.claimedId,
      status: { code: statusCodes.success },
    });
    return signedUrl(name, location, 'SAMLResponse', message);
  }

  async function start(name: Name): Promise<void> {
    const url = `https://localhost:${await freePort()}`;
    urls.set(name, url);
    const tls = (file: string) => readFileSync(join(hub.dataFolder, 'demo', 'ca', file));
    const server = createServer({ cert: tls('server.pem'), key: tls('server.key') }, (request, response) => {
      const { pathname, search } = new URL(request.url ?? '', url);
      if (pathname !== '/slo') return void response.end(`<!doctype html><title>${name}</title><h1>${name}</h1>`);
      if (name === 'silent') return void held.push(response);
      response.writeHead(302, { location: answerTo(name, search.slice(1)) }).end();
    });
    await new Promise<void>((resolve) => server.listen(Number(new URL(url).port), '127.0.0.1', resolve));
    servers.push(server);
  }

  before(async () => {
    await loadXml();
    hub = await startHub();
    for (const name of names) await start(name);
    const samlApplications = names.map((name) => ({
      id: name,
      issuer: 'hub',
      name: { en: `The ${name} one` },
      minimumAssurance: 'low',
      entityId: entityOf(name),
      assertionConsumers: [{ binding: 'post', location: `${urls.get(name)}/acs` }],
      singleLogout: [{ binding: 'redirect', location: `${urls.get(name)}/slo` }],
      keys: { signing: [samlCertificate(name)] },
    }));
    const file = join(hub.dataFolder, 'frames.yaml');
    writeFileSync(file, JSON.stringify({ samlApplications }));
    const done = await tillitCommand(hub, 'apply', '--yes', file);
    assert.equal(done.code, 0, done.output);
    await sleep(4000);
    browser = await startChromium(hub, { partners: [...urls.values()] });
  });
  after(async () => {
    await browser?.close();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    await hub?.remove();
  });

  async function reach(page: Page, name: Name): Promise<void> {
    const location = `${hub.hubUrl}/saml/sso`;
    const message = writeAuthnRequest({
      id: `_${name}${Date.now()}`,
      issueInstant: Date.now(),
      issuer: entityOf(name),
      destination: location,
      forceAuthn: false,
      isPassive: false,
      principalSelection: [],
    });
    await page.goto(signedUrl(name, location, 'SAMLRequest', message));
    if (new URL(page.url()).pathname.startsWith('/login/')) await givePassword(page, 'kari', hub.password('kari'));
    await page.waitForURL(`${urls.get(name)}/acs`);
  }

  test('one that answers is logged out; one that never comes back is shown as not reached, and the person goes on', async () => {
    const page = await browser.page();
    for (const name of names) await reach(page, name);
    await page.goto(`${hub.hubUrl}/logout`);
    await page.getByRole('button', { name: en('logout.submit'), exact: true }).click({ noWaitAfter: true });
    // A page is not loaded before its frames are, and one of these never is.
    await page.waitForURL(`${hub.hubUrl}/logged-out/**`, { waitUntil: 'commit' });
    const row = (name: Name) => page.locator('#progress li', { hasText: `The ${name} one` });
    await row('prompt').getByText(en('loggedOut.told'), { exact: true }).waitFor();
    await row('silent').getByText(en('loggedOut.pending')).waitFor();
    assert.ok(await page.getByText(en('loggedOut.advice.working')).isVisible());
    await row('silent').getByText(en('loggedOut.failed')).waitFor({ timeout: 30_000 });
    assert.equal(await heading(page), en('loggedOut.partTitle'));
    assert.ok(await page.getByRole('link', { name: en('loggedOut.again') }).isVisible());
    assert.deepEqual(browser.complaints, []);
    for (const response of held) response.end();
    await inspector.inspect(page, 'saml-frames-partly');
    inspector.verify('saml-frames-partly');
  });
});
