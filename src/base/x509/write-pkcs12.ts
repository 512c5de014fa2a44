// A soft card as a PKCS#12 file (RFC 7292): key under PBES2 with AES-256, integrity by HMAC-SHA-256, readable by NSS, OpenSSL and Windows.
import { createHash, createHmac, type KeyObject, randomBytes } from 'node:crypto';
import { der, derInteger, derNull, derOctets, derOid, derSequence, derSet } from './der-writer.ts';

const oids = {
  data: '1.2.840.113549.1.7.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certificateBag: '1.2.840.113549.1.12.10.1.3',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const;

const bmp = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const rounds = 10_000;

/** RFC 7292 appendix B.2 with SHA-256 and purpose 3 (integrity); one block is the whole key. */
function integrityKey(password: string, salt: Buffer, iterations: number): Buffer {
  const block = 64;
  const fill = (bytes: Buffer): Buffer => Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes);
  let key = Buffer.concat([Buffer.alloc(block, 3), fill(salt), fill(Buffer.concat([bmp(password), Buffer.alloc(2)]))]);
  for (let round = 0; round < iterations; round++) key = createHash('sha256').update(key).digest();
  return key;
}

const dataContent = (content: Buffer): Buffer => derSequence(derOid(oids.data), der(0xa0, derOctets(content)));

const bag = (oid: string, value: Buffer, attributes: readonly Buffer[] = []): Buffer =>
  derSequence(derOid(oid), der(0xa0, value), ...(attributes.length === 0 ? [] : [derSet(...attributes)]));

const certificateBag = (certificate: Buffer, attributes: readonly Buffer[] = []): Buffer =>
  bag(oids.certificateBag, derSequence(derOid(oids.x509Certificate), der(0xa0, derOctets(certificate))), attributes);

/** A key with its certificate, DER. */
export interface CertifiedKey {
  readonly key: KeyObject;
  readonly certificate: Buffer;
}

/** The file's bytes (RFC 7292 4). The certificates are not secret and lie open in it; the keys do not. */
export function writePkcs12(given: {
  readonly held: readonly CertifiedKey[];
  /** Certificates of the issuers, DER. */
  readonly chain: readonly Buffer[];
  readonly friendlyName: string;
  readonly password: string;
}): Buffer {
  const { chain, friendlyName, password } = given;
  const named = given.held.map(({ key, certificate }) => {
    const keyId = createHash('sha256').update(certificate).digest().subarray(0, 20);
    const attributes = [
      derSequence(derOid(oids.friendlyName), derSet(der(0x1e, bmp(friendlyName)))),
      derSequence(derOid(oids.localKeyId), derSet(derOctets(keyId))),
    ];
    const shrouded = key.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: password });
    return [certificateBag(certificate, attributes), bag(oids.shroudedKeyBag, shrouded, attributes)] as const;
  });
  const authenticated = derSequence(
    dataContent(derSequence(...named.map(([leaf]) => leaf), ...chain.map((above) => certificateBag(above)))),
    dataContent(derSequence(...named.map(([, key]) => key))),
  );
  const salt = randomBytes(16);
  const mac = createHmac('sha256', integrityKey(password, salt, rounds))
    .update(authenticated)
    .digest();
  return derSequence(
    derInteger(3),
    dataContent(authenticated),
    derSequence(
      derSequence(derSequence(derOid(oids.sha256), derNull()), derOctets(mac)),
      derOctets(salt),
      derInteger(rounds),
    ),
  );
}
