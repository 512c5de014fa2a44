// What is and is not a signature that counts: each check of the list has a forgery that passes without it (S1 to S7).
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { generateSigningKey } from '../jose/index.ts';
import {
  elementMaker,
  isSigned,
  loadXml,
  readXml,
  type SignatureExpected,
  type SignatureFault,
  verifySignature,
  withContent,
  writeXml,
  type XmlElement,
} from './index.ts';
import { envelopedTransform, exclusiveCanonical, signatureNamespace, xmlNamespace } from './names.ts';
import {
  assertionName,
  assertionOf,
  ds,
  type Forgery,
  forged,
  goodTransforms,
  issuer,
  privateKey,
  publicKey,
  responseWith,
  saml,
  transform,
} from './sample-documents.ts';
import { signatureChecks } from './verify-signature.ts';

before(loadXml);

const expected: SignatureExpected = { keys: [publicKey], which: 'root' };
const inResponse: SignatureExpected = { ...expected, which: assertionName };
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const other = generateSigningKey('RS256', { modulusBits: 2048 });
const good = assertionOf('Anna');

function judge(xml: string | XmlElement, given: SignatureExpected = expected, checks = signatureChecks) {
  const read = readXml(typeof xml === 'string' ? xml : writeXml(xml));
  assert.ok(read.ok, JSON.stringify(read));
  return verifySignature(read.document, given, checks);
}

const outcome = (...given: Parameters<typeof judge>): SignatureFault | 'verified' => {
  const result = judge(...given);
  return result.ok ? 'verified' : result.reason;
};

/** Changes children of one element of a signature, wherever it is. */
function changed(element: XmlElement, local: string, change: (element: XmlElement) => XmlElement): XmlElement {
  if (element.local === local && element.namespace === signatureNamespace) return change(element);
  return withContent(
    element,
    element.content.map((node) => (typeof node === 'string' ? node : changed(node, local, change))),
  );
}
const plus = (local: string, ...more: readonly (XmlElement | string)[]): Forgery => ({
  change: (signature) => changed(signature, local, (found) => withContent(found, [...found.content, ...more])),
});
const commentIn = (local: string) => writeXml(forged(good)).replace(`<ds:${local}>`, `$&<!---->`);
const inclusive = (PrefixList: string) => elementMaker('ec', exclusiveCanonical)('InclusiveNamespaces', { PrefixList });
const prefixList = (prefixes: string) => transform(exclusiveCanonical, inclusive(prefixes));
const unpaddedDigest = createHash('sha256').update(writeXml(good)).digest('base64').replace('=', '');
const [enveloped, canonical] = goodTransforms as [XmlElement, XmlElement];

