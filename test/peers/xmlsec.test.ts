// xmlsec1 from Debian against base/xml, both ways: what we sign and encrypt it takes, what it makes we take (K1, K7).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { generateSigningKey } from '../../src/base/jose/index.ts';
import {
  type ContentCipher,
  decryptElement,
  elementMaker,
  encryptElement,
  loadXml,
  onlyChild,
  readXml,
  signElement,
  verifySignature,
  writeXml,
  type XmlElement,
} from '../../src/base/xml/index.ts';
import { requireDebian, temporaryFolder } from '../support/index.ts';

const samlNamespace = 'urn:oasis:names:tc:SAML:2.0:assertion';
const saml = elementMaker('saml', samlNamespace);
const samlp = elementMaker('samlp', 'urn:oasis:names:tc:SAML:2.0:protocol');
const issuerName = { namespace: samlNamespace, local: 'Issuer' };
const issuer = saml('Issuer', {}, 'https://idp.example');
const assertion = saml(
  'Assertion',
  { ID: '_a', Version: '2.0' },
  issuer,
  saml('Subject', {}, saml('NameID', {}, 'Åsa & <Öl> "\u{1F600}"\r\n\t')),
);
const response = (...content: readonly XmlElement[]) =>
  samlp('Response', { ID: '_r', Version: '2.0' }, issuer, ...content);

const signers = [
  ...(['RS256', 'RS384', 'RS512'] as const).map((alg) => generateSigningKey(alg, { modulusBits: 2048 })),
  ...(['ES256', 'ES384', 'ES512'] as const).map((alg) => generateSigningKey(alg)),
];
const rsa = signers[0] as (typeof signers)[number];
const publicOf = ({ privateKey }: { privateKey: KeyObject }) => createPublicKey(privateKey);

