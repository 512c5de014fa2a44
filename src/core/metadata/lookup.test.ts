// Looking entities up: which source counts, what has run out, and when a service is asked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetadataSource } from '../catalogue/index.ts';
import { createEntityMetadata } from './lookup.ts';
import type { AskService, EntityRow } from './ports.ts';
import { freshUntil, queryAddress } from './query.ts';
import { sampleEntity, sampleIdp, sampleSource, sampleSp } from './sample-entity.ts';
import { storedForm } from './stored-entity.ts';

const now = Date.UTC(2026, 10, 29);
const entityId = sampleEntity().entityId;
const row = (source: string, change: Partial<EntityRow> = {}): EntityRow => ({
  source,
  facts: storedForm(sampleEntity()),
  validUntil: now + 1000,
  gone: false,
  createdAt: undefined,
  freshUntil: undefined,
  ...change,
});
const first = sampleSource({ id: 'first', order: 1, federation: 'one' });
const second = sampleSource({ id: 'second', order: 2, federation: 'two' });
const service = sampleSource({ id: 'service', order: 3, from: { mdq: 'https://mdq.example', form: 'id' } });

function lookup(sources: readonly MetadataSource[], rows: EntityRow[], ask: AskService = async () => 'failed') {
  const asked: string[] = [];
  const metadata = createEntityMetadata({
    catalogue: () => ({ metadataSources: new Map(sources.map((source) => [source.id, source])) }),
    reads: {
      entities: async (_id, ids) => rows.filter(({ source }) => ids.includes(source)),
      providers: async () => [],
    },
    ask: async (source, id) => {
      asked.push(source.id);
      return ask(source, id);
    },
    clock: () => now,
  });
  return { ...metadata, asked };
}

test('of several sources the first by order counts, with all federations that list it', async () => {
  const found = await lookup([second, first], [row('second'), row('first')]).findEntity(entityId, 'idp');
  assert.ok(found.kind === 'found');
  assert.deepEqual([found.source, found.federations, found.validUntil], ['first', ['one', 'two'], now + 1000]);
  assert.deepEqual(found.entity.idp?.keys, sampleIdp().keys);
  const inTwo = await lookup([second, first], [row('second'), row('first')]).findEntity(entityId, 'idp', {
    federation: 'two',
  });
  assert.ok(inTwo.kind === 'found');
  assert.deepEqual([inTwo.source, inTwo.federations], ['second', ['two']]);
  const byName = await lookup([second, first], [row('second'), row('first')]).findEntity(entityId, 'idp', {
    source: 'second',
  });
  assert.ok(byName.kind === 'found');
  assert.equal(byName.source, 'second');
  const elsewhere = await lookup([second, first], [row('first')]).findEntity(entityId, 'idp', { source: 'second' });
  assert.deepEqual(elsewhere, { kind: 'unknown' });
});

test('what has run out, in the document or the role, does not count, and says so', async () => {
  const expired = { kind: 'expired', source: 'first', validUntil: now };
  assert.deepEqual(await lookup([first], [row('first', { validUntil: now })]).findEntity(entityId, 'idp'), expired);
  const facts = storedForm(sampleEntity({ idp: sampleIdp({ validUntil: now }) }));
  assert.deepEqual(await lookup([first], [row('first', { facts })]).findEntity(entityId, 'idp'), expired);
  const other = await lookup([first, second], [row('first', { validUntil: now }), row('second')]).findEntity(
    entityId,
    'idp',
  );
  assert.ok(other.kind === 'found');
  assert.deepEqual(other.federations, ['two']);
});

test('who is gone, plays another role, or is of a source that is not configured, is unknown', async () => {
  const unknown = { kind: 'unknown' };
  assert.deepEqual(await lookup([first], [row('first', { gone: true })]).findEntity(entityId, 'idp'), unknown);
  assert.deepEqual(await lookup([first], [row('first')]).findEntity(entityId, 'sp'), unknown);
  assert.deepEqual(await lookup([second], [row('first')]).findEntity(entityId, 'idp'), unknown);
  const both = [row('first', { facts: storedForm(sampleEntity({ sp: sampleSp() })) })];
  assert.deepEqual(await lookup([{ ...first, roles: ['idp'] }], both).findEntity(entityId, 'sp'), unknown);
  assert.deepEqual(await lookup([{ ...first, entities: ['x'] }], both).findEntity(entityId, 'idp'), unknown);
  const strange = lookup([service], []);
  for (const id of ['', 'x'.repeat(2000), 'a\0b', 'a b', 'a\nb', '\ud800'])
    assert.deepEqual(await strange.findEntity(id, 'idp'), unknown);
  assert.deepEqual(strange.asked, []);
});

test('a service is asked for what is not known or not fresh, and the last good copy serves when it fails', async () => {
  const rows: EntityRow[] = [];
  const fetched = lookup([service], rows, async () => {
    rows.push(row('service', { freshUntil: now + 500 }));
    return 'stored';
  });
  assert.equal((await fetched.findEntity(entityId, 'idp')).kind, 'found');
  assert.equal((await fetched.findEntity(entityId, 'idp')).kind, 'found');
  assert.deepEqual(fetched.asked, ['service'], 'what is fresh is not asked for again');
  const stale = lookup([service], [row('service', { freshUntil: now })]);
  assert.equal((await stale.findEntity(entityId, 'idp')).kind, 'found');
  assert.deepEqual(stale.asked, ['service']);
  const old = lookup([service], [row('service', { freshUntil: now + 9, validUntil: now })]);
  assert.equal((await old.findEntity(entityId, 'idp')).kind, 'expired');
  assert.deepEqual(await lookup([service], []).findEntity(entityId, 'idp'), { kind: 'unavailable', source: 'service' });
  const nobody = lookup([service], [], async () => 'unknown');
  assert.deepEqual(await nobody.findEntity(entityId, 'idp'), { kind: 'unknown' });
  const elsewhere = lookup([service, first], [row('first')]);
  assert.equal((await elsewhere.findEntity(entityId, 'idp')).kind, 'found');
  assert.deepEqual(elsewhere.asked, []);
});

test('an entity is asked for by its id or the SHA-1 of it', () => {
  const id = 'http://example.org/service';
  const ask = (mdq: string, form: 'id' | 'sha1') => queryAddress({ mdq, form }, id);
  assert.equal(
    ask('https://mdq.example/x/', 'id'),
    'https://mdq.example/x/entities/http%3A%2F%2Fexample.org%2Fservice',
  );
  // The example of draft-young-md-query-saml 2.1.
  assert.equal(
    ask('https://mdq.example', 'sha1'),
    'https://mdq.example/entities/%7Bsha1%7D11d72e8cf351eb6c75c721e838f469677ab41bdb',
  );
  assert.deepEqual(
    [undefined, 0, 90_000, 1e12].map((ms) => freshUntil(ms, 0)),
    [3_600_000, 60_000, 90_000, 86_400_000],
  );
});
