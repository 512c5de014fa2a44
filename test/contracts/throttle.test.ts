// The contract of the login throttle: delays, limits, and no way past them by trying at the same moment (A12).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../src/base/secret.ts';
import type { LoginTry } from '../../src/core/directory/index.ts';
import { createHashing, passwordConnector } from '../../src/edge/connectors/password/index.ts';
import { delaySeconds, loginThrottle } from '../../src/edge/store/hub/throttle.ts';
import { onEachServer } from './servers.ts';

const minute = 60_000;
const start = Date.UTC(2026, 0, 1);
const attempt = (account: string, now = start, address = 'a', addressLimit = 1000): LoginTry => ({
  account,
  address,
  addressLimit,
  now,
});

test('delays double from the 5th failure to 15 minutes', () => {
  assert.deepEqual([1, 4, 5, 6, 7, 14, 15, 40, 2000].map(delaySeconds), [0, 0, 1, 2, 4, 512, 900, 900, 900]);
});

onEachServer('login throttle', (database) => {
  const throttle = () => loginThrottle(database.pool);

  test('follows the table of delays, and is never permanent', async () => {
    let now = start;
    for (let failure = 1; failure <= 40; failure++) {
      assert.equal((await throttle().ask(attempt('table', now))).kind, 'go', `try ${failure}`);
      const wait = delaySeconds(failure);
      const next = await throttle().ask(attempt('table', now));
      if (wait === 0) {
        assert.equal(next.kind, 'go');
        failure += 1;
        if (delaySeconds(failure) > 0) now += delaySeconds(failure) * 1000;
        continue;
      }
      assert.deepEqual(next, { kind: 'accountDelayed', seconds: wait });
      assert.equal((await throttle().ask(attempt('table', now + wait * 1000 - 1))).kind, 'accountDelayed');
      now += wait * 1000;
    }
  });
  test('a refused try does not make the delay longer', async () => {
    for (let i = 0; i < 5; i++) await throttle().ask(attempt('longer'));
    for (let i = 0; i < 20; i++) await throttle().ask(attempt('longer'));
    assert.equal((await throttle().ask(attempt('longer', start + 1000))).kind, 'go');
  });
  test('50 tries at the same moment from several hubs: five pass', async () => {
    const hubs = [throttle(), throttle(), throttle()];
    const passes = await Promise.all(
      Array.from({ length: 50 }, (_, i) => hubs[i % 3]!.ask(attempt('parallel', start, `p${i}`))),
    );
    assert.equal(passes.filter(({ kind }) => kind === 'go').length, 5);
  });
  test('an account that somebody else locks is tried so often and no more, by all hubs together, until the hold is over', async () => {
    const hold = { afterFailures: 3, seconds: 1800 };
    const held = (name: string, now = start, address = 'a') => ({ ...attempt(name, now, address), hold });
    const hubs = [throttle(), throttle(), throttle()];
    const passes = await Promise.all(
      Array.from({ length: 30 }, (_, i) => hubs[i % 3]!.ask(held('held', start, `h${i}`))),
    );
    assert.equal(passes.filter(({ kind }) => kind === 'go').length, 3);
    assert.deepEqual(await throttle().ask(held('held')), { kind: 'accountDelayed', seconds: 1800 });
    assert.equal((await throttle().ask(held('held', start + 1_799_999))).kind, 'accountDelayed');
    for (const expected of ['go', 'go', 'go', 'accountDelayed'])
      assert.equal((await throttle().ask(held('held', start + 1_800_000))).kind, expected);
    await throttle().succeeded(held('held'), { kind: 'go', firstHere: false });
    assert.equal((await throttle().ask(held('held', start + 1_800_000))).kind, 'go');
  });
  test('a hold after one failure holds at the first, and again after it', async () => {
    const once = (now: number) => ({ ...attempt('once', now), hold: { afterFailures: 1, seconds: 60 } });
    for (const [at, expected] of [
      [start, 'go'],
      [start, 'accountDelayed'],
      [start + 60_000, 'go'],
      [start + 60_000, 'accountDelayed'],
    ] as const)
      assert.equal((await throttle().ask(once(at))).kind, expected, `${at - start}`);
  });
  test('50 parallel guesses through the connector cost five hashes', async () => {
    const hashing = createHashing({ parameters: { memory: 64, passes: 1, lanes: 1 } });
    const connector = passwordConnector({
      accounts: { find: async () => undefined, upgrade: async () => {}, spend: async () => false },
      throttle: throttle(),
      hashing,
      networkOf: () => undefined,
      newId: () => 'e',
    });
    const provider = {
      id: 'p',
      connector: 'password',
      name: { en: 'p' },
      maximumAssurance: 'low',
      populations: [],
      order: 1,
    } as const;
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        connector.reply(
          provider,
          { kind: 'form', fields: { username: 'target', password: `guess ${i}` }, ip: '198.51.100.9' },
          start,
        ),
      ),
    );
    assert.equal(hashing.runs(), 5);
    assert.equal(answers.filter((answer) => answer.kind === 'refused' && answer.reason === 'password.wrong').length, 5);
    assert.equal(new Secret('x').toString(), '[secret]');
  });
  test('an address: different accounts count, the same account again does not', async () => {
    for (let i = 0; i < 20; i++) assert.equal((await throttle().ask(attempt(`acc${i}`, start, 'addr', 20))).kind, 'go');
    assert.equal((await throttle().ask(attempt('acc3', start, 'addr', 20))).kind, 'go');
    assert.deepEqual(await throttle().ask(attempt('acc20', start + minute, 'addr', 20)), {
      kind: 'addressDelayed',
      seconds: 14 * 60,
    });
    assert.equal((await throttle().ask(attempt('acc20', start + minute, 'addr', 2000))).kind, 'go');
    assert.equal((await throttle().ask(attempt('acc21', start + 15 * minute, 'addr', 20))).kind, 'go');
  });
  test('50 accounts at the same moment from one address: twenty pass', async () => {
    const passes = await Promise.all(
      Array.from({ length: 50 }, (_, i) => throttle().ask(attempt(`many${i}`, start, 'spray', 20))),
    );
    assert.equal(passes.filter(({ kind }) => kind === 'go').length, 20);
  });
  test('a stopped address does not delay the accounts that it tries', async () => {
    await throttle().ask(attempt('first', start, 'stopped', 1));
    for (let i = 0; i < 10; i++)
      assert.equal((await throttle().ask(attempt('victim', start, 'stopped', 1))).kind, 'addressDelayed');
    assert.deepEqual(await throttle().ask(attempt('victim', start, 'elsewhere')), { kind: 'go', firstHere: true });
    const row = await database.pool.query(
      `SELECT failures FROM hub.login_throttle WHERE scope = 'account' AND key = 'victim'`,
    );
    assert.strictEqual(row.rows[0].failures, 1);
  });
  test('success starts the account anew and leaves the address’s other marks', async () => {
    for (let i = 0; i < 4; i++) await throttle().ask(attempt('anna', start, 'ward', 3));
    await throttle().ask(attempt('other', start, 'ward', 3));
    const again = attempt('anna', start + minute, 'ward', 3);
    const pass = await throttle().ask(again);
    assert.ok(pass.kind === 'go' && !pass.firstHere);
    await throttle().succeeded(again, pass);
    assert.deepEqual(await throttle().ask(attempt('anna', start + minute, 'ward', 3)), {
      kind: 'go',
      firstHere: false,
    });
    const mine = attempt('bo', start + minute, 'ward', 3);
    const own = await throttle().ask(mine);
    assert.ok(own.kind === 'go' && own.firstHere);
    assert.equal((await throttle().ask(attempt('carl', start + minute, 'ward', 3))).kind, 'addressDelayed');
    await throttle().succeeded(mine, own); // takes its own mark back: there is room again
    assert.equal((await throttle().ask(attempt('carl', start + minute, 'ward', 3))).kind, 'go');
  });
  test('failures are forgotten after a day; an administrator may forget them at once', async () => {
    for (let i = 0; i < 5; i++) await throttle().ask(attempt('old'));
    await throttle().clear('old');
    assert.equal((await throttle().ask(attempt('old'))).kind, 'go');
    for (let i = 0; i < 4; i++) await throttle().ask(attempt('old', start + 10 * minute));
    const later = start + 10 * minute + 24 * 60 * minute;
    assert.equal((await throttle().ask(attempt('old', later))).kind, 'go');
    assert.equal((await throttle().ask(attempt('old', later))).kind, 'go');
    await throttle().sweep(later + 25 * 60 * minute);
    assert.equal((await database.pool.query('SELECT FROM hub.login_throttle')).rowCount, 0);
  });
});
