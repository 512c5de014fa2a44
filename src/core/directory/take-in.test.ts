// K5, K10, K11: what a source's word changes, as a table: a new person, names, identities, assignments; and what is refused.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  commission,
  enrolmentRule,
  hsaKey,
  number,
  numberKey,
  otherNumber,
  record,
  townNumber,
} from '../../../test/fakes/told-people.ts';
import type { Assignment, Organisation } from './directory.ts';
import { type KnownLink, type KnownPerson, markOf, type TakeInFacts, type TakenIn, takeIn } from './take-in.ts';

const now = 1_800_000_000_000;
const town: Organisation = { id: 'town', name: 'Smalltown', number: townNumber, closed: false };
const a = 'SE2120000142-A';
const b = 'SE2120000142-B';

const facts = (change: Partial<TakeInFacts> = {}): TakeInFacts => ({
  rule: enrolmentRule(),
  records: [record(a)],
  asked: [hsaKey(a)],
  known: [],
  byNumber: new Map([[townNumber, town]]),
  units: new Map(),
  newId: 'new',
  now,
  ...change,
});
const taken = (change: Partial<TakeInFacts> = {}): TakenIn => {
  const found = takeIn(facts(change));
  assert.ok(found.kind === 'taken', JSON.stringify(found));
  return found;
};
const refusal = (change: Partial<TakeInFacts>): string => {
  const found = takeIn(facts(change));
  return found.kind === 'refused' ? `${found.reason} ${found.people.join()}`.trim() : 'taken';
};

const mine = (namespace: string, value: string): KnownLink => ({
  id: `link ${value}`,
  namespace,
  value,
  source: markOf('hsa'),
});
/** The person as `taken` would have left them. */
function known(change: Partial<KnownPerson> = {}, from: Partial<TakeInFacts> = {}): KnownPerson {
  const first = taken({ ...from, newId: 'nora' });
  return {
    person: first.person ?? assert.fail('nobody'),
    namedBy: 'hsa',
    words: first.words,
    links: first.link.map(({ namespace, value }) => mine(namespace, value)),
    assignments: first.assignments,
    ...change,
  };
}

