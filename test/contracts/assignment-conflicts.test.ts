// V4 on both databases: assignments that a rule keeps apart are refused where a file brings them about, told of where a source does.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { listConflicts } from '../../src/apps/cli/person-conflicts.ts';
import { enrolmentDesk } from '../../src/apps/hub/people/index.ts';
import { systemRandom } from '../../src/base/ids.ts';
import { compileCatalogue } from '../../src/core/catalogue/index.ts';
import type { Evidence } from '../../src/core/linking/index.ts';
import { readItems } from '../../src/edge/store/hub/catalogue.ts';
import { enrolmentRule, hsaKey, MemorySource, record, townNumber } from '../fakes/told-people.ts';
import { proof, snapshot } from '../fakes/ward.ts';
import { applyWorld, vault } from './apply-world.ts';
import { trailOf } from './enrolment-world.ts';
import { onEachServer } from './servers.ts';

const rule = (change: object = {}) => ({
  id: 'insurers',
  name: { en: 'Nobody works for two insurers' },
  between: [{ organisations: ['north'] }, { organisations: ['town'] }],
  effect: 'block',
  owner: 'Legal department',
  reason: 'Neither may learn what the other knows',
  ...change,
});
const organisations = [
  { id: 'north', name: 'North' },
  { id: 'north-office', name: 'Office', parent: 'north' },
  { id: 'town', name: 'Smalltown', number: townNumber },
];
const at = (id: string, organisation: string, dates: object = {}) => ({ id, organisation, role: 'handler', ...dates });
const anna = (assignments: readonly object[], more: object = {}) => ({
  people: [{ id: 'anna', givenName: 'Anna', familyName: 'Berg', assignments, ...more }],
});

onEachServer('assignments that a rule keeps apart', (database) => {
  const { write, applied, problemsOf, exported } = applyWorld(database);
  const told = async () =>
    (await trailOf(database.pool, 'person.assignmentsConflict')).map(({ text }) => JSON.parse(text));
  before(async () => {
    await applied(write({ organisations, assignmentConflicts: [rule()] }));
  });

  test('a file that brings such a pair about is refused as a whole, and the fault names rule, owner and the other one', async () => {
    const text = await problemsOf(write(anna([at('a1', 'north-office'), at('a2', 'town')])));
    assert.match(
      text,
      /people anna: assignments\[1\]: may not hold together with a1 by the rule insurers \(Legal department/,
    );
    const after = { from: '2030-01-01' };
    await applied(write(anna([at('a1', 'north-office', { until: '2030-01-01' }), at('a2', 'town', after)])));
    const longer = write(anna([at('a1', 'north-office', { until: '2030-01-02' }), at('a2', 'town', after)]));
    assert.match(await problemsOf(longer), /rule insurers/);
    assert.match(
      await problemsOf(write(anna([at('a1', 'north-office'), at('a2', 'town', { from: '2029-01-01' })]))),
      /insurers/,
    );
    await applied(write(anna([at('a1', 'north-office'), at('a2', 'town')], { closed: true })));
    assert.match(
      await problemsOf(write(anna([at('a1', 'north-office'), at('a2', 'town')]))),
      /insurers/,
      'opened again',
    );
    await applied(write(anna([at('a1', 'north-office')])));
  });

  test('a rule in the same file counts; one that only reports is told of, and stops nothing', async () => {
    await applied(write({ assignmentConflicts: [rule({ effect: 'report' })] }));
    const both = write(anna([at('a1', 'north-office'), at('a2', 'town')]));
    await applied(both, { mode: 'plan' });
    assert.equal((await told()).length, 0);
    await applied(both);
    assert.deepEqual(
      (await told()).map(({ person, body }) => [person, body]),
      [['anna', { rule: 'insurers', effect: 'report', assignments: ['a1', 'a2'], seen: 'change' }]],
    );
    await applied(both);
    assert.equal((await told()).length, 1, 'the same file again brings nothing about');
    const blocked = { assignmentConflicts: [rule()] };
    assert.match(
      await problemsOf(write({ ...blocked, ...anna([at('a1', 'north'), at('a2', 'town'), at('a3', 'town')]) })),
      /insurers/,
    );
    // What is there already does not keep a rule out: the login stops them.
    await applied(write(blocked));
    const lines: string[] = [];
    const io = { out: (line: string) => lines.push(line), err: () => undefined };
    await listConflicts({ pool: database.pool, clock: Date.now, who: 'tester@host' }, io);
    assert.deepEqual(lines, ['anna (Anna Berg): a1 and a2, by the rule insurers (block), now']);
    const again = write(await exported());
    assert.equal((await applied(again)).total, 0);
    await applied(write(anna([at('a1', 'north-office')])));
  });

  test('a source’s word is taken in, and told of', async () => {
    const { pool } = database;
    const compiled = compileCatalogue(1, await readItems(pool));
    assert.ok(compiled.ok);
    const { assignmentConflicts } = compiled.snapshot;
    const source = new MemorySource();
    const a = 'SE2120000142-A';
    source.records = [record(a)];
    const person = {
      id: 'nora',
      givenName: 'Nora',
      familyName: 'Nyberg',
      identities: [{ namespace: 'hsa-id', value: a }],
    };
    await applied(write({ people: [{ ...person, assignments: [at('n1', 'north')] }] }));
    const wanted = enrolmentRule();
    const desk = enrolmentDesk({
      pool,
      vault,
      clock: Date.now,
      random: systemRandom,
      snapshot: () => snapshot({ enrolmentRules: new Map([[wanted.id, wanted]]), assignmentConflicts }),
      sourceOf: () => source,
      endMissing: async () => undefined as never,
      failed: () => undefined,
    });
    const evidence: Evidence = { ...proof('nora', 'simple'), subject: hsaKey(a), alternates: [] };
    const before = (await told()).length;
    const about = { application: 'ehr', journey: 'j', reference: 'AAAA-BBBB' };
    const linked = { person: 'nora', by: [hsaKey(a)] };
    const arrived = await desk.arrive({ rule: wanted, evidence, linked, about });
    assert.equal(arrived.kind, 'taken', JSON.stringify(arrived));
    const [event, ...more] = (await told()).slice(before);
    assert.equal(more.length, 0);
    assert.deepEqual(
      [event.person, event.body.rule, event.body.seen, event.body.source],
      ['nora', 'insurers', 'source', 'hsa'],
    );
    // A file may not add to it what the source gives already.
    assert.match(
      await problemsOf(write({ people: [{ ...person, assignments: [at('n1', 'north'), at('n2', 'north-office')] }] })),
      /people nora: assignments\[1\]: .*rule insurers/,
    );
  });
});
