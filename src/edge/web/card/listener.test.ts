// The card listener against real TLS clients: nothing is resumed, one request a connection, only a proxy's headers count.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { connect as connectTcp } from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { certificate, newKey, pem } from '../../../../test/fakes/certificates.ts';
import type { HttpRequest, HttpResponse } from '../../../base/http/route.ts';
import { clientCertValue } from '../../../base/x509/index.ts';
import type { Population } from '../../../core/catalogue/index.ts';
import { newCardLabel } from './label.ts';
import { type CardListener, type CardListenerOptions, startCardListener } from './listener.ts';

const alpha = certificate('Alpha CA', newKey(), undefined);
const beta = certificate('Beta CA', newKey(), undefined);
const card = certificate('Anna', newKey(), alpha);
const serverKey = newKey();
const server = certificate('server', serverKey, undefined, ['*.card.localhost']);

const population = (id: string, anchor: string, person = true): Population => ({
  id,
  name: { en: id },
  certificateClass: 'simple',
  anchors: [anchor],
  intermediates: [],
  extendedKeyUsages: [],
  identifiers: person ? [{ attribute: '2.5.4.5', pattern: 'hsaId', namespace: 'hsa-id' }] : [],
  assurance: 'substantial',
  revocation: { mode: 'crl', overrides: {}, allowedHosts: [] },
});
const populations = [population('alpha', alpha.pem), population('beta', beta.pem)];

let seen: HttpRequest[] = [];
const ok: HttpResponse = { status: 200, headers: { 'content-type': 'text/plain' }, body: 'hello' };
const open: CardListener[] = [];

async function start(change: Partial<CardListenerOptions> = {}): Promise<CardListener> {
  const listener = await startCardListener({
    host: '127.0.0.1',
    port: 0,
    tls: { key: pem(serverKey), cert: server.pem },
    hostSuffix: 'card.localhost',
    populations: () => populations,
    handle: async (request) => {
      seen.push(request);
      return ok;
    },
    ...change,
  });
  open.push(listener);
  return listener;
}

let main: CardListener;
before(async () => {
  main = await start();
});
afterEach(() => {
  seen = [];
});
after(() => Promise.all(open.map((listener) => listener.close(50))));

const hostOf = (ids: readonly string[] = ['alpha']) => `${newCardLabel(ids)}.card.localhost`;

interface Exchange {
  readonly text: string;
  readonly socket: TLSSocket;
  readonly session: Buffer | undefined;
  readonly reused: boolean;
}

/** Sends text over one TLS connection and reads to its end. */
function exchange(listener: CardListener, send: string, options: ConnectionOptions = {}): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    let text = '';
    let session: Buffer | undefined;
    const socket = connect(
      { host: '127.0.0.1', port: listener.port, servername: hostOf(), rejectUnauthorized: false, ...options },
      () => socket.write(send),
    );
    socket.on('session', (given) => {
      session = given;
    });
    socket.on('data', (part) => {
      text += part.toString('latin1');
    });
    socket.on('error', reject);
    const reused = () => socket.isSessionReused();
    let wasReused = false;
    socket.on('secureConnect', () => {
      wasReused = reused();
    });
    socket.on('close', () => resolve({ text, socket, session, reused: wasReused }));
    socket.setTimeout(5_000, () => socket.destroy(new Error('the listener did not end the connection')));
  });
}

const get = (path = '/', headers = ''): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;
const withCard: ConnectionOptions = { cert: card.pem, key: pem(card.key) };
const statusOf = ({ text }: Exchange): number => Number(text.slice(9, 12));

