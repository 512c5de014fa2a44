// Which signatures and keys are strong enough: settings, with the floor of BSI TR-02102-1 and SOG-IS ACM 1.3 as default.
import type { Certificate, SignatureAlgorithm } from '../../../base/x509/index.ts';

export interface AlgorithmPolicy {
  /** Names of `SignatureMethod`; the reader's own list (no SHA-1, MD5 or DSA) is the ceiling. */
  readonly signatures: ReadonlySet<string>;
  readonly rsaBits: { readonly least: number; readonly most: number };
  /** Curve sizes of the NIST curves. */
  readonly curveBits: ReadonlySet<number>;
  readonly ed25519: boolean;
}

export const defaultAlgorithms: AlgorithmPolicy = {
  signatures: new Set([
    ...['rsa-sha256', 'rsa-sha384', 'rsa-sha512', 'rsa-pss-sha256', 'rsa-pss-sha384', 'rsa-pss-sha512'],
    ...['ecdsa-sha256', 'ecdsa-sha384', 'ecdsa-sha512', 'ed25519'],
  ]),
  rsaBits: { least: 2048, most: 8192 },
  curveBits: new Set([256, 384, 521]),
  ed25519: true,
};

export const isAllowedSignature = ({ method }: SignatureAlgorithm, { signatures }: AlgorithmPolicy): boolean =>
  method !== undefined && signatures.has(method.name);

export const isAllowedKey = ({ publicKey: { type, bits } }: Certificate, policy: AlgorithmPolicy): boolean =>
  type === 'rsa' || type === 'rsa-pss'
    ? bits >= policy.rsaBits.least && bits <= policy.rsaBits.most
    : type === 'ec'
      ? policy.curveBits.has(bits)
      : type === 'ed25519' && policy.ed25519;
