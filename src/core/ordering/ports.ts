// What ordering needs from an issuer of certificates: our own authority or an outside one, behind one shape.
import type { EpochMs } from '../../base/clock.ts';
import type { CardEnding } from './card.ts';
import type { CertificateHolder } from './holder.ts';

/** What is asked for. `order` makes a retry the same request: never two certificates for one. */
export interface CertificateWish {
  readonly order: string;
  /** Certificate profile at the issuer. */
  readonly profile: string;
  /** PKCS#10, DER. Only its key and its proof of possession count, not what it wishes for about its subject. */
  readonly request: Uint8Array;
  readonly holder: CertificateHolder;
  readonly notAfter: EpochMs;
  /** It comes after a card that proved its holder. */
  readonly renewal?: boolean | undefined;
  /** For an enrolled device, after a card login: which device, and the login that it rests on (H8). */
  readonly derived?: { readonly device: string; readonly provenAt: EpochMs; readonly fingerprint: string } | undefined;
  /** Our own id of the person, and the reference of the step: what ties the issuer's trail to ours. */
  readonly person: string;
  readonly reference: string;
}

export type IssuerAnswer =
  | { readonly kind: 'issued'; readonly certificate: Uint8Array }
  | { readonly kind: 'pending'; readonly retryAfterSeconds: number }
  /** `byHand`: serials of what it made all the same, and could not be told to revoke. */
  | { readonly kind: 'refused'; readonly reason: string; readonly byHand?: readonly string[] };

/** `byHand`: this issuer takes no revocation over the network; somebody must do it there. `hubOnly`: it knows no hold. */
export type RevocationAnswer = { readonly kind: 'done' | 'byHand' | 'hubOnly' };

/** Port. Throws a `Problem` when the issuer cannot be reached: the outbox tries again. Everything is idempotent. */
export interface CertificateIssuer {
  /** Asking again with the same order is asking what became of it. */
  readonly submit: (wish: CertificateWish) => Promise<IssuerAnswer>;
  /** `hold` can be taken back by `release`. */
  readonly revoke: (serial: string, why: CardEnding | 'hold', reference: string) => Promise<RevocationAnswer>;
  readonly release: (serial: string, reference: string) => Promise<RevocationAnswer>;
}
