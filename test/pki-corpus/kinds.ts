// The kinds of files of the corpus, and what the index says of one.
export const kinds = ['certificate', 'csr', 'crl', 'ocsp'] as const;
export type Kind = (typeof kinds)[number];
export const labels: Readonly<Record<Kind, string>> = {
  certificate: 'CERTIFICATE',
  csr: 'CERTIFICATE REQUEST',
  crl: 'X509 CRL',
  ocsp: 'OCSP RESPONSE',
};

/** How a case is judged where that differs from the usual. */
export interface Asked {
  /** Certificates: the usual issuing authority is not at hand; another anchor; lists that are (all base64). */
  readonly alone?: boolean;
  readonly anchor?: string;
  readonly crls?: readonly string[];
  /** Requests: the order around them. */
  readonly profile?: string;
  readonly allowed?: readonly string[];
  readonly withoutAuthority?: boolean;
  readonly holder?: Readonly<Record<string, string>>;
  readonly without?: readonly string[];
  readonly patterns?: Readonly<Record<string, string>>;
  readonly minutes?: number;
  readonly proofAt?: string;
  readonly issuerEnds?: string;
  readonly authorityKey?: boolean;
  readonly keyUses?: readonly {
    readonly holder: 'own' | 'another';
    readonly state: 'good' | 'revoked';
    readonly reason?: number;
  }[];
  /** Lists: which certificate is asked about, and another certificate of its issuer. */
  readonly of?: 'partCard' | 'issuing';
  readonly issuer?: string;
  /** Lists and answers: the only signature algorithms that are allowed. */
  readonly signatures?: readonly string[];
  /** Answers: our nonce (hexadecimal), and what is known of a responder without nocheck. */
  readonly nonce?: string;
  readonly responderGood?: boolean;
}

/** One case: the blocks of its file, and what the index says of it. */
export interface Case {
  readonly blocks: readonly Buffer[];
  /** Class of docs/threats.md. */
  readonly attack: string;
  /** The check that refuses it; `malformed` and `scope` are the reader's. Absent for a valid one. */
  readonly check?: string;
  /** What the reader says. */
  readonly because?: string;
  readonly asked?: Asked;
  /** What must come of a valid one: what is known of the certificate, or what a request asks for in vain. */
  readonly expect?: { readonly kind?: 'good' | 'revoked'; readonly asks?: readonly string[] };
}
export type Cases = Readonly<Record<string, Case>>;
