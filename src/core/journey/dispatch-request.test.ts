// Whole logins through the dispatcher: what the application asks for, assignments, and the status of the session's card.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { granted, LoginUser, said } from '../../../test/fakes/login-user.ts';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { application, bo, ehr, minute, record, withApplications } from '../../../test/fakes/ward.ts';
import { evidenceBody } from './events.ts';

function ward() {
  const hub = new MemoryLogin();
  return { hub, user: new LoginUser(hub) };
}

/** A user with a live session of `who`, by password at the EHR. */
async function loggedIn(who: string) {
  const { hub, user } = ward();
  const login = granted(await user.choosePassword(await user.begin(), who));
  hub.audit.length = 0;
  return { hub, user, first: login };
}

describe('assignments', () => {
  const needing = application('needing', { requireAssignment: true });
  async function at(who: string) {
    const hub = new MemoryLogin();
    hub.catalogue = withApplications(ehr, needing, record);
    const user = new LoginUser(hub);
    granted(await user.choosePassword(await user.begin(), who));
    return { hub, user };
  }

  test('one: it is the one', async () => {
    const { user } = await at('bo');
    const { permit } = granted(await user.start({ application: 'needing' }));
    assert.deepEqual([permit.assignment, permit.organisation], ['bo@hospital', 'hospital']);
  });

  test('several: the person chooses, and the session remembers', async () => {
    const { hub, user } = await at('cecilia');
    assert.equal(
      said(await user.start({ application: 'needing', passive: true })),
      'interactionRequired policy.noAssignment',
    );
    const journey = await user.begin({ application: 'needing' });
    assert.deepEqual((await user.page(journey)).step, {
      kind: 'chooseAssignment',
      assignments: ['cecilia@hospital', 'cecilia@clinic'],
    });
    const asked = hub.audit.findLast(({ body }) => body.step === 'chooseAssignment');
    assert.deepEqual([asked?.kind, asked?.outcome, asked?.reason], ['journey.decided', 'ok', undefined], 'no refusal');
    assert.equal(
      said(await user.act(journey, { kind: 'chooseAssignment', assignment: 'bo@hospital' })),
      'problem journey.alreadyUsed',
    );
    const chosen = granted(await user.act(journey, { kind: 'chooseAssignment', assignment: 'cecilia@clinic' }));
    assert.equal(chosen.permit.assignment, 'cecilia@clinic');
    assert.equal(chosen.turn.cookie, undefined);
    const again = granted(await user.start({ application: 'needing' }));
    assert.equal(again.permit.assignment, 'cecilia@clinic');

    // One that has ended is not remembered.
    const facts = hub.people.get('cecilia')!;
    const [hospital, clinic] = facts.assignments;
    hub.people.set('cecilia', { ...facts, assignments: [hospital!, { ...clinic!, until: hub.now }] });
    assert.equal(granted(await user.start({ application: 'needing' })).permit.assignment, 'cecilia@hospital');
  });

  test('what one application allows alone does not change what was chosen', async () => {
    const { hub, user } = await at('cecilia');
    hub.catalogue = withApplications(ehr, needing, { ...needing, id: 'regional', organisation: 'region' });
    const journey = await user.begin({ application: 'needing' });
    granted(await user.act(journey, { kind: 'chooseAssignment', assignment: 'cecilia@clinic' }));
    assert.equal(granted(await user.start({ application: 'regional' })).permit.assignment, 'cecilia@hospital');
    assert.equal(granted(await user.start({ application: 'needing' })).permit.assignment, 'cecilia@clinic');
  });

  test('none: told, and the application gets the no', async () => {
    const { hub, user } = await at('bo');
    hub.people.set('bo', { ...bo, assignments: [] });
    const journey = await user.begin({ application: 'needing' });
    assert.deepEqual((await user.page(journey)).step, { kind: 'fail', reason: 'policy.noAssignment', rules: [] });
    assert.equal(said(await user.act(journey, { kind: 'cancel' })), 'denied policy.noAssignment');
  });
});

