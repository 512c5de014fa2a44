// An assertion that is shown long after: whose signature it bears, and that nothing but what was signed is read.
import assert from 'node:assert/strict';
import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { generateSigningKey } from '../jose/index.ts';
import { encryptElement, loadXml, writeXml, type XmlElement } from '../xml/index.ts';
import { statusCodes } from './names.ts';
import { writeResponse } from './response.ts';
import { readShownAssertion, type ShownSignature } from './shown-assertion.ts';
import { signMessage } from './sign-message.ts';
import { writeAssertion } from './write-assertion.ts';

const at = Date.UTC(2026, 10, 29);
const issuer = 'https://hub.example/saml/metadata';
const make = () => {
  const { key, privateKey } = generateSigningKey('RS256', { modulusBits: 2048 });
  return { key, publicKey: createPublicKey(privateKey) };
};
const [old, ours, other] = [make(), make(), make()];
const keysOf = (named: string): readonly KeyObject[] => (named === issuer ? [old.publicKey, ours.publicKey] : []);

const plain = (name = 'anna', from = issuer): XmlElement =>
  writeAssertion({
    id: `_${name}`,
    issueInstant: at,
    issuer: from,
    subject: { nameId: { value: name }, confirmations: [] },
    authnStatements: [],
    attributeStatements: [],
  });
const response = (content: Partial<Parameters<typeof writeResponse>[0]>): XmlElement =>
  writeResponse({ id: '_r', issueInstant: at, issuer, status: { code: statusCodes.success }, ...content });

const read = (xml: string) => readShownAssertion(Buffer.from(xml), keysOf);
const signatureOf = (xml: string): ShownSignature => {
  const shown = read(xml);
  assert.ok(shown.ok, shown.ok ? '' : shown.because);
  return shown.value.signature;
};
const faultOf = (xml: string): string | undefined => {
  const signature = signatureOf(xml);
  return 'fault' in signature ? signature.fault : undefined;
};

describe('an assertion that is shown', () => {
  before(loadXml);
  const signed = (element: XmlElement, { key } = ours) => signMessage(element, key);
  const text = {
    alone: () => writeXml(signed(plain())),
    within: () => writeXml(response({ assertion: signed(plain()) })),
    around: () => writeXml(signed(response({ assertion: plain() }))),
    both: () => writeXml(signed(response({ assertion: signed(plain()) }))),
  };

  for (const [name, xml] of Object.entries(text)) {
    test(`signed ${name}: who says what, and the digest that the trail keeps`, () => {
      const shown = read(xml());
      assert.ok(shown.ok && !shown.value.encrypted);
      assert.deepEqual(shown.value.signature, { key: ours.publicKey });
      assert.equal(shown.value.assertion.subject?.nameId?.value, 'anna');
      assert.equal(hash('sha256', shown.value.text), hash('sha256', writeXml(plain())));
    });
    test(`signed ${name}: with a word changed`, () =>
      assert.equal(faultOf(xml().replace('>anna<', '>bengt<')), 'changed'));
  }
  test('with a key that is retired', () =>
    assert.deepEqual(signatureOf(writeXml(signed(plain(), old))), { key: old.publicKey }));
  test('with a key that is not ours', () => assert.equal(faultOf(writeXml(signed(plain(), other))), 'foreign'));
  test('of an issuer that has no key here', () =>
    assert.equal(faultOf(writeXml(signed(plain('anna', 'https://other.example')))), 'foreign'));
  test('without a signature', () => assert.equal(faultOf(writeXml(plain())), 'unsigned'));
  test('a Response that was changed around a right assertion', () =>
    assert.equal(faultOf(text.both().replace('ID="_r"', 'ID="_r" Consent="urn:x"')), 'changed'));
  test('a Response of somebody else around a right assertion', () =>
    assert.equal(faultOf(writeXml(signed(response({ assertion: signed(plain()) }), other))), 'foreign'));

  test('encrypted: the Response around it alone', () => {
    const encryptedData = encryptElement(signed(plain()), { recipient: other.publicKey });
    const shown = read(writeXml(signed(response({ encryptedData }))));
    assert.ok(shown.ok && shown.value.encrypted);
    assert.deepEqual([shown.value.id, shown.value.signature], ['_r', { key: ours.publicKey }]);
    assert.equal(faultOf(writeXml(response({ encryptedData }))), 'unsigned');
  });

  const moved = () => writeXml(plain('eve')).replace('</saml:Assertion>', `${text.alone()}</saml:Assertion>`);
  for (const [what, xml] of [
    ['a signed assertion inside of another', moved],
    ['two assertions', () => text.within().replace('</samlp:Response>', `${writeXml(plain('eve'))}</samlp:Response>`)],
    ['a Response that says no', () => writeXml(signed(response({ status: { code: statusCodes.responder } })))],
    ['another message', () => '<x xmlns="urn:x"/>'],
    ['a document type', () => `<!DOCTYPE x>${text.alone()}`],
    ['no XML', () => '<'],
  ] as const) {
    test(`refused: ${what}`, () => assert.equal(read(xml()).ok, false));
  }
});
