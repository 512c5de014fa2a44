// The pages' desk over the real store: whose accounts somebody sees, why one exists, what they may do to it, and a rule tried out.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { accountDesk } from '../../src/apps/hub/accounts/account-desk.ts';
import { accountWork } from '../../src/apps/hub/accounts/account-work.ts';
import { type AccountTarget, type CatalogueSnapshot, compileCatalogue } from '../../src/core/catalogue/index.ts';
import { sampleItems } from '../../src/core/catalogue/sample-items.ts';
import type { OutboxKind } from '../../src/core/outbox/index.ts';
import type { AccountTargetPort } from '../../src/core/provisioning/index.ts';
import type { Session } from '../../src/core/sessions/index.ts';
import { accountStore } from '../../src/edge/store/hub/accounts.ts';
import { saveGrant } from '../../src/edge/store/hub/administrations.ts';
import { builtInRows } from '../../src/edge/store/hub/builtin-accounts.ts';
import { readItems, writeItems } from '../../src/edge/store/hub/catalogue.ts';
import { personReader } from '../../src/edge/store/hub/directory.ts';
import { saveOrganisations } from '../../src/edge/store/hub/directory-write.ts';
import { outboxStore } from '../../src/edge/store/hub/outbox.ts';
import { builtInTarget } from '../../src/edge/targets/built-in/index.ts';
import type { AccountDesk } from '../../src/edge/web/portal/index.ts';
import { type ContractDatabase, onEachServer } from './servers.ts';

const hour = 3_600_000;
const proof = { minimum: 'substantial', proofSeconds: 300 } as const;

const items = [
  ...sampleItems(),
  {
    kind: 'accountTarget' as const,
    id: 'list',
    doc: { id: 'list', name: { en: 'List' }, kind: 'builtIn', principalSuffix: 'x.example', identifier: 'person' },
  },
  {
    kind: 'accountRule' as const,
    id: 'care',
    doc: {
      ...{ id: 'care', name: { en: 'Care' }, target: 'list', applications: ['ehr'], container: 'OU=Care' },
      ...{ roles: ['nurse'], groups: ['CN=care'], attributes: [{ name: 'company', value: '{organisation}' }] },
    },
  },
];

