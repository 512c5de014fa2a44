// The contract of sources of people, on both databases: one person whoever comes first, K10's changes, what a file may not touch,
// and that what a source no longer gives ends, a few at once and many never by themselves.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { carryOut } from '../../src/apps/hub/brake/carry-out.ts';
import { endMissingCommissions } from '../../src/apps/hub/brake/watch.ts';
import { type EnrolmentDesk, enrolmentDesk } from '../../src/apps/hub/people/index.ts';
import { systemRandom } from '../../src/base/ids.ts';
import { Problem } from '../../src/base/problem.ts';
import type { EnrolmentRule } from '../../src/core/catalogue/index.ts';
import type { SourcePerson, SubjectKey } from '../../src/core/directory/index.ts';
import type { Evidence } from '../../src/core/linking/index.ts';
import { directoryReader, identityLookup, personReader } from '../../src/edge/store/hub/directory.ts';
import { saveUnits } from '../../src/edge/store/hub/directory-write.ts';
import { decideHeldChange, heldSince } from '../../src/edge/store/hub/held-changes.ts';
import { outboxStore } from '../../src/edge/store/hub/outbox.ts';
import {
  commission,
  enrolmentRule,
  hsaKey,
  MemorySource,
  number,
  numberKey,
  otherNumber,
  record,
} from '../fakes/told-people.ts';
import { proof, snapshot } from '../fakes/ward.ts';
import { keyring, vault } from './apply-world.ts';
import { aTown, emptied, filed, fileOf, trailOf } from './enrolment-world.ts';
import { type ContractDatabase, onEachServer } from './servers.ts';

const a = 'SE2120000142-A';
const b = 'SE2120000142-B';
const about = { application: 'ehr', journey: 'j', reference: 'AAAA-BBBB' };

