// Temporary cards beside the right one, soft cards, and cards that are made again.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  at,
  certificate,
  day,
  done,
  facts,
  hub,
  now,
  nurse,
  officer,
  old,
  profile,
  renewal,
  wished,
} from '../../../test/fakes/ordering-facts.ts';
import type { Card } from './card.ts';
import { decideCard, decideOrder } from './decide.ts';
import { mayOrderAfter } from './possible.ts';
import { standingRefusal } from './standing.ts';
import { madeAtOnce, type temporaryReasons, temporarySteps } from './temporary.ts';

describe('at the counter', () => {
  test('a temporary card is given by the officer, and ends when another card of the kind is received', () => {
    const temporary = at('made', { temporary: true, replaces: 'c0', orderedBy: 'olof' });
    const given = done(decideCard('handOver', facts({ card: temporary, acting: officer, others: [old] })));
    assert.deepEqual(
      [given.card.state, given.event.kind, given.following],
      ['received', 'card.received', [{ card: 'c0', action: 'suspend' }]],
    );
    const beside = [
      at('inUse', { id: 't', temporary: true, replaces: 'c0' }),
      at('checked', { id: 'u', temporary: true, replaces: 'c0' }),
      at('ended', { id: 'v', temporary: true, replaces: 'c0' }),
      at('inUse', { id: 'w', temporary: true, replaces: 'c8', profile: 'other' }),
    ];
    const got = done(decideCard('receive', facts({ card: at('made'), acting: nurse, others: beside })));
    assert.deepEqual(got.following, [
      { card: 't', action: 'end', ending: 'replaced' },
      { card: 'u', action: 'withdraw', ending: 'replaced' },
    ]);
  });
  test('a lost card is replaced by a temporary and a new one side by side; a temporary card that ran out is in nobody’s way', () => {
    const lost = at('ended', { id: 'c0', ending: 'lost' });
    const wish = { ...wished, temporary: true, replaces: 'c0', orderedBy: 'olof' };
    const fresh = at('ordered', { id: 'c7' });
    assert.equal(
      done(decideOrder(facts({ card: wish, others: [lost, fresh], acting: officer }))).card.state,
      'approved',
    );
    const beside = at('inUse', { id: 't', temporary: true, replaces: 'c0' });
    assert.equal(done(decideOrder(facts({ others: [lost, beside] }))).card.state, 'ordered');
    const ranOut = { ...beside, certificates: [certificate(now)] };
    assert.equal(decideOrder(facts({ card: wish, others: [lost, beside], acting: officer })).kind, 'refused');
    assert.equal(decideOrder(facts({ card: wish, others: [lost, ranOut], acting: officer })).kind, 'done');
  });
  test('a temporary card expires by the hub: its sessions end, and its holder may have another or take the right one back', () => {
    const beside = at('inUse', { id: 't', temporary: true, replaces: 'c0', certificates: [certificate(now)] });
    const over = done(decideCard('expire', facts({ card: beside, acting: hub, others: [old] })));
    assert.deepEqual([over.card.state, over.endsSessions, over.following], ['expired', true, []]);
    const resting: Card = { ...old, state: 'suspended' };
    const another = { ...wished, id: 't2', temporary: true, replaces: 'c0', orderedBy: 'olof' };
    const others = [resting, over.card];
    assert.equal(decideOrder(facts({ card: another, others, acting: officer })).kind, 'done');
    const back = done(decideCard('resume', facts({ card: resting, acting: officer, others: [over.card] })));
    assert.deepEqual([back.card.state, back.following], ['inUse', []]);
  });
  test('a card that a renewal of many ordered is stood in for and renewed like any other', () => {
    const many = { ...old, renewalJob: 'j1' };
    for (const card of [
      many,
      { ...many, state: 'suspended' } as const,
      { ...many, state: 'ended', ending: 'lost' } as const,
    ])
      assert.equal(mayOrderAfter(facts({ card, acting: officer }), 'temporary'), true, card.state);
    const own = { acting: nurse, input: { provenBy: 'c0' } };
    assert.equal(mayOrderAfter(facts({ ...own, card: many }), 'renewal'), true);
    const early = { ...many, certificates: [certificate(now + 61 * day)] };
    assert.equal(mayOrderAfter(facts({ ...own, card: early }), 'renewal'), false);
  });
  test('a soft card says so in the trail; made again, what was made first is revoked and never proves anybody', () => {
    const soft = { ...profile, softCard: true };
    const given = { card: at('checked'), profile: soft, acting: officer, input: { requests: ['MII='], soft: true } };
    const asked = done(decideCard('requestCertificates', facts(given)));
    assert.deepEqual([asked.card.soft, asked.event.body['keysMadeBy']], [true, 'hub']);
    const chip = done(decideCard('requestCertificates', facts({ ...given, input: { requests: ['MII='] } })));
    assert.deepEqual([chip.card.soft, chip.event.body['keysMadeBy']], [false, 'card']);
    const again = done(decideCard('makeAgain', facts({ card: at('made', { soft: true }), acting: officer })));
    assert.deepEqual(again.asks, [{ kind: 'revoke', serials: ['2a'], why: 'mistake' }]);
    assert.deepEqual(again.event.body['fingerprints'], ['a'.repeat(64)]);
    assert.deepEqual([again.card.certificates, again.card.withdrawn], [[], [certificate()]]);
    const good = { state: 'inUse', withdrawn: again.card.withdrawn } as const;
    assert.equal(standingRefusal(good, 'a'.repeat(64)), 'card.revoked');
    assert.equal(standingRefusal(good, 'b'.repeat(64)), undefined);
  });
  test('who renews online makes a spoiled one again without a counter, and nobody else makes their own again', () => {
    const made = { ...renewal, state: 'made', certificates: [certificate()] } as const;
    const given = { acting: nurse, others: [old], input: { provenBy: 'c0' } };
    assert.equal(done(decideCard('makeAgain', facts({ ...given, card: made }))).card.state, 'checked');
    const ordered = { ...made, orderedBy: 'mona' };
    assert.deepEqual(decideCard('makeAgain', facts({ ...given, card: ordered })), {
      kind: 'refused',
      code: 'order.noRight',
      check: 'ordering.right',
    });
  });
  test('one press: the missing card rests or ends, the look at the holder is noted, and the keys of the hub follow', () => {
    const press = (why: (typeof temporaryReasons)[number], before = old, requests?: readonly string[]) =>
      temporarySteps({ card: 't', before, why, document: 'passport', requests }).map(
        ({ card, action, input }) => `${card} ${action} ${JSON.stringify(input)}`,
      );
    const look = 't checkIdentity {"document":"passport"}';
    assert.deepEqual(press('forgotten'), ['c0 suspend {"reason":"forgotten"}', look]);
    for (const why of ['lost', 'stolen', 'broken'] as const)
      assert.deepEqual(press(why), [`c0 end {"ending":"${why}"}`, look]);
    assert.deepEqual(press('forgotten', at('suspended', { id: 'c0' })), [look]);
    assert.deepEqual(press('lost', at('ended', { id: 'c0', ending: 'lost' })), [look]);
    assert.deepEqual(press('forgotten', at('made', { id: 'c0' }), ['MII=']), [
      look,
      't requestCertificates {"requests":["MII="],"soft":true}',
    ]);
    assert.equal(madeAtOnce({ softCard: true, dualControl: false }), true);
    assert.equal(madeAtOnce({ softCard: true, dualControl: true }), false, 'the second officer makes it');
    assert.equal(madeAtOnce({ softCard: false, dualControl: false }), false);
  });
});
