// Fuzz of the authority's issue API by a caller whose key is right: no order breaks it, and nothing is handed out that is not on the disk.
// Longer: FUZZ_AUTHORITY_RUNS=5000 node bin/test.js test/attacks/authority-api.test.ts; again: FUZZ_SEED=… as a failure names it.
import assert from 'node:assert/strict';
import { Agent, request as httpsRequest } from 'node:https';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';
import fc from 'fast-check';
import pg from 'pg';
import { pemBlocks, readCertificate, toPem } from '../../src/base/x509/index.ts';
import { authorityDatabaseUrl } from '../../src/edge/store/embedded/index.ts';
import { csrOf, newEcKey, someHolder } from '../fakes/authority-world.ts';
import { spoilt } from '../fakes/spoilt-text.ts';
import { casesOf } from '../pki-corpus/files.ts';
import { spoiltDer } from '../pki-corpus/spoil.ts';
import {
  type AuthorityPlace,
  authorityCommand,
  prepareAuthority,
  type RunningAuthorityProgram,
  startAuthority,
} from '../support/authority-program.ts';
import { startEmbedded, type TestDatabase, temporaryFolder } from '../support/index.ts';

const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 0x7fffffff);
const numRuns = Number(process.env.FUZZ_AUTHORITY_RUNS ?? 300);
const run = { numRuns, seed, endOnFailure: true };

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}
interface Answer {
  readonly status: number;
  readonly body: string;
}

