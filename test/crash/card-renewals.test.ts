// kill -9 of the hub in the middle of a renewal of many cards: it goes on after each start, nothing is renewed twice, nothing is lost.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findRunning } from '../../src/edge/store/embedded/index.ts';
import { makeCards } from '../contracts/make-cards.ts';
import {
  draftRenewal,
  freeAddresses,
  freePort,
  pressStep,
  type RunningHub,
  startHub,
  temporaryFolder,
  tillitCommand,
  withDemoCard,
} from '../support/index.ts';

const cards = 900;
const kills = 3;
const day = 86_400_000;

describe('a renewal of many and its hub', { skip: process.platform === 'linux' ? false : 'needs /proc' }, () => {
  const folder = temporaryFolder('crash-renewals');
  let hub: RunningHub | undefined;
  after(async () => {
    await hub?.stop();
    folder.remove();
  });

  /** Asks the database of the hub that runs now. */
  async function ask<T extends object>(sql: string, values: readonly unknown[] = []): Promise<readonly T[]> {
    const connection = await findRunning(folder.path);
    assert.ok(connection);
    const client = new pg.Client(connection);
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<T>(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  test('goes on after kill -9, each card once', { timeout: 280_000 }, async () => {
    const addresses = await freeAddresses();
    const env = {
      TILLIT_CA_URL: `https://localhost:${await freePort()}`,
      TILLIT_PKI_URL: `http://localhost:${await freePort()}`,
    };
    const start = async () => {
      hub = await startHub({ addresses, dataFolder: folder.path, env });
      return hub;
    };
    const first = await start();
    const validUntil = Date.now() + 30 * day;
    const connection = await findRunning(folder.path);
    const pool = new pg.Pool({ ...connection, max: 1 });
    await makeCards(pool, {
      organisation: 'fjord-hospital',
      profile: 'staff-card',
      count: cards,
      validUntil,
      prefix: 'h',
    });
    await pool.end();

    const officer = await withDemoCard(first, 'lars-simple');
    const dayText = new Date(validUntil + 2 * day).toISOString().slice(0, 10);
    const draft = await draftRenewal(first, officer, {
      organisation: 'fjord-hospital',
      profile: 'staff-card',
      day: dayText,
    });
    assert.match(draft.body, new RegExp(`will be ordered: ${cards}`), draft.body);
    const job = draft.url.pathname.split('/').at(-1) ?? '';
    const begun = await pressStep(officer, draft, 'start');
    assert.match(begun.body, /<progress /);

    const counts = async () => {
      const rows = await ask<{ state: string; cards: number }>(
        'SELECT state, count(*)::int AS cards FROM hub.card_renewal_item WHERE job = $1 GROUP BY state',
        [job],
      );
      return Object.fromEntries(rows.map((row) => [row.state, row.cards]));
    };
    let killedAt: number[] = [];
    for (let round = 1; round <= kills; round += 1) {
      const atLeast = (round * cards) / (kills + 2);
      for (let tries = 0; ((await counts())['done'] ?? 0) < atLeast; tries += 1) {
        assert.ok(tries < 600, 'it goes on');
        await sleep(50);
      }
      await sleep(randomInt(1, 150));
      assert.ok(((await counts())['waiting'] ?? 0) > 0, 'it was killed in the middle');
      await hub?.kill();
      await start();
      killedAt = [...killedAt, (await counts())['done'] ?? 0];
    }
    for (let tries = 0; ((await counts())['waiting'] ?? 0) > 0; tries += 1) {
      assert.ok(tries < 600, JSON.stringify(await counts()));
      await sleep(100);
    }
    assert.deepEqual(await counts(), { done: cards }, `killed at ${killedAt.join(', ')}`);
    const [orders] = await ask<{ orders: number; old: number; holders: number }>(
      'SELECT count(*)::int AS orders, count(DISTINCT replaces)::int AS old, count(DISTINCT holder)::int AS holders FROM hub.card WHERE renewal_job = $1',
      [job],
    );
    assert.deepEqual(orders, { orders: cards, old: cards, holders: cards });
    let kinds: Record<string, number> = {};
    for (let tries = 0; kinds['card.renewalEnded'] === undefined && tries < 50; tries += 1) {
      await sleep(100);
      const rows = await ask<{ kind: string; events: number }>(
        'SELECT kind, count(*)::int AS events FROM hub.audit_event WHERE strpos(text, $1) > 0 GROUP BY kind',
        [job],
      );
      kinds = Object.fromEntries(rows.map(({ kind, events }) => [kind, events]));
    }
    assert.deepEqual(kinds, { 'card.renewalStarted': 1, 'card.ordered': cards, 'card.renewalEnded': 1 });
    assert.ok(hub);
    const verified = await tillitCommand(hub, 'audit', 'verify');
    assert.equal(verified.code, 0, verified.output);
  });
});
