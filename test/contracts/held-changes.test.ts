// The contract of the brake: a change that ends many waits as a whole, two people let it through, and it comes true once.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type pg from 'pg';
import { carryOut } from '../../src/apps/hub/brake/carry-out.ts';
import { endCardsOf } from '../../src/apps/hub/ordering/card-work.ts';
import type { HeldChange } from '../../src/core/brake/index.ts';
import { approvalMs, heldMs } from '../../src/core/brake/index.ts';
import type { HolderNews } from '../../src/core/ordering/index.ts';
import { saveGrant } from '../../src/edge/store/hub/administrations.ts';
import { cardById } from '../../src/edge/store/hub/cards.ts';
import {
  decideHeldChange,
  expireHeld,
  heldById,
  heldCounts,
  heldPeople,
  heldSince,
  heldWaiting,
  withdrawHeld,
} from '../../src/edge/store/hub/held-changes.ts';
import { outboxStore } from '../../src/edge/store/hub/outbox.ts';
import { liveSessions } from '../../src/edge/store/hub/population.ts';
import { staffCard } from '../fakes/shown-cards.ts';
import { applyWorld, hashing, keyring, personalNumber, sampleFile } from './apply-world.ts';
import { madeCard } from './made-card.ts';
import { makeRow, sessionRow } from './make-rows.ts';
import { onEachServer } from './servers.ts';

const day = 86_400_000;
const profiles = () => new Map([[staffCard.id, staffCard]]);

