// What must not work: skipped and repeated steps (A4), fixation and login CSRF (A3), tickets used wrongly, crashes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { granted, LoginUser, said } from '../../../test/fakes/login-user.ts';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { application, ehr, minute, record, withApplications } from '../../../test/fakes/ward.ts';
import { newToken } from '../../base/ids.ts';
import type { Action, LoginOutcome } from './dispatcher.ts';

function ward() {
  const hub = new MemoryLogin();
  return { hub, user: new LoginUser(hub) };
}

const form = (username: string, password = 'secret'): Action => ({
  kind: 'reply',
  provider: 'password',
  reply: { kind: 'form', fields: { username, password }, ip: '10.1.2.3' },
});

/** Does one drawn action, for example `card bo simple`. */
function take(user: LoginUser, journey: string, version: number | undefined, action: string) {
  const [verb, who = 'bo'] = action.split(' ');
  if (verb === 'card') return user.card(journey, action.slice('card '.length));
  const actions: Record<string, Action> = {
    password: form(who),
    again: form(who),
    choose: { kind: 'chooseProvider', provider: who },
    notMe: { kind: 'notMe' },
    assignment: { kind: 'chooseAssignment', assignment: 'bo@hospital' },
  };
  return user.act(journey, actions[verb ?? ''] ?? { kind: 'notMe' }, version);
}

function mustBeRight(hub: MemoryLogin, app: string, outcome: LoginOutcome, shown: ReadonlySet<string>): void {
  assert.ok(outcome.kind === 'granted');
  const { permit, session } = outcome;
  assert.equal(permit.person, session.person);
  if (app === 'record') assert.equal(permit.assurance, 'high');
  if (permit.assurance === 'high') assert.ok(shown.has(`${permit.person} advanced`));
  if (permit.person === 'anna') assert.ok(shown.has('anna simple') || shown.has('anna advanced'));
  const open = [...hub.sessions.values()].filter(({ session: one }) => one.endedAt === undefined);
  assert.deepEqual(
    open.map(({ session: one }) => one.person),
    [permit.person],
  );
}

