// Whether a token's key is one that an authority may have: it cannot be taken out, and signs by itself.
import type { KeyFacts } from './token-messages.ts';

export interface KeyFactCheck {
  readonly name: string;
  readonly clause: string;
  readonly holds: (facts: KeyFacts) => boolean;
  readonly text: string;
}

/** Held each time a key is opened. What a token does not say of a key does not hold. */
export const keyFactChecks: readonly KeyFactCheck[] = [
  {
    name: 'key.sensitive',
    clause: 'PKCS#11 2.40 4.9, CKA_SENSITIVE; RFC 3647 4.6.2',
    holds: ({ sensitive }) => sensitive === true,
    text: 'the token would show it in clear (CKA_SENSITIVE is not true)',
  },
  {
    name: 'key.extractable',
    clause: 'PKCS#11 2.40 4.9, CKA_EXTRACTABLE; RFC 3647 4.6.2',
    holds: ({ extractable }) => extractable === false,
    text: 'it can be taken out of the token (CKA_EXTRACTABLE is not false)',
  },
  {
    name: 'key.signs',
    clause: 'PKCS#11 2.40 4.9, CKA_SIGN',
    holds: ({ signs }) => signs === true,
    text: 'it may not sign (CKA_SIGN is not true)',
  },
  {
    name: 'key.asksOnce',
    clause: 'PKCS#11 2.40 4.9, CKA_ALWAYS_AUTHENTICATE',
    holds: ({ asksEachTime }) => asksEachTime !== true,
    text: 'it wants its PIN at each signature (CKA_ALWAYS_AUTHENTICATE)',
  },
];

/** Of a key that was made just now: it never was otherwise either. */
export const newKeyFactChecks: readonly KeyFactCheck[] = [
  ...keyFactChecks,
  {
    name: 'key.alwaysSensitive',
    clause: 'PKCS#11 2.40 4.9, CKA_ALWAYS_SENSITIVE',
    holds: ({ alwaysSensitive }) => alwaysSensitive === true,
    text: 'it was not always sensitive (CKA_ALWAYS_SENSITIVE is not true)',
  },
  {
    name: 'key.neverExtractable',
    clause: 'PKCS#11 2.40 4.9, CKA_NEVER_EXTRACTABLE',
    holds: ({ neverExtractable }) => neverExtractable === true,
    text: 'it could be taken out once (CKA_NEVER_EXTRACTABLE is not true)',
  },
];

/** What is wrong with a key; nothing when all holds. */
export const keyFault = (facts: KeyFacts, checks: readonly KeyFactCheck[] = keyFactChecks): string | undefined =>
  checks.find(({ holds }) => !holds(facts))?.text;
