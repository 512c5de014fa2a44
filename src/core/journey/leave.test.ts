// The way to a provider and back: one hop, one browser, one provider, once; and what a disturbance leaves open (O8, A3).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LoginUser, said } from '../../../test/fakes/login-user.ts';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { SamlFake } from '../../../test/fakes/saml-provider.ts';
import { upstreamProvider } from '../../../test/fakes/upstream-provider.ts';
import { clientsAlone, ehr, minute, providers, record, snapshot } from '../../../test/fakes/ward.ts';
import type { Application, Provider } from '../catalogue/snapshot.ts';

const eid = upstreamProvider({}, { id: 'eid', order: 3 });
const municipality = new SamlFake('municipality').provider();
const other = upstreamProvider({}, { id: 'other', order: 4 });

function ward(change: Partial<Application> = {}, all: readonly Provider[] = [...providers, eid, other]) {
  const hub = new MemoryLogin();
  const applications = [{ ...ehr, ...change }, record];
  hub.catalogue = snapshot({
    providers: new Map(all.map((one) => [one.id, one])),
    ...clientsAlone(new Map(applications.map((one) => [one.id, one]))),
    rules: new Map(),
  });
  return { hub, user: new LoginUser(hub) };
}

async function away(user: LoginUser, journey: string, provider = 'eid'): Promise<string> {
  const going = await user.dispatcher.leave(journey, provider, user.browser);
  assert.ok(going.kind === 'away', JSON.stringify(going));
  return new URL(going.url).searchParams.get('state') ?? '';
}
async function home(user: LoginUser, state: string, code = 'bo high', provider = 'eid'): Promise<string> {
  const came = await user.dispatcher.returned(provider, { state, code }, '192.0.2.1');
  assert.ok(!('kind' in came), JSON.stringify(came));
  return came.handoff;
}

describe('a login at a provider', () => {
  test('goes away and comes back, and the memo never leaves the hub', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    const state = await away(user, journey);
    assert.match(state, /^[\w-]{43}$/);
    const handoff = await home(user, state);
    assert.equal(said(await user.dispatcher.takeHandoff(journey, handoff, user.browser)), 'granted bo high');
    assert.deepEqual(hub.replies.at(-1), {
      kind: 'redirect',
      parameters: { state, code: 'bo high' },
      memo: { nonce: state },
      ip: '192.0.2.1',
    });
    assert.ok(![...hub.handoffs.values()].some(({ hash }) => hash === state), 'only the hash of the state is kept');
  });

  test('is wished what policy asks: level, freshness, age, hint', async () => {
    const { hub, user } = ward();
    const plain = await user.begin({ hint: 'bo@example' });
    await away(user, plain);
    assert.deepEqual(
      { ...hub.wishes.at(-1), state: '' },
      {
        required: 'low',
        fresh: false,
        maxAgeSeconds: undefined,
        hint: 'bo@example',
        methods: undefined,
        onBehalfOf: undefined,
        passive: false,
        requesters: undefined,
        passedOn: undefined,
        message: undefined,
        locale: undefined,
        application: { name: ehr.name, entityId: undefined },
        state: '',
      },
    );
    await away(user, await user.begin({ wishedMethods: ['minid'], onBehalfOf: 'fjord' }));
    assert.deepEqual([hub.wishes.at(-1)?.methods, hub.wishes.at(-1)?.onBehalfOf], [['minid'], 'fjord']);
    await away(user, await user.begin({ application: 'record' }));
    assert.equal(hub.wishes.at(-1)?.required, 'high');
    assert.equal(hub.wishes.at(-1)?.maxAgeSeconds, hub.catalogue.settings.lifetimes.highReuse);
    await away(user, await user.begin({ fresh: true, maxAge: 300, assurance: 'substantial' }));
    const { required, fresh, maxAgeSeconds } = hub.wishes.at(-1) ?? {};
    assert.deepEqual([required, fresh, maxAgeSeconds], ['substantial', true, 300]);
  });

  test('"not me" asks for a new proof there, or the same person would come back', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    await user.act(journey, { kind: 'notMe' });
    await away(user, journey);
    assert.equal(hub.wishes.at(-1)?.fresh, true);
  });

  test('a login there that was too old is asked for anew', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    const handoff = await home(user, await away(user, journey), 'too old');
    assert.equal(said(await user.dispatcher.takeHandoff(journey, handoff, user.browser)), 'interact');
    assert.equal((await user.page(journey)).journey.refusal?.reason, 'upstream.tooOld');
    await away(user, journey);
    assert.equal(hub.wishes.at(-1)?.fresh, true);
  });

  test('a provider that is the only way is the step at once', async () => {
    const { user } = ward({ providers: ['eid'] });
    const view = await user.page(await user.begin());
    assert.deepEqual(view.step, { kind: 'prove', provider: 'eid', alternatives: [] });
    assert.deepEqual(view.ask, { kind: 'redirect' });
  });

  test('a link may name the organisation, or the provider by its own name, and the person can still choose another', async () => {
    const own = new SamlFake('municipality').provider({ organisation: 'kommun' });
    for (const name of ['kommun', 'https://municipality.example/metadata', 'municipality']) {
      const { user } = ward({}, [...providers, eid, own]);
      const { step } = await user.page(await user.begin({ wishedProviders: ['nobody', name] }));
      assert.deepEqual(
        step,
        { kind: 'prove', provider: 'municipality', alternatives: ['card', 'password', 'eid'] },
        name,
      );
    }
    const { user } = ward({ providers: ['eid'] }, [...providers, eid, own]);
    const { step } = await user.page(await user.begin({ wishedProviders: ['kommun'] }));
    assert.ok(step.kind === 'prove' && step.provider === 'eid', 'a wish is never a right');
  });

  test('looking at the page asks the provider nothing', async () => {
    const { hub, user } = ward({ providers: ['eid'] });
    const journey = await user.begin();
    for (let looks = 0; looks < 3; looks += 1) await user.page(journey);
    assert.equal(hub.wishes.length, 0);
  });
});

