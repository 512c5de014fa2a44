// What the program and the child process that holds a token say to one another.
import type { CaKeyKind } from '../key-file.ts';

/** Where a key's token is found. */
export interface TokenPlace {
  /** The maker's PKCS#11 library. */
  readonly module: string;
  /** CKA_LABEL of the token, as it was given when the token was made ready. */
  readonly token: string;
  /** Its serial number: another token of the same name is not it. Undefined before it was first seen. */
  readonly serial?: string | undefined;
}

/** What the token says of a private key (PKCS#11 4.8, 4.9); undefined when it does not say. */
export interface KeyFacts {
  readonly sensitive: boolean | undefined;
  readonly extractable: boolean | undefined;
  /** Never was otherwise. */
  readonly alwaysSensitive: boolean | undefined;
  readonly neverExtractable: boolean | undefined;
  readonly signs: boolean | undefined;
  /** Wants the PIN at each signature. */
  readonly asksEachTime: boolean | undefined;
}

/** A public key as the token has it. */
export type RawPublicKey =
  | { readonly type: 'ec'; readonly curve: 'P-256' | 'P-384'; readonly point: Uint8Array }
  | { readonly type: 'rsa'; readonly modulus: Uint8Array; readonly exponent: Uint8Array };

export type TokenRequest =
  | { readonly op: 'open'; readonly place: TokenPlace; readonly pin: string; readonly keyId: Uint8Array | undefined }
  | { readonly op: 'make'; readonly kind: CaKeyKind; readonly keyId: Uint8Array; readonly label: string }
  | { readonly op: 'sign'; readonly mechanism: 'ecdsa' | 'rsa'; readonly input: Uint8Array }
  | { readonly op: 'look' };

export interface TokenAnswers {
  readonly open: { readonly serial: string; readonly maker: string; readonly key: KeyFacts | undefined };
  readonly make: RawPublicKey;
  /** ECDSA: r and s of one length; RSA: as PKCS#1 has it. */
  readonly sign: Uint8Array;
  readonly look: null;
}

export interface TokenFault {
  readonly text: string;
  /** The token refused the PIN, or would: it is not given again. */
  readonly ofPin?: boolean;
}

export interface ToChild {
  readonly number: number;
  readonly request: TokenRequest;
}
export type FromChild =
  | { readonly number: number; readonly ok: true; readonly answer: TokenAnswers[keyof TokenAnswers] }
  | { readonly number: number; readonly ok: false; readonly fault: TokenFault };