onEachServer('the pages of accounts', (database) => {
  let pool: ContractDatabase['pool'];
  let desk: AccountDesk;
  let snapshot: CatalogueSnapshot;
  let breaks: 'no' | 'silent' | 'gone' = 'no';
  const clock = () => Date.now();
  const port = (target: AccountTarget): AccountTargetPort => {
    const real = builtInTarget(builtInRows(pool, target.id), clock);
    if (breaks === 'gone') return { ...real, find: () => Promise.reject(new Error('down')) };
    return breaks === 'silent' ? { ...real, find: () => new Promise(() => undefined) } : real;
  };
  const session = (person: string, ageMs = 0): Session =>
    ({
      ...{ id: `session of ${person}`, person },
      evidence: [{ id: 'e', assurance: 'high', provenAt: clock() - ageMs, provider: 'card', methods: [] }],
    }) as unknown as Session;

  const work = async (): Promise<void> => {
    const worker = accountWork({
      store: accountStore(pool),
      people: personReader(pool),
      snapshot: () => snapshot,
      port,
      cards: async () => [],
      leave: async () => undefined,
      clock,
    });
    const queue = outboxStore(pool);
    for (const delivery of await queue.take(20, [])) {
      assert.equal(delivery.kind, 'account' satisfies OutboxKind);
      await worker(delivery);
      await queue.done(delivery.id);
    }
  };
  const login = async (person: string, assignment = `${person}-a`, lifetimeMs = 24 * hour): Promise<void> => {
    const now = clock();
    const values = [`j${now}${person}${assignment}`, person, assignment, now, now + lifetimeMs];
    await pool.query(
      `INSERT INTO hub.account_grant (id, target, person, journey, rule, application, assignment, reference, granted_at, until)
       VALUES ($1, 'list', $2, $1, 'care', 'ehr', $3, 'K7QM-2F9X', to_timestamp($4 / 1000.0), to_timestamp($5 / 1000.0))`,
      values,
    );
    await pool.query(
      `INSERT INTO hub.outbox (id, kind, key, payload, not_before) VALUES ($1, 'account', $2, $3, now())`,
      [`account ${values[0]}`, `account list ${person}`, { target: 'list', person }],
    );
  };
  const names = async (who: string, search: Partial<Parameters<AccountDesk['find']>[1]> = {}) =>
    (await desk.find(who, { words: '', target: undefined, show: 'all', ...search })).lines
      .map(({ person }) => person)
      .sort();
  const act = (who: string, person: string, action: 'close' | 'tryAgain', reason = 'Left the ward', ageMs = 0) =>
    desk.act(session(who, ageMs), { target: 'list', person }, action, { proof, reason });
  const stateOf = async (person: string) => (await desk.look(session('root'), 'list', person))?.state;

  before(async () => {
    pool = database.pool;
    const organisation = (id: string, parent?: string) => ({ id, name: id, parent, closed: false });
    await saveOrganisations(pool, [
      organisation('region'),
      organisation('town', 'region'),
      organisation('city', 'region'),
      organisation('hospital'),
    ]);
    const people: readonly (readonly [string, string, string, string?])[] = [
      ['root', 'Rut', 'Ek'],
      ['tom', 'Tom', 'Ek'],
      ['cia', 'Cia', 'Ek'],
      ['rex', 'Rex', 'Ek'],
      ['old', 'Ole', 'Ek'],
      ['anna', 'Anna', 'Öberg', 'town'],
      ['bo', 'Bo', 'Berg', 'city'],
      ['hid', 'Hidden', 'Name', 'town'],
      ['new', 'Nils', 'Ny', 'town'],
    ];
    for (const [id, given, family, place] of people) {
      await pool.query(
        `INSERT INTO hub.person (id, given_name, family_name, protected_identity, attributes) VALUES ($1, $2, $3, $4, $5)`,
        [id, given, family, id === 'hid', id === 'root' ? { administrator: true } : {}],
      );
      if (place !== undefined)
        await pool.query(
          `INSERT INTO hub.assignment (id, person, organisation, role) VALUES ($1 || '-a', $1, $2, 'nurse')`,
          [id, place],
        );
    }
    const grants: readonly (readonly [string, string, number])[] = [
      ['tom', 'town', 1],
      ['cia', 'city', 1],
      ['rex', 'region', 1],
      ['old', 'town', -1],
    ];
    for (const [person, place, end] of grants)
      await saveGrant(
        pool,
        {
          ...{ id: person, person, role: 'organisation-administrator', grantedBy: 'test', reason: 'test' },
          scope: { kind: 'organisation', organisation: place },
          ...{ from: clock() - 48 * hour, until: clock() + end * 24 * hour },
        },
        clock(),
      );
    await writeItems(pool, items, []);
    const compiled = compileCatalogue(1, await readItems(pool));
    assert.ok(compiled.ok);
    snapshot = compiled.snapshot;
    desk = accountDesk({ pool, catalogue: () => snapshot, clock, port, mostMs: { look: 200, dryRun: 10_000 } });
    for (const person of ['anna', 'bo', 'hid']) await login(person);
    await work();
    // Asked for, and nobody has done it yet.
    await login('new');
  });

  test('an administrator sees the accounts of their own people, one above of all below, the hub’s everybody’s', async () => {
    assert.deepEqual(await names('tom'), ['anna', 'hid', 'new']);
    assert.deepEqual(await names('cia'), ['bo']);
    assert.deepEqual(await names('rex'), ['anna', 'bo', 'hid', 'new']);
    assert.deepEqual(await names('root'), ['anna', 'bo', 'hid', 'new']);
    for (const nobody of ['old', 'anna', 'nobody']) {
      assert.deepEqual(await names(nobody), []);
      assert.equal(await desk.mayLook(nobody), false);
      assert.equal(await desk.look(session(nobody), 'list', 'anna'), undefined);
    }
  });

  test('a search finds by name without its accents, by login name, number, system and state', async () => {
    assert.deepEqual(await names('root', { words: 'oberg' }), ['anna']);
    assert.deepEqual(await names('root', { words: 'ANNOB' }), ['anna']);
    assert.deepEqual(await names('root', { words: 'bo' }), ['bo'], 'the number is the person’s id here');
    assert.deepEqual(await names('root', { words: '%' }), []);
    assert.deepEqual(await names('root', { target: 'region-ad' }), []);
    assert.deepEqual(await names('root', { show: 'waiting' }), ['new']);
    assert.deepEqual(await names('root', { show: 'open' }), ['anna', 'bo', 'hid']);
    assert.deepEqual(await names('root', { show: 'ends1h' }), []);
    assert.deepEqual(await names('root', { show: 'ends7d' }), ['anna', 'bo', 'hid']);
  });

  test('pages of a long list are whole, and none is on two', async () => {
    await pool.query(
      `INSERT INTO hub.person (id, given_name, family_name) SELECT 'm' || n, 'Many', 'X' FROM generate_series(1, 60) n`,
    );
    await pool.query(
      `INSERT INTO hub.account (target, person, key, state, until, delete_from) SELECT 'list', 'm' || n, 'm' || n, 'open', now() + interval '30 minutes', now() + interval '1 day' FROM generate_series(1, 60) n`,
    );
    for (const show of ['all', 'ends1h'] as const) {
      const seen: string[] = [];
      let after: Parameters<AccountDesk['find']>[1]['after'];
      do {
        const { lines, next } = await desk.find('root', { words: 'many', target: undefined, show, after });
        seen.push(...lines.map(({ person }) => person));
        after = next;
      } while (after !== undefined);
      assert.equal(seen.length, 60, show);
      assert.equal(new Set(seen).size, 60, show);
    }
    await pool.query(`DELETE FROM hub.account WHERE person LIKE 'm%'`);
  });

  test('a protected person is masked, and is not found by a name (K11)', async () => {
    const [line] = (await desk.find('tom', { words: 'hid', target: undefined, show: 'all' })).lines;
    assert.deepEqual([line?.holder, line?.loginName, line?.principal], ['H. N.', undefined, undefined]);
    assert.deepEqual(await names('tom', { words: 'name' }), []);
    assert.deepEqual(await names('tom', { words: 'hidnam' }), [], 'nor by a login name, which is made of it');
    const view = await desk.look(session('tom'), 'list', 'hid');
    assert.doesNotMatch(JSON.stringify(view), /Hidden|"Name|hidnam/);
  });

  test('an account says why it exists: rule, application, organisation, login, and what was done', async () => {
    const view = await desk.look(session('tom'), 'list', 'anna');
    assert.equal(view?.state, 'open');
    const [counted] = view.logins;
    assert.deepEqual(
      [counted?.ruleName, counted?.application, counted?.organisation, counted?.reference, counted?.isHolding],
      [{ en: 'Care' }, 'ehr', 'town', 'K7QM-2F9X', true],
    );
    assert.deepEqual(view.wanted?.attributes, { company: ['town'] });
    const [event] = view.events;
    assert.equal(event?.kind, 'account.opened');
    assert.deepEqual(event.steps, ['create', 'setPassword', 'addGroup', 'enable']);
    assert.equal(event.reference, 'K7QM-2F9X');
    assert.equal(await desk.look(session('tom'), 'elsewhere', 'anna'), undefined);
  });

  test('a look at the target says what would be done, changes nothing, and waits no longer than it may', async () => {
    const look = () => desk.check(session('tom'), 'list', 'anna');
    assert.deepEqual(await look(), { kind: 'plan', plan: { kind: 'steps', steps: [] }, isThere: true });
    await pool.query(`UPDATE hub.builtin_account SET doc = doc || '{"groups": []}' WHERE key = 'anna'`);
    const found = await look();
    assert.ok(found?.kind === 'plan' && found.plan.kind === 'steps');
    assert.deepEqual(found.plan.steps, [{ kind: 'addGroup', group: 'CN=care' }]);
    assert.deepEqual(await look(), found, 'it is as it was');
    for (const how of ['silent', 'gone'] as const) {
      breaks = how;
      assert.deepEqual(await look(), { kind: 'noAnswer' }, how);
    }
    breaks = 'no';
    assert.equal(await desk.check(session('cia'), 'list', 'anna'), undefined);
  });

  test('another organisation’s administrator, a weak proof and a close without a reason change nothing (A7)', async () => {
    const before = await pool.query('SELECT count(*)::int AS n FROM hub.outbox');
    assert.deepEqual(await act('cia', 'anna', 'close'), { kind: 'unknown' });
    assert.deepEqual(await act('old', 'anna', 'tryAgain'), { kind: 'unknown' });
    assert.deepEqual(await act('tom', 'anna', 'close', 'x', 301_000), { kind: 'refused', code: 'weak' });
    assert.deepEqual(await act('tom', 'anna', 'close', ' '), { kind: 'refused', code: 'reason' });
    await pool.query(
      `INSERT INTO hub.assignment (id, person, organisation, role) VALUES ('anna-b', 'anna', 'city', 'nurse')`,
    );
    await login('anna', 'anna-b');
    await work();
    assert.deepEqual(await act('tom', 'anna', 'close'), { kind: 'refused', code: 'others' });
    const { rows } = await pool.query('SELECT count(*)::int AS n FROM hub.outbox WHERE done_at IS NULL');
    assert.equal(rows[0].n, 0);
    assert.ok(before.rows[0].n > 0);
    assert.equal(await stateOf('anna'), 'open');
  });

  test('trying again mends what differs; closing ends what logins hold, and the trail says who and why', async () => {
    assert.deepEqual(await act('tom', 'anna', 'tryAgain', ''), { kind: 'done' });
    await work();
    const [there] = await builtInRows(pool, 'list').byKey('anna');
    assert.deepEqual(there?.groups, ['CN=care']);

    assert.deepEqual(await act('rex', 'anna', 'close'), { kind: 'done' });
    await work();
    assert.equal(await stateOf('anna'), 'closed');
    assert.equal((await builtInRows(pool, 'list').byKey('anna'))[0]?.enabled, false);
    const view = await desk.look(session('tom'), 'list', 'anna');
    const asked = view?.events.find(({ kind }) => kind === 'account.closeAsked');
    assert.deepEqual([asked?.by, asked?.reason], ['Rex Ek', 'Left the ward']);
    assert.equal(view?.events.find(({ kind }) => kind === 'account.tryAsked')?.by, 'Tom Ek');
    assert.ok(view?.logins.every(({ isHolding }) => !isHolding));
    assert.deepEqual(await act('rex', 'anna', 'close'), { kind: 'refused', code: 'over' });

    await login('anna');
    await work();
    assert.equal(await stateOf('anna'), 'open', 'the next login opens it again');
  });

  test('somebody sees their own open accounts, and nobody else’s', async () => {
    const [own, ...more] = await desk.own('anna');
    assert.deepEqual([own?.loginName, own?.state, more.length], ['annobe', 'open', 0]);
    assert.deepEqual(await desk.own('tom'), []);
  });

  test('a rule is tried out on one’s own people; what does not hold is told; nothing is changed', async () => {
    const all = async () =>
      JSON.stringify([
        (await pool.query('SELECT * FROM hub.account ORDER BY person')).rows,
        (await pool.query('SELECT * FROM hub.account_grant ORDER BY id')).rows,
        (await pool.query('SELECT * FROM hub.catalogue_item ORDER BY kind, id')).rows,
        (await pool.query('SELECT count(*) FROM hub.outbox')).rows,
      ]);
    const was = await all();
    const run = async (who: string, change: Record<string, string>) => {
      const line = desk.rules().find(({ id }) => id === 'care');
      return desk.dryRun(who, {
        text: undefined,
        fields: new Map([...(line?.fields ?? []), ['rule', 'care'], ...Object.entries(change)]),
      });
    };
    const longer = await run('root', { lifetime: '172800' });
    assert.ok(longer.kind === 'done', JSON.stringify(longer));
    assert.deepEqual([longer.counts.extended, longer.isWhole], [4, true]);
    const same = await run('root', {});
    assert.ok(same.kind === 'done');
    assert.deepEqual([same.counts.same, same.sample], [4, []]);
    const city = await run('root', { organisations: 'city' });
    assert.ok(city.kind === 'done');
    // Anna and Bo have a login for the city; the others had theirs for the town.
    assert.equal(city.counts.closed, 2);
    assert.deepEqual(city.reach, { before: 4, after: 2 });
    const own = await run('cia', { groups: 'CN=other' });
    assert.ok(own.kind === 'done');
    assert.deepEqual(
      own.sample.map(({ person, effect }) => [person, effect]),
      [
        ['anna', 'changed'],
        ['bo', 'changed'],
      ],
    );
    assert.deepEqual(own.sample[1]?.differences, [
      { what: 'joins', group: 'CN=other' },
      { what: 'leaves', group: 'CN=care' },
    ]);
    const wrong = await run('root', { applications: 'nowhere', attributes: 'cn = x' });
    assert.ok(wrong.kind === 'faults');
    assert.deepEqual(wrong.faults, [
      'accountRule care: applications[0]: there is no application nowhere',
      'accountRule care: attributes[0].name: cn is written by the target itself',
    ]);
    const text = `id: new\nname: { en: New }\ntarget: region-ad\napplications: [ehr]\ncontainer: OU=External,DC=region,DC=example\n`;
    const made = await desk.dryRun('root', { text, fields: new Map() });
    assert.ok(made.kind === 'done', JSON.stringify(made));
    assert.equal(made.looked, 0, 'nobody of these has an HSA-ID, the key of that target');
    for (const nothing of ['', 'x: [', '- 1', 'name: x', '&a [*a]'])
      assert.deepEqual(await desk.dryRun('root', { text: nothing, fields: new Map() }), { kind: 'faults', faults: [] });
    assert.deepEqual(await desk.dryRun('old', { text, fields: new Map() }), { kind: 'faults', faults: [] });
    assert.equal(await all(), was);
  });

  test('without time for everybody it says so', async () => {
    const hurried = accountDesk({ pool, catalogue: () => snapshot, clock, port, mostMs: { look: 1, dryRun: -1 } });
    const run = await hurried.dryRun('root', { text: JSON.stringify(items.at(-1)?.doc), fields: new Map() });
    assert.ok(run.kind === 'done');
    assert.deepEqual([run.isWhole, run.looked], [false, 0]);
  });
});
