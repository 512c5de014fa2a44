// The web server on a real socket: routes, limits, problems, life of connections.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { connect as tlsConnect } from 'node:tls';
import { type HttpRequest, html, page, plainText, type Route } from '../../../base/http/index.ts';
import { Problem } from '../../../base/problem.ts';
import { createLog } from './log.ts';
import { createWebServer, type WebServer, type WebServerOptions } from './web-server.ts';

const lines: string[] = [];
const log = createLog('info', { write: (line) => void lines.push(line) });
const open: WebServer[] = [];
after(() => Promise.all(open.map((server) => server.close())));

let seen: HttpRequest | undefined;
const echo: Route = {
  method: 'POST',
  path: '/echo/:name',
  maxBodyBytes: 10,
  handle: (request) => {
    seen = request;
    return plainText(200, request.body.toString('hex'));
  },
};
const routes: readonly Route[] = [
  echo,
  { method: 'GET', path: '/echo/:name', handle: () => plainText(200, 'got') },
  { method: 'GET', path: '/throws', handle: () => Promise.reject(new Error('the secret inside')) },
  {
    method: 'GET',
    path: '/problem',
    handle: () => {
      throw new Problem({ kind: 'tooMany', code: 'tooMany', public: { seconds: 4 }, detail: 'private' });
    },
  },
  { method: 'GET', path: '/slow', handle: () => new Promise((r) => setTimeout(() => r(plainText(200, 'slow')), 150)) },
  { method: 'GET', path: '/', handle: () => plainText(200, 'root') },
];

async function started(given: Partial<WebServerOptions> = {}) {
  const server = createWebServer({ routes, listen: { host: '127.0.0.1', port: 0 }, plain: true, log, ...given });
  await server.start();
  open.push(server);
  return { server, port: server.address.port, base: `http://127.0.0.1:${server.address.port}` };
}

/** Sends exact bytes and answers all that comes back. */
const raw = (port: number, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
    let got = '';
    socket.on('data', (data) => {
      got += data.toString('latin1');
    });
    socket.on('close', () => resolve(got));
    socket.on('error', reject);
  });

