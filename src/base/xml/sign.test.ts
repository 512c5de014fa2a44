// Signing and verifying: every algorithm, several signatures in one document, and any change of a byte (K1, K7).
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { generateSigningKey } from '../jose/index.ts';
import {
  loadXml,
  readXml,
  type SignatureExpected,
  signatureUri,
  signDetached,
  signElement,
  verifyDetached,
  verifySignature,
  withContent,
  writeXml,
  type XmlElement,
} from './index.ts';
import { assertionName, assertionOf, issuerName, key, publicKey, responseWith, saml } from './sample-documents.ts';
import { signatureName } from './signature-parts.ts';

before(loadXml);

const good = assertionOf('Anna');
const made = [
  ...(['ES256', 'ES384', 'ES512'] as const).map((alg) => generateSigningKey(alg)),
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const).map((alg) =>
    generateSigningKey(alg, { modulusBits: 2048 }),
  ),
].map(({ key: signingKey, privateKey }) => ({ key: signingKey, publicKey: createPublicKey(privateKey) }));

function verified(xml: XmlElement | string | Uint8Array, expected: SignatureExpected) {
  const read = readXml(typeof xml === 'string' || xml instanceof Uint8Array ? xml : writeXml(xml));
  return read.ok ? verifySignature(read.document, expected) : read;
}

describe('signing', () => {
  for (const each of made) {
    test(`${each.key.alg}: verified among other keys, with each digest; refused with those alone`, () => {
      const others = made.filter((one) => one !== each).map((one) => one.publicKey);
      for (const digest of ['sha256', 'sha384', 'sha512'] as const) {
        const signed = signElement(good, { key: each.key, digest, after: issuerName });
        const result = verified(signed, { keys: [...others.slice(0, 7), each.publicKey], which: 'root' });
        assert.ok(result.ok, JSON.stringify(result));
        assert.equal(result.verified.algorithm, each.key.alg);
        assert.ok(result.verified.key.equals(each.publicKey));
        assert.deepEqual(verified(signed, { keys: others.slice(0, 7), which: 'root' }), {
          ok: false,
          reason: 'signature.value',
        });
      }
    });
  }

  test('any curve goes with any hash (RFC 9231 2.3.6)', () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const es256 = made[0]!.key;
    const raw = (data: Buffer) => sign('sha256', data, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' });
    const signed = signElement(good, { key: { ...es256, sign: raw } });
    assert.equal(verified(signed, { keys: [pair.publicKey], which: 'root' }).ok, true);
  });

  test('at most eight keys of a kind are tried', () => {
    const wrong = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    const signed = signElement(good, { key });
    assert.equal(verified(signed, { keys: [...Array(7).fill(wrong), publicKey], which: 'root' }).ok, true);
    assert.equal(verified(signed, { keys: [...Array(8).fill(wrong), publicKey], which: 'root' }).ok, false);
  });

  test('the signature stands after the Issuer; KeyInfo has our certificate; the rest is as it was', () => {
    const signed = signElement(good, { key, after: issuerName, certificateDer: Buffer.from('certificate') });
    const [first, second, ...others] = signed.content;
    assert.deepEqual([first, ...others], good.content);
    assert.ok(typeof second === 'object' && second.namespace === signatureName.namespace);
    assert.match(writeXml(second), /<ds:X509Certificate>Y2VydGlmaWNhdGU=<\/ds:X509Certificate>/);
    assert.equal(signElement(good, { key }).content[1], good.content[0], 'first, when it follows nothing');
  });

  test('an assertion and the response around it', () => {
    const assertion = signElement(good, { key: made[0]!.key, after: issuerName });
    const response = signElement(responseWith(assertion), { key, after: issuerName });
    const outer = verified(response, { keys: [publicKey], which: 'root' });
    const inner = verified(response, { keys: [made[0]!.publicKey], which: assertionName });
    assert.ok(outer.ok && inner.ok);
    assert.equal(writeXml(inner.verified.element), writeXml(good));
    assert.equal(writeXml(outer.verified.element), writeXml(responseWith(assertion)));
    assert.equal(verified(response, { keys: [publicKey], which: assertionName }).ok, false);
  });

  test('what has no ID, is signed already, or a key that XML Signature has no name for, is a fault of ours', () => {
    assert.throws(() => signElement(signElement(good, { key }), { key }), { code: 'xml.unfitToSign' });
    assert.throws(() => signElement(saml('X'), { key }), { code: 'xml.unfitToSign' });
    assert.throws(() => signElement(saml('X', { ID: '' }), { key }), { code: 'xml.unfitToSign' });
    const { key: ed25519 } = generateSigningKey('Ed25519');
    assert.throws(() => signElement(good, { key: ed25519 }), { code: 'xml.unfitToSign' });
    assert.throws(() => signatureUri(ed25519), { code: 'xml.unfitToSign' });
  });
});

