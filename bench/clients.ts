// The 64 clients of a run: each with a key for its assertions and one for its DPoP proofs, and what servers know of them.
import { generateKeyPairSync, hash, type KeyObject } from 'node:crypto';

export interface ClientKey {
  readonly privateKey: KeyObject;
  readonly publicJwk: Readonly<Record<string, string>>;
  readonly kid: string;
}

export interface BenchClient {
  readonly id: string;
  readonly assertionKey: ClientKey;
  readonly proofKey: ClientKey;
  readonly redirectUri: string;
}

/** What a server is told of a client: plain JSON. */
export interface KnownClient {
  readonly id: string;
  readonly jwk: Readonly<Record<string, string>>;
  readonly redirectUri: string;
}

export interface BenchApi {
  readonly id: string;
  readonly audience: string;
  readonly scope: string;
}

/** The API that tokens of the bench are for. */
export const api: BenchApi = { id: 'bench', audience: 'https://api.bench.example/records', scope: 'bench:read' };
/** The other one, for the row that switches between the two. */
export const otherApi: BenchApi = { id: 'drugs', audience: 'https://api.bench.example/drugs', scope: 'drugs:read' };

/** A fresh P-256 key; its `kid` is the thumbprint (RFC 7638). */
export function newClientKey(): ClientKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { crv = '', kty = '', x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const kid = hash('sha256', JSON.stringify({ crv, kty, x, y }), 'base64url');
  return { privateKey, publicJwk: { crv, kty, x, y }, kid };
}

/** Id under which the same client is registered in the profile `helseid`, with the same keys. */
export const helseidId = (id: string): string => `${id}-helseid`;

export function newClients(count: number): readonly BenchClient[] {
  return Array.from({ length: count }, (_, index) => {
    const id = `bench-${String(index).padStart(2, '0')}`;
    return {
      id,
      assertionKey: newClientKey(),
      proofKey: newClientKey(),
      redirectUri: `https://${id}.example/callback`,
    };
  });
}

export const knownClient = ({ id, assertionKey, redirectUri }: BenchClient): KnownClient => ({
  id,
  jwk: { ...assertionKey.publicJwk, kid: assertionKey.kid, use: 'sig', alg: 'ES256' },
  redirectUri,
});
