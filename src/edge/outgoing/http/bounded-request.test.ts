// Requests to registered addresses stay within their bounds (O10).
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
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
