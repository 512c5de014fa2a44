// What is kept of accounts in other systems, on both databases: asked once, answered once, due once, and nothing open is forgotten.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { checkCardsOfAccounts } from '../../src/apps/hub/accounts/check-cards.ts';
import { auditRow } from '../../src/core/audit/index.ts';
import type { AccountRule } from '../../src/core/catalogue/index.ts';
import type { Write } from '../../src/core/commit/index.ts';
import type { AccountCard, ActualAccount } from '../../src/core/provisioning/index.ts';
import { cardChecked, cardsOfAccount, cardsToCheck, endCardOfAccount } from '../../src/edge/store/hub/account-cards.ts';
import { type AccountOutcome, accountPages, accountStore, askForPerson } from '../../src/edge/store/hub/accounts.ts';
import { builtInRows } from '../../src/edge/store/hub/builtin-accounts.ts';
import { createCommitter } from '../../src/edge/store/hub/committer.ts';
import { personReader } from '../../src/edge/store/hub/directory.ts';
import { onEachServer } from './servers.ts';

const minute = 60_000;
const care: AccountRule = {
  id: 'care',
  name: { en: 'Care' },
  target: 'ad',
  applications: ['ehr'],
  organisations: [],
  roles: [],
  container: 'OU=x',
  attributes: [],
  groups: [],
  lifetimeSeconds: 60,
  closed: false,
};
const rules = [care];

