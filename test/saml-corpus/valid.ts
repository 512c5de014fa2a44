// Answers, requests, logouts and metadata as the providers and applications of our customers write them: all accepted.
import {
  authnContexts,
  instantText,
  nameIdFormats,
  redirectUrl,
  signMessage,
  writeAuthnRequest,
  writeLogoutRequest,
  writeLogoutResponse,
} from '../../src/base/saml/index.ts';
import { writeXml, type XmlElement } from '../../src/base/xml/index.ts';
import { withoutNamespace } from './encrypted.ts';
import {
  type Case,
  changeChild,
  curve,
  goodAssertion,
  keys,
  loa3,
  minuteMs,
  now,
  ownEntityId,
  providerId,
  responseOf,
  type Spoilt,
  secondMs,
  withAttribute,
} from './ground.ts';
import { goodLogoutRequest, goodLogoutResponse } from './logouts.ts';
import { signedEntity } from './metadata.ts';
import { goodRequest } from './requests.ts';

type More = Partial<Omit<Case, 'kind' | 'expect' | 'xml'>>;
const accepted = (spoilt: Spoilt, more: More = {}, expect: Readonly<Record<string, unknown>> = {}): Case => ({
  kind: 'response',
  xml: writeXml(responseOf(spoilt)),
  ...more,
  expect: { nameId: 'AAdzZWNyZXQx', authnContextClassRef: loa3, ...expect },
});
const text = (change: (xml: string) => string, spoilt: Spoilt, more: More = {}, expect = {}): Case => {
  const made = accepted(spoilt, more, expect);
  return { ...made, xml: change(made.xml ?? '') };
};
const [authn] = goodAssertion.authnStatements;
const conditions = goodAssertion.conditions;
const protection = (responseSigned: boolean, assertionSigned: boolean, encrypted: boolean) => ({
  protection: { responseSigned, assertionSigned, encrypted },
});

