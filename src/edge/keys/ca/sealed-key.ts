// A private key in a file that a passphrase opens: made here, signs here, never exported.
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  scryptSync,
  sign,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Secret } from '../../../base/secret.ts';
import { keyAlgorithm, publicKeyDer } from '../../../base/x509/index.ts';
import type { CaSigner } from '../../../core/authority/index.ts';
import { type CaKeyKind, keyProblem, refuseOpenToOthers, writeNewKeyFile } from './key-file.ts';

/** Short ones are tried in an afternoon by whoever has the file. */
export const shortestPassphrase = 16;

interface SealedKey {
  readonly format: 'tillit-ca-key';
  readonly version: 1;
  /** SubjectPublicKeyInfo, base64: what the key is, without opening it. */
  readonly publicKey: string;
  /** RFC 7914; memory of 128 · N · r bytes. */
  readonly scrypt: { readonly N: number; readonly r: number; readonly p: number; readonly salt: string };
  readonly iv: string;
  readonly body: string;
  readonly tag: string;
}

// 128 MB and half a second a try (RFC 7914 2; OWASP: N = 2^17, r = 8, p = 1).
const cost = { N: 2 ** 17, r: 8, p: 1 };
const scryptMemory = 256 * 2 ** 20;

function sealingKey(passphrase: Secret<string>, salt: Buffer, { N, r, p }: typeof cost): Buffer {
  return scryptSync(passphrase.reveal().normalize('NFC'), salt, 32, { N, r, p, maxmem: scryptMemory });
}

/** What the seal is bound to beside the passphrase: nothing of the head can be changed. */
const headOf = ({ publicKey, scrypt }: Pick<SealedKey, 'publicKey' | 'scrypt'>): Buffer =>
  Buffer.from(JSON.stringify(['tillit-ca-key', 1, publicKey, scrypt.N, scrypt.r, scrypt.p, scrypt.salt]), 'utf8');

function newPrivateKey(kind: CaKeyKind): KeyObject {
  return kind === 'RSA-4096'
    ? generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey
    : generateKeyPairSync('ec', { namedCurve: kind }).privateKey;
}

/** Makes a key and its file, which must not be there. Answers its signer. Throws a Problem for a passphrase that is too short. */
export function makeSealedKey(file: string, kind: CaKeyKind, passphrase: Secret<string>): CaSigner {
  if ([...passphrase.reveal()].length < shortestPassphrase)
    throw keyProblem(`a passphrase of an authority's key has at least ${shortestPassphrase} characters`);
  const key = newPrivateKey(kind);
  const [salt, iv] = [randomBytes(16), randomBytes(12)];
  const head = {
    publicKey: publicKeyDer(key).toString('base64'),
    scrypt: { ...cost, salt: salt.toString('base64') },
  };
  const cipher = createCipheriv('aes-256-gcm', sealingKey(passphrase, salt, cost), iv);
  cipher.setAAD(headOf(head));
  const body = Buffer.concat([cipher.update(key.export({ format: 'der', type: 'pkcs8' })), cipher.final()]);
  const sealed: SealedKey = {
    format: 'tillit-ca-key',
    version: 1,
    ...head,
    iv: iv.toString('base64'),
    body: body.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  };
  writeNewKeyFile(file, sealed);
  return signerOf(key);
}

/** Opens a key. Throws a Problem that says what is wrong: the file, who can read it, or the passphrase. */
export function openSealedKey(file: string, passphrase: Secret<string>): CaSigner {
  refuseOpenToOthers(file);
  const sealed = read(file);
  const decipher = createDecipheriv(
    'aes-256-gcm',
    sealingKey(passphrase, Buffer.from(sealed.scrypt.salt, 'base64'), sealed.scrypt),
    Buffer.from(sealed.iv, 'base64'),
    { authTagLength: 16 },
  );
  decipher.setAAD(headOf(sealed));
  decipher.setAuthTag(Buffer.from(sealed.tag, 'base64'));
  let der: Buffer;
  try {
    der = Buffer.concat([decipher.update(Buffer.from(sealed.body, 'base64')), decipher.final()]);
  } catch {
    throw keyProblem(`the passphrase does not open ${file}, or the file was changed`);
  }
  return signerOf(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
}

function read(file: string): SealedKey {
  try {
    const sealed = JSON.parse(readFileSync(file, 'utf8')) as SealedKey;
    const { N, r, p } = sealed.scrypt;
    const bounded =
      [N, r, p].every(Number.isSafeInteger) && N >= cost.N && 128 * N * r <= scryptMemory / 2 && r === 8 && p === 1;
    const texts = [sealed.publicKey, sealed.iv, sealed.body, sealed.tag, sealed.scrypt.salt];
    const sound = texts.every((text) => typeof text === 'string') && Buffer.from(sealed.tag, 'base64').length === 16;
    if (sealed.format === 'tillit-ca-key' && sealed.version === 1 && bounded && sound) return sealed;
  } catch {
    // said below
  }
  throw keyProblem(`${file} is no sealed key of an authority`);
}

function signerOf(key: KeyObject): CaSigner {
  const { identifier, hash } = keyAlgorithm(key);
  return {
    publicKey: publicKeyDer(createPublicKey(key)),
    algorithm: identifier,
    sign: (bytes) => sign(hash, bytes, key),
  };
}
