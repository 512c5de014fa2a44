// Writes an Assertion as an element, ready to be signed, encrypted and put into a Response.
import { elementMaker, type XmlAttribute, type XmlElement } from '../xml/index.ts';
import type { Assertion, Attribute, AuthnStatement, Conditions, SubjectConfirmation } from './assertion.ts';
import { writeIssuer, writeNameId } from './name-id.ts';
import { ns } from './names.ts';
import { instantText } from './time-values.ts';

const saml = elementMaker('saml', ns.saml);
const text = (at: number | undefined): string | undefined => (at === undefined ? undefined : instantText(at));

/** SAML Core 2.3.3. Every value is escaped by `writeXml` (S9). */
export function writeAssertion(assertion: Assertion): XmlElement {
  const { subject, conditions } = assertion;
  return saml(
    'Assertion',
    { ID: assertion.id, Version: '2.0', IssueInstant: instantText(assertion.issueInstant) },
    writeIssuer(assertion.issuer),
    ...(subject === undefined ? [] : [writeSubject(subject)]),
    ...(conditions === undefined ? [] : [writeConditions(conditions)]),
    ...assertion.authnStatements.map(writeAuthnStatement),
    ...assertion.attributeStatements
      .filter((attributes) => attributes.length > 0)
      .map((attributes) => saml('AttributeStatement', {}, ...attributes.map(writeAttribute))),
  );
}

function writeSubject({ nameId, confirmations }: NonNullable<Assertion['subject']>): XmlElement {
  const named = nameId === undefined ? [] : [writeNameId(nameId)];
  return saml('Subject', {}, ...named, ...confirmations.map(writeConfirmation));
}

function writeConfirmation({ method, data }: SubjectConfirmation): XmlElement {
  if (data === undefined) return saml('SubjectConfirmation', { Method: method });
  const written = saml('SubjectConfirmationData', {
    NotBefore: text(data.notBefore),
    NotOnOrAfter: text(data.notOnOrAfter),
    Recipient: data.recipient,
    InResponseTo: data.inResponseTo,
    Address: data.address,
  });
  return saml('SubjectConfirmation', { Method: method }, written);
}

function writeConditions(conditions: Conditions): XmlElement {
  const { proxyRestriction: proxy } = conditions;
  const audiences = (names: readonly string[]) => names.map((name) => saml('Audience', {}, name));
  return saml(
    'Conditions',
    { NotBefore: text(conditions.notBefore), NotOnOrAfter: text(conditions.notOnOrAfter) },
    ...conditions.audienceRestrictions.map((names) => saml('AudienceRestriction', {}, ...audiences(names))),
    ...(conditions.oneTimeUse ? [saml('OneTimeUse')] : []),
    ...(proxy === undefined
      ? []
      : [saml('ProxyRestriction', { Count: proxy.count?.toString() }, ...audiences(proxy.audiences))]),
  );
}

function writeAuthnStatement(statement: AuthnStatement): XmlElement {
  const { classRef, declRef, authenticatingAuthorities } = statement;
  const context = saml(
    'AuthnContext',
    {},
    ...(classRef === undefined ? [] : [saml('AuthnContextClassRef', {}, classRef)]),
    ...(declRef === undefined ? [] : [saml('AuthnContextDeclRef', {}, declRef)]),
    ...authenticatingAuthorities.map((authority) => saml('AuthenticatingAuthority', {}, authority)),
  );
  return saml(
    'AuthnStatement',
    {
      AuthnInstant: instantText(statement.authnInstant),
      SessionIndex: statement.sessionIndex,
      SessionNotOnOrAfter: text(statement.sessionNotOnOrAfter),
    },
    context,
  );
}

/** An Attribute with values of text (xs:string, which is what a value without xsi:type is to everybody). */
export function writeAttribute({ name, nameFormat, friendlyName, values }: Attribute): XmlElement {
  return saml('Attribute', attributeNames(name, nameFormat, friendlyName), ...writeValues(values));
}

export const attributeNames = (
  Name: string,
  NameFormat: string | undefined,
  FriendlyName: string | undefined,
): Readonly<Record<string, string | undefined>> => ({ Name, NameFormat, FriendlyName });

export const writeValues = (values: readonly string[]): readonly XmlElement[] =>
  values.map((value) => saml('AttributeValue', {}, value));

/** `xml:lang`, for texts of metadata. */
export const languageAttribute = (language: string): readonly XmlAttribute[] => [
  { prefix: 'xml', namespace: ns.xml, local: 'lang', value: language },
];
