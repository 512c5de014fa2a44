// Reads an AuthnRequest from its element, with the extensions of Sweden Connect that say whom and with which words.
import { attributeOf, childrenOf, type XmlElement } from '../xml/index.ts';
import type {
  AuthnContextComparison,
  AuthnRequest,
  MatchValue,
  NameIdPolicy,
  RequestedAuthnContext,
  Scoping,
  UserMessage,
} from './authn-request.ts';
import { decodeBase64 } from './message-encoding.ts';
import { issuerOf, readMessageParts } from './message-parts.ts';
import { type NameId, readNameId } from './name-id.ts';
import { ns } from './names.ts';
import {
  attributesOf,
  filledText,
  languageOf,
  malformed,
  namesOf,
  optionalBoolean,
  optionalCount,
  optionalUri,
  required,
  Sequence,
  uriText,
} from './read-element.ts';

const saml = namesOf(ns.saml);
const samlp = namesOf(ns.samlp);
const psc = namesOf(ns.psc);
const umsg = namesOf(ns.umsg);

const ownAttributes = [
  'AssertionConsumerServiceURL',
  'AssertionConsumerServiceIndex',
  'ProtocolBinding',
  'AttributeConsumingServiceIndex',
  'ProviderName',
  'ForceAuthn',
  'IsPassive',
] as const;

/** Reads an AuthnRequest (SAML Core 3.4.1). Its Conditions are wishes that an answer may leave, and are left. */
export function readAuthnRequest(element: XmlElement): AuthnRequest {
  const { parts, other, extensions, rest } = readMessageParts(element, ownAttributes);
  const subject = rest.optional(saml('Subject'));
  const policy = rest.optional(samlp('NameIDPolicy'));
  rest.optional(saml('Conditions'));
  const context = rest.optional(samlp('RequestedAuthnContext'));
  const scoping = rest.optional(samlp('Scoping'));
  rest.end();
  return {
    ...parts,
    issuer: issuerOf(parts),
    ...readConsumer(other),
    attributeConsumingServiceIndex: optionalCount(
      other.AttributeConsumingServiceIndex,
      'AttributeConsumingServiceIndex',
    ),
    providerName: other.ProviderName,
    forceAuthn: optionalBoolean(other.ForceAuthn, 'ForceAuthn') ?? false,
    isPassive: optionalBoolean(other.IsPassive, 'IsPassive') ?? false,
    subject: subject && readSubject(subject),
    nameIdPolicy: policy && readPolicy(policy),
    requestedAuthnContext: context && readContext(context),
    scoping: scoping && readScoping(scoping),
    principalSelection: extensions === undefined ? [] : readPrincipalSelection(extensions),
    userMessage: extensions && readUserMessage(extensions),
  };
}

/** Where the answer shall go: by URL and binding, or by index, never by both (SAML Core 3.4.1). */
function readConsumer(given: Partial<Readonly<Record<(typeof ownAttributes)[number], string>>>) {
  const url = optionalUri(given.AssertionConsumerServiceURL, 'AssertionConsumerServiceURL');
  const index = optionalCount(given.AssertionConsumerServiceIndex, 'AssertionConsumerServiceIndex');
  const protocolBinding = optionalUri(given.ProtocolBinding, 'ProtocolBinding');
  if (index !== undefined && (url ?? protocolBinding) !== undefined)
    throw malformed('AssertionConsumerServiceIndex beside URL or ProtocolBinding');
  return { assertionConsumerServiceUrl: url, assertionConsumerServiceIndex: index, protocolBinding };
}

function readSubject(element: XmlElement): NameId {
  attributesOf(element, []);
  const inside = new Sequence(element);
  const nameId = readNameId(inside.one(saml('NameID')));
  // A SubjectConfirmation in a request asks for one that is not bearer (SAML Core 3.4.1); nobody gets that here.
  inside.end();
  return nameId;
}

function readPolicy(element: XmlElement): NameIdPolicy {
  const given = attributesOf(element, ['Format', 'SPNameQualifier', 'AllowCreate']);
  new Sequence(element).end();
  return {
    format: optionalUri(given.Format, 'Format'),
    spNameQualifier: given.SPNameQualifier,
    allowCreate: optionalBoolean(given.AllowCreate, 'AllowCreate') ?? false,
  };
}

