// Whether a certificate of a device may prove its person now, as our own records say: asked at each login with it and after it.
import type { EpochMs } from '../../../base/clock.ts';
import type { CardReason } from '../../../wire/codes/index.ts';
import type { PersonFacts } from '../../directory/index.ts';
import type { Card } from '../card.ts';
import { standingRefusal } from '../standing.ts';
import { employment } from './checks.ts';
import type { DerivedCertificate, DerivedEnding, KeyDevice } from './device.ts';

export interface DerivedStandingFacts {
  readonly now: EpochMs;
  /** By the fingerprint of what was shown; what is not known here was never handed out. */
  readonly derived?: DerivedCertificate | undefined;
  readonly device?: Pick<KeyDevice, 'closed' | 'organisation'> | undefined;
  readonly person?: PersonFacts | undefined;
  /** The card behind it, where it was ordered here. */
  readonly card?: Pick<Card, 'state' | 'withdrawn'> | undefined;
  /** Of the card's own certificate, asked now. */
  readonly cardStatus: 'good' | 'revoked' | 'unknown';
}

export interface DerivedStandingCheck {
  readonly name: string;
  readonly clause: string;
  /** Why a login with it is refused; undefined when the check holds. */
  readonly test: (facts: DerivedStandingFacts) => CardReason | undefined;
  /** What such a refusal ends it with; absent: it may be good again in a moment, or is over already. */
  readonly ends?: DerivedEnding;
}

export const derivedStandingChecks: readonly DerivedStandingCheck[] = [
  {
    name: 'derived.known',
    clause: 'H8: made for a device by this hub, handed out, and not ended',
    test: ({ derived }) => (derived?.state === 'issued' ? undefined : 'card.derivedEnded'),
  },
  {
    name: 'derived.running',
    clause: 'H8: for one shift, whatever its authority wrote',
    test: ({ derived, now }) => (derived !== undefined && now < derived.notAfter ? undefined : 'card.derivedEnded'),
  },
  {
    name: 'derived.device',
    clause: 'H8: its device is neither lost nor closed',
    test: ({ device }) => (device?.closed === false ? undefined : 'card.derivedEnded'),
    ends: 'deviceClosed',
  },
  {
    name: 'derived.employed',
    clause: 'H8: its person still works where the device is',
    test: ({ person, device, now }) =>
      device !== undefined && employment({ person, organisation: device.organisation, now }) !== undefined
        ? undefined
        : 'card.derivedEnded',
    ends: 'personLeft',
  },
  {
    name: 'derived.cardStanding',
    clause: 'H8: its card is neither suspended nor ended here',
    test: ({ card, derived }) => card && standingRefusal(card, derived?.proof.fingerprint ?? ''),
    ends: 'cardEnded',
  },
  {
    name: 'derived.cardNotRevoked',
    clause: 'H8, K4: its card is not revoked at its issuer',
    test: ({ cardStatus }) => (cardStatus === 'revoked' ? 'card.revoked' : undefined),
    ends: 'cardEnded',
  },
  {
    name: 'derived.cardKnown',
    clause: 'RFC 5280 6.3.3: undetermined is not valid',
    test: ({ cardStatus }) => (cardStatus === 'unknown' ? 'card.revocationUnknown' : undefined),
  },
];

/** The first check that refuses; undefined: it proves its person. */
export const derivedRefusal = (
  facts: DerivedStandingFacts,
  checks: readonly DerivedStandingCheck[] = derivedStandingChecks,
): { readonly reason: CardReason; readonly check: string; readonly ends: DerivedEnding | undefined } | undefined => {
  for (const { name, test, ends } of checks) {
    const reason = test(facts);
    if (reason !== undefined) return { reason, check: name, ends };
  }
  return undefined;
};
