// Requests for authentication with one thing wrong, by POST and by Redirect, whose parameters have tricks of their own (S16).
import { deflateRawSync } from 'node:zlib';
import { type AuthnRequest, bindings, redirectUrl, signMessage, writeAuthnRequest } from '../../src/base/saml/index.ts';
import { writeXml, type XmlElement } from '../../src/base/xml/index.ts';
import {
  append,
  applicationAcs,
  applicationId,
  type Case,
  keys,
  loa3,
  minuteMs,
  now,
  responseOf,
  samlp,
  secondMs,
  ssoUrl,
  withAttribute,
} from './ground.ts';

export const goodRequest: AuthnRequest = {
  id: '_authn1',
  issueInstant: now - secondMs,
  issuer: applicationId,
  destination: ssoUrl,
  assertionConsumerServiceUrl: applicationAcs,
  protocolBinding: bindings.post,
  forceAuthn: false,
  isPassive: false,
  nameIdPolicy: { allowCreate: true },
  requestedAuthnContext: { comparison: 'exact', classRefs: [loa3], declRefs: [] },
  principalSelection: [],
};

type Changed = Partial<AuthnRequest>;
const same = (element: XmlElement): XmlElement => element;
const written = (changed: Changed): XmlElement => writeAuthnRequest({ ...goodRequest, ...changed });
const posted = (
  reason: string,
  changed: Changed,
  more: {
    readonly change?: (element: XmlElement) => XmlElement;
    readonly key?: typeof keys.provider.key | undefined;
    readonly settings?: Case['settings'];
  } = {},
): Case => {
  const { change = same, settings } = more;
  const key = 'key' in more ? more.key : keys.application.key;
  const element = change(written(changed));
  return {
    kind: 'request',
    xml: writeXml(key === undefined ? element : signMessage(element, key)),
    ...(settings === undefined ? {} : { settings }),
    expect: { reason },
  };
};

const query = (
  key: typeof keys.provider.key | undefined = keys.application.key,
  changed: Changed = {},
  relayState = 'r1',
): string => {
  const xml = Buffer.from(writeXml(written(changed)));
  const url = redirectUrl({ location: ssoUrl, parameter: 'SAMLRequest', xml, relayState, key });
  return url.slice(url.indexOf('?') + 1);
};
const redirected = (reason: string, redirect: string, settings?: Case['settings']): Case => ({
  kind: 'request',
  redirect,
  ...(settings === undefined ? {} : { settings }),
  expect: { reason },
});
const packed = (bytes: Buffer): string => encodeURIComponent(bytes.toString('base64'));
const parameter = (text: string, name: string): string =>
  text.split('&').find((pair) => pair.startsWith(`${name}=`)) ?? '';
/** A second request, of the attacker, to stand beside the signed one. */
const second = `SAMLRequest=${packed(deflateRawSync(writeXml(written({ id: '_authn2', assertionConsumerServiceUrl: 'https://other.example/acs' }))))}`;

const requests: Readonly<Record<string, Case>> = {
  'request-of-another-issuer': posted('issuer', { issuer: 'https://other.example/sp' }),
  'request-without-issuer': posted(
    'structure',
    {},
    { change: (element) => ({ ...element, content: element.content.slice(1) }) },
  ),
  'request-signed-by-another-key': posted('signature', {}, { key: keys.attacker.key, settings: { mustSign: false } }),
  'request-not-signed': posted('signed', {}, { key: undefined }),
  'request-to-another-destination': posted('destination', { destination: 'https://other.example/saml/sso' }),
  'request-signed-and-to-no-destination': posted('destination', { destination: undefined }),
  'request-of-the-future': posted('instant', { issueInstant: now + 61 * secondMs }),
  'request-too-old': posted('instant', { issueInstant: now - 6 * minuteMs }),
  'request-answer-to-an-unregistered-place': posted('assertionConsumer', {
    assertionConsumerServiceUrl: 'https://other.example/saml/acs',
  }),
  'request-answer-to-a-place-that-begins-alike': posted('assertionConsumer', {
    assertionConsumerServiceUrl: `${applicationAcs}/../../other`,
  }),
  'request-answer-to-a-place-with-userinfo': posted('assertionConsumer', {
    assertionConsumerServiceUrl: 'https://app.example@other.example/saml/acs',
  }),
  'request-answer-by-an-unknown-index': posted('assertionConsumer', {
    assertionConsumerServiceUrl: undefined,
    protocolBinding: undefined,
    assertionConsumerServiceIndex: 7,
  }),
  'request-answer-by-url-and-index': posted('structure', {
    assertionConsumerServiceIndex: 1,
    protocolBinding: undefined,
  }),
  'request-answer-by-a-binding-that-is-not-registered-there': posted('assertionConsumer', {
    protocolBinding: bindings.redirect,
  }),
  'request-answer-by-artifact': posted('answerBinding', {
    assertionConsumerServiceUrl: 'https://app.example/saml/artifact',
    protocolBinding: bindings.artifact,
  }),
  'request-attributes-by-an-unknown-index': posted('attributeConsuming', { attributeConsumingServiceIndex: 7 }),
  'request-version-1.1': posted('version', {}, { change: withAttribute('Version', '1.1') }),
  'request-with-an-unknown-attribute': posted('structure', {}, { change: withAttribute('Extra', '1') }),
  'request-with-an-element-more': posted('structure', {}, { change: append(samlp('Scoping'), samlp('Scoping')) }),
  'request-context-by-classes-and-declarations': posted('structure', {
    requestedAuthnContext: { comparison: 'exact', classRefs: [loa3], declRefs: [loa3] },
  }),
  'request-that-is-a-response': {
    kind: 'request',
    post: [['SAMLResponse', Buffer.from(writeXml(responseOf())).toString('base64')]],
    expect: { reason: 'wrongMessage' },
  },
  'request-with-doctype': {
    kind: 'request',
    xml: `<!DOCTYPE x>${writeXml(written({}))}`,
    expect: { reason: 'xml.doctype' },
  },
};