describe('a card in the session', () => {
  async function withCard() {
    const { hub, user } = ward();
    const first = granted(await user.card(await user.begin(), 'bo simple'));
    hub.audit.length = 0;
    return { hub, user, first };
  }

  test('is not checked again within 15 minutes, and is after', async () => {
    const { hub, user, first } = await withCard();
    hub.card = { status: 'revoked' };
    hub.now += 15 * minute;
    granted(await user.start());
    hub.now += 1;
    hub.card = { status: 'good', statusCheckedAt: hub.now };
    granted(await user.start());
    const kept = hub.sessions.get(first.session.id)?.session.evidence[0]?.certificate?.statusCheckedAt;
    assert.equal(kept, hub.now);
  });

  test('that a permission let through is in the trail of each login that used it, and in no other', async () => {
    const { hub, user } = await withCard();
    const grace = { until: '2026-07-01', reason: 'The list host moves', because: 'crlUnreachable' };
    const graces = () =>
      hub.audit.filter(({ kind }) => kind === 'journey.finished').map(({ body }) => body?.['graces']);
    hub.now += 16 * minute;
    hub.card = { status: 'good', statusCheckedAt: 0, grace };
    granted(await user.start());
    granted(await user.start());
    hub.card = { status: 'good', statusCheckedAt: hub.now };
    granted(await user.start());
    assert.deepEqual(graces(), [[grace], [grace], undefined]);
    const [evidence] = granted(await user.start()).session.evidence;
    assert.ok(evidence?.certificate);
    const shown = { ...evidence, certificate: { ...evidence.certificate, grace } };
    assert.deepEqual((evidenceBody(shown)['certificate'] as { grace?: unknown }).grace, grace);
  });

  test('that is revoked ends the session and tells the person', async () => {
    const { hub, user, first } = await withCard();
    hub.now += 16 * minute;
    hub.card = { status: 'revoked' };
    const journey = await user.begin();
    assert.equal(hub.sessions.get(first.session.id)?.session.endedBy, 'cardRevoked');
    assert.equal(hub.outbox.size, 1);
    assert.equal((await user.page(journey)).journey.refusal?.reason, 'card.revoked');

    const silent = await withCard();
    silent.hub.now += 16 * minute;
    silent.hub.card = { status: 'revoked' };
    assert.equal(said(await silent.user.start({ passive: true })), 'loginRequired card.revoked');
  });

  test('that cannot be checked carries nothing (fail closed), and the session stays', async () => {
    const { hub, user, first } = await withCard();
    hub.now += 16 * minute;
    hub.card = { status: 'unknown' };
    const journey = await user.begin();
    const { step } = await user.page(journey);
    assert.deepEqual(step, { kind: 'fail', reason: 'policy.cardRecheckFailed', rules: [] });
    assert.equal(said(await user.start({ passive: true })), 'loginRequired policy.cardRecheckFailed');
    assert.equal(hub.sessions.get(first.session.id)?.session.endedAt, undefined);
    hub.card = { status: 'good', statusCheckedAt: hub.now };
    assert.equal(said(await user.start()), 'granted bo substantial');
  });
});

describe('what the application asks for', () => {
  test('passive: nobody is asked, nothing is saved, and the trail has the reason', async () => {
    const { hub, user } = ward();
    assert.equal(said(await user.start({ passive: true })), 'loginRequired policy.notLoggedIn');
    assert.equal(hub.journeys.size, 0);
    assert.ok(hub.trail().includes('journey.finished policy.notLoggedIn'));
    granted(await user.choosePassword(await user.begin(), 'bo'));
    assert.equal(said(await user.start({ passive: true })), 'granted bo low');
    assert.equal(
      said(await user.start({ passive: true, application: 'record' })),
      'loginRequired policy.assuranceTooLow',
    );
  });

  test('fresh and max_age: old proof is renewed', async () => {
    const { hub, user, first } = await loggedIn('bo');
    hub.now += 10 * minute;
    assert.equal(said(await user.start({ maxAge: 600 })), 'granted bo low');
    assert.equal(said(await user.start({ maxAge: 599, passive: true })), 'loginRequired policy.tooOld');
    assert.equal(said(await user.start({ fresh: true, passive: true })), 'loginRequired policy.notLoggedIn');
    const journey = await user.begin({ fresh: true });
    hub.now += 1000;
    const { permit, session } = granted(await user.choosePassword(journey, 'bo'));
    assert.equal(permit.authTime, hub.now);
    assert.equal(session.id, first.session.id);
    assert.equal(said(await user.choosePassword(await user.begin({ maxAge: 0 }), 'bo')), 'granted bo low');
  });

  test('a level of its own: the request is a minimum too', async () => {
    const { user } = await loggedIn('bo');
    const journey = await user.begin({ assurance: 'substantial' });
    assert.equal(said(await user.card(journey, 'bo simple')), 'granted bo substantial');
  });

  test('the choice of an account asks again', async () => {
    const { user } = await loggedIn('bo');
    const journey = await user.begin({ chooseAgain: true });
    assert.equal((await user.page(journey)).step.kind, 'choose');
    assert.equal(said(await user.choosePassword(journey, 'bo')), 'granted bo low');
  });
});
