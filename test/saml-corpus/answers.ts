// Answers with one thing wrong, which the provider itself signed: each is refused by the check that is there for it.
import { type Assertion, confirmationMethods, nameIdFormats, statusCodes } from '../../src/base/saml/index.ts';
import { elementMaker, withContent, writeXml } from '../../src/base/xml/index.ts';
import {
  acsUrl,
  append,
  assertionOf,
  type Case,
  chain,
  changeChild,
  goodAssertion,
  insertAfter,
  keys,
  minuteMs,
  now,
  ownEntityId,
  refused,
  requestAt,
  responseOf,
  saml,
  samlp,
  secondMs,
  withAttribute,
  without,
} from './ground.ts';

const confirmed = (
  data: Readonly<Record<string, unknown>>,
  method: string = confirmationMethods.bearer,
): Partial<Assertion> => {
  const [first] = goodAssertion.subject!.confirmations;
  return { subject: { ...goodAssertion.subject, confirmations: [{ method, data: { ...first!.data, ...data } }] } };
};
const conditions = (changed: Partial<NonNullable<Assertion['conditions']>>): Partial<Assertion> => ({
  conditions: { ...goodAssertion.conditions!, ...changed },
});
const statement = (changed: Partial<Assertion['authnStatements'][number]>): Partial<Assertion> => ({
  authnStatements: [{ ...goodAssertion.authnStatements[0]!, ...changed }],
});
const other = elementMaker('ex', 'https://other.example/ns');
const another = 'https://other.example/saml';

/** Faults of the envelope. */
const envelopes: Readonly<Record<string, Case>> = {
  'status-requester': refused('status', { response: { status: { code: statusCodes.requester } } }),
  'status-responder-with-an-assertion': refused('status', {
    response: { status: { code: statusCodes.responder, second: statusCodes.authnFailed, message: 'no' } },
  }),
  'status-cancelled-by-the-person': refused('status', {
    response: { status: { code: statusCodes.responder, second: statusCodes.cancel } },
    changeResponse: without('Assertion'),
  }),
  'status-of-no-standard': refused('structure', { response: { status: { code: 'urn:other:status:Success' } } }),
  'version-1.1': refused('version', { changeResponse: withAttribute('Version', '1.1') }),
  'version-missing': refused('version', { changeResponse: withAttribute('Version', undefined) }),
  'destination-of-another': refused('destination', { response: { destination: 'https://other.example/saml/acs' } }),
  'destination-with-a-slash-more': refused('destination', { response: { destination: `${acsUrl}/` } }),
  'destination-missing-though-signed': refused('destination', { response: { destination: undefined } }),
  'destination-of-another-unsigned': refused(
    'destination',
    { response: { destination: another }, responseKey: undefined },
    { signs: 'assertion' },
  ),
  'response-of-another-issuer': refused('responseIssuer', { response: { issuer: another } }),
  'response-without-issuer-though-signed': refused('responseIssuer', { response: { issuer: undefined } }),
  'response-without-issuer-though-encrypted': refused(
    'responseIssuer',
    { response: { issuer: undefined }, responseKey: undefined, encrypt: {} },
    { signs: 'assertion' },
  ),
  unsolicited: refused(
    'unsolicited',
    { response: { inResponseTo: undefined }, assertion: confirmed({ inResponseTo: undefined }) },
    { request: null },
  ),
  'answers-another-request': refused('inResponseTo', { response: { inResponseTo: '_request2' } }),
  'answers-no-request': refused('inResponseTo', { response: { inResponseTo: undefined } }),
  'unsolicited-that-names-a-request': refused(
    'inResponseTo',
    { assertion: confirmed({ inResponseTo: undefined }) },
    { request: null, settings: { unsolicitedAllowed: true } },
  ),
  'response-of-the-future': refused('responseInstant', { response: { issueInstant: now + 61 * secondMs } }),
  'response-older-than-the-request': refused('responseInstant', {
    response: { issueInstant: requestAt - 61 * secondMs },
  }),
  'no-assertion': refused('oneAssertion', { changeResponse: without('Assertion') }),
  'two-assertions': refused('oneAssertion', {
    changeResponse: append(assertionOf({ assertion: { id: '_assertion2' } })),
  }),
  'two-assertions-of-which-one-is-signed': refused(
    'oneAssertion',
    {
      changeResponse: append(assertionOf({ assertion: { id: '_assertion2' }, assertionKey: undefined })),
      responseKey: undefined,
    },
    { signs: 'assertion' },
  ),
  'assertion-in-the-clear-beside-an-encrypted-one': refused('oneAssertion', {
    encrypt: {},
    changeResponse: append(assertionOf({ assertion: { id: '_assertion2' } })),
  }),
  'assertion-in-extensions': refused('strayAssertion', {
    changeResponse: insertAfter(
      'Issuer',
      samlp('Extensions', {}, assertionOf({ assertion: { id: '_assertion2' }, assertionKey: undefined })),
    ),
  }),
  'assertion-in-advice': refused('strayAssertion', {
    changeAssertion: insertAfter(
      'Conditions',
      saml('Advice', {}, assertionOf({ assertion: { id: '_assertion2' }, assertionKey: undefined })),
    ),
  }),
  'in-the-clear-though-encryption-is-asked-for': refused('encrypted', {}, { settings: { encryptionRequired: true } }),
};

