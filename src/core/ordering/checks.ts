// What must hold of every step of a card, in one list; a test leaves each out to see a case turn.
import { dayMs } from '../../base/clock.ts';
import { administeredBy, holds } from '../directory/index.ts';
import { type CardAction, type CardActionRule, cardActions } from './actions.ts';
import { type ByHand, type Card, type CardEnding, type CardState, isOpen } from './card.ts';
import type { CardFacts } from './card-facts.ts';
import { isPast, validUntil } from './standing.ts';

export type OrderingRefusal =
  | 'order.unknownProfile'
  | 'order.otherStep'
  | 'order.changed'
  | 'order.noRight'
  | 'order.ownCard'
  | 'order.sameApprover'
  | 'order.sameOfficer'
  | 'order.holderClosed'
  | 'order.notEmployed'
  | 'order.noIdentity'
  | 'order.hasOne'
  | 'order.notReplaceable'
  | 'order.notYetRenewable'
  | 'order.notInUse'
  | 'order.oldCard'
  | 'order.expired'
  | 'order.notExpired'
  | 'order.document'
  | 'order.keys'
  | 'order.noSoftCard'
  | 'order.holderSigns'
  | 'order.reason'
  | 'order.byHand';

export interface OrderingCheck {
  readonly name: string;
  readonly clause: string;
  readonly code: OrderingRefusal;
  /** The steps that it is asked of. */
  readonly of: (action: CardAction | 'order') => boolean;
  /** True when the step may be taken. */
  readonly test: (facts: CardFacts, action: CardAction | 'order') => boolean;
}

const every = () => true;
const only =
  (...actions: readonly (CardAction | 'order')[]) =>
  (action: CardAction | 'order') =>
    actions.includes(action);
/** Steps on the way to a card; ending and suspending one is always allowed to whoever has the right. */
const towardsCard = only(
  'order',
  'approve',
  'checkIdentity',
  'requestCertificates',
  'orderOutside',
  'proveByCard',
  'certify',
  'receive',
  'handOver',
  'use',
  'resume',
);

const ruleOf = (action: CardAction | 'order'): CardActionRule =>
  action === 'order'
    ? { flows: ['own', 'outside'], actors: ['orderCards', 'issueCards', 'holder'], from: [], to: 'ordered' }
    : cardActions[action];

const actorOf = ({ acting }: CardFacts): string | undefined =>
  acting.kind === 'person' ? acting.person.id : undefined;

function mayAct(facts: CardFacts, action: CardAction | 'order'): boolean {
  const { acting, card, organisations, now } = facts;
  const { actors } = ruleOf(action);
  if (acting.kind === 'hub') return actors.includes('hub');
  if (acting.person.closed) return false;
  // A holder orders and makes nothing but the renewal of a card of their own; it needs no counter.
  const asHolder = acting.person.id === card.holder && (!byItself.includes(action) || isRenewal(facts));
  if (actors.includes('holder') && asHolder) return true;
  // A temporary card and a renewal of many are ordered at the counter, any other card by a manager.
  const atCounter = card.temporary || card.renewalJob !== undefined;
  const tasks = action === 'order' ? [atCounter ? 'issueCards' : 'orderCards'] : actors;
  return tasks.some(
    (task) =>
      (task === 'orderCards' || task === 'issueCards') &&
      administeredBy(acting.grants, {
        person: acting.person,
        task,
        organisation: card.organisation,
        organisations,
        now,
      }) !== undefined,
  );
}

/** A card that nobody has in hand yet is not missing. */
const inHand: readonly CardState[] = ['received', 'inUse', 'suspended'];
/** Endings after which its holder still works there, without a card. */
const goesMissing: readonly CardEnding[] = ['lost', 'stolen', 'broken'];
const byItself: readonly string[] = ['order', 'requestCertificates', 'makeAgain'];
const replaced = ({ card, others }: CardFacts): Card | undefined => others.find(({ id }) => id === card.replaces);
/** Taken by its holder, in place of the card that proves them: ordered by themselves, or for them by a renewal of many. */
export const isRenewal = ({ card, acting }: Pick<CardFacts, 'card' | 'acting'>): boolean =>
  !card.temporary &&
  card.replaces !== undefined &&
  (card.orderedBy === card.holder || card.renewalJob !== undefined) &&
  acting.kind === 'person' &&
  acting.person.id === card.holder;
/** The card to be replaced is the one that proved the holder, and it is in use and valid. */
const provenByOldCard = (facts: CardFacts): boolean =>
  replacedIsValid(facts) && facts.input.provenBy === facts.card.replaces;
const replacedIsValid = (facts: CardFacts): boolean => {
  const before = replaced(facts);
  return before?.state === 'inUse' && !isPast(before, facts.now);
};