describe('xmlsec1', { skip: requireDebian('xmlsec1') ?? false }, () => {
  const folder = temporaryFolder('xmlsec');
  before(loadXml);
  after(() => folder.remove());

  const file = (name: string, content: string | Buffer): string => {
    const path = join(folder.path, name);
    writeFileSync(path, content);
    return path;
  };
  const publicFile = (key: KeyObject) => file('public.pem', key.export({ type: 'spki', format: 'pem' }));
  const privateFile = (key: KeyObject) => file('private.pem', key.export({ type: 'pkcs8', format: 'pem' }));
  const ids = ['Assertion', 'Response'].flatMap((name) => ['--id-attr:ID', name]);
  function xmlsec(...given: readonly string[]): { readonly ok: boolean; readonly out: string } {
    const { status, stdout, stderr } = spawnSync('xmlsec1', given, { encoding: 'utf8', timeout: 20_000 });
    return { ok: status === 0, out: status === 0 ? stdout : stderr };
  }
  const accepts = (xml: string, key: KeyObject): boolean =>
    xmlsec('--verify', '--pubkey-pem', publicFile(key), ...ids, file('signed.xml', xml)).ok;
  const verified = (xml: string, key: KeyObject) => {
    const read = readXml(xml);
    assert.ok(read.ok, JSON.stringify(read));
    return verifySignature(read.document, { keys: [key], which: 'root' });
  };

  for (const signer of signers) {
    test(`verifies what we sign with ${signer.key.alg}, and nothing changed`, () => {
      for (const digest of ['sha256', 'sha384', 'sha512'] as const) {
        const signed = signElement(response(assertion), { key: signer.key, digest, after: issuerName });
        const xml = writeXml(signed);
        assert.ok(accepts(xml, publicOf(signer)));
        assert.ok(!accepts(xml.replace('Öl', 'Ol'), publicOf(signer)));
      }
    });

    test(`signs with ${signer.key.alg} what we verify, and nothing changed`, () => {
      const template = signElement(response(assertion), { key: signer.key, after: issuerName });
      // Its own values in place of ours, in a document as others write them.
      const xml = writeXml(template)
        .replace(/(<ds:(?:Digest|Signature)Value>)[^<]*/g, '$1')
        .replace(
          '<samlp:Response',
          '<?xml version="1.0"?>\n<!-- x --><samlp:Response xmlns:xs="http://www.w3.org/2001/XMLSchema"',
        )
        .replace('Åsa', '<!-- y --><![CDATA[Å]]>s&#97;')
        .replaceAll('<ds:Transform ', '\n  <ds:Transform ');
      const made = xmlsec('--sign', '--privkey-pem', privateFile(signer.privateKey), ...ids, file('template.xml', xml));
      assert.ok(made.ok, made.out);
      const result = verified(made.out, publicOf(signer));
      assert.ok(result.ok, JSON.stringify(result));
      assert.equal(writeXml(result.verified.element), writeXml(response(assertion)));
      assert.deepEqual(verified(made.out.replace('//idp.', '//idq.'), publicOf(signer)), {
        ok: false,
        reason: 'signature.digest',
      });
    });
  }

  test('signs with a prefix list, as OpenSAML does for xsi:type', () => {
    const list =
      '<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="xs #default"/>';
    const xml = writeXml(signElement(response(assertion), { key: rsa.key, after: issuerName }))
      .replace(/(<ds:(?:Digest|Signature)Value>)[^<]*/g, '$1')
      .replace(/(xml-exc-c14n#")><\/ds:Transform>/, `$1>${list}</ds:Transform>`)
      .replace(/(xml-exc-c14n#")><\/ds:CanonicalizationMethod>/, `$1>${list}</ds:CanonicalizationMethod>`)
      .replace('<samlp:Response', '$& xmlns="urn:default" xmlns:xs="http://www.w3.org/2001/XMLSchema"');
    const made = xmlsec('--sign', '--privkey-pem', privateFile(rsa.privateKey), ...ids, file('template.xml', xml));
    assert.ok(made.ok, made.out);
    assert.ok(verified(made.out, publicOf(rsa)).ok);
    assert.ok(!verified(made.out.replace('2001/XMLSchema"', '2002/XMLSchema"'), publicOf(rsa)).ok, 'xs is signed too');
  });

  test('verifies the assertion and the response around it', () => {
    const inner = signElement(assertion, { key: rsa.key, after: issuerName });
    const both = writeXml(signElement(response(inner), { key: rsa.key, after: issuerName }));
    assert.ok(accepts(both, publicOf(rsa)));
    const innerAlone = writeXml(response(inner));
    assert.ok(accepts(innerAlone, publicOf(rsa)));
  });

  const ciphers = ['aes128-gcm', 'aes256-gcm', 'aes128-cbc', 'aes192-cbc', 'aes256-cbc'] as const;
  const holderOf = (data: XmlElement) => saml('EncryptedAssertion', {}, data);

  for (const content of ciphers) {
    test(`decrypts what we encrypt with ${content}`, () => {
      const data = encryptElement(assertion, { recipient: publicOf(rsa), content });
      const made = xmlsec(
        '--decrypt',
        '--privkey-pem',
        privateFile(rsa.privateKey),
        file('data.xml', writeXml(holderOf(data))),
      );
      assert.ok(made.ok, made.out);
      const read = readXml(made.out);
      assert.ok(read.ok);
      assert.equal(writeXml(read.document.root), writeXml(holderOf(assertion)));
    });

    test(`encrypts with ${content} what we decrypt`, () => {
      const made = encryptedByXmlsec(content);
      const signed = writeXml(signElement(response(made), { key: rsa.key, after: issuerName }));
      const result = verified(signed, publicOf(rsa));
      assert.ok(result.ok, JSON.stringify(result));
      const holder = onlyChild(result.verified.element, { namespace: samlNamespace, local: 'EncryptedAssertion' });
      assert.ok(holder);
      const decrypted = decryptElement(holder, { keys: [rsa.privateKey], enclosing: result.verified });
      assert.ok(decrypted.ok, JSON.stringify(decrypted));
      assert.equal(writeXml(decrypted.document.root), writeXml(assertion));
    });
  }

  function encryptedByXmlsec(content: ContentCipher): XmlElement {
    const data = encryptElement(assertion, { recipient: publicOf(rsa), content });
    const template = writeXml(data).replace(/(<xenc:CipherValue>)[^<]*/g, '$1');
    const made = xmlsec(
      ...['--encrypt', '--pubkey-pem', publicFile(publicOf(rsa)), '--session-key', `aes-${content.slice(3, 6)}`],
      ...['--xml-data', file('plain.xml', writeXml(holderOf(assertion))), '--node-name', `${samlNamespace}:Assertion`],
      file('template.xml', template),
    );
    assert.ok(made.ok, made.out);
    const read = readXml(made.out);
    assert.ok(read.ok);
    return read.document.root;
  }
});
