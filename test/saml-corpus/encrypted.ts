// Encryption that does not protect: without a signature around, by weak means, for another, or around something else (S10).
import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto';
import { ns } from '../../src/base/saml/index.ts';
import {
  elementMaker,
  encryptElement,
  textOf,
  withContent,
  writeXml,
  type XmlElement,
} from '../../src/base/xml/index.ts';
import {
  append,
  assertionOf,
  type Case,
  chain,
  changeChild,
  child,
  insertAfter,
  keys,
  refused,
  responseOf,
  type Spoilt,
  saml,
  samlp,
  withAttribute,
} from './ground.ts';

const ours = createPublicKey(keys.ours.privateKey);
const xenc = elementMaker('xenc', ns.xenc);
const unsigned: Spoilt = { responseKey: undefined };
const encrypted = (assertion: XmlElement): XmlElement => encryptElement(assertion, { recipient: ours });

/** One bit of the last octets turned: of the tag of GCM, or the padding of CBC. */
const tampered = (data: XmlElement): XmlElement =>
  changeChild(
    'CipherData',
    changeChild('CipherValue', (value) => {
      const bytes = Buffer.from(textOf(value) ?? '', 'base64');
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
      return withContent(value, [bytes.toString('base64')]);
    }),
  )(data);

/** The key wrapped by RSA 1.5, which is an oracle for whoever can ask often (Bleichenbacher). */
const byRsa15 = (data: XmlElement): XmlElement =>
  changeChild(
    'KeyInfo',
    changeChild('EncryptedKey', (key) =>
      withContent(key, [
        xenc('EncryptionMethod', { Algorithm: `${ns.xenc}rsa-1_5` }),
        xenc(
          'CipherData',
          {},
          xenc(
            'CipherValue',
            {},
            publicEncrypt({ key: ours, padding: constants.RSA_PKCS1_PADDING }, randomBytes(32)).toString('base64'),
          ),
        ),
      ]),
    ),
  )(data);

