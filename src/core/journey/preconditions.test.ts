// K5: when a login asks what must hold elsewhere: once it is permitted, once a journey, again on a page that is looked at later.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { LoginUser, said } from '../../../test/fakes/login-user.ts';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { snapshot } from '../../../test/fakes/ward.ts';
import type { Precondition } from '../catalogue/index.ts';
import type { PreconditionAnswer } from '../provisioning/precondition.ts';

const gate: Precondition = {
  id: 'gate',
  name: { en: 'gate' },
  applications: ['ehr'],
  organisations: [],
  roles: [],
  identifier: 'person',
  ask: { url: 'https://x.example', tlsAuthorities: [], timeoutSeconds: 2 },
  whenSilent: 'refuse',
  order: { what: { en: 'x' }, from: { en: 'y' } },
  closed: false,
};

describe('asking elsewhere', () => {
  let hub: MemoryLogin;
  let user: LoginUser;
  let answer: PreconditionAnswer;
  let asked: string[];
  const withGate = (change: Partial<Precondition> = {}) => {
    hub.catalogue = snapshot({ preconditions: new Map([['gate', { ...gate, ...change }]]) });
  };
  beforeEach(() => {
    hub = new MemoryLogin();
    withGate();
    asked = [];
    answer = { kind: 'known' };
    const ask = async (_: Precondition, { key }: { readonly key: string }) => {
      asked.push(key);
      return answer;
    };
    user = new LoginUser({ ports: { ...hub.ports, preconditions: { ask } } });
  });
  const events = (kind: string) => hub.audit.filter((one) => one.kind === kind);
  const logIn = async () => user.choosePassword(await user.begin(), 'bo');

  test('nobody is asked about who has proved nothing, and who is known logs in', async () => {
    await user.page(await user.begin());
    assert.deepEqual(asked, []);
    assert.equal(said(await logIn()), 'granted bo low');
    assert.deepEqual(asked, ['bo']);
    assert.deepEqual(
      events('precondition.asked').map(({ outcome, person }) => [outcome, person]),
      [['ok', 'bo']],
    );
  });

  test('a session asks again for each login, and is let in without a page', async () => {
    await logIn();
    assert.equal(said(await user.start()), 'granted bo low');
    assert.deepEqual(asked, ['bo', 'bo']);
  });

  test('who is missing sees a page that is not asked about for every look, and is asked about again later', async () => {
    answer = { kind: 'missing', order: { what: { en: 'The right' } } };
    const turn = await logIn();
    assert.ok(turn.kind === 'interact');
    const { step, journey } = await user.page(turn.journey);
    assert.ok(step.kind === 'fail' && step.reason === 'precondition.missing' && step.precondition === 'gate');
    assert.deepEqual(
      journey.checked?.map((one) => one.order),
      [{ what: { en: 'The right' } }],
    );
    await user.page(turn.journey);
    assert.equal(asked.length, 1);
    assert.deepEqual(
      events('precondition.asked').map(({ outcome, reason }) => [outcome, reason]),
      [['refused', 'precondition.missing']],
    );
    hub.now += 10_000;
    answer = { kind: 'known' };
    const looked = await user.dispatcher.view(turn.journey, user.browser);
    assert.ok('kind' in looked && looked.kind === 'done', JSON.stringify(looked));
    assert.equal(said(looked), 'granted bo low');
  });

  test('leaving that page tells the application no', async () => {
    answer = { kind: 'missing' };
    const turn = await logIn();
    assert.ok(turn.kind === 'interact');
    hub.now += 60_000;
    const { journey } = hub.journeys.get(turn.journey) ? { journey: turn.journey } : assert.fail();
    const version = hub.journeys.get(journey)?.version ?? 0;
    assert.equal(said(await user.act(journey, { kind: 'cancel' }, version)), 'denied precondition.missing');
  });

  test('where nobody may be asked, the system is asked all the same, and a no leads to the page', async () => {
    await logIn();
    assert.equal(said(await user.start({ passive: true })), 'granted bo low');
    answer = { kind: 'missing' };
    assert.equal(said(await user.start({ passive: true })), 'interactionRequired precondition.missing');
    assert.equal(asked.length, 3);
  });

  test('silence lets nobody in, unless the record says so; the trail has why', async () => {
    answer = { kind: 'silent', why: 'HTTP 500' };
    const turn = await logIn();
    assert.ok(turn.kind === 'interact');
    const { step } = await user.page(turn.journey);
    assert.ok(step.kind === 'fail' && step.reason === 'precondition.silent');
    withGate({ whenSilent: 'goOn' });
    assert.equal(said(await logIn()), 'granted bo low');
    assert.deepEqual(
      events('precondition.asked').map(({ outcome, body }) => [outcome, body['why']]),
      [
        ['refused', 'HTTP 500'],
        ['ok', 'HTTP 500'],
      ],
    );
  });

  test('with nobody to ask with, it is silence', async () => {
    user = new LoginUser(hub);
    const turn = await logIn();
    assert.ok(turn.kind === 'interact');
    const { step } = await user.page(turn.journey);
    assert.ok(step.kind === 'fail' && step.reason === 'precondition.silent');
  });
});
