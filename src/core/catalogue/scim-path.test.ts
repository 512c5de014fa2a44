// RFC 7643: which attributes of a user a rule may write, and that no spelling leads round the list.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { scimPathOf } from './scim-path.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

describe('what a rule may write', () => {
  for (const [text, kind] of [
    ['displayName', 'plain'],
    ['name.givenName', 'part'],
    ['emails[type eq "work"].value', 'typed'],
    ['phoneNumbers[type eq "mobile"].value', 'typed'],
    [`${enterprise}:department`, 'extension'],
    ['urn:region:scim:1.0:User:unit', 'extension'],
    ['urn:ietf:params:scim:schemas:extension:region:2.0:User:until', 'extension'],
  ] as const)
    test(text, () => assert.equal(scimPathOf(text)?.kind, kind));
});

describe('what it may not', () => {
  for (const text of [
    'userName',
    'active',
    'Active',
    'externalId',
    'id',
    'password',
    'groups',
    'roles',
    'entitlements',
    'x509Certificates',
    'meta.version',
    'name',
    'name.constructor',
    'name.givenName.x',
    'emails',
    'emails[type eq "secret"].value',
    'emails[type eq "work"] or active eq "true"].value',
    'roles[type eq "work"].value',
    'constructor',
    '__proto__',
    'toString[type eq "work"].value',
    `${enterprise}:manager`,
    `${enterprise.toUpperCase()}:manager`,
    'urn:ietf:params:scim:schemas:core:2.0:User:active',
    'URN:ietf:params:scim:schemas:core:2.0:User:active',
    'urn:IETF:params:scim:schemas:core:2.0:User:active',
    'urn:ietf:params:scim:api:messages:2.0:PatchOp:x',
  ])
    test(text, () => assert.equal(scimPathOf(text), undefined));
});
