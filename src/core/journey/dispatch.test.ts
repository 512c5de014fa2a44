// Whole logins through the dispatcher: the ordinary ways, step-up, other people, rules, leaving.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { granted, LoginUser, said } from '../../../test/fakes/login-user.ts';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { anna, bo, ehr, hour, minute, snapshot, withApplications } from '../../../test/fakes/ward.ts';

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

describe('a first login', () => {
  test('lets the person choose, proves, and starts a session with a new cookie', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    assert.deepEqual((await user.page(journey)).step, { kind: 'choose', providers: ['card', 'password'] });
    assert.equal(said(await user.act(journey, { kind: 'chooseProvider', provider: 'password' })), 'interact');
    const page = await user.page(journey);
    assert.deepEqual(page.step, { kind: 'prove', provider: 'password', alternatives: ['card'] });
    assert.equal(page.ask?.kind, 'form');
    const { turn, session, permit } = granted(await user.password(journey, 'bo'));
    assert.equal(permit.assurance, 'low');
    assert.ok(turn.cookie);
    assert.equal(hub.sessionOf(turn.cookie.value)?.id, session.id);
    assert.equal(turn.cookie.maxAgeSeconds, 36_000);
    assert.deepEqual([...hub.reached.keys()], [`${session.id} ehr`]);
    assert.equal(hub.journeys.get(journey)?.ended, true);
    assert.deepEqual(hub.trail(), [
      'journey.started',
      'journey.decided',
      'journey.decided',
      'journey.proved',
      'journey.linked',
      'session.started',
      'journey.finished',
    ]);
    const references = new Set(hub.audit.map(({ reference }) => reference));
    assert.equal(references.size, 1);
    const explanation = hub.audit.at(-1)?.body.explanation as { catalogueRevision: number } | undefined;
    assert.equal(explanation?.catalogueRevision, 7);
  });

  test('tells a wrong password on the same page, and lets another way be used', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    await user.act(journey, { kind: 'chooseProvider', provider: 'password' });
    assert.equal(said(await user.password(journey, 'bo', 'wrong')), 'interact');
    const page = await user.page(journey);
    assert.equal(page.journey.refusal?.reason, 'password.wrong');
    assert.equal(page.step.kind, 'prove');
    assert.equal(said(await user.card(journey, 'bo simple')), 'granted bo substantial');
    assert.equal(hub.trail().includes('journey.refused password.wrong'), true);
  });

  test('with no card in the reader says so, and the card can be shown again', async () => {
    const { user } = ward();
    const journey = await user.begin();
    assert.equal(said(await user.card(journey, '')), 'interact');
    assert.equal((await user.page(journey)).journey.refusal?.reason, 'card.noCertificate');
    assert.equal(said(await user.card(journey, 'bo simple')), 'granted bo substantial');
  });

  test('refuses unknown and closed people', async () => {
    for (const [username, reason] of [
      ['nobody', 'person.unknown'],
      ['dan', 'person.closed'],
    ] as const) {
      const { hub, user } = ward();
      const journey = await user.begin();
      assert.equal(said(await user.choosePassword(journey, username)), 'interact');
      assert.equal((await user.page(journey)).journey.refusal?.reason, reason);
      assert.equal(hub.sessions.size, 0);
      assert.ok(hub.trail().includes(`journey.refused ${reason}`));
    }
  });

  test('writes no identifier and no cookie into the trail', async () => {
    const { hub, user } = ward();
    const number = '191212121212';
    hub.identity = (namespace, value) => ({ namespace, value, person: 'bo', closed: false });
    const { turn } = granted(await user.choosePassword(await user.begin(), number));
    const trail = JSON.stringify(hub.audit);
    assert.ok(!trail.includes(number));
    assert.ok(turn.cookie && !trail.includes(turn.cookie.value));
    assert.ok(user.token && !trail.includes(user.token));
  });

  test('at an application that the catalogue does not know, or that is closed, is refused at once', async () => {
    const { hub, user } = ward();
    assert.equal(said(await user.start({ application: 'x' })), 'denied request.unknownApplication');
    hub.catalogue = withApplications({ ...ehr, closed: true });
    assert.equal(said(await user.start()), 'denied policy.applicationClosed');
    hub.catalogue = withApplications({ ...ehr, providers: ['password'] });
    assert.equal(said(await user.start({ assurance: 'high' })), 'assuranceNotReached policy.noWayToReach');
    assert.equal(hub.journeys.size, 0);
  });
});

