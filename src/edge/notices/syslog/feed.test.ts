// The feed against collectors in this process: order, framing, restarts, a collector that goes away, UDP and TLS trust.
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { attributeOids, toPem, writeCertificate, writeExtension, writeName } from '../../../base/x509/index.ts';
import { auditRow, type SealedEvent, type SealedFeed } from '../../../core/audit/index.ts';
import { parseFeedAddress, reconnectDelayMs, startFeed } from './index.ts';

const eventAt = (index: number): SealedEvent => ({
  index,
  text: auditRow({ kind: 'hub.started', at: 1_763_816_340_000 + index, outcome: 'ok', body: { n: index, å: 'ö' } })
    .text,
});

/** A log in memory; the cursor outlives the feed, as the database's does. */
function memoryLog(size: number) {
  const log = { events: Array.from({ length: size }, (_, n) => eventAt(n)), cursor: 0, held: true };
  const source: SealedFeed = {
    hold: async () => log.held,
    position: async () => log.cursor,
    read: async (from, limit) => {
      const events = log.events.slice(from, from + limit);
      return { events, next: from + events.length };
    },
    confirm: async (next) => {
      log.cursor = Math.max(log.cursor, next);
    },
    release: async () => undefined,
  };
  return { log, source };
}

/** A collector that takes octet-counted frames and remembers the place of each event. */
async function startCollector(port = 0, tls?: { key: string; cert: string }) {
  const received: number[] = [];
  const sockets = new Set<Socket>();
  const collect = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        const space = rest.indexOf(' ');
        const length = Number(rest.subarray(0, Math.max(0, space)).toString());
        if (space < 0 || rest.length < space + 1 + length) break;
        const message = rest.subarray(space + 1, space + 1 + length).toString('utf8');
        received.push(Number(/ index="(\d+)"/.exec(message)?.[1]));
        rest = rest.subarray(space + 1 + length);
      }
    });
  };
  const server: Server = tls === undefined ? createServer(collect) : createTlsServer(tls, collect);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    received,
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A certificate that signs itself, for a collector of this name. */
function selfSigned(name: string): { key: string; cert: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = writeName([[attributeOids.commonName, name]]);
  const der = writeCertificate(
    {
      serial: Buffer.from([1]),
      issuer: subject,
      subject,
      notBefore: Date.now() - 60_000,
      notAfter: Date.now() + 3_600_000,
      publicKey: createPublicKey(privateKey).export({ format: 'der', type: 'spki' }),
      extensions: [writeExtension.subjectAltName({ dns: [name], ip: [] })],
    },
    privateKey,
  );
  return { key: String(privateKey.export({ format: 'pem', type: 'pkcs8' })), cert: toPem(der) };
}

async function until(true_: () => boolean): Promise<void> {
  for (let waited = 0; !true_(); waited += 5) {
    assert.ok(waited < 10_000, 'waited too long');
    await sleep(5);
  }
}

const clock = Date.now;
const quick = { clock, everyMs: 5, settleMs: 30, batch: 10 };
const tcp = (port: number) => parseFeedAddress(`tcp://127.0.0.1:${port}`)!;

