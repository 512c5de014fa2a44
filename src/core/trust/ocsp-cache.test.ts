// The cache of OCSP answers: one question at a time, half life, nothing past its time, nothing that does not count.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { authority, now as begin, type OcspWanted, ocspDer, person } from '../../../test/fakes/pkix.ts';
import { readOcspRequest } from '../../base/x509/index.ts';
import { OcspCache } from './ocsp-cache.ts';
import type { OcspFetch } from './ports.ts';

const minute = 60_000;
const url = 'http://ocsp.example/';
const ca = authority('CA');
const [card, other] = [person(ca), person(ca)] as const;

let now = begin;
let asked: string[] = [];
let wanted: OcspWanted | OcspFetch = {};
let wait: Promise<void> | undefined;
let cache: OcspCache;

const answered = async (_url: string, request: Buffer): Promise<OcspFetch> => {
  const reading = readOcspRequest(request);
  assert.ok(reading.ok);
  const [about] = reading.request.asked;
  const nonce = reading.request.nonce as Buffer;
  asked.push(nonce.toString('hex'));
  await wait;
  if ('kind' in wanted) return wanted;
  const certificate = about?.serial === card.certificate.serial ? card.certificate : other.certificate;
  const times = { thisUpdate: now, producedAt: now, nextUpdate: now + 60 * minute };
  return { kind: 'bytes', der: ocspDer(certificate, ca, { ...times, nonce, ...wanted }) };
};

beforeEach(() => {
  now = begin;
  [asked, wanted, wait] = [[], {}, undefined];
  let count = 0;
  cache = new OcspCache({
    source: { ask: answered },
    clock: () => now,
    random: (octets) => {
      count += 1;
      return Buffer.alloc(octets, count);
    },
    retryMs: 30_000,
  });
});

async function said(of = card, maxAgeMs = 15 * minute): Promise<string> {
  const state = await cache.answerFor(url, of.certificate, ca.certificate, maxAgeMs);
  return state.ok ? (state.given.response.answers[0]?.status.kind ?? 'none') : state.reason;
}
/** Lets what goes on behind the scenes end. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('logins with the same card wait for one answer; another card is another question, with another nonce of 32 octets', async () => {
  const release = Promise.withResolvers<void>();
  wait = release.promise;
  const all = Promise.all([said(), said(), said(other), said()]);
  await settle();
  release.resolve();
  assert.deepEqual(await all, ['good', 'good', 'good', 'good']);
  assert.equal(asked.length, 2);
  assert.equal(new Set(asked).size, 2);
  assert.ok(asked.every((nonce) => nonce.length === 64));
});

describe('an answer that is at hand', () => {
  test('is used as it is until half its life', async () => {
    await said();
    now += 30 * minute - 1;
    assert.equal(await said(card, 60 * minute), 'good');
    assert.equal(asked.length, 1);
  });
  test('is used and renewed behind the scenes from then on', async () => {
    await said();
    now += 30 * minute;
    wanted = { status: 'revoked' };
    assert.equal(await said(card, 60 * minute), 'good');
    await settle();
    assert.equal(await said(card, 60 * minute), 'revoked');
    assert.equal(asked.length, 2);
  });
  test('is asked for again when it is older than a login allows', async () => {
    await said();
    now += 15 * minute + 1;
    wanted = { status: 'revoked' };
    assert.equal(await said(), 'revoked');
  });
  test('carries over an outage until its nextUpdate, and not a millisecond longer', async () => {
    await said();
    wanted = { kind: 'failed', reason: 'ocspTimeout' };
    now += 60 * minute - 1;
    assert.equal(await said(), 'good');
    now += 1;
    assert.equal(await said(), 'ocspTimeout');
  });
  test('without nextUpdate is used for five minutes', async () => {
    wanted = { nextUpdate: undefined };
    await said();
    wanted = { kind: 'failed', reason: 'ocspStatus' };
    now += 5 * minute - 1;
    assert.equal(await said(), 'good');
    now += 1;
    assert.equal(await said(), 'ocspStatus');
  });
});

describe('what does not count', () => {
  test('unknown is never kept, and never good', async () => {
    wanted = { status: 'unknown' };
    assert.equal(await said(), 'ocspUnknown');
    assert.equal(await said(), 'ocspUnknown', 'and is not asked again at once');
    assert.equal(asked.length, 1);
    wanted = {};
    now += 30_000;
    assert.equal(await said(), 'good');
  });
  test('a forged or a replayed answer does not take the place of a good one', async () => {
    wanted = { status: 'revoked' };
    assert.equal(await said(), 'revoked');
    for (const forged of [{ signer: other.key === ca.key ? card.key : other.key }, { nonce: Buffer.alloc(32, 1) }]) {
      now += 16 * minute;
      wanted = { ...forged, status: 'good' };
      assert.equal(await said(), 'revoked');
    }
  });
  test('an answer from before the one at hand does not bring a card back', async () => {
    wanted = { status: 'revoked' };
    await said();
    now += 16 * minute;
    wanted = { status: 'good', thisUpdate: begin - minute };
    assert.equal(await said(), 'revoked');
  });
});

test('a responder that cannot be reached is left alone for a while, for every card', async () => {
  wanted = { kind: 'failed', reason: 'ocspTimeout' };
  assert.equal(await said(), 'ocspTimeout');
  assert.equal(await said(other), 'ocspTimeout');
  assert.equal(asked.length, 1);
  now += 30_000;
  assert.equal(await said(other), 'ocspTimeout');
  assert.equal(await said(), 'ocspTimeout', 'though its own failure is long ago');
  assert.equal(asked.length, 2);
  now += 30_000;
  wanted = {};
  assert.equal(await said(other), 'good');
  assert.equal(await said(), 'good');
});

test('a source that throws is a responder that cannot be reached', async () => {
  const broken = new OcspCache({
    source: { ask: () => Promise.reject(new Error('x')) },
    clock: () => now,
    random: (octets) => Buffer.alloc(octets),
  });
  const state = await broken.answerFor(url, card.certificate, ca.certificate, minute);
  assert.ok(!state.ok && state.reason === 'ocspUnreachable');
});