const answers: Readonly<Record<string, Case>> = {
  'sweden-connect': accepted(
    { encrypt: { content: 'aes256-cbc' }, assertionKey: undefined },
    { signs: 'response', request: { forceAuthn: true, exactly: [loa3] }, settings: { allowCbc: true } },
    protection(true, false, true),
  ),
  'sweden-connect-gcm-both-signed': accepted({ encrypt: {} }, { signs: 'both' }, protection(true, true, true)),
  'encrypted-without-its-namespace-in-a-signed-response': accepted(
    { encrypt: withoutNamespace },
    { signs: 'both' },
    protection(true, true, true),
  ),
  'sweden-connect-oaep-sha-256': accepted(
    { encrypt: { keyTransport: 'rsa-oaep-sha256', content: 'aes128-gcm' } },
    {},
    protection(true, true, true),
  ),
  'sweden-connect-elliptic-curve': accepted(
    { responseKey: curve.key, assertionKey: undefined },
    { signs: 'response' },
    protection(true, false, false),
  ),
  'inera-without-not-before': accepted(
    {
      assertion: {
        conditions: { ...conditions!, notBefore: undefined, notOnOrAfter: now + 60 * minuteMs },
        authnStatements: [{ ...authn!, classRef: 'http://id.sambi.se/loa/loa3' }],
        attributeStatements: [
          [{ name: 'http://sambi.se/attributes/1/employeeHsaId', values: ['SE2321000016-1003'] }],
          [],
        ],
        subject: { ...goodAssertion.subject!, nameId: { value: '_5f1c', format: nameIdFormats.transient } },
      },
      responseKey: undefined,
    },
    { signs: 'assertion' },
    { nameId: '_5f1c', authnContextClassRef: 'http://id.sambi.se/loa/loa3', ...protection(false, true, false) },
  ),
  simplesamlphp: accepted(
    {
      assertion: {
        authnStatements: [
          {
            ...authn!,
            classRef: authnContexts.passwordProtectedTransport,
            sessionNotOnOrAfter: now + 480 * minuteMs,
            authenticatingAuthorities: ['https://behind.example/idp'],
          },
        ],
        subject: {
          ...goodAssertion.subject!,
          nameId: {
            value: 'anna@kommun.example',
            format: nameIdFormats.persistent,
            nameQualifier: providerId,
            spNameQualifier: ownEntityId,
          },
        },
      },
    },
    {},
    {
      nameId: 'anna@kommun.example',
      authnContextClassRef: authnContexts.passwordProtectedTransport,
      authenticatingAuthorities: ['https://behind.example/idp'],
    },
  ),
  'ad-fs-assertion-signed-alone': text(
    (xml) => `<?xml version="1.0" encoding="UTF-8"?>\r\n${xml}`,
    {
      assertion: {
        authnStatements: [{ ...authn!, classRef: authnContexts.passwordProtectedTransport }],
        subject: {
          ...goodAssertion.subject!,
          nameId: { value: 'anna@region.example', format: nameIdFormats.emailAddress },
        },
        attributeStatements: [
          [{ name: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn', values: ['anna@region.example'] }],
        ],
      },
      responseKey: undefined,
    },
    { signs: 'assertion' },
    { nameId: 'anna@region.example', authnContextClassRef: authnContexts.passwordProtectedTransport },
  ),
  'clock-a-minute-ahead': accepted({
    assertion: { issueInstant: now + 59 * secondMs, conditions: { ...conditions!, notBefore: now + 59 * secondMs } },
  }),
  'a-minute-late': accepted({
    assertion: { conditions: { ...conditions!, notOnOrAfter: now - 59 * secondMs } },
  }),
  'unsolicited-where-it-is-allowed': accepted(
    {
      response: { inResponseTo: undefined },
      changeAssertion: changeChild(
        'Subject',
        changeChild(
          'SubjectConfirmation',
          changeChild('SubjectConfirmationData', withAttribute('InResponseTo', undefined)),
        ),
      ),
    },
    { request: null, settings: { unsolicitedAllowed: true } },
  ),
  'assertion-for-one-use': accepted(
    { assertion: { conditions: { ...conditions!, oneTimeUse: true } } },
    {},
    { oneTimeUse: true },
  ),
  'two-audiences': accepted({
    assertion: {
      conditions: {
        ...conditions!,
        audienceRestrictions: [['https://other.example/saml', ownEntityId], [ownEntityId]],
      },
    },
  }),
  'no-name-id': accepted(
    { assertion: { subject: { confirmations: goodAssertion.subject!.confirmations } } },
    {},
    { nameId: undefined },
  ),
  'posted-in-lines': {
    kind: 'response',
    post: [
      [
        'SAMLResponse',
        (
          Buffer.from(writeXml(responseOf()))
            .toString('base64')
            .match(/.{1,76}/g) ?? []
        ).join('\r\n'),
      ],
      ['RelayState', 'r1'],
    ],
    expect: { nameId: 'AAdzZWNyZXQx' },
  },
};

const sso = 'https://hub.example/saml/sso';
const queryOf = (url: string): string => url.slice(url.indexOf('?') + 1);
const redirected = (parameter: 'SAMLRequest' | 'SAMLResponse', message: XmlElement, relayState?: string): string =>
  queryOf(
    redirectUrl({
      location: sso,
      parameter,
      xml: Buffer.from(writeXml(message)),
      relayState,
      key: keys.application.key,
    }),
  );

const others: Readonly<Record<string, Case>> = {
  'request-by-redirect': {
    kind: 'request',
    redirect: redirected('SAMLRequest', writeAuthnRequest(goodRequest), 'state 1&2'),
    expect: { answerTo: 'https://app.example/saml/acs', signed: true },
  },
  'request-by-post': {
    kind: 'request',
    xml: writeXml(signMessage(writeAuthnRequest(goodRequest), keys.application.key)),
    expect: { answerTo: 'https://app.example/saml/acs', signed: true },
  },
  'request-by-index': {
    kind: 'request',
    redirect: redirected(
      'SAMLRequest',
      writeAuthnRequest({
        ...goodRequest,
        assertionConsumerServiceUrl: undefined,
        protocolBinding: undefined,
        assertionConsumerServiceIndex: 1,
      }),
    ),
    expect: { answerTo: 'https://app.example/saml/acs2' },
  },
  'request-to-the-default': {
    kind: 'request',
    redirect: redirected(
      'SAMLRequest',
      writeAuthnRequest({ ...goodRequest, assertionConsumerServiceUrl: undefined, protocolBinding: undefined }),
    ),
    expect: { answerTo: 'https://app.example/saml/acs' },
  },
  'request-unsigned-where-it-may-be': {
    kind: 'request',
    xml: writeXml(writeAuthnRequest({ ...goodRequest, destination: undefined })),
    settings: { mustSign: false },
    expect: { signed: false },
  },
  'request-of-a-netscaler': {
    kind: 'request',
    xml: writeXml(
      signMessage(
        writeAuthnRequest({
          ...goodRequest,
          id: '_netscaler',
          forceAuthn: true,
          nameIdPolicy: { format: nameIdFormats.unspecified, allowCreate: true },
          requestedAuthnContext: { comparison: 'minimum', classRefs: [loa3], declRefs: [] },
        }),
        keys.application.key,
      ),
    ),
    expect: { signed: true },
  },
  'request-of-sweden-connect': {
    kind: 'request',
    redirect: redirected(
      'SAMLRequest',
      writeAuthnRequest({
        ...goodRequest,
        principalSelection: [{ name: 'urn:oid:1.2.752.29.4.13', value: '197001011234' }],
        userMessage: { mimeType: 'text/plain', messages: [{ language: 'sv', text: 'Logga in i journalen' }] },
        scoping: { proxyCount: 1, idpList: [{ providerId }], requesterIds: ['https://other.example/sp'] },
      }),
    ),
    expect: { signed: true },
  },
  'logout-request-by-redirect': {
    kind: 'logout-request',
    redirect: redirected('SAMLRequest', writeLogoutRequest(goodLogoutRequest)),
    expect: { nameId: 'AAdzZWNyZXQx' },
  },
  'logout-request-by-post': {
    kind: 'logout-request',
    xml: writeXml(signMessage(writeLogoutRequest(goodLogoutRequest), keys.application.key)),
    expect: { nameId: 'AAdzZWNyZXQx' },
  },
  'logout-response-by-redirect': {
    kind: 'logout-response',
    redirect: redirected('SAMLResponse', writeLogoutResponse(goodLogoutResponse)),
    expect: {},
  },
  'metadata-of-a-provider': {
    kind: 'metadata',
    xml: writeXml(signedEntity()),
    expect: { entities: [providerId], signed: true },
  },
  'metadata-given-by-hand': {
    kind: 'metadata',
    xml: writeXml(signedEntity({ validUntil: now + minuteMs }, undefined)),
    settings: { pinned: false },
    expect: { entities: [providerId], signed: false, validUntil: instantText(now + minuteMs) },
  },
};

export const validMessages: Readonly<Record<string, Case>> = { ...answers, ...others };
