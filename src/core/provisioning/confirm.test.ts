// K5: an account counts as ready when every server that applications ask has it as it was left on the first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../../base/problem.ts';
import type { ActualAccount, DesiredAccount } from './account.ts';
import { unconfirmed } from './confirm.ts';

const now = 1_800_000_000_000;
const desired: DesiredAccount = {
  target: 'ad',
  person: 'anna',
  key: 'SE1-1',
  mark: 'tillit:anna',
  loginNames: ['annobe'],
  principalSuffix: 'region.example',
  container: 'OU=Care',
  attributes: {},
  groups: ['CN=Care'],
  until: now + 60_000,
  deleteFrom: now + 120_000,
  rules: ['care'],
};
const there: ActualAccount = {
  id: 'guid',
  address: 'CN=x',
  key: 'SE1-1',
  mark: 'tillit:anna',
  loginName: 'annobe',
  principal: 'annobe@region.example',
  container: 'OU=Care',
  enabled: true,
  hasPassword: true,
  expiresAt: now + 60_000,
  attributes: {},
  groups: ['CN=Care'],
};
const view = { attributes: [], groups: ['CN=Care'] };
type Found = readonly ActualAccount[] | Error;
const looked = (answers: readonly Found[], mostMs?: number) => {
  let at = 0;
  let clock = now;
  const find = async (): Promise<readonly ActualAccount[]> => {
    const found = answers[Math.min(at, answers.length - 1)] ?? [];
    at += 1;
    if (found instanceof Error) throw found;
    return found;
  };
  const patience =
    mostMs === undefined
      ? undefined
      : {
          mostMs,
          pause: async () => {
            clock += 100;
          },
        };
  return unconfirmed({ witnesses: [{ name: 'dc2', find }] }, desired, view, { clock: () => clock, patience });
};
const away = new Problem({ kind: 'unavailable', code: 'unavailable' });

test('no other server, nothing to wait for', async () =>
  assert.equal(await unconfirmed({}, desired, view, { clock: () => now }), undefined));

test('one that has it all', async () => assert.equal(await looked([[there]]), undefined));

const lacking: readonly (readonly [what: string, found: Found, why: RegExp])[] = [
  ['none', [], /dc2: not yet: create/],
  ['closed still', [{ ...there, enabled: false }], /enable/],
  ['the old end', [{ ...there, expiresAt: now }], /extend/],
  ['not in its group', [{ ...there, groups: [] }], /addGroup/],
  ['no password yet', [{ ...there, hasPassword: false }], /setPassword/],
  ['another’s', [{ ...there, mark: undefined }], /notOurs/],
  ['no answer', away, /does not answer/],
];
for (const [what, found, why] of lacking)
  test(`one that lacks something: ${what}`, async () => {
    assert.match((await looked([found])) ?? '', why);
    assert.equal(await looked([found, found, [there]], 1_000), undefined, 'it comes within the patience');
    assert.match((await looked([found], 1_000)) ?? '', why, 'it does not');
  });

test('what is no absence is thrown', async () =>
  assert.rejects(looked([new Problem({ kind: 'internal', code: 'internal' })]), Problem));