describe('the certificate', () => {
  test('reaches the handler as DER with the server name, path and query', async () => {
    const servername = hostOf();
    assert.equal(statusOf(await exchange(main, get('/card?t=1?2'), { ...withCard, servername })), 200);
    assert.deepEqual(seen[0]?.peerCertificates, [card.der]);
    assert.equal(seen[0]?.serverName, servername);
    assert.equal(seen[0]?.path, '/card');
    assert.equal(seen[0]?.query, 't=1?2');
    assert.equal(seen[0]?.ip, '127.0.0.1');
  });
  test('may be missing: the handler hears so, and a new label asks again', async () => {
    await exchange(main, get());
    await exchange(main, get(), { ...withCard, servername: hostOf() });
    assert.deepEqual(
      seen.map(({ peerCertificates }) => peerCertificates?.length),
      [0, 1],
    );
  });
  test('of an unknown CA reaches the handler too, who says why it is refused', async () => {
    const stranger = certificate('Stranger', newKey(), undefined);
    await exchange(main, get(), { cert: stranger.pem, key: pem(stranger.key) });
    assert.deepEqual(seen[0]?.peerCertificates, [stranger.der]);
  });
});

describe('C8: nothing outlives the card', () => {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`${version}: a session that is offered again is not resumed`, async () => {
      const pinned: ConnectionOptions = { minVersion: version, maxVersion: version, servername: hostOf() };
      const first = await exchange(main, get(), { ...pinned, ...withCard });
      const session = first.session ?? first.socket.getSession();
      assert.equal(statusOf(first), 200);
      const second = await exchange(main, get(), { ...pinned, ...(session === undefined ? {} : { session }) });
      assert.equal(second.reused, false);
      assert.equal(statusOf(second), 200);
      assert.deepEqual(seen[1]?.peerCertificates, [], 'the card of the first connection is not there');
    });
  }
  test('TLS 1.2 gives no ticket', async () => {
    const { session } = await exchange(main, get(), { maxVersion: 'TLSv1.2', ...withCard });
    assert.ok(session === undefined || !session.includes('ticket'));
  });
  test('a connection carries one request', async () => {
    const { text } = await exchange(main, get('/one') + get('/two'), withCard);
    assert.equal(text.match(/HTTP\/1\.1 200/g)?.length, 1);
    assert.match(text, /connection: close/i);
    assert.deepEqual(
      seen.map(({ path }) => path),
      ['/one'],
    );
  });
  test('a client cannot renegotiate', async () => {
    const error = await new Promise<Error | null | undefined>((resolve) => {
      const socket = connect(
        {
          host: '127.0.0.1',
          port: main.port,
          servername: hostOf(),
          rejectUnauthorized: false,
          maxVersion: 'TLSv1.2',
          ...withCard,
        },
        () => {
          socket.renegotiate({}, (failed) => {
            socket.destroy();
            resolve(failed);
          });
        },
      );
      socket.on('error', (failed) => resolve(failed));
    });
    assert.ok(error instanceof Error);
  });
});

describe('BCP 195', () => {
  const refused = (options: ConnectionOptions) => assert.rejects(exchange(main, get(), { ...withCard, ...options }));
  for (const cipher of [
    'ECDHE-ECDSA-AES128-SHA',
    'ECDHE-ECDSA-AES128-SHA256',
    'AES128-GCM-SHA256',
    'DHE-RSA-AES128-GCM-SHA256',
  ])
    test(`${cipher} is refused`, () => refused({ maxVersion: 'TLSv1.2', ciphers: cipher }));
  test('ECDHE with AEAD is taken', async () => {
    assert.equal(
      statusOf(await exchange(main, get(), { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' })),
      200,
    );
  });
});

describe('what counts as no failure', () => {
  test('a browser’s own requests never reach the handler', async () => {
    for (const path of ['/favicon.ico', '/robots.txt', '/apple-touch-icon.png', '/.well-known/x'])
      assert.equal(statusOf(await exchange(main, get(path), withCard)), 404);
    assert.equal(seen.length, 0);
  });
  test('nor does a connection without a request', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(
        { host: '127.0.0.1', port: main.port, servername: hostOf(), rejectUnauthorized: false },
        () => socket.end(),
      );
      socket.on('close', () => resolve());
      socket.resume();
    });
    assert.equal(seen.length, 0);
  });
});

