// What ordering needs from an issuer of certificates: our own authority or an outside one, behind one shape.
import type { EpochMs } from '../../base/clock.ts';
import type { CardEnding } from './card.ts';

/** What is asked for; `order` makes a retry the same request: never two certificates for one. */
export interface CertificateWish {
  readonly order: string;
  readonly profile: string;
  /** PKCS#10, DER. What it wishes for about its subject counts nothing: only its key and its proof of possession. */
  readonly request: Uint8Array;
  readonly subject: CertificateSubject;
  readonly notAfter: EpochMs;
}

/** Who the certificate is of, as the directory says it. */
export interface CertificateSubject {
  readonly givenName: string;
  readonly familyName: string;
  /** What the population's identifier rule reads, for example an HSA-ID. */
  readonly serialNumber: string;
  readonly organisation: string;
  readonly userPrincipalName?: string | undefined;
  /** Active Directory's security identifier (KB5014754). */
  readonly securityIdentifier?: string | undefined;
}

export type IssuerAnswer =
  | { readonly kind: 'issued'; readonly certificate: Uint8Array }
  | { readonly kind: 'pending'; readonly retryAfterSeconds: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** Port. Throws a `Problem` when the issuer cannot be reached: the outbox tries again. */
export interface CertificateIssuer {
  readonly submit: (wish: CertificateWish) => Promise<IssuerAnswer>;
  readonly poll: (order: string) => Promise<IssuerAnswer>;
  /** Idempotent. `hold` can be taken back by `release`. */
  readonly revoke: (serial: string, why: CardEnding | 'hold') => Promise<void>;
  readonly release: (serial: string) => Promise<void>;
}
