// HAProxy ends TLS and passes the card on by RFC 9440: believed from its configured address alone, and never from a client (C1).
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { text } from '../../src/wire/texts/index.ts';
import {
  ApplicationClient,
  ask,
  demoApplication,
  freeAddresses,
  freePort,
  HttpBrowser,
  type RunningHub,
  requireDebian,
  type SoftCard,
  softCard,
  startHub,
  temporaryFolder,
  tillitCommand,
  toCardListener,
} from '../support/index.ts';

const proxyAddress = '127.0.0.9';

/** Asks for a certificate of any kind, strips what clients claim, and says what TLS showed. */
const configuration = (given: { bind: number; target: number; pem: string; clients: string; root: string }): string => `
global
  maxconn 100
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
frontend card
  bind 127.0.0.1:${given.bind} ssl crt ${given.pem} ca-file ${given.clients} verify optional crt-ignore-err all ca-ignore-err all no-tls-tickets
  http-request del-header Client-Cert
  http-request del-header Client-Cert-Chain
  http-request del-header Client-Cert-OCSP
  http-request set-header Client-Cert :%[ssl_c_der,base64]: if { ssl_c_used }
  default_backend hub
backend hub
  source ${proxyAddress}
  server hub 127.0.0.1:${given.target} ssl verify required ca-file ${given.root} sni req.hdr(host),regsub(:.*,) check-sni localhost
`;

describe('a reverse proxy in front of the card listener', { skip: requireDebian('haproxy') ?? false }, () => {
  const folder = temporaryFolder('haproxy');
  let hub: RunningHub;
  let proxy: ChildProcess;
  let cardPort: number;
  let said = '';

  before(async () => {
    const addresses = await freeAddresses();
    cardPort = await freePort();
    hub = await startHub({ addresses, env: { TILLIT_CARD_LISTEN: `127.0.0.1:${cardPort}` } });
    const ca = join(hub.dataFolder, 'demo', 'ca');
    const read = (name: string): string => readFileSync(join(ca, name), 'utf8');
    const pem = join(folder.path, 'server.pem');
    writeFileSync(pem, read('server.pem') + read('server.key'), { mode: 0o600 });
    const clients = join(folder.path, 'clients.pem');
    writeFileSync(
      clients,
      ['simple', 'advanced', 'hsa-id-3', 'person-id-3', 'root'].map((name) => read(`${name}.pem`)).join(''),
    );
    const file = join(folder.path, 'haproxy.cfg');
    const bind = Number(new URL(hub.cardUrl).port);
    writeFileSync(file, configuration({ bind, target: cardPort, pem, clients, root: hub.rootFile }));
    proxy = spawn('/usr/sbin/haproxy', ['-db', '-f', file], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [proxy.stdout, proxy.stderr]) stream?.on('data', (part) => (said += String(part)));
    for (let round = 0; round < 100 && !(await listens(bind)); round += 1) await sleep(50);
  });
  after(async () => {
    if (proxy?.exitCode === null) {
      const gone = new Promise((resolve) => proxy.once('exit', resolve));
      proxy.kill('SIGTERM');
      await gone;
    }
    await hub?.remove();
    folder.remove();
  });

  const listens = async (port: number): Promise<boolean> => {
    assert.equal(proxy.exitCode, null, said);
    const url = new URL(`https://abcdefghijklmnopqrst.card.localhost:${port}/favicon.ico`);
    return await ask(url, { root: hub.rootPem }).then(
      () => true,
      () => false,
    );
  };
  const isCallback = (url: URL): boolean => url.origin === hub.ehrUrl;
  /** One login that shows `card`, through the proxy or straight to the listener; answers the page or the ticket's person. */
  const logIn = async (card: SoftCard | undefined, given: { port?: number; headers?: Record<string, string> } = {}) => {
    const client = new ApplicationClient(demoApplication(hub));
    const browser = new HttpBrowser(hub.rootPem);
    const login = await client.push();
    const { url } = await toCardListener(browser, await browser.go(login.url, isCallback));
    const shown = await ask(url, { root: hub.rootPem, card, ...given });
    const end = await browser.go(shown.headers.location ?? '', isCallback);
    return isCallback(end.url) ? String((await client.complete(end.url, login)).idClaims.sub) : end.body;
  };
  const header = (card: SoftCard): Record<string, string> => ({
    'client-cert': `:${card.cert.split('-----')[2]?.replace(/\s/g, '')}:`,
  });
  const nothingShown = text('en', 'reason.card.noCertificate.title');

  test('until it is configured, what it passes on is stripped', async () => {
    const body = await logIn(softCard(hub, 'kari-simple'));
    assert.ok(body.includes(nothingShown), body);
  });

  test('once its address is configured, the card behind it logs in', async () => {
    const file = join(folder.path, 'proxies.yaml');
    writeFileSync(file, `settings:\n  demo: true\n  trustedProxies: ['${proxyAddress}/32']\n`);
    const applied = await tillitCommand(hub, 'apply', '--yes', file);
    assert.equal(applied.code, 0, applied.output);
    await sleep(2000);
    assert.equal(await logIn(softCard(hub, 'kari-simple')), 'kari-nordmann');
    assert.equal(await logIn(softCard(hub, 'lars-advanced')), 'lars-vestby');
  });

  test('no card at the proxy is no card here, whatever the client writes', async () => {
    assert.ok((await logIn(undefined)).includes(nothingShown));
    const forged = await logIn(undefined, { headers: header(softCard(hub, 'lars-simple')) });
    assert.ok(forged.includes(nothingShown), forged);
  });

  test('the client’s own header does not win over the card that it showed', async () => {
    const headers = header(softCard(hub, 'lars-simple'));
    assert.equal(await logIn(softCard(hub, 'kari-simple'), { headers }), 'kari-nordmann');
  });

  test('from any other address the header is still worth nothing', async () => {
    const headers = header(softCard(hub, 'lars-simple'));
    const direct = await logIn(undefined, { port: cardPort, headers });
    assert.ok(direct.includes(nothingShown), direct);
    assert.equal(await logIn(softCard(hub, 'kari-simple'), { port: cardPort, headers }), 'kari-nordmann');
  });
});
