// Many cards renewed at once: the job's steps by whom and when, each check dropped turns a case, and one card of it to its end; expiry.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  acting,
  at,
  facts as cardFacts,
  certificate,
  day,
  done,
  hub,
  now,
  nurse,
  officer,
  old,
  profile,
} from '../../../test/fakes/ordering-facts.ts';
import type { CardAction } from './actions.ts';
import { type Card, cardStates, isOpen, wasProvenByCard } from './card.ts';
import type { Acting } from './card-facts.ts';
import { decideCard, decideOrder } from './decide.ts';
import { mayOrderAfter, possibleActions } from './possible.ts';
import {
  decideRenewal,
  decideRenewalEnd,
  firstNoOfRenewal,
  possibleRenewalActions,
  type RenewalAction,
  type RenewalFacts,
  type RenewalJob,
  type RenewalState,
  renewalChecks,
  renewalOrder,
  renewalTimeLeft,
} from './renewal-job.ts';
import { cardStanding, daysLeft, runsOutSoon, standingRefusal } from './standing.ts';

const draft: RenewalJob = {
  id: 'j1',
  state: 'draft',
  revision: 1,
  organisation: 'hospital',
  profile: profile.id,
  expiringBefore: now + 90 * day,
  askedBy: 'olof',
  draftedAt: now,
};
const by = (who: Acting): Pick<RenewalFacts, 'person' | 'grants'> => {
  assert.ok(who.kind === 'person');
  return { person: who.person, grants: who.grants };
};
const other = acting('siri', 'card-officer');
const facts = (given: Partial<RenewalFacts> = {}): RenewalFacts => ({
  now,
  job: draft,
  counts: { waiting: 3, done: 0, failed: 0, excluded: 1 },
  profile,
  ...by(officer),
  organisations: new Map([['hospital', { id: 'hospital', name: 'Hospital', closed: false }]]),
  ...given,
});
const in_ = (state: RenewalState, given: Partial<RenewalJob> = {}): RenewalJob => ({ ...draft, state, ...given });
const two = { ...profile, dualControl: true };