describe('a disturbance', () => {
  test('leaves the journey alive: the page tells, the provider can be tried again, the other ways are there', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    hub.upstreamDown = true;
    assert.equal((await user.dispatcher.leave(journey, 'eid', user.browser)).kind, 'interact');
    const view = await user.page(journey);
    assert.deepEqual(view.journey.refusal, { reason: 'upstream.unavailable', params: { provider: 'eid' } });
    assert.ok(view.step.kind === 'prove' && view.step.provider === 'eid');
    assert.deepEqual(view.step.alternatives, ['card', 'password', 'other']);
    assert.ok(hub.trail().includes('journey.refused upstream.unavailable'));
    assert.equal(said(await user.card(journey, 'bo simple')), 'granted bo substantial');
  });

  test('on the way back is told as well, and the login goes on', async () => {
    const { hub, user } = ward({ providers: ['eid'] });
    const journey = await user.begin();
    const handoff = await home(user, await away(user, journey), 'nobody');
    assert.equal(said(await user.dispatcher.takeHandoff(journey, handoff, user.browser)), 'interact');
    assert.equal((await user.page(journey)).journey.refusal?.reason, 'upstream.cancelled');
    const again = await home(user, await away(user, journey));
    assert.equal(said(await user.dispatcher.takeHandoff(journey, again, user.browser)), 'granted bo high');
    assert.equal(hub.sessions.size, 1);
  });
});