onEachServer('changes that end many', (database) => {
  const { write, apply, applied, auditCount } = applyWorld(database);
  const rest = {
    organisations: [
      { id: 'region', name: 'Region', number: '200000007' },
      { id: 'clinic', name: 'Clinic', parent: 'region' },
    ],
    units: [{ id: 'ward', organisation: 'clinic', name: 'Ward' }],
  };
  const at = (id: string, organisation = 'clinic') => [{ id: `a-${id}`, organisation, role: 'nurse' }];
  const person = (id: string, more: object = {}) => ({
    id,
    givenName: id,
    familyName: 'Ek',
    assignments: at(id),
    ...more,
  });
  const nurses = Array.from({ length: 25 }, (_, index) => `nurse-${String(index).padStart(2, '0')}`);
  const others = Array.from({ length: 300 }, (_, index) => `other-${index}`);
  const deciders = ['anna', 'bo', 'mona'];
  const everybody = (more: (id: string) => object = () => ({})) => [
    ...nurses.map((id) => person(id, more(id))),
    ...others.map((id) => person(id, more(id))),
    ...deciders.map((id) => person(id, { assignments: at(id, 'region'), username: id })),
    // The account of whoever runs the command in the last of these tests.
    person('root-person', { username: 'operator' }),
  ];
  const pool = () => database.pool;
  const closed = async () =>
    Number((await pool().query('SELECT count(*) AS n FROM hub.person WHERE closed')).rows[0].n);
  const events = async (kind: string) =>
    (
      await pool().query<{ text: string }>('SELECT text FROM hub.audit_event WHERE kind = $1 ORDER BY id', [kind])
    ).rows.map(({ text }) => JSON.parse(text) as { outcome: string; body: Record<string, unknown> });
  const hold = async (file: string, given: Parameters<typeof apply>[1] = {}): Promise<HeldChange> => {
    const outcome = await apply(file, given);
    assert.ok(!outcome.ok && 'held' in outcome, JSON.stringify(outcome));
    return outcome.held;
  };
  const decide = (id: string, action: 'approve' | 'refuse', who: string, given: object = {}) =>
    decideHeldChange(pool(), id, action, {
      person: who,
      session: `session of ${who}`,
      reference: 'AAAA-BBBB',
      isProven: true,
      reason: 'because',
      now: Date.now(),
      ...given,
    });
  const code = async (deciding: ReturnType<typeof decide>) => {
    const done = await deciding;
    return done.kind === 'refused' ? done.code : done.kind;
  };
  const parts = () => ({ pool: pool(), clock: Date.now, seals: keyring, profiles });
  /** Everything that waits in the outbox, done as the hub does it. */
  const work = async () => {
    const queue = outboxStore(pool());
    for (;;) {
      const taken = await queue.take(100, ['backchannelLogout', 'cardIssuer', 'cardStopped']);
      if (taken.length === 0) return;
      for (const { id, kind, payload } of taken) {
        const of = String(payload['person']);
        if (kind === 'heldChange') await carryOut(parts(), String(payload['held']));
        if (kind === 'personClosed') await endCardsOf(parts(), of, 'employmentEnded');
        if (kind === 'holderNews')
          for (const { what, organisations } of payload['news'] as readonly HolderNews[])
            await endCardsOf(parts(), of, what, organisations);
        await queue.done(id);
      }
    }
  };
  const closing = () => write({ people: everybody((id) => (nurses.includes(id) ? { closed: true } : {})) });

  before(async () => {
    const { organisations, units, people: _people, ...catalogue } = sampleFile();
    await applied(
      write({
        ...catalogue,
        organisations: [...(organisations ?? []), ...rest.organisations],
        units: [...(units ?? []), ...rest.units],
        people: everybody(),
      }),
    );
    for (const who of [...deciders, 'nurse-00'])
      await saveGrant(
        pool(),
        {
          id: `grant of ${who}`,
          person: who,
          role: 'ending-approver',
          scope: { kind: 'organisation', organisation: 'region' },
          from: Date.now() - day,
          until: Date.now() + 30 * day,
          grantedBy: 'test',
          reason: 'test',
        },
        Date.now(),
      );
    for (const id of nurses) await madeCard(pool(), `card-${id}`, id, 'clinic');
    await makeRow(pool(), sessionRow('s-nurse-03', 'nurse-03'));
    await makeRow(pool(), sessionRow('s-other-1', 'other-1'));
  });

  describe('are held as a whole', () => {
    test('one person is let through at once, and a plan says that 25 would wait', async () => {
      await applied(write({ people: [person('other-299', { closed: true })] }));
      assert.equal(await closed(), 1);
      const plan = await applied(closing(), { mode: 'plan' });
      assert.deepEqual(plan.waits, { people: 25, waits: true, over: { organisation: 'region', people: 25, of: 328 } });
      assert.deepEqual(await heldSince(pool(), 0), []);
    });

    test('with who, which cards and certificates, and which sessions; nothing of it is true yet', async () => {
      const file = write({
        organisations: [...rest.organisations, { id: 'new-clinic', name: 'New', parent: 'region' }],
        people: everybody((id) => (nurses.includes(id) ? { closed: true } : {})),
      });
      const before_ = await auditCount();
      const held = await hold(file);
      assert.deepEqual(
        [held.people, held.tops, held.covers, held.broughtBy],
        [25, ['region'], ['organisations', 'people'], 'tester@host'],
      );
      assert.equal(await closed(), 1);
      assert.equal(await auditCount(), before_);
      assert.equal((await pool().query("SELECT FROM hub.organisation WHERE id = 'new-clinic'")).rowCount, 0);
      assert.deepEqual(await heldCounts(pool(), held.id), {
        people: 25,
        cards: 25,
        certificates: 25,
        sessions: 1,
        accounts: 0,
      });
      const [, , , fourth] = await heldPeople(pool(), held.id, '', 4);
      assert.deepEqual(fourth, {
        person: 'nurse-03',
        why: 'personClosed',
        tops: ['region'],
        cards: ['card-nurse-03'],
        certificates: ['own 0card-nurse-03'],
        sessions: ['s-nurse-03'],
        accounts: [],
      });
      const [told] = await events('admin.changeHeld');
      assert.deepEqual([told?.body['change'], told?.body['people']], [held.id, 25]);
      assert.equal((await hold(file)).id, held.id, 'the same brought in again is the same');
      assert.equal((await events('admin.changeHeld')).length, 1);
    });
  });

  test('a session rests on the card that proved its person, and on the card behind a device', async () => {
    const certificates = [{ card: { id: 'c1' } }, { derived: { card: 'c2' } }, {}, undefined];
    const session = { evidence: certificates.map((certificate) => ({ certificate })) };
    const live = await liveSessions(pool(), ['nurse-03', 'nurse-04'], () => session, Date.now());
    assert.deepEqual(live, [{ id: 's-nurse-03', person: 'nurse-03', cards: ['c1', 'c2'] }]);
  });

  test('two people with the right, strongly proven, neither the bringer nor among the ended', async () => {
    const held = await hold(closing(), { usernames: ['operator'] });
    assert.deepEqual(held.bringers, ['root-person']);
    assert.equal(await code(decide(held.id, 'approve', 'other-1')), 'held.noRight');
    assert.equal(await code(decide(held.id, 'approve', 'anna', { isProven: false })), 'held.weak');
    assert.equal(await code(decide(held.id, 'approve', 'nurse-00')), 'held.affected');
    assert.equal(await code(decide(held.id, 'approve', 'anna')), 'done');
    assert.equal(await code(decide(held.id, 'approve', 'anna')), 'held.twice');
    await work();
    assert.equal(await closed(), 1, 'one is not enough');
    // After a day hers counts no more: she may say it again, and it is still one.
    assert.equal(await code(decide(held.id, 'approve', 'anna', { now: Date.now() + approvalMs })), 'done');
    assert.equal((await heldById(pool(), held.id))?.state, 'waiting');
    const both = await Promise.all(['bo', 'mona'].map((who) => code(decide(held.id, 'approve', who))));
    assert.deepEqual(both.sort(), ['done', 'held.over'], 'the one who came too late is told');
    const began = Date.now();
    await work();
    assert.ok(Date.now() - began < 60_000);
    assert.equal(await closed(), 25);
    for (const id of nurses) {
      const card = await cardById(pool(), `card-${id}`);
      assert.deepEqual([card?.state, card?.ending], ['ended', 'employmentEnded'], id);
    }
    assert.equal((await heldById(pool(), held.id))?.state, 'done');
    const tasks = await pool().query(
      "SELECT FROM hub.outbox WHERE kind = 'cardIssuer' AND payload -> 'task' ->> 'kind' = 'revoke'",
    );
    assert.equal(tasks.rowCount, 25, 'each certificate is revoked at its issuer once');
    // Carried out once, however often it is asked for.
    const [applies, steps] = [await auditCount(), (await pool().query('SELECT FROM hub.card_step')).rowCount];
    await carryOut(parts(), held.id);
    await work();
    assert.deepEqual(
      [await auditCount(), (await pool().query('SELECT FROM hub.card_step')).rowCount],
      [applies, steps],
    );
    assert.equal((await pool().query('SELECT FROM hub.held_change WHERE sealed IS NOT NULL')).rowCount, 0);
  });

  test('who brought it in does not approve it, and may refuse it', async () => {
    await applied(write({ people: everybody() }));
    await saveGrant(
      pool(),
      {
        id: 'grant of root-person',
        person: 'root-person',
        role: 'ending-approver',
        scope: { kind: 'organisation', organisation: 'region' },
        from: Date.now() - day,
        until: Date.now() + day,
        grantedBy: 'test',
        reason: 'test',
      },
      Date.now(),
    );
    const same = closing();
    const held = await hold(same, { usernames: ['operator'] });
    assert.equal(await code(decide(held.id, 'approve', 'root-person')), 'held.broughtIn');
    // Nor does who brings the same in once more, whatever they said before.
    assert.equal(await code(decide(held.id, 'approve', 'anna')), 'done');
    const again = await hold(same, { usernames: ['anna'] });
    assert.deepEqual([again.id, again.bringers, again.approvals], [held.id, ['anna', 'root-person'], []]);
    assert.equal(await code(decide(held.id, 'approve', 'anna')), 'held.broughtIn');
    assert.equal(await code(decide(held.id, 'refuse', 'root-person', { reason: '' })), 'held.reason');
    assert.equal(await code(decide(held.id, 'refuse', 'root-person')), 'done');
    assert.equal(await code(decide(held.id, 'approve', 'bo')), 'held.over');
    await work();
    assert.equal(await closed(), 0);
    assert.equal((await events('admin.changeRefused'))[0]?.body['why'], 'because');
  });

  test('a newer change of the same replaces it, held or not; one of something else leaves it', async () => {
    const first = await hold(closing());
    await decide(first.id, 'approve', 'anna');
    await applied(write({ units: [...rest.units, { id: 'icu', organisation: 'clinic', name: 'ICU' }] }));
    assert.equal((await heldById(pool(), first.id))?.state, 'waiting');
    const second = await hold(
      write({ people: everybody((id) => (nurses.includes(id) || id === 'other-2' ? { closed: true } : {})) }),
    );
    assert.deepEqual([(await heldById(pool(), first.id))?.state, second.approvals], ['replaced', []]);
    const outcome = await applied(write({ people: [person('other-5', { locale: 'nb' })] }));
    assert.deepEqual(outcome.replaced, [second.id]);
    assert.deepEqual(
      (await events('admin.changeReplaced')).slice(-2).map(({ body }) => [body['change'], body['replacedBy']]),
      [
        [first.id, second.id],
        [second.id, 'tester@host'],
      ],
    );
    for (const { id } of [first, second]) assert.equal(await code(decide(id, 'approve', 'bo')), 'held.over');
    const right = write({ people: everybody() });
    await applied(right);
    const third = await hold(closing());
    assert.deepEqual((await applied(right)).replaced, [third.id], 'also when the file that is right changes nothing');
  });

  test('nobody decides: it runs out', async () => {
    const held = await hold(closing());
    assert.equal(await expireHeld(pool(), Date.now()), 0);
    assert.equal(await code(decide(held.id, 'approve', 'anna', { now: held.expiresAt })), 'held.over');
    assert.equal(await expireHeld(pool(), Date.now() + heldMs + 1000), 1);
    assert.equal((await heldById(pool(), held.id))?.state, 'expired');
    assert.equal((await events('admin.changeExpired')).length, 1);
    const again = await hold(closing());
    assert.notEqual(again.id, held.id, 'what ran out is brought in anew');
    assert.deepEqual(await heldWaiting(pool(), again.heldAt + 5000), { waiting: 1, approved: 0, oldestSeconds: 5 });
    const by = { who: 'tester@host', reason: 'wrong file' };
    assert.equal(await withdrawHeld(pool(), again.id, by, Date.now()), true);
    assert.equal(await withdrawHeld(pool(), again.id, by, Date.now()), false, 'it waits no more');
    assert.deepEqual(
      [(await heldById(pool(), again.id))?.state, (await events('admin.changeRefused')).at(-1)?.body['who']],
      ['refused', 'tester@host'],
    );
  });

  test('everything that a file can say comes true as it would have at once', async () => {
    await pool().query('UPDATE hub.person SET closed = false');
    const file = () =>
      write({
        organisations: [...rest.organisations, { id: 'lab', name: 'Lab', parent: 'region', number: '200000009' }],
        units: [
          { id: 'lab-1', organisation: 'lab', name: 'Bench' },
          { id: 'ward', organisation: 'clinic', name: 'Ward 2' },
        ],
        brands: [{ id: 'held', name: 'Held', primary: '#005a8c', accent: '#7a1f5c', contact: 'help@example.org' }],
        people: [
          ...everybody((id) => (nurses.includes(id) ? { assignments: [] } : {})),
          {
            ...person('lisa', { assignments: at('lisa', 'lab') }),
            identities: [
              { namespace: 'se-personnummer', value: personalNumber },
              { namespace: 'employee', value: 'E7' },
            ],
            username: 'lisa',
          },
        ],
      });
    const outcome = await apply(file());
    if (!outcome.ok && 'problems' in outcome) assert.fail(JSON.stringify(outcome.problems));
    assert.ok(!outcome.ok && 'held' in outcome);
    const [made] = outcome.made;
    for (const who of ['anna', 'bo']) await decide(outcome.held.id, 'approve', who);
    await work();
    assert.equal((await heldById(pool(), outcome.held.id))?.state, 'done');
    const { rows } = await pool().query("SELECT hash FROM hub.password WHERE username = 'lisa'");
    assert.ok(made && (await hashing.verify(rows[0].hash, made.password)), 'the password that was shown');
    const plan = await applied(file(), { mode: 'plan' });
    assert.equal(plan.total, 0, JSON.stringify(plan.counts));
    assert.equal((await events('admin.applied')).at(-1)?.body['who'], 'tester@host');
  });

  test('broken off before its end nothing of it is true; the next try does all of it', async () => {
    await applied(write({ people: everybody() }));
    const held = await hold(closing());
    for (const who of ['anna', 'bo']) await decide(held.id, 'approve', who);
    /** The connection breaks at the last moment. */
    const breaking = {
      connect: async () => {
        const client = await pool().connect();
        return {
          query: (...given: unknown[]) =>
            given[0] === 'COMMIT' ? Promise.reject(new Error('cut')) : Reflect.apply(client.query, client, given),
          release: (error?: Error) => client.release(error),
        };
      },
    } as unknown as pg.Pool;
    await assert.rejects(carryOut({ ...parts(), pool: breaking }, held.id), /cut/);
    assert.deepEqual([await closed(), (await heldById(pool(), held.id))?.state], [0, 'approved']);
    await work();
    assert.deepEqual([await closed(), (await heldById(pool(), held.id))?.state], [25, 'done']);
  });

  test('what no longer fits is not carried out by halves, and says so', async () => {
    await applied(write({ people: everybody() }));
    const held = await hold(
      write({
        people: [
          ...everybody((id) => (nurses.includes(id) ? { closed: true } : {})),
          person('kim', { identities: [{ namespace: 'employee', value: 'E9' }] }),
        ],
      }),
    );
    for (const who of ['anna', 'bo']) await decide(held.id, 'approve', who);
    // Meanwhile the identity became somebody else's.
    await pool().query("INSERT INTO hub.identity (namespace, lookup) VALUES ('employee', 'E9')");
    await pool().query(
      "INSERT INTO hub.link (id, namespace, lookup, person, source, since) VALUES ('x', 'employee', 'E9', 'anna', 'self', now())",
    );
    await work();
    assert.deepEqual([(await heldById(pool(), held.id))?.state, await closed()], ['failed', 0]);
    const last = (await events('admin.changeCarriedOut')).at(-1);
    assert.equal(last?.outcome, 'failed');
    assert.match(String(last?.body['failure']), /no longer fits/);
  });
});
