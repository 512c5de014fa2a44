// TLS certificates of the test CA for the hub's and the demo's own listeners, kept in its folder and renewed in time.
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import {
  attributeOids,
  pemBlocks,
  publicKeyDer,
  readCertificate,
  toPem,
  writeCertificate,
  writeExtension,
  writeName,
} from '../../../base/x509/index.ts';
import { newKey, newSerial, privateKeyPem } from './authority.ts';
import { usages } from './cards.ts';
import { crlUrl, type TestPki, writePrivate } from './pki.ts';

export interface ServerCertificate {
  /** PEM, the issuing authority after it. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly notAfter: number;
}

const lifeMs = 397 * 86_400_000;
const renewMs = 60 * 86_400_000;

/** The names that the demo's listeners go by. */
export const demoServerNames: readonly string[] = ['localhost', '*.card.localhost', '127.0.0.1'];

/** Issues a server certificate for these DNS names and IPv4 addresses. */
export function issueServerCertificate(pki: TestPki, names: readonly string[] = demoServerNames): ServerCertificate {
  const authority = pki.authorities.tls;
  const key = newKey();
  const publicKey = publicKeyDer(key);
  const now = pki.clock();
  const notAfter = now + lifeMs;
  const der = writeCertificate(
    {
      serial: newSerial(),
      issuer: authority.subject,
      subject: writeName([[attributeOids.commonName, names[0] ?? 'localhost']]),
      notBefore: now - 86_400_000,
      notAfter,
      publicKey,
      extensions: [
        writeExtension.basicConstraints(false),
        writeExtension.keyUsage(['digitalSignature']),
        writeExtension.extendedKeyUsage([usages.serverAuthentication]),
        writeExtension.subjectKeyId(publicKey),
        writeExtension.authorityKeyId(authority.publicKey),
        writeExtension.subjectAltName({
          dns: names.filter((name) => isIP(name) === 0),
          ip: names.filter((name) => isIP(name) === 4),
        }),
        writeExtension.crlUrls([crlUrl(pki.crlBaseUrl, 'tls')]),
      ],
    },
    authority.key,
  );
  return { cert: toPem(der) + authority.pem, key: privateKeyPem(key), notAfter };
}

/** The stored server certificate, or a new one when there is none, it ends within 60 days, or it lacks one of the names. */
export function serverCertificate(pki: TestPki, names: readonly string[] = demoServerNames): ServerCertificate {
  if (pki.folder === undefined) return issueServerCertificate(pki, names);
  const certPath = join(pki.folder, 'server.pem');
  const keyPath = join(pki.folder, 'server.key');
  if (existsSync(certPath) && existsSync(keyPath)) {
    const cert = readFileSync(certPath, 'utf8');
    const [leaf] = pemBlocks(cert);
    const reading = leaf && readCertificate(leaf);
    if (reading?.ok && reading.certificate.notAfter - pki.clock() > renewMs) {
      const has = names.filter((name) => isIP(name) === 0).every((name) => reading.certificate.dnsNames.includes(name));
      if (has) return { cert, key: readFileSync(keyPath, 'utf8'), notAfter: reading.certificate.notAfter };
    }
  }
  const made = issueServerCertificate(pki, names);
  writePrivate(keyPath, made.key);
  writePrivate(certPath, made.cert);
  return made;
}
