// A key in a token as the port `CaSigner`: hashed here, signed there, and no signature believed that does not verify.
import { createHash, createPublicKey, type KeyObject, randomBytes, verify } from 'node:crypto';
import { Problem } from '../../../../base/problem.ts';
import type { Secret } from '../../../../base/secret.ts';
import { derInteger, derSequence, keyAlgorithm } from '../../../../base/x509/index.ts';
import type { CaSigner } from '../../../../core/authority/index.ts';
import type { CaKeyKind } from '../key-file.ts';
import { keyFault } from './key-facts.ts';
import type { RawPublicKey, TokenPlace } from './token-messages.ts';
import { type TokenPatience, type TokenProcess, tokenProcess } from './token-process.ts';

/** Which key it is: what stands in the file that takes the place of a sealed key. */
export interface TokenKey extends TokenPlace {
  readonly serial: string;
  /** CKA_ID, hexadecimal. */
  readonly id: string;
  /** SubjectPublicKeyInfo, base64. */
  readonly publicKey: string;
}

export interface OpenedKey {
  readonly signer: CaSigner;
  /** Where it lies, for the minutes of a ceremony. */
  readonly described: readonly string[];
  close(): Promise<void>;
}

const describe = ({ token, serial, id }: Pick<TokenKey, 'token' | 'serial' | 'id'>, maker: string) => [
  `The key lies in the token "${token}", serial number ${serial} (${maker}), under the id ${id}.`,
  'The token says that the key is sensitive and cannot be taken out.',
];

/** Makes a key in a token. Throws a Problem when the token, the PIN or the key that it made will not do. */
export async function makeTokenKey(
  place: TokenPlace,
  given: { readonly kind: CaKeyKind; readonly label: string; readonly pin: Secret<string> },
): Promise<OpenedKey & { readonly key: TokenKey }> {
  const { kind, label, pin } = given;
  const id = randomBytes(8);
  const token = tokenProcess({ place, pin });
  try {
    const { serial, maker } = await token.open();
    const publicKey = spkiOf(await token.ask({ op: 'make', kind, keyId: id, label }));
    const key: TokenKey = {
      module: place.module,
      token: place.token,
      serial,
      id: id.toString('hex'),
      publicKey: publicKey.toString('base64'),
    };
    const signer = signerOver(token, key);
    await prove(signer);
    return { key, signer, described: describe(key, maker), close: token.close };
  } catch (error) {
    await token.close();
    throw error;
  }
}

/** Opens a key in a token: the token, its PIN, what it says of the key, and that the key is the one that was made. */
export async function openTokenKey(
  key: TokenKey,
  pin: Secret<string>,
  patience: TokenPatience = {},
): Promise<OpenedKey> {
  const token = tokenProcess({
    place: key,
    pin,
    keyId: Buffer.from(key.id, 'hex'),
    judge: ({ key: facts }) => {
      const fault = facts === undefined ? 'it is not there' : keyFault(facts);
      return fault === undefined ? undefined : `the key ${key.id} will not do: ${fault}`;
    },
    patience,
  });
  try {
    const { maker } = await token.open();
    const signer = signerOver(token, key);
    await prove(signer);
    return { signer, described: describe(key, maker), close: token.close };
  } catch (error) {
    await token.close();
    throw error;
  }
}

const wrong = ({ token }: TokenPlace, text: string): Problem =>
  new Problem({ kind: 'unavailable', code: 'unavailable', detail: `token "${token}": ${text}` });

/** Signs something that is no certificate, list or answer: those begin with the tag of a SEQUENCE. */
const prove = (signer: CaSigner) => signer.sign(Buffer.concat([Buffer.from('tillit key check '), randomBytes(32)]));

/** DigestInfo before the hash (RFC 8017 9.2, note 1). */
const digestInfo: Readonly<Record<string, Buffer>> = {
  sha256: Buffer.from('3031300d060960864801650304020105000420', 'hex'),
};

function signerOver(token: TokenProcess, key: TokenKey): CaSigner {
  const publicKey = Buffer.from(key.publicKey, 'base64');
  const spki = createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
  const { identifier, hash } = keyAlgorithm(spki);
  return {
    publicKey,
    algorithm: identifier,
    async sign(bytes) {
      const digest = createHash(hash ?? '')
        .update(bytes)
        .digest();
      const signature =
        spki.asymmetricKeyType === 'rsa'
          ? await token.ask({
              op: 'sign',
              mechanism: 'rsa',
              input: Buffer.concat([digestInfo[hash ?? ''] ?? Buffer.alloc(0), digest]),
            })
          : ecdsaDer(await token.ask({ op: 'sign', mechanism: 'ecdsa', input: digest }));
      if (!verify(hash, bytes, spki, signature))
        throw wrong(
          key,
          `the key ${key.id} made a signature that does not verify: it is another key, or the token is broken`,
        );
      return Buffer.from(signature);
    },
    async fault() {
      try {
        await token.ask({ op: 'look' });
        return undefined;
      } catch (error) {
        return (error as Problem).detail ?? 'the token does not answer';
      }
    },
  };
}

/** r and s, one after the other (PKCS#11 2.40 2.3.1), as a certificate has them: a SEQUENCE of two INTEGERs (RFC 3279 2.2.3). */
function ecdsaDer(signature: Uint8Array): Buffer {
  const half = signature.length / 2;
  return derSequence(derInteger(signature.subarray(0, half)), derInteger(signature.subarray(half)));
}

function spkiOf(raw: RawPublicKey): Buffer {
  return keyOf(raw).export({ format: 'der', type: 'spki' });
}

function keyOf(raw: RawPublicKey): KeyObject {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  if (raw.type === 'rsa')
    return createPublicKey({ key: { kty: 'RSA', n: text(raw.modulus), e: text(raw.exponent) }, format: 'jwk' });
  const half = (raw.point.length - 1) / 2;
  const [x, y] = [raw.point.subarray(1, half + 1), raw.point.subarray(half + 1)];
  return createPublicKey({ key: { kty: 'EC', crv: raw.curve, x: text(x), y: text(y) }, format: 'jwk' });
}
