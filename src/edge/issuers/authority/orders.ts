// What is asked of our own authority and what it answers, as its client has it.
import type { EpochMs } from '../../../base/clock.ts';
import type { RevocationReason } from '../../../wire/codes/index.ts';

/** An order; its id is ours, and the same id given again is the same order. */
export interface CertificateOrder {
  readonly id: string;
  readonly profile: string;
  /** PKCS #10, DER. */
  readonly csr: Buffer;
  /** What the certificate is to say of its holder, by the issuer's names of fields. */
  readonly holder: Readonly<Record<string, string>>;
  /** A shorter life than the profile's, minutes. */
  readonly minutes?: number | undefined;
  /** The login that a derived certificate rests on (H8). */
  readonly proof?: { readonly at: EpochMs; readonly fingerprint: string } | undefined;
  /** Our ids, for the issuer's trail. */
  readonly person?: string | undefined;
  readonly reference?: string | undefined;
}

export interface IssuedCertificate {
  readonly issuer: string;
  /** Lower-case hexadecimal. */
  readonly serial: string;
  /** DER, the authorities above it after it. */
  readonly chain: readonly Buffer[];
}

export type OrderState =
  | { readonly kind: 'issued'; readonly certificate: IssuedCertificate }
  /** Somebody there must decide first; ask again then. */
  | { readonly kind: 'waiting'; readonly askAgainAt: EpochMs }
  | { readonly kind: 'refused'; readonly code: string; readonly because: string }
  /** The issuer has no such order. */
  | { readonly kind: 'unknown' };

export type RevocationOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly code: string; readonly because: string };

/** Each method throws a Problem `unavailable` when no whole answer came: what it asked for may have happened, so ask again. */
export interface AuthorityClient {
  submit(order: CertificateOrder): Promise<OrderState>;
  poll(orderId: string): Promise<OrderState>;
  revoke(
    certificate: Pick<IssuedCertificate, 'issuer' | 'serial'>,
    reason: RevocationReason,
  ): Promise<RevocationOutcome>;
  suspend(certificate: Pick<IssuedCertificate, 'issuer' | 'serial'>): Promise<RevocationOutcome>;
  resume(certificate: Pick<IssuedCertificate, 'issuer' | 'serial'>): Promise<RevocationOutcome>;
}
