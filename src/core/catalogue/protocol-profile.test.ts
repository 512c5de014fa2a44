// What each profile asks of an application, and which of it the application's own record may switch.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mustBind, mustPush, profileOf, rotatesRefresh } from './protocol-profile.ts';
import { sampleItems } from './sample-items.ts';
import type { OidcApplication } from './snapshot.ts';

type Switches = Pick<OidcApplication, 'requirePushedRequest' | 'requireBoundTokens' | 'refreshUse'>;

const rows: [OidcApplication['profile'], Switches, { push: boolean; bind: boolean; rotate: boolean }][] = [
  ['fapi2', {}, { push: true, bind: true, rotate: false }],
  ['basic', {}, { push: false, bind: false, rotate: true }],
  ['helseid', {}, { push: true, bind: true, rotate: true }],
  ['helseid', { requirePushedRequest: false }, { push: false, bind: true, rotate: true }],
  ['helseid', { requireBoundTokens: false }, { push: true, bind: false, rotate: true }],
  ['helseid', { refreshUse: 'reusable' }, { push: true, bind: true, rotate: false }],
  // A switch that got into a record of a profile that has none changes nothing.
  ['fapi2', { requirePushedRequest: false, requireBoundTokens: false }, { push: true, bind: true, rotate: false }],
];

for (const [profile, switches, expected] of rows) {
  test(`${profile} ${JSON.stringify(switches)}`, () => {
    const ehr = sampleItems().find(({ kind, id }) => kind === 'application' && id === 'ehr')?.doc as OidcApplication;
    const application = { ...ehr, profile, ...switches };
    const found = { push: mustPush(application), bind: mustBind(application), rotate: rotatesRefresh(application) };
    assert.deepEqual(found, expected);
  });
}

test('a client that nobody knows is held to the strictest', () => {
  assert.equal(profileOf(undefined), profileOf({ profile: 'fapi2' }));
  assert.ok(mustPush(undefined) && mustBind(undefined));
});
