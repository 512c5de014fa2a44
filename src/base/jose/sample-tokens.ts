// For the tests of this folder alone: tokens with any header and payload, signed by node:crypto without our own signing code.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export const ecPair = (): KeyPair => generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const rsaPair = (modulusLength = 2048): KeyPair => generateKeyPairSync('rsa', { modulusLength });

export const publicJwkOf = (pair: KeyPair) =>
  ({ ...pair.publicKey.export({ format: 'jwk' }) }) as Record<string, string>;
export const privateJwkOf = (pair: KeyPair) =>
  ({ ...pair.privateKey.export({ format: 'jwk' }) }) as Record<string, string>;

/** A compact JWS over the header and payload as given: EC keys sign ES256, RSA keys RS256, whatever the header says. */
export function makeToken(header: unknown, payload: unknown, pair: KeyPair): string {
  const part = (value: unknown) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  const input = `${part(header)}.${part(payload)}`;
  const key = pair.privateKey;
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
