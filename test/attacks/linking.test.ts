// Attacks on links between identities and people: linking without proof, pre-hijack, other tenants, mix-up and replay (A1, A2, O8).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LinkingUser, linkingWard } from '../fakes/linking-user.ts';
import { said } from '../fakes/login-user.ts';
import type { MemoryLogin } from '../fakes/memory-login.ts';

const failure = async (user: LinkingUser, journey: string) => {
  const { step } = await user.page(journey);
  return step.kind === 'fail' ? step.reason : step.kind;
};
const nothingLinked = (hub: MemoryLogin): void => {
  assert.equal(hub.links.size, 0);
  assert.ok(!hub.trail().includes('identity.linked'));
};

describe('A1: a link is bound to who began it', () => {
  test('an answer that was made for somebody else’s journey links nothing in this browser', async () => {
    const hub = linkingWard();
    const attacker = await new LinkingUser(hub).logIn('anna simple');
    const victim = await new LinkingUser(hub).logIn('bo simple');
    const own = await attacker.begins();
    const handoff = await attacker.home(await attacker.away(own), 'own:attacker high');
    // The victim's browser is led to the attacker's answer, in the attacker's journey and in the victim's own.
    const theirs = await victim.begins();
    assert.equal(said(await victim.back(own, handoff)), 'problem journey.otherBrowser');
    assert.equal(said(await victim.back(theirs, handoff)), 'problem journey.alreadyUsed');
    nothingLinked(hub);
  });

  test('whoever logs in anew on the same browser gets nothing of it', async () => {
    const hub = linkingWard();
    const user = await new LinkingUser(hub).logIn('bo simple');
    const journey = await user.begins();
    const handoff = await user.home(await user.away(journey), 'own:sub-1 high');
    const login = await user.begin({ fresh: true });
    await user.act(login, { kind: 'notMe' });
    await user.card(login, 'anna simple');
    await user.back(journey, handoff);
    assert.equal(await failure(user, journey), 'link.sessionChanged');
    nothingLinked(hub);
  });

  test('a session that ended meanwhile links nothing', async () => {
    const hub = linkingWard();
    const user = await new LinkingUser(hub).logIn('bo simple');
    const journey = await user.begins();
    const handoff = await user.home(await user.away(journey), 'own:sub-1 high');
    const session = hub.sessionOf(user.session ?? '');
    await hub.ports.sessions.end(session?.id ?? '', 'logout');
    await user.back(journey, handoff);
    assert.equal(await failure(user, journey), 'link.sessionChanged');
    nothingLinked(hub);
  });

  test('pre-hijack: what waits for a person who is closed comes to nothing', async () => {
    const hub = linkingWard();
    const user = await new LinkingUser(hub).logIn('bo simple');
    const journey = await user.begins();
    const handoff = await user.home(await user.away(journey), 'own:sub-1 high');
    const bo = hub.people.get('bo');
    assert.ok(bo);
    hub.people.set('bo', { ...bo, person: { ...bo.person, closed: true } });
    await user.back(journey, handoff);
    nothingLinked(hub);
    assert.notEqual(hub.sessionOf(user.session ?? '')?.endedAt, undefined);
  });

  test('pre-hijack: a login of nobody we know stays nobody’s, whatever it says of itself', async () => {
    const hub = linkingWard();
    const stranger = new LinkingUser(hub);
    assert.equal(said(await stranger.logInAt('eid', 'own:bo@example.com high')), 'interact');
    nothingLinked(hub);
    assert.equal(stranger.session, undefined);
  });

  test('a stolen session without fresh proof adds nothing, and a password alone neither', async () => {
    const hub = linkingWard();
    const old = await new LinkingUser(hub).logIn('bo simple');
    hub.now += 301_000;
    assert.equal((await old.add()).kind, 'proveFirst');
    const weak = new LinkingUser(hub);
    await weak.choosePassword(await weak.begin(), 'bo');
    assert.equal((await weak.add()).kind, 'proveFirst');
  });

  test('a weak session never makes a strong login: what was added counts for no more than what it was added with', async () => {
    const hub = linkingWard();
    await (await new LinkingUser(hub).logIn('bo simple')).adds('own:sub-1 high');
    const later = new LinkingUser(hub);
    const journey = await later.begin({ application: 'record' });
    await later.back(journey, await later.home(await later.away(journey), 'own:sub-1 high'));
    const { step } = await later.page(journey);
    assert.notEqual(step.kind, 'finish');
    assert.equal(later.session, undefined, 'the application asks for high');
  });

  test('whoever added a login cannot take the word of it from the person', async () => {
    const hub = linkingWard();
    const thief = await new LinkingUser(hub).logIn('bo simple');
    await thief.adds('own:thief high');
    const again = new LinkingUser(hub);
    assert.equal(said(await again.logInAt('eid', 'own:thief high')), 'granted bo substantial', 'not told to the thief');
    const bo = new LinkingUser(hub);
    const journey = await bo.begin();
    await bo.card(journey, 'bo simple');
    assert.equal((await bo.page(journey)).step.kind, 'tell');
  });
});