describe('requests and answers', () => {
  test('a route gets the raw body whatever its content type says, the params decoded, repeats as arrays', async () => {
    const { port } = await started();
    const answer = await raw(
      port,
      'POST /echo/%C3%A5%2Fb?x=1%20&y HTTP/1.1\r\nHost: h\r\nDPoP: a\r\ndpop: b\r\nContent-Type: ;;not a type\r\nContent-Length: 2\r\nConnection: close\r\n\r\n\xff{',
    );
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.match(answer, /ff7b$/);
    assert.deepEqual({ ...seen?.params }, { name: 'å/b' });
    assert.equal(seen?.query, 'x=1%20&y');
    assert.equal(seen?.path, '/echo/%C3%A5%2Fb');
    assert.deepEqual(seen?.headers.dpop, ['a', 'b']);
    assert.equal(seen?.ip, '127.0.0.1');
  });

  test('a body over the route’s bound is refused before it is read, announced or not', async () => {
    const { port } = await started();
    seen = undefined;
    const announced = await raw(port, 'POST /echo/a HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n');
    assert.match(announced, /^HTTP\/1\.1 413 /);
    assert.match(announced, /connection: close/i);
    const chunked = await raw(
      port,
      'POST /echo/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n',
    );
    assert.match(chunked, /^HTTP\/1\.1 413 /);
    const none = await raw(port, 'GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n');
    assert.match(none, /^HTTP\/1\.1 413 /);
    assert.equal(seen, undefined);
  });

  test('a body within the bound, in chunks', async () => {
    const { port } = await started();
    const answer = await raw(
      port,
      'POST /echo/a HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n',
    );
    assert.match(answer, /61626364$/);
  });

  for (const [name, text, status] of [
    [
      'length and chunks together',
      'POST /echo/a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['two lengths', 'POST /echo/a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nab', 400],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['huge headers', `GET / HTTP/1.1\r\nHost: h\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['undecodable path', 'GET /echo/%ff HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', 404],
    ['traversal', 'GET /../etc/passwd HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', 404],
    ['wrong case', 'GET /THROWS HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', 404],
    ...(['PATCH', 'OPTIONS'] as const).flatMap((method) =>
      (
        [
          ['/echo/a', 405],
          ['/nowhere', 404],
        ] as const
      ).map(
        ([path, status]) =>
          [
            `${method} ${path} of a type that is none`,
            `${method} ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: _:0(.9\r\nContent-Length: 2\r\n\r\n{}`,
            status,
          ] as const,
      ),
    ),
    ['known path, other method', 'DELETE /echo/a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', 405],
  ] as const) {
    test(`${name}: ${status}`, async () => {
      const { port } = await started();
      assert.match(await raw(port, text), new RegExp(`^HTTP/1\\.1 ${status} `));
    });
  }

  test('405 says what the path has', async () => {
    const { base } = await started();
    const answer = await fetch(`${base}/echo/a`, { method: 'PUT' });
    assert.equal(answer.headers.get('allow'), 'GET, POST');
  });
});

describe('failures', () => {
  test('nothing of an exception reaches the client; the reference leads to the log', async () => {
    const { base } = await started();
    lines.length = 0;
    const answer = await fetch(`${base}/throws`);
    assert.equal(answer.status, 500);
    assert.equal(answer.headers.get('content-type'), 'application/problem+json');
    const body = (await answer.json()) as { code: string; reference: string };
    assert.equal(body.code, 'internal');
    assert.doesNotMatch(JSON.stringify(body), /secret|stack|\.ts/);
    assert.match(lines.join(''), new RegExp(body.reference));
  });

  test('a Problem has its status and its public side', async () => {
    const { base } = await started();
    const answer = await fetch(`${base}/problem`);
    assert.equal(answer.status, 429);
    const body = (await answer.json()) as Record<string, unknown>;
    assert.equal(body.seconds, 4);
    assert.equal(body.detail, undefined);
  });

  test('browsers get the page, and problem+json when the page itself fails', async () => {
    const failurePage = (_: HttpRequest, problem: Problem, reference: string) =>
      page(404, html`<p>${problem.code} ${reference}</p>`);
    const { base } = await started({ failurePage });
    const asked = { headers: { accept: 'text/html,application/xhtml+xml;q=0.9' } };
    assert.match(await (await fetch(`${base}/nowhere`, asked)).text(), /<p>notFound [0-9A-Z]{4}-[0-9A-Z]{4}<\/p>/);
    assert.equal(((await (await fetch(`${base}/nowhere`)).json()) as { code: string }).code, 'notFound');
    const broken = await started({
      failurePage: () => {
        throw new Error('broken page');
      },
    });
    assert.equal((await fetch(`${broken.base}/nowhere`, asked)).status, 404);
  });
});

describe('log and measure', () => {
  test('patterns only: no path, query, cookie or body', async () => {
    const measures: unknown[] = [];
    const { base } = await started({ measure: (one) => measures.push([one.route, one.method, one.status]) });
    lines.length = 0;
    await fetch(`${base}/echo/TICKET?code=QUERY`, {
      method: 'POST',
      body: 'BODY',
      headers: { cookie: 'a=COOKIE', authorization: 'DPoP TOKEN' },
    });
    await fetch(`${base}/some/SECRETPATH`);
    assert.match(lines.join(''), /"route":"\/echo\/:name"/);
    assert.doesNotMatch(lines.join(''), /TICKET|QUERY|BODY|COOKIE|TOKEN|SECRETPATH/);
    assert.deepEqual(measures, [
      ['/echo/:name', 'POST', 200],
      ['other', 'GET', 404],
    ]);
  });

  test('the log takes credentials out by name', () => {
    const got: string[] = [];
    const redacting = createLog('info', { write: (line) => void got.push(line) });
    redacting.info(
      {
        headers: { cookie: 'GONE', 'client-cert': 'GONE', ok: 'stays' },
        code: 'GONE',
        a: { b: { access_token: 'GONE' } },
      },
      'x',
    );
    assert.doesNotMatch(got.join(''), /GONE/);
    assert.match(got.join(''), /stays/);
  });
});

describe('who is asked', () => {
  test('proxy headers are believed from a configured proxy only, and the list may change', async () => {
    let trustedProxies: string[] = [];
    const { base } = await started({ trustedProxies: () => trustedProxies });
    const ask = async () => {
      await fetch(`${base}/echo/a`, {
        method: 'POST',
        headers: { 'x-forwarded-for': '198.51.100.7', 'client-cert': ':AA==:' },
      });
      return [seen?.ip, seen?.headers['client-cert'], seen?.headers['x-forwarded-for']];
    };
    assert.deepEqual(await ask(), ['127.0.0.1', undefined, undefined]);
    trustedProxies = ['127.0.0.0/8'];
    assert.deepEqual(await ask(), ['198.51.100.7', ':AA==:', undefined]);
  });

  test('plain HTTP only when asked for, and only on loopback', () => {
    const make = (given: Partial<WebServerOptions>) => () =>
      createWebServer({ routes, listen: { host: '127.0.0.1', port: 0 }, log, ...given });
    assert.throws(make({}), { code: 'listen.plain' });
    assert.throws(make({ plain: true, listen: { host: '0.0.0.0', port: 0 } }), { code: 'listen.plain' });
    assert.doesNotThrow(make({ plain: true }));
  });

  test('a port in use says so', async () => {
    const { port } = await started();
    const second = createWebServer({ routes, listen: { host: '127.0.0.1', port }, plain: true, log });
    await assert.rejects(second.start(), (error: Problem) => error.code === 'port.inUse' && error.public.port === port);
  });
});

describe('closing', () => {
  test('requests under way end, new ones are not taken, twice is once', async () => {
    const { server, base, port } = await started();
    const idle = connect(port, '127.0.0.1');
    await new Promise((r) => idle.once('connect', r));
    const slow = fetch(`${base}/slow`);
    await new Promise((r) => setTimeout(r, 50));
    const before = performance.now();
    const both = Promise.all([server.close(), server.close()]);
    const answer = await slow;
    assert.equal(await answer.text(), 'slow');
    assert.equal(answer.headers.get('connection'), 'close');
    await both;
    assert.ok(performance.now() - before < 2_000);
    await assert.rejects(fetch(base));
  });

  test('what does not end in time is cut', async () => {
    const stuck: Route = { method: 'GET', path: '/stuck', handle: () => new Promise(() => undefined) };
    const { server, base } = await started({ routes: [stuck], limits: { drainMs: 100 } });
    const cut = assert.rejects(fetch(`${base}/stuck`));
    await new Promise((r) => setTimeout(r, 50));
    await server.close();
    await cut;
  });
});

describe('TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tillit-web-'));
  after(() => rmSync(folder, { recursive: true }));
  const certificate = (name: string) => {
    const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
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
        '1',
        '-subj',
        `/CN=${name}`,
      ],
      { stdio: 'ignore' },
    );
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  };
  const handshake = (port: number, given: object) =>
    new Promise<string>((resolve, reject) => {
      const socket = tlsConnect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...given }, () => {
        resolve(`${socket.getProtocol()} ${socket.getCipher().name} ${socket.getPeerCertificate().subject.CN}`);
        socket.destroy();
      });
      socket.on('error', reject);
    });

  test('1.2 and 1.3 with forward secrecy and AEAD, nothing else; the certificate can be renewed', async () => {
    const { server, port } = await started({ tls: certificate('first'), hsts: true });
    assert.match(await handshake(port, {}), /^TLSv1\.3 TLS_AES_128_GCM_SHA256 first$/);
    assert.match(await handshake(port, { maxVersion: 'TLSv1.2' }), /^TLSv1\.2 ECDHE-ECDSA-AES128-GCM-SHA256 first$/);
    for (const bad of [
      { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' },
      { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' },
      { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305' },
    ]) {
      await assert.rejects(handshake(port, bad), JSON.stringify(bad));
    }
    server.renewTls(certificate('second'));
    assert.match(await handshake(port, {}), / second$/);
    assert.match(
      await handshake(port, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' }),
      / second$/,
    );
    await assert.rejects(handshake(port, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' }));
    const strict = await new Promise<string | undefined>((resolve) => {
      const socket = tlsConnect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () =>
        socket.write('GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'),
      );
      socket.once('data', (data) => resolve(/strict-transport-security: [^\r]*/.exec(data.toString())?.[0]));
    });
    assert.match(strict ?? '', /max-age=31536000/);
  });

  test('localhost is reached over IPv4, and plain requests to a TLS port are refused', async () => {
    const { server, port } = await started({ tls: certificate('local'), listen: { host: 'localhost', port: 0 } });
    assert.match(await handshake(port, {}), / local$/);
    await assert.rejects(
      new Promise((resolve, reject) => httpRequest({ port, host: '127.0.0.1' }, resolve).on('error', reject).end()),
    );
    await server.close();
    await assert.rejects(handshake(port, {}));
  });
});

test('routes can be renewed while requests go on', async () => {
  const answer = (body: string): Route => ({
    method: 'GET',
    path: '/who',
    handle: () => ({ status: 200, headers: {}, body }),
  });
  const { server, port } = await started({ routes: [answer('first')] });
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return `${response.status} ${response.status === 200 ? await response.text() : ''}`;
  };
  assert.equal(await ask('/who'), '200 first');
  assert.equal(await ask('/new'), '404 ');
  await server.renewRoutes([answer('second'), { ...answer('added'), path: '/new' }]);
  assert.equal(await ask('/who'), '200 second');
  assert.equal(await ask('/new'), '200 added');
});