describe('any change', () => {
  const signed = Buffer.from(writeXml(signElement(responseWith(good), { key, after: issuerName })));
  const expected: SignatureExpected = { keys: [publicKey], which: 'root' };

  /** Refused, or verified as exactly the same tree. */
  function unharmed(bytes: Uint8Array): boolean {
    const result = verified(bytes, expected);
    if (!result.ok) return true;
    assert.equal(writeXml(result.verified.element), writeXml(responseWith(good)));
    return false;
  }

  test('of any byte to another: refused, or the same tree', () => {
    let refused = 0;
    for (let at = 0; at < signed.length; at++) {
      const bytes = Buffer.from(signed);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      if (unharmed(bytes)) refused++;
    }
    assert.ok(refused > signed.length * 0.9, `${refused} of ${signed.length}`);
  });

  test('of any part: cut, doubled, moved, with a comment put in', () => {
    const place = fc.nat({ max: signed.length });
    const piece = fc.constantFrom(
      '<!-- -->',
      '<![CDATA[]]>',
      '&#65;',
      ' ',
      '<x/>',
      '<?x?>',
      '\r',
      '\u200b',
      '</saml:Issuer>',
    );
    fc.assert(
      fc.property(place, place, place, piece, fc.nat({ max: 3 }), (one, two, three, inserted, kind) => {
        const [begin = 0, end = 0] = [one, two].sort((left, right) => left - right);
        const parts = [
          [signed.subarray(0, begin), signed.subarray(end)],
          [signed.subarray(0, end), signed.subarray(begin)],
          [signed.subarray(0, three), signed.subarray(begin, end), signed.subarray(three)],
          [signed.subarray(0, begin), Buffer.from(inserted), signed.subarray(begin)],
        ][kind];
        unharmed(Buffer.concat(parts ?? []));
      }),
      { numRuns: 2000 },
    );
  });

  test('of any element to another tree: the signature of one is none of the other', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, otherName) => {
        fc.pre(name !== otherName && !/[^ -~]/.test(name + otherName));
        const [one, other] = [signElement(assertionOf(name), { key }), signElement(assertionOf(otherName), { key })];
        const [signature = ''] = other.content;
        const mixed = withContent(one, [signature, ...one.content.slice(1)]);
        assert.equal(verified(one, expected).ok, true);
        assert.deepEqual(verified(mixed, expected), { ok: false, reason: 'signature.digest' });
      }),
      { numRuns: 30 },
    );
  });
});

describe('detached', () => {
  const bytes = Buffer.from('SAMLRequest=x&RelayState=y');
  for (const each of made) {
    test(`${each.key.alg}: signed, verified, refused when anything differs`, () => {
      const signature = signDetached(bytes, each.key);
      const keys = made.map((one) => one.publicKey);
      const good = verifyDetached(bytes, signature, { keys });
      assert.ok(good.ok && good.key.equals(each.publicKey) && good.algorithm === each.key.alg);
      const cut = { ...signature, signature: signature.signature.subarray(1) };
      const others = keys.filter((one) => one !== each.publicKey);
      assert.equal(verifyDetached(bytes.subarray(1), signature, { keys }).ok, false);
      assert.equal(verifyDetached(bytes, cut, { keys }).ok, false);
      assert.equal(verifyDetached(bytes, signature, { keys: others }).ok, false);
    });
  }

  test('SHA-1, unknown and not allowed algorithms are refused by name; a weak key by its size', () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const algorithm = signatureUri(key);
    const signature = sign('sha1', bytes, weak.privateKey);
    for (const name of ['', 'http://www.w3.org/2000/09/xmldsig#rsa-sha1', 'RS256', ` ${algorithm}`]) {
      const answer = verifyDetached(bytes, { algorithm: name, signature }, { keys: [weak.publicKey] });
      assert.deepEqual(answer, { ok: false, reason: 'signature.algorithm' });
    }
    const algorithms = new Set(['ES256'] as const);
    const answer = verifyDetached(bytes, signDetached(bytes, key), { keys: [publicKey], algorithms });
    assert.deepEqual(answer, { ok: false, reason: 'signature.algorithm' });
    const byWeak = { algorithm, signature: sign('sha256', bytes, weak.privateKey) };
    assert.ok(verify('sha256', bytes, weak.publicKey, byWeak.signature));
    assert.deepEqual(verifyDetached(bytes, byWeak, { keys: [weak.publicKey] }), { ok: false, reason: 'signature.key' });
  });
});
