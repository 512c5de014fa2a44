// Asking a responder: by POST and by its media types, bounded, following nothing, and never throwing for what a network does.
import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import { defaultOcspLimits, httpOcspSource } from './http-ocsp-source.ts';

const source = httpOcspSource({ connectMs: 300, totalMs: 600, maxBytes: 1_000 });
const servers: Server[] = [];
after(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

function serve(handle: RequestListener): Promise<string> {
  const server = createServer(handle);
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/ocsp`));
  });
}
const type = 'application/ocsp-response';
const question = Buffer.from('question');

test('the question is posted as it is, and the answer comes back', async () => {
  let seen: unknown;
  const url = await serve(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { method, headers } = request;
    seen = [method, headers['content-type'], headers['content-length'], Buffer.concat(parts).toString()];
    response.writeHead(200, { 'content-type': `${type.toUpperCase()}; x=y` }).end('answer');
  });
  assert.deepEqual(await source.ask(url, question), { kind: 'bytes', der: Buffer.from('answer') });
  assert.deepEqual(seen, ['POST', 'application/ocsp-request', '8', 'question']);
});

describe('failures', () => {
  const fails = async (url: string, reason: string) =>
    assert.deepEqual(await source.ask(url, question), { kind: 'failed', reason });
  const answering = (status: number, headers: Record<string, string>, body: string | Buffer = 'answer') =>
    serve((_, response) => response.writeHead(status, headers).end(body));

  test('nobody listens', async () => {
    const url = await serve(() => undefined);
    await new Promise((resolve) => servers.at(-1)?.close(resolve));
    await fails(url, 'ocspUnreachable');
  });
  test('a responder that never answers', async () => fails(await serve(() => undefined), 'ocspTimeout'));
  test('a responder that drips', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': type });
      const drip = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(drip));
    });
    await fails(url, 'ocspTimeout');
  });
  test('an answer that is too large', async () => {
    await fails(await answering(200, { 'content-type': type }, Buffer.alloc(1_001)), 'ocspTooLarge');
  });
  test('an answer of another type, or of none', async () => {
    await fails(await answering(200, { 'content-type': 'text/html' }), 'ocspType');
    await fails(await answering(200, {}), 'ocspType');
  });
  for (const status of [204, 301, 302, 304, 307, 308, 404, 500])
    test(`status ${status} is not followed`, async () => {
      let inside = 0;
      const secret = await serve((_, response) => {
        inside++;
        response.end('answer');
      });
      await fails(await answering(status, { location: secret, 'content-type': type }, ''), 'ocspStatus');
      assert.equal(inside, 0);
    });
});

test('the limits that hold when nobody gives others are 2 s to connect, 5 s in all and 64 kB', () =>
  assert.deepEqual(defaultOcspLimits, { connectMs: 2_000, totalMs: 5_000, maxBytes: 65_536 }));