describe('single sign-on', () => {
  test('answers at once, saves no journey, and records the decision in one commit', async () => {
    const { hub, user, first } = await loggedIn('bo');
    const before = { commits: hub.commits, journeys: hub.journeys.size };
    const { session, turn, permit } = granted(await user.start());
    assert.equal(session.id, first.session.id);
    assert.equal(turn.cookie, undefined);
    assert.equal(permit.authTime, first.permit.authTime);
    assert.equal(hub.commits, before.commits + 1);
    assert.equal(hub.journeys.size, before.journeys);
    assert.deepEqual(hub.trail(), ['journey.finished']);
    assert.equal(hub.audit[0]?.body.sso, true);
    assert.ok(hub.audit[0]?.body.explanation);
  });

  test('idle 60 minutes or older than a shift is no session, and the cookie is forgotten', async () => {
    const { hub, user } = await loggedIn('bo');
    hub.now += 59 * minute;
    granted(await user.start());
    hub.now += 59 * minute;
    granted(await user.start());
    hub.now += 60 * minute;
    const turn = await user.start({ passive: true });
    assert.equal(said(turn), 'loginRequired policy.notLoggedIn');
    assert.equal(turn.kind === 'done' && turn.forgetSession, true);

    const shift = await loggedIn('bo');
    for (let used = 0; used < 10 * hour - 30 * minute; used += 30 * minute) {
      shift.hub.now += 30 * minute;
      granted(await shift.user.start());
    }
    shift.hub.now += 30 * minute;
    assert.equal(said(await shift.user.start({ passive: true })), 'loginRequired policy.notLoggedIn');
  });

  test('writes down its use at most once a minute', async () => {
    const { hub, user, first } = await loggedIn('bo');
    hub.now += 30_000;
    granted(await user.start());
    assert.equal(hub.sessions.get(first.session.id)?.session.seenAt, first.session.seenAt);
    hub.now += 30_000;
    granted(await user.start());
    assert.equal(hub.sessions.get(first.session.id)?.session.seenAt, hub.now);
  });

  test('of a person who was closed ends the session', async () => {
    const { hub, user, first } = await loggedIn('bo');
    hub.people.set('bo', { ...bo, person: { ...bo.person, closed: true } });
    assert.equal(said(await user.start({ passive: true })), 'loginRequired policy.notLoggedIn');
    assert.equal(hub.sessions.get(first.session.id)?.session.endedBy, 'administrator');
  });

  test('asks no page of the hub’s own to be in the catalogue', async () => {
    const { hub, user } = await loggedIn('bo');
    const reached = hub.reached.size;
    assert.equal(said(await user.start({ frontend: 'portal', application: 'portal' })), 'granted bo low');
    assert.equal(hub.reached.size, reached);
  });
});