export const encryptedAnswers: Readonly<Record<string, Case>> = {
  'encrypted-cbc-without-a-signature-around': refused(
    'decryption',
    { ...unsigned, encrypt: { content: 'aes256-cbc' } },
    { signs: 'assertion', settings: { allowCbc: true } },
  ),
  'encrypted-by-cbc-though-the-provider-is-not-registered-for-it': refused('cipher', {
    encrypt: { content: 'aes256-cbc' },
  }),
  'encrypted-without-its-namespace-in-an-unsigned-response': refused(
    'decryption',
    { ...unsigned, encrypt: withoutNamespace },
    { signs: 'assertion' },
  ),
  'encrypted-with-a-prefix-that-only-an-ancestor-declares': {
    kind: 'response',
    xml: writeXml(
      responseOf({ encrypt: byHand((text) => text.replace('<saml:Assertion', '$& x:of="signed"')) }),
    ).replace('<samlp:Response', '$& xmlns:x="urn:of:the:attacker"'),
    expect: { reason: 'decryption' },
  },
  'encrypted-cbc-changed-after-signing': {
    kind: 'response',
    xml: writeXml(
      changeChild(
        'EncryptedAssertion',
        changeChild('EncryptedData', tampered),
      )(responseOf({ encrypt: { content: 'aes128-cbc' } })),
    ),
    expect: { reason: 'responseSignature' },
  },
  'encrypted-gcm-changed': refused(
    'decryption',
    { ...unsigned, encrypt: (assertion) => tampered(encrypted(assertion)) },
    { signs: 'assertion' },
  ),
  'encrypted-by-rsa-1.5': refused('decryption', { encrypt: (assertion) => byRsa15(encrypted(assertion)) }),
  'encrypted-to-another': refused('decryption', {
    encrypt: { recipient: createPublicKey(keys.attacker.privateKey) },
  }),
  'encrypted-with-the-key-of-another-message': refused('decryption', {
    encrypt: (assertion) => {
      const strange = child(encrypted(assertion), 'KeyInfo');
      return changeChild('KeyInfo', () => strange)(encrypted(assertion));
    },
  }),
  'encrypted-by-a-cipher-that-there-is-not': refused('decryption', {
    encrypt: (assertion) =>
      changeChild('EncryptionMethod', withAttribute('Algorithm', `${ns.xenc}tripledes-cbc`))(encrypted(assertion)),
  }),
  'encrypted-at-an-address-elsewhere': refused('decryption', {
    encrypt: (assertion) =>
      changeChild('CipherData', (data) =>
        withContent(data, [xenc('CipherReference', { URI: 'https://other.example/cipher' })]),
      )(encrypted(assertion)),
  }),
  'encrypted-though-we-have-no-key': refused('decryption', { encrypt: {} }, { settings: { decrypts: false } }),
  'encrypted-twice': refused('structure', {
    encrypt: (assertion) => encrypted(saml('EncryptedAssertion', {}, encrypted(assertion))),
  }),
  'encrypted-response': refused('structure', { encrypt: () => encrypted(responseOf()) }),
  'encrypted-words-of-nobody': refused(
    'assertionSigned',
    { ...unsigned, assertionKey: undefined, encrypt: {} },
    { signs: 'assertion' },
  ),
  'encrypted-words-of-another': refused(
    'assertionSignature',
    { ...unsigned, assertionKey: keys.attacker.key, encrypt: {} },
    { signs: 'assertion' },
  ),
  'encrypted-in-a-response-that-nobody-signed': refused(
    'responseSigned',
    { ...unsigned, encrypt: {} },
    { signs: 'response' },
  ),
  'encrypted-with-another-assertion-inside': refused('nestedAssertion', {
    changeAssertion: insertAfter(
      'Conditions',
      saml('Advice', {}, assertionOf({ assertion: { id: '_assertion2' }, assertionKey: undefined })),
    ),
    encrypt: {},
  }),
  'encrypted-with-a-comment-in-the-name-id': refused('comment', { encrypt: divided }),
  'encrypted-two-assertions': refused('oneAssertion', {
    encrypt: {},
    changeResponse: append(
      saml('EncryptedAssertion', {}, encrypted(assertionOf({ assertion: { id: '_assertion2' } }))),
    ),
  }),
  'encrypted-in-extensions': refused('strayAssertion', {
    changeResponse: insertAfter(
      'Issuer',
      samlp('Extensions', {}, saml('EncryptedAssertion', {}, encrypted(assertionOf()))),
    ),
  }),
};

/** An assertion whose text is what our writer does not make: it is encrypted here by hand. */
function byHand(change: (text: string) => string): (assertion: XmlElement) => XmlElement {
  const value = (bytes: Buffer) => changeChild('CipherValue', (each) => withContent(each, [bytes.toString('base64')]));
  return (assertion) => {
    const [key, iv] = [randomBytes(32), randomBytes(12)];
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    const text = change(writeXml(assertion));
    const sealed = Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
    return chain(
      changeChild('CipherData', value(sealed)),
      changeChild(
        'KeyInfo',
        changeChild(
          'EncryptedKey',
          changeChild('CipherData', value(publicEncrypt({ key: ours, oaepHash: 'sha1' }, key))),
        ),
      ),
    )(encrypted(assertion));
  };
}

/** With a comment in a value. */
function divided(assertion: XmlElement): XmlElement {
  return byHand((text) => text.replace('>AAdzZWNyZXQx<', '>AAdz<!-- -->ZWNyZXQx<'))(assertion);
}

/** As senders write it that cut the text out of their message: the prefix is declared by what stood around it. */
export function withoutNamespace(assertion: XmlElement): XmlElement {
  return byHand((text) => text.replace(` xmlns:saml="${ns.saml}"`, ''))(assertion);
}
