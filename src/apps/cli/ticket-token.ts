// An access token or ID token that somebody shows: a JWT of three parts.
import { secondMs } from '../../base/clock.ts';
import {
  allAlgorithms,
  type CompactJws,
  importPublicJwk,
  parseCompactJws,
  parseJsonObject,
  verifyJws,
} from '../../base/jose/index.ts';
import { ticketDigest, withoutAtHash } from '../../core/issuing/index.ts';
import type { PublicSigningKey } from '../../edge/store/hub/signing-keys.ts';
import { type TicketReader, textOr } from './ticket-shown.ts';

/** Reads a compact JWT; undefined for anything else. */
export function tokenReader(text: string): TicketReader | undefined {
  const parsed = parseCompactJws(text, { maxLength: 100_000 });
  const claims = parsed.ok ? parseJsonObject(parsed.jws.payload) : undefined;
  if (!parsed.ok || claims?.ok !== true) return undefined;
  const { jws } = parsed;
  const { value: says } = claims;
  // An ID token's at_hash came after its digest; no access token has one.
  const signed = 'at_hash' in says ? withoutAtHash(says) : jws.payload.toString('utf8');
  return (keys) => ({
    kind: 'token',
    says,
    digest: ticketDigest(signed),
    id: textOr(says.jti),
    decision: textOr(says.decision),
    issuedAt: milliseconds(says.iat),
    expiresAt: milliseconds(says.exp),
    signedBy: signerOf(jws, says.iss, keys),
  });
}

const milliseconds = (value: unknown): number | undefined => (typeof value === 'number' ? value * secondMs : undefined);

function signerOf(jws: CompactJws, issuer: unknown, keys: readonly PublicSigningKey[]): PublicSigningKey | undefined {
  return keys.find(({ kid, url = issuer, jwk, signs }) => {
    if (signs !== 'tokens' || url !== issuer || kid !== jws.header.kid) return false;
    const imported = importPublicJwk(jwk);
    return imported.ok && verifyJws(jws, [imported.key], { algorithms: allAlgorithms }).ok;
  });
}
