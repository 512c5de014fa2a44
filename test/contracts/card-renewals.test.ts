// The contract of the renewal of many cards and of their expiry: exactly what the draft said, each card once, whoever works and dies.
import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { expireCards, renewSome } from '../../src/apps/hub/ordering/card-loops.ts';
import { renewalDesk } from '../../src/apps/hub/ordering/renewal-desk.ts';
import type { CatalogueSnapshot } from '../../src/core/catalogue/index.ts';
import type { Card, RenewalAction } from '../../src/core/ordering/index.ts';
import type { Session } from '../../src/core/sessions/index.ts';
import { endGrants, saveGrant } from '../../src/edge/store/hub/administrations.ts';
import { renewNext } from '../../src/edge/store/hub/card-renewal-lane.ts';
import { renewalById, renewalCounts } from '../../src/edge/store/hub/card-renewals.ts';
import { takeCardStep } from '../../src/edge/store/hub/card-steps.ts';
import { cardById, cardSteps, cardsOf, findCards } from '../../src/edge/store/hub/cards.ts';
import { saveOrganisations } from '../../src/edge/store/hub/directory-write.ts';
import { keepHouse } from '../../src/edge/store/hub/housekeeping.ts';
import { profile } from '../fakes/ordering-facts.ts';
import { makeCards } from './make-cards.ts';
import { type ContractDatabase, onEachServer } from './servers.ts';

const day = 86_400_000;
const two = { ...profile, id: 'two-card', dualControl: true };
const profiles = new Map([
  [profile.id, profile],
  [two.id, two],
]);
const catalogue = () => ({ cardProfiles: profiles }) as unknown as CatalogueSnapshot;

