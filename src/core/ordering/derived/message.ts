// What a device sends, signed by its own key (RFC 7515 compact): read whole, and nothing of it believed before the checks.
import type { EpochMs } from '../../../base/clock.ts';
import {
  type CompactJws,
  importPublicJwk,
  parseCompactJws,
  readClaims,
  type VerifyKey,
  verifyJws,
} from '../../../base/jose/index.ts';
import { readUserCode } from '../../grants/index.ts';

export const deviceMessageType = 'tillit-device+jwt';
/** Letters in a code: 20^16, 69 bits, for five minutes. */
export const deviceCodeLength = 16;
/** What hardware of tablets makes: secure enclaves, trusted platform modules. */
const algorithms = new Set(['ES256', 'ES384'] as const);

export interface DeviceMessage {
  readonly audience: string;
  readonly madeAt: EpochMs;
  /** The code as it was given out, without what people type between. */
  readonly code?: string | undefined;
  /** PKCS#10, DER, base64. */
  readonly request?: string | undefined;
  /** Fingerprint of the certificate that it is done with. */
  readonly certificate?: string | undefined;
  /** Whose it says it is; none at enrolment. */
  readonly device?: string | undefined;
  /** At enrolment: the key that it brings, and that signed it. */
  readonly key?: VerifyKey | undefined;
  readonly jws: CompactJws;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Undefined: it is no such message. */
export function readDeviceMessage(token: string): DeviceMessage | undefined {
  const parsed = parseCompactJws(token, { maxLength: 24_000 });
  if (!parsed.ok || parsed.jws.header.typ !== deviceMessageType) return undefined;
  const read = readClaims(parsed.jws.payload);
  if (!read.ok) return undefined;
  const { iss, aud, iat, all } = read.claims;
  if (typeof aud !== 'string' || iat === undefined) return undefined;
  const { jwk } = parsed.jws.header;
  const imported = jwk === undefined ? undefined : importPublicJwk(jwk);
  if (imported?.ok === false || (iss === undefined) === (imported === undefined)) return undefined;
  const typed = text(all.code);
  return {
    audience: aud,
    madeAt: iat * 1000,
    code: typed && readUserCode(typed, deviceCodeLength),
    request: text(all.csr),
    certificate: text(all.certificate),
    device: iss,
    key: imported?.key,
    jws: parsed.jws,
  };
}

/** Whether this key made the message. */
export const madeBy = ({ jws }: DeviceMessage, key: VerifyKey): boolean => verifyJws(jws, [key], { algorithms }).ok;
