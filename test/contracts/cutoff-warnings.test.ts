// Warnings of a method cut-off on a real database: each affected person once for each of the days, whatever the number of hubs (G3).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findAffected } from '../../src/apps/hub/cutoffs/find-affected.ts';
import { warnOfCutoffs } from '../../src/apps/hub/cutoffs/warn.ts';
import { dayMs } from '../../src/base/clock.ts';
import { auditRow } from '../../src/core/audit/index.ts';
import type { PersonFacts } from '../../src/core/directory/index.ts';
import { decide } from '../../src/core/policy/index.ts';
import { createCommitter, type HubCommitter } from '../../src/edge/store/hub/committer.ts';
import { noPasswords } from '../fakes/cutoffs.ts';
import { anna, bo, cecilia, ehr, morning, person, policyFacts, proof, record, withRules } from '../fakes/ward.ts';
import { onEachServer } from './servers.ts';

const dana = person('dana');

onEachServer('warnings of method cut-offs', (database) => {
  let hubs: HubCommitter[];
  let now = morning;
  const from = morning + 40 * dayMs;
  const cutoff = noPasswords({
    from: new Date(from).toISOString(),
    exemptions: [
      {
        ...{ person: 'cecilia', units: [], owner: 'Ward 4', reason: 'Waits for a card' },
        until: new Date(from + dayMs).toISOString(),
      },
    ],
  });
  const snapshot = { ...withRules(), methodCutoffs: new Map([[cutoff.id, cutoff]]) };

  /** A login that was let in, as the trail keeps it. */
  async function loggedIn(who: PersonFacts, kind: 'password' | 'advanced', application = ehr): Promise<void> {
    const decision = decide(
      policyFacts(who, [proof(who.person.id, kind)], {
        application,
        catalogue: withRules(),
        assignment: who.assignments[0],
      }),
      morning,
    );
    assert.ok(decision.kind === 'permit');
    const { explanation } = decision.permit;
    const event = { kind: 'journey.finished', at: morning, outcome: 'ok', body: { explanation } } as const;
    await hubs[0]?.commit({
      ...{ claims: [], writes: [], ifLost: [] },
      ifWon: [{ ...event, person: who.person.id, application: application.id, organisation: 'hospital' }],
    });
  }
  const round = async (): Promise<number> => {
    const counts = await Promise.all(
      hubs.map(({ commit }) => warnOfCutoffs({ pool: database.pool, snapshot, commit, clock: () => now })),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  };
  const warned = async () =>
    (
      await database.pool.query<{ person: string; text: string }>(
        `SELECT person, text FROM hub.audit_event WHERE kind = 'person.cutoffWarned' ORDER BY person, id`,
      )
    ).rows.map((row) => `${row.person} ${/"days":(\d+)/.exec(row.text)?.[1]}`);

  before(async () => {
    const { connection } = database;
    hubs = ['one', 'two'].map((node) =>
      createCommitter({ connection, node, toEventRow: (event) => ({ ...auditRow(event) }), seal: () => '' }),
    );
    for (const who of [bo, bo, cecilia]) await loggedIn(who, 'password');
    await loggedIn(anna, 'advanced');
    await loggedIn(anna, 'advanced', record);
  });
  after(async () => {
    await Promise.all(hubs.map((hub) => hub.close()));
  });

  test('who used what ends is found, with who is exempt on the day; nobody else', async () => {
    const found = await findAffected(database.pool, snapshot, cutoff, { now, days: 30 });
    assert.deepEqual(
      found.map((one) => [one.person, one.standing, one.organisation, one.applications]),
      [
        ['bo', 'affected', 'hospital', ['ehr']],
        ['cecilia', 'exempt', 'hospital', ['ehr']],
      ],
    );
    const alone = await findAffected(database.pool, snapshot, cutoff, { now, days: 30, person: 'cecilia' });
    assert.deepEqual(
      alone.map((one) => one.person),
      ['cecilia'],
    );
    assert.deepEqual(await findAffected(database.pool, snapshot, cutoff, { now: morning + 40 * dayMs, days: 30 }), []);
  });

  test('nobody is warned before the thirtieth day; then everybody once, by two hubs, round after round', async () => {
    assert.equal(await round(), 0);
    now = from - 30 * dayMs;
    assert.equal(await round(), 1);
    assert.equal(await round(), 0);
    assert.deepEqual(await warned(), ['bo 30']);
  });

  test('whoever comes later is warned then; each day has its own warning, and the day itself none', async () => {
    await loggedIn(dana, 'password');
    assert.equal(await round(), 1);
    now = from - 7 * dayMs;
    assert.equal(await round(), 2);
    now = from - dayMs;
    assert.equal(await round(), 2);
    now = from;
    assert.equal(await round(), 0);
    assert.deepEqual(await warned(), ['bo 30', 'bo 7', 'bo 1', 'dana 30', 'dana 7', 'dana 1']);
  });
});
