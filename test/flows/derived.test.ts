// A tablet for the rest of a shift, over HTTP: enrolled after a card login, given a certificate, used, and ended by its user or as lost (H8).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pemBlocks, readCertificate } from '../../src/base/x509/index.ts';
import { text } from '../../src/wire/texts/index.ts';
import {
  ask,
  descendantsOf,
  freeAddresses,
  freePort,
  type HttpAnswer,
  HttpBrowser,
  type HubOptions,
  type RunningHub,
  type SoftCard,
  softCard,
  startHub,
  temporaryFolder,
  tillitCommand,
  toCardListener,
} from '../support/index.ts';
import { codeOn, codePattern, Tablet } from './tablet-example.ts';

describe('a tablet for the rest of a shift', () => {
  const folder = temporaryFolder('derived');
  let options: HubOptions;
  let hub: RunningHub;
  let kari: HttpBrowser;
  let tablet: Tablet;

  before(async () => {
    const env = {
      TILLIT_CA_URL: `https://localhost:${await freePort()}`,
      TILLIT_PKI_URL: `http://localhost:${await freePort()}`,
    };
    options = { addresses: await freeAddresses(), dataFolder: folder.path, env };
    hub = await startHub(options);
    tablet = new Tablet(hub);
    kari = (await shown(softCard(hub, 'kari-simple'))).browser;
  });
  after(async () => {
    await hub?.remove();
    folder.remove();
  });

  const at = (path: string) => `${hub.hubUrl}${path}`;
  const shown = async (card: SoftCard): Promise<{ browser: HttpBrowser; answer: HttpAnswer }> => {
    const browser = new HttpBrowser(hub.rootPem, card);
    const { url } = await toCardListener(browser, await browser.go(at('/portal')));
    return { browser, answer: await browser.go(url) };
  };
  const shiftCode = async () => codeOn(await tablet.press(kari, 'shift'));
  const claim = ({ body }: HttpAnswer, name: string): string =>
    new RegExp(`id="id-${name}"[^>]*>([\\s\\S]*?)</dd>`).exec(body)?.[1] ?? body;
  /** How many events of a kind are in the trail. */
  async function count(kind: string): Promise<number> {
    const { output } = await tillitCommand(hub, 'audit', 'find', '--kind', kind, '--limit', '500');
    return output.split('\n').filter((line) => line.includes(kind)).length;
  }
  const over = () => text('en', 'reason.card.derivedEnded.title');
  /** Waits until the portal no longer knows this browser; answers after how many seconds. */
  async function loggedOut(browser: HttpBrowser, since: number): Promise<number> {
    for (let tries = 0; tries < 600; tries += 1) {
      if (!(await browser.go(at('/portal'))).body.includes('Kari Nordmann')) return (Date.now() - since) / 1000;
      await sleep(100);
    }
    throw new Error('still logged in after a minute');
  }

  test('is enrolled by its user, with a code that is good once', async () => {
    const code = codeOn(await tablet.add(kari, 'Tablet 12'));
    const done = await tablet.run('enrol', code);
    assert.equal(done.status, 0, JSON.stringify(done));
    assert.deepEqual(await tablet.run('enrol', code), done, 'the answer was lost: the same key is the same device');
    assert.equal((await new Tablet(hub).run('enrol', code)).refused?.code, 'devices.codeUsed');
    assert.match((await kari.go(at('/devices'))).body, /Tablet 12/);
  });

  test('gets a certificate for the shift, not longer than 12 hours, that names person and device', async () => {
    const code = await shiftCode();
    const got = await tablet.run('shift', code);
    assert.equal(got.status, 0, JSON.stringify(got));
    assert.deepEqual(await tablet.run('shift', code), got, 'asked again, it is the same certificate');
    const [der = Buffer.alloc(0)] = pemBlocks(tablet.card.cert);
    const reading = readCertificate(der);
    assert.ok(reading.ok);
    const { notAfter, alternativeNames, policies } = reading.certificate;
    assert.ok(notAfter <= Date.now() + 12 * 3_600_000);
    assert.deepEqual(alternativeNames, [{ kind: 'uri', value: `urn:tillit:device:${tablet.id}` }]);
    assert.deepEqual(policies, ['1.3.6.1.4.1.32473.1.2']);
  });

  test('logs in with it by mutual TLS, at the level of the card, and the ticket says that it is derived', async () => {
    const done = await tablet.run('login');
    assert.equal(done.who, text('en', 'layout.loggedIn', { name: 'Kari Nordmann' }), JSON.stringify(done));
    const { browser, answer } = await shown(tablet.card);
    assert.match(answer.body, /Kari Nordmann/);
    const ehr = await browser.go(`${hub.ehrUrl}/login`);
    const byCard = await kari.go(`${hub.ehrUrl}/login`);
    assert.match(claim(ehr, 'acr'), /substantial/);
    assert.match(claim(ehr, 'amr'), /pop.*derived/s);
    assert.match(claim(byCard, 'amr'), /sc.*pin/s);
    assert.equal(claim(ehr, 'auth_time'), claim(byCard, 'auth_time'), 'proven when the card was shown, not later');
    // A code for another device wants the card itself.
    const refused = await tablet.add(browser, 'Tablet 13');
    assert.equal(codePattern.test(refused.body), false);
    assert.ok(refused.body.includes(text('en', 'devices.needsCard')), refused.body);
  });

  test('is ended by its user: session and certificate are over', async () => {
    const { card } = tablet;
    const { browser } = await shown(card);
    const since = Date.now();
    assert.equal((await tablet.run('end')).status, 0);
    assert.ok((await shown(card)).answer.body.includes(over()), 'from that moment on');
    assert.ok((await loggedOut(browser, since)) < 60);
  });

  test('is lost: everything that it was given is over at once, and it gets nothing more', async () => {
    await tablet.run('shift', await shiftCode());
    const { card } = tablet;
    const { browser } = await shown(card);
    const code = await shiftCode();
    const since = Date.now();
    await tablet.press(kari, 'lost');
    assert.ok((await shown(card)).answer.body.includes(over()), 'from that moment on');
    assert.ok((await loggedOut(browser, since)) < 60);
    assert.equal((await tablet.run('shift', code)).refused?.code, 'devices.closed');
    assert.equal((await kari.go(at(`/devices/device/${tablet.id}`))).status, 404);
  });

  test('its trail is whole, and no code is in it', async () => {
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
  });

  test('a kill between the order and the answer gives the same certificate or none, never two', async () => {
    tablet = new Tablet(hub);
    assert.equal((await tablet.run('enrol', codeOn(await tablet.add(kari, 'Tablet 14')))).status, 0);
    for (const afterMs of [undefined, 0, 60]) {
      const code = await shiftCode();
      const authority = descendantsOf(hub.pid).find(({ command }) => command.includes('authority/main'));
      assert.ok(authority);
      // The authority does not answer: the order stands, and the hub waits for it when it is killed. Else at any moment.
      if (afterMs === undefined) process.kill(authority.pid, 'SIGSTOP');
      const before = await count('derived.asked');
      const asking = tablet.start('shift', code);
      if (afterMs === undefined) while ((await count('derived.asked')) === before) await sleep(100);
      else await sleep(150 + afterMs);
      const killed = hub.kill();
      if (afterMs === undefined) process.kill(authority.pid, 'SIGKILL');
      await killed;
      asking.kill('SIGKILL');
      hub = await startHub(options);
      const got = await tablet.run('shift', code);
      assert.equal(got.status, 0, JSON.stringify(got));
      assert.deepEqual(await tablet.run('shift', code), got);
    }
    assert.equal(await count('derived.issued'), await count('derived.asked'), 'each order has one certificate');
  });

  test('its card is revoked where it was issued: within a minute its session is over, and it logs nobody in', async (context) => {
    const { browser, answer } = await shown(tablet.card);
    assert.match(answer.body, /Kari Nordmann/);
    const [der = Buffer.alloc(0)] = pemBlocks(softCard(hub, 'kari-simple').cert);
    const reading = readCertificate(der);
    assert.ok(reading.ok);
    const folderOfAuthority = join(hub.dataFolder, 'demo', 'authority');
    const caller = (name: string) => readFileSync(join(folderOfAuthority, `caller.${name}`), 'utf8');
    const since = Date.now();
    const told = await ask(
      new URL(`${options.env?.TILLIT_CA_URL}/v1/certificates/staff/${reading.certificate.serial}/state`),
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ to: 'revoked', reason: 'keyCompromise' }),
        root: hub.rootPem,
        card: { cert: caller('pem'), key: caller('key') },
      },
    );
    assert.equal(told.status, 200, told.body);
    const seconds = await loggedOut(browser, since);
    assert.ok(seconds < 60, String(seconds));
    context.diagnostic(`logged out ${seconds} s after the card was revoked`);
    assert.ok((await shown(tablet.card)).answer.body.includes(over()));
  });
});
