// Every requirement on a Response before its assertion is looked into, as one named list in security order.
import { asksForCbc, elementsIn, isNamed, type XmlElement } from '../xml/index.ts';
import { brokenSignature, type SignatureFacts, wrongDestination } from './message-signature.ts';
import { ns, statusCodes } from './names.ts';
import { namesOf } from './read-element.ts';
import type { ResponseEnvelope } from './response.ts';
import type { ResponseExpected } from './response-expected.ts';
import { isAhead, type SamlCheck, skewOf } from './verdict.ts';

export interface ResponseFacts {
  readonly response: ResponseEnvelope;
  readonly signature: SignatureFacts;
  /** The document as it came, signed or not. */
  readonly root: XmlElement;
}

export type ResponseCheckName =
  | 'status'
  | 'responseSignature'
  | 'responseSigned'
  | 'destination'
  | 'responseIssuer'
  | 'unsolicited'
  | 'inResponseTo'
  | 'responseInstant'
  | 'oneAssertion'
  | 'strayAssertion'
  | 'encrypted'
  | 'cipher';

const saml = namesOf(ns.saml);

/** All assertions of a tree, wherever they stand. */
export const assertionsIn = (root: XmlElement): number =>
  [...elementsIn(root)].filter((each) => isNamed(each, saml('Assertion')) || isNamed(each, saml('EncryptedAssertion')))
    .length;

const held = ({ response }: ResponseFacts): number => response.assertions.length + response.encryptedAssertions.length;

export const responseChecks: readonly SamlCheck<ResponseFacts, ResponseExpected, ResponseCheckName>[] = [
  {
    name: 'status',
    clause: 'SAML Core 3.2.2.2',
    test: ({ response: { status } }) => (status.code === statusCodes.success ? undefined : 'the provider says no'),
  },
  {
    name: 'responseSignature',
    clause: 'SAML Core 5.4; SAML Profiles 4.1.4.3',
    test: ({ signature }) => brokenSignature(signature),
  },
  {
    name: 'responseSigned',
    clause: 'the provider is registered as one that signs its Responses (S13); Sweden Connect 6.1',
    test: ({ signature }, { provider }) =>
      provider.signs === 'assertion' || signature.present ? undefined : 'the Response is not signed',
  },
  {
    name: 'destination',
    clause: 'SAML Core 3.2.2; SAML Bindings 3.5.5.2',
    test: ({ response, signature }, { acsUrl }) => wrongDestination(response.destination, signature, acsUrl),
  },
  {
    name: 'responseIssuer',
    clause: 'SAML Profiles 4.1.4.2: left out only where neither a signature nor encryption is on this level',
    test: ({ response: { issuer, encryptedAssertions }, signature }, { provider }) => {
      if (issuer === undefined)
        return signature.present || encryptedAssertions.length > 0 ? 'the Response has no issuer' : undefined;
      return issuer === provider.entityId ? undefined : 'the Response is of another issuer';
    },
  },
  {
    name: 'unsolicited',
    clause: 'SAML Profiles 4.1.5; off unless a provider is registered for it (S12)',
    test: (_, { request, unsolicitedAllowed = false }) =>
      request !== undefined || unsolicitedAllowed ? undefined : 'nothing was asked',
  },
  {
    name: 'inResponseTo',
    clause: 'SAML Core 3.2.2; SAML Profiles 4.1.4.3, 4.1.5',
    test: ({ response }, { request }) =>
      response.inResponseTo === request?.id ? undefined : 'the Response answers another request',
  },
  {
    name: 'responseInstant',
    clause: 'SAML Core 3.2.2: neither of the future nor from before the request',
    test: ({ response: { issueInstant } }, expected) => {
      if (isAhead(issueInstant, expected)) return 'the Response is of the future';
      const earliest = (expected.request?.at ?? Number.NEGATIVE_INFINITY) - skewOf(expected);
      return issueInstant < earliest ? 'the Response is older than the request' : undefined;
    },
  },
  {
    name: 'oneAssertion',
    clause: 'SAML Profiles 4.1.4.2, narrowed to one (S7); Sweden Connect 6.2',
    test: (facts) => (held(facts) === 1 ? undefined : `${held(facts)} assertions`),
  },
  {
    name: 'strayAssertion',
    clause: 'an assertion in any other place is there to be taken for the signed one (S1)',
    test: (facts) => (assertionsIn(facts.root) === held(facts) ? undefined : 'an assertion out of place'),
  },
  {
    name: 'encrypted',
    clause: 'Sweden Connect 6.2, where we ask for it',
    test: ({ response }, { encryption }) =>
      encryption?.required === true && response.encryptedAssertions.length === 0
        ? 'the assertion is not encrypted'
        : undefined,
  },
  {
    name: 'cipher',
    clause:
      'xmlenc-core 6.1.4 (S10): CBC only from a provider that is registered for it, so that no other one can put what was encrypted for us into a Response of its own and ask',
    test: ({ response }, { encryption }) =>
      encryption?.allowCbc !== true && response.encryptedAssertions.some(asksForCbc)
        ? 'encrypted by AES-CBC, which the provider is not registered for'
        : undefined,
  },
];