/** True when the directory knows the holder's HSA-ID at the organisation, or the card rests on another identity. */
export const hasIdentity = ({ profile, assignments, card, now }: CardFacts): boolean =>
  profile?.identifier !== 'hsa-id' ||
  assignments.some((one) => one.organisation === card.organisation && one.hsaId !== undefined && holds(one, now));

export const orderingChecks: readonly OrderingCheck[] = [
  {
    name: 'ordering.right',
    clause: 'V3: who has the task over the organisation, the holder, or the hub; first, so that nothing else is told',
    code: 'order.noRight',
    of: every,
    test: mayAct,
  },
  {
    name: 'ordering.profile',
    clause: 'H2: of a kind that is made',
    code: 'order.unknownProfile',
    of: towardsCard,
    test: ({ profile }, action) => profile !== undefined && (action !== 'order' || !profile.closed),
  },
  {
    name: 'ordering.revision',
    clause: 'two at once: the second is told',
    code: 'order.changed',
    of: every,
    test: ({ card, seen }) => seen === undefined || seen === card.revision,
  },
  {
    name: 'ordering.step',
    clause: 'H2: in the order of the steps, and of this flow',
    code: 'order.otherStep',
    of: (action) => action !== 'order',
    test: ({ card, profile }, action) => {
      const { flows, from } = ruleOf(action);
      // A card of a profile that is gone can still be ended.
      return from.includes(card.state) && (profile === undefined || flows.includes(profile.flow));
    },
  },
  {
    name: 'ordering.notForOneself',
    clause: 'H2: nobody orders, approves, checks or makes their own card; renewal is proven by the old one',
    code: 'order.ownCard',
    of: only(
      ...(['order', 'approve', 'checkIdentity', 'requestCertificates', 'makeAgain', 'handOver'] as const),
      ...(['resume', 'end', 'confirmByHand'] as const),
    ),
    test: (facts, action) => {
      const { card, input } = facts;
      // A renewal of many is ordered by officers, none of whom orders or approves their own.
      if (action === 'order' && card.renewalJob !== undefined)
        return actorOf(facts) !== card.holder && input.approvedBy !== card.holder;
      return actorOf(facts) !== card.holder || (byItself.includes(action) && isRenewal(facts));
    },
  },
  {
    name: 'ordering.otherApprover',
    clause: 'H2: approved by another than who ordered',
    code: 'order.sameApprover',
    of: only('approve'),
    test: (facts) => actorOf(facts) !== facts.card.orderedBy,
  },
  {
    name: 'ordering.dualControl',
    clause: 'H3: two officers where the profile says so, to make a card and to end it',
    code: 'order.sameOfficer',
    of: only('requestCertificates', 'end'),
    test: (facts, action) =>
      facts.profile?.dualControl !== true ||
      facts.acting.kind === 'hub' ||
      actorOf(facts) !== (action === 'end' ? facts.card.endAskedBy : facts.card.checkedBy),
  },
  {
    name: 'ordering.holder',
    clause: 'K3: who is closed gets no card',
    code: 'order.holderClosed',
    of: towardsCard,
    test: ({ holder }) => holder?.closed === false,
  },
  {
    name: 'ordering.employed',
    clause: 'H2: found in the directory, with an assignment there now',
    code: 'order.notEmployed',
    of: towardsCard,
    test: ({ card, assignments, now }) =>
      assignments.some(
        (assignment) =>
          assignment.person === card.holder && assignment.organisation === card.organisation && holds(assignment, now),
      ),
  },
  {
    name: 'ordering.one',
    clause: 'H2: one card of a kind at a time, but for one that comes after it, and a temporary one beside',
    code: 'order.hasOne',
    of: only('order'),
    test: (facts) =>
      !facts.others.some(
        (other) =>
          isOpen(other) &&
          !(other.temporary && isPast(other, facts.now)) &&
          other.profile === facts.card.profile &&
          other.temporary === facts.card.temporary &&
          other.id !== facts.card.replaces,
      ),
  },
  {
    name: 'ordering.replaces',
    clause:
      "H2: only a card of the holder's own kind, and a temporary card only in place of one that is or was lately in use",
    code: 'order.notReplaceable',
    of: only('order'),
    test: (facts) => {
      const { card } = facts;
      if (card.replaces === undefined) return !card.temporary;
      const before = replaced(facts);
      const replaceable =
        before !== undefined && before.holder === card.holder && before.profile === card.profile && !before.temporary;
      if (!replaceable || !card.temporary) return replaceable;
      const missing = before.ending === undefined ? inHand.includes(before.state) : goesMissing.includes(before.ending);
      return missing && facts.profile?.flow === 'own';
    },
  },
  {
    name: 'ordering.renewal',
    clause: 'H2: with the old card, while it is valid, near its end or with an old name on it',
    code: 'order.notYetRenewable',
    of: only('order', 'requestCertificates'),
    test: (facts) => {
      if (!isRenewal(facts)) return true;
      if (!provenByOldCard(facts)) return false;
      const before = replaced(facts) ?? facts.card;
      const end = validUntil(before);
      // The officers of a renewal of many chose how early.
      const isNear = end !== undefined && end - facts.now <= (facts.profile?.renewBeforeDays ?? 0) * dayMs;
      return isNear || facts.card.renewalJob !== undefined || before.replaceBy !== undefined;
    },
  },
  {
    name: 'ordering.renewable',
    clause: 'H2: many are renewed only where the old card can prove its holder',
    code: 'order.notInUse',
    of: only('order'),
    test: (facts) => facts.card.renewalJob === undefined || replacedIsValid(facts),
  },
  {
    name: 'ordering.oldCard',
    clause:
      'H2: renewal online with the old card while valid; only what a renewal of many ordered, for the holder alone',
    code: 'order.oldCard',
    of: only('proveByCard'),
    test: (facts) => isRenewal(facts) && provenByOldCard(facts),
  },
  {
    name: 'ordering.notExpired',
    clause: 'H2: what has run out is neither taken, suspended nor opened again',
    code: 'order.expired',
    of: only('receive', 'handOver', 'suspend', 'resume'),
    test: ({ card, now }) => !isPast(card, now),
  },
  {
    name: 'ordering.expired',
    clause: 'H2: a card expires with the last of its certificates, not before',
    code: 'order.notExpired',
    of: only('expire'),
    test: ({ card, now }) => isPast(card, now),
  },
  {
    name: 'ordering.identity',
    clause: 'G5: the identity is ordered first; its issuer asks for nobody whom the register does not know',
    code: 'order.noIdentity',
    of: only('orderOutside'),
    test: hasIdentity,
  },
  {
    name: 'ordering.document',
    clause: 'H2: it is noted what was looked at',
    code: 'order.document',
    of: only('checkIdentity'),
    test: ({ profile, input }) =>
      input.document !== undefined && profile?.identityDocuments.includes(input.document) === true,
  },
  {
    name: 'ordering.keys',
    clause: 'H2: a request for each certificate of the profile',
    code: 'order.keys',
    of: only('requestCertificates'),
    test: ({ profile, input }) =>
      input.requests !== undefined &&
      input.requests.length === profile?.certificates.length &&
      new Set(input.requests).size === input.requests.length,
  },
  {
    name: 'ordering.softCard',
    clause: 'H2: a key in a file only where its kind allows that',
    code: 'order.noSoftCard',
    of: only('requestCertificates'),
    test: ({ profile, input }) => input.soft !== true || profile?.softCard === true,
  },
  {
    name: 'ordering.handOver',
    clause: 'H2: a card is signed for by its holder; a temporary one may be given by who has just seen them',
    code: 'order.holderSigns',
    of: only('handOver'),
    test: ({ card }) => card.temporary,
  },
  {
    name: 'ordering.reason',
    clause: 'B2: an ending says why',
    code: 'order.reason',
    of: only('end', 'reportLost', 'decline'),
    test: ({ input }, action) =>
      action === 'decline'
        ? (input.reason ?? '').trim() !== ''
        : action === 'reportLost'
          ? input.ending === 'lost' || input.ending === 'stolen'
          : input.ending !== undefined,
  },
  {
    name: 'ordering.toBeReplaced',
    clause: 'K10: the first change of the name sets the date; a second one does not put it off',
    code: 'order.otherStep',
    of: only('toBeReplaced'),
    test: ({ card, input }) => card.replaceBy === undefined && input.replaceBy !== undefined,
  },
  {
    name: 'ordering.byHand',
    clause: 'H3: what an issuer is not told over the network is shown once, until somebody did it',
    code: 'order.byHand',
    of: only('leaveByHand', 'confirmByHand'),
    test: ({ card, input }, action) =>
      action === 'confirmByHand' ? card.byHand.length > 0 : newByHand(card, input.byHand).length > 0,
  },
];

/** What is not among them already: the work that tells of it may be done twice. */
export const newByHand = ({ byHand }: Pick<Card, 'byHand'>, told: readonly ByHand[] = []): readonly ByHand[] =>
  told.filter(({ issuer, serial }) => !byHand.some((each) => each.issuer === issuer && each.serial === serial));

/** The first check that says no, or undefined. */
export const firstNo = (
  facts: CardFacts,
  action: CardAction | 'order',
  checks: readonly OrderingCheck[] = orderingChecks,
): OrderingCheck | undefined => checks.find(({ of, test }) => of(action) && !test(facts, action));