describe('the job', () => {
  test('is begun, paused, goes on, is stopped; each leaves its event with what it is about', () => {
    let job = draft;
    for (const [action, state, kind] of [
      ['start', 'running', 'card.renewalStarted'],
      ['pause', 'paused', 'card.renewalPaused'],
      ['resume', 'running', 'card.renewalResumed'],
      ['stop', 'stopped', 'card.renewalStopped'],
    ] as const) {
      const decision = decideRenewal(action, facts({ job, seen: job.revision }));
      assert.ok(decision.kind === 'done', JSON.stringify(decision));
      assert.deepEqual(
        [decision.job.state, decision.event.kind, decision.job.revision],
        [state, kind, job.revision + 1],
      );
      assert.deepEqual([decision.event.body['job'], decision.event.body['by']], ['j1', 'olof']);
      assert.equal(decision.job.runningSince, state === 'running' ? now : undefined);
      job = decision.job;
    }
    assert.equal(job.endedAt, now);
    assert.deepEqual(possibleRenewalActions(facts({ job })), [], 'what is stopped stays so');
  });

  test('waits for a second officer where the kind of card asks for two', () => {
    const first = decideRenewal('start', facts({ profile: two }));
    assert.ok(first.kind === 'done');
    assert.deepEqual([first.job.state, first.event.kind], ['asked', 'card.renewalAsked']);
    assert.equal(decideRenewal('approve', facts({ job: first.job, profile: two })).kind, 'refused');
    const second = decideRenewal('approve', facts({ job: first.job, profile: two, ...by(other) }));
    assert.ok(second.kind === 'done');
    assert.deepEqual([second.job.state, second.job.approvedBy], ['running', 'siri']);
  });

  test('ends when nothing waits, not before and not again; what failed can be tried again', () => {
    const over = { waiting: 0, done: 2, failed: 1, excluded: 0 };
    assert.equal(decideRenewalEnd(facts({ job: in_('running') })), undefined);
    assert.equal(decideRenewalEnd(facts({ job: in_('paused'), counts: over })), undefined);
    const end = decideRenewalEnd(facts({ job: in_('running'), counts: over }));
    assert.deepEqual([end?.job.state, end?.event.kind, end?.event.body['failed']], ['done', 'card.renewalEnded', 1]);
    assert.equal(decideRenewalEnd(facts({ job: in_('done'), counts: over })), undefined);
    const again = decideRenewal('retry', facts({ job: in_('done'), counts: over }));
    assert.ok(again.kind === 'done');
    assert.deepEqual([again.job.state, again.retries], ['running', true]);
  });

  test('says how long it takes at its pace, and nothing without one', () => {
    assert.equal(renewalTimeLeft(6000, 100, 1000), 60_000);
    assert.equal(renewalTimeLeft(10, 0, 1000), undefined);
    assert.equal(renewalTimeLeft(10, 5, 0), undefined);
  });

  const refused: Readonly<Record<string, readonly (readonly [RenewalAction, Partial<RenewalFacts>])[]>> = {
    'renewal.right': [
      ['start', { grants: [] }],
      ['pause', { ...by(acting('mona', 'card-orderer')), job: in_('running') }],
      ['start', { organisations: new Map() }],
    ],
    'renewal.revision': [['start', { seen: 2 }]],
    'renewal.step': [
      ['pause', {}],
      ['resume', { job: in_('stopped') }],
      ['start', { job: in_('running') }],
      ['stop', { job: in_('done') }],
    ],
    'renewal.profile': [
      ['start', { profile: undefined }],
      ['start', { profile: { ...profile, closed: true } }],
      ['start', { profile: { ...profile, flow: 'outside' } }],
    ],
    'renewal.looked': [['start', by(other)]],
    'renewal.otherOfficer': [['approve', { job: in_('asked') }]],
    'renewal.fresh': [
      ['start', { now: now + day / 24 + 1 }],
      ['approve', { job: in_('asked'), ...by(other), now: now + 7 * day + 1 }],
    ],
    'renewal.some': [
      ['start', { counts: { waiting: 0, done: 0, failed: 0, excluded: 4 } }],
      ['retry', { job: in_('done') }],
    ],
  };
  for (const { name } of renewalChecks) {
    test(name, () => {
      const cases = refused[name] ?? [];
      assert.ok(cases.length > 0, 'no case breaks it');
      for (const [action, given] of cases) {
        assert.equal(firstNoOfRenewal(facts(given), action)?.name, name, action);
        const without = renewalChecks.filter((check) => check.name !== name);
        assert.equal(firstNoOfRenewal(facts(given), action, without), undefined, `${action} is refused by another too`);
      }
    });
  }
});