describe('somebody who is not here', () => {
  test('becomes a person with identities, a unit and an assignment that is the commission', () => {
    const found = taken();
    assert.equal(found.isNew, true);
    assert.deepEqual(found.person, {
      id: 'new',
      givenName: 'Nora',
      familyName: 'Nyberg',
      closed: false,
      protectedIdentity: false,
      attributes: {},
    });
    assert.deepEqual(found.link, [hsaKey(a), numberKey(number)]);
    assert.deepEqual(found.units, [{ id: 'SE2120000142-U1', organisation: 'town', name: 'Home care', source: 'hsa' }]);
    const [given] = found.assignments;
    assert.deepEqual(
      { ...given, id: '', commission: given?.commission?.id },
      {
        id: '',
        person: 'new',
        organisation: 'town',
        unit: 'SE2120000142-U1',
        role: 'nurse',
        title: 'Sjuksköterska',
        hsaId: a,
        from: undefined,
        until: undefined,
        source: 'hsa',
        commission: 'SE2120000142-C1',
      },
    );
  });

  const none: readonly (readonly [string, Partial<TakeInFacts>, string])[] = [
    ['the source has nobody', { records: [] }, 'notInSource'],
    ['the record was made for tests', { records: [record(a, { feigned: true })] }, 'notInSource'],
    ['the record is over', { records: [record(a, { until: now })] }, 'notInSource'],
    ['the record has not begun', { records: [record(a, { from: now + 1 })] }, 'notInSource'],
    ['there is no commission', { records: [record(a, { commissions: [] })] }, 'noCommission'],
    ['the organisation is not here', { byNumber: new Map() }, 'noCommission'],
    ['the organisation is not meant', { rule: enrolmentRule({ organisations: ['other'] }) }, 'noCommission'],
    ['no role fits', { rule: enrolmentRule({ roles: [{ purpose: 'Statistik', role: 'x' }] }) }, 'noCommission'],
    [
      'the commission was made for tests',
      { records: [record(a, { commissions: [commission('c', { feigned: true })] })] },
      'noCommission',
    ],
    [
      'the commission is archived',
      { records: [record(a, { commissions: [commission('c', { archived: true })] })] },
      'noCommission',
    ],
    [
      'the commission is over',
      { records: [record(a, { commissions: [commission('c', { until: now })] })] },
      'noCommission',
    ],
    [
      'two records are of two humans',
      { records: [record(a), record(b, { identifiers: [numberKey(otherNumber)] })] },
      'contradiction',
    ],
  ];
  for (const [when, change, reason] of none) test(`does not when ${when}`, () => assert.equal(refusal(change), reason));

  test('a member of the rule’s federation is meant, while it is a member', () => {
    const federation = { id: 'care', name: { en: 'Care' }, members: [{ organisation: 'town', until: '2026-01-01' }] };
    const rule = enrolmentRule({ organisations: [], federation: 'care' });
    assert.equal(refusal({ rule, federation }), 'noCommission');
    assert.equal(refusal({ rule, federation: { ...federation, members: [{ organisation: 'town' }] } }), 'taken');
  });

  test('with several employers is one person with every identity', () => {
    const found = taken({ records: [record(a), record(b)] });
    assert.deepEqual(found.link, [hsaKey(a), numberKey(number), hsaKey(b)]);
    assert.equal(found.assignments.length, 2);
    assert.notEqual(found.assignments[0]?.id, found.assignments[1]?.id);
  });

  test('of protected identity is marked so, and the title is not kept (K11)', () => {
    const found = taken({ records: [record(a, { protectedIdentity: true })] });
    assert.equal(found.person?.protectedIdentity, true);
    assert.equal(found.assignments[0]?.title, undefined);
    assert.equal(found.assignments[0]?.role, 'nurse');
  });
});