/** Faults of the assertion. */
const assertions: Readonly<Record<string, Case>> = {
  'assertion-of-another-issuer': refused('assertionIssuer', { assertion: { issuer: another } }),
  'assertion-of-an-issuer-that-is-a-person': refused('structure', {
    changeAssertion: changeChild('Issuer', withAttribute('Format', nameIdFormats.persistent)),
  }),
  'assertion-of-version-1.1': refused('structure', { changeAssertion: withAttribute('Version', '1.1') }),
  'assertion-of-the-future': refused('assertionInstant', { assertion: { issueInstant: now + 61 * secondMs } }),
  'assertion-at-a-time-that-is-none': refused('structure', {
    changeAssertion: withAttribute('IssueInstant', '2026-02-30T09:00:00Z'),
  }),
  'no-subject': refused('subject', { assertion: { subject: undefined } }),
  'name-id-encrypted': refused('structure', {
    changeAssertion: changeChild('Subject', (subject) =>
      chain(without('NameID'), (each) => withContent(each, [saml('EncryptedID'), ...each.content]))(subject),
    ),
  }),
  'name-id-of-white-space': refused('structure', {
    changeAssertion: changeChild(
      'Subject',
      changeChild('NameID', (nameId) => withContent(nameId, [' \n '])),
    ),
  }),
  'holder-of-key': refused('holderOfKey', { assertion: confirmed({}, confirmationMethods.holderOfKey) }),
  'holder-of-key-beside-bearer': refused('holderOfKey', {
    assertion: {
      subject: {
        ...goodAssertion.subject,
        confirmations: [
          ...goodAssertion.subject!.confirmations,
          { method: confirmationMethods.holderOfKey, data: { notOnOrAfter: now + minuteMs } },
        ],
      },
    },
  }),
  'sender-vouches': refused('bearer', { assertion: confirmed({}, confirmationMethods.senderVouches) }),
  'no-confirmation': refused('bearer', { assertion: { subject: { ...goodAssertion.subject, confirmations: [] } } }),
  'two-bearers': refused('bearer', {
    assertion: {
      subject: {
        ...goodAssertion.subject,
        confirmations: [...goodAssertion.subject!.confirmations, ...goodAssertion.subject!.confirmations],
      },
    },
  }),
  'bearer-without-data': refused('bearer', {
    assertion: { subject: { ...goodAssertion.subject, confirmations: [{ method: confirmationMethods.bearer }] } },
  }),
  'recipient-of-another': refused('recipient', { assertion: confirmed({ recipient: another }) }),
  'recipient-missing': refused('recipient', { assertion: confirmed({ recipient: undefined }) }),
  'confirmation-of-another-request': refused('confirmationInResponseTo', {
    assertion: confirmed({ inResponseTo: '_request2' }),
  }),
  'confirmation-of-no-request': refused('confirmationInResponseTo', {
    assertion: confirmed({ inResponseTo: undefined }),
  }),
  'confirmation-not-begun': refused('confirmationBegun', {
    assertion: confirmed({ notBefore: now + 61 * secondMs }),
  }),
  'confirmation-over': refused('confirmationEnd', { assertion: confirmed({ notOnOrAfter: now - 60 * secondMs }) }),
  'confirmation-without-end': refused('confirmationEnd', { assertion: confirmed({ notOnOrAfter: undefined }) }),
  'confirmation-for-years': refused('confirmationEnd', {
    assertion: confirmed({ notOnOrAfter: Date.UTC(2036, 0, 1) }),
  }),
  'no-conditions': refused('audience', { assertion: { conditions: undefined } }),
  'audience-missing': refused('audience', { assertion: conditions({ audienceRestrictions: [] }) }),
  'audience-of-another': refused('audience', { assertion: conditions({ audienceRestrictions: [[another]] }) }),
  'audience-of-us-and-then-of-another-alone': refused('audience', {
    assertion: conditions({ audienceRestrictions: [[ownEntityId], [another]] }),
  }),
  'audience-that-begins-like-ours': refused('audience', {
    assertion: conditions({ audienceRestrictions: [[`${ownEntityId}.other.example`]] }),
  }),
  'conditions-end-before-they-begin': refused('conditionsOrder', {
    assertion: conditions({ notBefore: now + 30 * secondMs, notOnOrAfter: now - 30 * secondMs }),
  }),
  'conditions-not-begun': refused('conditionsBegun', { assertion: conditions({ notBefore: now + 61 * secondMs }) }),
  'conditions-over': refused('conditionsEnd', {
    assertion: conditions({ notBefore: now - 120 * secondMs, notOnOrAfter: now - 60 * secondMs }),
  }),
  'condition-unknown': refused('unknownCondition', {
    changeAssertion: changeChild('Conditions', append(other('OnlyOnTuesdays'))),
  }),
  'condition-of-a-type-unknown': refused('unknownCondition', {
    changeAssertion: changeChild('Conditions', append(saml('Condition'))),
  }),
  'proxying-forbidden': refused('proxyRestriction', {
    assertion: conditions({ proxyRestriction: { count: 0, audiences: [] } }),
  }),
  'proxying-for-others-alone': refused('proxyRestriction', {
    assertion: conditions({ proxyRestriction: { audiences: [another] } }),
  }),
  'no-authentication-statement': refused('authnStatement', { assertion: { authnStatements: [] } }),
  'two-authentication-statements': refused('authnStatement', {
    assertion: { authnStatements: [...goodAssertion.authnStatements, ...goodAssertion.authnStatements] },
  }),
  'two-attribute-statements': refused('attributeStatements', {
    assertion: { attributeStatements: [...goodAssertion.attributeStatements, ...goodAssertion.attributeStatements] },
  }),
  'attribute-encrypted': refused('structure', {
    changeAssertion: changeChild('AttributeStatement', append(saml('EncryptedAttribute'))),
  }),
  'authorization-statement': refused('structure', {
    changeAssertion: append(saml('AuthzDecisionStatement', { Resource: another, Decision: 'Permit' })),
  }),
  'context-by-declaration-alone': refused('authnContext', {
    assertion: statement({ classRef: undefined, declRef: 'https://other.example/declaration' }),
  }),
  'context-that-was-not-asked-for': refused(
    'requestedContext',
    { assertion: statement({ classRef: 'http://id.elegnamnden.se/loa/1.0/loa2' }) },
    { request: { exactly: ['http://id.elegnamnden.se/loa/1.0/loa3', 'http://id.elegnamnden.se/loa/1.0/loa4'] } },
  ),
  'authenticated-in-the-future': refused('authnInstant', {
    assertion: statement({ authnInstant: now + 61 * secondMs }),
  }),
  'authenticated-before-it-was-forced': refused(
    'forcedAuthn',
    { assertion: statement({ authnInstant: requestAt - 61 * secondMs }) },
    { request: { forceAuthn: true } },
  ),
  'session-over': refused('sessionEnd', { assertion: statement({ sessionNotOnOrAfter: now - 60 * secondMs }) }),
  'comment-in-the-name-id': {
    kind: 'response',
    xml: commented('AAdzZWNyZXQx', 'AAdz<!-- -->ZWNyZXQx'),
    expect: { reason: 'comment' },
  },
  'comment-in-an-attribute': {
    kind: 'response',
    xml: commented('197001011234', '19700101<!--x-->1234'),
    expect: { reason: 'comment' },
  },
};