describe('step-up', () => {
  test('of a session that is too weak: same session, new cookie, before anything is issued', async () => {
    const { hub, user, first } = await loggedIn('bo');
    const old = user.session ?? '';
    const journey = await user.begin({ application: 'record' });
    const page = await user.page(journey);
    assert.deepEqual(page.step, {
      kind: 'prove',
      provider: 'card',
      alternatives: [],
      why: { reason: 'policy.assuranceTooLow', rules: [] },
    });
    assert.deepEqual(page.ask, { kind: 'card', populations: ['advanced'] });
    assert.deepEqual(page.sessionPerson, { id: 'bo', name: 'bo Example' });

    assert.equal(said(await user.card(journey, 'bo simple')), 'interact');
    const again = await user.page(journey);
    assert.deepEqual(again.step.kind === 'prove' && again.step.why?.reason, 'policy.assuranceTooLow');
    assert.equal(hub.reached.has(`${first.session.id} record`), false);

    const { session, permit, turn } = granted(await user.card(journey, 'bo advanced'));
    assert.equal(permit.assurance, 'high');
    assert.equal(session.id, first.session.id);
    assert.equal(session.absoluteUntil, first.session.absoluteUntil);
    assert.ok(turn.cookie && turn.cookie.value !== old);
    assert.equal(hub.sessionOf(old), undefined);
    assert.ok(hub.trail().includes('session.steppedUp'));
    assert.equal(said(await user.start({ application: 'record' })), 'granted bo high');
  });

  test('by rule (H4): a holder of an advanced certificate is asked for the card, with the rule', async () => {
    const { user } = ward();
    const journey = await user.begin();
    assert.equal(said(await user.choosePassword(journey, 'anna')), 'interact');
    assert.deepEqual((await user.page(journey)).step, {
      kind: 'prove',
      provider: 'card',
      alternatives: [],
      why: {
        reason: 'policy.methodNotAllowed',
        rules: ['h4-advanced-certificate'],
      },
    });
    assert.equal(said(await user.password(journey, 'anna')), 'problem journey.alreadyUsed');
    assert.equal(said(await user.card(journey, 'anna simple')), 'granted anna substantial');
  });

  test('on a portable or unknown device only the card is offered; an enrolled device beats the network', async () => {
    const { hub } = ward();
    const guest = new LoginUser(hub, '10.9.0.1');
    const step = (await guest.page(await guest.begin())).step;
    assert.deepEqual(step.kind === 'prove' && [step.provider, step.alternatives], ['card', []]);
    assert.deepEqual(step.kind === 'prove' && step.why?.rules, ['h4-portable']);

    const laptop = new LoginUser(hub);
    laptop.device = 'laptop';
    const { tokenHash } = await import('../../base/ids.ts');
    hub.devices.set(tokenHash('laptop'), 'portable');
    assert.equal((await laptop.page(await laptop.begin())).step.kind, 'prove');
    hub.devices.set(tokenHash('laptop'), 'fixed');
    laptop.ip = '10.9.0.1';
    assert.equal((await laptop.page(await laptop.begin())).step.kind, 'choose');
  });

  test('high proof is asked for anew after four hours, and counts as substantial until then', async () => {
    const { hub, user } = ward();
    granted(await user.card(await user.begin({ application: 'record' }), 'bo advanced'));
    for (let used = 0; used <= 4 * hour; used += 30 * minute) {
      hub.now += 30 * minute;
      hub.card = { status: 'good', statusCheckedAt: hub.now };
      granted(await user.start());
    }
    assert.equal(said(await user.start()), 'granted bo substantial');
    const page = await user.page(await user.begin({ application: 'record' }));
    assert.deepEqual(page.step.kind === 'prove' && page.step.why?.reason, 'policy.tooOld');
  });
});