describe('somebody who is here', () => {
  test('as the source told before: nothing changes', () => {
    const units = new Map(taken().units.map((unit) => [unit.id, unit]));
    const { id, isNew, ...rest } = taken({ known: [known()], units });
    assert.deepEqual({ id, isNew }, { id: 'nora', isNew: false });
    assert.deepEqual(rest, {
      kind: 'taken',
      person: undefined,
      words: undefined,
      link: [],
      unlink: [],
      units: [],
      assignments: [],
      missing: [],
      changed: [],
    });
  });

  test('with another name is the same person (K10)', () => {
    const found = taken({ known: [known()], records: [record(a, { familyName: 'Öberg' })] });
    assert.deepEqual([found.id, found.person?.familyName, found.changed.includes('name')], ['nora', 'Öberg', true]);
  });

  test('with another national number keeps the old one as history (K10)', () => {
    const found = taken({ known: [known()], records: [record(a, { identifiers: [numberKey(otherNumber)] })] });
    assert.deepEqual([found.link, found.unlink], [[numberKey(otherNumber)], [`link ${number}`]]);
  });

  test('with another HSA-ID keeps the old one as history, and the assignments go over (K10)', () => {
    const before = known();
    const found = taken({ known: [before], records: [record(b)], asked: [hsaKey(a), hsaKey(b)] });
    assert.deepEqual([found.link, found.unlink], [[hsaKey(b)], [`link ${a}`]]);
    assert.equal(found.assignments[0]?.hsaId, b);
    assert.deepEqual(found.missing, [before.assignments[0]?.id]);
  });

  test('an identity that was not asked by stays, though no record names it', () => {
    const before = known({ links: [...known().links, mine('hsa-id', b)] });
    assert.deepEqual(taken({ known: [before], asked: [hsaKey(a)] }).unlink, []);
    assert.deepEqual(taken({ known: [before], asked: [hsaKey(a), hsaKey(b)] }).unlink, [`link ${b}`]);
  });

  test('and is gone from the source keeps the identities, so that who comes back is the same person', () => {
    const found = taken({ known: [known()], records: [] });
    assert.deepEqual([found.unlink, found.missing.length, found.person], [[], 1, undefined]);
  });

  const lost: readonly (readonly [string, Partial<TakeInFacts>])[] = [
    ['the commission is gone', { records: [record(a, { commissions: [] })] }],
    ['it is archived', { records: [record(a, { commissions: [commission('SE2120000142-C1', { archived: true })] })] }],
    [
      'its end was moved back',
      { records: [record(a, { commissions: [commission('SE2120000142-C1', { until: 1 })] })] },
    ],
    ['the organisation is no longer meant', { rule: enrolmentRule({ organisations: ['other'] }) }],
  ];
  for (const [when, change] of lost)
    test(`${when}: the assignment is missing, and nothing of it is written`, () => {
      const found = taken({ known: [known()], ...change });
      assert.deepEqual([found.missing.length, found.assignments], [1, []]);
    });

  test('what is missing already, or over, is not found missing again; what comes back is written', () => {
    const before = known();
    const marked = before.assignments.map((one): Assignment => ({ ...one, missingSince: 5 }));
    const gone = { records: [record(a, { commissions: [] })] };
    assert.deepEqual(taken({ known: [{ ...before, assignments: marked }], ...gone }).missing, []);
    const over = before.assignments.map((one): Assignment => ({ ...one, until: now }));
    assert.deepEqual(taken({ known: [{ ...before, assignments: over }], ...gone }).missing, []);
    const back = taken({ known: [{ ...before, assignments: marked }] });
    assert.equal(back.assignments[0]?.missingSince, undefined);
    assert.equal(back.assignments.length, 1);
  });

  test('what a file says of the person is left alone: names, links, assignments, units', () => {
    const filed: Assignment = { id: 'f', person: 'nora', organisation: 'town', role: 'doctor' };
    const before: KnownPerson = {
      person: { ...(taken().person ?? assert.fail('nobody')), id: 'nora', givenName: 'Filed' },
      links: [{ id: 'l', namespace: 'hsa-id', value: b, source: 'apply' }],
      assignments: [filed],
    };
    const unit = { id: 'SE2120000142-U1', organisation: 'town', name: 'As filed' };
    const found = taken({ known: [before], asked: [hsaKey(a), hsaKey(b)], units: new Map([[unit.id, unit]]) });
    assert.deepEqual([found.person, found.unlink, found.missing, found.units], [undefined, [], [], []]);
    assert.equal(found.assignments[0]?.unit, unit.id);
    const elsewhere = new Map([[unit.id, { ...unit, organisation: 'other' }]]);
    assert.equal(taken({ units: elsewhere }).assignments[0]?.unit, undefined);
  });

  test('protection holds whoever told of it, and only who named the person takes it away', () => {
    const calm = known();
    const shy = { ...calm, person: { ...calm.person, protectedIdentity: true } };
    const protectedRecord = [record(a, { protectedIdentity: true })];
    assert.equal(
      taken({ known: [{ ...calm, namedBy: undefined }], records: protectedRecord }).person?.protectedIdentity,
      true,
    );
    assert.equal(taken({ known: [shy] }).person?.protectedIdentity, false);
    assert.equal(taken({ known: [{ ...shy, namedBy: undefined }] }).person, undefined);
  });

  test('two people are never made one, and a closed one is not opened', () => {
    const other = { ...known(), person: { ...known().person, id: 'other' } };
    assert.equal(refusal({ known: [known(), other] }), 'contradiction nora,other');
    assert.equal(refusal({ known: [{ ...known(), person: { ...known().person, closed: true } }] }), 'closed nora');
  });
});
