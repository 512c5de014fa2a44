// Artifacts, and the two messages that resolve them, right ones and with one thing wrong: a reference says nothing, so what it stands for is judged twice.
import {
  type ArtifactResolve,
  type ArtifactResponse,
  artifactText,
  signMessage,
  soapEnvelope,
  sourceIdOf,
  statusCodes,
  writeArtifactResolve,
  writeArtifactResponse,
} from '../../src/base/saml/index.ts';
import { withContent, writeXml, type XmlElement } from '../../src/base/xml/index.ts';
import {
  applicationId,
  artifactRequestId,
  artifactUrl,
  assertionOf,
  type Case,
  insertAfter,
  keys,
  minuteMs,
  now,
  ownEntityId,
  providerId,
  responseOf,
  samlp,
  secondMs,
  withAttribute,
} from './ground.ts';

const another = 'https://other.example/metadata';
const artifactOf = (entityId: string, endpointIndex: number): string =>
  artifactText({ endpointIndex, sourceId: sourceIdOf(entityId), messageHandle: Buffer.alloc(20, 7) });
const ofProvider = artifactOf(providerId, 3);
const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64');
const ofType1 = bytesOf(ofProvider).fill(1, 1, 2).toString('base64');

const brought = (reason: string, ...post: readonly (readonly [string, string])[]): Case => ({
  kind: 'artifact',
  post,
  expect: { reason },
});
const artifacts: Readonly<Record<string, Case>> = {
  'artifact-of-another-entity': brought('sourceId', ['SAMLart', artifactOf(another, 3)]),
  'artifact-to-resolve-at-another-place': brought('endpointIndex', ['SAMLart', artifactOf(providerId, 4)]),
  'artifact-of-saml-1.1': brought('artifact', ['SAMLart', ofType1]),
  'artifact-too-short': brought('artifact', ['SAMLart', bytesOf(ofProvider).subarray(0, 43).toString('base64')]),
  'artifact-too-long': brought('artifact', [
    'SAMLart',
    Buffer.concat([bytesOf(ofProvider), Buffer.of(0)]).toString('base64'),
  ]),
  'artifact-not-in-base64': brought('artifact', ['SAMLart', `${ofProvider.slice(0, -1)}*`]),
  'artifact-twice': brought('repeatedParameter', ['SAMLart', ofProvider], ['SAMLart', ofProvider]),
  'artifact-beside-a-response': brought('twoMessages', ['SAMLart', ofProvider], ['SAMLResponse', 'AAAA']),
  'artifact-missing': brought('noMessage', ['RelayState', 'r1']),
};

type Key = typeof keys.provider.key;
type Change = (element: XmlElement) => XmlElement;
const same: Change = (element) => element;
const envelope = (element: XmlElement): string => soapEnvelope(element).toString();

interface Spoilt {
  /** Before its signature. */
  readonly change?: Change;
  readonly key?: Key | undefined;
  readonly enveloped?: (element: XmlElement) => string;
}
const sealed = ({ change = same, enveloped = envelope, ...given }: Spoilt, usual: Key, element: XmlElement): string => {
  const key = 'key' in given ? given.key : usual;
  const changed = change(element);
  return enveloped(key === undefined ? changed : signMessage(changed, key));
};

export const goodResolve: ArtifactResolve = {
  id: '_resolve1',
  issueInstant: now - secondMs,
  issuer: applicationId,
  destination: artifactUrl,
  artifact: artifactOf(ownEntityId, 0),
};
const resolve = (reason: string | undefined, changed: Partial<ArtifactResolve> = {}, spoilt: Spoilt = {}): Case => ({
  kind: 'artifact-resolve',
  xml: sealed(spoilt, keys.application.key, writeArtifactResolve({ ...goodResolve, ...changed })),
  expect: reason === undefined ? {} : { reason },
});

