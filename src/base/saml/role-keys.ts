// The keys of a role of metadata, by what they are for.
import { type KeyObject, X509Certificate } from 'node:crypto';
import type { SsoRole } from './metadata.ts';

/**
 * Public keys for a use: those named for it and those named for none (SAML Metadata 2.4.1.1; S15). A certificate only
 * holds a key: its dates and issuer do not count (Sweden Connect 2.1.2). One that cannot be read is no key.
 */
export const publicKeysOf = (role: SsoRole, use: 'signing' | 'encryption'): readonly KeyObject[] =>
  role.keys
    .filter((key) => key.use === undefined || key.use === use)
    .flatMap(({ certificates }) => certificates.flatMap(keyIn));

function keyIn(der: Buffer): readonly KeyObject[] {
  try {
    return [new X509Certificate(der).publicKey];
  } catch {
    return [];
  }
}
