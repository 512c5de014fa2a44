// Adding and removing a login through the dispatcher: what is linked, what is said in the trail, what ends, and who is told (N7).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LinkingUser, linkingWard } from '../../../test/fakes/linking-user.ts';
import { said } from '../../../test/fakes/login-user.ts';
import type { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { minute } from '../../../test/fakes/ward.ts';

const refusalOf = async (user: LinkingUser, journey: string) => (await user.page(journey)).step;
const linksOf = (hub: MemoryLogin) =>
  [...hub.links.values()].map(
    ({ person, lookup, until }) => `${person} ${lookup}${until === undefined ? '' : ' ended'}`,
  );

describe('adding a login', () => {
  test('links the new identity with what was proven, in the commit that says so', async () => {
    const hub = linkingWard();
    const user = await new LinkingUser(hub).logIn('bo simple');
    const session = hub.sessionOf(user.session ?? '');
    assert.equal(said(await user.adds('own:sub-1 high')), 'loginAdded');
    const [link] = [...hub.links.values()];
    assert.ok(link);
    const { id: _id, since: _since, ...rest } = link;
    assert.deepEqual(rest, {
      namespace: 'oidc:eid',
      lookup: 'sub-1',
      person: 'bo',
      source: 'self',
      provider: 'eid',
      issuer: 'https://eid.example',
      ceiling: 'substantial',
      session: session?.id,
    });
    const event = hub.audit.find(({ kind }) => kind === 'identity.linked');
    assert.equal(event?.person, 'bo');
    assert.equal(event?.session, session?.id);
    assert.equal(event?.body.provedBy, session?.evidence[0]?.id);
    assert.doesNotMatch(JSON.stringify(hub.audit), /sub-1/, 'the trail holds no identifier');
    assert.equal(hub.sessionOf(user.session ?? '')?.evidence.length, 1, 'the session is as it was');
  });

  test('asks the provider for a new proof, not for what it remembers', async () => {
    const hub = linkingWard();
    const user = await new LinkingUser(hub).logIn('bo simple');
    await user.away(await user.begins());
    assert.equal(hub.wishes.at(-1)?.fresh, true);
  });

  test('the added login then logs in, for no more than it was added with', async () => {
    const hub = linkingWard();
    await (await new LinkingUser(hub).logIn('bo simple')).adds('own:sub-1 high');
    const later = new LinkingUser(hub);
    const turn = await later.logInAt('eid', 'own:sub-1 high');
    assert.equal(said(turn), 'granted bo substantial');
    const event = hub.audit.findLast(({ kind }) => kind === 'journey.linked');
    assert.deepEqual(event?.body.links, [...hub.links.keys()]);
  });

  test('needs a fresh and strong proof first', async () => {
    const hub = linkingWard();
    const weak = new LinkingUser(hub);
    await weak.choosePassword(await weak.begin(), 'bo');
    assert.deepEqual(await weak.add(), { kind: 'proveFirst', minimum: 'substantial', proofSeconds: 300 });
    const strong = await new LinkingUser(hub).logIn('bo simple');
    hub.now += 5 * minute + 1;
    assert.equal((await strong.add()).kind, 'proveFirst');
    assert.equal((await new LinkingUser(hub).add()).kind, 'proveFirst', 'nobody logged in');
  });

  test('what is one’s own already says so', async () => {
    const hub = linkingWard();
    const user = await new LinkingUser(hub).logIn('bo simple');
    await user.adds('own:sub-1 high');
    const journey = await user.begins();
    await user.back(journey, await user.home(await user.away(journey), 'own:sub-1 high'));
    assert.deepEqual(await refusalOf(user, journey), { kind: 'fail', reason: 'link.already', rules: [] });
    assert.deepEqual(linksOf(hub), ['bo sub-1']);
  });

  test('a provider that says no can be tried again', async () => {
    const hub = linkingWard();
    const user = await new LinkingUser(hub).logIn('bo simple');
    const journey = await user.begins();
    await user.back(journey, await user.home(await user.away(journey), 'nobody'));
    assert.equal((await user.page(journey)).journey.refusal?.reason, 'upstream.cancelled');
    const turn = await user.back(journey, await user.home(await user.away(journey), 'own:sub-1 high'));
    assert.equal(said(turn), 'loginAdded');
  });

  test('two people at once: one wins, and the other is told whose it is not', async () => {
    const hub = linkingWard();
    const users = [await new LinkingUser(hub).logIn('bo simple'), await new LinkingUser(hub).logIn('anna simple')];
    const ways = await Promise.all(
      users.map(async (user) => {
        const journey = await user.begins();
        return { user, journey, handoff: await user.home(await user.away(journey), 'own:sub-1 high') };
      }),
    );
    const turns = await Promise.all(ways.map(({ user, journey, handoff }) => user.back(journey, handoff)));
    assert.deepEqual(turns.map(said).sort(), ['interact', 'loginAdded']);
    assert.equal(hub.links.size, 1);
    assert.equal(hub.audit.filter(({ kind }) => kind === 'identity.linked').length, 1);
    const loser = ways[turns.findIndex((turn) => said(turn) === 'interact')];
    assert.ok(loser);
    assert.deepEqual(await refusalOf(loser.user, loser.journey), { kind: 'fail', reason: 'link.taken', rules: [] });
  });

  test('"not me" and forms are no way on, and cancelling leads back', async () => {
    const hub = linkingWard();
    const user = await new LinkingUser(hub).logIn('bo simple');
    const journey = await user.begins();
    assert.equal(said(await user.act(journey, { kind: 'notMe' })), 'problem journey.alreadyUsed');
    const reply = { kind: 'form', fields: {}, ip: user.ip } as const;
    assert.equal(
      said(await user.act(journey, { kind: 'reply', provider: 'eid', reply })),
      'problem journey.alreadyUsed',
    );
    assert.equal(said(await user.act(journey, { kind: 'cancel' })), 'cancelled journey.cancelled');
  });
});

describe('removing a login', () => {
  async function withAdded() {
    const hub = linkingWard();
    const user = await new LinkingUser(hub).logIn('bo simple');
    await user.adds('own:sub-1 high');
    await user.adds('own:sub-2 high');
    const [first = '', second = ''] = [...hub.links.keys()];
    return { hub, user, first, second };
  }

  test('ends the sessions that rest on it at once, with their grants, and no other', async () => {
    const { hub, user, first } = await withAdded();
    const by = new LinkingUser(hub);
    await by.logInAt('eid', 'own:sub-1 high');
    const beside = new LinkingUser(hub);
    await beside.logInAt('eid', 'own:sub-2 high');
    assert.deepEqual(await user.dispatcher.removeLogin(first, user.browser), {
      kind: 'removed',
      ownSessionEnded: false,
    });
    assert.equal(hub.sessionOf(by.session ?? '')?.endedBy, 'identityRemoved');
    assert.equal(hub.sessionOf(beside.session ?? '')?.endedAt, undefined);
    assert.equal(hub.sessionOf(user.session ?? '')?.endedAt, undefined);
    assert.equal(hub.revoked.length, 1);
    const event = hub.audit.find(({ kind }) => kind === 'identity.unlinked');
    assert.deepEqual([event?.person, event?.body.by, event?.body.link], ['bo', 'person', first]);
    assert.equal(said(await new LinkingUser(hub).logInAt('eid', 'own:sub-1 high')), 'interact', 'it logs nobody in');
  });

  test('a login that was under way with it comes to nothing', async () => {
    const { hub, user, first } = await withAdded();
    const slow = new LinkingUser(hub);
    const journey = await slow.begin({ application: 'record' });
    await slow.back(journey, await slow.home(await slow.away(journey), 'own:sub-1 high'));
    assert.equal((await slow.page(journey)).journey.person, 'bo');
    await user.dispatcher.removeLogin(first, user.browser);
    const { journey: after } = await slow.page(journey);
    assert.deepEqual([after.person, after.evidence, after.refusal?.reason], [undefined, [], 'person.unknown']);
  });

  test('needs fresh proof, and one’s own link', async () => {
    const { hub, user, first } = await withAdded();
    const anna = await new LinkingUser(hub).logIn('anna simple');
    const stolen = await anna.dispatcher.removeLogin(first, anna.browser);
    assert.deepEqual(stolen, { kind: 'problem', reason: 'link.unknown' });
    hub.now += 6 * minute;
    assert.equal((await user.dispatcher.removeLogin(first, user.browser)).kind, 'proveFirst');
    assert.deepEqual(linksOf(hub), ['bo sub-1', 'bo sub-2']);
  });

  test('can be added again after it', async () => {
    const { hub, user, first } = await withAdded();
    await user.dispatcher.removeLogin(first, user.browser);
    assert.equal(said(await user.adds('own:sub-1 high')), 'loginAdded');
    assert.deepEqual(linksOf(hub), ['bo sub-1 ended', 'bo sub-2', 'bo sub-1']);
  });
});

describe('the person is told', () => {
  test('at the next login with another way, once', async () => {
    const hub = linkingWard();
    await (await new LinkingUser(hub).logIn('bo simple')).adds('own:sub-1 high');
    const next = new LinkingUser(hub);
    const journey = await next.begin();
    assert.equal(said(await next.card(journey, 'bo simple')), 'interact');
    const { step } = await next.page(journey);
    assert.ok(step.kind === 'tell');
    assert.deepEqual(
      step.news.map(({ what, provider }) => [what, provider]),
      [['added', 'eid']],
    );
    assert.equal(said(await next.act(journey, { kind: 'told' })), 'granted bo substantial');
    const after = new LinkingUser(hub);
    assert.equal(said(await after.card(await after.begin(), 'bo simple')), 'granted bo substantial');
  });

  test('"told" is an answer to nothing else', async () => {
    const hub = linkingWard();
    const user = new LinkingUser(hub);
    const journey = await user.begin();
    assert.equal(said(await user.act(journey, { kind: 'told' })), 'problem journey.alreadyUsed');
  });
});
