// Small certificates and keys for tests of TLS.
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import {
  publicKeyDer,
  readCsr,
  toPem,
  writeCertificate,
  writeExtension,
  writeName,
} from '../../src/base/x509/index.ts';

export const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
export const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** A certificate of an hour, signed by `issuer` or by itself; with `dns` it is a server's. */
export function certificate(
  commonName: string,
  key: KeyObject,
  issuer: { name: Buffer; key: KeyObject } | undefined,
  dns?: readonly string[],
) {
  const name = writeName([['2.5.4.3', commonName]]);
  const der = writeCertificate(
    {
      serial: Buffer.from([1, commonName.length]),
      issuer: issuer?.name ?? name,
      subject: name,
      notBefore: Date.now() - 3_600_000,
      notAfter: Date.now() + 3_600_000,
      publicKey: publicKeyDer(key),
      extensions: [
        writeExtension.basicConstraints(issuer === undefined),
        ...(dns === undefined ? [] : [writeExtension.subjectAltName({ dns })]),
      ],
    },
    issuer?.key ?? key,
  );
  return { name, der, pem: toPem(der), key };
}

/** A certificate for the key of a request, until `notAfter`, as an authority would make it; each has a serial of its own. */
export function certificateFor(request: Buffer, notAfter: number): Buffer {
  const reading = readCsr(request);
  if (!reading.ok) throw new Error(reading.reason);
  const key = newKey();
  const name = writeName([['2.5.4.3', 'Test authority']]);
  return writeCertificate(
    {
      serial: Buffer.concat([Buffer.from([1]), randomBytes(8)]),
      issuer: name,
      subject: name,
      notBefore: Date.now() - 60_000,
      notAfter,
      publicKey: reading.csr.publicKey.der,
      extensions: [writeExtension.basicConstraints(false)],
    },
    key,
  );
}
