// What a request asks for, after it is known who asks and where the answer goes: each refusal is a status to the application.
import { type AuthnRequest, nameIdFormats, statusCodes } from '../../../base/saml/index.ts';
import { answerRulesOf, askedLevel, type SamlApplication } from '../../../core/catalogue/index.ts';
import type { SamlStatus, StatusCheck } from './checks.ts';
import type { WaysAsked } from './ways-asked.ts';

export interface ContentFacts {
  readonly request: AuthnRequest;
  readonly application: SamlApplication;
  /** Whether the application signed it. */
  readonly signed: boolean;
  readonly ways: WaysAsked;
}

/** What a person reads in passing, and an address can carry in two languages. */
export const mostMessageLength = 500;

const responder = (second: string): SamlStatus => ({ code: statusCodes.responder, second });
const requester = (second: string): SamlStatus => ({ code: statusCodes.requester, second });

/** The request's own wish for a format; undefined when the record alone decides. */
const wishedFormat = ({ nameIdPolicy }: AuthnRequest): string | undefined =>
  nameIdPolicy?.format === nameIdFormats.unspecified ? undefined : nameIdPolicy?.format;

/** A name that is good for one session tells less than any other: whoever asks for one gets it. */
export const wantsTransient = (request: AuthnRequest): boolean => wishedFormat(request) === nameIdFormats.transient;

export const requestContentChecks: readonly StatusCheck<ContentFacts>[] = [
  {
    name: 'request.nameFormat',
    clause: 'SAML Core 3.4.1.1 Format: as asked for, or refused',
    status: requester(statusCodes.invalidNameIdPolicy),
    test: ({ request, application }) => {
      const wished = wishedFormat(request);
      if (wished === undefined || wantsTransient(request)) return undefined;
      return wished === nameIdFormats[answerRulesOf(application).nameId.format]
        ? undefined
        : 'a format of NameID that the application is not registered for';
    },
  },
  {
    name: 'request.nameQualifier',
    clause: 'SAML Core 3.4.1.1 SPNameQualifier: of no affiliation',
    status: requester(statusCodes.invalidNameIdPolicy),
    test: ({ request, application }) => {
      const qualifier = request.nameIdPolicy?.spNameQualifier;
      return qualifier === undefined || qualifier === application.entityId ? undefined : 'a name as of another entity';
    },
  },
  {
    name: 'request.levelComparison',
    clause: 'SAML Core 3.3.2.2.1: a limit upwards cannot be promised',
    status: requester(statusCodes.noAuthnContext),
    test: ({ request }) => (asked(request) === 'comparison' ? 'levels by maximum or better' : undefined),
  },
  {
    name: 'request.levelNames',
    clause: 'SAML Core 3.3.2.2.1; house: names are compared exactly, none is guessed',
    status: requester(statusCodes.noAuthnContext),
    test: ({ request }) => (asked(request) === 'unknownNames' ? 'no name of a level that is known here' : undefined),
  },
  {
    name: 'request.idpSupported',
    clause: 'SAML Core 3.4.1.3, 3.2.2.2 NoSupportedIDP: others than those listed are not acceptable to the application',
    status: responder(statusCodes.noSupportedIdp),
    test: ({ ways: { listed, known } }) =>
      listed && known.length === 0 ? 'none of the listed providers is known here' : undefined,
  },
  {
    name: 'request.idpAvailable',
    clause: 'SAML Core 3.2.2.2 NoAvailableIDP',
    status: responder(statusCodes.noAvailableIdp),
    test: ({ ways: { listed, open } }) =>
      listed && open.length === 0
        ? 'none of the listed providers is one that lets people into the application'
        : undefined,
  },
  {
    name: 'request.proxyCount',
    clause: 'SAML Core 3.4.1.2, 3.2.2.2 ProxyCountExceeded: of 0, what we prove ourselves or nothing',
    status: responder(statusCodes.proxyCountExceeded),
    test: ({ ways: { direct, open } }) =>
      direct && open.length === 0 ? 'no way in that is proven here, and nobody else may be asked' : undefined,
  },
  {
    name: 'request.userMessage',
    clause: 'Sweden Connect, User Message 2: words for the person are those of an application that signed them',
    status: requester(statusCodes.requestDenied),
    test: ({ request: { userMessage }, signed }) =>
      userMessage === undefined || signed ? undefined : 'words for the person in a request that is not signed',
  },
  {
    name: 'request.userMessageLength',
    clause: 'Sweden Connect, User Message 2; house: what is shown is short',
    status: requester(statusCodes.requestUnsupported),
    test: ({ request: { userMessage } }) =>
      (userMessage?.messages ?? []).every(({ text }) => text.length <= mostMessageLength)
        ? undefined
        : `words for the person of more than ${mostMessageLength} characters`,
  },
];

function asked({ requestedAuthnContext: wanted }: AuthnRequest): 'comparison' | 'unknownNames' | undefined {
  if (wanted === undefined) return undefined;
  const found = askedLevel({ comparison: wanted.comparison, names: wanted.classRefs });
  return found.ok ? undefined : found.because;
}
