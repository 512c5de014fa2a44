// An outside issuer of certificates for cards: how it is asked, what it is trusted for, and what we show it.

/** How it is asked. Our own authority is no record: a card profile calls it `own`. */
export const certificateIssuerKinds = ['est', 'cmp', 'cfssl'] as const;
export type CertificateIssuerKind = (typeof certificateIssuerKinds)[number];

/** What a card profile names when the hub's own authority signs. */
export const ownIssuer = 'own';

export interface CertificateIssuer {
  readonly id: string;
  /** What operators call it. */
  readonly name: string;
  readonly kind: CertificateIssuerKind;
  readonly address: string;
  /** PEM of the one CA certificate that signs: nothing else that it makes is taken. */
  readonly signer: string;
  /** PEM of who may vouch for its address; none: the system's authorities. */
  readonly tlsAuthorities: readonly string[];
  /** Shown to it over TLS, and signed with where it asks for signatures; the key is sealed with the hub's master key. */
  readonly client?: { readonly certificate: string; readonly sealedKey: string } | undefined;
  /** A name it gave us with a secret that both know; sealed with the hub's master key. */
  readonly shared?: { readonly user: string; readonly sealedSecret: string } | undefined;
  /** `cmp`: it knows holds and their end. Elsewhere a suspended card is suspended here alone. */
  readonly holds: boolean;
  /** `est`: a renewal is asked for by its own name (RFC 7030 4.2.2). */
  readonly reenrolls: boolean;
  readonly timeoutSeconds: number;
}
