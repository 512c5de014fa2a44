// Whether a ticket that somebody holds up was ours, said what it says, and held at an instant (N9).
import { hash } from 'node:crypto';
import { type EpochMs, secondMs } from '../../base/clock.ts';

/**
 * SHA-256 of a ticket's claims as they were signed, hex: what the trail keeps of it. An ID token counts without its
 * `at_hash`, an assertion in canonical form without its signature.
 */
export const ticketDigest = (text: string): string => hash('sha256', text, 'hex');

/** The text that an ID token's digest is over: its claims without the last one, `at_hash`, which its signature came after. */
export const withoutAtHash = (claims: Readonly<Record<string, unknown>>): string => {
  const { at_hash: _hash, ...rest } = claims;
  return JSON.stringify(rest);
};

export interface TicketFacts {
  /** The instant asked about. */
  readonly at: EpochMs;
  /** `iat` and `exp` of the ticket; `IssueInstant` and the end of the `Conditions` of an assertion. */
  readonly issuedAt: EpochMs | undefined;
  readonly expiresAt: EpochMs | undefined;
  /** Key of the issuer that verified the signature, with the times between which it signed. */
  readonly signedBy:
    | { readonly kid: string; readonly activateAt: EpochMs; readonly lastSignedAt: EpochMs | undefined }
    | undefined;
  /** Why nothing verified, where it is more than that no key of ours did. */
  readonly signatureFault?: 'unsigned' | 'changed' | undefined;
  /** Undefined: what it says is encrypted to the application. */
  readonly digest: string | undefined;
  /** The trail's record of the ticket; undefined when there is none, or retention removed its text. */
  readonly record: { readonly digest: unknown } | undefined;
  /** When the ticket or its grant was revoked, or its session ended. */
  readonly endedAt: EpochMs | undefined;
}

export interface TicketCheck {
  readonly name: string;
  readonly clause: string;
  /** What speaks against it, in words; undefined = it holds. */
  readonly test: (facts: TicketFacts) => string | undefined;
}

const signatureWords = {
  foreign: 'no key of this installation made its signature',
  changed: 'it is not as it was signed',
  unsigned: 'it bears no signature',
} as const;

/** Clocks of two hubs differ by two seconds at most, and each remembers for one which key signs. */
const lateMs = 5 * secondMs;

/** Whether it was ours at all. */
export const originChecks: readonly TicketCheck[] = [
  {
    name: 'ticket.signature',
    clause: 'RFC 7515 5.2; SAML Core 5.4; keys of 10 years',
    test: ({ signedBy, signatureFault }) =>
      signedBy === undefined ? signatureWords[signatureFault ?? 'foreign'] : undefined,
  },
  {
    name: 'ticket.keyTime',
    clause: 'a key signs nothing before it is active',
    test: ({ signedBy, issuedAt }) =>
      signedBy !== undefined && issuedAt !== undefined && issuedAt + 1000 <= signedBy.activateAt
        ? 'it says it was issued before its key was in use'
        : undefined,
  },
  {
    name: 'ticket.keyOver',
    clause: 'a key signs nothing after its successor does',
    test: ({ signedBy, issuedAt }) =>
      signedBy?.lastSignedAt !== undefined && issuedAt !== undefined && issuedAt >= signedBy.lastSignedAt + lateMs
        ? 'it says it was issued after its key was out of use'
        : undefined,
  },
  {
    name: 'ticket.readable',
    clause: 'SAML Core 2.3.4: only the application can decrypt it',
    test: ({ digest }) => (digest === undefined ? 'its assertion is encrypted: show it in the clear' : undefined),
  },
  {
    name: 'ticket.recorded',
    clause: 'each ticket is in the trail before it is signed',
    test: ({ record, digest }) =>
      record === undefined && digest !== undefined ? 'the trail holds no record of it' : undefined,
  },
  {
    name: 'ticket.digest',
    clause: 'the trail holds the digest of what was signed',
    test: ({ record, digest }) =>
      record !== undefined && record.digest !== digest ? 'it does not say what the trail recorded' : undefined,
  },
];

/** Whether it held at the instant. */
export const validityChecks: readonly TicketCheck[] = [
  {
    name: 'ticket.started',
    clause: 'RFC 7519 4.1.6; SAML Core 2.3.3',
    test: ({ issuedAt, at }) => (issuedAt === undefined || at < issuedAt ? 'it was not issued yet' : undefined),
  },
  {
    name: 'ticket.running',
    clause: 'RFC 7519 4.1.4; SAML Core 2.5.1.2',
    test: ({ expiresAt, at }) => (expiresAt === undefined || at >= expiresAt ? 'it had expired' : undefined),
  },
  {
    name: 'ticket.notEnded',
    clause: 'RFC 7009 2.1; the session is the grant',
    test: ({ endedAt, at }) =>
      endedAt !== undefined && at >= endedAt ? 'it was revoked, or its session had ended' : undefined,
  },
];

/** Everything that speaks against the ticket by a list, in its order. */
export const objections = (checks: readonly TicketCheck[], facts: TicketFacts): readonly string[] =>
  checks.flatMap(({ test }) => test(facts) ?? []);
