// Whether an application's registered keys are public, strong and of a kind that its profile allows.
import { protocolProfiles } from './protocol-profile.ts';
import type { ProtocolProfile } from './snapshot.ts';

type Jwk = Readonly<Record<string, unknown>>;

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const curves: Readonly<Record<string, readonly string[]>> = { EC: ['P-256', 'P-384', 'P-521'], OKP: ['Ed25519'] };

/** What is wrong with one key, in words, or undefined. The words hold no part of the key. */
export function keyFault(jwk: Jwk, profile: ProtocolProfile): string | undefined {
  if (privateMembers.some((name) => jwk[name] !== undefined)) {
    return 'this is a private or a shared key: register the public key only, and replace this one, which has been seen';
  }
  const { kty, crv, alg, n, exp } = jwk;
  if (exp !== undefined && !Number.isSafeInteger(exp))
    return '`exp` must be whole seconds since 1970: when the key ends';
  if (kty === 'RSA') {
    const bits = typeof n === 'string' ? modulusBits(n) : 0;
    if (bits < 2048) return `an RSA key needs at least 2048 bits, this has ${bits}`;
  } else if (typeof kty !== 'string' || typeof crv !== 'string' || !curves[kty]?.includes(crv)) {
    return 'write an RSA key, an EC key (P-256, P-384, P-521) or an OKP key (Ed25519)';
  }
  if (alg !== undefined && typeof alg !== 'string') return '`alg` must be a text';
  const { clientAlgorithms: allowed } = protocolProfiles[profile];
  if (alg !== undefined && !(allowed as ReadonlySet<string>).has(alg))
    return `profile ${profile} allows ${[...allowed].join(', ')}, not ${alg}`;
  if (kty === 'EC' && crv !== 'P-256' && !allowed.has('ES384'))
    return `profile ${profile} signs with ES256: use the curve P-256`;
  return undefined;
}

/** Length of a modulus; 0 for what is no base64url (RFC 7515 2). */
function modulusBits(n: string): number {
  if (!/^[A-Za-z0-9_-]*$/.test(n) || n.length % 4 === 1) return 0;
  const bytes = atob(n.replaceAll('-', '+').replaceAll('_', '/'));
  const first = [...bytes].findIndex((char) => char !== '\0');
  return first < 0 ? 0 : (bytes.length - first) * 8 - Math.clz32(bytes.charCodeAt(first)) + 24;
}
