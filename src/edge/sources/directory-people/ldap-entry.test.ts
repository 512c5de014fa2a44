// What an entry of an LDAP directory says of itself: who is closed, from when, who is a member, and what is no id.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Entry } from 'ldapts';
import type { FedEntryMarks } from '../../../core/catalogue/index.ts';
import { nameKey } from './entry.ts';
import { changedAt, generalizedTime, idOf, isLastingId, ldapStanding, membersOf } from './ldap-entry.ts';

const marks: FedEntryMarks = {
  id: 'entryUUID',
  changed: 'modifyTimestamp',
  ends: 'endDate',
  closed: [{ attribute: 'employeeStatus', value: 'left' }, { attribute: 'pwdAccountLockedTime' }],
};
const id = 'c0000000-0000-4000-8000-000000000001';
const entry = (values: Readonly<Record<string, string | string[]>>): Entry => ({
  dn: 'cn=Anna,dc=hosp,dc=test',
  entryUUID: id,
  ...values,
});
const standing = (values: Readonly<Record<string, string | string[]>>) => ldapStanding(entry(values), marks, new Map());

describe('an entry', () => {
  const closed: readonly (readonly [
    what: string,
    values: Readonly<Record<string, string | string[]>>,
    isOpen: boolean,
  ])[] = [
    ['nothing', {}, true],
    ['another value', { employeeStatus: 'here' }, true],
    ['the value', { employeeStatus: 'left' }, false],
    [
      'the value among others, in another case, of a name in another case',
      { EMPLOYEESTATUS: ['here', ' LEFT '] },
      false,
    ],
    ['any value', { pwdAccountLockedTime: '000001010000Z' }, false],
    ['an end to come', { endDate: '20300101000000Z' }, true],
    ['an end that is no date', { endDate: '20300230000000Z' }, false],
    ['an end that is no text of a date', { endDate: 'soon' }, false],
  ];
  for (const [what, values, isOpen] of closed)
    test(`with ${what} is ${isOpen ? 'open' : 'closed'}`, () => assert.equal(standing(values).isOpen, isOpen));

  test('ends when it says', () =>
    assert.equal(standing({ endDate: '20200101000000Z' }).until, Date.parse('2020-01-01T00:00:00Z')));

  test('has one id of letters, digits and hyphens: a slash would make it name another’s assignments', () => {
    assert.equal(idOf(entry({ entryUUID: id.toUpperCase() }), marks), id);
    for (const bad of [`${id}/x`, 'short', '-starts-with-hyphen', `${id} x`, '*', '']) {
      assert.equal(isLastingId(bad), false, bad);
      assert.throws(() => idOf(entry({ entryUUID: bad }), marks), bad);
    }
    assert.throws(() => idOf(entry({ entryUUID: [id, id.replace('1', '2')] }), marks));
  });

  test('changed at a moment, with parts of a second or without', () => {
    for (const text of ['20260601120000Z', '20260601120000.123456Z', '20260601140000+0200'])
      assert.equal(changedAt(entry({ modifyTimestamp: text }), marks), Date.parse('2026-06-01T12:00:00Z'), text);
    assert.equal(generalizedTime(Date.parse('2026-06-01T12:00:00.999Z')), '20260601120000Z');
    for (const text of ['', 'x', '20261301120000Z'])
      assert.throws(() => changedAt(entry({ modifyTimestamp: text }), marks), text);
  });
});

describe('a group', () => {
  test('has members by whole names, however they are spelled', () => {
    const group = { dn: 'cn=g', objectClass: 'groupOfNames', member: 'CN=anna, DC=hosp,dc=test' } satisfies Entry;
    const groups = new Map([[nameKey('cn=g,dc=test'), membersOf(group)]]);
    const isMember = (dn: string) => ldapStanding({ ...entry({}), dn }, marks, groups).isMember('CN=G, dc=test');
    assert.equal(isMember('cn=Anna,dc=hosp,dc=test'), true);
    for (const other of ['cn=Anna,ou=x,dc=hosp,dc=test', 'cn=Ann,dc=hosp,dc=test', 'cn=Anna\\, dc=hosp,dc=test'])
      assert.equal(isMember(other), false, other);
    assert.equal(standing({}).isMember('cn=g'), false);
  });

  test('whose members are hidden is no answer; one that may be empty is empty', () => {
    for (const name of ['groupOfNames', 'GROUPOFUNIQUENAMES'])
      assert.throws(() => membersOf({ dn: 'cn=g', objectClass: ['top', name] }), name);
    assert.equal(membersOf({ dn: 'cn=g', objectClass: ['top', 'groupOfMembers'] }).size, 0);
    assert.equal(membersOf({ dn: 'cn=g', objectClass: 'groupOfUniqueNames', uniqueMember: ['cn=a', 'cn=b'] }).size, 2);
  });
});