describe('another person', () => {
  test('in a live session: the old session ends and its applications are told before the new one starts', async () => {
    const { hub, user, first } = await loggedIn('bo');
    const journey = await user.begin({ application: 'record' });
    const { session, turn } = granted(await user.card(journey, 'anna advanced'));
    assert.notEqual(session.id, first.session.id);
    assert.equal(session.person, 'anna');
    assert.ok(session.evidence.every(({ connector }) => connector === 'smartcard'));
    const old = hub.sessions.get(first.session.id)?.session;
    assert.equal(old?.endedBy, 'replaced');
    assert.deepEqual(hub.revoked, [first.session.id]);
    assert.deepEqual(
      [...hub.outbox.values()].map(({ kind, payload }) => [kind, payload.application, payload.subject]),
      [['backchannelLogout', 'ehr', 'bo']],
    );
    const trail = hub.trail();
    assert.ok(trail.indexOf('session.ended') >= 0 && trail.indexOf('session.ended') < trail.indexOf('session.started'));
    assert.ok(turn.cookie);
  });

  test('ends the old session also when the new one still needs more', async () => {
    const { hub, user, first } = await loggedIn('bo');
    const journey = await user.begin({ fresh: true });
    assert.equal(said(await user.choosePassword(journey, 'anna')), 'interact');
    assert.equal(hub.sessions.get(first.session.id)?.session.endedBy, 'replaced');
    assert.equal(said(await user.card(journey, 'anna simple')), 'granted anna substantial');
    assert.equal(hub.trail().filter((kind) => kind === 'session.ended').length, 1);
  });

  test('in a step-up of one journey is never taken for the same person, and is told', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    await user.choosePassword(journey, 'anna');
    assert.equal(said(await user.card(journey, 'bo advanced')), 'interact');
    const page = await user.page(journey);
    assert.equal(page.journey.refusal?.reason, 'person.otherThanSession');
    assert.equal(page.journey.person, 'anna');
    assert.equal(page.journey.evidence.length, 1);
    assert.equal(hub.sessions.size, 0);
    // The right card goes on …
    assert.equal(said(await user.card(journey, 'anna simple')), 'granted anna substantial');
  });

  test('… or the login begins again as the other person, who proves anew', async () => {
    const { user } = ward();
    const journey = await user.begin();
    await user.choosePassword(journey, 'anna');
    await user.card(journey, 'bo advanced');
    assert.equal(said(await user.act(journey, { kind: 'notMe' })), 'interact');
    const page = await user.page(journey);
    assert.equal(page.journey.person, undefined);
    assert.equal(page.step.kind, 'choose');
    assert.equal(said(await user.card(journey, 'bo simple')), 'granted bo substantial');
  });

  test('"not you?" leaves the session unused, and it ends when somebody else is proven', async () => {
    const { hub, user, first } = await loggedIn('bo');
    const journey = await user.begin({ application: 'record' });
    await user.act(journey, { kind: 'notMe' });
    const page = await user.page(journey);
    assert.equal(page.sessionPerson, undefined);
    assert.equal(page.step.kind === 'prove' && page.step.why, undefined);
    assert.equal(hub.sessions.get(first.session.id)?.session.endedAt, undefined);
    assert.equal(said(await user.card(journey, 'anna advanced')), 'granted anna high');
    assert.equal(hub.sessions.get(first.session.id)?.session.endedBy, 'replaced');
  });

  test('than the one that the application expects is denied', async () => {
    const { user } = await loggedIn('bo');
    assert.equal(said(await user.start({ expectedSubject: 'bo' })), 'granted bo low');
    assert.equal(
      said(await user.start({ expectedSubject: 'anna', passive: true })),
      'loginRequired policy.notLoggedIn',
    );
    const journey = await user.begin({ expectedSubject: 'anna' });
    assert.equal(said(await user.card(journey, 'bo simple')), 'interact');
    assert.deepEqual((await user.page(journey)).step, { kind: 'fail', reason: 'policy.denied', rules: [] });
    assert.equal(said(await user.act(journey, { kind: 'cancel' })), 'denied policy.denied');
  });

  test('than the one that the application expects by a pseudonym is denied, and no session is made', async () => {
    const { hub, user } = await loggedIn('bo');
    hub.subjects.set('bo', 'pseudonym of bo');
    assert.equal(said(await user.start({ expectedSubject: 'pseudonym of bo' })), 'granted bo low');
    assert.equal(said(await user.start({ expectedSubject: 'bo', passive: true })), 'loginRequired policy.notLoggedIn');
    const before = hub.sessions.size;
    const journey = await user.begin({ expectedSubject: 'pseudonym of anna' });
    await user.card(journey, 'bo simple');
    assert.deepEqual((await user.page(journey)).step, { kind: 'fail', reason: 'policy.denied', rules: [] });
    assert.equal(said(await user.act(journey, { kind: 'cancel' })), 'denied policy.denied');
    assert.equal(hub.sessions.size, before);
  });
});

describe('leaving', () => {
  test('cancel answers the application, and the journey is over', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    assert.equal(said(await user.act(journey, { kind: 'cancel' })), 'cancelled journey.cancelled');
    assert.ok(hub.trail().includes('journey.cancelled journey.cancelled'));
    assert.equal(said(await user.act(journey, { kind: 'cancel' }, 1)), 'problem journey.alreadyUsed');
    const { reference } = hub.journeys.get(journey) ?? {};
    const over = { kind: 'problem', reason: 'journey.alreadyUsed', reference, application: 'ehr' };
    assert.deepEqual(await user.dispatcher.view(journey, user.browser), over);
    assert.deepEqual(await user.dispatcher.cardTicket(journey, user.browser), over);
  });

  test('the language can be changed on the way', async () => {
    const { user } = ward();
    const journey = await user.begin({ locales: ['xx', 'nb-NO'] });
    assert.equal((await user.page(journey)).journey.locale, 'nb');
    await user.act(journey, { kind: 'setLocale', locale: 'nn' });
    assert.equal((await user.page(journey)).journey.locale, 'nn');
  });

  test('a person with protected identity is greeted by initials', async () => {
    const { hub, user } = await loggedIn('bo');
    hub.people.set('bo', { ...bo, person: { ...bo.person, protectedIdentity: true } });
    const page = await user.page(await user.begin({ application: 'record' }));
    assert.equal(page.sessionPerson?.name, 'b. E.');
  });
});

test('every decision names the catalogue revision that it used', async () => {
  const { hub, user } = ward();
  const journey = await user.begin();
  hub.catalogue = snapshot({ revision: 8 });
  await user.choosePassword(journey, anna.person.id);
  const revisions = hub.audit
    .filter(({ kind }) => kind === 'journey.decided')
    .map(({ body }) => (body.explanation as { catalogueRevision: number }).catalogueRevision);
  assert.deepEqual(revisions, [7, 8, 8]);
});