const resolves: Readonly<Record<string, Case>> = {
  'artifact-resolve-not-signed': resolve('signed', {}, { key: undefined }),
  'artifact-resolve-signed-by-another-key': resolve('signature', {}, { key: keys.attacker.key }),
  'artifact-resolve-of-another-issuer': resolve('issuer', { issuer: another }),
  'artifact-resolve-to-another-destination': resolve('destination', { destination: another }),
  'artifact-resolve-too-old': resolve('instant', { issueInstant: now - 6 * minuteMs }),
  'artifact-resolve-of-the-future': resolve('instant', { issueInstant: now + 61 * secondMs }),
  'artifact-resolve-of-an-artifact-of-another': resolve('ownArtifact', { artifact: artifactOf(another, 0) }),
  'artifact-resolve-of-an-artifact-of-another-place': resolve('ownArtifact', { artifact: artifactOf(ownEntityId, 1) }),
  'artifact-resolve-of-no-artifact': resolve('ownArtifact', { artifact: 'nonsense' }),
  'artifact-resolve-of-two-artifacts': resolve(
    'structure',
    {},
    { change: (element) => withContent(element, [...element.content, samlp('Artifact', {}, ofProvider)]) },
  ),
  'artifact-resolve-without-artifact': resolve(
    'structure',
    {},
    { change: (element) => withContent(element, element.content.slice(0, -1)) },
  ),
  'artifact-resolve-version-1.1': resolve('version', {}, { change: withAttribute('Version', '1.1') }),
  'artifact-resolve-by-post': {
    kind: 'request',
    xml: writeXml(signMessage(writeArtifactResolve(goodResolve), keys.application.key)),
    expect: { reason: 'wrongMessage' },
  },
};

const goodAnswer: ArtifactResponse = {
  id: '_resolved1',
  issueInstant: now - secondMs,
  issuer: providerId,
  inResponseTo: artifactRequestId,
  status: { code: statusCodes.success },
};
type Changed = Partial<ArtifactResponse>;
const answerOf = (changed: Changed = {}): XmlElement =>
  writeArtifactResponse({ ...goodAnswer, message: responseOf(), ...changed });
const answered = (expect: Case['expect'], changed: Changed, spoilt: Spoilt, more: Partial<Case> = {}): Case => ({
  kind: 'artifact-response',
  xml: sealed(spoilt, keys.provider.key, answerOf(changed)),
  ...more,
  expect,
});
const answer = (reason: string, changed: Changed = {}, spoilt: Spoilt = {}, more: Partial<Case> = {}): Case =>
  answered({ reason }, changed, spoilt, more);
const unsignedResponse = responseOf({ responseKey: undefined });
const unsignedAll = responseOf({ responseKey: undefined, assertionKey: undefined });
const signedAlone = { signs: 'assertion' } as const;
/** Words of the attacker around the provider's own, which nobody looks for in Extensions. */
const wrapped: Change = (element) =>
  insertAfter('Issuer', samlp('Extensions', {}, signMessage(answerOf(), keys.provider.key)))(element);

