// RFC 7643, 7644: values at paths, written and taken away, whatever way a service spells names.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountOfResource, coreSchema, groupsSaid, operationFor, valueAt, withValues } from './resource.ts';

const work = 'emails[type eq "work"].value';
const unit = 'urn:region:1.0:User:unit';
const resource = {
  schemas: [coreSchema],
  ID: '42',
  UserName: 'anna@x.example',
  externalId: 'K',
  active: true,
  name: { givenname: 'Anna' },
  emails: [{ type: 'home', value: 'h@x' }, { type: 'Work', value: 'w@x' }, 'junk'],
  'urn:region:1.0:user': { Unit: 7 },
};

test('values are read where they stand, and none where there is none', () => {
  assert.deepEqual(
    ['name.givenName', work, unit, 'title', 'name.familyName', 'phoneNumbers[type eq "work"].value'].map((name) =>
      valueAt(resource, name),
    ),
    ['Anna', 'w@x', '7', undefined, undefined, undefined],
  );
});

test('an account is read; what does not say that it is closed is open', () => {
  const names = { markAttribute: 'userType', endAttribute: unit };
  const account = accountOfResource(
    { ...resource, 'urn:region:1.0:user': { unit: '2027-01-01T00:00:00Z' } },
    names,
    [work, 'title'],
    [],
  );
  assert.deepEqual(
    [account.id, account.loginName, account.principal, account.enabled, account.expiresAt, account.mark],
    ['42', 'anna', 'anna@x.example', true, Date.UTC(2027, 0, 1), undefined],
  );
  assert.deepEqual(account.attributes, { [work]: ['w@x'], title: [] });
  assert.equal(accountOfResource({ id: '1' }, names, [], []).enabled, true);
  assert.equal(accountOfResource({ id: '1', active: false }, names, [], []).enabled, false);
});

test('a value among many is replaced where one of its type is there, else added, and removed as a whole', () => {
  assert.deepEqual(operationFor(resource, work, 'n@x'), { op: 'replace', path: work, value: 'n@x' });
  assert.deepEqual(operationFor({}, work, 'n@x'), {
    op: 'add',
    path: 'emails',
    value: [{ type: 'work', value: 'n@x' }],
  });
  assert.deepEqual(operationFor(resource, work, undefined), { op: 'remove', path: 'emails[type eq "work"]' });
  assert.equal(operationFor({}, work, undefined), undefined);
  assert.deepEqual(operationFor(resource, 'title', 'x'), { op: 'replace', path: 'title', value: 'x' });
});

test('a whole resource is written with the names that the service has, the rest as it was', () => {
  const next = withValues(resource, {
    [work]: ['n@x'],
    'name.givenName': [],
    'name.familyName': ['Ek'],
    [unit]: ['8'],
    displayName: ['A'],
  });
  assert.deepEqual(next, {
    ...resource,
    schemas: [coreSchema, 'urn:region:1.0:User'],
    name: { familyName: 'Ek' },
    emails: [{ type: 'home', value: 'h@x' }, 'junk', { type: 'work', value: 'n@x' }],
    'urn:region:1.0:user': { Unit: '8' },
    displayName: 'A',
  });
  assert.deepEqual(resource.name, { givenname: 'Anna' }, 'the one that was read is as it was');
});

test('groups that are not said are not none', () => {
  assert.equal(groupsSaid({}), undefined);
  assert.deepEqual(groupsSaid({ groups: [] }), []);
  assert.deepEqual(groupsSaid({ Groups: [{ value: 'g', display: 'G' }] }), [{ id: 'g', name: 'G' }]);
});
