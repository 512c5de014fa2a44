// The schemas of OASIS, as Debian's opensaml has them, against what we write: every message and metadata is valid by them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  XmlBufferInputProvider,
  XmlDocument,
  XsdValidator,
  xmlCleanupInputProvider,
  xmlRegisterInputProvider,
} from 'libxml2-wasm';
import { readRedirect } from '../../src/base/saml/index.ts';
import { requireDebian } from '../support/index.ts';

const corpus = join(import.meta.dirname, '..', 'corpus', 'valid', 'saml');
const saml = '/usr/share/xml/opensaml';
const tooling = '/usr/share/xml/xmltooling';
/** Without its DOCTYPE, which names a DTD elsewhere. */
const schema = (path: string) =>
  Buffer.from(readFileSync(path, 'utf8').replace(/<!DOCTYPE[^[>]*(\[[^\]]*\])?\s*>/, ''));

describe('schemas', { skip: requireDebian('libapache2-mod-shib') ?? false }, () => {
  let validator: XsdValidator;
  before(() => {
    const files = {
      'saml-schema-assertion-2.0.xsd': schema(`${saml}/saml-schema-assertion-2.0.xsd`),
      'saml-schema-protocol-2.0.xsd': schema(`${saml}/saml-schema-protocol-2.0.xsd`),
      'saml-schema-metadata-2.0.xsd': schema(`${saml}/saml-schema-metadata-2.0.xsd`),
      'http://www.w3.org/TR/2002/REC-xmldsig-core-20020212/xmldsig-core-schema.xsd': schema(
        `${tooling}/xmldsig-core-schema.xsd`,
      ),
      'http://www.w3.org/TR/2002/REC-xmlenc-core-20021210/xmldsig-core-schema.xsd': schema(
        `${tooling}/xmldsig-core-schema.xsd`,
      ),
      'http://www.w3.org/TR/2002/REC-xmlenc-core-20021210/xenc-schema.xsd': schema(`${tooling}/xenc-schema.xsd`),
      'xenc11-schema.xsd': schema(`${tooling}/xenc11-schema.xsd`),
      'xenc-schema.xsd': schema(`${tooling}/xenc-schema.xsd`),
      'xmldsig-core-schema.xsd': schema(`${tooling}/xmldsig-core-schema.xsd`),
      'http://www.w3.org/2001/xml.xsd': schema(`${tooling}/xml.xsd`),
    };
    assert.ok(xmlRegisterInputProvider(new XmlBufferInputProvider(files)));
    const all = XmlDocument.fromString(
      `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
        <xs:import namespace="urn:oasis:names:tc:SAML:2.0:protocol" schemaLocation="saml-schema-protocol-2.0.xsd"/>
        <xs:import namespace="urn:oasis:names:tc:SAML:2.0:metadata" schemaLocation="saml-schema-metadata-2.0.xsd"/>
        <xs:import namespace="http://www.w3.org/2009/xmlenc11#" schemaLocation="xenc11-schema.xsd"/>
      </xs:schema>`,
    );
    validator = XsdValidator.fromDoc(all);
  });
  after(() => {
    validator.dispose();
    xmlCleanupInputProvider();
  });

  /** The message inside of a SOAP envelope, whose own schema is not among these. */
  const inEnvelope = (xml: string | undefined): string | undefined =>
    /^<soap:Envelope [^>]*><soap:Body>([\s\S]+)<\/soap:Body>/.exec(xml ?? '')?.[1];

  const check = (xml: string) => {
    const document = XmlDocument.fromString(xml);
    try {
      validator.validate(document);
    } finally {
      document.dispose();
    }
  };

  // An artifact by itself is no XML.
  for (const name of readdirSync(corpus).filter((each) => !each.startsWith('_') && each !== 'artifact.json'))
    test(name.slice(0, -5), () => {
      const { xml, post, redirect } = JSON.parse(readFileSync(join(corpus, name), 'utf8'));
      const posted = post?.find(([field]: [string]) => field === 'SAMLResponse')?.[1];
      const read = redirect === undefined ? undefined : readRedirect(redirect);
      if (read?.ok) check(read.received.xml.toString());
      else check(inEnvelope(xml) ?? xml ?? Buffer.from(posted, 'base64').toString());
    });

  test('and they do refuse', () => {
    const { xml } = JSON.parse(readFileSync(join(corpus, 'two-audiences.json'), 'utf8'));
    assert.throws(() => check(xml.replace('Version="2.0"', '')));
    assert.throws(() => check(xml.replace('<saml:Subject>', '<saml:Advice/><saml:Subject>')));
  });
});
