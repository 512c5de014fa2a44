// A change that closes many people's accounts in other systems waits for two approvals, whatever in it closes them (K8, H2).
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { carryOut } from '../../src/apps/hub/brake/carry-out.ts';
import { dayMs } from '../../src/base/clock.ts';
import type { HeldChange } from '../../src/core/brake/index.ts';
import { compileCatalogue } from '../../src/core/catalogue/index.ts';
import { accountStore } from '../../src/edge/store/hub/accounts.ts';
import { saveGrant } from '../../src/edge/store/hub/administrations.ts';
import { readItems, readRevision } from '../../src/edge/store/hub/catalogue.ts';
import { decideHeldChange, heldCounts, heldPeople } from '../../src/edge/store/hub/held-changes.ts';
import { applyWorld, keyring, sampleFile } from './apply-world.ts';
import { onEachServer } from './servers.ts';

onEachServer('a change that closes many accounts', (database) => {
  const { write, apply, applied } = applyWorld(database);
  const pool = () => database.pool;
  const many = Array.from({ length: 25 }, (_, index) => `n${String(index).padStart(2, '0')}`);
  const sample = sampleFile();
  const rule = (change: object = {}) => ({
    ...(sample['accountRules']?.[0] as object),
    organisations: [],
    roles: [],
    ...change,
  });
  const assignment = (id: string, role = 'nurse') => ({ id, organisation: 'hospital', role });
  const person = (id: string, ...assignments: object[]) => ({ id, givenName: id, familyName: 'Ek', assignments });
  const both = (id: string) => person(id, assignment(`${id}-1`), assignment(`${id}-2`, 'doctor'));
  const held = async (outcome: Awaited<ReturnType<typeof apply>>): Promise<HeldChange> => {
    assert.ok(!outcome.ok && 'held' in outcome, JSON.stringify(outcome));
    return outcome.held;
  };
  const decide = (id: string, action: 'approve' | 'refuse', who: string) =>
    decideHeldChange(pool(), id, action, {
      person: who,
      session: 's',
      reference: 'AAAA-BBBB',
      isProven: true,
      reason: 'x',
      now: Date.now(),
    });
  /** People whose accounts the hub would close now. */
  const due = async (): Promise<number> => {
    const compiled = compileCatalogue(await readRevision(pool()), await readItems(pool()));
    assert.ok(compiled.ok);
    await pool().query('DELETE FROM hub.outbox');
    return accountStore(pool()).askDue(Date.now(), compiled.snapshot.accountRules.values());
  };

  before(async () => {
    const { people, ...rest } = sample;
    await applied(
      write({
        ...rest,
        accountRules: [rule()],
        people: [...people, ...many.map(both), ...['one', 'two'].map((id) => person(id))],
      }),
    );
    for (const id of ['one', 'two'])
      await saveGrant(
        pool(),
        {
          id,
          person: id,
          role: 'ending-approver',
          scope: { kind: 'organisation', organisation: 'hospital' },
          from: Date.now() - dayMs,
          until: Date.now() + dayMs,
          grantedBy: 'test',
          reason: 'test',
        },
        Date.now(),
      );
    for (const id of many) {
      await pool().query(
        `INSERT INTO hub.account (target, person, key, state, login_name, until, delete_from)
         VALUES ('region-ad', $1, $1, 'open', $1, now() + interval '1 day', now() + interval '9 days')`,
        [id],
      );
      await pool().query(
        `INSERT INTO hub.account_grant (id, target, person, journey, rule, application, assignment, reference, granted_at, until)
         VALUES ($1, 'region-ad', $1, 'j', 'municipality-nurses', 'ehr', $1 || '-1', 'R', now(), now() + interval '1 day')`,
        [id],
      );
    }
  });

  test('nothing is due, and a rule that says more holds nothing up', async () => {
    assert.equal(await due(), 0);
    await applied(write({ accountRules: [rule({ name: { en: 'Nurses and others' } })] }));
    assert.equal(await due(), 0);
  });

  test('a rule that is closed, names another role, or is pruned: each waits, with whose accounts', async () => {
    const closing = await held(await apply(write({ accountRules: [rule({ closed: true })] })));
    assert.deepEqual([closing.people, closing.source, closing.tops], [25, 'apply', ['hospital']]);
    assert.equal((await heldCounts(pool(), closing.id)).accounts, 25);
    const [first] = await heldPeople(pool(), closing.id, '', 1);
    assert.deepEqual([first?.why, first?.accounts], ['accountClosed', ['region-ad n00']]);
    await held(await apply(write({ accountRules: [rule({ roles: ['doctor'] })] })));
    await held(await apply(write({ accountRules: [rule({ id: 'another' })] }), { prune: true }));
    assert.equal(await due(), 0, 'nothing of it is true');
  });

  test('assignments that end in bulk, where everybody stays employed; for one person nothing waits', async () => {
    const left = (id: string) => person(id, assignment(`${id}-2`, 'doctor'));
    const change = await held(await apply(write({ people: many.map(left) })));
    assert.equal(change.people, 25);
    assert.equal((await decide(change.id, 'refuse', 'one')).kind, 'done');
    assert.equal(await due(), 0, 'refused: the accounts stay, with their own end');
    await applied(write({ people: [left('n00')] }));
    assert.equal(await due(), 1);
    await applied(write({ people: [both('n00')] }));
  });

  test('accounts past their own time are no change, and nobody is counted twice', async () => {
    await pool().query(`UPDATE hub.account SET until = now() WHERE person > 'n01'`);
    const plan = await applied(write({ people: many.map((id) => ({ ...both(id), closed: true })) }), { mode: 'plan' });
    assert.equal(plan.waits?.people, 25, 'closed people count, once each');
    await pool().query(`UPDATE hub.account SET until = now() WHERE person > 'n00'`);
    assert.equal((await applied(write({ accountRules: [rule({ closed: true })] }), { mode: 'plan' })).waits, undefined);
    await pool().query(`UPDATE hub.account SET until = now() + interval '1 day'`);
  });

  test('approved by two it is carried out, and the accounts are due', async () => {
    const change = await held(await apply(write({ accountRules: [rule({ closed: true })] })));
    for (const who of ['one', 'two']) assert.equal((await decide(change.id, 'approve', who)).kind, 'done');
    await carryOut({ pool: pool(), clock: Date.now, seals: keyring }, change.id);
    assert.equal(await due(), 25);
  });
});
