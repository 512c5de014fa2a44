// K8: a full look over everybody names what differs, and its memory stays flat.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ActualAccount, DesiredAccount } from './account.ts';
import { type Finding, reconcile } from './reconcile.ts';

const now = 1_800_000_000_000;
const wanted = (key: string, change: Partial<DesiredAccount> = {}): DesiredAccount => ({
  target: 'ad',
  person: key,
  key,
  mark: `tillit:${key}`,
  loginNames: [key],
  principalSuffix: 'x.example',
  container: 'OU=A',
  attributes: {},
  groups: [],
  until: now + 1_000_000,
  deleteFrom: now + 2_000_000,
  rules: ['r'],
  ...change,
});
const there = (key: string, change: Partial<ActualAccount> = {}): ActualAccount => ({
  id: key,
  address: 'CN=x',
  key,
  mark: `tillit:${key}`,
  loginName: key,
  principal: `${key}@x.example`,
  container: 'OU=A',
  enabled: true,
  hasPassword: true,
  expiresAt: now + 1_000_000,
  attributes: {},
  groups: [],
  ...change,
});
async function findings(desired: readonly DesiredAccount[], actual: readonly ActualAccount[]): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const one of reconcile(desired, actual, [], now)) found.push(one);
  return found;
}
const steps = ({ plan }: Finding) => (plan.kind === 'stopped' ? plan.why : plan.steps.map(({ kind }) => kind));

test('each is named for what it is', async () => {
  const found = await findings(
    ['a', 'b', 'c', 'e', 'f'].map((key) => wanted(key)),
    [
      there('a'),
      there('b', { expiresAt: undefined }),
      there('d'),
      there('d2', { mark: undefined }),
      there('d3', { enabled: false }),
      there('e', { mark: undefined }),
      there('f'),
      there('f', { id: 'f2' }),
    ],
  );
  assert.deepEqual(
    found.map((one) => [one.key, one.what, steps(one)]),
    [
      ['a', 'asWanted', []],
      ['b', 'drifted', ['extend']],
      ['c', 'missing', ['create', 'setPassword', 'enable']],
      ['d', 'orphan', ['disable']],
      ['d3', 'orphan', []],
      ['e', 'stopped', 'notOurs'],
      ['f', 'stopped', 'ambiguous'],
    ],
  );
});

describe('a stream out of order is an error, since what it hides would look like an orphan', () => {
  test('of the wanted', async () => assert.rejects(findings([wanted('b'), wanted('a')], []), /not in order/));
  test('of the actual', async () => assert.rejects(findings([], [there('b'), there('a')]), /not in order/));
  test('or one that wants two for one key', async () =>
    assert.rejects(findings([wanted('a'), wanted('a')], []), /two accounts/));
});

test('nobody anywhere', async () => assert.deepEqual(await findings([], []), []));