/** What exclusive canonical form leaves out may be put in after signing, and the signature holds. */
function commented(whole: string, divided: string): string {
  return writeXml(responseOf()).replace(`>${whole}<`, `>${divided}<`);
}

/** Messages that are no answer. */
const messages: Readonly<Record<string, Case>> = {
  'response-in-the-field-of-requests': {
    kind: 'response',
    post: [['SAMLRequest', Buffer.from(writeXml(responseOf())).toString('base64')]],
    expect: { reason: 'wrongMessage' },
  },
  'bare-assertion': { kind: 'response', xml: writeXml(assertionOf()), expect: { reason: 'wrongMessage' } },
  'response-of-another-namespace': {
    kind: 'response',
    xml: writeXml(responseOf()).replaceAll(
      'urn:oasis:names:tc:SAML:2.0:protocol',
      'urn:oasis:names:tc:SAML:1.0:protocol',
    ),
    expect: { reason: 'wrongMessage' },
  },
  'element-unknown-in-response': refused('structure', { changeResponse: append(other('More')) }),
  'attribute-unknown-on-assertion': refused('structure', { changeAssertion: withAttribute('Extra', '1') }),
  'id-with-a-space': refused('structure', { changeResponse: withAttribute('ID', '_a b'), responseKey: undefined }),
  'status-after-assertion': refused('structure', {
    changeResponse: (response) => withContent(response, [...response.content].toReversed()),
    responseKey: keys.provider.key,
  }),
};

export const spoiltAnswers: Readonly<Record<string, Case>> = { ...envelopes, ...assertions, ...messages };
