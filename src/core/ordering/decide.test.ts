// A card's whole life as a table; each check dropped lets exactly its own case through; and no order of steps ever breaks the rules.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  acting,
  at,
  certificate,
  deputy,
  done,
  facts,
  hub,
  manager,
  nurse,
  officer,
  old,
  profile,
  renewal,
  second,
  stranger,
  wished,
} from '../../../test/fakes/ordering-facts.ts';
import { byHand, refusedSteps } from '../../../test/fakes/refused-card-steps.ts';
import { type CardAction, cardActionNames } from './actions.ts';
import type { Card } from './card.ts';
import type { Acting, ActionInput } from './card-facts.ts';
import { firstNo, orderingChecks } from './checks.ts';
import { decideCard, decideOrder } from './decide.ts';
import { cardStanding } from './standing.ts';

describe('the life of a card', () => {
  test('of our own: each step by its own people, to the end', () => {
    const steps: readonly [CardAction, Acting, ActionInput, Card['state'], string][] = [
      ['approve', deputy, {}, 'approved', 'card.approved'],
      ['checkIdentity', officer, { document: 'passport' }, 'checked', 'card.identityChecked'],
      ['requestCertificates', officer, { requests: ['MII='] }, 'requested', 'card.requested'],
      ['refuseCertificates', hub, { reason: 'weak key' }, 'checked', 'card.refusedByIssuer'],
      ['requestCertificates', officer, { requests: ['MIJ='] }, 'requested', 'card.requested'],
      ['certify', hub, { certificates: [certificate()] }, 'made', 'card.made'],
      ['makeAgain', officer, {}, 'checked', 'card.spoiled'],
      ['requestCertificates', officer, { requests: ['MIK='] }, 'requested', 'card.requested'],
      ['certify', hub, { certificates: [certificate()] }, 'made', 'card.made'],
      ['receive', nurse, {}, 'received', 'card.received'],
      ['use', hub, {}, 'inUse', 'card.used'],
      ['suspend', nurse, {}, 'suspended', 'card.suspended'],
      ['resume', officer, {}, 'inUse', 'card.resumed'],
      ['end', officer, { ending: 'broken' }, 'ended', 'card.ended'],
    ];
    let { card } = done(decideOrder(facts({})));
    assert.equal(card.state, 'ordered');
    for (const [action, by, input, state, kind] of steps) {
      const made = done(decideCard(action, facts({ card, acting: by, input, seen: card.revision })));
      assert.deepEqual([action, made.card.state, made.event.kind], [action, state, kind]);
      assert.equal(made.card.revision, card.revision + 1);
      assert.equal(made.step.by, by.kind === 'person' ? by.person.id : undefined);
      card = made.card;
    }
  });
  test('of an outside issuer: known by its first login', () => {
    const outside = { ...profile, flow: 'outside' as const, certificates: [] };
    let { card } = done(decideOrder(facts({ profile: outside })));
    for (const [action, by] of [
      ['approve', deputy],
      ['orderOutside', nurse],
      ['use', hub],
    ] as const)
      card = done(decideCard(action, facts({ card, acting: by, profile: outside }))).card;
    assert.equal(card.state, 'inUse');
  });
  test('what the issuer is asked, whose sessions end, and what follows', () => {
    const submit = done(
      decideCard('requestCertificates', facts({ card: at('checked'), acting: officer, input: { requests: ['MII='] } })),
    );
    assert.deepEqual(submit.asks, [{ kind: 'submit' }]);
    const held = done(decideCard('suspend', facts({ card: at('inUse'), acting: officer })));
    assert.deepEqual([held.asks, held.endsSessions], [[{ kind: 'revoke', serials: ['2a'], why: 'hold' }], true]);
    const lost = done(
      decideCard('reportLost', facts({ card: at('suspended'), acting: nurse, input: { ending: 'lost' } })),
    );
    assert.deepEqual([lost.asks, lost.endsSessions], [[{ kind: 'revoke', serials: ['2a'], why: 'lost' }], false]);
    const back = done(
      decideCard(
        'resume',
        facts({
          card: at('suspended'),
          acting: officer,
          others: [
            at('received', { id: 't', temporary: true, replaces: 'c1' }),
            at('ended', { id: 'u', temporary: true, replaces: 'c1' }),
          ],
        }),
      ),
    );
    assert.deepEqual(back.following, [{ card: 't', action: 'end', ending: 'replaced' }]);
  });
  test('a temporary card: at the counter, without approval, and the other one rests meanwhile', () => {
    const wish = { ...wished, temporary: true, replaces: 'c0', orderedBy: 'olof' };
    const { card } = done(decideOrder(facts({ card: wish, others: [old], acting: officer })));
    assert.equal(card.state, 'approved');
    const got = done(decideCard('receive', facts({ card: { ...card, state: 'made' }, others: [old], acting: nurse })));
    assert.deepEqual(got.following, [{ card: 'c0', action: 'suspend' }]);
  });
  test('renewal: proven by the old card, no counter, and the old one ends with the receipt', () => {
    const given = { card: renewal, others: [old], acting: nurse, input: { provenBy: 'c0', requests: ['MII='] } };
    const { card } = done(decideOrder(facts(given)));
    assert.equal(card.state, 'checked');
    const asked = done(decideCard('requestCertificates', facts({ ...given, card })));
    assert.equal(asked.card.state, 'requested');
    const got = done(decideCard('receive', facts({ ...given, card: { ...asked.card, state: 'made' } })));
    assert.deepEqual(got.following, [{ card: 'c0', action: 'end', ending: 'renewed' }]);
  });
  test('two officers end a card that asks for two; it opens nothing in between; a lost one ends at once', () => {
    const two = { ...profile, dualControl: true };
    const first = done(
      decideCard('end', facts({ card: at('inUse'), profile: two, acting: officer, input: { ending: 'misuse' } })),
    );
    assert.deepEqual([first.card.state, first.event.kind, first.endsSessions], ['suspended', 'card.endAsked', true]);
    const again = { card: first.card, profile: two, input: { ending: 'misuse' } } as const;
    assert.equal(decideCard('end', facts({ ...again, acting: officer })).kind, 'refused');
    assert.equal(done(decideCard('end', facts({ ...again, acting: second }))).card.state, 'ended');
    const lost = done(
      decideCard('end', facts({ card: at('inUse'), profile: two, acting: officer, input: { ending: 'stolen' } })),
    );
    assert.equal(lost.card.state, 'ended');
  });
});