describe('the audit feed', () => {
  test('sends every event once and in order, and what is new soon after', async () => {
    const collector = await startCollector();
    const { log, source } = memoryLog(35);
    const feed = startFeed({ ...quick, source, address: tcp(collector.port) });
    await until(() => collector.received.length === 35);
    log.events.push(eventAt(35));
    await until(() => log.cursor === 36);
    await feed.stop();
    await collector.stop();
    assert.deepEqual(
      collector.received,
      Array.from({ length: 36 }, (_, n) => n),
    );
    assert.equal(feed.sent(), 36);
  });

  test('goes on from the cursor after a restart', async () => {
    const collector = await startCollector();
    const { log, source } = memoryLog(20);
    log.cursor = 12;
    const feed = startFeed({ ...quick, source, address: tcp(collector.port) });
    await until(() => log.cursor === 20);
    await feed.stop();
    await collector.stop();
    assert.deepEqual(collector.received, [12, 13, 14, 15, 16, 17, 18, 19]);
  });

  test('sends again what a broken connection may have lost, and loses nothing', async () => {
    const first = await startCollector();
    const { log, source } = memoryLog(30);
    const states: string[] = [];
    const feed = startFeed({
      ...quick,
      settleMs: 60_000,
      source,
      address: tcp(first.port),
      onState: (state) => states.push(state),
    });
    await until(() => first.received.length === 30);
    assert.equal(log.cursor, 0);
    await first.stop();
    const second = await startCollector(first.port);
    await until(() => second.received.length === 30);
    await feed.stop();
    await second.stop();
    assert.deepEqual(
      states.filter((state, at) => state !== states[at - 1]),
      ['sending', 'waiting', 'sending'],
    );
  });

  test('waits while the collector is away, with growing pauses', async () => {
    const collector = await startCollector();
    await collector.stop();
    const { log, source } = memoryLog(3);
    const feed = startFeed({ ...quick, source, address: tcp(collector.port) });
    await sleep(50);
    assert.equal(log.cursor, 0);
    const back = await startCollector(collector.port);
    await until(() => log.cursor === 3);
    await feed.stop();
    await back.stop();
    assert.deepEqual([1, 2, 3, 8, 30].map(reconnectDelayMs), [500, 1000, 2000, 60_000, 60_000]);
  });

  test('a hub that does not hold the feed sends nothing', async () => {
    const collector = await startCollector();
    const { log, source } = memoryLog(3);
    log.held = false;
    const feed = startFeed({ ...quick, source, address: tcp(collector.port) });
    await sleep(60);
    await feed.stop();
    await collector.stop();
    assert.deepEqual(collector.received, []);
  });

  test('speaks TLS to a trusted collector of that name, and to no other', async () => {
    const tls = selfSigned('localhost');
    const collector = await startCollector(0, tls);
    const tried = async (host: string, ca?: string) => {
      const { log, source } = memoryLog(3);
      const states: string[] = [];
      const address = parseFeedAddress(`tls://${host}:${collector.port}`, ca)!;
      const feed = startFeed({ ...quick, source, address, onState: (state) => states.push(state) });
      await until(() => log.cursor === 3 || states.includes('waiting'));
      await feed.stop();
      return { states, cursor: log.cursor };
    };
    assert.deepEqual(await tried('localhost'), { states: ['waiting'], cursor: 0 });
    assert.deepEqual(await tried('127.0.0.1', tls.cert), { states: ['waiting'], cursor: 0 });
    assert.deepEqual(collector.received, []);
    assert.deepEqual(await tried('localhost', tls.cert), { states: ['sending'], cursor: 3 });
    await collector.stop();
    assert.deepEqual(collector.received, [0, 1, 2]);
  });

  test('sends datagrams without framing over UDP', async () => {
    const collector = createSocket('udp4');
    const received: string[] = [];
    collector.on('message', (message) => received.push(message.toString('utf8')));
    await new Promise<void>((resolve) => collector.bind(0, '127.0.0.1', resolve));
    const { log, source } = memoryLog(5);
    const feed = startFeed({
      ...quick,
      source,
      address: parseFeedAddress(`udp://127.0.0.1:${collector.address().port}`)!,
    });
    await until(() => received.length === 5 && log.cursor === 5);
    await feed.stop();
    collector.close();
    assert.match(received[0]!, /^<109>1 /);
  });

  test('addresses are read strictly', () => {
    assert.deepEqual(parseFeedAddress('tls://[::1]:6514'), { protocol: 'tls', host: '::1', port: 6514, ca: undefined });
    for (const wrong of ['http://x:1', 'tcp://x', 'tcp://x:99999', 'tcp://a:b:1', 'udp://']) {
      assert.equal(parseFeedAddress(wrong), undefined, wrong);
    }
  });
});
