// V4: what a login shows and nobody is stopped for is in the trail, once a day whatever number of logins and hubs.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LoginUser, said } from '../../../test/fakes/login-user.ts';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { apart, hour, snapshot } from '../../../test/fakes/ward.ts';
import type { AssignmentConflict } from '../catalogue/index.ts';

function ward(...rules: readonly AssignmentConflict[]) {
  const hub = new MemoryLogin();
  hub.catalogue = snapshot({ rules: new Map(), assignmentConflicts: new Map(rules.map((one) => [one.id, one])) });
  const told = (kind: string) => hub.audit.filter((event) => event.kind === kind);
  return { hub, told, user: () => new LoginUser(hub) };
}
const login = async (user: LoginUser, who = 'cecilia') => said(await user.card(await user.begin(), `${who} simple`));

describe('assignments that a rule keeps apart', () => {
  test('are told of once a day and rule, at logins at the same moment too, and stop nobody', async () => {
    const { hub, told, user } = ward(apart({ effect: 'report' }), apart({ id: 'other', effect: 'report' }));
    const logins = await Promise.all([user(), user(), user()].map((one) => login(one)));
    assert.deepEqual(logins, Array(3).fill('granted cecilia substantial'));
    assert.deepEqual(
      told('person.assignmentsConflict').map(({ person, body, reference }) => [person, body['rule'], typeof reference]),
      [
        ['cecilia', 'other', 'string'],
        ['cecilia', 'two-insurers', 'string'],
      ],
    );
    hub.now += 24 * hour;
    await login(user());
    assert.equal(told('person.assignmentsConflict').length, 4);
  });

  test('are told of by a login that needs no proof, too', async () => {
    const { hub, told, user } = ward();
    const someone = user();
    await login(someone);
    assert.equal(told('person.assignmentsConflict').length, 0);
    const rule = apart({ effect: 'report' });
    hub.catalogue = snapshot({ rules: new Map(), assignmentConflicts: new Map([[rule.id, rule]]) });
    assert.equal(said(await someone.start()), 'granted cecilia substantial');
    assert.equal(told('person.assignmentsConflict').length, 1);
  });

  test('that are blocked let nobody in, and the page says by which rule', async () => {
    const { hub, user } = ward(apart());
    const someone = user();
    const journey = await someone.begin();
    await someone.card(journey, 'cecilia simple');
    const { step } = await someone.page(journey);
    assert.deepEqual(step, { kind: 'fail', reason: 'policy.assignmentsConflict', rules: ['two-insurers'] });
    assert.equal(hub.sessions.size, 0);
  });

  test('of others are nobody’s concern', async () => {
    const { told, user } = ward(apart({ effect: 'report' }));
    await login(user(), 'bo');
    assert.equal(told('person.assignmentsConflict').length, 0);
  });
});
