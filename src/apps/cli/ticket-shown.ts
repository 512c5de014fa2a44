// A ticket as somebody shows it, of whatever protocol: what it says of itself, and by which key of ours.
import type { EpochMs } from '../../base/clock.ts';
import type { TicketFacts } from '../../core/issuing/index.ts';
import type { PublicSigningKey } from '../../edge/store/hub/signing-keys.ts';

export interface ShownTicket {
  readonly kind: 'token' | 'assertion';
  /** What it says, by name. */
  readonly says: Readonly<Record<string, unknown>>;
  /** SHA-256 as the trail keeps it; undefined = it is encrypted. */
  readonly digest: string | undefined;
  /** By which name the record of its issuing has it; an ID token has none, and is found by its digest. */
  readonly id: string | undefined;
  /** Reference of the decision: what its record is looked up by. */
  readonly decision: string | undefined;
  readonly issuedAt: EpochMs | undefined;
  readonly expiresAt: EpochMs | undefined;
  readonly signedBy: PublicSigningKey | undefined;
  readonly signatureFault?: TicketFacts['signatureFault'];
}

/** A ticket whose form is known: reads it whole, and verifies it with those keys of ours that were its issuer's. */
export type TicketReader = (keys: readonly PublicSigningKey[]) => ShownTicket;

export const textOr = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
