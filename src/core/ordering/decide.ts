// What one step of a card makes true: the card as it is then, its history, the trail, what the issuer is asked, and what follows.
import type { AuditRecord } from '../audit/record.ts';
import { type CardAction, cardActions } from './actions.ts';
import { type Card, type CardEnding, type CardState, type CardStep, isOpen } from './card.ts';
import type { CardFacts } from './card-facts.ts';
import { firstNo, isRenewal, newByHand, type OrderingCheck, type OrderingRefusal, orderingChecks } from './checks.ts';
import { endingStep } from './endings.ts';

/** What the issuer is asked after the commit; each is idempotent. */
export type IssuerTask =
  | { readonly kind: 'submit' }
  | { readonly kind: 'revoke'; readonly serials: readonly string[]; readonly why: CardEnding | 'hold' }
  | { readonly kind: 'release'; readonly serials: readonly string[] };

/** A step of another card that follows in the same commit, taken by the hub. */
export interface Following {
  readonly card: string;
  readonly action: Extract<CardAction, 'end' | 'suspend' | 'withdraw'>;
  readonly ending?: CardEnding;
}

export interface CardChange {
  readonly kind: 'done';
  readonly card: Card;
  readonly step: CardStep;
  readonly event: AuditRecord;
  readonly asks: readonly IssuerTask[];
  /** Sessions that the card began end with it. */
  readonly endsSessions: boolean;
  readonly following: readonly Following[];
}

export type CardDecision =
  | CardChange
  | { readonly kind: 'refused'; readonly code: OrderingRefusal; readonly check: string };

const eventKinds = {
  order: 'card.ordered',
  approve: 'card.approved',
  decline: 'card.declined',
  withdraw: 'card.declined',
  checkIdentity: 'card.identityChecked',
  proveByCard: 'card.identityChecked',
  requestCertificates: 'card.requested',
  orderOutside: 'card.requested',
  certify: 'card.made',
  makeAgain: 'card.spoiled',
  refuseCertificates: 'card.refusedByIssuer',
  reportMade: 'card.made',
  receive: 'card.received',
  handOver: 'card.received',
  use: 'card.used',
  suspend: 'card.suspended',
  resume: 'card.resumed',
  askEnd: 'card.endAsked',
  end: 'card.ended',
  expire: 'card.expired',
  reportLost: 'card.ended',
  toBeReplaced: 'card.toBeReplaced',
  leaveByHand: 'card.leftByHand',
  confirmByHand: 'card.revokedByHand',
} as const satisfies Readonly<Record<CardAction | 'order' | 'askEnd', AuditRecord['kind']>>;

/**
 * An order. `facts.card` is the card as it was wished, in state `ordered`: what its profile does not ask for is passed over.
 * A renewal is proven by the old card and needs neither approval nor counter; a temporary card and one of a renewal of many
 * need no approval: the latter waits for its holder, who shows the old card online or comes to the counter.
 */
export function decideOrder(facts: CardFacts, checks: readonly OrderingCheck[] = orderingChecks): CardDecision {
  const no = firstNo(facts, 'order', checks);
  if (no !== undefined) return { kind: 'refused', code: no.code, check: no.name };
  const { temporary, renewalJob } = facts.card;
  const passedOver = temporary || renewalJob !== undefined || facts.profile?.approval !== true;
  const state: CardState = isRenewal(facts) ? 'checked' : passedOver ? 'approved' : 'ordered';
  return change(facts, 'order', { ...facts.card, state });
}

/** A step of a card that is there. */
export function decideCard(
  action: CardAction,
  facts: CardFacts,
  checks: readonly OrderingCheck[] = orderingChecks,
): CardDecision {
  const no = firstNo(facts, action, checks);
  if (no !== undefined) return { kind: 'refused', code: no.code, check: no.name };
  const { card, input, acting } = facts;
  const by = acting.kind === 'person' ? acting.person.id : undefined;
  const { to } = cardActions[action];
  const next: Card = { ...card, revision: card.revision + 1, state: to === 'same' ? card.state : to };
  const withByHand = () => [...card.byHand, ...newByHand(card, input.byHand)];
  switch (action) {
    case 'checkIdentity':
      return change(facts, action, { ...next, identityDocument: input.document, checkedBy: by });
    case 'proveByCard':
      return change(facts, action, { ...next, identityDocument: 'ownCard' });
    case 'requestCertificates':
      return change(facts, action, { ...next, requests: input.requests ?? [], madeBy: by, soft: input.soft === true }, [
        { kind: 'submit' },
      ]);
    case 'certify':
      return change(facts, action, { ...next, requests: [], certificates: input.certificates ?? [] });
    case 'makeAgain':
      return change(facts, action, takenBack(next), asked(card, 'mistake'));
    case 'refuseCertificates':
      return change(facts, action, { ...next, requests: [], soft: false, replaceBy: undefined, byHand: withByHand() });
    case 'expire':
      return change(facts, action, { ...next, ending: 'expired', requests: [] });
    case 'receive':
    case 'handOver':
      return change(facts, action, next, [], followingReceipt(facts));
    case 'suspend':
      return change(facts, action, next, asked(card, 'hold'));
    case 'resume':
      return change(facts, action, next, released(card), endTemporary(facts));
    case 'end':
      if (needsSecond(facts)) {
        // Meanwhile it opens nothing: what two people think of ending is not trusted in between.
        const held = card.state === 'received' || card.state === 'inUse';
        return change(
          facts,
          'askEnd',
          { ...next, state: held ? 'suspended' : card.state, endAskedBy: by, ending: input.ending },
          held ? asked(card, 'hold') : [],
        );
      }
      return ended(facts, action, next);
    case 'reportLost':
      return ended(facts, action, next);
    case 'toBeReplaced':
      return change(facts, action, { ...next, replaceBy: input.replaceBy });
    case 'leaveByHand':
      return change(facts, action, { ...next, byHand: withByHand() });
    case 'confirmByHand':
      return change(facts, action, { ...next, byHand: [] });
    default:
      return change(facts, action, next);
  }
}

