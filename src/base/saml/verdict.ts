// What every judgement of a message answers and asks for: refusals with a code and safe words, skew, and ids for one use.
import type { KeyObject } from 'node:crypto';
import type { EpochMs } from '../clock.ts';

/** Refused: by which check, and in words that hold no name, number or secret, for the log and the audit. */
export interface Refused<Reason extends string> {
  readonly accepted: false;
  readonly reason: Reason;
  readonly because: string;
}

/** Ids that the issuer may use once; whoever commits their claim first has the message (SAML Profiles 4.1.4.5). */
export interface OneUse {
  readonly issuer: string;
  readonly ids: readonly string[];
  /** From this instant on the message is refused as old: how long the ids must be remembered. */
  readonly until: EpochMs;
}

/** The other party of a message. */
export interface Peer {
  readonly entityId: string;
  /** From configuration or trusted metadata, several while a key is rolled over. Never from the message (S2). */
  readonly keys: readonly KeyObject[];
}

/** The present, and by how much the other's clock may differ. */
export interface Instant {
  readonly now: EpochMs;
  /** Default and most: 60 (Sweden Connect deployment profile 6.3). */
  readonly skewSeconds?: number | undefined;
}

export const mostSkewSeconds = 60;
