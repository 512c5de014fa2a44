// The algorithms of XML Signature and XML Encryption that there are, by their URIs; all others do not exist.
import { type KeyObject, verify } from 'node:crypto';
import { type AlgorithmName, algorithmNamed } from '../jose/index.ts';
import { encryption11Namespace, encryptionNamespace, signatureNamespace } from './names.ts';

/** Signature algorithms go by their JOSE names: RS256 is rsa-sha256, ES256 ecdsa-sha256, PS256 sha256-rsa-MGF1 (RFC 9231). */
export type SignatureName = Exclude<AlgorithmName, 'EdDSA' | 'Ed25519'>;
export type DigestName = 'sha256' | 'sha384' | 'sha512';

export interface SignatureRow {
  readonly name: SignatureName;
  readonly uri: string;
  /** The kind of key that it takes. */
  readonly keyType: 'rsa' | 'ec';
  /** Never throws: what cannot be verified is false. */
  readonly verify: (data: Buffer, key: KeyObject, signature: Buffer) => boolean;
}

const curves: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);
const more = 'http://www.w3.org/2001/04/xmldsig-more#';
const more2007 = 'http://www.w3.org/2007/05/xmldsig-more#';

/** No SHA-1, no DSA, no HMAC: a document cannot ask for what is not here. */
const signatureRows: readonly SignatureRow[] = [
  rsa('RS256', `${more}rsa-sha256`),
  rsa('RS384', `${more}rsa-sha384`),
  rsa('RS512', `${more}rsa-sha512`),
  rsa('PS256', `${more2007}sha256-rsa-MGF1`),
  rsa('PS384', `${more2007}sha384-rsa-MGF1`),
  rsa('PS512', `${more2007}sha512-rsa-MGF1`),
  ecdsa('ES256', `${more}ecdsa-sha256`, 'sha256'),
  ecdsa('ES384', `${more}ecdsa-sha384`, 'sha384'),
  ecdsa('ES512', `${more}ecdsa-sha512`, 'sha512'),
];

export const signatureByUri: ReadonlyMap<string, SignatureRow> = new Map(signatureRows.map((row) => [row.uri, row]));
export const signatureByName: ReadonlyMap<string, SignatureRow> = new Map(signatureRows.map((row) => [row.name, row]));
/** Every algorithm in the table. */
export const allSignatures: ReadonlySet<SignatureName> = new Set(signatureRows.map(({ name }) => name));

/** A provider that changes its keys publishes a few; a message cannot cost more verifications than this. */
const mostAttempts = 8;

/** The first key of the algorithm's kind that made the signature. */
export function keyThatMade(
  row: SignatureRow,
  data: Buffer,
  signature: Buffer,
  keys: readonly KeyObject[],
): KeyObject | undefined {
  return keys
    .filter((key) => key.asymmetricKeyType === row.keyType)
    .slice(0, mostAttempts)
    .find((key) => row.verify(data, key, signature));
}

const digestRows: readonly (readonly [DigestName, string])[] = [
  ['sha256', `${encryptionNamespace}sha256`],
  ['sha384', `${more}sha384`],
  ['sha512', `${encryptionNamespace}sha512`],
];
export const digestByUri: ReadonlyMap<string, DigestName> = new Map(digestRows.map(([name, uri]) => [uri, name]));
export const digestUris: ReadonlyMap<DigestName, string> = new Map(digestRows);
export const allDigests: ReadonlySet<DigestName> = new Set(digestRows.map(([name]) => name));

/** `-cbc` has no integrity of its own: we decrypt it only inside of what a verified signature covers. */
export type ContentCipher = 'aes128-gcm' | 'aes192-gcm' | 'aes256-gcm' | 'aes128-cbc' | 'aes192-cbc' | 'aes256-cbc';

export interface CipherRow {
  readonly name: ContentCipher;
  readonly uri: string;
  readonly keyBytes: number;
  readonly authenticated: boolean;
}

const cipherRows: readonly CipherRow[] = [128, 192, 256].flatMap((bits) => [
  row(`aes${bits}-gcm` as ContentCipher, `${encryption11Namespace}aes${bits}-gcm`, bits),
  row(`aes${bits}-cbc` as ContentCipher, `${encryptionNamespace}aes${bits}-cbc`, bits),
]);
export const cipherByUri: ReadonlyMap<string, CipherRow> = new Map(cipherRows.map((each) => [each.uri, each]));
export const cipherByName: ReadonlyMap<string, CipherRow> = new Map(cipherRows.map((each) => [each.name, each]));

/** RSA-OAEP by its hash, which is MGF1's too: SHA-1 (`xmlenc#rsa-oaep-mgf1p`) or SHA-256. RSA 1.5 does not exist. */
export type KeyTransport = 'rsa-oaep-mgf1p' | 'rsa-oaep-sha256';

export interface KeyTransportRow {
  readonly uri: string;
  /** What it may be called in a document. */
  readonly readUris: readonly string[];
  readonly hash: 'sha1' | 'sha256';
  readonly digestUri: string;
  /** Undefined when `uri` says it already. */
  readonly mgfUri: string | undefined;
}

const oaepMgf1p = `${encryptionNamespace}rsa-oaep-mgf1p`;
const oaep11 = `${encryption11Namespace}rsa-oaep`;

/** SHA-1 has no part in a signature here: OAEP does not need its resistance to collisions. */
export const keyTransports: ReadonlyMap<KeyTransport, KeyTransportRow> = new Map<KeyTransport, KeyTransportRow>([
  [
    'rsa-oaep-mgf1p',
    {
      uri: oaepMgf1p,
      readUris: [oaepMgf1p, oaep11],
      hash: 'sha1',
      digestUri: `${signatureNamespace}sha1`,
      mgfUri: undefined,
    },
  ],
  [
    'rsa-oaep-sha256',
    {
      uri: oaep11,
      readUris: [oaep11],
      hash: 'sha256',
      digestUri: `${encryptionNamespace}sha256`,
      mgfUri: `${encryption11Namespace}mgf1sha256`,
    },
  ],
]);

function row(name: ContentCipher, uri: string, bits: number): CipherRow {
  return { name, uri, keyBytes: bits / 8, authenticated: name.endsWith('gcm') };
}

/** RSA of at least 2048 bits, or one of NIST's three curves. */
export function isStrong(key: KeyObject): boolean {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  return key.asymmetricKeyType === 'rsa' ? modulusLength >= 2048 : curves.has(namedCurve);
}

export const isStrongRsa = (key: KeyObject): boolean => key.asymmetricKeyType === 'rsa' && isStrong(key);

function rsa(name: SignatureName, uri: string): SignatureRow {
  const algorithm = algorithmNamed(name);
  return {
    name,
    uri,
    keyType: 'rsa',
    verify: (data, key, signature) => algorithm?.verify(data, key, signature) ?? false,
  };
}

/** RFC 9231 2.3.6: r and s beside one another, each as long as the curve's order; any curve goes with any hash. */
function ecdsa(name: SignatureName, uri: string, hash: string): SignatureRow {
  return {
    name,
    uri,
    keyType: 'ec',
    verify: (data, key, signature) => {
      try {
        return verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, signature);
      } catch {
        return false;
      }
    },
  };
}
