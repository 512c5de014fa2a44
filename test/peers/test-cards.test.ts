// Cards that keep their key to themselves log in at the hub: a SoftHSM token and a virtual card, by curl with OpenSSL's PKCS#11 engine.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { openscModule, pkcs11Tool, softhsmModule } from '../support/cards/opensc.ts';
import { pcscdNeedsRoot, type Readers, startReaders } from '../support/cards/pcscd.ts';
import {
  ApplicationClient,
  demoApplication,
  HttpBrowser,
  type RunningHub,
  requireDebian,
  startHub,
  temporaryFolder,
  tillitCommand,
  toCardListener,
} from '../support/index.ts';

const run = promisify(execFile);
const missing =
  requireDebian('curl', 'libengine-pkcs11-openssl', 'opensc', 'pcscd', 'softhsm2', 'vsmartcard-vpcd') ??
  pcscdNeedsRoot();
const pin = '482913';

describe('a card that keeps its key to itself', { skip: missing ?? false }, () => {
  const folder = temporaryFolder('card-tokens');
  let hub: RunningHub;
  let readers: Readers;
  before(async () => {
    [hub, readers] = [await startHub(), await startReaders(folder.path)];
  });
  after(async () => {
    await readers?.stop();
    await hub?.remove();
    folder.remove();
  });

  const card = (...words: readonly string[]) => tillitCommand(hub, 'card', ...words);
  const make = async (form: string): Promise<string> => {
    const out = join(folder.path, form);
    const holder = ['--holder', 'Kari Nordmann', '--number', 'T10001', '--country', 'NO', '--pin', pin];
    const made = await card('make', '--population', 'simple', ...holder, '--form', form, '--out', out);
    assert.equal(made.code, 0, made.output);
    return out;
  };
  const isCallback = (url: URL): boolean => url.origin === hub.ehrUrl;

  /** A login in which curl shows the card: the token signs the handshake. Answers the person of the ticket. */
  async function logIn(made: string, module: string, given: { pin?: string; token: string }): Promise<unknown> {
    const client = new ApplicationClient(demoApplication(hub));
    const browser = new HttpBrowser(hub.rootPem);
    const login = await client.push({});
    const { url } = await toCardListener(browser, await browser.go(login.url, isCallback));
    const key = `pkcs11:token=${given.token};id=%01;type=private;pin-value=${given.pin ?? pin}`;
    const { stdout } = await run(
      'curl',
      [
        ...['--silent', '--show-error', '--dump-header', '-', '--output', '/dev/null', '--max-time', '20'],
        ...['--resolve', `${url.hostname}:${url.port}:127.0.0.1`, '--cacert', hub.rootFile],
        ...['--engine', 'pkcs11', '--cert', join(made, 'card.pem'), '--key-type', 'ENG', '--key', key, url.href],
      ],
      {
        env: {
          PATH: '/usr/bin:/bin',
          PKCS11_MODULE_PATH: module,
          SOFTHSM2_CONF: join(made, 'softhsm2.conf'),
        },
      },
    );
    const back = /^location: (\S+)\r$/im.exec(stdout)?.[1] ?? '';
    const done = await browser.go(back, isCallback);
    assert.ok(isCallback(done.url), done.body);
    return (await client.complete(done.url, login)).idClaims.sub;
  }

  test('a SoftHSM token signs the handshake and logs in; its key does not come out', async () => {
    const made = await make('softhsm');
    assert.ok(!existsSync(join(made, 'card.key')));
    const shown = await card('show', made);
    assert.match(shown.output, /^verdict: taken$/m);
    const env = { SOFTHSM2_CONF: join(made, 'softhsm2.conf') };
    const objects = await pkcs11Tool(softhsmModule, ['--list-objects', '--type', 'privkey'], { pin, env });
    assert.match(objects.text, /sensitive/);
    assert.ok(!/extractable/.test(objects.text.replaceAll('never extractable', '')), objects.text);
    assert.equal(await logIn(made, softhsmModule, { token: 'Kari%20Nordmann' }), 'kari-nordmann');
    await assert.rejects(logIn(made, softhsmModule, { token: 'Kari%20Nordmann', pin: '000000' }));
  });

  test('a virtual card logs in while it is in the reader, and not when it is pulled', async () => {
    const made = await make('piv');
    const seen = async (isThere: boolean): Promise<string> => {
      for (let round = 0; round < 60; round++) {
        const { text } = await pkcs11Tool(openscModule, ['--list-token-slots']);
        const label = /token label\s*:\s*(.+?)\s*$/m.exec(text)?.[1];
        if ((label !== undefined) === isThere) return label ?? '';
        await sleep(50);
      }
      throw new Error(`the reader does not see that the card is ${isThere ? 'there' : 'gone'}`);
    };
    const noReader = await card('insert', made, '--port', '1');
    assert.match(noReader.output, /no virtual reader listens on port 1/);
    const inserted = await card('insert', made, '--port', String(readers.port));
    assert.equal(inserted.code, 0, inserted.output);
    const token = encodeURIComponent(await seen(true));
    assert.match((await card('insert', made)).output, /in a reader already/);
    assert.equal(await logIn(made, openscModule, { token }), 'kari-nordmann');
    await assert.rejects(logIn(made, openscModule, { token, pin: '000000' }));
    assert.match((await card('show', made)).output, /^PIN tries left: 2$/m);
    assert.match((await card('pull', made)).output, /is out of the reader/);
    await seen(false);
    await assert.rejects(logIn(made, openscModule, { token }));
    assert.match((await card('pull', made)).output, /in no reader/);
    await card('insert', made, '--port', String(readers.port));
    await seen(true);
    assert.equal((await card('destroy', made)).code, 0);
    await seen(false);
  });
});