/** What is lost or stolen ends at once; anything else waits for a second officer where the profile asks for two. */
const needsSecond = ({ profile, acting, card, input }: CardFacts): boolean =>
  profile?.dualControl === true &&
  acting.kind === 'person' &&
  card.endAskedBy === undefined &&
  input.ending !== 'lost' &&
  input.ending !== 'stolen';

const ended = (facts: CardFacts, action: 'end' | 'reportLost', next: Card): CardChange => {
  const why = facts.input.ending ?? 'lost';
  return change(facts, action, { ...next, ending: why, requests: [] }, asked(facts.card, why));
};

/** Without what was made of it; made again, it bears the name of that day. */
const takenBack = (card: Card): Card => ({
  ...card,
  soft: false,
  replaceBy: undefined,
  certificates: [],
  withdrawn: [...(card.withdrawn ?? []), ...card.certificates],
});

const serialsOf = ({ certificates }: Card): readonly string[] => certificates.map(({ serial }) => serial);
const asked = (card: Card, why: CardEnding | 'hold'): readonly IssuerTask[] =>
  card.certificates.length === 0 ? [] : [{ kind: 'revoke', serials: serialsOf(card), why }];
const released = (card: Card): readonly IssuerTask[] =>
  card.certificates.length === 0 ? [] : [{ kind: 'release', serials: serialsOf(card) }];

/** A card in the hand ends the one before it; a temporary one lays it to rest. */
function followingReceipt({ card, others }: CardFacts): readonly Following[] {
  const before = others.find(({ id }) => id === card.replaces);
  if (card.temporary)
    return before?.state === 'received' || before?.state === 'inUse' ? [{ card: before.id, action: 'suspend' }] : [];
  const ending = card.orderedBy === card.holder || card.renewalJob !== undefined ? 'renewed' : 'replaced';
  return [
    ...(before !== undefined && isOpen(before) ? [{ card: before.id, action: 'end', ending } as const] : []),
    ...others.filter((other) => other.temporary && other.profile === card.profile).flatMap(endsTemporary),
  ];
}

/** Who has the right card again gives the temporary one back. */
const endTemporary = ({ card, others }: CardFacts): readonly Following[] =>
  others.filter(({ temporary, replaces }) => temporary && replaces === card.id).flatMap(endsTemporary);

const endsTemporary = (card: Card): readonly Following[] =>
  isOpen(card) ? [{ card: card.id, action: endingStep(card), ending: 'replaced' }] : [];

const endsLogin: readonly CardState[] = ['suspended', 'ended', 'expired'];

function change(
  { now, acting, input, card: before }: CardFacts,
  action: keyof typeof eventKinds,
  card: Card,
  asks: readonly IssuerTask[] = [],
  following: readonly Following[] = [],
): CardChange {
  const by = acting.kind === 'person' ? acting.person.id : undefined;
  const reason = input.ending ?? input.reason;
  return {
    kind: 'done',
    card,
    step: { card: card.id, revision: card.revision, action, state: card.state, at: now, by, reason },
    event: {
      kind: eventKinds[action],
      at: now,
      outcome: action === 'refuseCertificates' ? 'refused' : 'ok',
      person: card.holder,
      organisation: card.organisation,
      body: {
        card: card.id,
        profile: card.profile,
        state: card.state,
        revision: card.revision,
        ...(by === undefined ? {} : { by }),
        ...(reason === undefined ? {} : { why: reason }),
        ...(card.replaces === undefined ? {} : { replaces: card.replaces, temporary: card.temporary }),
        ...(card.renewalJob === undefined ? {} : { job: card.renewalJob }),
        ...(action === 'checkIdentity' || action === 'proveByCard' ? { document: card.identityDocument } : {}),
        // Whoever reads the trail sees that these keys were once known to the hub.
        ...(action === 'requestCertificates' ? { keysMadeBy: card.soft ? 'hub' : 'card' } : {}),
        ...(card.replaceBy === undefined ? {} : { replaceBy: new Date(card.replaceBy).toISOString() }),
        ...byHandBody(before, card),
        ...fingerprintsBody(action === 'makeAgain' ? before : card),
      },
    },
    asks,
    endsSessions: endsLogin.includes(card.state) && !endsLogin.includes(before.state),
    following,
  };
}

const fingerprintsBody = ({ certificates }: Card) =>
  certificates.length === 0 ? {} : { fingerprints: certificates.map(({ fingerprint }) => fingerprint) };

/** What is left to people, or what they did: the list that changed. */
const byHandBody = (before: Card, { byHand }: Card) =>
  byHand.length === before.byHand.length
    ? {}
    : {
        byHand: (byHand.length > 0 ? byHand : before.byHand).map(({ issuer, serial }) => `${issuer} ${serial}`),
      };