onEachServer('accounts elsewhere', (database) => {
  before(async () => {
    for (const id of ['anna', 'bo', 'cy'])
      await database.pool.query(`INSERT INTO hub.person (id, given_name, family_name) VALUES ($1, $1, 'x')`, [id]);
  });

  const account: ActualAccount = {
    id: 'guid',
    address: 'CN=x',
    key: 'K',
    mark: 'tillit:anna',
    loginName: 'anna',
    principal: 'anna@x.example',
    container: 'OU=x',
    enabled: true,
    hasPassword: true,
    attributes: {},
    groups: [],
  };
  const outcome = (person: string, change: Partial<AccountOutcome> = {}): AccountOutcome => ({
    target: 'ad',
    person,
    key: person.toUpperCase(),
    state: 'open',
    account,
    until: Date.now() + minute,
    deleteFrom: Date.now() + 2 * minute,
    answer: 'ready',
    grants: [],
    ...change,
  });
  const grant = (id: string, person: string, journey: string, until: number, grantedAt = Date.now()) =>
    database.pool.query(
      `INSERT INTO hub.account_grant (id, target, person, journey, rule, application, reference, granted_at, until)
         VALUES ($1, 'ad', $2, $3, 'care', 'ehr', 'REF', to_timestamp($5 / 1000.0), to_timestamp($4 / 1000.0))`,
      [id, person, journey, until, grantedAt],
    );
  const due = async (): Promise<readonly string[]> =>
    (
      await database.pool.query<{ key: string }>(`SELECT key FROM hub.outbox WHERE done_at IS NULL ORDER BY key`)
    ).rows.map(({ key }) => key);
  const stateOf = async (person: string) =>
    (
      await database.pool.query<{ state: string; reason: string | null; key: string }>(
        `SELECT state, reason, key FROM hub.account WHERE person = $1`,
        [person],
      )
    ).rows[0];

  test('a login waits until its grants are answered, and only those that were looked at', async () => {
    const store = accountStore(database.pool);
    await grant('g1', 'anna', 'j1', Date.now() + minute);
    const waiting = store.settled('j1', 5_000);
    const { length } = await store.grants('ad', 'anna');
    assert.equal(length, 1);
    await grant('g2', 'anna', 'j2', Date.now() + minute);
    await store.save(outcome('anna', { grants: ['g1'] }), undefined);
    await waiting;
    assert.equal((await store.asked('j1'))[0]?.answer, 'ready');
    assert.equal((await store.asked('j2'))[0]?.answer, 'waiting', 'it came after the look');
    const begun = performance.now();
    await store.settled('j2', 200);
    assert.ok(performance.now() - begun >= 190);
  });

  test('who waits is told how many logins of others are first, and goes on when it was done here', async () => {
    const store = accountStore(database.pool);
    const asked = Date.now();
    await grant('jb care ', 'bo', 'jb', asked + minute, asked);
    for (const [person, at, awaited] of [
      ['anna', asked - 2, true],
      ['cy', asked - 1, false],
      ['bo', asked, true],
    ] as const)
      await database.pool.query(
        `INSERT INTO hub.outbox (id, kind, key, payload, not_before, awaited)
         VALUES ($1, 'account', $1, json_build_object('target', 'ad', 'person', $2::text), to_timestamp($3 / 1000.0), $4)`,
        [`wait ${person}`, person, at, awaited],
      );
    assert.equal(await store.before('jb'), 1, 'neither its own work nor what nobody waits for counts');
    const looks: number[] = [];
    const begun = performance.now();
    const waiting = store.settled('jb', 60_000).then(() => looks.push(performance.now() - begun));
    await store.save(outcome('bo', { grants: ['jb care '] }), undefined);
    await waiting;
    assert.equal(looks.length, 1);
    assert.equal(await store.before('jb'), 0);
    await database.pool.query('DELETE FROM hub.outbox');
    await database.pool.query(`DELETE FROM hub.account_grant WHERE journey = 'jb'`);
    await database.pool.query(`DELETE FROM hub.account WHERE person = 'bo'`);
  });

  test('what is due is asked for once by however many hubs: past its end, closed person, nothing that holds it', async () => {
    const store = accountStore(database.pool);
    await store.save(outcome('bo', { until: Date.now() - 1 }), undefined);
    await Promise.all(Array.from({ length: 5 }, () => store.askDue(Date.now(), rules)));
    assert.deepEqual(await due(), ['account ad bo']);
    await database.pool.query('UPDATE hub.outbox SET dead_at = now()');
    await store.askDue(Date.now() + 60 * minute, rules);
    assert.equal(
      (await due()).filter((key) => key.endsWith('bo')).length,
      2,
      'what was given up is asked for again an hour later',
    );
    await database.pool.query('DELETE FROM hub.outbox');
    await store.save(outcome('bo'), undefined);
    await store.askDue(Date.now(), rules);
    assert.deepEqual(await due(), ['account ad bo'], 'open, and no login that holds it');
    await grant('g3', 'bo', 'j3', Date.now() + minute);
    await database.pool.query('DELETE FROM hub.outbox');
    await store.askDue(Date.now(), rules);
    assert.deepEqual(await due(), []);
    await database.pool.query(`UPDATE hub.person SET closed = true WHERE id = 'bo'`);
    await store.askDue(Date.now(), rules);
    assert.deepEqual(await due(), ['account ad bo']);
    await database.pool.query('DELETE FROM hub.outbox');
    await store.save(outcome('bo', { state: 'closed', deleteFrom: Date.now() - 1 }), undefined);
    await store.askDue(Date.now(), rules);
    assert.deepEqual(await due(), ['account ad bo'], 'to be deleted');
  });

  test('what nothing holds any more is due: its rule closed or without the application, its assignment ended or moved', async () => {
    const store = accountStore(database.pool);
    const { pool } = database;
    await pool.query(
      `INSERT INTO hub.organisation (id, name, closed) VALUES ('town', 'T', false), ('city', 'C', false)`,
    );
    await pool.query(`INSERT INTO hub.person (id, given_name, family_name) VALUES ('dan', 'dan', 'x')`);
    await pool.query(
      `INSERT INTO hub.assignment (id, person, organisation, role) VALUES ('d1', 'dan', 'town', 'nurse')`,
    );
    await grant('gd', 'dan', 'jd', Date.now() + minute);
    await pool.query(`UPDATE hub.account_grant SET assignment = 'd1' WHERE id = 'gd'`);
    await store.save(outcome('dan'), undefined);
    const isDue = async (change: Partial<AccountRule>): Promise<boolean> => {
      await pool.query('DELETE FROM hub.outbox');
      await store.askDue(Date.now(), [{ ...care, ...change }]);
      return (await due()).includes('account ad dan');
    };
    const town = { organisations: ['town'], roles: ['nurse'] };
    assert.deepEqual([await isDue({}), await isDue(town)], [false, false]);
    for (const change of [
      { closed: true },
      { applications: ['other'] },
      { id: 'other' },
      { organisations: ['city'] },
      { roles: ['doctor'] },
    ])
      assert.equal(await isDue(change), true, JSON.stringify(change));
    await pool.query(`UPDATE hub.assignment SET organisation = 'city' WHERE id = 'd1'`);
    assert.deepEqual([await isDue({}), await isDue(town)], [false, true], 'moved');
    await pool.query(
      `UPDATE hub.assignment SET organisation = 'town', valid_from = now() + interval '1 day' WHERE id = 'd1'`,
    );
    assert.equal(await isDue(town), true, 'not begun');
    await pool.query(
      `UPDATE hub.assignment SET valid_from = NULL, valid_until = now() - interval '1 second' WHERE id = 'd1'`,
    );
    assert.equal(await isDue(town), true, 'over');
    await store.save(outcome('dan', { state: 'deleted' }), undefined);
  });

  test('an open account that could not be changed stays open to us, with why, and is tried again after a minute', async () => {
    const store = accountStore(database.pool);
    await database.pool.query('DELETE FROM hub.outbox');
    await store.save(outcome('cy', { until: Date.now() - 1 }), undefined);
    const refused = outcome('cy', {
      state: 'refused',
      key: '',
      until: 0,
      deleteFrom: 0,
      reason: 'groupMissing',
      account: undefined,
    });
    await store.save(refused, undefined);
    assert.deepEqual(await stateOf('cy'), { state: 'open', reason: 'groupMissing', key: 'CY' });
    await store.askDue(Date.now(), rules);
    assert.deepEqual(
      (await due()).filter((key) => key.endsWith('cy')),
      [],
    );
    await store.askDue(Date.now() + 2 * minute, rules);
    assert.deepEqual(
      (await due()).filter((key) => key.endsWith('cy')),
      ['account ad cy'],
    );
    assert.equal(await store.keyMade('ad', 'cy'), 'CY');
  });

  test('a login whose time ended while its account was waited for is not told that it is ready', async () => {
    const store = accountStore(database.pool);
    await grant('g9', 'anna', 'j9', Date.now() - 1);
    await store.save(outcome('anna', { grants: ['g9'] }), undefined);
    assert.equal((await store.asked('j9'))[0]?.answer, 'account.late');
  });

  test('a new account that not every server has is nobody’s to go on with, and its login waits', async () => {
    const store = accountStore(database.pool);
    const people = personReader(database.pool);
    const held = async (person: string) => (await people.facts(person))?.accounts?.map(({ target }) => target) ?? [];
    await database.pool.query(`INSERT INTO hub.person (id, given_name, family_name) VALUES ('di', 'di', 'x')`);
    await grant('g10', 'di', 'j10', Date.now() + minute);
    const halfway = { confirmed: false, answer: 'waiting', reason: 'notReplicatedYet', grants: ['g10'] } as const;
    await store.save(outcome('di', halfway), undefined);
    assert.deepEqual([await held('di'), (await store.asked('j10'))[0]?.answer], [[], 'waiting']);
    await store.save(outcome('di', { grants: ['g10'] }), undefined);
    assert.deepEqual([await held('di'), (await store.asked('j10'))[0]?.answer], [['ad'], 'ready']);
    await store.save(outcome('di', halfway), undefined);
    assert.deepEqual(await held('di'), ['ad'], 'one that was everywhere stays so while its new end travels');
    await store.save(outcome('di', { state: 'closed', answer: 'account.late' }), undefined);
    await store.save(outcome('di', halfway), undefined);
    assert.deepEqual(await held('di'), [], 'opened anew, and not everywhere');
    await database.pool.query(`DELETE FROM hub.account WHERE person = 'di'`);
  });

  test('the newest login stays, those of long ago go', async () => {
    const store = accountStore(database.pool);
    const long = Date.now() - 40 * 24 * 60 * minute;
    await grant('old', 'anna', 'j8', long, long - minute);
    await store.save(outcome('anna'), undefined);
    const ids = (await store.grants('ad', 'anna')).map(({ id }) => id);
    assert.ok(!ids.includes('old') && ids.includes('g1'));
  });

  test('all of a person’s open accounts are asked for after something happened to them', async () => {
    await database.pool.query('DELETE FROM hub.outbox');
    await askForPerson(database.pool, 'anna', 'closed', 1);
    await askForPerson(database.pool, 'anna', 'closed', 1);
    assert.deepEqual(await due(), ['account ad anna']);
  });

  test('cards of open accounts are looked at again, end once, and are forgotten with the account', async () => {
    const store = accountStore(database.pool);
    const now = Date.now();
    const card = (fingerprint: string): AccountCard => ({
      fingerprint,
      population: 'siths',
      chain: ['AA=='],
      notAfter: now + minute,
    });
    const asked = (fingerprint: string, at: number): Write => ({
      kind: 'account.card',
      entity: `account card ad anna ${fingerprint}`,
      row: { target: 'ad', person: 'anna', fingerprint, doc: card(fingerprint), at },
    });
    const committer = createCommitter({
      connection: database.connection,
      node: 'n',
      toEventRow: (event) => ({ ...auditRow(event) }),
      seal: () => '',
    });
    const write = (...writes: readonly Write[]) => committer.commit({ claims: [], writes, ifWon: [], ifLost: [] });
    await store.save(outcome('anna', { until: now + minute }), undefined);
    await Promise.all([write(asked('a', now - minute)), write(asked('a', now - minute)), write(asked('b', now))]);
    const [old, ...others] = await cardsToCheck(database.pool, now - 30_000, 10);
    assert.deepEqual([old?.card, others], [card('a'), []]);
    assert.ok(old);
    await cardChecked(database.pool, old, now);
    assert.deepEqual(await cardsToCheck(database.pool, now - 30_000, 10), []);
    await database.pool.query('DELETE FROM hub.outbox');
    await endCardOfAccount(database.pool, old, now);
    await endCardOfAccount(database.pool, old, now + 1);
    assert.deepEqual(await due(), ['account ad anna'], 'its account is looked at once');
    const known = async () => (await cardsOfAccount(database.pool, 'ad', 'anna')).map((one) => one.ended);
    assert.deepEqual(await known(), [true, false]);
    await write(asked('a', now));
    assert.deepEqual(await known(), [false, false], 'a login with it has shown that it is good');
    const looked: string[] = [];
    const status = async ({ fingerprint }: AccountCard) => {
      looked.push(fingerprint);
      return fingerprint === 'a' ? ('revoked' as const) : ('unknown' as const);
    };
    const round = () => checkCardsOfAccounts({ pool: database.pool, clock: () => now + 40_000, status });
    assert.deepEqual([await round(), await round(), looked.sort()], [1, 0, ['a', 'b']]);
    assert.deepEqual(await known(), [true, false], 'what cannot be asked stays');
    await store.save(outcome('anna', { state: 'deleted', answer: 'account.late' }), undefined);
    assert.deepEqual(await known(), []);
    await store.save(outcome('anna'), undefined);
    await database.pool.query('DELETE FROM hub.outbox');
    await committer.close();
  });

  test('a login whose time is over while another holds the account has it looked at once', async () => {
    const store = accountStore(database.pool);
    await database.pool.query(`DELETE FROM hub.account_grant WHERE person = 'anna'`);
    await grant('g20', 'anna', 'j20', Date.now() + minute);
    await store.save(outcome('anna'), undefined);
    await grant('g21', 'anna', 'j21', Date.now() + 150);
    await store.askDue(Date.now(), rules);
    assert.ok(!(await due()).includes('account ad anna'));
    await store.askDue(Date.now() + 1_000, rules);
    assert.ok((await due()).includes('account ad anna'));
    await database.pool.query(`UPDATE hub.account SET changed_at = now() + interval '1 second' WHERE person = 'anna'`);
    await database.pool.query('DELETE FROM hub.outbox');
    await store.askDue(Date.now() + 1_000, rules);
    assert.ok(!(await due()).includes('account ad anna'), 'it was looked at since');
  });

  test('a name that was somebody’s is nobody else’s, whatever became of the account; an identifier stays with it', async () => {
    const store = accountStore(database.pool);
    const sid = 'S-1-5-21-1-2-3-1104';
    await store.save(outcome('cy', { account: { ...account, loginName: 'Cylin', sid } }), undefined);
    const held = async () => (await personReader(database.pool).facts('cy'))?.accounts?.map((one) => one.sid);
    assert.deepEqual(await held(), [sid]);
    await store.save(outcome('cy', { account: { ...account, loginName: 'cylin2' } }), undefined);
    assert.deepEqual(await held(), [sid]);
    await store.save(outcome('cy', { state: 'deleted', account: undefined }), undefined);
    const names = ['cylin', 'cylin2', 'cylin3'];
    assert.deepEqual([...(await store.namesOfOthers('ad', 'anna', names))].sort(), ['cylin', 'cylin2']);
    assert.deepEqual([...(await store.namesOfOthers('ad', 'cy', names))], []);
    assert.deepEqual([...(await store.namesOfOthers('other', 'anna', names))], []);
    await store.save(outcome('cy'), undefined);
  });

  test('pages come in the order of the key', async () => {
    const keys: string[] = [];
    for await (const page of accountPages(database.pool, 'ad')) keys.push(...page.map(({ key }) => key));
    assert.deepEqual(keys, ['ANNA', 'BO', 'CY']);
  });

  test('the built-in target gives a name and a key once', async () => {
    const rows = builtInRows(database.pool, 'own');
    const tries = ['1', '2', '3'].map((key) => rows.add({ ...account, id: key, key }));
    assert.equal((await Promise.all(tries)).filter((done) => done).length, 1, 'one name');
    assert.equal(
      await rows.add({ ...account, id: '9', loginName: 'other', key: (await rows.all())[0]?.key ?? '' }),
      false,
    );
    await rows.remove((await rows.all())[0]?.id ?? '');
    assert.deepEqual(await rows.all(), []);
  });
});