describe('A2: nobody’s people are taken by another provider or person', () => {
  test('an identity of another person is refused, and people are not merged', async () => {
    const hub = linkingWard();
    await (await new LinkingUser(hub).logIn('bo simple')).adds('own:sub-1 high');
    const anna = await new LinkingUser(hub).logIn('anna simple');
    const journey = await anna.begins();
    await anna.back(journey, await anna.home(await anna.away(journey), 'own:sub-1 high'));
    assert.equal(await failure(anna, journey), 'link.taken');
    assert.deepEqual(
      [...hub.links.values()].map(({ person }) => person),
      ['bo'],
    );
  });

  test('the same name at another provider is another identity', async () => {
    const hub = linkingWard();
    await (await new LinkingUser(hub).logIn('bo simple')).adds('own:sub-1 high');
    assert.equal(said(await new LinkingUser(hub).logInAt('other', 'own:sub-1 high')), 'interact');
    const anna = await new LinkingUser(hub).logIn('anna simple');
    assert.equal(said(await anna.adds('own:sub-1 high', 'other')), 'loginAdded');
  });

  test('a provider id that is given to another issuer brings none of its people along', async () => {
    const hub = linkingWard();
    await (await new LinkingUser(hub).logIn('bo simple')).adds('own:sub-1 high');
    const eid = hub.catalogue.providers.get('eid');
    assert.ok(eid?.upstream);
    const moved = { ...eid, upstream: { ...eid.upstream, issuer: 'https://elsewhere.example' } };
    hub.catalogue = { ...hub.catalogue, providers: new Map([...hub.catalogue.providers, ['eid', moved]]) };
    assert.equal(said(await new LinkingUser(hub).logInAt('eid', 'own:sub-1 high')), 'interact');
  });

  test('a proof without the provider’s own name links nothing', async () => {
    const hub = linkingWard();
    const user = await new LinkingUser(hub).logIn('bo simple');
    const journey = await user.begins();
    await user.back(journey, await user.home(await user.away(journey), 'nobody-here high'));
    assert.equal(await failure(user, journey), 'link.noIdentity');
    nothingLinked(hub);
  });
});

describe('O8: mix-up and replay', () => {
  test('an answer at another provider’s address links nothing', async () => {
    const hub = linkingWard();
    const user = await new LinkingUser(hub).logIn('bo simple');
    const journey = await user.begins();
    const state = await user.away(journey);
    const came = await user.dispatcher.returned('other', { state, code: 'own:sub-1 high' }, user.ip);
    assert.ok('kind' in came && came.reason === 'upstream.invalid');
    nothingLinked(hub);
  });

  test('an answer counts once', async () => {
    const hub = linkingWard();
    const user = await new LinkingUser(hub).logIn('bo simple');
    const journey = await user.begins();
    const handoff = await user.home(await user.away(journey), 'own:sub-1 high');
    const turns = await Promise.all([user.back(journey, handoff), user.back(journey, handoff)]);
    assert.deepEqual(turns.map(said).sort(), ['loginAdded', 'problem journey.alreadyUsed']);
    assert.equal(said(await user.back(journey, handoff)), 'problem journey.alreadyUsed');
    assert.equal(hub.links.size, 1);
  });

  test('what was begun to log in links nothing, and what was begun to link logs nobody in', async () => {
    const hub = linkingWard();
    const user = await new LinkingUser(hub).logIn('bo simple');
    const login = new LinkingUser(hub);
    const journey = await login.begin();
    await login.back(journey, await login.home(await login.away(journey), 'own:sub-1 high'));
    nothingLinked(hub);
    const before = user.session;
    const turn = await user.adds('own:sub-1 high');
    assert.ok(turn.kind === 'done' && turn.cookie === undefined && turn.outcome.kind === 'loginAdded');
    assert.equal(user.session, before);
    assert.equal(hub.sessions.size, 1);
  });
});
