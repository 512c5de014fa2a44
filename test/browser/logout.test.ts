// Logout as a person sees it in Chromium: frames under the page's policy, news without a reload, and all of it without scripts.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { freePort, LogoutApplication, type RunningHub, startHub, tillitCommand } from '../support/index.ts';
import { browserMissing, type Chromium, startChromium } from './chromium.ts';
import { en, givePassword, heading, Inspector } from './walk.ts';

describe('logout in a browser', { skip: browserMissing() ?? false }, () => {
  let hub: RunningHub;
  let browser: Chromium;
  let page: Page;
  /** An application that is told in frames alone, at an origin of its own; what its frames were asked. */
  let front: { readonly url: string; readonly server: Server; readonly asked: URL[]; script: string };
  let away: LogoutApplication;
  const inspector = new Inspector();

  async function startFront(): Promise<typeof front> {
    const url = `https://localhost:${await freePort()}`;
    const tls = (name: string) => readFileSync(join(hub.dataFolder, 'demo', 'ca', name));
    const server = createServer({ cert: tls('server.pem'), key: tls('server.key') }, (request, response) => {
      const asked = new URL(request.url ?? '', url);
      const framed = asked.pathname === '/out';
      if (framed) front.asked.push(asked);
      response.writeHead(200, {
        'content-type': 'text/html',
        ...(framed ? { 'content-security-policy': `frame-ancestors ${hub.hubUrl}` } : {}),
      });
      response.end(
        `<!doctype html><title>${asked.pathname}</title>${framed ? `<script>${front.script}</script>` : ''}`,
      );
    });
    await new Promise<void>((resolve) => server.listen(Number(new URL(url).port), '127.0.0.1', resolve));
    return { url, server, asked: [], script: '' };
  }

  before(async () => {
    hub = await startHub();
    front = await startFront();
    away = await LogoutApplication.make(hub, 'away');
    const inFrame = {
      ...away.entry({ id: 'front', name: { en: 'Framed' }, backchannelLogoutUri: undefined }),
      redirectUris: [`${front.url}/cb`],
      postLogoutRedirectUris: [`${front.url}/bye`],
      frontchannelLogoutUri: `${front.url}/out`,
    };
    const file = join(hub.dataFolder, 'applications.yaml');
    writeFileSync(
      file,
      JSON.stringify({ applications: [inFrame, away.entry({ redirectUris: [`${front.url}/away`] })] }),
    );
    const done = await tillitCommand(hub, 'apply', '--yes', file);
    assert.equal(done.code, 0, done.output);
    await sleep(1500);
    browser = await startChromium(hub);
    page = await browser.page();
  });
  after(async () => {
    await browser?.close();
    front?.server.closeAllConnections();
    front?.server.close();
    await away?.close();
    await hub?.remove();
  });
  beforeEach(async () => {
    await browser.context.clearCookies();
    front.asked.length = 0;
    front.script = '';
  });

  /** Logs in at an application; its page after it need do nothing: the session has reached it. */
  async function reach(on: Page, id: 'front' | 'away'): Promise<void> {
    const redirect = id === 'front' ? `${front.url}/cb` : `${front.url}/away`;
    const query = new URLSearchParams({
      client_id: id,
      redirect_uri: redirect,
      response_type: 'code',
      scope: 'openid',
      state: 's',
      code_challenge: 'A'.repeat(43),
      code_challenge_method: 'S256',
    });
    await on.goto(`${hub.hubUrl}/authorize?${query}`);
    if (on.url().startsWith(hub.hubUrl)) await givePassword(on, 'kari', hub.password('kari'));
    await on.waitForURL((url) => url.href.startsWith(redirect));
  }
  async function leave(on: Page, query = ''): Promise<void> {
    await on.goto(`${hub.hubUrl}/logout${query}`);
    await on.getByRole('button', { name: en('logout.submit'), exact: true }).click();
  }
  const target = () => `?${new URLSearchParams({ application: 'front', uri: `${front.url}/bye` })}`;

  test('a frame tells the application which session of which issuer ended, and no other origin may be framed', async () => {
    await reach(page, 'front');
    await leave(page);
    assert.equal(await heading(page), en('loggedOut.title'));
    await page.getByText(en('loggedOut.asked')).waitFor();
    await page.waitForLoadState('networkidle');
    const [asked, ...more] = front.asked;
    assert.equal(more.length, 0);
    assert.equal(asked?.searchParams.get('iss'), hub.hubUrl);
    const ended = await tillitCommand(hub, 'audit', 'find', '--kind', 'session.ended', '--json');
    assert.ok(ended.output.includes(asked?.searchParams.get('sid') ?? 'none'), ended.output);
    assert.deepEqual(browser.complaints, []);
    await inspector.inspect(page, 'logged-out-front');

    const blocked = await page.evaluate<string, string>(
      `new Promise(done => { addEventListener('securitypolicyviolation', e => done(e.effectiveDirective));
        const frame = document.createElement('iframe'); frame.src = '${hub.ehrUrl}/'; document.body.append(frame);
        setTimeout(() => done('nothing'), 3000) })`,
      '',
    );
    assert.equal(blocked, 'frame-src');
    browser.complaints.length = 0;
  });

  test('a framed page can lead nobody away, open nothing and ask nothing', async () => {
    front.script = `try{top.location='${front.url}/evil'}catch{} try{open('${front.url}/evil')}catch{} try{alert(1)}catch{}`;
    await reach(page, 'front');
    await leave(page);
    await page.waitForLoadState('networkidle');
    await sleep(500);
    assert.equal(front.asked.length, 1);
    assert.match(page.url(), /\/logged-out\//);
    assert.equal(browser.context.pages().length, 1);
    browser.complaints.length = 0;
  });

  test('when the frames were shown it goes on by itself to where the application asked', async () => {
    await reach(page, 'front');
    await leave(page, target());
    await page.waitForURL(`${front.url}/bye`);
    assert.equal(front.asked.length, 1);
    assert.deepEqual(browser.complaints, []);
  });

  test('what could not be reached is shown, and the page says it by itself when it was', async () => {
    await reach(page, 'front');
    await reach(page, 'away');
    await leave(page, target());
    assert.equal(await heading(page), en('loggedOut.partTitle'));
    await page.getByText(en('loggedOut.failing')).waitFor();
    assert.ok(await page.getByText(en('loggedOut.advice.open')).isVisible());
    await inspector.inspect(page, 'logged-out-partly');
    await away.open();
    await page.waitForURL(`${front.url}/bye`, { timeout: 20_000 });
    assert.equal(front.asked.length, 1, 'the frames are shown once');
    assert.equal(away.ended.length, 1);
    await away.close();
    assert.deepEqual(browser.complaints, []);
  });

  test('each page met is accessible by WCAG 2.2 AA and fits 320 px', () =>
    inspector.verify('logged-out-front', 'logged-out-partly'));

  test('all of it works without JavaScript: a link shows the news, another goes on', async () => {
    const plain = await startChromium(hub, { javaScript: false });
    try {
      const quiet = await plain.page();
      await reach(quiet, 'front');
      await reach(quiet, 'away');
      await leave(quiet, target());
      assert.equal(await heading(quiet), en('loggedOut.partTitle'));
      assert.equal(front.asked.length, 1);
      await away.open();
      for (let round = 0; round < 15 && (await heading(quiet)) !== en('loggedOut.title'); round += 1) {
        await sleep(300);
        await quiet.getByRole('link', { name: en('loggedOut.reload') }).click();
      }
      assert.equal(await heading(quiet), en('loggedOut.title'));
      await quiet.getByRole('link', { name: en('loggedOut.continue', { application: 'Framed' }) }).click();
      await quiet.waitForURL(`${front.url}/bye`);
    } finally {
      await plain.close();
      await away.close();
    }
  });
});
