// The applications that both providers know, with keys of the test's own: two of the fapi2 profile, one basic, one machine.
import { generateKeyPairSync, hash, type KeyObject } from 'node:crypto';

export interface TestKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly publicJwk: Readonly<Record<string, string>>;
  readonly kid: string;
}

function ecKey(): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { crv = '', kty = '', x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const publicJwk = { crv, kty, x, y };
  return { privateKey, publicKey, publicJwk, kid: hash('sha256', JSON.stringify(publicJwk), 'base64url') };
}

function rsaKey(): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { e = '', kty = '', n = '' } = publicKey.export({ format: 'jwk' });
  return { privateKey, publicKey, publicJwk: { e, kty, n }, kid: 'rsa' };
}

export const keys = {
  /** Registered for `ehr`. */
  ehr: ecKey(),
  /** Registered for `ehr` too: RSA, for what an algorithm may do with it. */
  ehrRsa: rsaKey(),
  /** Registered for `portal`. */
  portal: ecKey(),
  /** Registered for `machine`. */
  machine: ecKey(),
  /** Registered for nobody. */
  thief: ecKey(),
  /** DPoP keys. */
  proof: ecKey(),
  otherProof: ecKey(),
  rsaProof: rsaKey(),
} as const;

export type KeyName = keyof typeof keys;

export const redirectUri = 'https://ehr.example/callback';
/** It has a query of its own. */
export const queryRedirectUri = 'https://ehr.example/callback?tenant=one';
export const portalRedirectUri = 'https://portal.example/callback';
export const basicRedirectUri = 'https://basic.example/callback';
export const basicSecret = 'a-long-secret-of-the-basic-client-0123456789';

export const api = { id: 'records', audience: 'https://api.example/records', scope: 'records:read' } as const;
export const otherApi = { id: 'drugs', audience: 'https://api.example/drugs', scope: 'drugs:read' } as const;

export const publicJwk = (key: TestKey, alg: string): Record<string, string> => ({
  ...key.publicJwk,
  kid: key.kid,
  use: 'sig',
  alg,
});