describe('one card of it', () => {
  const order = renewalOrder({ ...draft, state: 'running' }, 'n1', old, now);
  const ordered = done(decideOrder(cardFacts({ card: order, others: [old], acting: officer })));
  const holder = { others: [old], acting: nurse, input: { provenBy: 'c0', requests: ['MII='] } } as const;

  test('waits for its holder, whatever approvals its kind asks for, and says which job ordered it', () => {
    assert.equal(ordered.card.state, 'approved');
    assert.deepEqual([ordered.event.body['job'], ordered.event.body['replaces']], ['j1', 'c0']);
  });

  test('is renewed online with the old card, long before its end, and the old one ends as renewed', () => {
    const early = { ...old, certificates: [certificate(now + 300 * day)] };
    const proved = done(decideCard('proveByCard', cardFacts({ ...holder, others: [early], card: ordered.card })));
    assert.deepEqual([proved.card.state, proved.event.body['document']], ['checked', 'ownCard']);
    assert.ok(wasProvenByCard(proved.card));
    const asked = done(decideCard('requestCertificates', cardFacts({ ...holder, others: [early], card: proved.card })));
    assert.deepEqual(asked.asks, [{ kind: 'submit' }]);
    const got = done(decideCard('receive', cardFacts({ ...holder, card: { ...asked.card, state: 'made' } })));
    assert.deepEqual(got.following, [{ card: 'c0', action: 'end', ending: 'renewed' }]);
  });

  test('is never made by the order alone: neither holder nor officer passes by the old card or the counter', () => {
    for (const who of [nurse, officer])
      assert.equal(
        decideCard('requestCertificates', cardFacts({ ...holder, acting: who, card: ordered.card })).kind,
        'refused',
      );
    const checked = done(
      decideCard(
        'checkIdentity',
        cardFacts({ card: ordered.card, others: [old], acting: officer, input: { document: 'passport' } }),
      ),
    );
    assert.ok(!wasProvenByCard(checked.card), 'the counter saw the holder, not the old card');
    // The holder may not go on from there without the old card.
    const without = { ...holder, input: { requests: ['MII='] }, card: checked.card };
    assert.equal(decideCard('requestCertificates', cardFacts(without)).kind, 'refused');
  });

  test('is ordered once: a card that has its renewal gets none by another job, nor by its holder', () => {
    const second = renewalOrder({ ...draft, id: 'j2' }, 'n2', old, now);
    const again = decideOrder(cardFacts({ card: second, others: [old, ordered.card], acting: officer }));
    assert.deepEqual([again.kind, again.kind === 'refused' && again.code], ['refused', 'order.hasOne']);
    const own = { card: old, others: [ordered.card], acting: nurse, input: { provenBy: 'c0' } };
    assert.equal(mayOrderAfter(cardFacts(own), 'renewal'), false);
    assert.equal(mayOrderAfter(cardFacts({ ...own, others: [] }), 'renewal'), true);
  });
});

describe('a card that runs out', () => {
  const past = (state: Card['state']): Card => at(state, { certificates: [certificate(now)] });

  test('expires once, by the hub alone; its sessions end and its issuer is asked nothing', () => {
    for (const state of ['made', 'received', 'inUse', 'suspended'] as const) {
      const gone = done(decideCard('expire', cardFacts({ card: past(state), acting: hub })));
      assert.deepEqual([gone.card.state, gone.card.ending, gone.event.kind], ['expired', 'expired', 'card.expired']);
      assert.deepEqual([gone.asks, gone.endsSessions], [[], state !== 'suspended']);
      assert.equal(decideCard('expire', cardFacts({ card: gone.card, acting: hub })).kind, 'refused');
    }
    assert.equal(decideCard('expire', cardFacts({ card: past('inUse'), acting: officer })).kind, 'refused');
  });

  test('can then be neither suspended, opened, received nor ended, and another may be ordered', () => {
    const expired = past('expired');
    for (const who of [officer, nurse, hub])
      assert.deepEqual(
        possibleActions(cardFacts({ card: expired, acting: who })).filter(
          (action: CardAction) => action !== 'leaveByHand',
        ),
        [],
      );
    assert.ok(!isOpen(expired));
    assert.equal(decideOrder(cardFacts({ others: [expired] })).kind, 'done');
    assert.equal(mayOrderAfter(cardFacts({ card: expired, acting: officer }), 'temporary'), false);
  });

  test('proves nobody, and the reason is that it ran out', () => {
    assert.deepEqual(
      [cardStanding(past('expired')), standingRefusal(past('expired'), 'a'.repeat(64))],
      ['expired', 'card.expired'],
    );
  });

  test('says how many days are left, near its end to its holder too', () => {
    const left = (days: number, state: Card['state'] = 'inUse') =>
      at(state, { certificates: [certificate(now + days * day)] });
    assert.equal(daysLeft(left(1.2), now), 2);
    assert.equal(daysLeft(left(0), now), undefined);
    for (const state of cardStates.filter((each) => !isOpen({ state: each })))
      assert.equal(daysLeft(left(9, state), now), undefined, state);
    assert.ok(runsOutSoon(left(60), profile, now) && !runsOutSoon(left(61), profile, now));
    assert.ok(!runsOutSoon({ ...left(1), temporary: true }, profile, now));
  });
});
