// A temporary card at the counter: why the right one is missing, and all the steps that one press takes, in one commit.
import type { CardProfile, IdentityDocument } from '../catalogue/index.ts';
import type { CardAction } from './actions.ts';
import { type Card, type CardEnding, isOpen } from './card.ts';
import type { ActionInput } from './card-facts.ts';

/** Why the holder stands there without their card. A forgotten one rests and comes back, any other never does. */
export const temporaryReasons = ['forgotten', 'lost', 'stolen', 'broken'] as const satisfies readonly (
  | CardEnding
  | 'forgotten'
)[];
export type TemporaryReason = (typeof temporaryReasons)[number];

export interface TemporaryStep {
  readonly card: string;
  readonly action: CardAction;
  readonly input: ActionInput;
}

/**
 * What follows the order of a temporary card, of which each step is decided like any other: the right card rests or ends, it is
 * noted what the holder showed, and the keys are there when the hub made them. Where two officers are wanted, the second makes it.
 */
export function temporarySteps(given: {
  readonly card: string;
  readonly before: Card;
  readonly why: TemporaryReason;
  readonly document: IdentityDocument | undefined;
  /** Of the hub's keys; none: the card has keys of its own, and they come later. */
  readonly requests: readonly string[] | undefined;
}): readonly TemporaryStep[] {
  const { card, before, why, document, requests } = given;
  return [
    ...stepOfBefore(before, why),
    { card, action: 'checkIdentity', input: { document } },
    ...(requests === undefined
      ? []
      : [{ card, action: 'requestCertificates', input: { requests, soft: true } } as const]),
  ];
}

function stepOfBefore(before: Card, why: TemporaryReason): readonly TemporaryStep[] {
  const of = before.id;
  if (why !== 'forgotten') return isOpen(before) ? [{ card: of, action: 'end', input: { ending: why } }] : [];
  const inHand = before.state === 'received' || before.state === 'inUse';
  return inHand ? [{ card: of, action: 'suspend', input: { reason: why } }] : [];
}

/** Whether one press makes the card too: by the hub's keys, and by one officer. */
export const madeAtOnce = (profile: Pick<CardProfile, 'softCard' | 'dualControl'>): boolean =>
  profile.softCard && !profile.dualControl;
