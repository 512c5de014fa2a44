// The steps of a card as a table: who does each, from which states, to which. What is not in it cannot be done.
import type { CardFlow } from '../catalogue/index.ts';
import { type CardState, cardStates } from './card.ts';

/** Who does a step: somebody with the task, the holder, or the hub when something happened. */
export type CardActor = 'orderCards' | 'issueCards' | 'holder' | 'hub';

export interface CardActionRule {
  readonly flows: readonly CardFlow[];
  readonly actors: readonly CardActor[];
  readonly from: readonly CardState[];
  /** `same`: it stays as it is. */
  readonly to: CardState | 'same';
}

const both = ['own', 'outside'] as const;
const own = ['own'] as const;
const outside = ['outside'] as const;
const beforeMade = ['ordered', 'approved', 'checked', 'requested'] as const;
const living = ['made', 'received', 'inUse', 'suspended'] as const;

export const cardActions = {
  approve: { flows: both, actors: ['orderCards'], from: ['ordered'], to: 'approved' },
  decline: { flows: both, actors: ['orderCards'], from: ['ordered'], to: 'declined' },
  withdraw: { flows: both, actors: ['orderCards', 'hub'], from: beforeMade, to: 'declined' },
  /** An officer saw who stands at the counter. */
  checkIdentity: { flows: own, actors: ['issueCards'], from: ['approved'], to: 'checked' },
  /** The holder of a renewal that somebody else ordered shows the card that it comes after, in place of a counter. */
  proveByCard: { flows: own, actors: ['holder'], from: ['approved'], to: 'checked' },
  /** The card's keys exist: its certificates are asked of the issuer. */
  requestCertificates: { flows: own, actors: ['issueCards', 'holder'], from: ['checked'], to: 'requested' },
  /** The holder has ordered the card at its own issuer. */
  orderOutside: { flows: outside, actors: ['holder'], from: ['approved'], to: 'requested' },
  /** The certificates came. */
  certify: { flows: own, actors: ['hub'], from: ['requested'], to: 'made' },
  /** The issuer said no: other keys are needed. */
  refuseCertificates: { flows: own, actors: ['hub'], from: ['requested'], to: 'checked' },
  /** The outside issuer has made the card, as its holder or the orderer was told. */
  reportMade: { flows: outside, actors: ['holder', 'orderCards'], from: ['requested'], to: 'made' },
  /** The holder has it in hand and signs for it. */
  receive: { flows: both, actors: ['holder'], from: ['made'], to: 'received' },
  /** The officer gives it to whom they have just seen; only a temporary card, whose holder may have no other way to log in. */
  handOver: { flows: own, actors: ['issueCards'], from: ['made'], to: 'received' },
  /** It was spoiled, or its file never came into a hand: its certificates are withdrawn, and other keys are needed. */
  makeAgain: { flows: own, actors: ['issueCards', 'holder'], from: ['made'], to: 'checked' },
  /** First login: it works, and is its holder's. An outside card is known by that alone. */
  use: { flows: both, actors: ['hub'], from: ['requested', 'made', 'received'], to: 'inUse' },
  suspend: { flows: own, actors: ['issueCards', 'holder', 'hub'], from: ['received', 'inUse'], to: 'suspended' },
  resume: { flows: own, actors: ['issueCards'], from: ['suspended'], to: 'inUse' },
  end: { flows: both, actors: ['issueCards', 'hub'], from: living, to: 'ended' },
  /** Its certificates ran out. */
  expire: { flows: own, actors: ['hub'], from: living, to: 'expired' },
  reportLost: { flows: both, actors: ['holder'], from: living, to: 'ended' },
  /** It carries a name that its holder no longer has: it ends at a date. */
  toBeReplaced: { flows: both, actors: ['hub'], from: ['requested', ...living], to: 'same' },
  /** Its issuer takes no revocation over the network: somebody must do it there. */
  leaveByHand: { flows: own, actors: ['hub'], from: cardStates, to: 'same' },
  /** Somebody did. */
  confirmByHand: { flows: own, actors: ['issueCards'], from: cardStates, to: 'same' },
} as const satisfies Readonly<Record<string, CardActionRule>>;

export type CardAction = keyof typeof cardActions;
export const cardActionNames = Object.keys(cardActions) as readonly CardAction[];
