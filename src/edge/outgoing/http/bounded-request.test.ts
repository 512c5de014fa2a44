// Requests to registered addresses stay within their bounds (O10).
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, isIP, type LookupFunction } from 'node:net';
import { describe, test } from 'node:test';
import { type BoundedRequest, boundedRequest } from './bounded-request.ts';

async function against(listener: RequestListener, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no bound held')), 5_000);
  });
  try {
    await Promise.race([use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`), late]);
  } finally {
    clearTimeout(timer);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const get: BoundedRequest = { method: 'GET', headers: {}, timeoutMs: 400, maxBytes: 100 };

test('a whole answer comes back, a posted body arrives', async () => {
  await against(
    (request, response) => {
      request.pipe(response.writeHead(201));
    },
    async (url) => {
      const answer = await boundedRequest(url, { ...get, method: 'POST', body: 'a=å' });
      assert.equal(answer.status, 201);
      assert.equal(answer.body.toString('utf8'), 'a=å');
    },
  );
});

test('a redirect is an answer and is not followed', async () => {
  let asked = 0;
  await against(
    (_request, response) => {
      asked += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    },
    async (url) => assert.equal((await boundedRequest(url, get)).status, 302),
  );
  assert.equal(asked, 1);
});

test('too large, too slow and half an answer are refused', async () => {
  await against(
    (_request, response) => response.end('x'.repeat(101)),
    async (url) => assert.rejects(boundedRequest(url, get), /more than 100/),
  );
  await against(
    (_request, response) => response.write('x'),
    async (url) => assert.rejects(boundedRequest(url, get), /within 400 ms/),
  );
  await against(
    (_request, response) => {
      response.writeHead(200, { 'content-length': '50' });
      response.write('x', () => response.destroy());
    },
    async (url) => assert.rejects(boundedRequest(url, get)),
  );
});

test('other schemes, and http that is not on loopback, are never asked', async () => {
  for (const address of [
    'http://example.test/',
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
    'http://127.0.0.1.example.test/',
  ]) {
    await assert.rejects(boundedRequest(address, get), /only https/, address);
  }
});

describe('only public addresses (O10)', () => {
  /** Names of the test, each with the addresses that it has. */
  const names: Readonly<Record<string, readonly string[]>> = {
    'inside.example': ['127.0.0.1'],
    'both.example': ['10.0.0.1', '169.254.169.254'],
    'six.example': ['::1', 'fd00::1'],
  };
  const lookup: LookupFunction = (name, options, done) => {
    const found = (names[name] ?? []).map((address) => ({ address, family: isIP(address) }));
    const [first] = found;
    if (first === undefined) done(new Error(`no ${name}`), '', 0);
    else if (options.all === true) done(null, found);
    else done(null, first.address, first.family);
  };

  test('a literal address of somebody’s own network is not asked', async () => {
    await against(
      (_request, response) => response.end('x'),
      async (url) => {
        assert.equal((await boundedRequest(url, { ...get, addresses: 'any' })).status, 200);
        await assert.rejects(boundedRequest(url, { ...get, addresses: 'public' }), /only public/);
      },
    );
    for (const host of ['10.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254', '2130706433', '0x7f.1']) {
      await assert.rejects(boundedRequest(`https://${host}/`, { ...get, addresses: 'public' }), /only public/, host);
    }
  });

  for (const name of Object.keys(names)) {
    test(`${name}: a name that leads there is not asked, and the socket uses the address that was looked at`, async () => {
      const asked = boundedRequest(`https://${name}/`, { ...get, addresses: 'public', lookup });
      await assert.rejects(asked, /no public address/);
    });
  }
});

test('a connection that does not come to stand in time is given up', async () => {
  // It takes the connection and never answers the TLS handshake.
  const silent = createTcpServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const asked = boundedRequest(`https://127.0.0.1:${port}/`, { ...get, connectTimeoutMs: 100, timeoutMs: 4000 });
  await assert.rejects(asked, /no connection within 100 ms/);
  silent.close();
});
