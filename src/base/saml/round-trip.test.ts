// What we write is what we read: every message, metadata and artifact, with every field that they can have.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { loadXml, readXml, writeXml, type XmlElement } from '../xml/index.ts';
import {
  artifactText,
  parseArtifact,
  readArtifactResolve,
  readArtifactResponse,
  sourceIdOf,
  writeArtifactResolve,
  writeArtifactResponse,
} from './artifact.ts';
import type { Assertion } from './assertion.ts';
import type { AuthnRequest } from './authn-request.ts';
import { readLogoutRequest, readLogoutResponse, writeLogoutRequest, writeLogoutResponse } from './logout.ts';
import type { EntityDescriptor } from './metadata.ts';
import { bindings, ns, statusCodes } from './names.ts';
import { openArtifactContent, openMessage } from './open-message.ts';
import { readAssertion } from './read-assertion.ts';
import { readAuthnRequest } from './read-authn-request.ts';
import { readMetadata } from './read-metadata.ts';
import { readResponse, writeResponse } from './response.ts';
import { soapEnvelope } from './soap.ts';
import { writeAssertion } from './write-assertion.ts';
import { writeAuthnRequest } from './write-authn-request.ts';
import { writeEntitiesDescriptor, writeEntityDescriptor } from './write-metadata.ts';

before(loadXml);