describe('the checks', () => {
  for (const { name } of orderingChecks) {
    test(name, () => {
      const cases = refusedSteps[name] ?? [];
      assert.ok(cases.length > 0, 'no case breaks it');
      for (const [action, given] of cases) {
        const all = facts(given);
        assert.equal(firstNo(all, action)?.name, name, action);
        const without = orderingChecks.filter((check) => check.name !== name);
        assert.equal(firstNo(all, action, without), undefined, `${action} is refused by another check too`);
      }
    });
  }
});

test('what an issuer is not told is left to an officer once, whatever the card has become, and then confirmed', () => {
  const left = done(decideCard('leaveByHand', facts({ card: at('declined'), acting: hub, input: { byHand } })));
  assert.deepEqual([left.card.state, left.card.byHand, left.event.kind], ['declined', byHand, 'card.leftByHand']);
  assert.deepEqual(left.event.body['byHand'], ['outside-ca 2a']);
  const told = done(decideCard('confirmByHand', facts({ card: left.card, acting: officer })));
  assert.deepEqual([told.card.state, told.card.byHand, told.event.kind], ['declined', [], 'card.revokedByHand']);
  assert.deepEqual(told.event.body['byHand'], ['outside-ca 2a']);
  const input = { reason: 'another key', byHand };
  const refusal = done(decideCard('refuseCertificates', facts({ card: at('requested'), acting: hub, input })));
  assert.deepEqual(refusal.card.byHand, byHand);
});

test('no order of steps makes a card without approval by another, a look at the holder, and a receipt', () => {
  const people = [
    manager,
    deputy,
    officer,
    second,
    nurse,
    stranger,
    hub,
    acting('nina', 'card-orderer', 'card-officer'),
  ];
  const input: ActionInput = {
    document: 'passport',
    ending: 'lost',
    reason: 'x',
    requests: ['MII='],
    certificates: [certificate()],
  };
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...cardActionNames), fc.constantFrom(...people)), { maxLength: 40 }),
      fc.boolean(),
      (tried, dualControl) => {
        const given = { profile: { ...profile, dualControl }, input };
        let { card } = done(decideOrder(facts(given)));
        const seen = new Map<CardAction, string | undefined>();
        for (const [action, by] of tried) {
          const decision = decideCard(action, facts({ ...given, card, acting: by }));
          if (decision.kind === 'refused') continue;
          assert.ok(card.state !== 'ended' && card.state !== 'declined', 'what is over stays over');
          card = decision.card;
          seen.set(action, decision.step.by);
          if (action === 'makeAgain') seen.delete('certify');
          if (cardStanding(card) !== 'good') continue;
          assert.notEqual(seen.get('approve'), 'mona');
          assert.ok(seen.has('approve') && seen.has('checkIdentity') && seen.has('certify') && seen.has('receive'));
          assert.notEqual(seen.get('checkIdentity'), 'nina');
          if (dualControl) assert.notEqual(card.checkedBy, card.madeBy);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
