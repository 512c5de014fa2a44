// K5, K8: what a changed rule would do, as a table of changes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AccountRule } from '../catalogue/account-rule.ts';
import type { AccountTarget } from '../catalogue/account-target.ts';
import type { PersonFacts } from '../directory/directory.ts';
import type { AccountGrant } from './grant.ts';
import { type AccountDifference, type RuleChangeFacts, type RuleEffect, ruleChange } from './rule-change.ts';

const now = Date.UTC(2026, 0, 1);
const hour = 3_600_000;
const target: AccountTarget = {
  id: 'ad',
  name: { en: 'Directory' },
  kind: 'builtIn',
  loginName: '{given:3}{family:3}',
  principalSuffix: 'region.example',
  keyAttribute: 'employeeID',
  markAttribute: 'adminDescription',
  identifier: 'hsa-id',
  deleteAfterDays: 90,
  closed: false,
};
const rule: AccountRule = {
  id: 'care',
  name: { en: 'Care' },
  target: 'ad',
  applications: ['ehr'],
  organisations: ['town'],
  roles: ['nurse'],
  container: 'OU=Care',
  attributes: [{ name: 'company', value: '{organisation}' }],
  groups: ['CN=care'],
  lifetimeSeconds: 86_400,
  closed: false,
};
const person: PersonFacts = {
  person: {
    id: 'anna',
    givenName: 'Anna',
    familyName: 'Berg',
    closed: false,
    protectedIdentity: false,
    attributes: {},
  },
  assignments: [{ id: 'a1', person: 'anna', organisation: 'town', role: 'nurse' }],
  organisations: new Map([['town', { id: 'town', name: 'Smalltown', closed: false }]]),
  units: new Map(),
  namespaces: [],
};
const login = (change: Partial<AccountGrant> = {}): AccountGrant => ({
  rule: 'care',
  application: 'ehr',
  assignment: 'a1',
  grantedAt: now - hour,
  until: now + 23 * hour,
  reference: 'R',
  ...change,
});
const effectOf = (change: Partial<AccountRule>, facts: Partial<RuleChangeFacts> = {}) => {
  const given = { grants: [login()], ...facts };
  return ruleChange(
    {
      target,
      rules: new Map([['care', rule]]),
      changed: [{ ...rule, ...change }],
      person,
      key: 'SE1',
      logins: given.grants,
      ...given,
    },
    now,
  );
};

describe('a changed rule', () => {
  const cases: readonly (readonly [string, Partial<AccountRule>, RuleEffect, readonly AccountDifference[]])[] = [
    ['as it was', {}, 'same', []],
    [
      'that lasts longer',
      { lifetimeSeconds: 2 * 86_400 },
      'extended',
      [{ what: 'until', before: now + 23 * hour, after: now + 47 * hour }],
    ],
    [
      'that lasts shorter, and the login is still within it',
      { lifetimeSeconds: 7_200 },
      'shortened',
      [{ what: 'until', before: now + 23 * hour, after: now + hour }],
    ],
    ['that lasts shorter than the login is old', { lifetimeSeconds: 60 }, 'closed', [{ what: 'closes' }]],
    [
      'with other groups',
      { groups: ['CN=lab'] },
      'changed',
      [
        { what: 'joins', group: 'CN=lab' },
        { what: 'leaves', group: 'CN=care' },
      ],
    ],
    [
      'that says more',
      { attributes: [...rule.attributes, { name: 'title', value: '{role}' }] },
      'changed',
      [{ what: 'attribute', name: 'title', before: '', after: 'nurse' }],
    ],
    ['with another place', { container: 'OU=X' }, 'changed', [{ what: 'container', before: 'OU=Care', after: 'OU=X' }]],
    ['for another organisation', { organisations: ['city'] }, 'closed', [{ what: 'closes' }]],
    ['for another role', { roles: ['doctor'] }, 'closed', [{ what: 'closes' }]],
    ['for another application', { applications: ['x-ray'] }, 'closed', [{ what: 'closes' }]],
    ['that is closed', { closed: true }, 'closed', [{ what: 'closes' }]],
    ['for another target', { target: 'other' }, 'closed', [{ what: 'closes' }]],
  ];
  for (const [what, change, effect, differences] of cases)
    test(what, () => assert.deepEqual(effectOf(change), { effect, differences }));

  test('one that is new counts the logins that are known from other rules, each once', () => {
    const logins = [login({ rule: 'other' }), login({ rule: 'third' }), login({ rule: 'other', application: 'x-ray' })];
    assert.deepEqual(effectOf({ id: 'new' }, { grants: [], logins }), {
      effect: 'created',
      differences: [{ what: 'opens' }, { what: 'joins', group: 'CN=care' }],
    });
    assert.equal(effectOf({ id: 'new' }, { grants: [], logins: [] }).effect, 'same', 'who never came gets none');
  });
  test('a login of an assignment that is gone counts for nobody', () =>
    assert.equal(effectOf({ id: 'new' }, { grants: [], logins: [login({ assignment: 'gone' })] }).effect, 'same'));
  test('what another rule holds open stays open', () => {
    const other = { ...rule, id: 'other', groups: ['CN=other'] };
    const found = effectOf(
      { closed: true },
      {
        rules: new Map([
          ['care', rule],
          ['other', other],
        ]),
        grants: [login(), login({ rule: 'other' })],
      },
    );
    assert.deepEqual(found, { effect: 'changed', differences: [{ what: 'leaves', group: 'CN=care' }] });
  });
});
