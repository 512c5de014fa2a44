// The contract of brands: an organisation's own first, then those above it, and a circle does no harm.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brandsUpwards } from '../../src/edge/store/hub/brands-upwards.ts';
import { onEachServer } from './servers.ts';

onEachServer('brands of organisations', (database) => {
  test('the nearest first, none for nobody, and an end to a circle', async () => {
    const read = brandsUpwards(database.pool);
    for (const [id, parent, brand] of [
      ['region', null, 'blue'],
      ['hospital', 'region', null],
      ['ward', 'hospital', 'green'],
      ['office', null, null],
    ])
      await database.pool.query('INSERT INTO hub.organisation (id, name, parent, brand) VALUES ($1, $1, $2, $3)', [
        id,
        parent,
        brand,
      ]);
    assert.deepEqual(await read('ward'), ['green', 'blue']);
    assert.deepEqual(await read('hospital'), ['blue']);
    assert.deepEqual(await read('office'), []);
    assert.deepEqual(await read('nobody'), []);
    await database.pool.query(`UPDATE hub.organisation SET parent = 'ward' WHERE id = 'region'`);
    assert.deepEqual((await read('hospital')).slice(0, 2), ['blue', 'green']);
  });
});