onEachServer('sources of people', (database) => {
  let pool: ContractDatabase['pool'];
  const source = new MemorySource();
  let now = Date.now();
  const clock = () => now;
  let rule: EnrolmentRule = enrolmentRule();
  const catalogue = () => snapshot({ enrolmentRules: new Map([[rule.id, rule]]) });
  const watched = () => ({ pool, clock, seals: keyring, profiles: () => new Map() });
  /** A hub of its own over the one database. */
  const hub = (): EnrolmentDesk =>
    enrolmentDesk({
      pool,
      vault,
      clock,
      random: systemRandom,
      snapshot: catalogue,
      sourceOf: (id) => (id === 'hsa' ? source : undefined),
      endMissing: () => endMissingCommissions(watched(), true),
      failed: () => undefined,
    });
  const evidence = (key: SubjectKey, alternates: readonly SubjectKey[] = []): Evidence => ({
    ...proof('x', 'simple'),
    subject: key,
    alternates,
  });
  const holders = async (...keys: readonly SubjectKey[]) => [
    ...new Set((await identityLookup(pool, vault).find(keys)).map(({ person }) => person)),
  ];
  const linked = async (...keys: readonly SubjectKey[]) => {
    const [person] = await holders(...keys);
    return person === undefined ? undefined : { person, by: keys };
  };
  const arrive = async (key: SubjectKey, alternates: readonly SubjectKey[] = []) =>
    await hub().arrive({ rule, evidence: evidence(key, alternates), linked: await linked(key, ...alternates), about });
  const facts = async (key: SubjectKey) => {
    const [person = ''] = await holders(key);
    return (await personReader(pool).facts(person)) ?? assert.fail(`nobody has ${key.value}`);
  };
  const freshen = async (key: SubjectKey) => {
    const { person } = await facts(key);
    return await hub().freshenBy(person.id, rule, about);
  };
  /** As a login does of somebody whose word is old. */
  const atLogin = async (key: SubjectKey): Promise<boolean> => {
    const { person, told = [] } = await facts(key);
    return await hub().freshen(person.id, told, about);
  };
  const trail = (kind: string) => trailOf(pool, kind);
  const file = (...people: Parameters<typeof fileOf>[2][]) => fileOf(pool, now, ...people);
  const clear = async () => {
    await emptied(pool);
    source.records = [];
    source.failure = undefined;
    rule = enrolmentRule();
    now = Date.now();
  };

  before(async () => {
    pool = database.pool;
    await aTown(pool, now);
  });

  describe('a first login', () => {
    before(clear);

    test('makes the person with all that the source gives, and the trail names no number', async () => {
      source.records = [record(a)];
      assert.deepEqual(await arrive(hsaKey(a)), { kind: 'taken' });
      const found = await facts(hsaKey(a));
      assert.deepEqual(await holders(numberKey(number)), [found.person.id]);
      const [given] = found.assignments;
      assert.deepEqual(
        [given?.organisation, given?.role, given?.hsaId, given?.source, given?.commission],
        ['town', 'nurse', a, 'hsa', { ...commission('SE2120000142-C1'), feigned: undefined, archived: undefined }].map(
          (one) => (typeof one === 'object' ? JSON.parse(JSON.stringify(one)) : one),
        ),
      );
      assert.equal(found.units.get('SE2120000142-U1')?.name, 'Home care');
      assert.equal(found.told?.map(({ source: id, names }) => `${id} ${names}`).join(), 'hsa true');
      const [event] = await trail('person.enrolled');
      assert.match(event?.text ?? '', /AAAA-BBBB/);
      assert.ok(!event?.text.includes(number) && !event?.text.includes(a), event?.text);
    });

    test('the next one asks nobody, and again is as before', async () => {
      const asked = source.asked;
      assert.deepEqual(await arrive(hsaKey(a)), { kind: 'asBefore' });
      assert.equal(source.asked, asked);
      await freshen(hsaKey(a));
      assert.equal((await trail('person.freshened')).length, 0);
    });

    test('by the number, later, is the same person; and a new HSA-ID of the number too (K10)', async () => {
      const [before] = await holders(hsaKey(a));
      source.records = [record(b)];
      assert.deepEqual(await arrive(hsaKey(b)), { kind: 'taken' });
      assert.deepEqual(await holders(hsaKey(b), numberKey(number)), [before]);
      // The old one is asked about as well, and is over.
      await freshen(hsaKey(b));
      assert.deepEqual(await holders(hsaKey(a)), []);
      const ended = await pool.query('SELECT until FROM hub.link WHERE lookup = $1', [a]);
      assert.ok(ended.rows[0]?.until instanceof Date);
    });
  });

  describe('at once', () => {
    before(clear);

    test('two first logins on each of two hubs make one person', async () => {
      source.records = [record(a), record(b)];
      let open = () => {};
      source.gate = new Promise((resolve) => {
        open = resolve;
      });
      const coming = [hsaKey(a), hsaKey(a), hsaKey(b), hsaKey(b)].map((key) =>
        hub().arrive({ rule, evidence: evidence(key), about }),
      );
      open();
      assert.deepEqual(new Set((await Promise.all(coming)).map(({ kind }) => kind)), new Set(['taken']));
      assert.equal((await holders(hsaKey(a), hsaKey(b), numberKey(number))).length, 1);
      assert.equal((await trail('person.enrolled')).length, 1);
      assert.equal((await pool.query('SELECT FROM hub.link WHERE until IS NULL')).rowCount, 3);
      assert.equal((await facts(hsaKey(a))).assignments.length, 2);
    });

    test('a first login and a file that gives the same number make no two people of it', async () => {
      await clear();
      source.records = [record(a)];
      const outcomes = await Promise.allSettled([
        hub().arrive({ rule, evidence: evidence(hsaKey(a)), about }),
        file(filed('nora', numberKey(number))),
      ]);
      assert.equal((await holders(numberKey(number))).length, 1, JSON.stringify(outcomes));
      assert.equal(outcomes[0]?.status, 'fulfilled');
    });
  });

  describe('what changes at the source', () => {
    before(async () => {
      await clear();
      source.records = [record(a)];
      await arrive(hsaKey(a));
    });
    const idOf = async () => (await facts(hsaKey(a))).person.id;

    test('a name, protection and a number keep the person, with history (K10, K11)', async () => {
      const id = await idOf();
      source.records = [
        record(a, { familyName: 'Öberg', protectedIdentity: true, identifiers: [numberKey(otherNumber)] }),
      ];
      await freshen(hsaKey(a));
      const found = await facts(hsaKey(a));
      assert.deepEqual([found.person.id, found.person.familyName, found.person.protectedIdentity], [id, 'Öberg', true]);
      assert.equal(found.assignments[0]?.title, undefined);
      assert.deepEqual([await holders(numberKey(otherNumber)), await holders(numberKey(number))], [[id], []]);
      const [event] = await trail('person.freshened');
      assert.match(event?.text ?? '', /"changed":\["name","protectedIdentity","se-personnummer","assignments"\]/);
      assert.ok(!event?.text.includes(otherNumber));
      const news = await pool.query(`SELECT payload FROM hub.outbox WHERE kind = 'holderNews'`);
      assert.match(JSON.stringify(news.rows), /nameChanged/);
    });

    test('a unit that is renamed there is renamed here; one of a file is not', async () => {
      const renamed = commission('SE2120000142-C1', { unit: { id: 'SE2120000142-U1', name: 'Night care' } });
      source.records = [record(a, { commissions: [renamed] })];
      await freshen(hsaKey(a));
      assert.equal((await facts(hsaKey(a))).units.get('SE2120000142-U1')?.name, 'Night care');
      await saveUnits(pool, [{ id: 'SE2120000142-U1', organisation: 'town', name: 'As filed' }]);
      await freshen(hsaKey(a));
      assert.equal((await facts(hsaKey(a))).units.get('SE2120000142-U1')?.name, 'As filed');
    });

    test('two who are here are never made one: refused, and the trail names both', async () => {
      const id = await idOf();
      await file(filed('other', numberKey(otherNumber)));
      source.records = [record(a, { identifiers: [numberKey(otherNumber)] })];
      await pool.query('UPDATE hub.link SET until = now() WHERE person = $1 AND namespace = $2', [
        id,
        'se-personnummer',
      ]);
      assert.deepEqual(await freshen(hsaKey(a)), {
        kind: 'refused',
        reason: 'source.contradiction',
        check: 'takeIn.contradiction',
      });
      const [event] = await trail('person.notTakenIn');
      assert.equal(event?.reason, 'source.contradiction');
      for (const person of [id, 'other']) assert.ok(event?.text.includes(person), event?.text);
      assert.equal((await facts(hsaKey(a))).person.id, id);
    });

    test('another number than the proven one is refused, and nobody is made', async () => {
      source.records = [record(b)];
      const answer = await arrive(hsaKey(b), [numberKey('199001012393')]);
      assert.deepEqual(answer, { kind: 'refused', reason: 'source.contradiction', check: 'confirm.number' });
      assert.deepEqual(await holders(hsaKey(b)), []);
    });
  });

  describe('whose word stands', () => {
    before(async () => {
      await clear();
      await file(filed('nora', hsaKey(a)));
      source.records = [record(a)];
      await arrive(hsaKey(a));
    });

    test('the source adds to somebody of a file, and changes nothing of the file’s', async () => {
      const found = await facts(hsaKey(a));
      assert.deepEqual([found.person.id, found.person.familyName], ['nora', 'Filed']);
      assert.deepEqual(found.assignments.map(({ source: from = 'file' }) => from).sort(), ['file', 'hsa']);
      assert.equal(found.told?.[0]?.names, false);
    });

    test('a file that is applied again leaves what the source gave, and says so in what it reads', async () => {
      await file({ ...filed('nora'), assignments: [] });
      const found = await facts(hsaKey(a));
      assert.deepEqual(
        found.assignments.map(({ source: from }) => from),
        ['hsa'],
      );
      const [stored] = await directoryReader(pool).people(['nora']);
      assert.deepEqual([stored?.assignments, stored?.told.length], [[], 1]);
      // It still has an employer there: nothing of it has ended.
      assert.equal((await pool.query(`SELECT FROM hub.outbox WHERE kind = 'holderNews'`)).rowCount, 0);
    });
  });

  describe('what a source no longer gives', () => {
    before(clear);
    const work = async () => {
      const queue = outboxStore(pool);
      for (const { id, kind, payload } of await queue.take(100, [])) {
        if (kind === 'heldChange') await carryOut({ pool, clock, seals: keyring }, String(payload['held']));
        await queue.done(id);
      }
    };
    const many = Array.from({ length: 30 }, (_, at) => `SE2120000142-M${at + 10}`);
    const records = (...without: readonly string[]): SourcePerson[] =>
      many.map((id) => record(id, { identifiers: [], ...(without.includes(id) ? { commissions: [] } : {}) }));
    const live = async () =>
      (
        await pool.query(
          `SELECT FROM hub.assignment WHERE source = 'hsa' AND (valid_until IS NULL OR valid_until > $1)`,
          [new Date(now)],
        )
      ).rowCount;
    /** A sync of everybody, as hubs do it in rounds. */
    const sync = async () => {
      now += rule.syncSeconds * 1000;
      let asked = 0;
      for (let round = await hub().syncDue(); round > 0; round = await hub().syncDue()) asked += round;
      return asked;
    };

    test('ends within a round of the sync, and tells whoever rests on it; everybody is asked about once', async () => {
      source.records = records();
      for (const id of many) await arrive(hsaKey(id));
      // So that the one who leaves is no large share of all.
      await pool.query(
        `INSERT INTO hub.person (id, given_name, family_name) SELECT 'x' || n, 'x', 'x' FROM generate_series(1, 500) n`,
      );
      await pool.query(
        `INSERT INTO hub.assignment (id, person, organisation, role) SELECT 'x' || n, 'x' || n, 'town', 'x' FROM generate_series(1, 500) n`,
      );
      const [leaver = ''] = many;
      source.records = records(leaver);
      assert.equal(await sync(), many.length);
      await endMissingCommissions(watched());
      assert.equal(await live(), many.length - 1);
      const person = await facts(hsaKey(leaver));
      const told = await pool.query<{ kind: string; payload: { person: string } }>(
        'SELECT kind, payload FROM hub.outbox',
      );
      assert.deepEqual(
        told.rows
          .filter(({ payload }) => payload.person === person.person.id)
          .map(({ kind }) => kind)
          .sort(),
        ['assignmentsEnded', 'holderNews'],
      );
      assert.equal((await trail('person.commissionsEnded')).length, 1);
    });

    test('ends at the login that finds it so, before the login goes on', async () => {
      const [, second = ''] = many;
      source.records = records(many[0] ?? '', second);
      assert.equal(await atLogin(hsaKey(second)), true);
      assert.equal(await live(), many.length - 2);
    });

    test('comes back with the commission', async () => {
      source.records = records();
      await sync();
      assert.equal(await live(), many.length);
    });

    test('of many at once is held as a whole, also at a login, and ends when two people let it', async () => {
      const gone = many.slice(1, 25);
      source.records = records(...gone);
      await sync();
      await endMissingCommissions(watched());
      assert.equal(await live(), many.length);
      assert.equal(await atLogin(hsaKey(gone[0] ?? '')), true);
      assert.equal(await live(), many.length);
      const [held] = (await heldSince(pool, 0)).filter(({ state }) => state === 'waiting');
      assert.ok(held);
      assert.deepEqual([held.source, held.tops], ['sources', ['town']]);
      for (const who of ['anna', 'bo'])
        await decideHeldChange(pool, held.id, 'approve', {
          person: who,
          session: 's',
          reference: 'R',
          isProven: true,
          reason: undefined,
          now,
        });
      // One that came back meanwhile is not ended.
      const [first = ''] = gone;
      source.records = records(...gone.slice(1));
      await freshen(hsaKey(first));
      await work();
      assert.equal(await live(), many.length - (gone.length - 1));
    });

    test('a source that does not answer ends nothing, and the turns come again', async () => {
      source.records = [];
      source.failure = new Problem({ kind: 'unavailable', code: 'unavailable', detail: 'down' });
      const before = await live();
      assert.equal(await sync(), 0);
      await endMissingCommissions(watched());
      assert.equal(await live(), before);
      source.failure = undefined;
      source.records = records();
      now += 61_000;
      assert.ok((await hub().syncDue()) > 0);
    });

    test('two hubs that sync at the same moment ask about nobody twice', async () => {
      now += rule.syncSeconds * 1000;
      const asked = source.asked;
      await Promise.all([hub().syncDue(), hub().syncDue()]);
      const { rows } = await pool.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM hub.told_person WHERE asked_at = $1',
        [new Date(now)],
      );
      assert.equal(source.asked - asked, rows[0]?.n);
    });
  });

  describe('a source that is slow', () => {
    before(clear);
    test('is not waited for, and is never the same as none', async (t) => {
      t.mock.timers.enable({ apis: ['setTimeout'] });
      source.records = [record(a)];
      source.gate = new Promise(() => undefined);
      const coming = hub().arrive({ rule, evidence: evidence(hsaKey(a)), about });
      await new Promise(setImmediate);
      t.mock.timers.tick(2000);
      assert.deepEqual(await coming, { kind: 'refused', reason: 'source.unavailable', check: 'source.answers' });
      source.gate = Promise.resolve();
    });
  });
});
