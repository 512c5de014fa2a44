// V4: what a login shows and nobody is stopped for is in the trail, once a day whatever number of logins and hubs.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LoginUser, said } from '../../../test/fakes/login-user.ts';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { apart, hour, snapshot } from '../../../test/fakes/ward.ts';
import type { AssignmentConflict } from '../catalogue/index.ts';

/** At another place. */
const elsewhere = '10.9.0.7';

function ward(...rules: readonly AssignmentConflict[]) {
  const hub = new MemoryLogin();
  hub.catalogue = snapshot({ rules: new Map(), assignmentConflicts: new Map(rules.map((one) => [one.id, one])) });
  const told = (kind: string) => hub.audit.filter((event) => event.kind === kind);
  return { hub, told, user: (ip?: string) => new LoginUser(hub, ip) };
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

describe('signs of a shared account', () => {
  const signs = (told: (kind: string) => readonly { readonly body: Readonly<Record<string, unknown>> }[]) =>
    told('account.sharedSignal').map(({ body }) => body['seen']);

  test('two places at once are told of once a day and pair, and stop nobody', async () => {
    const { hub, told, user } = ward();
    assert.equal(await login(user(), 'bo'), 'granted bo substantial');
    assert.deepEqual(signs(told), []);
    assert.equal(await login(user(elsewhere), 'bo'), 'granted bo substantial');
    // The guests' network says nothing of its machines.
    assert.deepEqual(signs(told), [['networks', 'devices']]);
    await login(user(elsewhere), 'bo');
    await login(user(), 'bo');
    assert.equal(signs(told).length, 1);
    hub.now += 24 * hour;
    await login(user(), 'bo');
    assert.equal(signs(told).length, 1, 'the sessions of yesterday are over');
    await login(user(elsewhere), 'bo');
    assert.equal(signs(told).length, 2);
  });

  test('one place, another person, a long time between, and settings that say so are no sign', async () => {
    const { hub, told, user } = ward();
    await login(user(), 'bo');
    await login(user(), 'bo');
    await login(user(elsewhere), 'anna');
    hub.now += 16 * 60_000;
    await login(user(elsewhere), 'bo');
    const { settings } = hub.catalogue;
    const off = { withinMinutes: 15, networks: false, devices: false };
    hub.catalogue = { ...hub.catalogue, settings: { ...settings, sharedSignals: off } };
    await login(user(), 'bo');
    assert.deepEqual(signs(told), []);
  });
});
