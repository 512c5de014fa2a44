// What a request asks for, after it is known who asks and where the answer goes: each refusal is a status to the application.
import { type AuthnRequest, nameIdFormats, statusCodes } from '../../../base/saml/index.ts';
import { answerRulesOf, askedLevel, type SamlApplication } from '../../../core/catalogue/index.ts';
import type { SamlStatus, StatusCheck } from './checks.ts';

export interface ContentFacts {
  readonly request: AuthnRequest;
  readonly application: SamlApplication;
}

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
];

function asked({ requestedAuthnContext: wanted }: AuthnRequest): 'comparison' | 'unknownNames' | undefined {
  if (wanted === undefined) return undefined;
  const found = askedLevel({ comparison: wanted.comparison, names: wanted.classRefs });
  return found.ok ? undefined : found.because;
}
