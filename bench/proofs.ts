// Client assertions, DPoP proofs and PKCE pairs as a client makes them, all before the clock starts.
import { hash, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { ClientKey } from './clients.ts';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A compact JWS with ES256. */
export function signed(header: object, claims: object, privateKey: KeyObject): string {
  const input = `${encode({ alg: 'ES256', ...header })}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

export const newTokenId = (): string => randomBytes(16).toString('base64url');

/** A client assertion for `audience` (RFC 7523), good for a minute; `more` are further claims. */
export function clientAssertion(clientId: string, key: ClientKey, audience: string, more: object = {}): string {
  const iat = Math.floor(Date.now() / 1000);
  return signed(
    { typ: 'client-authentication+jwt', kid: key.kid },
    { iss: clientId, sub: clientId, aud: audience, jti: newTokenId(), iat, exp: iat + 60, ...more },
    key.privateKey,
  );
}

/** A DPoP proof of a POST to `uri` (RFC 9449). */
export function dpopProof(key: ClientKey, uri: string, nonce: string | undefined): string {
  const iat = Math.floor(Date.now() / 1000);
  return signed(
    { typ: 'dpop+jwt', jwk: key.publicJwk },
    { htm: 'POST', htu: uri, jti: newTokenId(), iat, nonce },
    key.privateKey,
  );
}

export interface Pkce {
  readonly verifier: string;
  readonly challenge: string;
}

export function newPkce(): Pkce {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: hash('sha256', verifier, 'base64url') };
}
