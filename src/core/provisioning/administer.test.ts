// V3: what an administrator may do to an account; each check dropped lets exactly its own case through.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AccountActionFacts, accountActionChecks, refusedAccountAction, seesAccountsOf } from './administer.ts';

const now = Date.UTC(2027, 0, 4);
const assignment = { id: 'a1', person: 'anna', organisation: 'town', role: 'nurse' };
const elsewhere = { id: 'a2', person: 'anna', organisation: 'city', role: 'nurse' };
const grant = {
  rule: 'care',
  application: 'ehr',
  assignment: 'a1',
  grantedAt: now - 1000,
  until: now + 1000,
  reference: 'R',
};
const facts: AccountActionFacts = {
  action: 'close',
  over: new Set(['town']),
  holder: { assignments: [assignment, elsewhere] },
  grants: [grant],
  state: 'open',
  isProven: true,
  reason: 'Asked for by the ward',
  now,
};
const theirs = { over: new Set(['village']) };

const refused: Readonly<Record<string, readonly Partial<AccountActionFacts>[]>> = {
  'account.own': [
    { ...theirs, action: 'tryAgain' },
    { action: 'tryAgain', holder: { assignments: [{ ...assignment, until: now }] } },
    { over: new Set(), action: 'tryAgain' },
  ],
  'account.proven': [{ isProven: false }],
  'account.ownLogins': [
    { grants: [grant, { ...grant, assignment: 'a2' }] },
    { grants: [{ ...grant, assignment: undefined }] },
  ],
  'account.closable': [
    { state: 'closed', grants: [] },
    { state: 'deleted', grants: [], action: 'tryAgain' },
  ],
  'account.reason': [{ reason: '  ' }],
};

describe('what an administrator does to an account', () => {
  test('it is closed or tried again by who looks after its holder, and by an administrator of the hub', () => {
    assert.equal(refusedAccountAction(facts), undefined);
    assert.equal(refusedAccountAction({ ...facts, action: 'tryAgain', state: 'refused', reason: '' }), undefined);
    assert.equal(
      refusedAccountAction({ ...facts, over: 'all', grants: [{ ...grant, assignment: 'gone' }] }),
      undefined,
    );
  });
  for (const [check, cases] of Object.entries(refused))
    for (const [index, change] of cases.entries())
      test(`${check}, case ${index + 1}`, () => {
        const found = accountActionChecks.find(({ name }) => name === check);
        assert.equal(refusedAccountAction({ ...facts, ...change }), found?.refusal);
        const left = accountActionChecks.filter(({ name }) => name !== check);
        assert.equal(refusedAccountAction({ ...facts, ...change }, left), undefined, 'left out, it refuses no more');
      });
  test('every check has a case', () =>
    assert.deepEqual(
      Object.keys(refused),
      accountActionChecks.map(({ name }) => name),
    ));
  test('somebody who left, or who is still to come, is nobody’s own', () => {
    const sees = (change: object) =>
      seesAccountsOf(new Set(['town']), { assignments: [{ ...assignment, ...change }] }, now);
    assert.deepEqual([sees({}), sees({ until: now }), sees({ from: now + 1 })], [true, false, false]);
    assert.equal(seesAccountsOf('all', { assignments: [] }, now), true);
  });
});