const comparisons: readonly AuthnContextComparison[] = ['exact', 'minimum', 'maximum', 'better'];

function readContext(element: XmlElement): RequestedAuthnContext {
  const { Comparison = 'exact' } = attributesOf(element, ['Comparison']);
  const inside = new Sequence(element);
  const classRefs = inside.many(saml('AuthnContextClassRef')).map(uriText);
  const declRefs = inside.many(saml('AuthnContextDeclRef')).map(uriText);
  inside.end();
  if (classRefs.length > 0 === declRefs.length > 0) throw malformed('classes beside declarations, or neither');
  const comparison = required(
    comparisons.find((each) => each === Comparison),
    'right Comparison',
  );
  return { comparison, classRefs, declRefs };
}

function readScoping(element: XmlElement): Scoping {
  const { ProxyCount } = attributesOf(element, ['ProxyCount']);
  const inside = new Sequence(element);
  const list = inside.optional(samlp('IDPList'));
  const requesterIds = inside.many(samlp('RequesterID')).map(uriText);
  inside.end();
  return { proxyCount: optionalCount(ProxyCount, 'ProxyCount'), idpList: list ? readIdpList(list) : [], requesterIds };
}

function readIdpList(element: XmlElement): Scoping['idpList'] {
  attributesOf(element, []);
  const inside = new Sequence(element);
  const entries = [inside.one(samlp('IDPEntry')), ...inside.many(samlp('IDPEntry'))];
  // A list that goes on elsewhere would have to be fetched: GetComplete is passed over (SAML Core 3.4.1.3 lets us).
  inside.optional(samlp('GetComplete'));
  inside.end();
  return entries.map((entry) => {
    const { ProviderID, Name, Loc } = attributesOf(entry, ['ProviderID', 'Name', 'Loc']);
    return {
      providerId: required(optionalUri(ProviderID, 'ProviderID'), 'ProviderID'),
      name: Name,
      loc: optionalUri(Loc, 'Loc'),
    };
  });
}

/** The one extension of a name; that it comes twice would leave open which counts. */
function extensionOf(extensions: XmlElement, name: { namespace: string; local: string }): XmlElement | undefined {
  const found = childrenOf(extensions, name);
  if (found.length > 1) throw malformed(`${name.local} more than once`);
  return found[0];
}

/** Sweden Connect, Principal Selection 2.1. */
function readPrincipalSelection(extensions: XmlElement): readonly MatchValue[] {
  const selection = extensionOf(extensions, psc('PrincipalSelection'));
  if (selection === undefined) return [];
  const inside = new Sequence(selection);
  const values = [inside.one(psc('MatchValue')), ...inside.many(psc('MatchValue'))];
  inside.end();
  return values.map((value) => {
    const { Name, NameFormat } = attributesOf(value, ['Name', 'NameFormat'], { foreign: true });
    return {
      name: required(optionalUri(Name, 'Name'), 'Name of MatchValue'),
      nameFormat: optionalUri(NameFormat, 'NameFormat'),
      value: filledText(value),
    };
  });
}

const mostUserMessageBytes = 8192;

/** Sweden Connect, User Message 2.1: base64 of UTF-8, one text a language. */
function readUserMessage(extensions: XmlElement): UserMessage | undefined {
  const message = extensionOf(extensions, umsg('UserMessage'));
  if (message === undefined) return undefined;
  const mimeType = attributeOf(message, 'mimeType') ?? 'text/plain';
  if (mimeType !== 'text/plain' && mimeType !== 'text/markdown') throw malformed('mimeType that nobody shows');
  const inside = new Sequence(message);
  const texts = [inside.one(umsg('Message')), ...inside.many(umsg('Message'))];
  inside.end();
  return {
    mimeType,
    messages: texts.map((each) => ({ language: languageOf(each), text: decodedText(wholeBase64(each)) })),
  };
}

const wholeBase64 = (element: XmlElement): Buffer =>
  required(decodeBase64(filledText(element).replace(/[ \t]/g, ''), mostUserMessageBytes), 'base64 in Message');

function decodedText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('a Message that is no UTF-8');
  }
}
