// What came along with a request to the core record's API: the ticket and the proof, with whether their signatures hold.
import { hash } from 'node:crypto';
import { calculateJwkThumbprint, compactVerify, EmbeddedJWK, type JWK, type JWTVerifyGetKey } from 'jose';
import { KeysUnavailable } from './hub-keys.ts';

type Claims = Readonly<Record<string, unknown>>;

/** A request as the API sees it. */
export interface ApiRequest {
  readonly method: string;
  /** The API's own public address and path, never what the Host header says. */
  readonly address: string;
  readonly authorization: string | undefined;
  readonly dpop: string | undefined;
}

/** A JWS that was read: nothing in it is believed unless `signed`. */
export interface Read {
  readonly signed: boolean;
  readonly header: Claims;
  readonly claims: Claims;
}

export interface Facts {
  /** Seconds. */
  readonly now: number;
  readonly request: ApiRequest;
  readonly scheme: string | undefined;
  readonly ticket: Read;
  readonly proof: Read;
  /** SHA-256 of the ticket as it was sent (RFC 9449 4.2, `ath`). */
  readonly ticketHash: string;
  /** RFC 7638 thumbprint of the key that signed the proof. */
  readonly thumbprint: string | undefined;
}

const unread: Read = { signed: false, header: {}, claims: {} };
/** Asymmetric signatures only (RFC 9449 4.3 step 5); the hub signs tickets by one of the first two. */
const [ticketAlgorithms, proofAlgorithms] = [
  ['ES256', 'PS256'],
  ['ES256', 'PS256', 'EdDSA', 'Ed25519'],
];
export const proofAlgorithmNames = proofAlgorithms.join(' ');

/** Gathers. Rejects only when the hub's keys cannot be had: that is not the caller's fault. */
export async function readRequest(request: ApiRequest, hubKeys: JWTVerifyGetKey, now: number): Promise<Facts> {
  const [scheme, token = ''] = (request.authorization ?? '').trim().split(/ +/);
  const [ticket, proof] = await Promise.all([
    read(token, hubKeys, ticketAlgorithms),
    read(request.dpop ?? '', EmbeddedJWK as JWTVerifyGetKey, proofAlgorithms),
  ]);
  return {
    now,
    request,
    scheme: scheme || undefined,
    ticket,
    proof,
    ticketHash: hash('sha256', token, 'base64url'),
    thumbprint: proof.signed ? await calculateJwkThumbprint(proof.header['jwk'] as JWK) : undefined,
  };
}

async function read(jws: string, key: JWTVerifyGetKey, algorithms: string[]): Promise<Read> {
  if (jws === '') return unread;
  try {
    const { payload, protectedHeader } = await compactVerify(
      jws,
      key as unknown as Parameters<typeof compactVerify>[1],
      {
        algorithms,
      },
    );
    const claims: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
    if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return unread;
    return { signed: true, header: protectedHeader as unknown as Claims, claims: claims as Claims };
  } catch (error) {
    if (error instanceof KeysUnavailable) throw error;
    return unread;
  }
}
