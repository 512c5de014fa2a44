// The cache of revocation lists: one fetch at a time, half life, no roll-back, nothing unverified, nothing stale.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, test } from 'node:test';
import {
  publicKeyDer,
  readCertificate,
  writeCertificate,
  writeCrl,
  writeExtension,
  writeName,
} from '../../base/x509/index.ts';
import { freshness } from './freshness.ts';
import type { CrlFetch, CrlSource, CrlStore, StoredCrl } from './ports.ts';
import { crlKey } from './revocation.ts';
import { RevocationCache } from './revocation-cache.ts';

const begin = Date.UTC(2026, 5, 1);
const minute = 60_000;
const hour = 60 * minute;
const url = 'http://crl.example/a.crl';
const name = writeName([['2.5.4.3', 'List CA']]);
const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const key = newKey();

const reading = readCertificate(
  writeCertificate(
    {
      serial: Buffer.from([1]),
      issuer: name,
      subject: name,
      notBefore: begin,
      notAfter: begin + 1,
      publicKey: publicKeyDer(key),
      extensions: [writeExtension.keyUsage(['cRLSign'])],
    },
    key,
  ),
);
assert.ok(reading.ok);
const issuer = reading.certificate;

const list = (
  thisUpdate: number,
  revoked: readonly string[] = [],
  given: { signer?: typeof key; lifeMs?: number } = {},
): Buffer =>
  writeCrl(
    {
      issuer: name,
      thisUpdate,
      nextUpdate: thisUpdate + (given.lifeMs ?? 4 * hour),
      revoked: revoked.map((serial) => ({ serial: Buffer.from(serial, 'hex'), at: thisUpdate })),
      extensions: [],
    },
    given.signer ?? key,
  );

class FakeSource implements CrlSource {
  asked: { etag?: string | undefined }[] = [];
  answer: CrlFetch | Promise<CrlFetch> = { kind: 'failed', reason: 'crlUnreachable' };
  async fetch(_url: string, known: { etag?: string | undefined }): Promise<CrlFetch> {
    this.asked.push(known);
    return this.answer;
  }
}
class MemoryStore implements CrlStore {
  kept = new Map<string, StoredCrl>();
  async load(key: string) {
    return this.kept.get(key);
  }
  async save(key: string, stored: StoredCrl) {
    this.kept.set(key, stored);
  }
}

let now = begin;
let source = new FakeSource();
const clock = () => now;
const bytes = (der: Buffer, etag?: string): CrlFetch => ({ kind: 'bytes', der, etag });
const newCache = (store?: CrlStore) =>
  new RevocationCache({ source, clock, retryMs: 30_000, ...(store === undefined ? {} : { store }) });

beforeEach(() => {
  now = begin;
  source = new FakeSource();
});

async function revokedIn(cache: RevocationCache, serial: string, maxAgeMs = 15 * minute): Promise<string> {
  const state = await cache.listFor({ url, issuer, signers: [issuer] }, maxAgeMs);
  return !state.ok ? state.reason : state.crl.isRevoked(serial) === undefined ? 'good' : 'revoked';
}

test('logins at the same time wait for one fetch', async () => {
  const cache = newCache();
  let give: (answer: CrlFetch) => void = () => undefined;
  source.answer = new Promise((resolve) => {
    give = resolve;
  });
  const both = Promise.all([revokedIn(cache, '0a'), revokedIn(cache, '0b'), revokedIn(cache, '0a')]);
  await new Promise(setImmediate);
  give(bytes(list(begin, ['0a'])));
  assert.deepEqual(await both, ['revoked', 'good', 'revoked']);
  assert.equal(source.asked.length, 1);
});

test('a revocation is seen as soon as the copy is older than allowed', async () => {
  const cache = newCache();
  source.answer = bytes(list(begin));
  assert.equal(await revokedIn(cache, '0a'), 'good');
  source.answer = bytes(list(begin + minute, ['0a']));
  now += 14 * minute;
  assert.equal(await revokedIn(cache, '0a'), 'good', 'the copy is young enough');
  now += 2 * minute;
  assert.equal(await revokedIn(cache, '0a'), 'revoked');
});

test('without its source a copy is used to its nextUpdate and not a moment longer', async () => {
  const cache = newCache();
  source.answer = bytes(list(begin));
  await revokedIn(cache, '0a');
  source.answer = { kind: 'failed', reason: 'crlTimeout' };
  now = begin + 4 * hour - 1;
  assert.equal(await revokedIn(cache, '0a'), 'good');
  now = begin + 4 * hour;
  assert.equal(await revokedIn(cache, '0a'), 'crlTimeout');
});

test('a dead source is not asked again at once', async () => {
  const cache = newCache();
  assert.equal(await revokedIn(cache, '0a'), 'crlUnreachable');
  assert.equal(await revokedIn(cache, '0a'), 'crlUnreachable');
  assert.equal(source.asked.length, 1);
  now += 30_000;
  source.answer = bytes(list(begin));
  assert.equal(await revokedIn(cache, '0a'), 'good');
});

test('a source that throws fails closed', async () => {
  const throwing: CrlSource = {
    fetch: () => Promise.reject(new Error('x')),
  };
  const state = await new RevocationCache({ source: throwing, clock }).listFor(
    { url, issuer, signers: [issuer] },
    minute,
  );
  assert.deepEqual(state, { ok: false, reason: 'crlUnreachable' });
});

