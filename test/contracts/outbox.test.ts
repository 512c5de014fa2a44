// The contract of the outbox: full lanes are left alone, and what was not delivered is counted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountRule } from '../../src/core/catalogue/index.ts';
import { addToOutbox } from '../../src/core/outbox/index.ts';
import { accountKey, askForAccounts } from '../../src/core/provisioning/index.ts';
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

  test('the account that a login waits for goes before a bulk job, also what lies there of it from earlier and failed', async () => {
    const outbox = outboxStore(database.pool);
    const account = (id: string, person: string, notBefore: number, awaited?: boolean) =>
      makeRow(
        database.pool,
        addToOutbox({
          id,
          kind: 'account',
          key: accountKey('ad', person),
          payload: { target: 'ad', person },
          notBefore,
          awaited,
        }),
      );
    for (let n = 0; n < 50; n += 1) await account(`bulk ${n}`, `p${n}`, now - 60_000 + n);
    await account('account ad anna 0 mending', 'anna', now + 300_000);
    const asking = { journey: 'j1', reference: 'R', person: 'anna', application: 'ehr', now: now - 1000 };
    const rule = { id: 'care', target: 'ad', lifetimeSeconds: 60 } as AccountRule;
    for (const write of askForAccounts([rule], asking)) await makeRow(database.pool, write);

    const taken = await outbox.take(2, []);
    assert.deepEqual(
      taken.map(({ id, awaited }) => [id, awaited]),
      [
        ['account ad anna 0 mending', true],
        ['bulk 0', false],
      ],
      'one of her key at a time, and in order',
    );
    await outbox.done('account ad anna 0 mending');
    assert.deepEqual(
      (await outbox.take(1, ['ad'])).map(({ key, awaited }) => [key, awaited]),
      [['account ad anna', true]],
      'beside a lane that the bulk job has filled',
    );
    assert.deepEqual(await outbox.take(1, ['ad', 'awaited ad']), []);
  });
});
