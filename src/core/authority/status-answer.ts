// Answers of the OCSP responder (RFC 6960): by a key that the authority delegated, for certificates that it really issued.
import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { Clock, EpochMs } from '../../base/clock.ts';
import { newToken } from '../../base/ids.ts';
import {
  type AskedCertificate,
  keyAlgorithm,
  type OcspStatus,
  ocspAnswersToSign,
  publicKeyBits,
  publicKeyDer,
  readOcspRequest,
  writeExtension,
  writeOcspFailure,
  writeOcspResponse,
} from '../../base/x509/index.ts';
import { type IssuePorts, issueOwn } from './issue.ts';
import type { IssuingAuthority } from './issuing-authority.ts';
import type { CaSigner, Register } from './ports.ts';
import type { CertificateProfile } from './profile.ts';
import { purposes } from './standard-profiles.ts';

/** The delegated key, made anew by each program and never written anywhere, with its certificate. */
export interface Responder {
  readonly signer: CaSigner;
  readonly certificate: Buffer;
  readonly renewAt: EpochMs;
}

const responderDays = 7;
const dayMs = 86_400_000;
/** So long an answer may be kept: what was revoked is refused a minute later at the latest. */
const answerLifeMs = 60_000;

const responderProfile = (issuer: string): CertificateProfile => ({
  id: 'responder',
  issuer,
  keys: ['P-256'],
  keyUsage: ['digitalSignature'],
  extendedKeyUsage: [purposes.ocspSigning],
  policies: [],
  holds: { commonName: 'must' },
  patterns: {},
  longestMinutes: responderDays * 24 * 60,
  canBeSuspended: false,
});

/** Makes a key and has the authority certify it for answers alone (RFC 6960 4.2.2.2). */
export async function makeResponder(ports: IssuePorts, authority: IssuingAuthority): Promise<Responder> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = publicKeyDer(privateKey);
  const certificate = await issueOwn(ports, {
    authority,
    profile: responderProfile(authority.id),
    holder: { commonName: `Status of ${authority.id}` },
    publicKey,
    order: `responder ${authority.id} ${newToken(9, ports.random)}`,
    extra: [writeExtension.ocspNoCheck()],
  });
  const { identifier, hash } = keyAlgorithm(createPublicKey(privateKey));
  return {
    signer: { publicKey, algorithm: identifier, sign: (bytes) => sign(hash, bytes, privateKey) },
    certificate,
    renewAt: ports.clock() + (responderDays * dayMs) / 2,
  };
}

/** Whether a certificate is asked about that this authority may have issued. */
function isOf(asked: AskedCertificate, { certificate, signer }: IssuingAuthority): boolean {
  if (asked.hash === undefined) return false;
  const { hash } = asked;
  const hashOf = (bytes: Buffer) => createHash(hash).update(bytes).digest();
  return (
    asked.issuerNameHash.equals(hashOf(certificate.subject.der)) &&
    asked.issuerKeyHash.equals(hashOf(publicKeyBits(signer.publicKey)))
  );
}

async function statusOf(register: Register, authority: IssuingAuthority, asked: AskedCertificate): Promise<OcspStatus> {
  if (!isOf(asked, authority)) return { kind: 'unknown' };
  const found = await register.bySerial(authority.id, asked.serial);
  // Written down is not issued: what nobody was handed is not good either (CA/B Forum BR 4.9.10).
  if (found?.der === undefined) return { kind: 'unknown' };
  if (found.state === 'good') return { kind: 'good' };
  return { kind: 'revoked', at: found.changedAt ?? 0, reason: found.reason ?? 0 };
}

/** The response to a request as it came. Never throws for any bytes. */
export async function answerStatus(
  given: { readonly register: Register; readonly clock: Clock },
  authority: IssuingAuthority,
  responder: Responder,
  bytes: Buffer,
): Promise<Buffer> {
  const reading = readOcspRequest(bytes);
  if (!reading.ok) return writeOcspFailure('malformedRequest');
  const { asked, nonce } = reading.request;
  const now = Math.floor(given.clock() / 1000) * 1000;
  const answers = await Promise.all(
    asked.map(async (one) => ({
      certificate: one.der,
      status: await statusOf(given.register, authority, one),
      thisUpdate: now,
      nextUpdate: now + answerLifeMs,
    })),
  );
  const { signer, certificate } = responder;
  const signed = ocspAnswersToSign({ responderKey: signer.publicKey, producedAt: now, answers, nonce });
  return writeOcspResponse({ signed, algorithm: signer.algorithm, signature: await signer.sign(signed), certificate });
}
