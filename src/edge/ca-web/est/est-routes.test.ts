// EST on the wire: what is served where, each refusal in plain words with its status, and hostile bytes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type AuthorityWorld,
  authorityWorld,
  csrOf,
  newEcKey,
  somePermit,
  systemCsr,
} from '../../../../test/fakes/authority-world.ts';
import type { HttpRequest, HttpResponse } from '../../../base/http/index.ts';
import { readCertificate, readCertsOnly } from '../../../base/x509/index.ts';
import { issuerWords } from '../../../core/ordering/index.ts';
import { estRoutes } from './est-routes.ts';
import { mostFailedTries } from './failed-tries.ts';

interface Ask {
  readonly body?: Buffer | string;
  readonly headers?: HttpRequest['headers'];
  readonly shown?: Buffer;
  readonly ip?: string;
}

function bench(world: AuthorityWorld = authorityWorld()) {
  const routes = estRoutes({ ...world.ports, root: world.root });
  const ask = async (method: string, path: string, given: Ask = {}): Promise<HttpResponse> => {
    const route = routes.find((each) => each.method === method && each.path === `/.well-known/est/${path}`);
    assert.ok(route, `${method} ${path}`);
    return route.handle({
      method,
      path: route.path,
      query: '',
      params: {},
      headers: given.headers ?? {},
      body: Buffer.from(given.body ?? ''),
      ip: given.ip ?? '127.0.0.1',
      peerCertificates: given.shown === undefined ? [] : [given.shown],
    });
  };
  const basic = ({ id, secret }: { id: string; secret: string }) =>
    `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const post = (path: string, csr: Buffer, given: Ask & { authorization?: string } = {}) =>
    ask('POST', path, {
      body: csr.toString('base64'),
      ...given,
      headers: {
        'content-type': 'application/pkcs10',
        ...(given.authorization === undefined ? {} : { authorization: given.authorization }),
        ...given.headers,
      },
    });
  return { world, routes, ask, post, basic };
}

function certificatesIn({ status, headers, body }: HttpResponse): readonly Buffer[] {
  assert.equal(status, 200, String(body));
  assert.equal(headers['content-type'], 'application/pkcs7-mime; smime-type=certs-only');
  assert.match(String(body), /^[A-Za-z0-9+/]+={0,2}$/, 'base64 in one line');
  const reading = readCertsOnly(Buffer.from(String(body), 'base64'));
  assert.ok(reading.ok);
  return reading.certificates;
}
const refused = (response: HttpResponse): string => {
  assert.match(String(response.headers['content-type']), /^text\/plain/);
  return `${response.status} ${String(response.body).trim()}`;
};

describe('what is served', () => {
  test('the authorities up to the root, and what a request should be made with, at the usual path and at the label', async () => {
    const { world, routes, ask } = bench();
    assert.equal(routes.length, 8);
    for (const label of ['', 'function/']) {
      const found = certificatesIn(await ask('GET', `${label}cacerts`));
      assert.deepEqual(
        found.map((der) => der.toString('hex')).sort(),
        [world.authority.certificate.der, world.root].map((der) => der.toString('hex')).sort(),
      );
      const attributes = await ask('GET', `${label}csrattrs`);
      assert.equal(attributes.headers['content-type'], 'application/csrattrs');
      assert.equal(Buffer.from(String(attributes.body), 'base64')[0], 0x30);
    }
  });

  test('nothing, where no profile is for EST', () => {
    const world = authorityWorld();
    const rules = { ...world.ports.rules, callers: new Map([['hub', ['function']]]) };
    assert.deepEqual(estRoutes({ ...world.ports, rules, root: world.root }), []);
  });

  test('one certificate for a permit, in every lawful form of a request, and the next for it', async () => {
    const { world, post, basic } = bench();
    const permit = await somePermit(world);
    const csr = systemCsr();
    const first = certificatesIn(await post('simpleenroll', csr, { authorization: basic(permit) }));
    assert.equal(first.length, 1, 'the certificate alone (RFC 7030 4.2.3)');
    const lines = csr.toString('base64').replace(/.{1,64}/g, '$&\r\n');
    const forms: readonly (Ask & { authorization?: string })[] = [
      { authorization: basic(permit), body: lines },
      { authorization: basic({ ...permit, id: permit.id.toLowerCase() }).replace('Basic', 'basic') },
      {
        authorization: basic(permit),
        headers: { 'content-type': 'Application/PKCS10; charset=x', 'content-transfer-encoding': 'binary' },
      },
    ];
    for (const form of forms) assert.deepEqual(certificatesIn(await post('simpleenroll', csr, form)), first);
    const next = certificatesIn(await post('function/simplereenroll', systemCsr(), { shown: first[0] as Buffer }));
    const reading = readCertificate(next[0] as Buffer);
    assert.ok(reading.ok && !reading.certificate.der.equals(first[0] as Buffer));
  });
});

describe('what is refused', () => {
  test('in plain words, with the status that says whose turn it is', async () => {
    const { world, post, basic } = bench();
    const permit = await somePermit(world);
    const authorization = basic(permit);
    const csr = systemCsr();
    const weak = csrOf(newEcKey('P-521'));
    const cases: readonly (readonly [Promise<HttpResponse>, RegExp])[] = [
      [post('simpleenroll', csr), /^401 permit\.right: .*permit/],
      [post('simpleenroll', csr, { authorization: 'Bearer x' }), /^401 permit\.right/],
      [post('simpleenroll', csr, { authorization: basic({ ...permit, secret: 'x' }) }), /^401 permit\.right/],
      [post('simpleenroll', csr, { authorization: basic({ id: 'A\u0000', secret: 'x' }) }), /^401 permit\.right/],
      [post('simpleenroll', csr, { authorization: basic({ id: permit.id, secret: 'x'.repeat(5000) }) }), /^401 permit/],
      [post('simpleenroll', csr, { headers: { authorization: [authorization, authorization] } }), /^401 permit/],
      [
        post('simpleenroll', csr, { authorization, headers: { 'content-type': 'text/plain' } }),
        /^415 .*application\/pkcs10/,
      ],
      [post('simpleenroll', csr, { authorization, headers: { 'content-type': ['application/pkcs10', 'x'] } }), /^415 /],
      [post('simpleenroll', csr, { authorization, body: '' }), /^400 .*base64/],
      [post('simpleenroll', csr, { authorization, body: csr }), /^400 .*base64/],
      [post('simpleenroll', csr, { authorization, body: `${csr.toString('base64')}=` }), /^400 .*base64/],
      [post('simpleenroll', csr, { authorization, body: '-----BEGIN CERTIFICATE REQUEST-----' }), /^400 .*base64/],
      [post('simpleenroll', Buffer.from('hello'), { authorization }), /^400 csr\.readable/],
      [post('simpleenroll', weak, { authorization }), /^400 csr\.key: the key is none of P-256/],
      [post('simplereenroll', csr), /^403 renewal\.shown/],
      [post('simplereenroll', csr, { authorization }), /^403 renewal\.shown/],
      [post('simplereenroll', csr, { shown: world.authority.certificate.der }), /^403 renewal\.own/],
    ];
    for (const [response, said] of cases) {
      const answer = await response;
      assert.match(refused(answer), said);
      assert.equal(answer.headers['www-authenticate'] !== undefined, answer.status === 401);
      assert.ok(issuerWords(String(answer.body)) !== '', 'a client can show it');
    }
    certificatesIn(await post('simpleenroll', csr, { authorization }));
    assert.match(
      refused(await post('simpleenroll', systemCsr(), { authorization })),
      /^409 order\.other: the permit gave/,
    );
    world.now += 8 * 86_400_000;
    assert.match(refused(await post('simpleenroll', csr, { authorization })), /^403 permit\.inTime/);
  });

  test('what the authority must mend itself is no fault of the system', async () => {
    const world = authorityWorld();
    const { post, basic } = bench(world);
    const permit = await somePermit(world);
    Object.assign(world.authority, { certificate: { ...world.authority.certificate, notAfter: world.now } });
    assert.match(
      refused(await post('simpleenroll', systemCsr(), { authorization: basic(permit) })),
      /^503 life\.issuer/,
    );
  });

  test('wrong credentials from one address, again and again: it waits, others do not', async () => {
    const { world, post, basic } = bench();
    const permit = await somePermit(world);
    const wrong = basic({ id: 'AAAA-AAAA', secret: 'x' });
    const csr = systemCsr();
    const ip = '2001:db8:1:2::7';
    for (let tries = 0; tries < mostFailedTries; tries += 1)
      assert.equal((await post('simpleenroll', csr, { authorization: wrong, ip })).status, 401);
    const waits = await post('simpleenroll', csr, { authorization: basic(permit), ip: '2001:db8:1:2:ffff::1' });
    assert.match(refused(waits), /^429 too many/);
    assert.equal(waits.headers['retry-after'], '900');
    certificatesIn(await post('simpleenroll', csr, { authorization: basic(permit), ip: '2001:db8:1:3::7' }));
    world.now += 15 * 60_000;
    certificatesIn(await post('simpleenroll', csr, { authorization: basic(permit), ip }));
  });

  test('any bytes: told in words, never a crash, and never a certificate', async () => {
    const { world, post, basic } = bench();
    const permit = await somePermit(world);
    const csr = systemCsr();
    const flipped = fc.tuple(fc.nat(csr.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, flip]) => {
      const changed = Buffer.from(csr);
      changed[at] = (changed[at] ?? 0) ^ flip;
      return changed.toString('base64');
    });
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      flipped,
    );
    const credential = fc.oneof(fc.constant(basic(permit)), fc.string());
    await fc.assert(
      fc.asyncProperty(body, credential, fc.nat(10_000), async (text, authorization, from) => {
        const given = { body: Buffer.from(text, 'latin1'), authorization, ip: `10.1.${from >> 8}.${from & 255}` };
        const { status } = await post('simpleenroll', csr, given);
        assert.ok([400, 401].includes(status), String(status));
      }),
      { numRuns: 1000 },
    );
    assert.equal(world.ports.register.rows.length, 0);
  });
});