test('an unchanged list counts as confirmed, and its validator is sent', async () => {
  const cache = newCache();
  source.answer = bytes(list(begin), '"one"');
  await revokedIn(cache, '0a');
  source.answer = { kind: 'notModified' };
  now += 20 * minute;
  const state = await cache.listFor({ url, issuer, signers: [issuer] }, 15 * minute);
  assert.ok(state.ok && state.fetchedAt === now);
  assert.equal(source.asked[1]?.etag, '"one"');
});

describe('what takes no list’s place', () => {
  const cases: Record<string, () => Buffer> = {
    'an older list, which a revocation is not yet in': () => list(begin - hour),
    'a list of another key': () => list(begin + minute, [], { signer: newKey() }),
    'bytes that are no list': () => Buffer.from('<html>'),
  };
  for (const [name, make] of Object.entries(cases))
    test(name, async () => {
      const cache = newCache();
      source.answer = bytes(list(begin, ['0a']));
      await revokedIn(cache, '0a');
      source.answer = bytes(make());
      now += 20 * minute;
      assert.equal(await revokedIn(cache, '0a'), 'revoked');
      assert.ok(cache.reports()[0]?.failure, 'and it is reported');
    });

  test('a forged list of the future does not keep the true one out', async () => {
    const cache = newCache();
    source.answer = bytes(list(begin + 3 * hour, [], { signer: newKey() }));
    assert.equal(await revokedIn(cache, '0a'), 'crlWrongIssuer');
    now += minute;
    source.answer = bytes(list(begin, ['0a']));
    assert.equal(await revokedIn(cache, '0a'), 'revoked');
  });
});

describe('renewal', () => {
  test('happens behind the scenes after half of the life', async () => {
    const cache = newCache();
    source.answer = bytes(list(begin));
    await revokedIn(cache, '0a');
    now = begin + 2 * hour - 1;
    assert.equal(await cache.renewDue(), 0);
    now = begin + 2 * hour;
    source.answer = bytes(list(now, ['0a']));
    assert.equal(await cache.renewDue(), 1);
    assert.equal(await revokedIn(cache, '0a', 24 * hour), 'revoked');
    assert.equal(source.asked.length, 2);
  });
  test('does not make a login wait while the copy is good', async () => {
    const cache = newCache();
    source.answer = bytes(list(begin));
    await revokedIn(cache, '0a');
    now = begin + 3 * hour;
    source.answer = new Promise(() => undefined);
    assert.equal(await revokedIn(cache, '0a', 24 * hour), 'good');
    assert.equal(source.asked.length, 2);
  });
  test('ends for lists that nobody asks for any more', async () => {
    const cache = newCache();
    source.answer = bytes(list(begin, [], { lifeMs: 30 * 24 * hour }));
    await revokedIn(cache, '0a');
    now = begin + 20 * 24 * hour;
    assert.equal(await cache.renewDue(), 0);
  });
});

describe('the shared store', () => {
  test('gives another process the list without a fetch', async () => {
    const store = new MemoryStore();
    source.answer = bytes(list(begin, ['0a']));
    await revokedIn(newCache(store), '0a');
    assert.equal(await revokedIn(newCache(store), '0a'), 'revoked');
    assert.equal(source.asked.length, 1);
  });
  test('is not believed: its lists are verified, and its times are not of the future', async () => {
    const store = new MemoryStore();
    store.kept.set(crlKey(url, issuer), { der: list(begin, [], { signer: newKey() }), fetchedAt: begin });
    source.answer = bytes(list(begin, ['0a']));
    assert.equal(await revokedIn(newCache(store), '0a'), 'revoked');
    store.kept.set(crlKey(url, issuer), { der: list(begin), fetchedAt: begin + hour });
    assert.equal(await revokedIn(newCache(store), '0a'), 'revoked');
  });
  test('may fail without failing a login', async () => {
    const broken: CrlStore = { load: () => Promise.reject(new Error('x')), save: () => Promise.reject(new Error('x')) };
    source.answer = bytes(list(begin));
    assert.equal(await revokedIn(newCache(broken), '0a'), 'good');
  });
});

test('freshness as a table', () => {
  const limits = { maxAgeMs: 15 * minute, retryMs: 30_000 };
  const held = { thisUpdate: 0, nextUpdate: 100 * minute, fetchedAt: 50 * minute - 1 };
  const verdict = (at: number, failedAt?: number) => freshness({ list: held, failedAt }, at, limits);
  assert.equal(freshness({}, 0, limits), 'renew');
  assert.equal(freshness({ failedAt: 0 }, 1, limits), 'fail');
  assert.equal(freshness({ failedAt: 0 }, 30_000, limits), 'renew');
  assert.equal(verdict(50 * minute - 1), 'use');
  assert.equal(verdict(50 * minute), 'useAndRenew');
  assert.equal(verdict(66 * minute), 'renew');
  assert.equal(verdict(66 * minute, 66 * minute), 'use');
  assert.equal(verdict(100 * minute), 'renew');
  assert.equal(verdict(100 * minute, 100 * minute), 'fail');
});
