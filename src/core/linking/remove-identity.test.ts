// Removing a login: one's own, self-made, never the last; administrators; and bringing back what was removed (N7).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { morning } from '../../../test/fakes/ward.ts';
import type { IdentityLink } from './identity-link.ts';
import { type RemovalFacts, removalChecks, removalFault, restoreDays, restoreFault } from './remove-identity.ts';

const link = (id: string, change: Partial<IdentityLink> = {}): IdentityLink => ({
  id,
  namespace: 'oidc:eid',
  lookup: `sub-${id}`,
  person: 'bo',
  source: 'self',
  since: morning,
  ...change,
});
const card = link('card', { namespace: 'hsa-id', source: 'apply' });
const facts = (change: Partial<RemovalFacts> = {}): RemovalFacts => ({
  link: link('l1'),
  person: 'bo',
  live: [link('l1'), card],
  provable: ['oidc:eid', 'hsa-id'],
  ...change,
});

const faults: Readonly<Record<string, RemovalFacts>> = {
  'link.own': facts({ person: 'anna' }),
  'link.live': facts({ link: link('l1', { until: morning }) }),
  'link.self': facts({ link: link('l1', { source: 'apply' }) }),
  'link.notLast': facts({ live: [link('l1')] }),
};

describe('removing a login', () => {
  test('one’s own, with another left', () => assert.equal(removalFault(facts()), undefined));
  test('one that there is not', () => assert.equal(removalFault(facts({ link: undefined }))?.reason, 'link.unknown'));
  test('what nobody can log in with is no other login', () => {
    assert.equal(removalFault(facts({ provable: ['oidc:eid'] }))?.reason, 'link.last');
  });
  test('every check has its case', () => {
    assert.deepEqual(
      Object.keys(faults),
      removalChecks.map(({ name }) => name),
    );
  });
  for (const check of removalChecks) {
    test(`${check.name}: refused with it, not without it`, () => {
      const fault = faults[check.name];
      assert.ok(fault);
      assert.equal(removalFault(fault)?.name, check.name);
      assert.equal(
        removalFault(
          fault,
          removalChecks.filter(({ name }) => name !== check.name),
        ),
        undefined,
      );
    });
    test(`${check.name}: an administrator ${check.everybody ? 'is bound too' : 'may'}`, () => {
      const { person: _person, ...asked } = faults[check.name] ?? facts();
      assert.equal(removalFault(asked)?.name, check.everybody ? check.name : undefined);
    });
  }
});

describe('bringing a login back', () => {
  const ended = link('l1', { until: morning });
  const day = 24 * 3_600_000;
  const rows: readonly (readonly [string, Parameters<typeof restoreFault>[0], number, string | undefined])[] = [
    ['soon after', { link: ended, latest: ended, personClosed: false }, morning + 1, undefined],
    ['on the last day', { link: ended, latest: ended, personClosed: false }, morning + restoreDays * day, undefined],
    ['later', { link: ended, latest: ended, personClosed: false }, morning + restoreDays * day + 1, 'tooOld'],
    ['no such link', { link: undefined, latest: undefined, personClosed: false }, morning, 'unknown'],
    ['still there', { link: link('l1'), latest: link('l1'), personClosed: false }, morning, 'live'],
    ['the person is closed', { link: ended, latest: ended, personClosed: true }, morning, 'closed'],
    ['linked anew since', { link: ended, latest: link('l2'), personClosed: false }, morning, 'taken'],
  ];
  for (const [name, given, now, expected] of rows) {
    test(`${name}: ${expected ?? 'yes'}`, () => assert.equal(restoreFault(given, now), expected));
  }
});
