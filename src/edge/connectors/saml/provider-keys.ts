// The keys of a provider, read from its record's certificates once: their dates and issuers are not looked at.
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { SamlUpstream } from '../../../core/catalogue/index.ts';

const known = new WeakMap<SamlUpstream, readonly KeyObject[]>();

/** From our record alone, never from a message (S2; Sweden Connect deployment profile 2). */
export function providerKeys(saml: SamlUpstream): readonly KeyObject[] {
  const found = known.get(saml) ?? saml.keys.signing.map((pem) => createPublicKey(pem));
  known.set(saml, found);
  return found;
}
