// K6: a renewal's row extends what a login holds open, moves on with each renewal, and opens nothing that was closed meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountRule } from '../../src/core/catalogue/index.ts';
import { type Asking, askForAccounts, extendAccounts } from '../../src/core/provisioning/index.ts';
import { accountStore } from '../../src/edge/store/hub/accounts.ts';
import { makeRow } from './make-rows.ts';
import { onEachServer } from './servers.ts';

const rule = { id: 'care', target: 'ad', lifetimeSeconds: 3600 } as AccountRule;
const now = Date.now();
const hour = 3_600_000;
const asking = (journey: string, at: number): Asking => ({
  ...{ journey, reference: 'R', person: 'anna', application: 'ehr' },
  now: at,
});

onEachServer('an account that a renewal extends', (database) => {
  const store = () => accountStore(database.pool);
  const renew = async (at: number) => {
    for (const write of extendAccounts([rule], asking('refresh-g1', at)).writes) await makeRow(database.pool, write);
  };
  const untils = async () => (await store().grants('ad', 'anna')).map(({ until }) => until);

  test('is held by one row a grant, which moves on and never back; closed by hand, it is held by none', async () => {
    await renew(now);
    assert.deepEqual(await untils(), [], 'nothing holds it open: nothing is opened');
    for (const write of askForAccounts([rule], asking('j1', now))) await makeRow(database.pool, write);
    await renew(now + 60_000);
    await renew(now + 30_000);
    assert.deepEqual(await untils(), [now + 60_000 + hour, now + hour]);
    await renew(now + 90_000);
    assert.deepEqual(await untils(), [now + 90_000 + hour, now + hour]);

    await database.pool.query(`INSERT INTO hub.person (id, given_name, family_name) VALUES ('anna', 'Anna', 'x')`);
    await database.pool.query(
      `INSERT INTO hub.account (target, person, key, state, until, delete_from) VALUES ('ad', 'anna', 'k', 'open', to_timestamp($1), to_timestamp($1))`,
      [(now + hour) / 1000],
    );
    const standing = () => store().standing('anna', ['ad', 'other'], now + 120_000);
    assert.deepEqual(await standing(), [{ target: 'ad', state: 'open', until: now + hour, held: true }]);
    // As the desk closes it: what logins hold ends now, and the work that closes it is not done yet.
    await database.pool.query('UPDATE hub.account_grant SET until = to_timestamp($1)', [(now + 100_000) / 1000]);
    assert.equal((await standing())[0]?.held, false);
    await renew(now + 120_000);
    assert.deepEqual(await untils(), [now + 100_000, now + 100_000], 'it stays closed');
  });
});
