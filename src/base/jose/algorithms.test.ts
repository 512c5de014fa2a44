// Every algorithm both ways against the `jose` library, and what no algorithm accepts (O4, O7).
import assert from 'node:assert/strict';
import { constants, createPublicKey, sign as nodeSign } from 'node:crypto';
import { describe, test } from 'node:test';
import * as jose from 'jose';
import {
  type AlgorithmName,
  algorithmNamed,
  allAlgorithms,
  findSigningKey,
  generateSigningKey,
  parseCompactJws,
  publishedJwk,
  readJwks,
  type SigningKey,
  signCompact,
  verifyJws,
} from './index.ts';

const generated = new Map<AlgorithmName, ReturnType<typeof generateSigningKey>>();
for (const alg of allAlgorithms) generated.set(alg, generateSigningKey(alg, { modulusBits: 2048 }));

function keyFor(alg: AlgorithmName) {
  const found = generated.get(alg);
  assert.ok(found);
  return found;
}

function verifies(token: string, jwk: unknown): boolean {
  const parsed = parseCompactJws(token);
  const set = readJwks({ keys: [jwk] });
  assert.ok(parsed.ok && set.ok && set.keys.length === 1);
  return verifyJws(parsed.jws, set.keys, { algorithms: allAlgorithms }).ok;
}

const payload = '{"sub":"å"}';
const sign = (key: SigningKey) => signCompact({ typ: 'JWT' }, payload, key);
/** The signature with one bit changed. */
function spoil(token: string, bit: number): string {
  const at = token.lastIndexOf('.') + 1;
  const signature = Buffer.from(token.slice(at), 'base64url');
  const byte = Math.floor(bit / 8) % signature.length;
  signature[byte] = (signature[byte] ?? 0) ^ (1 << (bit % 8));
  return token.slice(0, at) + signature.toString('base64url');
}

describe('algorithms', () => {
  for (const alg of allAlgorithms) {
    test(`${alg}: jose verifies what we sign`, async () => {
      const { key } = keyFor(alg);
      const verified = await jose.compactVerify(sign(key), await jose.importJWK(publishedJwk(key)));
      assert.equal(Buffer.from(verified.payload).toString(), payload);
      assert.deepEqual(verified.protectedHeader, { typ: 'JWT', alg, kid: key.kid });
    });

    test(`${alg}: we verify what jose signs, and nothing with a bit changed or with another key`, async () => {
      const { key, privateKey } = keyFor(alg);
      const bytes = new TextEncoder().encode(payload);
      const token = await new jose.CompactSign(bytes).setProtectedHeader({ alg }).sign(privateKey);
      assert.equal(verifies(token, publishedJwk(key)), true);
      for (const bit of [0, 7, 100, 255, 301, 511]) assert.equal(verifies(spoil(token, bit), publishedJwk(key)), false);
      assert.equal(verifies(token, publishedJwk(generateSigningKey(alg, { modulusBits: 2048 }).key)), false);
    });

    test(`${alg}: a signature cut, extended or empty is refused (O7)`, () => {
      const { key, privateKey } = keyFor(alg);
      const row = algorithmNamed(alg);
      assert.ok(row);
      const data = Buffer.from('data');
      const signature = key.sign(data);
      const publicKey = createPublicKey(privateKey);
      assert.equal(row.verify(data, publicKey, signature), true);
      for (const other of [
        signature.subarray(0, -1),
        signature.subarray(1),
        Buffer.concat([signature, Buffer.alloc(1)]),
        Buffer.concat([Buffer.alloc(1), signature]),
        Buffer.alloc(signature.length),
        Buffer.alloc(0),
      ]) {
        assert.equal(row.verify(data, publicKey, other), false);
      }
    });

    test(`${alg}: a key of another type does not verify and does not throw`, () => {
      const row = algorithmNamed(alg);
      assert.ok(row);
      for (const other of ['ES256', 'ES384', 'RS256', 'EdDSA'] as const) {
        const { key, privateKey } = keyFor(other);
        if (row.kty === key.publicJwk.kty && row.crv === algorithmNamed(other)?.crv) continue;
        assert.equal(
          row.verify(Buffer.from('data'), createPublicKey(privateKey), key.sign(Buffer.from('data'))),
          false,
        );
      }
    });
  }

  for (const [alg, saltLengths] of [
    ['PS256', [0, 20, 31, 33, 64, 222]],
    ['PS384', [0, 32, 64]],
    ['PS512', [0, 32, 48]],
  ] as const) {
    test(`${alg}: another salt length, another hash or PKCS #1 v1.5 padding is refused (RFC 7518 3.5)`, () => {
      const { privateKey } = keyFor(alg);
      const row = algorithmNamed(alg);
      assert.ok(row);
      const publicKey = createPublicKey(privateKey);
      const data = Buffer.from('data');
      const hash = `sha${alg.slice(2)}`;
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      const made = (saltLength: number, by = hash) => nodeSign(by, data, { key: privateKey, padding, saltLength });
      const due = Number(alg.slice(2)) / 8;
      assert.equal(row.verify(data, publicKey, made(due)), true);
      for (const saltLength of saltLengths) assert.equal(row.verify(data, publicKey, made(saltLength)), false);
      assert.equal(row.verify(data, publicKey, made(due, alg === 'PS256' ? 'sha512' : 'sha256')), false);
      assert.equal(row.verify(data, publicKey, nodeSign(hash, data, privateKey)), false);
    });
  }

  for (const alg of ['PS256', 'RS256'] as const) {
    test(`${alg}: a signature whose leading zero was cut off is refused (O7)`, () => {
      const { key, privateKey } = keyFor(alg);
      const row = algorithmNamed(alg);
      assert.ok(row);
      let data: Buffer = Buffer.alloc(0);
      let signature: Buffer = Buffer.of(1);
      for (let round = 0; signature[0] !== 0; round++) {
        data = Buffer.from(String(round));
        signature = key.sign(data);
      }
      const publicKey = createPublicKey(privateKey);
      assert.equal(row.verify(data, publicKey, signature), true);
      assert.equal(row.verify(data, publicKey, signature.subarray(1)), false);
    });
  }

  test('a key that is found while others are served is like any other', async () => {
    const turns = { while: 0 };
    const turning = setInterval(() => {
      turns.while += 1;
    }, 1);
    for (const alg of ['RS256', 'ES256'] as const) {
      const { key, privateKey } = await findSigningKey(alg);
      assert.equal(
        algorithmNamed(alg)?.verify(Buffer.of(1), createPublicKey(privateKey), key.sign(Buffer.of(1))),
        true,
      );
      if (alg === 'RS256') assert.equal(privateKey.asymmetricKeyDetails?.modulusLength, 3072);
    }
    clearInterval(turning);
    assert.ok(turns.while > 1, 'the process went on meanwhile');
  });

  for (const name of [
    'none',
    'NONE',
    'HS256',
    'HS384',
    'HS512',
    'ES256K',
    'Ed448',
    'es256',
    'RSA-OAEP',
    '',
    'toString',
    '__proto__',
  ]) {
    test(`O4: there is no algorithm "${name}"`, () => assert.equal(algorithmNamed(name), undefined));
  }
});