const answers: Readonly<Record<string, Case>> = {
  'artifact-response-of-another-issuer': answer('issuer', { issuer: another }),
  'artifact-response-without-issuer': answer('issuer', { issuer: undefined }),
  'artifact-response-signed-by-another-key': answer('signature', {}, { key: keys.attacker.key }),
  'artifact-response-unsigned-around-an-unsigned-response': answer(
    'signedSomewhere',
    { message: unsignedResponse },
    { key: undefined },
    signedAlone,
  ),
  'artifact-response-around-the-signed-one': answer(
    'signedSomewhere',
    { message: unsignedResponse },
    { key: undefined, change: wrapped },
    signedAlone,
  ),
  'artifact-response-to-another-request': answer('inResponseTo', { inResponseTo: '_resolve9' }),
  'artifact-response-to-no-request': answer('inResponseTo', { inResponseTo: undefined }),
  'artifact-response-too-old': answer('instant', { issueInstant: now - 6 * minuteMs }),
  'artifact-response-of-the-future': answer('instant', { issueInstant: now + 61 * secondMs }),
  'artifact-response-of-a-failure': answer('resolveStatus', { status: { code: statusCodes.requester } }),
  'artifact-response-without-message': answer('resolvedMessage', { message: undefined }),
  'artifact-response-with-an-assertion-in-extensions': answer(
    'strayAssertion',
    {},
    { change: insertAfter('Issuer', samlp('Extensions', {}, assertionOf({ assertion: { id: '_assertion9' } }))) },
  ),
  'artifact-response-with-two-messages': answer(
    'structure',
    {},
    { change: (element) => withContent(element, [...element.content, responseOf({ response: { id: '_response9' } })]) },
  ),
  'artifact-response-with-an-assertion-as-message': answer(
    'structure',
    { message: undefined },
    { change: (element) => withContent(element, [...element.content, assertionOf()]) },
  ),
  'artifact-response-with-a-request': answer('wrongMessage', { message: writeArtifactResolve(goodResolve) }),
  'artifact-response-in-an-artifact-response': answer('wrongMessage', {
    message: signMessage(answerOf({ id: '_resolved9' }), keys.provider.key),
  }),
  'artifact-response-version-1.1': answer('version', {}, { change: withAttribute('Version', '1.1') }),
  'artifact-response-not-in-an-envelope': answer('structure', {}, { enveloped: writeXml }),
  'artifact-response-beside-another-in-the-body': answer(
    'structure',
    {},
    { enveloped: (element) => envelope(element).replace('</soap:Body>', `${writeXml(element)}</soap:Body>`) },
  ),
  'artifact-response-with-a-header-to-understand': answer(
    'structure',
    {},
    {
      enveloped: (element) =>
        envelope(element).replace(
          '<soap:Body>',
          '<soap:Header><x soap:mustUnderstand="1"></x></soap:Header><soap:Body>',
        ),
    },
  ),
  'artifact-response-that-asks': {
    ...answer('wrongMessage'),
    xml: envelope(signMessage(writeArtifactResolve({ ...goodResolve, issuer: providerId }), keys.provider.key)),
  },
  'artifact-response-by-post': {
    kind: 'response',
    xml: writeXml(signMessage(answerOf(), keys.provider.key)),
    expect: { reason: 'wrongMessage' },
  },
  'artifact-of-a-response-of-another-key': answer('responseSignature', {
    message: responseOf({ responseKey: keys.attacker.key }),
  }),
  'artifact-of-an-assertion-not-signed': answer('assertionSigned', { message: unsignedAll }),
  'artifact-of-a-response-to-another-request': answer('inResponseTo', {
    message: responseOf({ response: { inResponseTo: '_request9' } }),
  }),
};

export const validArtifacts: Readonly<Record<string, Case>> = {
  artifact: {
    kind: 'artifact',
    post: [
      ['SAMLart', ofProvider],
      ['RelayState', 'r1'],
    ],
    expect: {},
  },
  'artifact-resolve': resolve(undefined),
  'artifact-resolve-to-no-destination': resolve(undefined, { destination: undefined }),
  'artifact-response': answered({ nameId: 'AAdzZWNyZXQx' }, {}, {}),
  'artifact-response-unsigned-around-a-signed-response': answered({ nameId: 'AAdzZWNyZXQx' }, {}, { key: undefined }),
  'artifact-response-signed-around-an-unsigned-response': answered(
    { nameId: 'AAdzZWNyZXQx' },
    { message: unsignedResponse },
    {},
  ),
  'artifact-response-signed-around-nothing-signed': answered(
    { nameId: 'AAdzZWNyZXQx' },
    { message: unsignedAll },
    {},
    { signs: 'response' },
  ),
  'artifact-response-with-an-encrypted-assertion': answered(
    { nameId: 'AAdzZWNyZXQx' },
    { message: responseOf({ encrypt: { content: 'aes128-cbc' }, responseKey: undefined }) },
    {},
    { settings: { allowCbc: true } },
  ),
};

export const spoiltArtifacts: Readonly<Record<string, Case>> = { ...artifacts, ...resolves, ...answers };
