// The card's one-hop tickets: used once, in time, by the journey, version and browser that they were made for.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LoginUser, said } from '../../../test/fakes/login-user.ts';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { ehr, minute, withApplications } from '../../../test/fakes/ward.ts';

function ward() {
  const hub = new MemoryLogin();
  return { hub, user: new LoginUser(hub) };
}

describe('the card’s tickets', () => {
  const back = async (user: LoginUser, journey: string, card: string) => {
    const shown = await user.showCard(journey, card);
    assert.ok(!('kind' in shown));
    return shown;
  };

  test('are used once, each way', async () => {
    const { user } = ward();
    const journey = await user.begin();
    const ticket = await user.dispatcher.cardTicket(journey, user.browser);
    assert.ok(!('kind' in ticket));
    const chain = [Buffer.from('anna password')];
    const [one, two] = await Promise.all([
      user.dispatcher.cardShown(ticket.token, chain, ''),
      user.dispatcher.cardShown(ticket.token, chain, ''),
    ]);
    assert.equal([one, two].filter((answer) => 'kind' in answer).length, 1);
    const shown = 'kind' in one ? two : one;
    assert.ok(!('kind' in shown));
    const taken = await Promise.all([
      user.dispatcher.takeHandoff(journey, shown.handoff, user.browser),
      user.dispatcher.takeHandoff(journey, shown.handoff, user.browser),
    ]);
    assert.deepEqual(taken.map(said).sort(), ['interact', 'problem journey.alreadyUsed']);
  });

  test('run out: three minutes out (PIN), one minute back', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    const ticket = await user.dispatcher.cardTicket(journey, user.browser);
    assert.ok(!('kind' in ticket));
    hub.now += 3 * minute;
    const late = await user.dispatcher.cardShown(ticket.token, [], '');
    assert.equal('reason' in late && late.reason, 'journey.expired');
    const shown = await back(user, journey, 'bo simple');
    hub.now += minute;
    assert.equal(
      said(await user.dispatcher.takeHandoff(journey, shown.handoff, user.browser)),
      'problem journey.expired',
    );
    const retried = await back(user, journey, 'bo simple');
    hub.now += minute - 1;
    assert.equal(
      said(await user.dispatcher.takeHandoff(journey, retried.handoff, user.browser)),
      'granted bo substantial',
    );
  });

  test('belong to one journey and one version of it', async () => {
    const { user } = ward();
    const [one, two] = [await user.begin(), await user.begin()];
    const shown = await back(user, one, 'bo simple');
    assert.equal(
      said(await user.dispatcher.takeHandoff(two, shown.handoff, user.browser)),
      'problem journey.alreadyUsed',
    );
    await user.act(one, { kind: 'notMe' });
    assert.equal(
      said(await user.dispatcher.takeHandoff(one, shown.handoff, user.browser)),
      'problem journey.alreadyUsed',
    );
  });

  test('cannot be swapped: the ticket out is not a way back, and the other way round', async () => {
    const { user } = ward();
    const journey = await user.begin();
    const ticket = await user.dispatcher.cardTicket(journey, user.browser);
    assert.ok(!('kind' in ticket));
    assert.equal(
      said(await user.dispatcher.takeHandoff(journey, ticket.token, user.browser)),
      'problem journey.unknown',
    );
    const shown = await back(user, journey, 'bo simple');
    const swapped = await user.dispatcher.cardShown(shown.handoff, [], '');
    assert.equal('reason' in swapped && swapped.reason, 'journey.unknown');
  });

  test('are of no use when the browser differs, or when the card is no way in any more', async () => {
    const { hub, user } = ward();
    const journey = await user.begin();
    const shown = await back(user, journey, 'bo simple');
    const [hash, handoff] = [...hub.handoffs].find(([, { doc }]) => doc.kind === 'cardShown') ?? [];
    assert.ok(hash && handoff);
    hub.handoffs.set(hash, { ...handoff, doc: { ...handoff.doc, browser: 'another' } });
    const take = () => user.dispatcher.takeHandoff(journey, shown.handoff, user.browser);
    assert.equal(said(await take()), 'problem journey.alreadyUsed');
    hub.handoffs.set(hash, handoff);
    hub.catalogue = withApplications({ ...ehr, providers: ['password'] });
    assert.equal(said(await take()), 'problem journey.alreadyUsed');
    hub.catalogue = withApplications(ehr);
    assert.equal(said(await take()), 'granted bo substantial');
  });

  test('are not made where no card is asked for', async () => {
    const { hub, user } = ward();
    hub.catalogue = withApplications({ ...ehr, providers: ['password'] });
    const ticket = await user.dispatcher.cardTicket(await user.begin(), user.browser);
    assert.equal('reason' in ticket && ticket.reason, 'journey.alreadyUsed');
    assert.equal(hub.handoffs.size, 0);
  });
});