describe('the issue API under a caller that sends anything', () => {
  const folder = temporaryFolder('authority-api');
  let database: TestDatabase | undefined;
  let place: AuthorityPlace;
  let program: RunningAuthorityProgram | undefined;
  let agent: Agent;
  /** The certificate that each order was given. */
  const handedOut = new Map<string, string>();

  before(async () => {
    database = await startEmbedded();
    place = await prepareAuthority(folder.path, authorityDatabaseUrl(database.connection));
    program = await startAuthority(place);
    agent = new Agent({ keepAlive: true, maxSockets: 4, ca: place.tls.cert, cert: place.hub.cert, key: place.hub.key });
  });
  after(async () => {
    agent?.destroy();
    await program?.kill();
    await database?.stop();
    folder.remove();
  });

  const ask = ({ method, path, headers, body }: Asked): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(place.apiUrl);
      const request = httpsRequest(
        { agent, hostname, port, servername: 'localhost', method, path, headers, timeout: 10_000 },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }),
          );
          response.on('error', reject);
        },
      );
      // Cut off is an answer to what is hardly HTTP; a program that is gone would refuse the next connection.
      request.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ECONNRESET' ? resolve({ status: 400, body: '' }) : reject(error),
      );
      request.on('timeout', () => request.destroy(new Error('no answer')));
      request.end(body);
    });

  /** What every answer must be; an order that was carried out is remembered. */
  function look({ status, body }: Answer, asked: string): void {
    assert.ok(status >= 200 && status < 500, `${status} to ${asked}: ${body.slice(0, 300)}`);
    if (status !== 201) return;
    const { order, chain, serial } = JSON.parse(body) as { order: string; chain: string[]; serial: string };
    const reading = readCertificate(pemBlocks(chain[0] ?? '')[0] ?? Buffer.alloc(0));
    assert.ok(reading.ok && reading.certificate.serial === serial);
    assert.equal(reading.certificate.basicConstraints?.ca, false);
    assert.ok(!handedOut.has(order), 'a second certificate for one order');
    handedOut.set(order, reading.certificate.der.toString('hex'));
  }

  const requests = [...casesOf('valid', 'csr'), ...casesOf('invalid', 'csr')].flatMap(({ blocks }) => blocks);
  const fresh = Array.from({ length: 40 }, () => csrOf(newEcKey()));
  const pem = (der: Buffer) => toPem(der, 'CERTIFICATE REQUEST');
  const csr = fc.oneof(
    fc.constantFrom(...fresh).map(pem),
    fc.constantFrom(...requests).map(pem),
    fc.constantFrom(...requests, ...fresh).chain((der) => spoiltDer(der, requests).map(pem)),
    spoilt(pem(fresh[0] as Buffer), ['-----', 'BEGIN', '\n', '=', '\0', 'CERTIFICATE']),
  );
  const wild = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(
      '__proto__',
      'constructor',
      '../../root',
      "'; DROP TABLE authority.certificate; --",
      '%00',
      '\u202e',
      'ﬁ',
    ),
  );
  const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -1, 10, 60, 2 ** 53, 1e308));
  const spoiltMember = fc.oneof(
    { weight: 3, arbitrary: csr.map((text) => ({ csr: text })) },
    fc.constantFrom('function', 'signature', 'derived').map((profile) => ({ profile })),
    fc
      .tuple(fc.constantFrom('upn', 'sid', 'email', 'title', 'dns', 'serialNumber', 'x'), wild)
      .map(([field, value]) => ({ holder: { ...someHolder, [field]: value } })),
    number.map((minutes) => ({ minutes })),
    fc.record({ proof: fc.record({ at: number, fingerprint: wild }) }),
    fc
      .tuple(fc.constantFrom('order', 'profile', 'csr', 'holder', 'minutes', 'proof', 'person', 'reference', 'x'), wild)
      .map(([member, value]) => ({ [member]: value })),
  );
  let orders = 0;
  /** A right order, with up to two of its members spoilt. */
  const message = fc
    .tuple(fc.constantFrom(...fresh), fc.array(spoiltMember, { maxLength: 2 }))
    .map(([der, changes]) => {
      orders += 1;
      const right = { order: `fuzz-${orders}`, profile: 'login', csr: pem(der), holder: someHolder, minutes: 60 };
      return JSON.stringify(Object.assign(right, ...changes));
    });
  const orderPath = '/v1/certificates';
  const path = fc.oneof(
    fc.constantFrom(
      ...[orderPath, `${orderPath}/`, '/v1/orders/none', `/v1/orders/${'a'.repeat(9_000)}`, `${orderPath}/staff/00`],
      ...[
        `${orderPath}/staff/${'ab'.repeat(16)}/state`,
        '/v1/../v1/certificates',
        '//v1//certificates',
        '/v1/certificates?x=1',
      ],
      ...[
        '/v1/orders/%',
        '/v1/orders/%00',
        '/v1/orders/%ff%fe',
        '/v1/orders/..%2f..%2froot',
        '/v1;/certificates',
        '/',
        '*',
      ],
    ),
    fc.webPath(),
    fc.webSegment().map((segment) => `/v1/orders/${segment}`),
  );
  const method = fc.constantFrom('POST', 'GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND');
  const headerValue = fc.string({ unit: fc.constantFrom(...'abcAB019 ;,=/*:"-_.()'), maxLength: 60 });
  const headers = fc.dictionary(
    fc.constantFrom(
      ...['content-type', 'accept', 'accept-encoding', 'content-encoding', 'expect', 'x-forwarded-for', 'forwarded'],
      ...[
        'client-cert',
        'client-cert-chain',
        'host',
        'authorization',
        'cookie',
        'x-http-method-override',
        'range',
        'if-match',
      ],
    ),
    headerValue.filter((value) => !/continue/i.test(value)),
    { maxKeys: 4 },
  );

  test(`orders of anything, with every kind of request: an answer, and never a failure (seed ${seed})`, async () => {
    const body = fc.oneof(
      { weight: 8, arbitrary: message },
      { weight: 2, arbitrary: message.chain((text) => spoilt(text, ['{', '"', ',', '[', 'null', '1e999', '\ud800'])) },
      { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
    );
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const given = { 'content-type': 'application/json' };
        look(
          await ask({ method: 'POST', path: orderPath, headers: given, body: Buffer.from(text) }),
          text.slice(0, 3_000),
        );
      }),
      run,
    );
    assert.ok(handedOut.size > 0, 'some were orders after all');
  });

  test(`any method, path and header: an answer, and never a failure (seed ${seed})`, async () => {
    const body = fc.option(fc.oneof(message, fc.string({ unit: 'binary', maxLength: 200 })), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(method, path, headers, body, async (how, where, given, text) => {
        const asked = {
          method: how,
          path: where,
          headers: given,
          body: text === undefined ? undefined : Buffer.from(text),
        };
        look(await ask(asked), JSON.stringify({ ...asked, body: text }).slice(0, 3_000));
      }),
      run,
    );
  });

  test(`octets that are hardly HTTP: refused or cut off, and the next caller is served (seed ${seed})`, async () => {
    const { port } = new URL(place.apiUrl);
    const raw = (octets: Buffer): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect({
          port: Number(port),
          host: '127.0.0.1',
          ca: place.tls.cert,
          cert: place.hub.cert,
          key: place.hub.key,
        });
        let said = '';
        const timer = setTimeout(() => socket.destroy(), 400);
        socket.on('secureConnect', () => socket.end(octets));
        socket.on('data', (part) => {
          said += part.toString('latin1');
        });
        socket.on('error', (error: NodeJS.ErrnoException) =>
          error.code === 'ECONNREFUSED' ? reject(error) : undefined,
        );
        socket.on('close', () => {
          clearTimeout(timer);
          resolve(said);
        });
      });
    const good = `POST ${orderPath} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`;
    const pieces = [
      '\r\n',
      '\n',
      '\0',
      ' ',
      ':',
      'HTTP/1.1',
      'HTTP/9.9',
      'Content-Length: 9\r\n',
      'Transfer-Encoding: chunked\r\n',
      'fffffffff\r\n',
      '\u00ff'.repeat(100),
      'A'.repeat(70_000),
    ];
    await fc.assert(
      fc.asyncProperty(spoilt(good, pieces), async (text) => {
        for (const [, status] of (await raw(Buffer.from(text, 'latin1'))).matchAll(/^HTTP\/1\.1 (\d{3})/gm))
          assert.ok(Number(status) < 500 || status === '505', `${status} to ${JSON.stringify(text.slice(0, 300))}`);
      }),
      { ...run, numRuns: Math.ceil(numRuns / 5) },
    );
    const answer = await ask({ method: 'GET', path: '/v1/orders/none', headers: {}, body: undefined });
    assert.equal(answer.status, 404);
  });

  test('what was handed out is on the disk with its event, and nothing else is', async () => {
    assert.equal((await program?.kill())?.signal, 'SIGKILL', 'it ran until now');
    program = undefined;
    const pool = new pg.Pool({ connectionString: place.env.TILLIT_AUTHORITY_DATABASE_URL, max: 1 });
    try {
      const { rows } = await pool.query<{ order_id: string; der: Buffer; events: number }>(
        `SELECT order_id, der, (SELECT count(*)::int FROM authority.audit_event WHERE kind = 'certificate.issued'
           AND text LIKE '%' || certificate.serial || '%') AS events
         FROM authority.certificate WHERE caller = 'hub'`,
      );
      assert.deepEqual(new Map(rows.map((row) => [row.order_id, row.der.toString('hex')])), handedOut);
      assert.deepEqual(
        rows.filter(({ events }) => events !== 1),
        [],
      );
    } finally {
      await pool.end();
    }
    assert.match(await authorityCommand(place, 'verify'), /The trail is whole/);
  });
});
