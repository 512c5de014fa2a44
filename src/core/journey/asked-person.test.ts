// A login that was asked of one person (CIBA): nobody else ends it, and a refusal says whom policy refused.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { granted, LoginUser, said } from '../../../test/fakes/login-user.ts';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import type { StepProblem, Turn } from './index.ts';

async function loggedIn(who: string) {
  const hub = new MemoryLogin();
  const user = new LoginUser(hub);
  granted(await user.choosePassword(await user.begin(), who));
  return { hub, user };
}
const refusedPerson = (turn: Turn | StepProblem) =>
  turn.kind === 'done' && turn.outcome.kind === 'refused' ? turn.outcome.person : 'not refused';

describe('a login that is asked of one person', () => {
  test('is over at once for who is logged in, and for nobody else', async () => {
    const { hub, user } = await loggedIn('bo');
    assert.equal(said(await user.start({ expectedPerson: 'bo' })), 'granted bo low');
    hub.subjects.set('bo', 'pseudonym of bo');
    assert.equal(said(await user.start({ expectedPerson: 'bo' })), 'granted bo low', 'by our own id, whatever sub is');
    const journey = await user.begin({ expectedPerson: 'anna' });
    assert.equal(said(await user.card(journey, 'bo simple')), 'interact');
    assert.deepEqual((await user.page(journey)).step, { kind: 'fail', reason: 'policy.denied', rules: [] });
    const end = await user.act(journey, { kind: 'cancel' });
    assert.equal(said(end), 'denied policy.denied');
    assert.equal(refusedPerson(end), undefined, 'policy was not asked about anybody');
  });

  test('says whom policy refused', async () => {
    const { hub, user } = await loggedIn('bo');
    hub.catalogue = {
      ...hub.catalogue,
      rules: new Map([
        // biome-ignore lint/suspicious/noThenProperty: the name of a rule's effect, in data that is never awaited.
        ['stop', { id: 'stop', title: 'Stop', owner: 'owner', when: {}, then: { kind: 'deny' } }],
      ]),
    };
    const journey = await user.begin({ expectedPerson: 'bo' });
    assert.equal((await user.page(journey)).step.kind, 'fail');
    const end = await user.act(journey, { kind: 'cancel' });
    assert.equal(said(end), 'denied policy.denied');
    assert.equal(refusedPerson(end), 'bo');
  });
});
