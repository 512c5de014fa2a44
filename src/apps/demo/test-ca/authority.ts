// One authority of the test CA: its certificate, its key, and the certificates it signs.
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import {
  type ExtensionToWrite,
  publicKeyDer,
  readCertificate,
  toPem,
  writeCertificate,
  writeExtension,
  writeName,
} from '../../../base/x509/index.ts';
import type { AuthorityName, AuthorityPlan } from './plan.ts';

export interface Authority {
  readonly name: AuthorityName;
  readonly plan: AuthorityPlan;
  /** The name as it stands in what it issues. */
  readonly subject: Buffer;
  readonly der: Buffer;
  readonly pem: string;
  readonly key: KeyObject;
  readonly publicKey: Buffer;
}

export const yearMs = 365 * 86_400_000;

/** A new P-256 key: fast to make, and taken by every browser and NSS. */
export const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** 16 random octets, positive (RFC 5280 4.1.2.2). */
export function newSerial(): Buffer {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] as number) & 0x3f) | 0x40;
  return serial;
}

const toAuthority = (plan: AuthorityPlan, der: Buffer, key: KeyObject): Authority => ({
  name: plan.name,
  plan,
  subject: writeName(plan.subject),
  der,
  pem: toPem(der),
  key,
  publicKey: publicKeyDer(key),
});

/** A new authority under `parent`, or a root without one; valid for ten years from yesterday. */
export function createAuthority(
  plan: AuthorityPlan,
  parent: Authority | undefined,
  given: { now: number; crlUrl: (name: AuthorityName) => string; extensions?: readonly ExtensionToWrite[] },
): Authority {
  const key = newKey();
  const publicKey = publicKeyDer(key);
  const subject = writeName(plan.subject);
  const der = writeCertificate(
    {
      serial: newSerial(),
      issuer: parent?.subject ?? subject,
      subject,
      notBefore: given.now - 86_400_000,
      notAfter: given.now + 10 * yearMs,
      publicKey,
      extensions: [
        writeExtension.basicConstraints(true, parent === undefined ? 1 : 0),
        writeExtension.keyUsage(['keyCertSign', 'cRLSign']),
        writeExtension.subjectKeyId(publicKey),
        writeExtension.authorityKeyId(parent?.publicKey ?? publicKey),
        ...(parent === undefined ? [] : [writeExtension.crlUrls([given.crlUrl(parent.name)])]),
        ...(given.extensions ?? []),
      ],
    },
    parent?.key ?? key,
  );
  return toAuthority(plan, der, key);
}

/** An authority from what was stored. Throws when its certificate cannot be read. */
export function loadAuthority(plan: AuthorityPlan, der: Buffer, keyPem: string): Authority {
  const reading = readCertificate(der);
  if (!reading.ok) throw new Error(`certificate of test authority ${plan.name}: ${reading.reason}`);
  return toAuthority(plan, der, createPrivateKey(keyPem));
}

export const privateKeyPem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
