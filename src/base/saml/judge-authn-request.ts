// Judges the AuthnRequest of a service provider: pure, with all that it depends on as arguments.
import type { AuthnRequest } from './authn-request.ts';
import { type Freshness, freshUntil, wrongInstant } from './freshness.ts';
import { brokenSignature, messageSignature, type SignatureFacts, wrongDestination } from './message-signature.ts';
import type { IndexedEndpoint } from './metadata.ts';
import { bindings } from './names.ts';
import type { OpeningFault, OpenMessage } from './open-message.ts';
import { readAuthnRequest } from './read-authn-request.ts';
import { reading } from './read-element.ts';
import { firstRefusal, type OneUse, type Peer, type Refused, refuse, type SamlCheck } from './verdict.ts';

export interface AuthnRequestExpected extends Freshness {
  /** Where the message came in: our endpoint, as we have it published. */
  readonly endpointUrl: string;
  /** Registered under the claimed issuer. */
  readonly serviceProvider: Peer & {
    /** By either side's wish (AuthnRequestsSigned, WantAuthnRequestsSigned). */
    readonly mustSign: boolean;
    readonly assertionConsumer: readonly IndexedEndpoint[];
    /** Indexes of its AttributeConsumingServices. */
    readonly attributeConsuming: readonly number[];
  };
  /** URIs of the bindings by which we answer. Default: HTTP-POST alone. */
  readonly answers?: readonly string[] | undefined;
}

export type AuthnRequestCheckName =
  | 'issuer'
  | 'signature'
  | 'signed'
  | 'destination'
  | 'instant'
  | 'assertionConsumer'
  | 'answerBinding'
  | 'attributeConsuming';

export type AuthnRequestReason = OpeningFault | AuthnRequestCheckName;

export type AuthnRequestVerdict =
  | {
      readonly accepted: true;
      readonly request: AuthnRequest;
      /** Where the answer goes: registered, never what the message alone says. */
      readonly answerTo: IndexedEndpoint;
      readonly signed: boolean;
      readonly oneUse: OneUse;
    }
  | Refused<AuthnRequestReason>;

export interface AuthnRequestFacts {
  readonly request: AuthnRequest;
  readonly signature: SignatureFacts;
  /** The registered endpoint that the request names, or the default one. */
  readonly answerTo?: IndexedEndpoint | undefined;
}

export const authnRequestChecks: readonly SamlCheck<AuthnRequestFacts, AuthnRequestExpected, AuthnRequestCheckName>[] =
  [
    {
      name: 'issuer',
      clause: 'SAML Profiles 4.1.4.1',
      test: ({ request }, { serviceProvider }) =>
        request.issuer === serviceProvider.entityId ? undefined : 'of another issuer',
    },
    {
      name: 'signature',
      clause: 'SAML Core 5.4; SAML Bindings 3.4.4.1',
      test: ({ signature }) => brokenSignature(signature),
    },
    {
      name: 'signed',
      clause: 'SAML Metadata 2.4.3, 2.4.4; Sweden Connect 5.2',
      test: ({ signature }, { serviceProvider }) =>
        signature.present || !serviceProvider.mustSign ? undefined : 'not signed',
    },
    {
      name: 'destination',
      clause: 'SAML Core 3.2.1; SAML Bindings 3.4.5.2, 3.5.5.2',
      test: ({ request, signature }, { endpointUrl }) => wrongDestination(request.destination, signature, endpointUrl),
    },
    {
      name: 'instant',
      clause: 'SAML Core 3.2.1: of the present',
      test: ({ request: { issueInstant } }, expected) => wrongInstant(issueInstant, expected),
    },
    {
      name: 'assertionConsumer',
      clause: 'SAML Profiles 4.1.4.1: the endpoint must be known to be the service provider’s',
      test: ({ answerTo }) => (answerTo === undefined ? 'an answer to a place that is not registered' : undefined),
    },
    {
      name: 'answerBinding',
      clause: 'SAML Core 3.4.1 ProtocolBinding; SAML Profiles 4.1.2: never by Redirect',
      test: ({ answerTo }, { answers = [bindings.post] }) =>
        answerTo !== undefined && answers.includes(answerTo.binding)
          ? undefined
          : 'an answer by a binding that we do not answer by',
    },
    {
      name: 'attributeConsuming',
      clause: 'SAML Core 3.4.1 AttributeConsumingServiceIndex',
      test: ({ request: { attributeConsumingServiceIndex: index } }, { serviceProvider }) =>
        index === undefined || serviceProvider.attributeConsuming.includes(index)
          ? undefined
          : 'attributes by an index that is not registered',
    },
  ];

/** Judges by the list. Tests hand in a shorter one to see that each entry counts. */
export function judgeAuthnRequest(
  message: OpenMessage,
  expected: AuthnRequestExpected,
  checks = authnRequestChecks,
): AuthnRequestVerdict {
  if (message.kind !== 'AuthnRequest') return refuse('wrongMessage', `${message.kind} where an AuthnRequest is due`);
  const { serviceProvider } = expected;
  const signature = messageSignature(message, serviceProvider);
  const read = reading(() => readAuthnRequest(signature.element));
  if (!read.ok) return refuse('structure', read.because);
  const request = read.value;
  const answerTo = consumerOf(request, serviceProvider.assertionConsumer, expected.answers ?? [bindings.post]);
  const refused = firstRefusal(checks, { request, signature, answerTo }, expected);
  if (refused !== undefined) return refused;
  if (answerTo === undefined) return refuse('assertionConsumer', 'no place to answer to');
  const oneUse = { issuer: request.issuer, ids: [request.id], until: freshUntil(request.issueInstant, expected) };
  return { accepted: true, request, answerTo, signed: signature.present, oneUse };
}

/** The endpoint that a request names by index, or by URL and binding; without either the default (SAML Metadata 2.2.3). */
function consumerOf(
  { assertionConsumerServiceIndex: index, assertionConsumerServiceUrl: url, protocolBinding }: AuthnRequest,
  registered: readonly IndexedEndpoint[],
  answers: readonly string[],
): IndexedEndpoint | undefined {
  if (index !== undefined) return registered.find((endpoint) => endpoint.index === index);
  const named = registered.filter(
    ({ location, binding }) =>
      (url === undefined || location === url) && (protocolBinding === undefined || binding === protocolBinding),
  );
  // One place may be registered for several bindings: of those, one by which we answer.
  const usable = named.filter(({ binding }) => answers.includes(binding));
  const candidates = usable.length > 0 ? usable : named;
  return (
    candidates.find(({ isDefault }) => isDefault === true) ??
    candidates.find(({ isDefault }) => isDefault === undefined) ??
    candidates[0]
  );
}