describe('A4: no step is skipped', () => {
  test('an empty reply proves nothing', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    const empty: Action = { kind: 'reply', provider: 'password', reply: { kind: 'form', fields: {}, ip: '' } };
    assert.equal(said(await user.act(journey, empty)), 'interact');
    const { step } = await user.page(journey);
    assert.equal(step.kind === 'prove' && step.provider, 'password');
    assert.equal(hub.sessions.size, 0);
  });

  test('a reply that the step does not ask for spends no version', async () => {
    const { hub, user } = ward();
    hub.catalogue = withApplications({ ...record });
    const journey = await user.begin({ application: 'record' });
    const wrong: Action[] = [
      form('bo'),
      { kind: 'chooseProvider', provider: 'password' },
      { kind: 'chooseProvider', provider: 'nothing' },
      { kind: 'chooseAssignment', assignment: 'bo@hospital' },
    ];
    for (const action of wrong) assert.equal(said(await user.act(journey, action)), 'problem journey.alreadyUsed');
    assert.equal((await user.page(journey)).journey.version, 1);
    assert.equal(hub.sessions.size, 0);
  });

  test('a form cannot pose as a card', async () => {
    const { hub, user } = ward();
    const journey = await user.begin({ application: 'record' });
    const posed: Action = {
      kind: 'reply',
      provider: 'card',
      reply: { kind: 'card', chain: [Buffer.from('anna advanced')], ip: '' },
    };
    assert.equal(said(await user.act(journey, posed)), 'problem journey.alreadyUsed');
    assert.equal(hub.sessions.size, 0);
  });

  test('a repeated POST is told, and shown where to go on', async () => {
    const { user } = ward();
    const journey = await user.begin();
    await user.act(journey, form('anna'), 1);
    const repeated = await user.act(journey, form('anna'), 1);
    assert.equal(said(repeated), 'problem journey.alreadyUsed');
    assert.equal(repeated.kind === 'problem' && repeated.continueAt, journey);
    assert.equal((await user.page(journey)).journey.evidence.length, 1);
  });

  test('the back button: an old page cannot be sent again after the step was taken', async () => {
    const { user } = ward();
    const journey = await user.begin();
    await user.act(journey, { kind: 'chooseProvider', provider: 'password' }, 1);
    assert.equal(
      said(await user.act(journey, { kind: 'chooseProvider', provider: 'card' }, 1)),
      'problem journey.alreadyUsed',
    );
    const { step } = await user.page(journey);
    assert.equal(step.kind === 'prove' && step.provider, 'password');
  });

  test('of many at once, on any number of hubs, one goes on', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    const hubs = Array.from({ length: 8 }, () => {
      const other = new LoginUser(hub);
      other.token = user.token;
      return other;
    });
    const answers = await Promise.all(hubs.map((other) => other.password(journey, 'bo', 'secret', 1)));
    assert.equal(answers.filter((answer) => said(answer) === 'granted bo low').length, 1);
    assert.equal(answers.filter((answer) => said(answer) === 'problem journey.alreadyUsed').length, 7);
    assert.equal(hub.sessions.size, 1);
    assert.equal(hub.trail().filter((kind) => kind === 'session.started').length, 1);
    assert.ok(hub.trail().includes('journey.refused journey.alreadyUsed'));
  });

  test('with a session from another tab, a waiting tab goes on without a second proof, once', async () => {
    const { hub, user } = ward();
    const [first, second] = [await user.begin(), await user.begin()];
    granted(await user.password(first, 'bo', 'secret', 1));
    const view = await user.dispatcher.view(second, user.browser);
    assert.ok('kind' in view);
    assert.equal(said(view), 'granted bo low');
    assert.equal(hub.sessions.size, 1);
    const again = await user.dispatcher.view(second, user.browser);
    assert.equal('kind' in again && said(again), 'problem journey.alreadyUsed');
  });

  test('but a tab that asks for fresh proof waits for its own', async () => {
    const { user } = ward();
    const fresh = await user.begin({ fresh: true });
    granted(await user.password(await user.begin(), 'bo', 'secret', 1));
    assert.equal((await user.page(fresh)).step.kind, 'choose');
  });

  test('whatever is sent in whatever order, high is never issued without an advanced card of that person', async () => {
    const actions = fc.array(
      fc.constantFrom(
        'password bo',
        'password anna',
        'card bo simple',
        'card anna simple',
        'card anna advanced',
        'card bo advanced',
        'card',
        'choose card',
        'choose password',
        'notMe',
        'again',
        'assignment',
        'tab',
      ),
      { maxLength: 10 },
    );
    let grants = 0;
    await fc.assert(
      fc.asyncProperty(actions, fc.constantFrom('ehr', 'record'), async (list, app) => {
        const { hub, user } = ward();
        const shown = new Set<string>();
        const seen = { journey: await user.begin({ application: app }), version: 1 };
        for (const action of list) {
          const [verb, who, kind = ''] = action.split(' ');
          const stored = hub.journeys.get(seen.journey);
          const version = verb === 'again' ? 1 : stored?.version;
          if (verb === 'tab') {
            const turn = await user.start({ application: app });
            if (turn.kind === 'interact') seen.journey = turn.journey;
            continue;
          }
          const turn = await take(user, seen.journey, version, action);
          if (kind !== '') shown.add(`${who} ${kind}`);
          if (turn.kind !== 'done' || turn.outcome.kind !== 'granted') continue;
          grants += 1;
          mustBeRight(hub, app, turn.outcome, shown);
        }
      }),
      { numRuns: 400 },
    );
    assert.ok(grants > 50, `only ${grants} grants were drawn`);
  });
});

describe('A3: a login belongs to the browser that began it', () => {
  test('no other browser can see it, act on it, cancel it, or carry its card', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    const thief = new LoginUser(hub);
    await thief.begin();
    const otherCookie = thief.browser;
    const noCookie = { ...otherCookie, token: undefined };
    for (const [browser, reason] of [
      [otherCookie, 'journey.otherBrowser'],
      [noCookie, 'journey.noCookie'],
    ] as const) {
      const answers = [
        await user.dispatcher.view(journey, browser),
        await user.dispatcher.act(journey, 1, form('bo'), browser),
        await user.dispatcher.act(journey, 1, { kind: 'cancel' }, browser),
        await user.dispatcher.cardTicket(journey, browser),
        await user.dispatcher.takeHandoff(journey, newToken(), browser),
      ];
      for (const answer of answers) assert.equal('reason' in answer && answer.reason, reason);
    }
    assert.equal((await user.page(journey)).journey.version, 1);
  });

  test('login CSRF: a card that somebody else showed logs nobody in here', async () => {
    const { hub, user } = ward();
    const attacker = new LoginUser(hub);
    const theirs = await attacker.begin();
    const shown = await attacker.showCard(theirs, 'anna advanced');
    assert.ok(!('kind' in shown));
    const mine = await user.begin();
    for (const journey of [mine, theirs]) {
      const turn = await user.dispatcher.takeHandoff(journey, shown.handoff, user.browser);
      assert.equal(turn.kind, 'problem');
    }
    assert.equal(hub.sessions.size, 0);
  });

  test('fixation: a session cookie from before the login or the step-up opens nothing after it', async () => {
    const { hub, user } = ward();
    const planted = newToken();
    user.session = planted;
    granted(await user.password(await user.begin(), 'bo', 'secret', 1));
    assert.notEqual(user.session, planted);
    assert.equal(hub.sessionOf(planted), undefined);
    const before = user.session ?? '';
    granted(await user.card(await user.begin({ application: 'record' }), 'bo advanced'));
    assert.notEqual(user.session, before);
    const old = new LoginUser(hub);
    old.session = before;
    assert.equal((await old.start({ passive: true, application: 'record' })).kind, 'done');
    assert.equal(said(await old.start({ passive: true, application: 'record' })), 'loginRequired policy.notLoggedIn');
  });

  test('fixation: a journey cookie that is not ours is replaced; ours is kept for other tabs', async () => {
    const { user } = ward();
    user.token = 'planted';
    await user.begin();
    assert.notEqual(user.token, 'planted');
    const kept = user.token;
    await user.begin();
    assert.equal(user.token, kept);
  });
});

