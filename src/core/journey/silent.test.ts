// Logins in which nobody may be asked anything, at a provider that may be asked silently; and those that only some ways may prove.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LoginUser, said } from '../../../test/fakes/login-user.ts';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { SamlFake } from '../../../test/fakes/saml-provider.ts';
import { clientsAlone, ehr, providers, record, snapshot } from '../../../test/fakes/ward.ts';
import type { LoginRequest } from './journey.ts';

const kommun = new SamlFake('kommun').provider({ passive: true });
const region = new SamlFake('region').provider({ passive: true });
const silentOnly = new SamlFake('other').provider();

function ward(all = [...providers, kommun, silentOnly]) {
  const hub = new MemoryLogin();
  hub.catalogue = snapshot({
    providers: new Map(all.map((one) => [one.id, one])),
    ...clientsAlone(new Map([ehr, record].map((one) => [one.id, one]))),
    rules: new Map(),
  });
  return { hub, user: new LoginUser(hub) };
}

const passive: Partial<LoginRequest> = { passive: true };

/** From the start of a login to the provider and back with an answer; the last turn. */
async function silently(user: LoginUser, code: string, change = passive) {
  const journey = await user.begin(change);
  const { step } = await user.page(journey);
  assert.ok(step.kind === 'prove', JSON.stringify(step));
  const going = await user.dispatcher.leave(journey, step.provider, user.browser);
  assert.ok(going.kind === 'away', JSON.stringify(going));
  const state = new URL(going.url).searchParams.get('state') ?? '';
  const came = await user.dispatcher.returned(undefined, { RelayState: state, code }, '192.0.2.1');
  assert.ok(!('kind' in came), JSON.stringify(came));
  return user.keep(await user.dispatcher.takeHandoff(journey, came.handoff, user.browser));
}

describe('nobody may be asked', () => {
  test('the one provider whose record allows it is asked silently, and its yes is a login', async () => {
    const { hub, user } = ward();
    const end = await silently(user, 'bo high');
    assert.equal(said(end), 'granted bo high');
    assert.equal(hub.wishes.at(-1)?.passive, true);
    assert.equal(said(await user.start(passive)), 'granted bo high', 'and a session like any other');
    await user.start({ application: 'record' });
  });

  test('its no ends the login at once, with nothing shown: the trail has why', async () => {
    for (const [code, outcome] of [
      ['nobody passive', 'interactionRequired upstream.noPassive'],
      ['nobody cancelled', 'loginRequired upstream.cancelled'],
      ['bo old', 'loginRequired upstream.tooOld'],
      ['stranger high', 'loginRequired person.unknown'],
    ] as const) {
      const { hub, user } = ward();
      assert.equal(said(await silently(user, code)), outcome, code);
      assert.equal(hub.sessions.size, 0);
      assert.ok([...hub.journeys.values()].every(({ ended }) => ended));
      assert.equal(hub.audit.at(-1)?.kind, 'journey.finished');
    }
  });

  test('a level that it did not reach is not asked for a second time', async () => {
    const { user } = ward();
    assert.equal(
      said(await silently(user, 'bo low', { passive: true, application: 'record' })),
      'loginRequired policy.assuranceTooLow',
    );
  });

  test('a provider that cannot be asked ends it too', async () => {
    const { hub, user } = ward();
    const journey = await user.begin(passive);
    hub.upstreamDown = true;
    const turn = await user.dispatcher.leave(journey, 'kommun', user.browser);
    assert.ok(turn.kind === 'done');
    assert.equal(said(turn), 'loginRequired upstream.unavailable');
    const again = await user.dispatcher.view(journey, user.browser);
    assert.ok('kind' in again && again.kind === 'problem', 'there is no page to come back to');
  });

  test('a page that is looked at when nobody may be asked any more ends it', async () => {
    const { user } = ward();
    const journey = await user.begin({ passive: true, application: 'record' });
    await user.choosePassword(await user.begin(), 'anna');
    const turn = await user.dispatcher.view(journey, user.browser);
    assert.ok('kind' in turn && turn.kind === 'done', JSON.stringify(turn));
    assert.equal(said(turn), 'loginRequired policy.assuranceTooLow');
  });

  test('nobody is sent anywhere where the record does not say so, where there are two, where proof must be new', async () => {
    const none = 'loginRequired policy.notLoggedIn';
    assert.equal(said(await ward([...providers, silentOnly]).user.start(passive)), none);
    const two = ward([...providers, kommun, region]).user;
    assert.equal(said(await two.start(passive)), none);
    assert.equal(
      (await two.start({ passive: true, wishedProviders: ['region'] })).kind,
      'interact',
      'unless one is named',
    );
    assert.equal(said(await ward().user.start({ passive: true, wishedProviders: ['other'] })), none);
    for (const change of [{ fresh: true }, { maxAge: 0 }, { onlyProviders: ['card'] }])
      assert.equal(said(await ward().user.start({ ...passive, ...change })), none, JSON.stringify(change));
  });

  test('somebody who is logged in here is never put out by it', async () => {
    const { user } = ward();
    await user.choosePassword(await user.begin(), 'anna');
    assert.equal(
      said(await user.start({ passive: true, application: 'record' })),
      'loginRequired policy.assuranceTooLow',
    );

    const late = ward();
    const journey = await late.user.begin(passive);
    const going = await late.user.dispatcher.leave(journey, 'kommun', late.user.browser);
    assert.ok(going.kind === 'away');
    const state = new URL(going.url).searchParams.get('state') ?? '';
    const came = await late.user.dispatcher.returned(undefined, { RelayState: state, code: 'bo high' }, '');
    assert.ok(!('kind' in came));
    await late.user.choosePassword(await late.user.begin({ application: 'ehr' }), 'anna');
    const end = await late.user.dispatcher.takeHandoff(journey, came.handoff, late.user.browser);
    assert.equal(end.kind, 'problem', 'an answer that comes when somebody logged in meanwhile');
    assert.equal([...late.hub.sessions.values()].filter(({ session }) => session.endedAt === undefined).length, 1);
  });
});

