// Which cards end with what happened to their holders, at once or later, and what a plan says of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
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
} from '../../../test/fakes/ordering-facts.ts';
import { decideCard, decideOrder } from './decide.ts';
import { cardsToEnd, cardsToReplace, planEndings } from './endings.ts';

test('what happened to a holder ends the cards whose profile says so, and no other (H9)', () => {
  const profiles = new Map([
    ['staff-card', profile],
    ['advanced', { ...profile, id: 'advanced', endsBy: ['employmentEnded', 'licenceLost'] as const }],
  ]);
  const cards = [
    at('inUse'),
    at('inUse', { id: 'c2', profile: 'advanced' }),
    at('ended', { id: 'c3' }),
    at('inUse', { id: 'c4', holder: 'lars' }),
    at('inUse', { id: 'c5', organisation: 'clinic' }),
    at('inUse', { id: 'c6', profile: 'gone' }),
  ];
  const ends = (what: 'licenceLost' | 'employmentEnded' | 'nameChanged', organisations?: readonly string[]) =>
    cardsToEnd([{ person: 'nina', what, organisations }], cards, profiles).map(({ card }) => card.id);
  assert.deepEqual(ends('licenceLost'), ['c2']);
  assert.deepEqual(ends('employmentEnded'), ['c1', 'c2', 'c5']);
  assert.deepEqual(
    ends('employmentEnded', ['clinic']),
    ['c5'],
    'who stays with one employer keeps the card of that one',
  );
  assert.deepEqual(ends('nameChanged'), []);
});

test('another name ends a card at once, later or never, as its profile says; one without a name on it never (K10)', () => {
  const rules = (nameChange: 'revoke' | 'replace' | 'keep') =>
    new Map([['staff-card', { ...profile, nameChange, nameChangeDays: 14 }]]);
  const cards = [
    at('ordered', { id: 'o' }),
    at('checked', { id: 'k' }),
    at('requested', { id: 'r' }),
    at('inUse', { id: 'u' }),
    at('ended', { id: 'e' }),
  ];
  const news = [{ person: 'nina', what: 'nameChanged' as const }];
  const both = (nameChange: 'revoke' | 'replace' | 'keep') => [
    cardsToEnd(news, cards, rules(nameChange)).map(({ card }) => card.id),
    cardsToReplace(news, cards, rules(nameChange), now).map(({ card, replaceBy }) => [card.id, replaceBy - now]),
  ];
  assert.deepEqual(both('revoke'), [['r', 'u'], []]);
  assert.deepEqual(both('replace'), [
    [],
    [
      ['r', 14 * day],
      ['u', 14 * day],
    ],
  ]);
  assert.deepEqual(both('keep'), [[], []]);
  const marked = done(
    decideCard('toBeReplaced', facts({ card: at('inUse'), acting: hub, input: { replaceBy: now + day } })),
  );
  assert.deepEqual(
    [marked.card.state, marked.card.replaceBy, marked.asks, marked.endsSessions],
    ['inUse', now + day, [], false],
  );
  assert.equal(marked.event.kind, 'card.toBeReplaced');
  const again = [{ ...marked.card, id: 'u' }];
  assert.deepEqual(cardsToReplace(news, again, rules('replace'), now), [], 'the first date stays');
});

test('a card with an old name is renewed by itself before it is near its end (K10)', () => {
  const far = { ...old, certificates: [certificate(now + 1000 * day)] };
  const given = { card: renewal, acting: nurse, input: { provenBy: 'c0' } };
  assert.equal(decideOrder(facts({ ...given, others: [far] })).kind, 'refused');
  assert.equal(
    done(decideOrder(facts({ ...given, others: [{ ...far, replaceBy: now + day }] }))).card.state,
    'checked',
  );
});

test('a card that is made after all, or again, bears the new name: it does not end with the old one (K10)', () => {
  const replaceBy = now + day;
  const again = done(decideCard('makeAgain', facts({ card: at('made', { replaceBy }), acting: officer })));
  const refused = done(
    decideCard(
      'refuseCertificates',
      facts({ card: at('requested', { replaceBy }), acting: hub, input: { reason: 'x' } }),
    ),
  );
  assert.deepEqual([again.card.replaceBy, refused.card.replaceBy], [undefined, undefined]);
});

test('a card that ran out ends with nothing any more', () => {
  const news = [
    { person: 'nina', what: 'employmentEnded' as const },
    { person: 'nina', what: 'nameChanged' as const },
  ];
  const rules = new Map([['staff-card', { ...profile, nameChange: 'replace' as const }]]);
  const over = [at('expired')];
  assert.deepEqual([cardsToEnd(news, over, rules), cardsToReplace(news, over, rules, now)], [[], []]);
});

test('a plan has the cards that end, their certificates, and the sessions that rest on them', () => {
  const profiles = new Map([['staff-card', { ...profile, nameChange: 'replace' as const }]]);
  const cards = [
    at('inUse'),
    at('inUse', { id: 'c2', organisation: 'clinic' }),
    at('inUse', { id: 'c3', holder: 'lars' }),
  ];
  const sessions = [
    { id: 's1', person: 'nina', cards: ['c1'] },
    { id: 's2', person: 'nina', cards: [] },
    { id: 's3', person: 'lars', cards: ['c3'] },
  ];
  const left = { person: 'nina', what: 'employmentEnded' as const };
  const plan = (
    why: 'personClosed' | 'employmentEnded' | 'nameChanged',
    news: Parameters<typeof planEndings>[0][0]['news'],
  ) =>
    planEndings([{ person: 'nina', why, tops: ['hospital'], news }], { cards, sessions, profiles, now }).map(
      ({ cards, certificates, sessions }) => ({ cards, certificates, sessions }),
    );
  assert.deepEqual(plan('employmentEnded', [{ ...left, organisations: ['hospital'] }]), [
    { cards: ['c1'], certificates: ['own 2a'], sessions: ['s1'] },
  ]);
  assert.deepEqual(plan('personClosed', [left]), [
    { cards: ['c1', 'c2'], certificates: ['own 2a', 'own 2a'], sessions: ['s1', 's2'] },
  ]);
  assert.deepEqual(plan('nameChanged', [{ person: 'nina', what: 'nameChanged' }]), [
    { cards: ['c1', 'c2'], certificates: ['own 2a', 'own 2a'], sessions: [] },
  ]);
});
