// Logins at outside providers are counted once each, for their organisation, and single sign-on is counted as what it saved (N10).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LoginUser, said } from '../../../test/fakes/login-user.ts';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { upstreamProvider } from '../../../test/fakes/upstream-provider.ts';
import { clientsAlone, ehr, providers, record, snapshot } from '../../../test/fakes/ward.ts';
import type { Application, Provider } from '../catalogue/snapshot.ts';

const price = { amount: '0.55', currency: 'NOK' };
const eid = upstreamProvider({}, { id: 'eid', order: 3, price });

function ward(change: Partial<Application> = {}, all: readonly Provider[] = [...providers, eid]) {
  const hub = new MemoryLogin();
  const applications = [{ ...ehr, ...change }, record];
  hub.catalogue = snapshot({
    providers: new Map(all.map((one) => [one.id, one])),
    ...clientsAlone(new Map(applications.map((one) => [one.id, one]))),
    rules: new Map(),
  });
  return { hub, user: new LoginUser(hub) };
}

/** Away to `eid` and back as far as the ticket; `code` is a person and a level. */
async function awayAndBack(user: LoginUser, journey: string, code: string): Promise<string> {
  const going = await user.dispatcher.leave(journey, 'eid', user.browser);
  assert.ok(going.kind === 'away', JSON.stringify(going));
  const state = new URL(going.url).searchParams.get('state') ?? '';
  const came = await user.dispatcher.returned('eid', { state, code }, '192.0.2.1');
  assert.ok(!('kind' in came), JSON.stringify(came));
  return came.handoff;
}
async function logIn(user: LoginUser, journey: string, code = 'bo high'): Promise<string> {
  const handoff = await awayAndBack(user, journey, code);
  return said(user.keep(await user.dispatcher.takeHandoff(journey, handoff, user.browser)));
}
/** What is counted, without what came to nothing. */
const counted = (hub: MemoryLogin) =>
  Object.fromEntries([...hub.counts].filter(([, [logins, avoided]]) => logins !== 0 || avoided !== 0));
const at = (organisation: string, application = 'ehr', cost = '0.55 NOK') =>
  `2026-11 | eid | ${organisation} | ${application} | ${cost}`;

describe('a login at an outside provider', () => {
  test('is counted once, in the commit that makes the session', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    const handoff = await awayAndBack(user, journey, 'bo high');
    assert.deepEqual(counted(hub), {}, 'on the way nothing counts');
    const before = hub.commits;
    const [first, second] = await Promise.all([
      user.dispatcher.takeHandoff(journey, handoff, user.browser),
      user.dispatcher.takeHandoff(journey, handoff, user.browser),
    ]);
    assert.deepEqual([said(first), said(second)].sort(), ['granted bo high', 'problem journey.alreadyUsed']);
    assert.equal(hub.commits - before, 3, 'the ticket twice, the login once');
    assert.deepEqual(counted(hub), { [at('hospital')]: [1, 0] });
  });

  test('counts for the organisation that is chosen after it, and under none until then', async () => {
    const { hub, user } = ward({ requireAssignment: true });
    const journey = await user.begin();
    assert.equal(await logIn(user, journey, 'cecilia high'), 'interact');
    assert.deepEqual(counted(hub), { [at('')]: [1, 0] });
    assert.equal(
      said(await user.act(journey, { kind: 'chooseAssignment', assignment: 'cecilia@clinic' })),
      'granted cecilia high',
    );
    assert.deepEqual(counted(hub), { [at('clinic')]: [1, 0] });
  });

  test('counts also when we do not know the person: the provider has done its work', async () => {
    const { hub, user } = ward();
    assert.equal(await logIn(user, await user.begin(), 'stranger high'), 'interact');
    assert.deepEqual(counted(hub), { [at('')]: [1, 0] });
  });

  test('counts twice when it is done twice in one sitting', async () => {
    const { hub, user } = ward();
    const journey = await user.begin({ assurance: 'high' });
    assert.equal(await logIn(user, journey, 'bo low'), 'interact');
    assert.equal(await logIn(user, journey, 'bo high'), 'granted bo high');
    assert.deepEqual(counted(hub), { [at('hospital')]: [2, 0] });
  });

  test('that was not completed is not counted', async () => {
    const { hub, user } = ward();
    assert.equal(await logIn(user, await user.begin(), 'nobody'), 'interact');
    assert.deepEqual(counted(hub), {});
  });

  test('is counted once when its answer comes twice at one moment, and when it is sent again later', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    const handoff = await awayAndBack(user, journey, 'bo high');
    const take = () => user.dispatcher.takeHandoff(journey, handoff, user.browser);
    const both = await Promise.all([take(), take(), take()]);
    assert.equal(both.filter(({ kind }) => kind === 'done').length, 1);
    await take();
    assert.deepEqual(counted(hub), { [at('hospital')]: [1, 0] });
  });

  test('keeps the price that it had', async () => {
    const { hub, user } = ward();
    await logIn(user, await user.begin());
    const dearer = { ...eid, price: { amount: '0.60', currency: 'NOK' } };
    hub.catalogue = { ...hub.catalogue, providers: new Map([...hub.catalogue.providers, ['eid', dearer]]) };
    await logIn(user, await user.begin({ fresh: true }));
    assert.deepEqual(counted(hub), { [at('hospital')]: [1, 0], [at('hospital', 'ehr', '0.60 NOK')]: [1, 0] });
  });
});

describe('single sign-on', () => {
  test('is counted as avoided, for the application that was opened', async () => {
    const { hub, user } = ward();
    await logIn(user, await user.begin());
    for (const application of ['record', 'record', 'ehr'])
      assert.equal((await user.start({ application })).kind, 'done', application);
    assert.deepEqual(counted(hub), { [at('hospital')]: [1, 1], [at('hospital', 'record')]: [0, 2] });
  });

  test('by our own means costs nobody anything and is not counted', async () => {
    const { hub, user } = ward();
    assert.equal(said(await user.card(await user.begin(), 'bo simple')), 'granted bo substantial');
    assert.equal((await user.start()).kind, 'done');
    assert.deepEqual(counted(hub), {});
  });

  test('that is refused has avoided nothing', async () => {
    const { hub, user } = ward();
    await logIn(user, await user.begin(), 'bo low');
    assert.equal((await user.start({ application: 'record', passive: true })).kind, 'done');
    assert.deepEqual(counted(hub), { [at('hospital')]: [1, 0] });
  });
});
