// A tablet for the rest of a shift, over HTTP: enrolled after a card login, given a certificate, used, and ended with its card, its device, its shift (H8).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pemBlocks, readCertificate } from '../../src/base/x509/index.ts';
import { text } from '../../src/wire/texts/index.ts';
import {
  formsOf,
  freeAddresses,
  freePort,
  type HttpAnswer,
  HttpBrowser,
  type RunningHub,
  type SoftCard,
  softCard,
  startHub,
  tillitCommand,
  toCardListener,
} from '../support/index.ts';

const example = fileURLToPath(new URL('../../docs/integrate/example/tablet.mjs', import.meta.url));
const codePattern = /id="code">([A-Z]{4}(?:-[A-Z]{4}){3})</;

describe('a tablet for the rest of a shift', () => {
  let hub: RunningHub;
  let kari: HttpBrowser;
  let folder = '';

  before(async () => {
    const env = {
      TILLIT_CA_URL: `https://localhost:${await freePort()}`,
      TILLIT_PKI_URL: `http://localhost:${await freePort()}`,
    };
    hub = await startHub({ addresses: await freeAddresses(), env });
    folder = mkdtempSync(join(hub.dataFolder, 'tablet-'));
    kari = (await shown(softCard(hub, 'kari-simple'))).browser;
  });
  after(() => hub?.remove());

  const at = (path: string) => `${hub.hubUrl}${path}`;
  const shown = async (card: SoftCard): Promise<{ browser: HttpBrowser; answer: HttpAnswer }> => {
    const browser = new HttpBrowser(hub.rootPem, card);
    const { url } = await toCardListener(browser, await browser.go(at('/portal')));
    return { browser, answer: await browser.go(url) };
  };

  /** Runs the documented example as it is written; answers its last line. */
  async function tablet(...words: string[]): Promise<Record<string, never> & { readonly status: number }> {
    const env = {
      ...process.env,
      HUB: hub.hubUrl,
      FOLDER: folder,
      NODE_EXTRA_CA_CERTS: join(hub.dataFolder, 'demo', 'ca', 'root.pem'),
    };
    const child = spawn(process.execPath, [example, ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      out += part;
    });
    const [status] = (await once(child, 'exit')) as [number];
    return { ...JSON.parse(out.trim().split('\n').at(-1) ?? '{}'), status };
  }
  const tabletCard = (): SoftCard => ({
    cert: readFileSync(join(folder, 'shift.pem'), 'utf8'),
    key: readFileSync(join(folder, 'shift.key'), 'utf8'),
  });

  async function press(
    browser: HttpBrowser,
    path: string,
    of: (form: ReturnType<typeof formsOf>[number]) => boolean,
    fields: Record<string, string>,
  ) {
    const page = await browser.go(at(path));
    const form = formsOf(page).find(of);
    assert.ok(form, page.body);
    return browser.submit(page, form, fields);
  }
  const codeOf = ({ body }: HttpAnswer): string => {
    const [, code] = codePattern.exec(body) ?? [];
    assert.ok(code, body);
    return code;
  };
  const device = (): string => JSON.parse(readFileSync(join(folder, 'device.json'), 'utf8')).device;
  const stepOf = (name: string) => (form: ReturnType<typeof formsOf>[number]) =>
    form.buttons.some(({ value }) => value === name);
  const shiftCode = async (browser = kari) =>
    codeOf(await press(browser, `/devices/device/${device()}`, stepOf('shift'), { do: 'shift' }));
  const addCode = async (name: string) =>
    codeOf(await press(kari, '/devices', ({ action }) => action === '/devices/add', { name, place: 'fjord-hospital' }));
  /** Waits until the portal no longer knows this browser; answers after how many seconds. */
  async function loggedOut(browser: HttpBrowser, since: number): Promise<number> {
    for (let tries = 0; tries < 600; tries += 1) {
      if (!(await browser.go(at('/portal'))).body.includes('Kari Nordmann')) return (Date.now() - since) / 1000;
      await sleep(100);
    }
    throw new Error('still logged in after a minute');
  }

  test('is enrolled by its user, with a code that is good once', async () => {
    const code = await addCode('Tablet 12');
    const done = await tablet('enrol', code);
    assert.equal(done.status, 0, JSON.stringify(done));
    const again = await tablet('enrol', code);
    assert.deepEqual(again, done, 'the answer was lost: the same key is the same device');
    const other = folder;
    folder = mkdtempSync(join(hub.dataFolder, 'tablet-'));
    assert.equal((await tablet('enrol', code))['refused']?.['code'], 'devices.codeUsed');
    folder = other;
    assert.match((await kari.go(at('/devices'))).body, /Tablet 12/);
  });

  test('gets a certificate for the shift, not longer than 12 hours, that names person and device', async () => {
    const code = await shiftCode();
    const got = await tablet('shift', code);
    assert.equal(got.status, 0, JSON.stringify(got));
    assert.deepEqual(await tablet('shift', code), got, 'asked again, it is the same certificate');
    const [der = Buffer.alloc(0)] = pemBlocks(tabletCard().cert);
    const reading = readCertificate(der);
    assert.ok(reading.ok);
    const { notAfter, alternativeNames, policies } = reading.certificate;
    assert.ok(notAfter <= Date.now() + 12 * 3_600_000);
    assert.deepEqual(alternativeNames, [{ kind: 'uri', value: `urn:tillit:device:${device()}` }]);
    assert.deepEqual(policies, ['1.3.6.1.4.1.32473.1.2']);
  });

  test('logs in with it by mutual TLS, at the level of the card, and the ticket says that it is derived', async () => {
    const done = await tablet('login');
    assert.equal(done['who'], text('en', 'layout.loggedIn', { name: 'Kari Nordmann' }), JSON.stringify(done));
    const { browser, answer } = await shown(tabletCard());
    assert.match(answer.body, /Kari Nordmann/);
    const ehr = await browser.go(`${hub.ehrUrl}/login`);
    assert.match(ehr.body, /substantial/, ehr.body);
    assert.match(ehr.body, /derived/);
    // A code for another device wants the card itself.
    const page = await browser.go(at('/devices'));
    const form = formsOf(page).find(({ action }) => action === '/devices/add');
    assert.ok(form);
    const refused = await browser.submit(page, form, { name: 'Tablet 13', place: 'fjord-hospital' });
    assert.equal(codePattern.test(refused.body), false);
    assert.ok(refused.body.includes(text('en', 'devices.needsCard')), refused.body);
  });

  test('is ended by its user: session and certificate are over', async () => {
    const { browser } = await shown(tabletCard());
    const since = Date.now();
    const card = tabletCard();
    assert.equal((await tablet('end')).status, 0);
    assert.ok((await loggedOut(browser, since)) < 60);
    assert.ok((await shown(card)).answer.body.includes(text('en', 'reason.card.derivedEnded.title')));
  });

  test('is lost: everything that it was given is over at once, and it gets nothing more', async () => {
    await tablet('shift', await shiftCode());
    const card = tabletCard();
    const { browser } = await shown(card);
    const code = await shiftCode();
    const since = Date.now();
    await press(kari, `/devices/device/${device()}`, stepOf('lost'), { do: 'lost' });
    assert.ok((await shown(card)).answer.body.includes(text('en', 'reason.card.derivedEnded.title')));
    assert.ok((await loggedOut(browser, since)) < 60);
    assert.equal((await tablet('shift', code))['refused']?.['code'], 'devices.closed');
    assert.equal((await kari.go(at(`/devices/device/${device()}`))).status, 404);
  });

  test('its trail is whole, and its authority has revoked', async () => {
    const { output } = await tillitCommand(hub, 'audit', 'find', '--person', 'kari-nordmann', '--limit', '500');
    for (const kind of [
      'device.codeMade',
      'device.enrolled',
      'device.ended',
      'derived.asked',
      'derived.issued',
      'derived.ended',
    ])
      assert.ok(output.includes(kind), `${kind} is missing of\n${output}`);
    assert.ok(!codePattern.test(output));
  });
});