describe('time and crashes', () => {
  test('a journey runs out after 15 minutes', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    hub.now += 15 * minute - 1;
    assert.equal((await user.page(journey)).step.kind, 'choose');
    hub.now += 1;
    assert.equal(said(await user.act(journey, form('bo'), 1)), 'problem journey.expired');
    const view = await user.dispatcher.view(journey, user.browser);
    assert.equal('reason' in view && view.reason, 'journey.expired');
    assert.equal('application' in view && view.application, 'ehr', 'its own browser is told where to begin again');
    const stranger = await user.dispatcher.view(journey, { ...user.browser, token: 'another' });
    assert.ok(!('application' in stranger));
  });

  test('a journey that nobody knows', async () => {
    const { user } = ward();
    await user.begin();
    for (const id of ['x', '', '00000000-0000-7000-8000-000000000000', "'; DROP TABLE journey"]) {
      assert.equal(said(await user.dispatcher.act(id, 1, form('bo'), user.browser)), 'problem journey.unknown');
    }
  });

  test('a crash before the commit leaves the step to be taken again', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    hub.crash = 'before';
    await assert.rejects(user.act(journey, form('bo'), 1), /crashed before/);
    assert.equal(hub.sessions.size, 0);
    assert.equal(said(await user.act(journey, form('bo'), 1)), 'granted bo low');
  });

  test('a crash after the commit: the step is taken, once, and the trail has it', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    hub.crash = 'after';
    await assert.rejects(user.act(journey, form('anna'), 1), /crashed after/);
    assert.ok(hub.trail().includes('journey.linked'));
    assert.equal(said(await user.act(journey, form('anna'), 1)), 'problem journey.alreadyUsed');
    assert.equal((await user.page(journey)).step.kind, 'prove');
    assert.equal((await user.page(journey)).journey.evidence.length, 1);
  });

  test('an outage of a connector spends nothing', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    const { reply } = hub.connectors.password;
    hub.connectors.password.reply = async () => {
      throw new Error('away');
    };
    await assert.rejects(user.act(journey, form('bo'), 1), /away/);
    hub.connectors.password.reply = reply;
    assert.equal(said(await user.act(journey, form('bo'), 1)), 'granted bo low');
  });

  test('a connector that answers for another provider is not believed, nor above what the provider may', async () => {
    const { hub, user } = ward();
    const { reply } = hub.connectors.password;
    hub.connectors.password.reply = async (provider, given, now) => {
      const answer = await reply(provider, given, now);
      return answer.kind === 'proven' ? { ...answer, evidence: { ...answer.evidence, provider: 'card' } } : answer;
    };
    await assert.rejects(user.act(await user.begin(), form('bo'), 1), /answered for another/);
    hub.connectors.password.reply = async (provider, given, now) => {
      const answer = await reply(provider, given, now);
      return answer.kind === 'proven' ? { ...answer, evidence: { ...answer.evidence, assurance: 'high' } } : answer;
    };
    const { session } = granted(await user.act(await user.begin(), form('bo'), 1));
    assert.equal(session.evidence[0]?.assurance, 'low');
  });
});

test('a session that was ended meanwhile is not brought back by a step-up', async () => {
  const { hub, user } = ward();
  hub.catalogue = withApplications(ehr, record, application('other'));
  const { session } = granted(await user.password(await user.begin(), 'bo', 'secret', 1));
  const journey = await user.begin({ application: 'record' });
  await hub.ports.sessions.end(session.id, 'logout');
  const stepped = granted(await user.card(journey, 'bo advanced'));
  assert.notEqual(stepped.session.id, session.id);
  assert.equal(hub.sessions.get(session.id)?.session.endedBy, 'logout');
});
