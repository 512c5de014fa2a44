// What the cases of the corpus are made from: keys, one instant, a right answer, and the ways to spoil it.
import { createPublicKey } from 'node:crypto';
import { generateSigningKey } from '../../src/base/jose/index.ts';
import {
  type Assertion,
  confirmationMethods,
  nameIdFormats,
  ns,
  type StatusResponse,
  signMessage,
  statusCodes,
  writeAssertion,
  writeResponse,
} from '../../src/base/saml/index.ts';
import {
  childrenOf,
  type EncryptionOptions,
  elementMaker,
  encryptElement,
  withContent,
  writeXml,
  type XmlElement,
} from '../../src/base/xml/index.ts';

export const now = Date.UTC(2026, 10, 29, 9, 0, 0);
export const secondMs = 1000;
export const minuteMs = 60 * secondMs;

const rsa = () => generateSigningKey('RS256', { modulusBits: 2048 });
export const keys = { provider: rsa(), application: rsa(), ours: rsa(), attacker: rsa() };
export const curve = generateSigningKey('ES256');

export const ownEntityId = 'https://hub.example/saml';
export const acsUrl = 'https://hub.example/saml/acs';
export const ssoUrl = 'https://hub.example/saml/sso';
export const sloUrl = 'https://hub.example/saml/slo';
export const artifactUrl = 'https://hub.example/saml/artifact';
/** ID of our own ArtifactResolve. */
export const artifactRequestId = '_resolve0';
export const providerId = 'https://idp.kommun.example/metadata';
export const applicationId = 'https://app.example/sp';
export const applicationAcs = 'https://app.example/saml/acs';
export const requestId = '_request1';
export const requestAt = now - 30 * secondMs;
export const loa3 = 'http://id.elegnamnden.se/loa/1.0/loa3';

/** One case: a message as it is delivered, what differs from the usual, and what must come of it. */
export interface Case {
  readonly kind:
    | 'response'
    | 'request'
    | 'logout-request'
    | 'logout-response'
    | 'artifact'
    | 'artifact-resolve'
    | 'artifact-response'
    | 'metadata';
  /** The document, for POST and metadata; or the fields of a form, the query of an address, a SOAP envelope. */
  readonly xml?: string;
  readonly base64?: string;
  readonly post?: readonly (readonly [string, string])[];
  readonly redirect?: string;
  readonly at?: number;
  readonly signs?: 'response' | 'assertion' | 'both';
  readonly request?: Readonly<Record<string, unknown>> | null;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly expect: Readonly<Record<string, unknown>>;
}

export const goodAssertion: Assertion = {
  id: '_assertion1',
  issueInstant: now - secondMs,
  issuer: providerId,
  subject: {
    nameId: { value: 'AAdzZWNyZXQx', format: nameIdFormats.persistent },
    confirmations: [
      {
        method: confirmationMethods.bearer,
        data: { notOnOrAfter: now + 5 * minuteMs, recipient: acsUrl, inResponseTo: requestId },
      },
    ],
  },
  conditions: {
    notBefore: now - minuteMs,
    notOnOrAfter: now + 5 * minuteMs,
    audienceRestrictions: [[ownEntityId]],
    oneTimeUse: false,
    notUnderstood: 0,
  },
  authnStatements: [
    { authnInstant: now - 10 * secondMs, sessionIndex: '_session1', classRef: loa3, authenticatingAuthorities: [] },
  ],
  attributeStatements: [
    [
      { name: 'urn:oid:2.5.4.42', values: ['Åsa'] },
      { name: 'urn:oid:1.2.752.29.4.13', values: ['197001011234'] },
    ],
  ],
};

export const goodResponse: StatusResponse = {
  id: '_response1',
  issueInstant: now - secondMs,
  issuer: providerId,
  destination: acsUrl,
  inResponseTo: requestId,
  status: { code: statusCodes.success },
};

