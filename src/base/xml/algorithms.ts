// The algorithms of XML Signature and XML Encryption that there are, by their URIs; all others do not exist.
import type { AlgorithmName } from '../jose/index.ts';

/** Signature algorithms go by their JOSE names: RS256 is rsa-sha256, ES256 ecdsa-sha256, PS256 sha256-rsa-MGF1 (RFC 9231). */
export type SignatureName = Exclude<AlgorithmName, 'EdDSA' | 'Ed25519'>;
export type DigestName = 'sha256' | 'sha384' | 'sha512';
/** `-cbc` has no integrity of its own: we decrypt it only inside of what a verified signature covers. */
export type ContentCipher = 'aes128-gcm' | 'aes192-gcm' | 'aes256-gcm' | 'aes128-cbc' | 'aes192-cbc' | 'aes256-cbc';
/** RSA-OAEP by its hash and MGF1 hash; the first is `xmlenc#rsa-oaep-mgf1p`. RSA 1.5 does not exist. */
export type KeyTransport = 'rsa-oaep-mgf1p' | 'rsa-oaep-sha256';