describe('limits', () => {
  test('other methods and bodies are refused', async () => {
    assert.equal(statusOf(await exchange(main, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx')), 405);
    assert.equal(statusOf(await exchange(main, get('/', 'Content-Length: 1\r\n'))), 413);
    assert.equal(statusOf(await exchange(main, get('/', 'Transfer-Encoding: chunked\r\n'))), 413);
    assert.equal(seen.length, 0);
  });
  test('long headers are refused', async () => {
    assert.equal(statusOf(await exchange(main, get('/', `X: ${'a'.repeat(30_000)}\r\n`))), 431);
  });

  const silent = (port: number, hello: boolean): Promise<number> =>
    new Promise((resolve) => {
      const begun = performance.now();
      const socket = connectTcp(port, '127.0.0.1', () => {
        if (hello) socket.write(Buffer.from('1603010100', 'hex'));
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(performance.now() - begun));
      socket.resume();
    });
  test('a peer that says nothing is dropped early, one that stops in its handshake later', async () => {
    const listener = await start({ limits: { helloMs: 150, handshakeMs: 600 } });
    const [nothing, half] = await Promise.all([silent(listener.port, false), silent(listener.port, true)]);
    assert.ok(nothing >= 140 && nothing < half, `${nothing}`);
    assert.ok(half >= 550 && half < 5_000, `${half}`);
  });
  test('a request that does not come is dropped', async () => {
    const listener = await start({ limits: { requestMs: 200 } });
    const begun = performance.now();
    await exchange(listener, 'GET / HT').catch(() => undefined);
    assert.ok(performance.now() - begun < 2_000);
  });
  test('connections over the limit are turned away', async () => {
    const listener = await start({ limits: { connections: 1, helloMs: 1_000 } });
    const first = silent(listener.port, true);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok((await silent(listener.port, true)) < 300);
    await listener.close(10);
    await first;
  });
});

describe('C1: RFC 9440 headers', () => {
  const header = `Client-Cert: ${clientCertValue(alpha.der)}\r\nClient-Cert-Chain: ${clientCertValue(beta.der)}\r\n`;
  const stapled = (value: string) => `Client-Cert-OCSP: ${value}\r\n`;
  test('from anywhere else than a configured proxy are taken away, with or without a certificate in TLS', async () => {
    await exchange(main, get('/', header + stapled(':AAAA:')));
    await exchange(main, get('/', header + stapled(':AAAA:')), withCard);
    assert.deepEqual(seen[0]?.peerCertificates, []);
    assert.deepEqual(seen[1]?.peerCertificates, [card.der]);
    for (const { headers, stapledOcsp } of seen) {
      assert.deepEqual(Object.keys(headers), ['host']);
      assert.equal(stapledOcsp, undefined);
    }
  });
  test('from a configured proxy are the certificate, and the proxy’s own is not', async () => {
    const listener = await start({ proxies: () => ['127.0.0.0/8'] });
    await exchange(listener, get('/', header), withCard);
    assert.deepEqual(seen[0]?.peerCertificates, [alpha.der, beta.der]);
    await exchange(listener, get(), withCard);
    assert.deepEqual(seen[1]?.peerCertificates, [], 'no header is no certificate');
    assert.equal(
      statusOf(await exchange(listener, get('/', `${header}Client-Cert: ${clientCertValue(beta.der)}\r\n`))),
      400,
    );
    assert.equal(statusOf(await exchange(listener, get('/', 'Client-Cert: nonsense\r\n'))), 400);
    assert.equal(seen.length, 2);
  });
  test('from a configured proxy an OCSP answer goes along with the certificate, and a bad one refuses nobody', async () => {
    const listener = await start({ proxies: () => ['127.0.0.0/8'] });
    const values = [':AAAA:', 'no sense', `:${'AAAA'.repeat(2049)}:`, ''];
    for (const value of values) await exchange(listener, get('/', header + stapled(value)));
    await exchange(listener, get('/', header + stapled(':AAAA:') + stapled(':AAAA:')));
    await exchange(listener, get('/', stapled(':AAAA:')));
    const [malformed, tooLarge] = [{ fault: 'stapledMalformed' }, { fault: 'stapledTooLarge' }];
    assert.deepEqual(
      seen.map(({ stapledOcsp }) => stapledOcsp),
      [{ der: Buffer.alloc(3) }, malformed, tooLarge, undefined, malformed, undefined],
    );
    for (const { headers } of seen) assert.deepEqual(Object.keys(headers), ['host']);
  });
  test('from a proxy the label comes from Host, and the address from the proxy', async () => {
    const listener = await start({
      proxies: () => ['127.0.0.1'],
      clientAddress: (headers) => String(headers['x-forwarded-for']),
    });
    await exchange(listener, `GET / HTTP/1.1\r\nHost: ABC.card.localhost:8444\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n`);
    assert.equal(seen[0]?.serverName, 'abc.card.localhost');
    assert.equal(seen[0]?.ip, '192.0.2.7');
  });
});

test('a handler that fails gives a plain page and is reported', async () => {
  const errors: string[] = [];
  const listener = await start({
    handle: () => Promise.reject(new Error('secret detail')),
    onError: (where) => errors.push(where),
  });
  const answer = await exchange(listener, get());
  assert.equal(statusOf(answer), 500);
  assert.ok(!answer.text.includes('secret'));
  assert.deepEqual(errors, ['handle']);
});

test('whatever goes wrong before the handler ends one connection, never the process', async () => {
  const errors: string[] = [];
  const listener = await start({
    proxies: () => ['127.0.0.0/8'],
    clientAddress: () => {
      throw new Error('unreadable');
    },
    onError: (where) => errors.push(where),
  });
  await exchange(listener, get()).catch(() => undefined);
  assert.deepEqual(errors, ['handle']);
  assert.deepEqual(seen, []);
});

test('another server certificate can be put in while it runs', async () => {
  const listener = await start();
  const key = newKey();
  const next = certificate('renewed', key, undefined, ['*.card.localhost']);
  listener.setTls({ key: pem(key), cert: next.pem });
  const socket = connect({ host: '127.0.0.1', port: listener.port, servername: hostOf(), rejectUnauthorized: false });
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  assert.deepEqual(socket.getPeerCertificate().raw, next.der);
  socket.destroy();
});

test('closing waits for a running answer, cuts what hangs, and may be asked twice', async () => {
  let release: () => void = () => undefined;
  const listener = await start({
    handle: () =>
      new Promise((resolve) => {
        release = () => resolve(ok);
      }),
  });
  const hanging = connectTcp(listener.port, '127.0.0.1');
  hanging.on('error', () => undefined);
  const running = exchange(listener, get());
  await new Promise((resolve) => setTimeout(resolve, 100));
  const closed = listener.close(400);
  assert.equal(listener.close(400), closed);
  release();
  assert.equal(statusOf(await running), 200);
  await closed;
  await assert.rejects(exchange(listener, get()));
});

describe('the certificate request names only the CAs of the label', async () => {
  const run = promisify(execFile);
  const openssl = await run('openssl', ['version']).then(
    () => true,
    () => false,
  );
  const named = async (servername: string, ...version: readonly string[]): Promise<string[]> => {
    const child = run('openssl', [
      's_client',
      '-connect',
      `127.0.0.1:${main.port}`,
      '-servername',
      servername,
      ...version,
    ]);
    child.child.stdin?.end();
    const { stdout } = await child.catch((failed: { stdout: string }) => failed);
    const block = /Acceptable client certificate CA names\n((?:.*CN = .*\n)*)/.exec(stdout)?.[1] ?? '';
    return block.split('\n').filter(Boolean).sort();
  };
  const skip = openssl ? false : 'the openssl program is missing';
  for (const version of ['-tls1_2', '-tls1_3'])
    test(`${version}`, { skip }, async () => {
      assert.deepEqual(await named(hostOf(['alpha']), version), ['CN = Alpha CA']);
      assert.deepEqual(await named(hostOf(['beta']), version), ['CN = Beta CA']);
      assert.deepEqual(await named(hostOf(['alpha', 'beta']), version), ['CN = Alpha CA', 'CN = Beta CA']);
      assert.deepEqual(
        await named(hostOf(['gone']), version),
        ['CN = Alpha CA', 'CN = Beta CA'],
        'an unknown population names all',
      );
    });
});
