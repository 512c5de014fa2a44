// The contract of the outbox: full lanes are left alone, and what was not delivered is counted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reachApplication } from '../../src/core/sessions/index.ts';
import { outboxStore } from '../../src/edge/store/hub/outbox.ts';
import { makeRow, sessionRow } from './make-rows.ts';
import { onEachServer } from './servers.ts';

const now = Date.now();

onEachServer('the outbox', (database) => {
  test('the outbox leaves full lanes alone, and counts what was not delivered', async () => {
    const outbox = outboxStore(database.pool);
    await makeRow(database.pool, sessionRow('l1', 'liv'));
    await makeRow(
      database.pool,
      reachApplication({ session: 'l1', application: 'slow', issuer: 'hub', subject: 'liv', at: now }),
    );
    for (const [application, at] of [
      ['slow', now - 60_000],
      ['quick', now],
    ] as const) {
      const row = {
        id: `logout l1 ${application}`,
        kind: 'backchannelLogout',
        key: `logout l1 ${application}`,
        payload: { session: 'l1', application, at },
        notBefore: now - 1000,
      };
      await makeRow(database.pool, { kind: 'outbox.add', entity: row.id, row });
    }
    const undelivered = async () => {
      const { oldestSeconds, ...counts } = await outbox.undeliveredLogouts();
      return [counts, Math.floor(oldestSeconds / 60)];
    };
    assert.deepEqual(await undelivered(), [{ waiting: 2, failing: 0, dead: 0 }, 1]);
    const taken = await outbox.take(10, ['slow']);
    assert.deepEqual(
      taken.map(({ payload }) => payload.application),
      ['quick'],
    );
    await outbox.done('logout l1 quick');
    await outbox.retry('logout l1 slow', now, 'away');
    assert.deepEqual(await undelivered(), [{ waiting: 0, failing: 1, dead: 0 }, 1]);
    assert.equal((await outbox.take(10, ['quick'])).length, 1);
    await outbox.dead('logout l1 slow', 'away');
    assert.deepEqual(await undelivered(), [{ waiting: 0, failing: 0, dead: 1 }, 0]);
  });
});
