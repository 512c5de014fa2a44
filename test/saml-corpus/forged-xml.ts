// Faults below the level of SAML: documents, encodings, algorithms, and keys that a message brings along.
import { createHash, createSign } from 'node:crypto';
import { ns } from '../../src/base/saml/index.ts';
import { withContent, writeXml, type XmlElement } from '../../src/base/xml/index.ts';
import {
  assertionOf,
  type Case,
  changeChild,
  child,
  ds,
  insertAfter,
  keys,
  refused,
  responseOf,
  withAttribute,
} from './ground.ts';

const text = (): string => writeXml(responseOf());
const response = (reason: string, xml: string, more: Partial<Case> = {}): Case => ({
  kind: 'response',
  xml,
  ...more,
  expect: { reason },
});
const posted = (reason: string, ...fields: readonly (readonly [string, string])[]): Case => ({
  kind: 'response',
  post: fields,
  expect: { reason },
});
const encoded = (): string => Buffer.from(text()).toString('base64');

/** A signature with the provider's right key, by an algorithm of the caller's choice. */
function signedBy(
  element: XmlElement,
  given: { readonly method: string; readonly digest: string; readonly hash: string },
): XmlElement {
  const id = element.attributes.find(({ local }) => local === 'ID')?.value ?? '';
  const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
  const info = ds(
    'SignedInfo',
    {},
    ds('CanonicalizationMethod', { Algorithm: exclusive }),
    ds('SignatureMethod', { Algorithm: given.method }),
    ds(
      'Reference',
      { URI: `#${id}` },
      ds(
        'Transforms',
        {},
        ds('Transform', { Algorithm: `${ns.ds}enveloped-signature` }),
        ds('Transform', { Algorithm: exclusive }),
      ),
      ds('DigestMethod', { Algorithm: given.digest }),
      ds('DigestValue', {}, createHash(given.hash).update(writeXml(element)).digest('base64')),
    ),
  );
  const value = createSign(given.hash).update(writeXml(info)).sign(keys.provider.privateKey, 'base64');
  return insertAfter('Issuer', ds('Signature', {}, info, ds('SignatureValue', {}, value)))(element);
}

const sha1 = { method: `${ns.ds}rsa-sha1`, digest: `${ns.ds}sha1`, hash: 'sha1' };
const sha1Digest = { method: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha1', digest: `${ns.ds}sha1`, hash: 'sha1' };
const assertionBy = (how: typeof sha1): XmlElement =>
  responseOf({
    responseKey: undefined,
    assertionKey: undefined,
    changeAssertion: (assertion) => signedBy(assertion, how),
  });

const doctype = '<!DOCTYPE r [<!ENTITY e "attacker">]>';
const bomb = `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>`;
const keyOfTheAttacker = ds('KeyInfo', {}, ds('KeyName', {}, 'use this one'));

export const forgedDocuments: Readonly<Record<string, Case>> = {
  'doctype-with-an-entity': response('xml.doctype', doctype + text()),
  'doctype-with-a-bomb': response('xml.doctype', bomb + text()),
  'doctype-from-outside': response('xml.doctype', `<!DOCTYPE r SYSTEM "file:///etc/passwd">${text()}`),
  'processing-instruction': response('xml.instruction', text().replace('<saml:Subject>', '<?php x?><saml:Subject>')),
  'not-well-formed': response('xml.notWellFormed', text().slice(0, -4)),
  'two-documents': response('xml.notWellFormed', text() + text()),
  'utf-16': {
    kind: 'response',
    base64: Buffer.from(`\ufeff${text()}`, 'utf16le').toString('base64'),
    expect: { reason: 'xml.encoding' },
  },
  'declares-latin-1': response('xml.encoding', `<?xml version="1.0" encoding="ISO-8859-1"?>${text()}`),
  'too-deep': response('xml.tooDeep', '<a>'.repeat(200) + '</a>'.repeat(200)),
  'base64-with-other-letters': posted('notEncoded', [
    'SAMLResponse',
    `${encoded().slice(0, -8)}!!!!${encoded().slice(-4)}`,
  ]),
  'base64-without-padding': posted('notEncoded', [
    'SAMLResponse',
    Buffer.from(`${text()}${' '.repeat(text().length % 3 === 0 ? 1 : 0)}`)
      .toString('base64')
      .replace(/=+$/, ''),
  ]),
  'field-twice': posted('repeatedParameter', ['SAMLResponse', encoded()], ['SAMLResponse', encoded()]),
  'request-and-response': posted('twoMessages', ['SAMLRequest', encoded()], ['SAMLResponse', encoded()]),
  'no-message': posted('noMessage', ['RelayState', 'x']),
  'relay-state-without-end': posted('relayState', ['SAMLResponse', encoded()], ['RelayState', 'x'.repeat(2049)]),
  'signature-sha1': response('assertionSignature', writeXml(assertionBy(sha1)), { signs: 'assertion' }),
  'signature-of-no-algorithm': response('assertionSignature', writeXml(assertionBy(sha1Digest)), {
    signs: 'assertion',
  }),
  'digest-sha1': response(
    'assertionSignature',
    writeXml(
      assertionBy({
        method: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
        digest: `${ns.ds}sha1`,
        hash: 'sha256',
      }),
    ),
    { signs: 'assertion' },
  ),
  'key-that-the-message-brings': refused(
    'assertionSignature',
    {
      responseKey: undefined,
      assertionKey: keys.attacker.key,
      changeSigned: changeChild('Signature', (signature) =>
        withContent(signature, [...signature.content, keyOfTheAttacker]),
      ),
    },
    { signs: 'assertion' },
  ),
  'comment-in-the-digest': response(
    'assertionSignature',
    writeXml(responseOf({ responseKey: undefined })).replace(/<ds:DigestValue>(.{4})/, '<ds:DigestValue>$1<!-- -->'),
    { signs: 'assertion' },
  ),
  'two-signed-infos': refused(
    'assertionSignature',
    {
      responseKey: undefined,
      changeSigned: changeChild('Signature', (signature) =>
        withContent(signature, [child(signature, 'SignedInfo'), ...signature.content]),
      ),
    },
    { signs: 'assertion' },
  ),
  'reference-to-the-whole-document': refused(
    'assertionSignature',
    {
      responseKey: undefined,
      changeSigned: changeChild(
        'Signature',
        changeChild('SignedInfo', changeChild('Reference', withAttribute('URI', ''))),
      ),
    },
    { signs: 'assertion' },
  ),
  'two-signatures': refused(
    'structure',
    {
      responseKey: undefined,
      changeSigned: (assertion) => insertAfter('Signature', child(assertionOf(), 'Signature'))(assertion),
    },
    { signs: 'assertion' },
  ),
};
