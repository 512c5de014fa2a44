// Cards shown by openssl, curl and a client that obeys no hint: accepted ones, each refused one with its reason, no resumption (C5, C8).
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { createTestPki, issueCard, saveCard, type TestPki } from '../../src/apps/demo/test-ca/index.ts';
import type { ReasonCode } from '../../src/wire/codes/index.ts';
import { text } from '../../src/wire/texts/index.ts';
import {
  ApplicationClient,
  ask,
  demoApplication,
  HttpBrowser,
  type RunningHub,
  requireDebian,
  type SoftCard,
  softCard,
  startHub,
  temporaryFolder,
  toCardListener,
} from '../support/index.ts';

const run = promisify(execFile);
const kari = { serialNumber: 'T10001', givenName: 'Kari', surname: 'Nordmann', country: 'NO' };

describe('clients that show a card', { skip: requireDebian('curl', 'openssl') ?? false }, () => {
  const folder = temporaryFolder('card-clients');
  let hub: RunningHub;
  let pki: TestPki;
  before(async () => {
    hub = await startHub();
    pki = createTestPki(join(hub.dataFolder, 'demo', 'ca'), { crlBaseUrl: hub.crlUrl });
  });
  after(async () => {
    await hub?.remove();
    folder.remove();
  });

  const isCallback = (url: URL): boolean => url.origin === hub.ehrUrl;
  const begin = async (wish: Readonly<Record<string, string>> = {}) => {
    const client = new ApplicationClient(demoApplication(hub));
    const browser = new HttpBrowser(hub.rootPem);
    const login = await client.push(wish);
    return { client, browser, login, start: await browser.go(login.url, isCallback) };
  };
  const issued = (request: Parameters<typeof issueCard>[1], from: TestPki = pki): SoftCard => {
    const card = issueCard(from, request);
    return { cert: [card.pem, ...card.chainPem].join(''), key: card.keyPem };
  };

  test('curl shows a card, and the ticket follows', async () => {
    const { client, browser, login, start } = await begin();
    const { url } = await toCardListener(browser, start);
    const { stdout } = await run('curl', [
      ...['--silent', '--show-error', '--dump-header', '-', '--output', '/dev/null', '--max-time', '20'],
      ...['--resolve', `${url.hostname}:${url.port}:127.0.0.1`, '--cacert', hub.rootFile],
      ...['--cert', join(hub.cards, 'kari-simple.pem'), '--key', join(hub.cards, 'kari-simple.key'), url.href],
    ]);
    assert.match(stdout, /^HTTP\/1\.1 303 /);
    assert.match(stdout, /^connection: close\r$/im);
    const back = /^location: (\S+)\r$/im.exec(stdout)?.[1] ?? '';
    assert.ok(back.startsWith(`${hub.hubUrl}/login/`), stdout);
    const done = await browser.go(back, isCallback);
    assert.ok(isCallback(done.url), done.body);
    const tickets = await client.complete(done.url, login);
    assert.equal(tickets.idClaims.sub, 'kari-nordmann');
    assert.match(String(tickets.idClaims.acr), /substantial/);
  });

  describe('openssl s_client', () => {
    const connect = (url: URL, ...words: string[]): string => {
      const servername = url.hostname;
      const done = spawnSync(
        'openssl',
        ['s_client', '-connect', `127.0.0.1:${url.port}`, '-servername', servername, '-CAfile', hub.rootFile, ...words],
        {
          input: `GET /favicon.ico HTTP/1.1\r\nHost: ${url.host}\r\nConnection: close\r\n\r\n`,
          encoding: 'utf8',
          timeout: 20_000,
        },
      );
      return done.stdout + done.stderr;
    };
    const shown = (): string[] => [
      ...['-cert', join(hub.cards, 'kari-simple.pem'), '-key', join(hub.cards, 'kari-simple.key')],
      ...['-cert_chain', join(hub.cards, 'kari-simple.pem'), '-ign_eof'],
    ];
    const cardHost = (): URL => {
      const { hostname, port } = new URL(hub.cardUrl);
      return new URL(`https://abcdefghijklmnopqrst.${hostname}:${port}`);
    };

    for (const version of ['-tls1_2', '-tls1_3']) {
      test(`a session of the card listener is never resumed (${version.slice(1)})`, () => {
        const session = join(folder.path, `session${version}`);
        const first = connect(cardHost(), ...shown(), version, '-sess_out', session);
        assert.match(first, /Verify return code: 0 \(ok\)/);
        // OpenSSL keeps what a TLS 1.3 server calls tickets; ours lead to no session, so a card must be shown again.
        const kept = existsSync(session) ? ['-sess_in', session] : [];
        const second = connect(cardHost(), version, ...kept, '-ign_eof');
        assert.match(second, /^New, TLSv1\.[23], /m);
        assert.ok(!/^Reused, /m.test(second), second);
      });
      test(`the same witness sees the hub resume, where it harms nobody (${version.slice(1)})`, () => {
        const session = join(folder.path, `hub-session${version}`);
        connect(new URL(hub.hubUrl), version, '-ign_eof', '-sess_out', session);
        assert.match(connect(new URL(hub.hubUrl), version, '-ign_eof', '-sess_in', session), /^Reused, /m);
      });
    }

    test('the certificate request names the authorities of cards and no server’s', () => {
      const said = connect(cardHost(), '-tls1_2');
      const names = said.slice(said.indexOf('Acceptable client certificate CA names'));
      assert.match(names, /Demo Region Test Simple Card CA/);
      assert.match(names, /Fjordpass Test Advanced Person CA/);
      assert.ok(!names.slice(0, names.indexOf('Client Certificate Types')).includes('Test TLS CA'), names);
    });

    test('that of a login names only the authorities whose cards reach what the application requires', async () => {
      const { browser, start } = await begin({ acr_values: 'urn:tillit:loa:high' });
      const { url } = await toCardListener(browser, start);
      const said = connect(url, '-tls1_2');
      const names = said.slice(said.indexOf('Acceptable client certificate CA names'));
      assert.match(names, /Fjordpass Test Advanced Person CA/);
      assert.ok(!names.slice(0, names.indexOf('Client Certificate Types')).includes('Simple Card CA'), names);
    });
  });

  describe('a client that shows what was not asked for', () => {
    const refusals: readonly {
      readonly name: string;
      readonly reason: ReasonCode;
      readonly card: () => SoftCard;
    }[] = [
      { name: 'an expired card', reason: 'card.expired', card: () => softCard(hub, 'kari-expired') },
      { name: 'a revoked card', reason: 'card.revoked', card: () => softCard(hub, 'kari-revoked') },
      {
        name: 'a card that is not valid yet',
        reason: 'card.notYetValid',
        card: () => issued({ authority: 'simple', holder: kari, notBefore: Date.now() + 86_400_000 }),
      },
      {
        name: 'a function certificate of the same root',
        reason: 'card.otherPopulation',
        card: () => issued({ authority: 'function', holder: { ...kari, serialNumber: 'SE2321000156-F1' } }),
      },
      {
        name: 'a server certificate',
        reason: 'card.wrongPolicy',
        card: () => issued({ authority: 'tls', holder: kari }),
      },
      {
        name: 'a look-alike of another authority with the same names',
        reason: 'card.unknownIssuer',
        card: () => issued({ authority: 'simple', holder: kari }, createTestPki(undefined, { crlBaseUrl: hub.crlUrl })),
      },
      {
        name: 'the card’s other certificate, for signing',
        reason: 'card.wrongPurpose',
        card: () => issued({ authority: 'simple', holder: kari, usage: 'signature' }),
      },
      {
        name: 'a card of somebody whom nobody registered',
        reason: 'person.unknown',
        card: () => issued({ authority: 'simple', holder: { ...kari, serialNumber: 'T99999' } }),
      },
    ];
    for (const { name, reason, card } of refusals) {
      test(`${name}: ${reason}, and the right card afterwards works`, async () => {
        const { client, browser, login, start } = await begin();
        const first = await toCardListener(browser, start);
        const shown = await ask(first.url, { root: hub.rootPem, card: card() });
        assert.equal(shown.status, 303, shown.body);
        const page = await browser.go(shown.headers.location ?? '', isCallback);
        assert.ok(page.body.includes(text('en', `reason.${reason}.title`)), page.body);
        const second = await toCardListener(browser, page);
        assert.notEqual(second.url.hostname, first.url.hostname, 'a fresh label');
        const again = await ask(second.url, { root: hub.rootPem, card: softCard(hub, 'kari-simple') });
        const done = await browser.go(again.headers.location ?? '', isCallback);
        const tickets = await client.complete(done.url, login);
        assert.equal(tickets.idClaims.sub, 'kari-nordmann');
      });
    }
  });

  test('a simple card where the level high is asked for counts for what it is, and the page asks for more', async () => {
    const { client, browser, login, start } = await begin({ acr_values: 'urn:tillit:loa:high' });
    const first = await toCardListener(browser, start);
    const shown = await ask(first.url, { root: hub.rootPem, card: softCard(hub, 'kari-simple') });
    const page = await browser.go(shown.headers.location ?? '', isCallback);
    assert.ok(!isCallback(page.url), 'no ticket below the level');
    assert.ok(page.body.includes(text('en', 'reason.policy.assuranceTooLow.meaning')), page.body);
    const second = await toCardListener(browser, page);
    const again = await ask(second.url, { root: hub.rootPem, card: softCard(hub, 'kari-advanced') });
    const done = await browser.go(again.headers.location ?? '', isCallback);
    assert.match(String((await client.complete(done.url, login)).idClaims.acr), /high/);
  });

  test('a ticket to the card listener and the one back are each used once, and only in their own browser (A3)', async () => {
    const { browser, start } = await begin();
    const { url } = await toCardListener(browser, start);
    const card = softCard(hub, 'kari-simple');
    const first = await ask(url, { root: hub.rootPem, card });
    const back = new URL(first.headers.location ?? '');
    const again = await ask(url, { root: hub.rootPem, card });
    assert.ok(!again.headers.location?.includes('/handoff'), 'the second showing leads nowhere');
    const stranger = await new HttpBrowser(hub.rootPem).go(back, isCallback);
    assert.ok(!isCallback(stranger.url), 'the link is worth nothing in another browser');
    const own = await browser.go(back, isCallback);
    assert.ok(isCallback(own.url), own.body);
    const replayed = await browser.go(back, isCallback);
    assert.ok(!isCallback(replayed.url), 'nor a second time in its own');
  });

  test('headers that claim a certificate are worth nothing from a peer that is no configured proxy (C1)', async () => {
    const { browser, start } = await begin();
    const { url } = await toCardListener(browser, start);
    const der = softCard(hub, 'kari-simple').cert.split('-----')[2]?.replace(/\s/g, '') ?? '';
    const shown = await ask(url, { root: hub.rootPem, headers: { 'client-cert': `:${der}:` } });
    const page = await browser.go(shown.headers.location ?? '', isCallback);
    assert.ok(page.body.includes(text('en', 'reason.card.noCertificate.title')), page.body);
  });

  test('what browsers ask by themselves and empty connections count as no failure', async () => {
    const { browser, start } = await begin();
    const { url } = await toCardListener(browser, start);
    const icon = await ask(new URL('/favicon.ico', url), { root: hub.rootPem });
    assert.ok(icon.status === 404 || icon.status === 204);
    spawnSync('openssl', ['s_client', '-connect', `127.0.0.1:${url.port}`, '-servername', url.hostname], {
      input: '',
      timeout: 10_000,
    });
    const shown = await ask(url, { root: hub.rootPem, card: softCard(hub, 'kari-simple') });
    const done = await browser.go(shown.headers.location ?? '', isCallback);
    assert.ok(isCallback(done.url), 'the ticket was not used up');
  });

  test('a PKCS#12 file of the test CA is read by openssl with its passphrase', () => {
    const card = issueCard(pki, { authority: 'simple', holder: kari });
    const file = saveCard(folder.path, 'p12', card, 'a passphrase');
    const read = spawnSync('openssl', ['pkcs12', '-in', file, '-passin', 'pass:a passphrase', '-nodes'], {
      encoding: 'utf8',
    });
    assert.equal(read.status, 0, read.stderr);
    assert.match(read.stdout, /Kari Nordmann/);
  });
});
