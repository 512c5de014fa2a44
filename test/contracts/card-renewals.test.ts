// The contract of the renewal of many cards: exactly what the draft said, by whom and when, and each failure with its reason.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renewSome } from '../../src/apps/hub/ordering/card-loops.ts';
import type { Session } from '../../src/core/sessions/index.ts';
import { endGrants } from '../../src/edge/store/hub/administrations.ts';
import { renewNext } from '../../src/edge/store/hub/card-renewal-lane.ts';
import { renewalById } from '../../src/edge/store/hub/card-renewals.ts';
import { takeCardStep } from '../../src/edge/store/hub/card-steps.ts';
import { cardById, cardSteps, cardsOf } from '../../src/edge/store/hub/cards.ts';
import { profile } from '../fakes/ordering-facts.ts';
import { day, profiles, renewalWorld, two } from './renewal-world.ts';
import { onEachServer } from './servers.ts';

onEachServer('renewals of cards', (database) => {
  const { at, olof, siri, mona, desk, parts, cards, dayText, draft, act, must, look, run, events, renewals } =
    renewalWorld(database);

  test('the draft says which cards it is about and which it passes over and why, and begins nothing', async () => {
    await cards(7);
    await cards(1, { prefix: 'hx', organisation: 'other' });
    await cards(1, { prefix: 'hl', validUntil: at.now + 90 * day });
    await cards(1, { prefix: 'ho', profile: two.id });
    await database.pool.query("UPDATE hub.person SET closed = true WHERE id = 'h1'");
    await database.pool.query("DELETE FROM hub.assignment WHERE person = 'h2'");
    await database.pool.query("UPDATE hub.card SET state = 'suspended' WHERE holder = 'h3'");
    // An officer's own card is somebody else's work.
    await database.pool.query("UPDATE hub.card SET holder = 'olof' WHERE holder = 'h4'");
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
    // Found as it is found everywhere else: without its accents.
    await database.pool.query("UPDATE hub.person SET family_name = 'Ångström' WHERE id = 'h6'");
    assert.deepEqual(
      (await look(id, { words: 'angstrom' })).items.map(({ card }) => card),
      ['card h6'],
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
    const [renewal] = (await cardsOf(database.pool, 'h1')).filter(({ replaces }) => replaces !== undefined);
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
    const [renewal] = (await cardsOf(database.pool, 'h1')).filter(({ replaces }) => replaces !== undefined);
    assert.ok(renewal);
    const wish = (provenBy?: string) => ({
      from: { person: 'h1', reference: 'AAAA-BBBB' },
      input: { provenBy },
      now: at.now,
      profiles,
    });
    const refused = await takeCardStep(database.pool, renewal.id, 'proveByCard', wish());
    assert.deepEqual([refused.kind, refused.kind === 'refused' && refused.code], ['refused', 'order.oldCard']);
    assert.equal((await takeCardStep(database.pool, renewal.id, 'proveByCard', wish('card h1'))).kind, 'done');
    assert.equal((await cardById(database.pool, renewal.id))?.state, 'checked');
    assert.deepEqual(
      (await cardSteps(database.pool, renewal.id)).map(({ action, by }) => [action, by]),
      [
        ['order', 'olof'],
        ['proveByCard', 'h1'],
      ],
    );
  });

  test('what has changed since the draft is not done, fails with its reason, and can be tried again', async () => {
    await cards(3);
    const id = await draft();
    await database.pool.query("DELETE FROM hub.assignment WHERE person = 'h2'");
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
    await database.pool.query(
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
    await database.pool.query(
      `CREATE FUNCTION pg_temp_break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF new.replaces = 'card h1' THEN RAISE 'broken'; END IF; RETURN new; END $$`,
    );
    await database.pool.query(
      'CREATE TRIGGER break BEFORE INSERT ON hub.card FOR EACH ROW EXECUTE FUNCTION pg_temp_break()',
    );
    try {
      for (let round = 0; round < 3; round += 1)
        await assert.rejects(renewNext(database.pool, { now: at.now, profiles }, 10), /broken/);
      await run(id);
    } finally {
      await database.pool.query('DROP FUNCTION pg_temp_break CASCADE');
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
    at.now += 1000;
    assert.ok(((await look(id)).secondsLeft ?? 0) > 0);
    const seen = (await renewalById(database.pool, id))?.revision ?? 0;
    const both = await Promise.all([desk().act(olof, id, 'stop', seen), desk().act(siri, id, 'pause', seen)]);
    assert.deepEqual(both.map(({ kind }) => kind).sort(), ['done', 'refused']);
    if ((await renewalById(database.pool, id))?.state === 'paused') await must(olof, id, 'stop');
    assert.equal(await renewSome(parts(), 100), 0);
    assert.deepEqual([(await renewals()).length, (await look(id)).counts.waiting], [3, 3]);
    assert.deepEqual(await act(olof, id, 'resume'), { kind: 'refused', code: 'renewal.otherStep' });
  });

  test('two officers where the kind asks for two, and neither renews their own among them', async () => {
    await cards(3, { profile: two.id });
    await database.pool.query("UPDATE hub.card SET holder = 'siri' WHERE holder = 'h1'");
    await database.pool.query(
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
      desk().draft(who, { organisation: 'hospital', profile: profile.id, day: dayText(at.now + 60 * day), ...given });
    for (const [who, given, code] of [
      [mona, {}, 'renewal.noRight'],
      [olof, { organisation: 'other' }, 'renewal.noRight'],
      [olof, { organisation: 'nowhere' }, 'renewal.noRight'],
      [olof, { profile: 'nothing' }, 'renewal.unknownProfile'],
      [olof, { day: dayText(at.now - day) }, 'renewal.day'],
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
    await endGrants(database.pool, { people: ['siri'] }, { who: 'test', reason: 'test' }, at.now);
    await run(id);
    assert.deepEqual(
      (await look(id, { show: 'failed' })).items.map(({ reason }) => reason),
      ['order.noRight'],
    );
    assert.equal((await renewals()).length, 1);
    await database.pool.query("UPDATE hub.administration SET ended_at = NULL WHERE person = 'siri'");
  });
});
