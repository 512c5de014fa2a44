// Reads an Assertion from its element: all that a relying party must understand, and a refusal of what it cannot.
import { attributeOf, childrenOf, isNamed, onlyChild, textOf, type XmlElement } from '../xml/index.ts';
import type {
  Assertion,
  Attribute,
  AuthnStatement,
  Conditions,
  SubjectConfirmation,
  SubjectConfirmationData,
} from './assertion.ts';
import { readIssuer, readNameId } from './name-id.ts';
import { ns } from './names.ts';
import {
  attributesOf,
  idOf,
  malformed,
  namesOf,
  optionalCount,
  optionalInstant,
  optionalUri,
  required,
  requiredInstant,
  Sequence,
  uriText,
} from './read-element.ts';

const saml = namesOf(ns.saml);
const ds = namesOf(ns.ds);

/** Reads an Assertion (SAML Core 2.3.3). Advice may be ignored (2.6.1), and is. */
export function readAssertion(element: XmlElement): Assertion {
  const given = attributesOf(element, ['ID', 'Version', 'IssueInstant']);
  if (given.Version !== '2.0') throw malformed('an Assertion of another version');
  const inside = new Sequence(element);
  const issuer = readIssuer(inside.one(saml('Issuer')));
  inside.optional(ds('Signature'));
  const subject = inside.optional(saml('Subject'));
  const conditions = inside.optional(saml('Conditions'));
  inside.optional(saml('Advice'));
  const statements = inside.manyOf([saml('AuthnStatement'), saml('AttributeStatement')]);
  inside.end();
  const named = (local: string) => statements.filter((statement) => isNamed(statement, saml(local)));
  return {
    id: idOf(given.ID, 'ID of Assertion'),
    issueInstant: requiredInstant(given.IssueInstant, 'IssueInstant of Assertion'),
    issuer,
    subject: subject && readSubject(subject),
    conditions: conditions && readConditions(conditions),
    authnStatements: named('AuthnStatement').map(readAuthnStatement),
    attributeStatements: named('AttributeStatement').map(readAttributeStatement),
  };
}

function readSubject(element: XmlElement): NonNullable<Assertion['subject']> {
  attributesOf(element, []);
  const inside = new Sequence(element);
  const nameId = inside.optional(saml('NameID'));
  const confirmations = inside.many(saml('SubjectConfirmation')).map(readConfirmation);
  inside.end();
  return { nameId: nameId && readNameId(nameId), confirmations };
}

function readConfirmation(element: XmlElement): SubjectConfirmation {
  const { Method } = attributesOf(element, ['Method']);
  const inside = new Sequence(element);
  inside.optional(saml('NameID'));
  const data = inside.optional(saml('SubjectConfirmationData'));
  inside.end();
  return {
    method: required(optionalUri(Method, 'Method'), 'Method of SubjectConfirmation'),
    data: data && readConfirmationData(data),
  };
}

/** Its content is open (KeyInfo of holder-of-key), and none of it is read. */
function readConfirmationData(element: XmlElement): SubjectConfirmationData {
  const given = attributesOf(element, ['NotBefore', 'NotOnOrAfter', 'Recipient', 'InResponseTo', 'Address'], {
    foreign: true,
  });
  return {
    notBefore: optionalInstant(given.NotBefore, 'NotBefore'),
    notOnOrAfter: optionalInstant(given.NotOnOrAfter, 'NotOnOrAfter'),
    recipient: optionalUri(given.Recipient, 'Recipient'),
    inResponseTo: given.InResponseTo,
    address: given.Address,
  };
}

function readConditions(element: XmlElement): Conditions {
  const given = attributesOf(element, ['NotBefore', 'NotOnOrAfter']);
  const inside = new Sequence(element);
  const conditions = inside.while(() => true);
  const named = (local: string) => conditions.filter((condition) => isNamed(condition, saml(local)));
  const proxies = named('ProxyRestriction');
  const once = named('OneTimeUse');
  if (proxies.length > 1 || once.length > 1) throw malformed('a condition twice that may come once');
  const audiences = named('AudienceRestriction');
  return {
    notBefore: optionalInstant(given.NotBefore, 'NotBefore'),
    notOnOrAfter: optionalInstant(given.NotOnOrAfter, 'NotOnOrAfter'),
    audienceRestrictions: audiences.map(readAudiences),
    oneTimeUse: once.length === 1,
    proxyRestriction: proxies[0] && {
      count: optionalCount(attributesOf(proxies[0], ['Count']).Count, 'Count'),
      audiences: childrenOf(proxies[0], saml('Audience')).map(uriText),
    },
    notUnderstood: conditions.length - audiences.length - proxies.length - once.length,
  };
}

function readAudiences(element: XmlElement): readonly string[] {
  attributesOf(element, []);
  const inside = new Sequence(element);
  const audiences = [inside.one(saml('Audience')), ...inside.many(saml('Audience'))].map(uriText);
  inside.end();
  return audiences;
}

function readAuthnStatement(element: XmlElement): AuthnStatement {
  const given = attributesOf(element, ['AuthnInstant', 'SessionIndex', 'SessionNotOnOrAfter']);
  const inside = new Sequence(element);
  inside.optional(saml('SubjectLocality'));
  const context = inside.one(saml('AuthnContext'));
  inside.end();
  return {
    authnInstant: requiredInstant(given.AuthnInstant, 'AuthnInstant'),
    sessionIndex: given.SessionIndex,
    sessionNotOnOrAfter: optionalInstant(given.SessionNotOnOrAfter, 'SessionNotOnOrAfter'),
    ...readContext(context),
  };
}

/** A declaration inside (AuthnContextDecl) is passed over: it is not a name that anybody could compare. */
function readContext(element: XmlElement) {
  attributesOf(element, []);
  const inside = new Sequence(element);
  const classRef = inside.optional(saml('AuthnContextClassRef'));
  inside.optional(saml('AuthnContextDecl'));
  const declRef = inside.optional(saml('AuthnContextDeclRef'));
  const authorities = inside.many(saml('AuthenticatingAuthority')).map(uriText);
  inside.end();
  return {
    classRef: classRef && uriText(classRef),
    declRef: declRef && uriText(declRef),
    authenticatingAuthorities: authorities,
  };
}

function readAttributeStatement(element: XmlElement): readonly Attribute[] {
  attributesOf(element, []);
  const inside = new Sequence(element);
  const attributes = inside.many(saml('Attribute'));
  inside.end();
  return attributes.map(readAttribute);
}

/** Reads an Attribute (SAML Core 2.7.3.1), also one of metadata. Attributes of other namespaces may stand on it. */
export function readAttribute(element: XmlElement): Attribute {
  const given = attributesOf(element, ['Name', 'NameFormat', 'FriendlyName'], { foreign: true });
  const inside = new Sequence(element);
  const values = inside.many(saml('AttributeValue'));
  inside.end();
  return {
    name: required(optionalUri(given.Name, 'Name'), 'Name of Attribute'),
    nameFormat: optionalUri(given.NameFormat, 'NameFormat'),
    friendlyName: given.FriendlyName,
    values: values.flatMap((value) => valueText(value) ?? []),
  };
}

/** Text, or that of the one NameID inside; a value that is nil, or of other elements, is no value to us. */
function valueText(element: XmlElement): string | undefined {
  if (['true', '1'].includes(attributeOf(element, 'nil', ns.xsi) ?? '')) return undefined;
  const nameId = onlyChild(element, saml('NameID'));
  return nameId === undefined ? textOf(element) : readNameId(nameId).value;
}
