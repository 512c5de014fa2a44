// HelseID's claims: each leaves by its own scope, to an application that is registered for it, and the number never in the clear.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { identityScopes } from '../../../test/fakes/helseid-hub.ts';
import { application, assignment, morning, person, policyFacts, proof } from '../../../test/fakes/ward.ts';
import { decide, type Permit } from '../policy/index.ts';
import { type HeldFacts, heldFor, release } from './release.ts';

const nurse = person('nina', { assignments: [assignment('nina', 'hospital', { hprNumber: '9144900' })] });
const epj = application('epj', { profile: 'helseid', scopes: ['openid', ...identityScopes] });
const held: HeldFacts = { nationalNumber: '01019012345', pseudonym: 'a2V5ZWQ=', healthNetwork: true };

function permitFor(kind: 'password' | 'simple' | 'advanced'): Permit {
  const facts = policyFacts(nurse, [proof('nina', kind)], {
    application: epj,
    assignment: nurse.assignments[0],
    rules: [],
  });
  const decision = decide(facts, morning);
  assert.ok(decision.kind === 'permit', decision.kind);
  return decision.permit;
}

const asked = (scope: readonly string[], change: object = {}) => ({
  ...{ application: epj, person: nurse, scope, claims: [], session: 's', decision: 'R', held },
  ...change,
});
const claim = (name: string) => `helseid://claims/${name}`;
const scope = (name: string) => `helseid://scopes/${name}`;

describe('each claim by its scope', () => {
  const rows: [string, string][] = [
    ['identity/pid_pseudonym', 'a2V5ZWQ='],
    ['identity/security_level', '4'],
    ['identity/assurance_level', 'high'],
    ['identity/network', 'helsenett'],
    ['hpr/hpr_number', '9144900'],
    ['client/client_name', 'epj'],
  ];
  for (const [name, value] of rows) {
    test(name, () => {
      const permit = permitFor('advanced');
      assert.deepEqual(release(permit, asked([scope(name)])).claims, { [claim(name)]: value });
      assert.deepEqual(release(permit, asked([])).claims, {});
      const unregistered = { application: { ...epj, scopes: ['openid'] } };
      assert.deepEqual(release(permit, asked([scope(name)], unregistered)).claims, {});
    });
  }

  test('the level is that of the login', () => {
    const of = (kind: 'password' | 'simple') =>
      release(permitFor(kind), asked([scope('identity/security_level')])).claims;
    assert.deepEqual(
      [of('password'), of('simple')],
      [{ [claim('identity/security_level')]: '2' }, { [claim('identity/security_level')]: '3' }],
    );
  });

  test('internett when it did not come over the health network, nothing when nobody knows', () => {
    const network = (healthNetwork: boolean | undefined) =>
      release(permitFor('simple'), asked([scope('identity/network')], { held: { ...held, healthNetwork } })).claims;
    assert.deepEqual(network(false), { [claim('identity/network')]: 'internett' });
    assert.deepEqual(network(undefined), {});
  });

  test('openid brings the provider, in this profile alone', () => {
    assert.deepEqual(release(permitFor('simple'), asked(['openid'])).claims, { idp: 'card' });
    const other = { application: { ...epj, profile: 'fapi2' as const } };
    assert.deepEqual(release(permitFor('simple'), asked(['openid'], other)).claims, {});
  });

  test('no HPR number when there are several and none was chosen', () => {
    const two = {
      ...nurse,
      assignments: ['1', '2'].map((hprNumber) => assignment('nina', `h${hprNumber}`, { hprNumber })),
    };
    const said = release(permitFor('simple'), asked([scope('hpr/hpr_number')], { person: two })).claims;
    assert.deepEqual(said, {});
  });
});

test('the HPR number is the register’s where there is one, and none of who is not in it', () => {
  const said = (hprNumber: string | null | undefined) =>
    release(permitFor('simple'), asked([scope('hpr/hpr_number')], { held: { ...held, hprNumber } })).claims;
  assert.deepEqual(said('9144889'), { [claim('hpr/hpr_number')]: '9144889' });
  assert.deepEqual(said(null), {});
  assert.deepEqual(said(undefined), { [claim('hpr/hpr_number')]: '9144900' });
  const looked = (scopes: readonly string[]) => heldFor({ application: epj, scope: scopes, claims: [] }).hprNumber;
  assert.deepEqual([looked([scope('hpr/hpr_number')]), looked(['openid'])], [true, false]);
});

describe('the national number', () => {
  test('is confidential, never among the claims that are stored', () => {
    const statement = release(permitFor('advanced'), asked([scope('identity/pid')]));
    assert.deepEqual(statement.claims, {});
    assert.deepEqual(statement.confidential, { [claim('identity/pid')]: '01019012345' });
  });

  test('is opened only for a registered scope that is asked for', () => {
    const wish = (
      scopes: readonly string[],
      registered: readonly string[] = epj.scopes,
      claims: readonly string[] = [],
    ) => heldFor({ application: { ...epj, scopes: registered }, scope: scopes, claims }).nationalNumber;
    assert.equal(wish([scope('identity/pid')]), true);
    assert.equal(wish([], epj.scopes, [claim('identity/pid')]), true);
    assert.equal(wish(['openid']), false);
    assert.equal(wish([scope('identity/pid')], ['openid']), false);
    assert.equal(wish([], ['openid'], [claim('identity/pid')]), false);
  });

  test('nothing leaves without a genuine permit', () => {
    assert.throws(
      () => release({ ...permitFor('simple') } as Permit, asked([scope('identity/pid')])),
      /without a permit/,
    );
  });

  test('a ticket by pseudonym is never one by our own id', () => {
    assert.equal(release(permitFor('simple'), asked(['openid'])).subject, 'a2V5ZWQ=');
    assert.throws(() => release(permitFor('simple'), asked(['openid'], { held: {} })), /pseudonym/);
  });
});
