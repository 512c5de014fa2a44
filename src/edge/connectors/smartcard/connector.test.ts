// The smart card connector: a shown chain becomes evidence or a refusal, never above what the provider is approved for.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Population, Provider } from '../../../core/catalogue/index.ts';
import { type CrlFetch, OcspCache, RevocationCache } from '../../../core/trust/index.ts';
import { type OrderedCard, smartcardConnector } from './connector.ts';

const corpus = join(import.meta.dirname, '..', '..', '..', '..', 'test', 'corpus');
const read = (path: string) => JSON.parse(readFileSync(join(corpus, path), 'utf8'));
const common = read('valid/certificate/_common.json') as { populations: Population[]; lists: Record<string, string> };
const hsa = read('valid/certificate/hsa-id.json') as { at: string; chain: string[] };
const now = Date.parse(hsa.at);
const chainOf = (file: { chain: string[] }) => file.chain.map((der) => Buffer.from(der, 'base64'));

const provider: Provider = {
  id: 'card',
  connector: 'smartcard',
  name: { en: 'Card' },
  maximumAssurance: 'high',
  populations: ['hsa-id-3', 'advanced'],
  order: 1,
};
const cachesWith = (fetch: (url: string) => CrlFetch) => ({
  cache: new RevocationCache({ clock: () => now, source: { fetch: async (url) => fetch(url) } }),
  responders: new OcspCache({
    clock: () => now,
    random: (octets) => Buffer.alloc(octets),
    source: { ask: async () => ({ kind: 'failed', reason: 'ocspUnreachable' }) },
  }),
});
let ordered: OrderedCard | undefined;
const connector = smartcardConnector({
  populations: () => common.populations,
  clock: () => now,
  maxStatusAgeMs: () => 900_000,
  derivedOf: async () => ({ kind: 'refused', reason: 'card.derivedEnded', check: 'derived.known' }),
  cardOf: async () => ordered,
  caches: cachesWith((url) => ({ kind: 'bytes', der: Buffer.from(common.lists[url] ?? '', 'base64') })),
});
const reply = (chain: readonly Buffer[], as: Provider = provider) =>
  connector.reply(as, { kind: 'card', chain, ip: '127.0.0.1' }, now);

test('it asks for the card listener with the populations of the provider', () => {
  assert.deepEqual(connector.begin(provider), { kind: 'card', populations: ['hsa-id-3', 'advanced'] });
});

test('a good card is evidence with the certificate’s facts', async () => {
  const answer = await reply(chainOf(hsa));
  assert.ok(answer.kind === 'proven');
  const { evidence } = answer;
  assert.deepEqual(evidence.subject, { namespace: 'hsa-id', value: 'SE5560000001-TA01' });
  assert.deepEqual(evidence.methods, ['sc', 'pin', 'mfa']);
  assert.equal(evidence.assurance, 'substantial');
  assert.equal(evidence.displayName, 'Anna Ek');
  assert.equal(evidence.certificate?.population, 'hsa-id-3');
  assert.equal(evidence.certificate?.certificateClass, 'siths');
  assert.equal(evidence.certificate?.cardNumber, '9752269875300000001');
  assert.equal(evidence.certificate?.statusCheckedAt, now);
  assert.deepEqual(evidence.certificate?.chain, hsa.chain, 'leaf and intermediate, without the anchor');
});

test('a card that a permission let in while its status could not be had says so in its evidence', async () => {
  const grace = { until: new Date(now + 3_600_000).toISOString(), reason: 'The list host moves' };
  const down = smartcardConnector({
    populations: () => common.populations.map((each) => ({ ...each, revocation: { ...each.revocation, grace } })),
    clock: () => now,
    maxStatusAgeMs: () => 900_000,
    derivedOf: async () => ({ kind: 'refused', reason: 'card.derivedEnded', check: 'derived.known' }),
    cardOf: async () => undefined,
    caches: cachesWith(() => ({ kind: 'failed', reason: 'crlTimeout' })),
  });
  const answer = await down.reply(provider, { kind: 'card', chain: chainOf(hsa), ip: '127.0.0.1' }, now);
  assert.ok(answer.kind === 'proven');
  assert.equal(answer.evidence.certificate?.statusCheckedAt, 0);
  assert.deepEqual(answer.evidence.certificate?.grace, {
    ...grace,
    because: 'crlTimeout: the list did not come in time',
  });
});

test('a provider that is approved for less gives less', async () => {
  const answer = await reply(chainOf(hsa), { ...provider, maximumAssurance: 'low' });
  assert.ok(answer.kind === 'proven');
  assert.equal(answer.evidence.assurance, 'low');
  assert.deepEqual(answer.evidence.methods, ['sc'], 'nothing vouches for the PIN');
});

test('no card is refused as such, and so is a reply of another kind', async () => {
  const none = await reply([]);
  assert.ok(none.kind === 'refused' && none.reason === 'card.noCertificate');
  const form = await connector.reply(provider, { kind: 'form', fields: {}, ip: '' }, now);
  assert.ok(form.kind === 'refused' && form.reason === 'card.noCertificate');
});

test('a card of a population that the provider does not list is refused, without personal data in the detail', async () => {
  const answer = await reply(chainOf(read('valid/certificate/personal-number.json')));
  assert.ok(answer.kind === 'refused' && answer.reason === 'card.otherPopulation');
  assert.ok(!JSON.stringify(answer).includes('198001012387'));
  const faulty = await reply(chainOf(read('invalid/certificate/personal-number-of-wrong-check-digit.json')), {
    ...provider,
    populations: ['person-id-3'],
  });
  assert.ok(faulty.kind === 'refused' && faulty.reason === 'card.identifier');
  assert.ok(!JSON.stringify(faulty).includes('1980'));
});

test('a card that was ordered here proves its holder only while its own history allows it (H2)', async () => {
  const states = [
    ['made', 'card.notHandedOver'],
    ['suspended', 'card.suspended'],
    ['ended', 'card.revoked'],
    ['declined', 'card.revoked'],
  ] as const;
  for (const [state, reason] of states) {
    ordered = { id: 'c1', state };
    const answer = await reply(chainOf(hsa));
    assert.ok(answer.kind === 'refused' && answer.reason === reason, state);
    assert.equal(answer.detail?.['card'], 'c1');
  }
  for (const [state, isFirst] of [
    ['received', true],
    ['inUse', false],
  ] as const) {
    ordered = { id: 'c1', state };
    const answer = await reply(chainOf(hsa));
    assert.ok(answer.kind === 'proven', state);
    assert.deepEqual(answer.evidence.certificate?.card, { id: 'c1', isFirst });
  }
  ordered = undefined;
});
