// Fetching a revocation list: bounded in every direction, following nothing, and never throwing for what a network does.
import assert from 'node:assert/strict';
import { createServer, type Server as HttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Server } from 'node:net';
import { after, describe, mock, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultCrlLimits, httpCrlSource } from './http-crl-source.ts';

const limits = { connectMs: 300, totalMs: 1_500, maxBytes: 1_000 };
const source = httpCrlSource(limits);
const servers: Server[] = [];
after(() => {
  for (const server of servers) {
    server.close();
    if ('closeAllConnections' in server) (server as HttpServer).closeAllConnections();
  }
});

function listen(server: Server): Promise<string> {
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a.crl`));
  });
}
const serve = (handle: RequestListener) => listen(createServer(handle));

test('the bytes and validators of a list come back', async () => {
  const url = await serve((_, response) => response.writeHead(200, { etag: '"a"', 'last-modified': 'x' }).end('list'));
  assert.deepEqual(await source.fetch(url, {}), {
    kind: 'bytes',
    der: Buffer.from('list'),
    etag: '"a"',
    lastModified: 'x',
  });
});

test('a known list is asked for by its validator', async () => {
  const url = await serve((request, response) =>
    response.writeHead(request.headers['if-none-match'] === '"a"' ? 304 : 200).end(),
  );
  assert.deepEqual(await source.fetch(url, { etag: '"a"' }), { kind: 'notModified' });
});

describe('failures', () => {
  const fails = async (url: string, reason: string, within = 4_000) => {
    const begun = performance.now();
    const late = sleep(5_000, 'no bound held', { ref: false });
    assert.deepEqual(await Promise.race([source.fetch(url, {}), late]), { kind: 'failed', reason });
    assert.ok(performance.now() - begun < within);
  };

  test('nobody listens', async () => {
    const server = createNetServer();
    const url = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    await fails(url, 'crlUnreachable');
  });
  test('a server that never answers', async () => fails(await serve(() => undefined), 'crlTimeout'));
  test('a server that drips', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(drip));
    });
    await fails(url, 'crlTimeout');
  });
  test('a TLS server that never says hello, by the connect limit', async () => {
    const server = createNetServer(() => undefined);
    const begun = performance.now();
    await fails((await listen(server)).replace('http:', 'https:'), 'crlTimeout');
    assert.ok(performance.now() - begun < 1_400, 'the connect limit, not the whole one');
  });
  test('a list that says it is too large', async () => {
    await fails(
      await serve((_, response) => response.writeHead(200, { 'content-length': 1_001 }).end(Buffer.alloc(1_001))),
      'crlTooLarge',
    );
  });
  test('a list that turns out too large', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200);
      const pour = setInterval(() => response.write(Buffer.alloc(400)), 5);
      response.on('close', () => clearInterval(pour));
    });
    await fails(url, 'crlTooLarge');
  });
  test('a connection cut in the middle', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('x');
      setTimeout(() => response.destroy(), 50);
    });
    await fails(url, 'crlUnreachable');
  });
  for (const status of [204, 301, 302, 303, 307, 308, 404, 500])
    test(`status ${status} is not followed`, async () => {
      let inside = 0;
      const secret = await serve((_, response) => {
        inside++;
        response.end('list');
      });
      await fails(await serve((_, response) => response.writeHead(status, { location: secret }).end()), 'crlStatus');
      assert.equal(inside, 0);
    });
  test('a compressed answer, which could be a bomb', async () => {
    await fails(
      await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x')),
      'crlStatus',
    );
  });
  test('an answer that is not HTTP', async () => {
    await fails(await listen(createNetServer((socket) => socket.end('220 ready\r\n'))), 'crlUnreachable');
  });
});

describe('the limits that hold when nobody gives others', () => {
  test('are 2 s to connect, 10 s in all and 32 MB', () =>
    assert.deepEqual(defaultCrlLimits, { connectMs: 2_000, totalMs: 10_000, maxBytes: 33_554_432 }));

  test('a list of exactly 32 MB is taken, one octet more is not', async () => {
    for (const [octets, kind] of [
      [33_554_432, 'bytes'],
      [33_554_433, 'failed'],
    ] as const) {
      const url = await serve((_, response) => {
        response.writeHead(200);
        response.end(Buffer.alloc(octets));
      });
      assert.equal((await httpCrlSource().fetch(url, {})).kind, kind);
    }
  });

  test('a server that is silent is given up after 2 s before it is connected, after 10 s then', async () => {
    const silent = await listen(createNetServer(() => undefined));
    for (const [url, lastMs] of [
      [silent.replace('http:', 'https:'), 2_000],
      [silent, 10_000],
    ] as const) {
      const connected = new Promise((resolve) => servers.at(-1)?.once('connection', resolve));
      mock.timers.enable({ apis: ['setTimeout'] });
      try {
        let answer: unknown;
        const fetched = httpCrlSource()
          .fetch(url, {})
          .then((given) => {
            answer = given;
          });
        await connected;
        // The client hears of the connection a turn or two after the server.
        for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
        mock.timers.tick(lastMs - 1);
        await new Promise(setImmediate);
        assert.equal(answer, undefined, `${url} was given up too early`);
        mock.timers.tick(1);
        await fetched;
        assert.deepEqual(answer, { kind: 'failed', reason: 'crlTimeout' });
      } finally {
        mock.timers.reset();
      }
    }
  });
});