describe('O8, A3: an answer counts once, in the browser that began, from the provider that was asked', () => {
  test('another browser’s answer logs nobody in here, and ours nobody in there', async () => {
    const { hub, user } = ward();
    const thief = new LoginUser(hub);
    const [mine, theirs] = [await user.begin(), await thief.begin()];
    const handoff = await home(user, await away(user, mine));
    // The victim's answer in the thief's browser, and in the thief's journey.
    assert.equal(
      said(await thief.dispatcher.takeHandoff(mine, handoff, thief.browser)),
      'problem journey.otherBrowser',
    );
    assert.equal(
      said(await thief.dispatcher.takeHandoff(theirs, handoff, thief.browser)),
      'problem journey.alreadyUsed',
    );
    // Login CSRF: the thief's own answer in the victim's browser.
    const planted = await home(thief, await away(thief, theirs));
    assert.equal(said(await user.dispatcher.takeHandoff(mine, planted, user.browser)), 'problem journey.alreadyUsed');
    assert.equal(
      said(await user.dispatcher.takeHandoff(mine, handoff, { ...user.browser, token: undefined })),
      'problem journey.noCookie',
    );
    assert.equal(hub.sessions.size, 0);
    assert.equal(said(await user.dispatcher.takeHandoff(mine, handoff, user.browser)), 'granted bo high');
  });

  test('an answer at another provider’s address is refused, and its state is spent', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    const state = await away(user, journey);
    const mixed = await user.dispatcher.returned('other', { state, code: 'bo high' }, '');
    assert.ok('kind' in mixed && mixed.reason === 'upstream.invalid');
    assert.equal(mixed.continueAt, journey);
    const refusal = hub.audit.at(-1);
    assert.equal(refusal?.body.check, 'callback.provider');
    const after = await user.dispatcher.returned('eid', { state, code: 'bo high' }, '');
    assert.ok('kind' in after && after.reason === 'journey.alreadyUsed');
    assert.equal(hub.replies.length, 0);
  });

  test('providers that share an address answer at no other, and nobody else answers at theirs', async () => {
    const { user } = ward({}, [...providers, eid, municipality]);
    const journey = await user.begin();
    const shared = await away(user, journey, 'municipality');
    const elsewhere = await user.dispatcher.returned('municipality', { RelayState: shared, code: 'bo high' }, '');
    assert.ok('kind' in elsewhere && elsewhere.reason === 'upstream.invalid');
    const own = await away(user, journey);
    const atShared = await user.dispatcher.returned(undefined, { state: own, code: 'bo high' }, '');
    assert.ok('kind' in atShared && atShared.reason === 'upstream.invalid');
    const right = await away(user, journey, 'municipality');
    const came = await user.dispatcher.returned(undefined, { RelayState: right, code: 'bo high' }, '');
    assert.ok(!('kind' in came));
    assert.equal(said(await user.dispatcher.takeHandoff(journey, came.handoff, user.browser)), 'granted bo high');
  });

  test('what a provider sent counts once, in whichever journey it comes, also when it led nowhere the first time', async () => {
    for (const [first, second] of [
      ['bo high', 'bo high'],
      ['nobody high', 'bo high'],
    ]) {
      const { user } = ward({}, [...providers, municipality]);
      const brought = async (code = '') => {
        const journey = await user.begin({ fresh: true });
        const RelayState = await away(user, journey, 'municipality');
        const came = await user.dispatcher.returned(undefined, { RelayState, code, message: 'assertion-1' }, '');
        assert.ok(!('kind' in came));
        return said(await user.dispatcher.takeHandoff(journey, came.handoff, user.browser));
      };
      assert.equal(await brought(first), first === 'bo high' ? 'granted bo high' : 'interact');
      assert.equal(await brought(second), 'problem journey.alreadyUsed');
    }
  });

  test('a replayed answer, state or ticket is refused; the code is redeemed once', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    const state = await away(user, journey);
    const [one, two] = await Promise.all([
      user.dispatcher.returned('eid', { state, code: 'bo high' }, ''),
      user.dispatcher.returned('eid', { state, code: 'bo high' }, ''),
    ]);
    const won = [one, two].flatMap((came) => ('kind' in came ? [] : [came.handoff]));
    assert.equal(won.length, 1);
    assert.ok(hub.audit.some(({ body }) => body.check === 'state.once'));
    const taken = await Promise.all([
      user.dispatcher.takeHandoff(journey, won[0] ?? '', user.browser),
      user.dispatcher.takeHandoff(journey, won[0] ?? '', user.browser),
    ]);
    assert.deepEqual(taken.map(said).sort(), ['granted bo high', 'problem journey.alreadyUsed']);
    assert.equal(hub.replies.length, 1, 'the provider was asked once');
    assert.equal(
      said(await user.dispatcher.takeHandoff(journey, won[0] ?? '', user.browser)),
      'problem journey.alreadyUsed',
    );
  });

  test('the ticket out is no way back, and the way back is no state', async () => {
    const { user } = ward();
    const journey = await user.begin();
    const state = await away(user, journey);
    assert.equal(said(await user.dispatcher.takeHandoff(journey, state, user.browser)), 'problem journey.unknown');
    const handoff = await home(user, state);
    const swapped = await user.dispatcher.returned('eid', { state: handoff }, '');
    assert.ok('kind' in swapped && swapped.reason === 'journey.unknown');
    const none = await user.dispatcher.returned('eid', {}, '');
    assert.ok('kind' in none && none.reason === 'journey.unknown');
  });

  test('an answer from an earlier step, of a closed provider, or too late is stale', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    const early = await home(user, await away(user, journey));
    await user.act(journey, { kind: 'chooseProvider', provider: 'password' });
    assert.equal(said(await user.dispatcher.takeHandoff(journey, early, user.browser)), 'problem journey.alreadyUsed');
    const kept = await home(user, await away(user, journey));
    hub.catalogue = ward({ providers: ['password'] }).hub.catalogue;
    assert.equal(said(await user.dispatcher.takeHandoff(journey, kept, user.browser)), 'problem journey.alreadyUsed');
    const late = ward();
    const another = await late.user.begin();
    const handoff = await home(late.user, await away(late.user, another));
    late.hub.now += minute;
    assert.equal(
      said(await late.user.dispatcher.takeHandoff(another, handoff, late.user.browser)),
      'problem journey.expired',
    );
    assert.equal(late.hub.replies.length + hub.replies.length, 0);
  });

  test('a form cannot pose as a provider’s answer, and nobody leaves for what is no provider’s page', async () => {
    const { user } = ward();
    const journey = await user.begin();
    const posed = { kind: 'redirect', parameters: { code: 'bo high' }, memo: {}, ip: '' } as const;
    assert.equal(
      said(await user.act(journey, { kind: 'reply', provider: 'eid', reply: posed })),
      'problem journey.alreadyUsed',
    );
    for (const provider of ['password', 'card', 'nothing']) {
      assert.equal((await user.dispatcher.leave(journey, provider, user.browser)).kind, 'problem', provider);
    }
    const shut = ward({ providers: ['password'] });
    assert.equal((await shut.user.dispatcher.leave(await shut.user.begin(), 'eid', shut.user.browser)).kind, 'problem');
  });

  test('only the journey’s browser can leave', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    const thief = new LoginUser(hub);
    await thief.begin();
    const going = await thief.dispatcher.leave(journey, 'eid', thief.browser);
    assert.ok(going.kind === 'problem' && going.reason === 'journey.otherBrowser');
    assert.equal(hub.wishes.length, 0);
  });
});
