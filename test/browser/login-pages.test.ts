// Every page in Chromium: no axe violation, no sideways scrolling at 320 px, the keyboard alone, and without scripts.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { loggedOutPath } from '../../src/edge/web/portal/index.ts';
import { createLog, createWebServer, type WebServer } from '../../src/edge/web/server/index.ts';
import { type Locale, locales } from '../../src/wire/codes/index.ts';
import { journeyOf, steps } from '../fakes/login-steps.ts';
import { type WebFace, webFace } from '../fakes/web-face.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const skip = executablePath ? false : 'Chromium is not installed (Debian package chromium)';
const screenshots = process.env.TILLIT_SCREENSHOTS;
if (screenshots) mkdirSync(screenshots, { recursive: true });

describe('pages in Chromium', { skip }, () => {
  let server: WebServer;
  let browser: Browser;
  let origin = '';
  const face: WebFace = webFace(() => origin);
  const folder = mkdtempSync(join(tmpdir(), 'tillit-pages-'));

  before(async () => {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        key,
        '-out',
        cert,
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=DNS:localhost',
      ],
      { stdio: 'ignore' },
    );
    server = createWebServer({
      routes: face.routes,
      listen: { host: '127.0.0.1', port: 0 },
      tls: { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') },
      log: createLog('error'),
      failurePage: face.failurePage,
    });
    await server.start();
    origin = `https://localhost:${server.address.port}`;
    browser = await chromium.launch({
      ...(executablePath ? { executablePath } : {}),
      args: [
        '--no-sandbox',
        '--disable-dev-shm-usage',
        `--host-resolver-rules=MAP ehr.example 127.0.0.1:${server.address.port}`,
      ],
    });
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function context(
    locale: Locale,
    given: { width?: number; dark?: boolean; scripts?: boolean } = {},
  ): Promise<BrowserContext> {
    const made = await browser.newContext({
      ignoreHTTPSErrors: true,
      viewport: { width: given.width ?? 1280, height: 900 },
      colorScheme: given.dark ? 'dark' : 'light',
      javaScriptEnabled: given.scripts ?? true,
    });
    const cookie = (name: string, value: string) => ({
      name,
      value,
      url: origin,
      secure: true,
      httpOnly: true,
      sameSite: 'Lax' as const,
    });
    await made.addCookies([
      cookie('__Host-tillit-browser', 'browser-token'),
      cookie('__Host-tillit-session', 's1'),
      cookie('__Host-tillit-locale', locale),
    ]);
    return made;
  }

  const paths = (): readonly (readonly [name: string, path: string, deviceCode?: string])[] => [
    ...Object.keys(steps).map((id) => [id, `/login/${id}`] as const),
    ['start', '/'],
    ['portal', '/portal'],
    ['logout', '/logout'],
    ['logged-out', loggedOutPath(face.portalPorts, ['s1'])],
    ['logged-out-partly', loggedOutPath(face.portalPorts, ['s2'])],
    ['portal-ended', '/portal?ended=s2'],
    ['device', '/demo/device'],
    ['trail', '/demo/trail'],
    ['device-code', '/device?user_code=BCDF-GHJK'],
    ['device-code-wrong', '/device', 'BBBB-BBBB'],
    ['device-code-confirm', '/device', 'BCDF-GHJK'],
    ['device-code-done', '/device/done'],
    ['device-code-stopped', '/device/stopped'],
    ['requests', '/requests'],
    ['requests-confirm', '/requests/r1'],
    ['requests-gone', '/requests/gone'],
    ['requests-reported', '/requests/reported'],
    ...['open', 'confirmed', 'refused', 'expired', 'foreign', 'nobodys', 'nothing'].map(
      (id) => [`draft-${id}`, `/confirm-client/${id}`] as const,
    ),
    ['drafts', '/client-drafts'],
    ['start-drafts', '/?drafts'],
    ['cards-own', '/cards'],
    ['cards-find', '/cards/find?q=nina'],
    ['cards-order', '/cards/order?q=nina'],
    ...['ordered', 'approved', 'checked', 'made', 'inUse', 'ended', 'nothing'].map(
      (state) => [`card-${state}`, `/cards/card/card-${state}`] as const,
    ),
    ['held-list', '/held'],
    ...['waiting', 'refused', 'done'].map((state) => [`held-${state}`, `/held/held-${state}`] as const),
    ['systems', '/systems'],
    ['how-to-log-in', '/how-to-log-in'],
    ['drift-list', '/drift'],
    ['drift-region', '/drift/region'],
    ['drift-ill', '/drift/ill?what=missing'],
    ['held-twice', '/held/held-waiting?after=twice'],
    ['stale', '/problem/journey.alreadyUsed?code=K7QM-2F9X'],
    ['not-found', '/nowhere'],
  ];

  /** Opens a page; a code leads to the page behind the form. */
  async function open(page: Page, path: string, deviceCode?: string): Promise<void> {
    const session = /client|drafts|cards\/(find|order)|held|drift/.test(path) ? 'admin' : 's1';
    const kept = (await page.context().cookies(origin)).find(({ name }) => name === '__Host-tillit-session');
    if (kept !== undefined) await page.context().addCookies([{ ...kept, value: session }]);
    await page.goto(origin + path);
    if (deviceCode === undefined) return;
    await page.fill('#user-code', deviceCode);
    await page.click('button.main');
    await page.waitForLoadState();
  }

  /** What axe finds, in words that say where. */
  async function violations(page: Page): Promise<readonly string[]> {
    const { violations: found } = await new AxeBuilder({ page }).analyze();
    return found.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
    );
  }

  /** Goes through every page, looks at its language and width, and says what else the browser complains of. */
  async function walk(
    locale: Locale,
    width: number,
    dark: boolean,
    look?: (page: Page, name: string) => Promise<void>,
  ) {
    const made = await context(locale, { width, dark });
    const page = await made.newPage();
    const errors: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) errors.push(message.text());
    });
    page.on('request', (request) => {
      const own = request.url().startsWith(origin) || request.url().startsWith('data:');
      if (!own) errors.push(`asks ${request.url()}`);
    });
    for (const [name, path, deviceCode] of paths()) {
      await open(page, path, deviceCode);
      assert.equal(await page.getAttribute('html', 'lang'), locale, name);
      const size = (await page.evaluate('[document.documentElement.scrollWidth, window.innerWidth]')) as number[];
      if ((size[0] ?? 0) > (size[1] ?? 0)) errors.push(`${name} is ${size[0]} px wide in ${size[1]}`);
      if (screenshots) {
        const file = join(screenshots, `${name}-${locale}-${width}.png`);
        await page.screenshot({ path: file, fullPage: true });
      }
      await look?.(page, name);
    }
    await made.close();
    assert.deepEqual(errors, []);
  }

  for (const locale of locales) {
    test(`${locale}: nothing out of sight at 320 px, nothing asked of others`, () =>
      walk(locale, 320, locale === 'nb'));
  }
  for (const [locale, width, dark] of [
    ['sv', 320, true],
    ['en', 1280, false],
  ] as const) {
    test(`axe finds no fault: ${locale}, ${width} px, ${dark ? 'dark' : 'light'}`, () =>
      walk(locale, width, dark, async (page, name) => assert.deepEqual(await violations(page), [], name)));
  }

  test('every target is at least 24 px high and wide (WCAG 2.2 2.5.8)', async () => {
    const made = await context('sv', { width: 320 });
    const page = await made.newPage();
    for (const [name, path, deviceCode] of paths()) {
      await open(page, path, deviceCode);
      const small = await page.evaluate(`[...document.querySelectorAll('a,button,input:not([type=hidden])')]
        .filter((one) => !one.classList.contains('skip') && !(one.tagName === 'A' && getComputedStyle(one).display === 'inline'))
        .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
        .filter(([, box]) => box.width < 24 || box.height < 24).map(([text]) => text)`);
      assert.deepEqual(small, [], name);
    }
    await made.close();
  });

  test('the keyboard alone: skip link, fields, log in; and the focus is seen', async () => {
    const made = await context('en');
    const page = await made.newPage();
    await page.goto(`${origin}/login/password-wrong`);
    const seen: string[] = [];
    for (let i = 0; i < 30; i += 1) {
      await page.keyboard.press('Tab');
      const [words, outline] = (await page.evaluate(
        '(() => { const one = document.activeElement; return [one === document.body ? "BODY" : (one.innerText || one.id).trim(), getComputedStyle(one).outlineStyle]; })()',
      )) as [string, string];
      if (words === 'BODY') break;
      assert.notEqual(outline, 'none', words);
      seen.push(words);
    }
    assert.equal(seen[0], 'Skip to the content');
    assert.ok(seen.indexOf('field-username') < seen.indexOf('field-password'));
    assert.ok(seen.indexOf('field-password') < seen.indexOf('Log in'));
    assert.ok(seen.includes('Cancel') && seen.includes('Svenska'));
    await made.close();
  });

  test('without scripts: an empty form is put right, a filled one goes on, the language changes', async () => {
    const made = await context('en', { scripts: false });
    const page = await made.newPage();
    await page.goto(`${origin}/login/password`);
    await page.fill('#field-username', 'anna');
    await page.press('#field-username', 'Enter');
    await page.waitForSelector('.bad a[href="#field-password"]');
    assert.equal(face.dispatcher.acts.length, 0);
    await page.fill('#field-username', 'anna');
    await page.fill('#field-password', 'secret words');
    await page.click('button.main');
    assert.deepEqual(face.dispatcher.acts.at(-1)?.action, {
      kind: 'reply',
      provider: 'password',
      reply: { kind: 'form', fields: { username: 'anna', password: 'secret words' }, ip: '127.0.0.1' },
    });
    await page.goto(`${origin}/login/choose`);
    await page.click('button[lang=nn]');
    assert.deepEqual(face.dispatcher.acts.at(-1)?.action, { kind: 'setLocale', locale: 'nn' });
    await page.goto(`${origin}/login/choose`);
    assert.equal(await page.getAttribute('html', 'lang'), 'nn');
    await page.goto(`${origin}/`);
    await page.click('button[lang=nl]');
    assert.equal(await page.getAttribute('html', 'lang'), 'nl');
    await made.close();
  });

  test('a device’s code without scripts: typed, asked about, cancelled', async () => {
    const made = await context('en', { scripts: false });
    const page = await made.newPage();
    await open(page, '/device', 'BCDF-GHJK');
    assert.equal(await page.locator('h1').innerText(), 'Log in to Ward <scanner>?');
    await page.click('button[value=no]');
    assert.equal(await page.locator('h1').innerText(), 'Nobody was logged in');
    assert.deepEqual(face.deviceAnswers, ['deny']);
    await made.close();
  });

  test('a request through the back channel without scripts: found on the start page, asked about, disowned', async () => {
    const made = await context('en', { scripts: false });
    const page = await made.newPage();
    await page.goto(`${origin}/`);
    await page.click('a[href="/requests/r1"]');
    assert.equal(await page.locator('h1').innerText(), 'Log in to Ward <scanner>?');
    await page.click('button[value=reported]');
    assert.equal(await page.locator('h1').innerText(), 'Nobody was logged in');
    assert.equal(face.deviceAnswers.at(-1), 'disown r1');
    await made.close();
  });

  test('a draft of a client without scripts: confirmed, and refused with a reason', async () => {
    const made = await context('en', { scripts: false });
    const page = await made.newPage();
    await page.route('http://localhost:1337/**', (route) =>
      route.fulfill({ body: '<h1>Back</h1>', contentType: 'text/html' }),
    );
    await open(page, '/confirm-client/open?redirectPort=1337&redirectPath=/confirmed');
    await page.click('button.main');
    await page.waitForURL('http://localhost:1337/**');
    await open(page, '/confirm-client/open?redirectPort=1337&redirectPath=/confirmed');
    await page.fill('#reason', 'Not ours');
    await page.click('main button.other');
    await page.waitForURL('http://localhost:1337/**');
    assert.deepEqual(face.draftDecisions, ['yes open administrator', 'no open administrator Not ours']);
    await made.close();
  });

  test('the end of a login leads from its form to the application: the policy of the page names its addresses', async () => {
    const made = await context('en');
    const page = await made.newPage();
    await page.goto(`${origin}/login/password`);
    face.dispatcher.answer = {
      kind: 'done',
      request: journeyOf().request,
      outcome: { kind: 'refused', error: 'cancelled', reason: 'journey.cancelled', reference: 'K7QM-2F9X' },
    };
    await page.click('form:has(input[value=cancel]) button');
    await page.waitForURL('https://ehr.example/callback?outcome=refused');
    face.dispatcher.answer = undefined;
    await made.close();
  });

  test('a form of ours is sent with our origin, one of a stranger’s is not taken', async () => {
    const made = await context('en');
    const page = await made.newPage();
    await page.goto(`${origin}/logout`);
    await page.click('button.main');
    assert.match(page.url(), /\/logged-out\/s1\//);
    assert.deepEqual(face.sessions.ended, [['s1', 'logout']]);

    const before = face.dispatcher.acts.length;
    await page.route('https://evil.example/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${origin}/login/choose"><input name="_action" value="cancel"><button>x</button></form>`,
      }),
    );
    await page.goto('https://evil.example/');
    await page.click('button');
    assert.equal(page.url(), `${origin}/login/choose`);
    assert.equal(face.dispatcher.acts.length, before);
    await made.close();
  });
});
