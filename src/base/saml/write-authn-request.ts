// Writes an AuthnRequest as an element, ready to be signed and sent.
import { elementMaker, type XmlElement } from '../xml/index.ts';
import type { AuthnRequest, RequestedAuthnContext, Scoping } from './authn-request.ts';
import { encodeBase64 } from './message-encoding.ts';
import { issuerContent, messageAttributes } from './message-parts.ts';
import { writeNameId } from './name-id.ts';
import { ns } from './names.ts';

const saml = elementMaker('saml', ns.saml);
const samlp = elementMaker('samlp', ns.samlp);
const psc = elementMaker('psc', ns.psc);
const umsg = elementMaker('umsg', ns.umsg);

const some = <Value>(value: Value | undefined, write: (value: Value) => XmlElement): readonly XmlElement[] =>
  value === undefined ? [] : [write(value)];

/** SAML Core 3.4.1. What is not said is left out, but ForceAuthn: Sweden Connect 5.3 wants it spelled out. */
export function writeAuthnRequest(request: AuthnRequest): XmlElement {
  return samlp(
    'AuthnRequest',
    {
      ...messageAttributes(request),
      AssertionConsumerServiceURL: request.assertionConsumerServiceUrl,
      AssertionConsumerServiceIndex: request.assertionConsumerServiceIndex?.toString(),
      ProtocolBinding: request.protocolBinding,
      AttributeConsumingServiceIndex: request.attributeConsumingServiceIndex?.toString(),
      ProviderName: request.providerName,
      ForceAuthn: String(request.forceAuthn),
      IsPassive: request.isPassive ? 'true' : undefined,
    },
    ...issuerContent(request.issuer),
    ...writeExtensions(request),
    ...some(request.subject, (subject) => saml('Subject', {}, writeNameId(subject))),
    ...some(request.nameIdPolicy, ({ format, spNameQualifier, allowCreate }) =>
      samlp('NameIDPolicy', {
        Format: format,
        SPNameQualifier: spNameQualifier,
        AllowCreate: allowCreate ? 'true' : undefined,
      }),
    ),
    ...some(request.requestedAuthnContext, writeContext),
    ...some(request.scoping, writeScoping),
  );
}

function writeExtensions({ principalSelection, userMessage }: AuthnRequest): readonly XmlElement[] {
  const inside: XmlElement[] = [];
  if (principalSelection.length > 0) {
    const values = principalSelection.map(({ name, nameFormat, value }) =>
      psc('MatchValue', { Name: name, NameFormat: nameFormat }, value),
    );
    inside.push(psc('PrincipalSelection', {}, ...values));
  }
  if (userMessage !== undefined) {
    const texts = userMessage.messages.map(({ language, text }) =>
      umsg(
        'Message',
        [{ prefix: 'xml', namespace: ns.xml, local: 'lang', value: language }],
        encodeBase64(Buffer.from(text)),
      ),
    );
    inside.push(umsg('UserMessage', { mimeType: userMessage.mimeType }, ...texts));
  }
  return inside.length === 0 ? [] : [samlp('Extensions', {}, ...inside)];
}

function writeContext({ comparison, classRefs, declRefs }: RequestedAuthnContext): XmlElement {
  return samlp(
    'RequestedAuthnContext',
    { Comparison: comparison },
    ...classRefs.map((ref) => saml('AuthnContextClassRef', {}, ref)),
    ...declRefs.map((ref) => saml('AuthnContextDeclRef', {}, ref)),
  );
}

function writeScoping({ proxyCount, idpList, requesterIds }: Scoping): XmlElement {
  const entries = idpList.map(({ providerId, name, loc }) =>
    samlp('IDPEntry', { ProviderID: providerId, Name: name, Loc: loc }),
  );
  return samlp(
    'Scoping',
    { ProxyCount: proxyCount?.toString() },
    ...(entries.length === 0 ? [] : [samlp('IDPList', {}, ...entries)]),
    ...requesterIds.map((id) => samlp('RequesterID', {}, id)),
  );
}
