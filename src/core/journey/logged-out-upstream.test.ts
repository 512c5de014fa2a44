// A provider that ends a login while it is under way here, at every moment of it: no session is left that rests on it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LoginUser, said } from '../../../test/fakes/login-user.ts';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { upstreamIssuer, upstreamProvider } from '../../../test/fakes/upstream-provider.ts';
import { ehr, providers, record, snapshot } from '../../../test/fakes/ward.ts';
import type { Commit } from '../commit/commit.ts';
import { takeUpstreamLogout } from '../sessions/upstream-logout.ts';

const eid = upstreamProvider({}, { id: 'eid', order: 3 });

function ward() {
  const hub = new MemoryLogin();
  const all = [...providers, eid];
  hub.catalogue = snapshot({
    providers: new Map(all.map((one) => [one.id, one])),
    applications: new Map([ehr, record].map((one) => [one.id, one])),
    rules: new Map(),
  });
  return { hub, user: new LoginUser(hub) };
}
let count = 0;
const logOut = (hub: MemoryLogin, session = 'sid-1') =>
  takeUpstreamLogout(
    hub.sessionPorts,
    {
      end: { provider: 'eid', issuer: upstreamIssuer, session, at: hub.now },
      jti: `jti-${++count}`,
      expiresAt: hub.now + 60_000,
      reference: 'REF',
    },
    900,
  );

/** Away and back; the answer lies under a ticket that the browser has not brought yet. */
async function cameBack(user: LoginUser, journey: string, code = 'bo high sid-1'): Promise<string> {
  const going = await user.dispatcher.leave(journey, 'eid', user.browser);
  assert.ok(going.kind === 'away');
  const state = new URL(going.url).searchParams.get('state') ?? '';
  const came = await user.dispatcher.returned('eid', { state, code }, '192.0.2.1');
  assert.ok('handoff' in came);
  return came.handoff;
}
const live = (hub: MemoryLogin) => [...hub.sessions.values()].filter(({ session }) => session.endedAt === undefined);
const isLogin = (commit: Commit) => commit.writes.some(({ kind }) => kind === 'session.save');

/** Runs `meanwhile` right before or right after the login's own commit becomes true. */
function meanwhile(hub: MemoryLogin, when: 'before' | 'after', work: () => Promise<unknown>) {
  const { ports } = hub;
  const commit: typeof ports.commit = async (given) => {
    if (!isLogin(given)) return hub.commit(given);
    if (when === 'before') await work();
    const done = await hub.commit(given);
    if (when === 'after') await work();
    return done;
  };
  return new LoginUser(Object.assign(Object.create(hub) as MemoryLogin, { ports: { ...ports, commit } }));
}

describe('a provider’s logout', () => {
  test('before the answer is judged: the page says so, and a new login works', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    const handoff = await cameBack(user, journey);
    await logOut(hub);
    const turn = await user.dispatcher.takeHandoff(journey, handoff, user.browser);
    assert.equal(turn.kind, 'interact', JSON.stringify(turn));
    assert.equal((await user.page(journey)).journey.refusal?.reason, 'upstream.loggedOut');
    assert.equal(live(hub).length, 0);
    const again = await cameBack(user, journey, 'bo high sid-2');
    assert.equal(said(await user.dispatcher.takeHandoff(journey, again, user.browser)), 'granted bo high');
    assert.equal(live(hub).length, 1);
  });

  test('while the person is asked for more: that proof counts no more', async () => {
    const { hub, user } = ward();
    const journey = await user.begin({ application: 'record' });
    const handoff = await cameBack(user, journey, 'bo low sid-1');
    await user.dispatcher.takeHandoff(journey, handoff, user.browser);
    assert.equal((await user.page(journey)).journey.evidence.length, 1);
    await logOut(hub);
    const { journey: now } = await user.page(journey);
    assert.deepEqual([now.evidence, now.person, now.refusal?.reason], [[], undefined, 'upstream.loggedOut']);
  });

  for (const when of ['before', 'after'] as const) {
    test(`right ${when} the commit of the login: what was begun is over at once`, async () => {
      const { hub } = ward();
      const user = meanwhile(hub, when, () => logOut(hub));
      const journey = await user.begin();
      const handoff = await cameBack(user, journey);
      const turn = await user.dispatcher.takeHandoff(journey, handoff, user.browser);
      assert.deepEqual([turn.kind, turn.kind === 'problem' && turn.reason], ['problem', 'upstream.loggedOut']);
      assert.equal(live(hub).length, 0);
      const ends = hub.audit.filter(({ kind }) => kind === 'session.ended');
      assert.deepEqual(
        ends.map(({ body }) => [body.by, body.provider]),
        [['endedUpstream', 'eid']],
      );
      assert.equal([...hub.outbox.values()].filter(({ kind }) => kind === 'backchannelLogout').length, 1);
    });

    test(`right ${when} the commit of another login there: nothing of it`, async () => {
      const { hub } = ward();
      const user = meanwhile(hub, when, () => logOut(hub, 'sid-2'));
      const journey = await user.begin();
      const handoff = await cameBack(user, journey);
      assert.equal(said(await user.dispatcher.takeHandoff(journey, handoff, user.browser)), 'granted bo high');
      assert.equal(live(hub).length, 1);
    });
  }

  test('afterwards, of a session that a step-up there made stronger: the whole of it ends', async () => {
    const { hub, user } = ward();
    await user.choosePassword(await user.begin(), 'bo');
    const journey = await user.begin({ application: 'record' });
    const handoff = await cameBack(user, journey);
    assert.equal(said(await user.dispatcher.takeHandoff(journey, handoff, user.browser)), 'granted bo high');
    assert.equal(live(hub).length, 1);
    await logOut(hub);
    assert.equal(live(hub).length, 0);
  });
});
