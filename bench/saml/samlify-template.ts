// An answer with as much in it as ours, as samlify's template: it fills in values, signs and encrypts.
import { randomUUID } from 'node:crypto';
import { hourMs, minuteMs } from '../../src/base/clock.ts';
import { instantText } from '../../src/base/saml/index.ts';
import type { Parties } from './parties.ts';

/** Names and values of attributes: as many and as long as those of ours. */
const attributes: readonly (readonly [name: string, value: string])[] = [
  ['urn:oid:2.5.4.42', 'anna'],
  ['urn:oid:2.5.4.4', 'Andersson'],
  ['urn:oid:2.16.840.1.113730.3.1.241', 'anna Andersson'],
  ['urn:tillit:claim:sub_namespace', 'tillit-person'],
  ['urn:tillit:claim:professional_id', 'hsa-id:SE2321000016-ANNA'],
  ['urn:tillit:claim:organisation_parent', '2321000016'],
  ['urn:tillit:claim:assignment_id', 'anna@hospital'],
  ['urn:tillit:claim:organisation_id', 'hospital'],
  ['urn:tillit:claim:acr', 'urn:tillit:loa:high'],
  ['urn:tillit:claim:amr', 'sc'],
  ['urn:tillit:claim:decision', 'AAAA-0001'],
];

const attributeElements = attributes
  .map(
    ([name, value]) =>
      `<saml:Attribute Name="${name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute>`,
  )
  .join('');

const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
const namespaces =
  'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"';

export const responseTemplate = `<samlp:Response ${namespaces} ID="{ID}" Version="2.0" IssueInstant="{Now}" Destination="{Destination}" InResponseTo="{InResponseTo}"><saml:Issuer>{Issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{AssertionID}" Version="2.0" IssueInstant="{Now}"><saml:Issuer>{Issuer}</saml:Issuer><saml:Subject><saml:NameID Format="${persistent}">{NameID}</saml:NameID><saml:SubjectConfirmation Method="${bearer}"><saml:SubjectConfirmationData NotOnOrAfter="{Until}" Recipient="{Destination}" InResponseTo="{InResponseTo}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{NotBefore}" NotOnOrAfter="{Until}"><saml:AudienceRestriction><saml:Audience>{Audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{NotBefore}" SessionIndex="{SessionIndex}" SessionNotOnOrAfter="{SessionUntil}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:tillit:loa:high</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>${attributeElements}</saml:AttributeStatement></saml:Assertion></samlp:Response>`;

export const assertionValues = ({ provider, service }: Parties, requestId: string, now: number) => ({
  ID: `_${randomUUID()}`,
  AssertionID: `_${randomUUID()}`,
  Now: instantText(now),
  NotBefore: instantText(now - minuteMs),
  Until: instantText(now + 5 * minuteMs),
  SessionUntil: instantText(now + 10 * hourMs),
  SessionIndex: randomUUID(),
  Destination: service.url,
  InResponseTo: requestId,
  Issuer: provider.entityId,
  Audience: service.entityId,
  NameID: 'lasting',
});