const good = query();
const tricks: Readonly<Record<string, Case>> = {
  'redirect-message-twice': redirected('repeatedParameter', `${good}&${second}`),
  'redirect-message-twice-the-other-first': redirected('repeatedParameter', `${second}&${good}`),
  'redirect-message-twice-with-a-name-in-escapes': redirected(
    'encodedName',
    `${good}&${second.replace('SAML', 'SAM%4C')}`,
  ),
  'redirect-relay-state-twice': redirected('repeatedParameter', `${good}&RelayState=r2`),
  'redirect-signature-twice': redirected('repeatedParameter', `${good}&${parameter(good, 'Signature')}`),
  'redirect-request-and-response': redirected('twoMessages', `${good}&SAMLResponse=${packed(Buffer.from('x'))}`),
  'redirect-relay-state-changed': redirected('signature', good.replace('RelayState=r1', 'RelayState=r2'), {
    mustSign: false,
  }),
  'redirect-relay-state-taken-out': redirected('signature', good.replace('RelayState=r1&', '')),
  'redirect-message-changed': redirected('signature', `${second}&${good.slice(good.indexOf('RelayState'))}`),
  'redirect-message-written-otherwise': redirected(
    'signature',
    query(keys.application.key, {}, 'å').replace('%C3%A5', '%c3%a5'),
  ),
  'redirect-algorithm-changed': redirected('signature', good.replace('rsa-sha256', 'rsa-sha512')),
  'redirect-algorithm-sha1': redirected(
    'signature',
    good.replace(/SigAlg=[^&]*/, `SigAlg=${encodeURIComponent('http://www.w3.org/2000/09/xmldsig#rsa-sha1')}`),
  ),
  'redirect-signed-by-another-key': redirected('signature', query(keys.attacker.key)),
  'redirect-signature-taken-out': redirected('signed', good.slice(0, good.indexOf('&SigAlg'))),
  'redirect-signature-without-algorithm': redirected('halfSigned', good.replace(/SigAlg=[^&]*&/, '')),
  'redirect-algorithm-without-signature': redirected('halfSigned', good.slice(0, good.indexOf('&Signature='))),
  'redirect-signature-empty': redirected('halfSigned', good.replace(/Signature=.*/, 'Signature=')),
  'redirect-signature-inside-the-message': redirected(
    'structure',
    `SAMLRequest=${packed(deflateRawSync(writeXml(signMessage(written({}), keys.application.key))))}`,
  ),
  'redirect-not-deflated': redirected('notEncoded', `SAMLRequest=${packed(Buffer.from(writeXml(written({}))))}`),
  'redirect-goes-on-behind-its-end': redirected(
    'notEncoded',
    `SAMLRequest=${packed(Buffer.concat([deflateRawSync(writeXml(written({}))), Buffer.from('more')]))}`,
  ),
  'redirect-inflates-without-end': redirected(
    'notEncoded',
    `SAMLRequest=${packed(deflateRawSync(Buffer.alloc(5_000_000)))}`,
  ),
  'redirect-of-another-encoding': redirected('unknownEncoding', `SAMLEncoding=urn%3Aother&${good}`),
  'redirect-of-broken-escapes': redirected('notEncoded', good.replace('SAMLRequest=', 'SAMLRequest=%E0%')),
  'redirect-of-a-response': {
    kind: 'response',
    redirect: `SAMLResponse=${packed(deflateRawSync(writeXml(responseOf())))}`,
    expect: { reason: 'wrongMessage' },
  },
};

export const spoiltRequests: Readonly<Record<string, Case>> = { ...requests, ...tricks };
