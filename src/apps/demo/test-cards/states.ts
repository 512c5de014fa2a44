// What a test card can be: right, or wrong in one way that the hub must see.
import { type CardAuthorityName, type CardRequest, demoPolicies, usages } from '../test-ca/index.ts';

export const cardStates = [
  'valid',
  'expired',
  'not-yet-valid',
  'revoked',
  'wrong-usage',
  'wrong-policy',
  'other-population',
] as const;
export type CardState = (typeof cardStates)[number];

export const isCardState = (word: string): word is CardState => (cardStates as readonly string[]).includes(word);

const dayMs = 86_400_000;

/** What the state changes in an order for a card of this authority. A revoked one is issued right, and blocked after. */
export function faultOf(state: CardState, authority: CardAuthorityName, now: number): Partial<CardRequest> {
  switch (state) {
    case 'valid':
    case 'revoked':
      return {};
    case 'expired':
      return { notBefore: now - 800 * dayMs, notAfter: now - dayMs };
    case 'not-yet-valid':
      return { notBefore: now + dayMs };
    case 'wrong-usage': // The card's other certificate: it signs documents.
      return { usage: 'signature', instead: { extendedKeyUsage: [usages.clientAuthentication] } };
    case 'wrong-policy': // The authority's own certificate, for something else than this population.
      return { instead: { policies: [authority === 'simple' ? demoPolicies.advanced : demoPolicies.simple] } };
    case 'other-population': // A certificate of a function, with a person's name in it (C5).
      return { authority: 'function' };
  }
}
