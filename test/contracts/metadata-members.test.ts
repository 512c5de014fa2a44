// What providers of a whole source are found by, as the store has it.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { memberCatalogue } from '../../src/apps/hub/metadata/index.ts';
import { dayMs } from '../../src/base/clock.ts';
import { type EntityDescriptor, entityAttributeNames } from '../../src/base/saml/index.ts';
import type { CatalogueSnapshot, Provider } from '../../src/core/catalogue/index.ts';
import { admit, compareStored, memberId } from '../../src/core/metadata/index.ts';
import { sampleEntity, sampleIdp, sampleSource, sampleSp } from '../../src/core/metadata/sample-entity.ts';
import { inTransaction } from '../../src/edge/store/hub/audit-insert.ts';
import { memberReads } from '../../src/edge/store/hub/metadata-members.ts';
import { syncSources } from '../../src/edge/store/hub/metadata-sources.ts';
import { takeEntities } from '../../src/edge/store/hub/metadata-take.ts';
import { snapshot } from '../fakes/ward.ts';
import { onEachServer } from './servers.ts';

const now = Date.now();
const source = sampleSource({ id: 'fed' });
const attribute = (name: string, ...values: string[]) => ({ name, values });
const idp = (name: string, scope: string, more: Partial<EntityDescriptor> = {}) =>
  sampleEntity({
    entityId: `https://${name}.example/saml`,
    idp: sampleIdp({ scopes: [{ value: scope, regexp: false }] }),
    ...more,
  });
const lund = idp('lund', '2120001553', {
  entityAttributes: [attribute('urn:other', 'x'), attribute(entityAttributeNames.assuranceCertification, 'a', 'b')],
});
const malmo = idp('malmo', 'malmo.example');
const hidden = idp('hidden', 'malmo.example', {
  entityAttributes: [attribute(entityAttributeNames.entityCategory, 'http://refeds.org/category/hide-from-discovery')],
});
const journal = sampleEntity({ entityId: 'https://journal.example/sp', idp: undefined, sp: sampleSp() });

onEachServer('the members that a source lists', (database) => {
  const store = () => memberReads(database.pool);
  const take = (...entities: EntityDescriptor[]) =>
    inTransaction(database.pool, (client) =>
      takeEntities(client, {
        source: source.id,
        entities: admit(source, entities, now + dayMs, now).admitted,
        unreadable: [],
        whole: true,
        compare: compareStored,
        now: Date.now(),
      }),
    );

  before(async () => {
    await syncSources(database.pool, [source], now);
    await database.pool.query(
      `INSERT INTO hub.organisation (id, name, number, closed) VALUES ('lund', 'Lund', '2120001553', false), ('old', 'Old', '1', true), ('malmo', 'Malmö', NULL, false)`,
    );
    await take(lund, malmo, hidden, journal);
  });

  test('providers that want to be offered, with names, scopes and the levels of their certification', async () => {
    const listed = await store().listed('fed');
    assert.deepEqual(
      listed.map(({ entityId, scopes, certified }) => [entityId, scopes[0]?.value, certified]),
      [
        ['https://lund.example/saml', '2120001553', ['a', 'b']],
        ['https://malmo.example/saml', 'malmo.example', undefined],
      ],
    );
    assert.equal(listed[0]?.names['sv'], 'Lunds kommun');
    assert.deepEqual(await store().listed('nobody'), []);
  });

  test('numbers of organisations that are open and have one', async () => {
    assert.deepEqual([...(await store().numbers(['lund', 'old', 'malmo', 'nobody']))], [['lund', '2120001553']]);
    assert.equal((await store().numbers([])).size, 0);
  });

  test('who comes and goes is found, and nothing is read again while nothing changed', async () => {
    const record: Provider = {
      ...{ id: 'all', connector: 'saml', name: { en: 'All' }, maximumAssurance: 'high', populations: [], order: 1 },
      samlMembers: { source: 'fed', preset: 'generic', levels: {}, testNumbers: false, passLogout: false },
    };
    const members = [{ organisation: 'lund' }, { organisation: 'malmo', scopes: ['malmo.example'] }];
    const catalogue: CatalogueSnapshot = snapshot({
      providers: new Map([[record.id, record]]),
      federations: new Map([['vardfed', { id: 'vardfed', name: { en: 'Care' }, members }]]),
      metadataSources: new Map([[source.id, source]]),
    });
    let reads = 0;
    const listed = (id: string) => {
      reads += 1;
      return store().listed(id);
    };
    const counted = { ...store(), listed };
    const found = memberCatalogue(counted, Date.now);
    const ids = (of = catalogue) => [...found.whole(of).providers.keys()];
    const [ofLund, ofMalmo] = [lund, malmo].map(({ entityId }) => memberId('all', entityId));
    assert.deepEqual(ids(), ['all'], 'nobody was looked for yet');
    await found.find(catalogue);
    assert.deepEqual(ids().sort(), ['all', ofLund, ofMalmo].sort());
    const whole = found.whole(catalogue);
    await found.find(catalogue);
    assert.equal(found.whole(catalogue), whole, 'the same while nothing changed');
    assert.equal(reads, 1);

    await take(lund, hidden, journal);
    await found.find(catalogue);
    assert.deepEqual(ids().sort(), ['all', ofLund].sort());
    assert.equal(reads, 2);
    await take(lund, malmo, hidden, journal);
    await found.find(catalogue);
    assert.deepEqual(ids().sort(), ['all', ofLund, ofMalmo].sort());

    const without = { ...catalogue, providers: new Map<string, Provider>() };
    assert.equal(found.whole(without), without, 'a record that is gone takes its members along at once');
    const failing = { ...counted, stamp: () => Promise.reject(new Error('the database went away')) };
    await assert.rejects(memberCatalogue(failing, Date.now).find(catalogue));
  });
});
