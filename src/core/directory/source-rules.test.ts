// What is kept of a register's answer: each check turns a case, and little is kept of people whose identity is protected.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Problem } from '../../base/problem.ts';
import type { SourceCommission, SourcePerson } from './person-source.ts';
import { believed, type SourceAllowance, sourceChecks } from './source-rules.ts';

const commission = (id: string, more: Partial<SourceCommission> = {}): SourceCommission => ({
  id,
  name: 'Care',
  purpose: 'Vård och behandling',
  rights: [],
  provider: { id: 'SE2321000156-1000', name: 'Region', organisationNumber: '2321000156' },
  feigned: false,
  archived: false,
  ...more,
});
const asked = { namespace: 'hsa-id', value: 'SE2321000156-1077' };
const person = (more: Partial<SourcePerson> = {}): SourcePerson => ({
  key: asked,
  identifiers: [],
  givenName: 'Anna',
  familyName: 'Berg',
  title: 'Nurse',
  protectedIdentity: false,
  feigned: false,
  commissions: [commission('SE2321000156-M1')],
  licences: [{ code: 'SJ', restrictions: [] }],
  attributes: { mail: ['anna@region.example'], systemRole: ['journal;nurse'] },
  ...more,
});
const real: SourceAllowance = { allowFeigned: false, testIdentifiers: false };
const made = { namespace: 'hsa-id', value: 'TSTNMT2321000156-1077' };

/** What the answer becomes: how many records, or that it is not believed. */
const outcome = (records: readonly SourcePerson[], to = asked, allowed = real, checks = sourceChecks) => {
  try {
    return believed(to, records, allowed, checks).length;
  } catch (thrown) {
    assert.ok(thrown instanceof Problem && thrown.kind === 'unavailable');
    return 'away';
  }
};

describe('believed', () => {
  const cases: readonly (readonly [check: string, record: SourcePerson, to: typeof asked, outcome: number | 'away'])[] =
    [
      ['source.asked', person({ key: { namespace: 'hsa-id', value: 'SE2321000156-2' } }), asked, 'away'],
      ['source.asked', person({ key: { namespace: 'other', value: asked.value } }), asked, 'away'],
      ['source.asked', person(), { namespace: 'se-personnummer', value: '195711092642' }, 'away'],
      ['source.testIdentifier', person({ key: made }), made, 0],
      ['source.feigned', person({ feigned: true }), asked, 0],
    ];
  for (const [check, record, to, expected] of cases)
    test(`${check} is what answers ${expected}`, () => {
      assert.equal(outcome([record], to), expected);
      const left = sourceChecks.filter(({ name }) => name !== check);
      assert.equal(outcome([record], to, real, left), 1);
    });
  test('every check is turned by a case', () =>
    assert.deepEqual(
      sourceChecks.map(({ name }) => name).filter((name) => !cases.some(([check]) => check === name)),
      [],
    ));
  test('one record about somebody else spoils the answer', () =>
    assert.equal(outcome([person(), person({ key: { namespace: 'hsa-id', value: 'SE2321000156-2' } })]), 'away'));
  test('several records of one number are taken', () => {
    const number = { namespace: 'se-personnummer', value: '195711092642' };
    const second = person({ key: { namespace: 'hsa-id', value: 'SE2321000156-2' }, identifiers: [number] });
    assert.equal(outcome([person({ identifiers: [number] }), second], number), 2);
  });
  test('what was made for tests is taken where the record of the source says so', () => {
    assert.equal(outcome([person({ key: made })], made, { ...real, testIdentifiers: true }), 1);
    assert.equal(outcome([person({ feigned: true })], asked, { ...real, allowFeigned: true }), 1);
  });
  test('commissions that were made for tests, or are archived, are left out', () => {
    const commissions = [
      commission('SE2321000156-M1'),
      commission('SE2321000156-M2', { feigned: true }),
      commission('SE2321000156-M3', { archived: true }),
    ];
    const ids = (allowFeigned: boolean) =>
      believed(asked, [person({ commissions })], { ...real, allowFeigned })[0]?.commissions.map(({ id }) => id);
    assert.deepEqual(ids(false), ['SE2321000156-M1']);
    assert.equal(ids(true)?.length, 3);
  });
  test('of somebody whose identity is protected neither title nor address is kept, and the rights are', () => {
    const [kept] = believed(asked, [person({ protectedIdentity: true })], real);
    assert.ok(kept && !('title' in kept));
    assert.deepEqual(kept.attributes, { systemRole: ['journal;nurse'] });
    assert.equal(kept.commissions.length, 1);
    assert.equal(kept.licences.length, 1);
  });
});