describe('only some ways will do for whoever asks', () => {
  test('the page offers those, and no other is taken', async () => {
    const { user } = ward();
    const journey = await user.begin({ onlyProviders: ['password', 'kommun'] });
    assert.deepEqual((await user.page(journey)).step, { kind: 'choose', providers: ['password', 'kommun'] });
    const other = await user.dispatcher.leave(journey, 'other', user.browser);
    assert.equal(other.kind, 'problem');
    const one = await user.page(await user.begin({ onlyProviders: ['kommun'] }));
    assert.deepEqual(one.step, { kind: 'prove', provider: 'kommun', alternatives: [] });
  });

  test('a session by another way does not count, and one by such a way does', async () => {
    const { user } = ward();
    await user.choosePassword(await user.begin(), 'anna');
    assert.equal(said(await user.start()), 'granted anna low');
    assert.equal((await user.start({ onlyProviders: ['kommun'] })).kind, 'interact');
    assert.equal(said(await user.start({ onlyProviders: ['password'] })), 'granted anna low');
  });

  test('a session by a provider that asked further on than may be does not count', async () => {
    const { hub, user } = ward();
    await silently(user, 'bo high');
    const behind = ['https://one.example'];
    for (const [id, stored] of hub.sessions) {
      const evidence = stored.session.evidence.map((one) => ({
        ...one,
        upstream: one.upstream && { ...one.upstream, behind },
      }));
      hub.sessions.set(id, { ...stored, session: { ...stored.session, evidence } });
    }
    assert.equal(said(await user.start({ passedOn: 2 })), 'granted bo high');
    assert.equal((await user.start({ passedOn: 1 })).kind, 'interact');
  });

  test('for whom the application asks is in the trail', async () => {
    const { hub, user } = ward();
    await user.begin({ requesters: ['https://clinic.example/sp'] });
    assert.deepEqual(hub.audit.find(({ kind }) => kind === 'journey.started')?.body.requesters, [
      'https://clinic.example/sp',
    ]);
  });
});