function again(element: XmlElement): XmlElement {
  const read = readXml(writeXml(element));
  assert.ok(read.ok, read.ok ? '' : read.reason);
  return read.document.root;
}
/** Without the fields that are undefined: left out and unsaid are the same. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const same = (found: unknown, expected: unknown) => assert.deepEqual(plain(found), plain(expected));

const at = Date.UTC(2026, 10, 29, 9, 0, 0, 123);
const nasty = `<"&'>]]> å\u{1f600}`;
const nameId = { value: nasty, format: 'urn:f', nameQualifier: 'q', spNameQualifier: 's', spProvidedId: 'p' };
const common = {
  id: '_1',
  issueInstant: at,
  issuer: 'https://a.example',
  destination: 'https://b.example',
  consent: 'urn:c',
};
const status = { code: statusCodes.responder, second: statusCodes.noPassive, message: nasty };

const request: AuthnRequest = {
  ...common,
  assertionConsumerServiceUrl: 'https://a.example/acs?x=1&y="2"',
  protocolBinding: bindings.post,
  attributeConsumingServiceIndex: 3,
  providerName: nasty,
  forceAuthn: true,
  isPassive: true,
  subject: nameId,
  nameIdPolicy: { format: 'urn:f', spNameQualifier: 's', allowCreate: true },
  requestedAuthnContext: { comparison: 'minimum', classRefs: ['urn:x', 'urn:y'], declRefs: [] },
  scoping: {
    proxyCount: 2,
    idpList: [{ providerId: 'urn:idp', name: 'n', loc: 'https://idp.example' }],
    requesterIds: ['urn:r'],
  },
  principalSelection: [{ name: 'urn:oid:1', nameFormat: 'urn:n', value: nasty }],
  userMessage: {
    mimeType: 'text/markdown',
    messages: [
      { language: 'sv', text: nasty },
      { language: 'en', text: 'x' },
    ],
  },
};

const assertion: Assertion = {
  id: '_a',
  issueInstant: at,
  issuer: 'https://idp.example',
  subject: {
    nameId,
    confirmations: [
      {
        method: 'urn:m',
        data: {
          notBefore: at,
          notOnOrAfter: at + 1,
          recipient: 'https://r.example',
          inResponseTo: '_1',
          address: '::1',
        },
      },
      { method: 'urn:other' },
    ],
  },
  conditions: {
    notBefore: at,
    notOnOrAfter: at + 5,
    audienceRestrictions: [['a', 'b'], ['c']],
    oneTimeUse: true,
    proxyRestriction: { count: 1, audiences: ['d'] },
    notUnderstood: 0,
  },
  authnStatements: [
    {
      authnInstant: at,
      sessionIndex: nasty,
      sessionNotOnOrAfter: at,
      classRef: 'urn:c',
      authenticatingAuthorities: ['x'],
    },
    { authnInstant: at, declRef: 'urn:d', authenticatingAuthorities: [] },
  ],
  attributeStatements: [
    [
      { name: 'urn:oid:1', nameFormat: 'urn:n', friendlyName: nasty, values: [nasty, '', ' x '] },
      { name: 'urn:oid:2', values: [] },
    ],
  ],
};

const text = (language: string, words: string) => ({ language, text: words });
const role = {
  validUntil: at,
  cacheDurationMs: 3600_000,
  errorUrl: 'https://e.example/error',
  keys: [
    { use: 'signing', certificates: [Buffer.from('one'), Buffer.from('two')], encryptionMethods: [] },
    { certificates: [Buffer.from('both')], encryptionMethods: [{ algorithm: 'urn:a', digest: 'urn:d', mgf: 'urn:g' }] },
  ],
  uiInfo: {
    displayNames: [text('sv', 'Namn')],
    descriptions: [text('en', 'words')],
    informationUrls: [text('sv', 'https://i.example')],
    privacyStatementUrls: [text('sv', 'https://p.example')],
    keywords: [text('sv', 'a b')],
    logos: [{ url: 'https://l.example/1.png', width: 10, height: 20, language: 'sv' }],
  },
  scopes: [
    { value: 'a.example', regexp: false },
    { value: '.*', regexp: true },
  ],
  nameIdFormats: ['urn:f'],
  singleLogout: [
    { binding: bindings.post, location: 'https://a.example/slo', responseLocation: 'https://a.example/done' },
  ],
  artifactResolution: [{ binding: bindings.soap, location: 'https://a.example/art', index: 1, isDefault: true }],
} as const;
const entity: EntityDescriptor = {
  entityId: 'https://a.example/',
  id: '_m',
  validUntil: at,
  cacheDurationMs: 60_000,
  idp: {
    ...role,
    wantAuthnRequestsSigned: true,
    singleSignOn: [{ binding: bindings.redirect, location: 'https://a.example/sso' }],
    attributes: [{ name: 'urn:oid:1', values: [] }],
    requestedPrincipalSelection: [{ name: 'urn:oid:2', nameFormat: 'urn:n' }],
  },
  sp: {
    ...role,
    authnRequestsSigned: true,
    wantAssertionsSigned: true,
    assertionConsumer: [{ binding: bindings.post, location: 'https://a.example/acs', index: 0, isDefault: false }],
    attributeConsuming: [
      {
        index: 1,
        isDefault: true,
        names: [text('sv', 'n')],
        descriptions: [text('sv', 'd')],
        requestedAttributes: [{ name: 'urn:oid:1', friendlyName: 'f', isRequired: true, values: ['v'] }],
      },
    ],
    discoveryResponse: [{ binding: ns.idpdisc, location: 'https://a.example/ds', index: 1 }],
  },
  entityAttributes: [{ name: 'urn:cat', values: ['x', 'y'] }],
  registration: { authority: 'https://reg.example', instant: at, policies: [text('en', 'https://p.example')] },
  organization: { names: [text('sv', 'o')], displayNames: [text('sv', 'O')], urls: [text('sv', 'https://o.example')] },
  contacts: [
    { type: 'technical', company: 'c', givenName: 'g', surName: 's', emails: ['a@b.example'], telephones: ['1'] },
  ],
};

describe('round trips', () => {
  test('AuthnRequest', () => same(readAuthnRequest(again(writeAuthnRequest(request))), request));
  test('Assertion', () => same(readAssertion(again(writeAssertion(assertion))), assertion));
  test('Response', () => {
    const response = { ...common, inResponseTo: '_0', status };
    const read = readResponse(again(writeResponse({ ...response, assertion: writeAssertion(assertion) })));
    const { assertions, encryptedAssertions, ...envelope } = read;
    same(envelope, response);
    assert.equal(encryptedAssertions.length, 0);
    same(readAssertion(assertions[0]!), assertion);
  });
  test('LogoutRequest and LogoutResponse', () => {
    const logout = { ...common, nameId, sessionIndexes: [nasty, 'b'], notOnOrAfter: at, reason: 'urn:r' };
    same(readLogoutRequest(again(writeLogoutRequest(logout))), logout);
    const response = { ...common, inResponseTo: '_0', status };
    same(readLogoutResponse(again(writeLogoutResponse(response))), response);
  });
  test('EntityDescriptor, alone and in groups that end sooner', () => {
    same(readMetadata(again(writeEntityDescriptor(entity))).entities, [entity]);
    const inner = writeEntitiesDescriptor({ id: '_i', cacheDurationMs: 1000 }, [writeEntityDescriptor(entity)]);
    const group = writeEntitiesDescriptor({ id: '_g', name: 'g', validUntil: at - 1000 }, [inner]);
    const { entities, validUntil } = readMetadata(again(group));
    same(entities, [{ ...entity, validUntil: at - 1000, cacheDurationMs: 1000 }]);
    assert.equal(validUntil, at - 1000);
  });
  test('an entity that cannot be read costs its group nothing', () => {
    const broken = {
      ...entity,
      contacts: [{ ...entity.contacts[0]!, type: 'nobody' as 'other' }],
      entityId: 'urn:broken',
    };
    const group = writeEntitiesDescriptor({}, [broken, entity].map(writeEntityDescriptor));
    const { entities, unreadable } = readMetadata(again(group));
    assert.deepEqual([entities.length, unreadable], [1, [{ entityId: 'urn:broken', because: 'no right contactType' }]]);
  });
});

describe('artifacts', () => {
  const artifact = {
    endpointIndex: 258,
    sourceId: sourceIdOf('https://a.example'),
    messageHandle: Buffer.alloc(20, 7),
  };
  test('the text reads back; others are none', () => {
    assert.deepEqual(parseArtifact(artifactText(artifact)), artifact);
    const spoilt = Buffer.from(artifactText(artifact), 'base64');
    spoilt[1] = 1;
    for (const bad of ['', 'x', artifactText(artifact).slice(4), spoilt.toString('base64')])
      assert.equal(parseArtifact(bad), undefined, bad);
  });
  test('are resolved by SOAP, and what is inside is opened as a message of its own', () => {
    const resolve = { ...common, artifact: artifactText(artifact) };
    const asked = openMessage({ binding: 'soap', xml: soapEnvelope(writeArtifactResolve(resolve)) });
    assert.ok(asked.ok && asked.message.kind === 'ArtifactResolve');
    same(readArtifactResolve(asked.message.document.root), resolve);

    const response = { ...common, inResponseTo: '_1', status: { code: statusCodes.success } };
    const message = writeResponse({ ...response, id: '_2', assertion: writeAssertion(assertion) });
    const answer = openMessage({ binding: 'soap', xml: soapEnvelope(writeArtifactResponse({ ...response, message })) });
    assert.ok(answer.ok && answer.message.kind === 'ArtifactResponse');
    assert.equal(readArtifactResponse(answer.message.document.root).message?.local, 'Response');
    const inside = openArtifactContent(answer.message);
    assert.ok(inside?.ok && inside.message.kind === 'Response' && inside.message.claimedId === '_2');

    const empty = openMessage({ binding: 'soap', xml: soapEnvelope(writeArtifactResponse(response)) });
    assert.ok(empty.ok && openArtifactContent(empty.message) === undefined);
  });
  test('a Response by SOAP alone, a SOAP header that must be understood, and no envelope are refused', () => {
    const response = writeResponse({ ...common, status: { code: statusCodes.success } });
    const byItself = openMessage({ binding: 'soap', xml: soapEnvelope(response) });
    assert.ok(!byItself.ok && byItself.reason === 'wrongMessage');
    const header = soapEnvelope(response)
      .toString()
      .replace('<soap:Body>', '<soap:Header><x soap:mustUnderstand="1"></x></soap:Header><soap:Body>');
    for (const xml of [header, writeXml(response)]) {
      const opening = openMessage({ binding: 'soap', xml: Buffer.from(xml) });
      assert.ok(!opening.ok && opening.reason === 'structure');
    }
  });
});