/** An answer that is right but for what is asked for. `change…` comes before the signature, so the provider signs it. */
export interface Spoilt {
  readonly assertion?: Partial<Assertion>;
  readonly changeAssertion?: (assertion: XmlElement) => XmlElement;
  /** After its signature. */
  readonly changeSigned?: (assertion: XmlElement) => XmlElement;
  readonly response?: Partial<StatusResponse>;
  readonly changeResponse?: (response: XmlElement) => XmlElement;
  /** What is signed by whom; `undefined` there leaves the signature out. Default: both by the provider. */
  readonly assertionKey?: typeof keys.provider.key | undefined;
  readonly responseKey?: typeof keys.provider.key | undefined;
  readonly encrypt?: Partial<EncryptionOptions> | ((assertion: XmlElement) => XmlElement);
}

const ours = createPublicKey(keys.ours.privateKey);

export function assertionOf(spoilt: Spoilt = {}): XmlElement {
  const { changeAssertion = same, changeSigned = same } = spoilt;
  const written = changeAssertion(writeAssertion({ ...goodAssertion, ...spoilt.assertion }));
  const key = 'assertionKey' in spoilt ? spoilt.assertionKey : keys.provider.key;
  return changeSigned(key === undefined ? written : signMessage(written, key));
}

export function responseOf(spoilt: Spoilt = {}): XmlElement {
  const assertion = assertionOf(spoilt);
  const { encrypt, changeResponse = same } = spoilt;
  const response = { ...goodResponse, ...spoilt.response };
  const encryptedData =
    typeof encrypt === 'function'
      ? encrypt(assertion)
      : encrypt && encryptElement(assertion, { recipient: ours, ...encrypt });
  const written = changeResponse(
    writeResponse({ ...response, ...(encryptedData === undefined ? { assertion } : { encryptedData }) }),
  );
  const key = 'responseKey' in spoilt ? spoilt.responseKey : keys.provider.key;
  return key === undefined ? written : signMessage(written, key);
}

const same = (element: XmlElement): XmlElement => element;

/** A refused answer: spoilt so, and so refused. */
export const refused = (
  reason: string,
  spoilt: Spoilt,
  more: Partial<Omit<Case, 'kind' | 'expect' | 'xml'>> = {},
  because?: string,
): Case => ({
  kind: 'response',
  xml: writeXml(responseOf(spoilt)),
  ...more,
  expect: { reason, ...(because === undefined ? {} : { because }) },
});

export const saml = elementMaker('saml', ns.saml);
export const samlp = elementMaker('samlp', ns.samlp);
export const ds = elementMaker('ds', ns.ds);

/** The same element with one child of a name changed, or taken out. */
export const changeChild =
  (local: string, change: (child: XmlElement) => XmlElement | undefined) =>
  (element: XmlElement): XmlElement =>
    withContent(
      element,
      element.content.flatMap((node) =>
        typeof node !== 'string' && node.local === local ? (change(node) ?? []) : [node],
      ),
    );

export const without = (local: string) => changeChild(local, () => undefined);

/** The same element with an attribute of another value, or without it. */
export const withAttribute =
  (local: string, value: string | undefined) =>
  (element: XmlElement): XmlElement => ({
    ...element,
    attributes: [
      ...element.attributes.filter((attribute) => attribute.local !== local),
      ...(value === undefined ? [] : [{ prefix: '', namespace: '', local, value }]),
    ],
  });

/** The same element with children put in behind the child of a name. */
export const insertAfter =
  (local: string, ...more: readonly XmlElement[]) =>
  (element: XmlElement): XmlElement => {
    const at = element.content.findIndex((node) => typeof node !== 'string' && node.local === local);
    return withContent(element, element.content.toSpliced(at + 1, 0, ...more));
  };

export const append =
  (...more: readonly XmlElement[]) =>
  (element: XmlElement): XmlElement =>
    withContent(element, [...element.content, ...more]);

export const child = (element: XmlElement, local: string): XmlElement => {
  const found = childrenOf(element).find((each) => each.local === local);
  if (found === undefined) throw new Error(`no ${local}`);
  return found;
};

export const chain =
  (...changes: readonly ((element: XmlElement) => XmlElement)[]) =>
  (element: XmlElement): XmlElement =>
    changes.reduce((changed, change) => change(changed), element);