onEachServer('renewals of cards', (database) => {
  let pool: ContractDatabase['pool'];
  let now = Date.now();
  const clock = () => now;
  const session = (person: string) => ({ id: `session of ${person}`, person }) as Session;
  const [olof, siri, mona] = ['olof', 'siri', 'mona'].map(session) as [Session, Session, Session];
  const desk = () => renewalDesk({ pool, catalogue, clock });
  const parts = () => ({ pool, clock, profiles: () => profiles });

  before(async () => {
    pool = database.pool;
    await saveOrganisations(pool, [
      { id: 'hospital', name: 'Hospital', number: '200000007', closed: false },
      { id: 'clinic', name: 'Clinic', number: '200000008', parent: 'hospital', closed: false },
      { id: 'other', name: 'Other', number: '200000009', closed: false },
    ]);
    for (const id of ['olof', 'siri', 'mona'])
      await pool.query("INSERT INTO hub.person (id, given_name, family_name) VALUES ($1, initcap($1), 'Ek')", [id]);
    for (const [person, role] of [
      ['olof', 'card-officer'],
      ['siri', 'card-officer'],
      ['mona', 'card-orderer'],
    ] as const)
      await saveGrant(
        pool,
        {
          id: `${person} ${role}`,
          person,
          role,
          scope: { kind: 'organisation', organisation: 'hospital' },
          from: now - day,
          until: now + 365 * day,
          grantedBy: 'test',
          reason: 'test',
        },
        now,
      );
  });
  beforeEach(async () => {
    await pool.query(
      'TRUNCATE hub.card_renewal, hub.card_renewal_item, hub.card, hub.card_step, hub.card_certificate, hub.audit_event CASCADE',
    );
    await pool.query("DELETE FROM hub.assignment WHERE person LIKE 'h%'");
    await pool.query("DELETE FROM hub.person WHERE id LIKE 'h%'");
    now = Date.now();
  });

  const cards = (count: number, given: Partial<Parameters<typeof makeCards>[1]> = {}) =>
    makeCards(pool, {
      organisation: 'clinic',
      profile: profile.id,
      count,
      validUntil: now + 30 * day,
      prefix: 'h',
      ...given,
    });
  const dayText = (at: number) => new Date(at).toISOString().slice(0, 10);
  const draft = async (who = olof, kind = profile.id, organisation = 'hospital') => {
    const done = await desk().draft(who, { organisation, profile: kind, day: dayText(now + 60 * day) });
    assert.ok(done.kind === 'done', JSON.stringify(done));
    return done.id;
  };
  const act = async (who: Session, id: string, action: RenewalAction) => {
    const job = await renewalById(pool, id);
    return desk().act(who, id, action, job?.revision ?? 0);
  };
  const must = async (who: Session, id: string, action: RenewalAction) =>
    assert.equal((await act(who, id, action)).kind, 'done', action);
  const look = async (id: string, search = {}) => {
    const view = await desk().look(olof, id, { words: '', show: undefined, after: undefined, ...search });
    assert.ok(view);
    return view;
  };
  const run = async (id: string) => {
    while ((await renewalById(pool, id))?.state === 'running') await renewSome(parts(), 100);
  };
  const events = async (job: string) =>
    (
      await pool.query<{ kind: string; text: string }>(
        'SELECT kind, text FROM hub.audit_event WHERE strpos(text, $1) > 0 ORDER BY id',
        [job],
      )
    ).rows;
  const renewals = async () =>
    (
      await pool.query<{ replaces: string; state: string; holder: string }>(
        'SELECT replaces, state, holder FROM hub.card WHERE replaces IS NOT NULL ORDER BY replaces',
      )
    ).rows;

  test('the draft says which cards it is about and which it passes over and why, and begins nothing', async () => {
    await cards(7);
    await cards(1, { prefix: 'hx', organisation: 'other' });
    await cards(1, { prefix: 'hl', validUntil: now + 90 * day });
    await cards(1, { prefix: 'ho', profile: two.id });
    await pool.query("UPDATE hub.person SET closed = true WHERE id = 'h1'");
    await pool.query("DELETE FROM hub.assignment WHERE person = 'h2'");
    await pool.query("UPDATE hub.card SET state = 'suspended' WHERE holder = 'h3'");
    // An officer's own card is somebody else's work.
    await pool.query("UPDATE hub.card SET holder = 'olof' WHERE holder = 'h4'");
    const id = await draft();
    const view = await look(id);
    assert.deepEqual(view.counts, { waiting: 3, done: 0, failed: 0, excluded: 4 });
    assert.deepEqual(
      new Map(view.reasons.map(({ reason, cards: n }) => [reason, n])),
      new Map([
        ['order.holderClosed', 1],
        ['order.notEmployed', 1],
        ['order.notInUse', 1],
        ['order.ownCard', 1],
      ]),
    );
    assert.equal(view.items.length, 7);
    assert.deepEqual(
      (await look(id, { show: 'excluded' })).items.map(({ state }) => state),
      Array(4).fill('excluded'),
    );
    assert.deepEqual(
      (await look(id, { words: 'nurse h5' })).items.map(({ card }) => card),
      ['card h5'],
    );
    assert.deepEqual((await look(id, { words: 'card%' })).items, []);
    await renewSome(parts(), 100);
    assert.deepEqual(await renewals(), [], 'nothing is ordered before somebody begins');
    assert.deepEqual(await events(id), []);
    assert.equal(
      await desk().look(siri, id, { words: '', show: undefined, after: undefined }),
      undefined,
      "a draft is its maker's",
    );
    assert.deepEqual((await desk().list('siri')).length, 0);
  });

  test('each card gets one order, its holder the note, and the trail both, with the number of the job', async () => {
    await cards(5);
    const id = await draft();
    await must(olof, id, 'start');
    await run(id);
    const view = await look(id, { show: 'done' });
    assert.deepEqual([view.job.state, view.counts.done, view.items.length], ['done', 5, 5]);
    assert.deepEqual(
      (await renewals()).map(({ replaces, state }) => [replaces, state]),
      [1, 2, 3, 4, 5].map((n) => [`card h${n}`, 'approved']),
    );
    const [renewal] = (await cardsOf(pool, 'h1')).filter(({ replaces }) => replaces !== undefined);
    assert.deepEqual([renewal?.renewalJob, renewal?.orderedBy], [id, 'olof']);
    assert.equal(view.items[0]?.renewal, renewal?.id);
    assert.deepEqual(
      (await events(id)).map(({ kind }) => kind),
      ['card.renewalStarted', ...Array(5).fill('card.ordered'), 'card.renewalEnded'],
    );
    // A second job over the same cards has nothing to do, and says why.
    const again = await look(await draft());
    assert.deepEqual(
      [again.counts.waiting, again.reasons],
      [0, [{ state: 'excluded', reason: 'order.hasOne', cards: 5 }]],
    );
    assert.deepEqual(await act(olof, again.job.id, 'start'), { kind: 'refused', code: 'renewal.nothing' });
  });

  test('its holder goes on online with the old card, and with no other proof', async () => {
    await cards(1);
    const id = await draft();
    await must(olof, id, 'start');
    await run(id);
    const [renewal] = (await cardsOf(pool, 'h1')).filter(({ replaces }) => replaces !== undefined);
    assert.ok(renewal);
    const wish = (provenBy?: string) => ({
      from: { person: 'h1', reference: 'AAAA-BBBB' },
      input: { provenBy },
      now,
      profiles,
    });
    const refused = await takeCardStep(pool, renewal.id, 'proveByCard', wish());
    assert.deepEqual([refused.kind, refused.kind === 'refused' && refused.code], ['refused', 'order.oldCard']);
    assert.equal((await takeCardStep(pool, renewal.id, 'proveByCard', wish('card h1'))).kind, 'done');
    assert.equal((await cardById(pool, renewal.id))?.state, 'checked');
    assert.deepEqual(
      (await cardSteps(pool, renewal.id)).map(({ action, by }) => [action, by]),
      [
        ['order', 'olof'],
        ['proveByCard', 'h1'],
      ],
    );
  });

  test('what has changed since the draft is not done, fails with its reason, and can be tried again', async () => {
    await cards(3);
    const id = await draft();
    await pool.query("DELETE FROM hub.assignment WHERE person = 'h2'");
    await must(olof, id, 'start');
    await run(id);
    const view = await look(id, { show: 'failed' });
    assert.deepEqual([view.counts.done, view.counts.failed], [2, 1]);
    assert.deepEqual(
      view.items.map(({ card, reason }) => [card, reason]),
      [['card h2', 'order.notEmployed']],
    );
    const [refused] = (await events(id)).filter(({ kind }) => kind === 'card.renewalRefused');
    assert.match(refused?.text ?? '', /"card h2".*"outcome":"refused"/);
    await pool.query(
      "INSERT INTO hub.assignment (id, person, organisation, role) VALUES ('h2', 'h2', 'clinic', 'nurse')",
    );
    await must(olof, id, 'retry');
    await run(id);
    assert.deepEqual((await look(id)).counts, { waiting: 0, done: 3, failed: 0, excluded: 0 });
    assert.equal((await renewals()).length, 3, 'what was done is not done again');
  });

  test('what breaks three times by itself is left as failed, with its trail, and holds up nothing behind it', async () => {
    await cards(3);
    const id = await draft();
    await must(olof, id, 'start');
    // The first card's order meets a row of that id that is no card of its holder: the database says no, again and again.
    await pool.query(
      `CREATE FUNCTION pg_temp_break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF new.replaces = 'card h1' THEN RAISE 'broken'; END IF; RETURN new; END $$`,
    );
    await pool.query('CREATE TRIGGER break BEFORE INSERT ON hub.card FOR EACH ROW EXECUTE FUNCTION pg_temp_break()');
    try {
      for (let round = 0; round < 3; round += 1) await assert.rejects(renewNext(pool, { now, profiles }, 10), /broken/);
      await run(id);
    } finally {
      await pool.query('DROP FUNCTION pg_temp_break CASCADE');
    }
    const { counts, items } = await look(id, { show: 'failed' });
    assert.deepEqual([counts.done, items[0]?.card, items[0]?.reason], [2, 'card h1', 'renewal.internal']);
    assert.equal((await events(id)).filter(({ kind }) => kind === 'card.renewalRefused').length, 1);
    await must(olof, id, 'retry');
    await run(id);
    assert.equal((await renewals()).length, 3);
  });

  test('a pause holds it, going on finishes it, a stop ends it for good; the second of two at once is told', async () => {
    await cards(6);
    const id = await draft();
    await must(olof, id, 'start');
    await renewSome(parts(), 2);
    await must(siri, id, 'pause');
    assert.equal(await renewSome(parts(), 100), 0);
    assert.equal((await look(id)).counts.done, 2);
    assert.equal((await look(id)).secondsLeft, undefined);
    await must(siri, id, 'resume');
    await renewSome(parts(), 1);
    now += 1000;
    assert.ok(((await look(id)).secondsLeft ?? 0) > 0);
    const seen = (await renewalById(pool, id))?.revision ?? 0;
    const both = await Promise.all([desk().act(olof, id, 'stop', seen), desk().act(siri, id, 'pause', seen)]);
    assert.deepEqual(both.map(({ kind }) => kind).sort(), ['done', 'refused']);
    if ((await renewalById(pool, id))?.state === 'paused') await must(olof, id, 'stop');
    assert.equal(await renewSome(parts(), 100), 0);
    assert.deepEqual([(await renewals()).length, (await look(id)).counts.waiting], [3, 3]);
    assert.deepEqual(await act(olof, id, 'resume'), { kind: 'refused', code: 'renewal.otherStep' });
  });

  test('two officers where the kind asks for two, and neither renews their own among them', async () => {
    await cards(3, { profile: two.id });
    await pool.query("UPDATE hub.card SET holder = 'siri' WHERE holder = 'h1'");
    await pool.query(
      "INSERT INTO hub.assignment (id, person, organisation, role) VALUES ('hs', 'siri', 'clinic', 'nurse')",
    );
    const id = await draft(olof, two.id);
    await must(olof, id, 'start');
    await renewSome(parts(), 100);
    assert.deepEqual(await renewals(), []);
    assert.deepEqual(await act(olof, id, 'approve'), { kind: 'refused', code: 'renewal.sameOfficer' });
    assert.deepEqual(await act(mona, id, 'approve'), { kind: 'refused', code: 'renewal.noRight' });
    await must(siri, id, 'approve');
    await run(id);
    const view = await look(id, { show: 'failed' });
    assert.deepEqual([view.counts.done, view.items.map(({ reason }) => reason)], [2, ['order.ownCard']]);
    assert.equal(view.approvedBy, 'Siri Ek');
    assert.deepEqual(
      (await events(id)).slice(0, 2).map(({ kind }) => kind),
      ['card.renewalAsked', 'card.renewalStarted'],
    );
  });

  test('is for officers, over their own organisations, of a kind that is there, until a day to come', async () => {
    await cards(1);
    const tried = (who: Session, given: object) =>
      desk().draft(who, { organisation: 'hospital', profile: profile.id, day: dayText(now + 60 * day), ...given });
    for (const [who, given, code] of [
      [mona, {}, 'renewal.noRight'],
      [olof, { organisation: 'other' }, 'renewal.noRight'],
      [olof, { organisation: 'nowhere' }, 'renewal.noRight'],
      [olof, { profile: 'nothing' }, 'renewal.unknownProfile'],
      [olof, { day: dayText(now - day) }, 'renewal.day'],
      [olof, { day: '2027-02-31' }, 'renewal.day'],
      [olof, { day: "1' OR 1" }, 'renewal.day'],
      [olof, { day: '9999-01-01' }, 'renewal.day'],
    ] as const)
      assert.deepEqual(await tried(who, given), { kind: 'refused', code }, JSON.stringify(given));
    assert.deepEqual((await desk().choices('mona')).organisations, []);
    assert.deepEqual(
      (await desk().choices('olof')).organisations.map(({ id }) => id),
      ['clinic', 'hospital'],
    );
  });

  test('an officer who loses the task orders nothing more', async () => {
    await cards(2);
    const id = await draft(siri);
    await must(siri, id, 'start');
    await renewSome(parts(), 1);
    await endGrants(pool, { people: ['siri'] }, { who: 'test', reason: 'test' }, now);
    await run(id);
    assert.deepEqual(
      (await look(id, { show: 'failed' })).items.map(({ reason }) => reason),
      ['order.noRight'],
    );
    assert.equal((await renewals()).length, 1);
    await pool.query("UPDATE hub.administration SET ended_at = NULL WHERE person = 'siri'");
  });

  test('many hubs at once renew each card once and end the job once', async () => {
    await cards(120);
    const id = await draft();
    await must(olof, id, 'start');
    const hubs = Array.from({ length: 4 }, () => new pg.Pool({ ...database.connection, max: 2 }));
    try {
      const counts = await Promise.all(
        hubs.map(async (hub) => {
          let done = 0;
          while ((await renewalById(hub, id))?.state === 'running')
            done += await renewSome({ ...parts(), pool: hub }, 20);
          return done;
        }),
      );
      assert.equal(
        counts.reduce((sum, each) => sum + each, 0),
        120,
      );
      assert.ok(counts.filter((each) => each > 0).length > 1, `all of it was done by one: ${counts.join(' ')}`);
    } finally {
      await Promise.all(hubs.map((hub) => hub.end()));
    }
    const made = await renewals();
    assert.deepEqual([made.length, new Set(made.map(({ replaces }) => replaces)).size], [120, 120]);
    const kinds = (await events(id)).map(({ kind }) => kind);
    assert.deepEqual(
      [
        kinds.filter((kind) => kind === 'card.ordered').length,
        kinds.filter((kind) => kind === 'card.renewalEnded').length,
      ],
      [120, 1],
    );
  });

  test('a hub that dies in the middle of a card leaves it to the next, and nothing of it behind', async () => {
    await cards(3);
    const id = await draft();
    await must(olof, id, 'start');
    const dying = new pg.Client(database.connection);
    dying.on('error', () => undefined);
    await dying.connect();
    const { rows } = await dying.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = rows[0]?.pid;
    // Cut off when it has written the order and not yet said that it did.
    let cut = false;
    const failing = Object.assign(Object.create(pool) as typeof pool, {
      connect: async () => ({
        query: async (sql: string, values?: unknown[]) => {
          if (/UPDATE hub.card_renewal_item SET state/.test(sql)) {
            cut = true;
            await pool.query('SELECT pg_terminate_backend($1)', [pid]);
          }
          return dying.query(sql, values);
        },
        release: () => undefined,
      }),
    });
    await assert.rejects(renewNext(failing, { now, profiles }, 10));
    assert.ok(cut);
    await dying.end().catch(() => undefined);
    assert.deepEqual(await renewals(), []);
    assert.deepEqual(await renewalCounts(pool, id), { waiting: 3, done: 0, failed: 0, excluded: 0 });
    await run(id);
    assert.equal((await renewals()).length, 3);
    assert.equal((await events(id)).filter(({ kind }) => kind === 'card.ordered').length, 3);
  });

  test('a silent hub loses its claim: the database ends what it left open', async () => {
    await cards(1);
    await must(olof, await draft(), 'start');
    const asked: string[] = [];
    const watched = Object.assign(Object.create(pool) as typeof pool, {
      connect: async () => {
        const client = await pool.connect();
        return {
          query: (sql: string, values?: unknown[]) => {
            asked.push(sql);
            return client.query(sql, values);
          },
          release: (error?: Error) => client.release(error),
        };
      },
    });
    assert.equal(await renewNext(watched, { now, profiles }, 10), 1);
    // Watched from the transaction's first statement on.
    assert.match(asked[1] ?? '', /SET LOCAL idle_in_transaction_session_timeout = '15s'/);
    assert.match(asked[2] ?? '', /FOR UPDATE SKIP LOCKED/);
  });

  test('drafts are forgotten in a day, jobs that are over in a year, those that run never; the cards stay', async () => {
    await cards(1);
    const [over, running] = [await draft(), await draft(siri)];
    await must(olof, over, 'start');
    await run(over);
    await pool.query("UPDATE hub.card_renewal SET state = 'running', expires_at = NULL WHERE id = $1", [running]);
    const forgotten = await draft();
    await keepHouse(pool, now + 1.1 * day);
    assert.deepEqual([await renewalById(pool, forgotten), (await renewalById(pool, over))?.state], [undefined, 'done']);
    await keepHouse(pool, now + 366 * day);
    assert.deepEqual(
      [await renewalById(pool, over), (await renewalById(pool, running))?.state],
      [undefined, 'running'],
    );
    assert.equal((await renewals()).length, 1);
  });

  test('a card whose certificates ran out expires once, whoever looks, with its trail and the end of its sessions', async () => {
    await cards(3, { validUntil: now - 1000 });
    await cards(1, { prefix: 'hg' });
    await pool.query("UPDATE hub.card SET state = 'ended', ending = 'lost' WHERE holder = 'h3'");
    const expired = await Promise.all([expireCards(parts()), expireCards(parts())]);
    assert.equal(expired[0] + expired[1], 2);
    assert.equal(await expireCards(parts()), 0);
    const stateOf = async (id: string): Promise<Card['state'] | undefined> => (await cardById(pool, id))?.state;
    assert.deepEqual(await Promise.all(['card h1', 'card h2', 'card h3', 'card hg1'].map(stateOf)), [
      'expired',
      'expired',
      'ended',
      'inUse',
    ]);
    const { rows } = await pool.query("SELECT person FROM hub.audit_event WHERE kind = 'card.expired' ORDER BY person");
    assert.deepEqual(rows, [{ person: 'h1' }, { person: 'h2' }]);
    const told = await pool.query(
      "SELECT 1 FROM hub.outbox WHERE kind = 'cardStopped' AND payload ->> 'card' = 'card h1'",
    );
    assert.equal(told.rowCount, 1);
    const wish = { from: { person: 'olof', reference: 'AAAA-BBBB' }, now, profiles };
    for (const action of ['suspend', 'resume'] as const)
      assert.equal((await takeCardStep(pool, 'card h1', action, wish)).kind, 'refused');
    // Nobody is bothered about it again: it is no longer among those that run out.
    const running = { organisations: ['hospital'], states: ['inUse'] as const, validBefore: now + 40 * day };
    assert.deepEqual(
      (await findCards(pool, running, 10)).map(({ id }) => id),
      ['card hg1'],
    );
    assert.deepEqual(await findCards(pool, { ...running, validBefore: now + day }, 10), []);
  });
});
