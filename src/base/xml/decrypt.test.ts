// Encrypting and decrypting elements: what is accepted, what is not, and that all failures look the same (S10).
import assert from 'node:assert/strict';
import {
  constants,
  createCipheriv,
  createPublicKey,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import {
  childrenOf,
  decryptElement,
  type EncryptionOptions,
  elementMaker,
  encryptElement,
  loadXml,
  onlyChild,
  readXml,
  signElement,
  type Verified,
  verifySignature,
  withContent,
  writeXml,
  type XmlElement,
} from './index.ts';
import { encryption11Namespace, encryptionNamespace } from './names.ts';
import {
  assertionOf,
  ds,
  issuerName,
  key,
  privateKey,
  publicKey,
  responseWith,
  saml,
  samlNamespace,
} from './sample-documents.ts';

before(loadXml);

const xenc = elementMaker('xenc', encryptionNamespace);
const oaepMethod = xenc('EncryptionMethod', { Algorithm: `${encryptionNamespace}rsa-oaep-mgf1p` });
const good = assertionOf('Anna');
const holderName = { namespace: samlNamespace, local: 'EncryptedAssertion' };
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const unsupported = { ok: false, reason: 'encryption.unsupported' } as const;
const failed = { ok: false, reason: 'encryption.failed' } as const;

const encrypted = (options: Partial<EncryptionOptions> = {}) =>
  saml('EncryptedAssertion', {}, encryptElement(good, { recipient: publicKey, ...options }));

function read(xml: string | XmlElement): XmlElement {
  const result = readXml(typeof xml === 'string' ? xml : writeXml(xml));
  assert.ok(result.ok, JSON.stringify(result));
  return result.document.root;
}

/** The holder inside of a signed response, and the proof. */
function signedWith(holder: XmlElement): { readonly holder: XmlElement; readonly enclosing: Verified } {
  const response = readXml(writeXml(signElement(responseWith(holder), { key, after: issuerName })));
  assert.ok(response.ok);
  const result = verifySignature(response.document, { keys: [publicKey], which: 'root' });
  assert.ok(result.ok);
  const found = onlyChild(result.verified.element, holderName);
  assert.ok(found);
  return { holder: found, enclosing: result.verified };
}

function outcome(holder: XmlElement, given: { enclosing?: Verified; keys?: readonly (typeof privateKey)[] } = {}) {
  const result = decryptElement(holder, { keys: [privateKey], ...given });
  return result.ok ? writeXml(result.document.root) : result;
}

/** Anything under a fresh key, with any method names: what another program, or a forger, may send. */
function encryptedOctets(
  content: Buffer | string,
  methods: { transport?: XmlElement; data?: object; wrapped?: Buffer } = {},
) {
  const [aes, iv] = [randomBytes(32), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', aes, iv);
  const bytes = Buffer.concat([iv, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  const data = (octets: Buffer) => xenc('CipherData', {}, xenc('CipherValue', {}, octets.toString('base64')));
  const transport = methods.transport ?? oaepMethod;
  const wrapped = methods.wrapped ?? publicEncrypt({ key: publicKey, oaepHash: 'sha1' }, aes);
  return saml(
    'EncryptedAssertion',
    {},
    xenc(
      'EncryptedData',
      { ...methods.data },
      xenc('EncryptionMethod', { Algorithm: `${encryption11Namespace}aes256-gcm` }),
      ds('KeyInfo', {}, xenc('EncryptedKey', {}, transport, data(wrapped))),
      data(bytes),
    ),
  );
}

describe('encryption', () => {
  for (const content of ['aes128-gcm', 'aes192-gcm', 'aes256-gcm'] as const) {
    for (const keyTransport of ['rsa-oaep-mgf1p', 'rsa-oaep-sha256'] as const) {
      test(`${content} under ${keyTransport} comes back the same`, () => {
        assert.equal(outcome(read(encrypted({ content, keyTransport }))), writeXml(good));
      });
    }
  }

  for (const content of ['aes128-cbc', 'aes192-cbc', 'aes256-cbc'] as const) {
    test(`S10: ${content} only inside of what a verified signature covers`, () => {
      const holder = encrypted({ content });
      const signed = signedWith(holder);
      assert.equal(outcome(signed.holder, { enclosing: signed.enclosing }), writeXml(good));
      assert.deepEqual(outcome(signed.holder), unsupported, 'without the proof');
      assert.deepEqual(outcome(read(holder), { enclosing: signed.enclosing }), unsupported, 'with a proof of another');
      const made = { ...signed.enclosing };
      assert.deepEqual(outcome(signed.holder, { enclosing: made }), unsupported, 'with a proof that nobody proved');
    });
  }

  test('a key of ours that is being replaced, and the key of another recipient beside ours', () => {
    const holder = read(encrypted());
    assert.equal(outcome(holder, { keys: [other.privateKey, privateKey] }), writeXml(good));
    assert.deepEqual(outcome(holder, { keys: [other.privateKey] }), failed);
    assert.deepEqual(outcome(holder, { keys: [] }), failed);
    const data = onlyChild(holder, { namespace: encryptionNamespace, local: 'EncryptedData' });
    const theirs = encryptElement(good, { recipient: other.publicKey });
    assert.ok(data);
    const [method = '', keyInfo, cipherData = ''] = data.content;
    const theirKeys = childrenOf(theirs)[1];
    assert.ok(theirKeys && typeof keyInfo === 'object');
    const both = withContent(keyInfo, [...theirKeys.content, ...keyInfo.content]);
    assert.equal(
      outcome(saml('EncryptedAssertion', {}, withContent(data, [method, both, cipherData]))),
      writeXml(good),
    );
    const beside = saml(
      'EncryptedAssertion',
      {},
      withContent(data, [method, theirKeys, cipherData]),
      ...childrenOf(keyInfo),
    );
    assert.equal(outcome(read(beside)), writeXml(good), 'beside the data, as Shibboleth sends it');
    const alone = saml('EncryptedAssertion', {}, withContent(data, [method, cipherData]), ...childrenOf(keyInfo));
    assert.equal(outcome(read(alone)), writeXml(good), 'without KeyInfo');
  });

  describe('what is decrypted stands in the namespaces of its place, as far as a signature covers them (xmlenc-core 4.3, S3)', () => {
    const inside = '<saml:Assertion p:x="1" ID="_a"><y/></saml:Assertion>';
    const whole = `<saml:Assertion xmlns:p="urn:p" xmlns:saml="${samlNamespace}" ID="_a" p:x="1"><y></y></saml:Assertion>`;
    /** A signed response around `inside`, its text changed before it is signed, and again on the way. */
    const around = (signed: (xml: string) => string, onTheWay: (xml: string) => string = (xml) => xml) => {
      const made = read(signed(writeXml(samlResponse(encryptedOctets(inside)))));
      const response = readXml(onTheWay(writeXml(signElement(made, { key, after: issuerName }))));
      assert.ok(response.ok);
      const found = onlyChild(response.document.root, holderName);
      const result = verifySignature(response.document, { keys: [publicKey], which: 'root' });
      assert.ok(result.ok && found);
      const holder = onlyChild(result.verified.element, holderName);
      assert.ok(holder);
      return { holder, enclosing: result.verified };
    };
    const declared = (xml: string) => xml.replace('<samlp:Response', '$& xmlns:p="urn:p"');

    test('what a name around uses', () => {
      const { holder, enclosing } = around((xml) => declared(xml).replace('<saml:EncryptedAssertion', '$& p:y=""'));
      assert.equal(outcome(holder, { enclosing }), whole);
      assert.deepEqual(outcome(holder), failed, 'without the proof it has no namespaces but its own');
    });
    test('not what is only declared around: anybody could have put that there', () => {
      const { holder, enclosing } = around((xml) => xml, declared);
      assert.deepEqual(outcome(holder, { enclosing }), failed);
    });
    test('not what a nearer declaration put in its place', () => {
      const used = (xml: string) => declared(xml).replace('<samlp:Response', '$& p:y=""');
      const nearer = (xml: string) => xml.replace('<saml:EncryptedAssertion', '$& xmlns:p="urn:other"');
      const usual = around(used);
      assert.equal(outcome(usual.holder, { enclosing: usual.enclosing }), whole);
      const { holder, enclosing } = around(used, nearer);
      assert.deepEqual(outcome(holder, { enclosing }), failed);
    });
    test('not those of an unsigned place, whatever they are', () => {
      const found = onlyChild(read(declared(writeXml(samlResponse(encryptedOctets(inside))))), holderName);
      assert.ok(found);
      assert.deepEqual(outcome(found), failed);
    });
  });

  for (const [what, content] of [
    ['two elements', '<a/><b/>'],
    ['text', 'x'],
    ['text beside the element', 'x<a/>'],
    ['nothing', ''],
    ['an end and a beginning of what is around', '</in><in><a/>'],
    ['an end of what is around', '<a/></in>'],
    ['an instruction', '<?x y?><a/>'],
    ['DOCTYPE', '<!DOCTYPE a><a/>'],
    ['bytes that are no UTF-8', Buffer.from([0x3c, 0x61, 0xff, 0x2f, 0x3e])],
    ['65 levels', `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`],
  ] as const) {
    test(`decrypts to ${what}: failed`, () => assert.deepEqual(outcome(encryptedOctets(content)), failed));
  }

  test('RSA 1.5 and every other way to give the key is refused before a key of ours is used', () => {
    const method = (Algorithm: string, ...content: readonly XmlElement[]) =>
      encryptedOctets('<a/>', { transport: xenc('EncryptionMethod', { Algorithm }, ...content) });
    const pkcs1 = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, randomBytes(32));
    const oaep11 = `${encryption11Namespace}rsa-oaep`;
    const sha256 = ds('DigestMethod', { Algorithm: `${encryptionNamespace}sha256` });
    for (const holder of [
      encryptedOctets('<a/>', {
        transport: xenc('EncryptionMethod', { Algorithm: `${encryptionNamespace}rsa-1_5` }),
        wrapped: pkcs1,
      }),
      method(`${encryptionNamespace}kw-aes256`),
      method(`${encryptionNamespace}rsa-oaep-mgf1p`, sha256),
      method(oaep11, sha256),
      method(oaep11, xenc('OAEPparams', {}, 'AAAA')),
      method(''),
      encryptedOctets('<a/>', { data: { Type: `${encryptionNamespace}Content` } }),
      saml('EncryptedAssertion'),
      withContent(encrypted(), [...encrypted().content, ...encrypted().content]),
      changedText(encrypted(), 'aes256-gcm', 'tripledes-cbc'),
      changedText(encrypted(), 'CipherValue', 'CipherReference'),
    ]) {
      assert.deepEqual(outcome(holder), unsupported);
    }
    assert.equal(outcome(method(oaep11)), '<a></a>', 'xmlenc11 rsa-oaep means SHA-1 where nothing else is said');
  });

  test('whatever is changed in key or content: failed, and nothing else', () => {
    const holder = encrypted();
    const [wrapped = '', content = ''] = [...writeXml(holder).matchAll(/CipherValue>([^<]+)/g)].map(
      ([, found]) => found ?? '',
    );
    const octets = Buffer.from(content, 'base64');
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        (inKey, place, change, cut) => {
          const bytes = Buffer.from(inKey ? wrapped : content, 'base64');
          const at = place % bytes.length;
          bytes[at] = (bytes[at] ?? 0) ^ change;
          const spoilt = (cut ? bytes.subarray(0, at) : bytes).toString('base64');
          assert.deepEqual(outcome(changedText(holder, inKey ? wrapped : content, spoilt)), failed);
        },
      ),
      { numRuns: 300 },
    );
    assert.ok(octets.length > 28);
  });

  test('S10: bad padding and bad content of CBC look the same, also behind a signature', () => {
    const holder = encrypted({ content: 'aes256-cbc' });
    const [, content = ''] = [...writeXml(holder).matchAll(/CipherValue>([^<]+)/g)].map(([, found]) => found ?? '');
    for (let at = 0; at < 64; at++) {
      const bytes = Buffer.from(content, 'base64');
      const place = at < 32 ? at : bytes.length - at + 31;
      bytes[place] = (bytes[place] ?? 0) ^ 0xff;
      const signed = signedWith(changedText(holder, content, bytes.toString('base64')));
      const result = outcome(signed.holder, { enclosing: signed.enclosing });
      // A change of the IV changes one octet of the text; whatever it is then, it is no other fault.
      if (typeof result !== 'string') assert.deepEqual(result, failed);
      else assert.ok(at < 16, `octet ${at}`);
    }
  });

  test('CBC padding is a block at most', () => {
    const [aes, iv] = [randomBytes(16), randomBytes(16)];
    const wrapped = publicEncrypt({ key: publicKey, oaepHash: 'sha1' }, aes);
    const data = (octets: Buffer) => xenc('CipherData', {}, xenc('CipherValue', {}, octets.toString('base64')));
    for (const [length, good] of [
      [12, true],
      [28, false],
      [0, false],
    ] as const) {
      const content = Buffer.concat([Buffer.from('<a/>'), Buffer.alloc(length === 0 ? 12 : length, length)]);
      const cipher = createCipheriv('aes-128-cbc', aes, iv).setAutoPadding(false);
      const bytes = Buffer.concat([iv, cipher.update(content), cipher.final()]);
      const holder = saml(
        'EncryptedAssertion',
        {},
        xenc(
          'EncryptedData',
          {},
          xenc('EncryptionMethod', { Algorithm: `${encryptionNamespace}aes128-cbc` }),
          ds('KeyInfo', {}, xenc('EncryptedKey', {}, oaepMethod, data(wrapped))),
          data(bytes),
        ),
      );
      const signed = signedWith(holder);
      assert.deepEqual(outcome(signed.holder, { enclosing: signed.enclosing }), good ? '<a></a>' : failed);
    }
  });

  test('a weak key of the recipient is not used', () => {
    const weak = createPublicKey(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey);
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    for (const recipient of [weak, curve]) {
      assert.throws(() => encryptElement(good, { recipient }), { code: 'xml.unfitToEncrypt' });
    }
  });
});

const samlResponse = (holder: XmlElement) => responseWith(holder);

function changedText(element: XmlElement, from: string, to: string): XmlElement {
  const text = writeXml(element);
  assert.ok(text.includes(from));
  return read(text.replaceAll(from, to));
}