/** Each is refused for its check, and passes when that check alone is taken out. */
const refused: readonly {
  readonly check: (typeof signatureChecks)[number]['name'];
  readonly what: string;
  readonly sent: string | XmlElement;
  readonly given?: SignatureExpected;
}[] = [
  {
    check: 'signature.several',
    what: 'a second Signature inside, which the first covers',
    sent: forged(withContent(good, [...good.content, ds('Signature')])),
  },
  {
    check: 'signature.object',
    what: 'S1: an Object in the signature, where another assertion could stand',
    sent: forged(good, plus('Signature', ds('Object', {}, assertionOf('Eva', '_b')))),
  },
  {
    check: 'signature.structure',
    what: 'S4: a second SignedInfo',
    sent: forged(good, {
      change: (signature) => withContent(signature, [...signature.content.toSpliced(1, 0, ds('SignedInfo'))]),
    }),
  },
  {
    check: 'signature.structure',
    what: 'S4: a second SignatureValue',
    sent: forged(good, plus('Signature', ds('SignatureValue', {}, 'AAAA'))),
  },
  {
    check: 'signature.structure',
    what: 'a second KeyInfo',
    sent: forged(good, plus('Signature', ds('KeyInfo'), ds('KeyInfo'))),
  },
  {
    check: 'signature.structure',
    what: 'text between the parts',
    sent: forged(good, plus('Signature', 'x')),
  },
  {
    check: 'signature.structure',
    what: 'a space between the parts that is none in XML',
    sent: forged(good, plus('Signature', '\u00a0')),
  },
  {
    check: 'signature.structure',
    what: 'an element of another kind',
    sent: forged(good, plus('Signature', saml('X'))),
  },
  { check: 'signature.comment', what: 'S4: a comment in DigestValue', sent: commentIn('DigestValue') },
  { check: 'signature.comment', what: 'S4: a comment in SignatureValue', sent: commentIn('SignatureValue') },
  { check: 'signature.comment', what: 'a comment in SignedInfo', sent: commentIn('SignedInfo') },
  {
    check: 'signature.canonicalization',
    what: 'inclusive canonical form of SignedInfo',
    sent: forged(good, { canonicalization: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315' }),
  },
  {
    check: 'signature.canonicalization',
    what: 'exclusive canonical form with comments',
    sent: forged(good, { canonicalization: `${exclusiveCanonical}WithComments` }),
  },
  {
    check: 'signature.algorithm',
    what: 'an algorithm that the caller does not allow',
    sent: forged(good),
    given: { ...expected, algorithms: new Set(['ES256', 'RS512'] as const) },
  },
  ...(['ID', 'Id', 'id', 'iD'] as const).map((name) => ({
    check: 'signature.duplicateId' as const,
    what: `S1: the same identifier as ${name} of another element`,
    sent: responseWith(saml('Advice', { [name]: '_a' }), forged(good)),
    given: inResponse,
  })),
  {
    check: 'signature.duplicateId',
    what: 'S1: the same identifier as xml:id of another element',
    sent: responseWith(
      saml('Advice', [{ prefix: 'xml', namespace: xmlNamespace, local: 'id', value: '_a' }]),
      forged(good),
    ),
    given: inResponse,
  },
  {
    check: 'signature.duplicateId',
    what: 'S1: the same identifier inside of what is signed',
    sent: forged(withContent(good, [...good.content, assertionOf('Eva')])),
  },
  { check: 'signature.reference', what: 'S1: a reference to another element', sent: forged(good, { uri: '#_b' }) },
  { check: 'signature.reference', what: 'a reference to the whole document', sent: forged(good, { uri: '' }) },
  { check: 'signature.reference', what: 'an XPointer', sent: forged(good, { uri: "#xpointer(id('_a'))" }) },
  {
    check: 'signature.reference',
    what: 'a reference to elsewhere',
    sent: forged(good, { uri: 'https://x.example/#_a' }),
  },
  { check: 'signature.reference', what: 'an empty ID', sent: forged(assertionOf('Anna', '')) },
  {
    check: 'signature.transforms',
    what: 'a third transform',
    sent: forged(good, { transforms: [...goodTransforms, transform('http://www.w3.org/2000/09/xmldsig#base64')] }),
  },
  {
    check: 'signature.transforms',
    what: 'no canonical form (which means inclusive)',
    sent: forged(good, { transforms: [enveloped] }),
  },
  { check: 'signature.transforms', what: 'not enveloped', sent: forged(good, { transforms: [canonical] }) },
  {
    check: 'signature.transforms',
    what: 'the wrong order',
    sent: forged(good, { transforms: [canonical, enveloped] }),
  },
  {
    check: 'signature.transforms',
    what: 'canonical form with comments',
    sent: forged(good, { transforms: [enveloped, transform(`${exclusiveCanonical}WithComments`)] }),
  },
  {
    check: 'signature.transforms',
    what: 'prefixes for the enveloped one',
    sent: forged(good, { transforms: [transform(envelopedTransform, inclusive('saml')), canonical] }),
  },
  {
    check: 'signature.transforms',
    what: 'S17: 49 prefixes',
    sent: forged(good, { transforms: [enveloped, transform(exclusiveCanonical, inclusive('p '.repeat(49)))] }),
  },
  {
    check: 'signature.transforms',
    what: 'one that has no algorithm',
    sent: forged(good, { transforms: [enveloped, ds('Transform')] }),
  },
  {
    check: 'signature.digestAlgorithm',
    what: 'a digest that the caller does not allow',
    sent: forged(good),
    given: { ...expected, digests: new Set(['sha512'] as const) },
  },
  {
    check: 'signature.digest',
    what: 'S6: a changed name',
    sent: writeXml(forged(good)).replace('Anna', 'Eva'),
  },
  { check: 'signature.digest', what: 'S4: an empty digest', sent: forged(good, { digest: '' }) },
  { check: 'signature.digest', what: 'a digest that is no base64', sent: forged(good, { digest: '*' }) },
  { check: 'signature.digest', what: 'a digest without its padding', sent: forged(good, { digest: unpaddedDigest }) },
  { check: 'signature.digest', what: 'a shorter digest', sent: forged(good, { digest: 'AAAA' }) },
  { check: 'signature.value', what: 'S2: signed by another key', sent: forged(good, { sign: other.key.sign }) },
  { check: 'signature.value', what: 'S5: no value', sent: forged(good, { sign: () => Buffer.alloc(0) }) },
  { check: 'signature.value', what: 'a value of zeros', sent: forged(good, { sign: () => Buffer.alloc(256) }) },
  {
    check: 'signature.value',
    what: 'SignedInfo changed after it was signed',
    sent: forged(good, {
      change: (signature) =>
        changed(signature, 'SignedInfo', (found) => ds('SignedInfo', { Id: '_s' }, ...found.content)),
    }),
  },
  {
    check: 'signature.key',
    what: 'RSA of 1024 bits',
    sent: forged(good, { sign: (octets) => sign('sha256', octets, weak.privateKey) }),
    given: { ...expected, keys: [weak.publicKey] },
  },
  {
    check: 'signature.key',
    what: 'RSA of 1024 bits beside a strong key',
    sent: forged(good, { sign: (octets) => sign('sha256', octets, weak.privateKey) }),
    given: { ...expected, keys: [publicKey, weak.publicKey] },
  },
];

describe('signature', () => {
  for (const { check, what, sent, given } of refused) {
    test(`refused for ${check}: ${what}; accepted without that check`, () => {
      assert.equal(outcome(sent, given), check);
      const without = signatureChecks.filter(({ name }) => name !== check);
      assert.equal(without.length, signatureChecks.length - 1);
      assert.equal(outcome(sent, given, without), 'verified');
    });
  }

  test('every check of the list has a case above', () => {
    assert.deepEqual(new Set(refused.map(({ check }) => check)), new Set(signatureChecks.map(({ name }) => name)));
  });

  const more = 'http://www.w3.org/2001/04/xmldsig-more#';
  const sha1 = 'http://www.w3.org/2000/09/xmldsig#sha1';
  const digestSha1 = createHash('sha1').update(writeXml(good)).digest('base64');
  const rsaSha1 = {
    method: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
    sign: (octets: Buffer) => sign('sha1', octets, privateKey),
  };
  const hmac = `${more}hmac-sha256`;
  const xslt = transform('http://www.w3.org/TR/1999/REC-xslt-19991116', saml('stylesheet'));
  for (const [what, sent, reason] of [
    ['no signature', good, 'signature.missing'],
    [
      'S7: only the assertion is signed, and the response is asked for',
      responseWith(forged(good)),
      'signature.missing',
    ],
    ['S1: a signature further inside', saml('X', { ID: '_x' }, saml('Y', {}, forged(good))), 'signature.missing'],
    ['SHA-1 as signature', forged(good, rsaSha1), 'signature.algorithm'],
    ['SHA-1 as digest', forged(good, { digestMethod: sha1, digest: digestSha1 }), 'signature.digestAlgorithm'],
    ['HMAC with our public key', forged(good, { method: hmac }), 'signature.algorithm'],
    ['an algorithm of another hash than the value', forged(good, { method: `${more}rsa-sha512` }), 'signature.value'],
    ['ECDSA named for an RSA key', forged(good, { method: `${more}ecdsa-sha256` }), 'signature.value'],
    [
      'no SignedInfo',
      forged(good, { change: () => ds('Signature', {}, ds('SignatureValue', {}, 'AAAA')) }),
      'signature.structure',
    ],
    ['nothing in the signature', forged(good, { change: () => ds('Signature') }), 'signature.structure'],
    [
      'S4: a second Reference',
      forged(good, plus('SignedInfo', ds('Reference', { URI: '#_r' }))),
      'signature.structure',
    ],
    ['S4: a second DigestValue', forged(good, plus('Reference', ds('DigestValue'))), 'signature.structure'],
    ['S4: an element in DigestValue', forged(good, plus('DigestValue', ds('X'))), 'signature.structure'],
    ['a transform with content', forged(good, { transforms: [enveloped, canonical, xslt] }), 'signature.structure'],
    ['HMACOutputLength', forged(good, plus('SignatureMethod', ds('HMACOutputLength', {}, '0'))), 'signature.structure'],
  ] as const) {
    test(`refused: ${what}`, () => assert.equal(outcome(sent), reason));
  }

  test('S1, S7: two assertions are none, wherever the signed one stands', () => {
    const [signed, evil] = [forged(good), assertionOf('Eva', '_b')];
    assert.equal(outcome(responseWith(signed, evil), inResponse), 'signature.target');
    assert.equal(outcome(responseWith(evil, signed), inResponse), 'signature.target');
    assert.equal(outcome(responseWith(), inResponse), 'signature.target');
    assert.equal(outcome(responseWith(saml('Extensions', {}, signed), evil), inResponse), 'signature.missing');
  });

  test('S1: an assertion that holds the signature of the one inside of it', () => {
    const signed = forged(good);
    const [, signature = ''] = signed.content;
    const around = saml('Assertion', { ID: '_b' }, issuer, signature, good);
    assert.equal(outcome(around), 'signature.reference');
    const sameId = saml('Assertion', { ID: '_a' }, issuer, signature, good);
    assert.equal(outcome(sameId), 'signature.duplicateId');
  });

  test('S2: a key in KeyInfo is never read', () => {
    const { n = '' } = other.privateKey.export({ format: 'jwk' });
    const modulus = ds('Modulus', {}, Buffer.from(n, 'base64url').toString('base64'));
    const keyInfo = ds('KeyInfo', {}, ds('KeyValue', {}, ds('RSAKeyValue', {}, modulus, ds('Exponent', {}, 'AQAB'))));
    assert.equal(outcome(forged(good, { sign: other.key.sign, ...plus('Signature', keyInfo) })), 'signature.value');
    assert.equal(outcome(forged(good, plus('Signature', keyInfo))), 'verified');
    assert.equal(outcome(forged(good), { ...expected, keys: [] }), 'signature.value');
  });

  test('S6, S8: what comes back is what was digested: no signature, whole texts, nothing from around it', () => {
    const xml = writeXml(responseWith(forged(good))).replace('Anna', 'An<!-- cut -->na');
    const result = judge(xml, inResponse);
    assert.ok(result.ok);
    const { element } = result.verified;
    assert.equal(writeXml(element), writeXml(good));
    assert.equal(isSigned(element), false);
    assert.ok(Object.isFrozen(element) && Object.isFrozen(element.content) && Object.isFrozen(result.verified));
  });

  test('the prefixes of a list are a part of what is signed', () => {
    const typed = '<saml:AttributeValue xsi:type="xs:string">Åsa';
    const declared =
      ' xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
    const xml = (prefixes: string, digest: string) =>
      writeXml(forged(good, { transforms: [enveloped, prefixList(prefixes)], digest }))
        .replace('<saml:Assertion', `$&${declared}`)
        .replace('<saml:AttributeValue>Åsa', typed);
    const octets = writeXml(good)
      .replace('<saml:Assertion', `$&`)
      .replace(/ ID=/, ` xmlns:xs="http://www.w3.org/2001/XMLSchema"$&`)
      .replace(
        '<saml:AttributeValue>Åsa',
        typed.replace(' xsi', ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi'),
      );
    const digest = createHash('sha256').update(octets).digest('base64');
    assert.equal(outcome(xml('xs', digest)), 'verified');
    assert.equal(outcome(xml('xs unknown', digest)), 'verified');
    assert.equal(outcome(xml('xs', digest).replace('2001/XMLSchema"', '2009/XMLSchema"')), 'signature.digest');
    assert.equal(outcome(xml('', digest)), 'signature.digest');
  });
});
