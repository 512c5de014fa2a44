// The contract of logout progress: what each application that a session reached was told, and for how long it can be read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logoutMessageId, reachApplication, toldApplication } from '../../src/core/sessions/index.ts';
import { readReached } from '../../src/edge/store/hub/logout-progress.ts';
import { outboxStore } from '../../src/edge/store/hub/outbox.ts';
import { makeRow, sessionRow } from './make-rows.ts';
import { onEachServer } from './servers.ts';

const now = Date.now();

onEachServer('logout progress', (database) => {
  test('progress is read of ended sessions alone, and for a day', async () => {
    const read = readReached(database.pool);
    await makeRow(database.pool, sessionRow('p1', 'liv'));
    for (const application of ['ehr', 'lab'])
      await makeRow(
        database.pool,
        reachApplication({ session: 'p1', application, issuer: 'hub', subject: 'liv', at: now }),
      );
    const row = { kind: 'backchannelLogout', payload: {}, notBefore: now };
    const id = logoutMessageId('p1', { kind: 'application', id: 'ehr' });
    await makeRow(database.pool, { kind: 'outbox.add', entity: id, row: { ...row, id, key: id } });
    assert.deepEqual(await read(['p1']), [], 'it has not ended');
    await database.pool.query(`UPDATE hub.session SET ended_at = now() WHERE id = 'p1'`);
    const told = (state?: object) => [
      { session: 'p1', to: { kind: 'application', id: 'ehr' }, issuer: 'hub', subject: 'liv', message: state },
      { session: 'p1', to: { kind: 'application', id: 'lab' }, issuer: 'hub', subject: 'liv', message: undefined },
    ];
    assert.deepEqual(await read(['p1', 'e1']), told({ done: false, dead: false, failed: false }));
    await outboxStore(database.pool).retry(id, now, 'away');
    assert.deepEqual(await read(['p1']), told({ done: false, dead: false, failed: true }));
    await makeRow(database.pool, toldApplication('p1', 'lab', now));
    await makeRow(database.pool, toldApplication('p1', 'other', now));
    assert.deepEqual(
      (await read(['p1'])).map((one) => one.told),
      [undefined, true],
    );
    await database.pool.query(`UPDATE hub.session SET ended_at = now() - interval '25 hours' WHERE id = 'p1'`);
    assert.deepEqual(await read(['p1']), []);
  });
});
