// Every requirement on the assertion of a Response, as one named list in security order; a test can drop each.
import { dayMs } from '../clock.ts';
import type { AuthnStatement, SubjectConfirmation } from './assertion.ts';
import { confirmationMethods } from './names.ts';
import type { AssertionInHand } from './open-assertion.ts';
import type { ResponseExpected } from './response-expected.ts';
import { hasPassed, isAhead, type SamlCheck, skewOf } from './verdict.ts';

export type AssertionCheckName =
  | 'assertionSignature'
  | 'assertionSigned'
  | 'nestedAssertion'
  | 'comment'
  | 'assertionIssuer'
  | 'assertionInstant'
  | 'subject'
  | 'holderOfKey'
  | 'bearer'
  | 'recipient'
  | 'confirmationInResponseTo'
  | 'confirmationBegun'
  | 'confirmationEnd'
  | 'audience'
  | 'conditionsOrder'
  | 'conditionsBegun'
  | 'conditionsEnd'
  | 'unknownCondition'
  | 'proxyRestriction'
  | 'authnStatement'
  | 'attributeStatements'
  | 'authnContext'
  | 'requestedContext'
  | 'authnInstant'
  | 'forcedAuthn'
  | 'sessionEnd';

const confirmations = ({ assertion }: AssertionInHand): readonly SubjectConfirmation[] =>
  assertion.subject?.confirmations ?? [];

/** The data of the first bearer confirmation: `bearer` has seen to it that it is the only one. */
export const bearerData = (facts: AssertionInHand): NonNullable<SubjectConfirmation['data']> =>
  confirmations(facts).find(({ method }) => method === confirmationMethods.bearer)?.data ?? {};

/** The first statement: `authnStatement` has seen to it that it is the only one. */
export const statementOf = ({ assertion }: AssertionInHand): AuthnStatement | undefined => assertion.authnStatements[0];

const ifBefore = (what: string, at: number | undefined, expected: ResponseExpected): string | undefined =>
  at !== undefined && isAhead(at, expected) ? `${what} not begun` : undefined;
const ifAfter = (what: string, end: number | undefined, expected: ResponseExpected): string | undefined =>
  end !== undefined && hasPassed(end, expected) ? `${what} over` : undefined;

/** Providers say minutes or an hour. */
const longestConfirmationMs = dayMs;

export const assertionChecks: readonly SamlCheck<AssertionInHand, ResponseExpected, AssertionCheckName>[] = [
  {
    name: 'assertionSignature',
    clause: 'SAML Core 5.4; SAML Profiles 4.1.4.3',
    test: ({ fault }) => fault,
  },
  {
    name: 'assertionSigned',
    clause: 'the provider is registered as one that signs its assertions (S13); a signature around does not excuse it',
    test: ({ signed }, { provider }) =>
      provider.signs === 'response' || signed ? undefined : 'the assertion is not signed',
  },
  {
    name: 'nestedAssertion',
    clause: 'an assertion in any other place is there to be taken for the signed one (S1)',
    test: ({ inside }) => (inside === 1 ? undefined : 'an assertion inside the assertion'),
  },
  {
    name: 'comment',
    clause: 'SAML Core 5.4.3: comments are no part of what is signed, so they could divide a name anywhere (S8)',
    test: ({ commented }) => (commented ? 'a comment inside a value' : undefined),
  },
  {
    name: 'assertionIssuer',
    clause: 'SAML Profiles 4.1.4.2',
    test: ({ assertion }, { provider }) =>
      assertion.issuer === provider.entityId ? undefined : 'the assertion is of another issuer',
  },
  {
    name: 'assertionInstant',
    clause: 'SAML Core 2.3.3',
    test: ({ assertion }, expected) =>
      isAhead(assertion.issueInstant, expected) ? 'the assertion is of the future' : undefined,
  },
  {
    name: 'subject',
    clause: 'SAML Profiles 4.1.4.2',
    test: ({ assertion }) => (assertion.subject === undefined ? 'about nobody' : undefined),
  },
  {
    name: 'holderOfKey',
    clause:
      'SAML V2.0 Holder-of-Key Web Browser SSO Profile 2.6: a key would have to be shown, and none is asked for (S19)',
    test: (facts) =>
      confirmations(facts).some(({ method }) => method === confirmationMethods.holderOfKey)
        ? 'confirmed by a key that nobody showed'
        : undefined,
  },
  {
    name: 'bearer',
    clause: 'SAML Profiles 4.1.4.2: bearer, narrowed to one and no other',
    test: (facts) => {
      const [first, ...more] = confirmations(facts);
      return first?.method === confirmationMethods.bearer && first.data !== undefined && more.length === 0
        ? undefined
        : 'not one bearer confirmation';
    },
  },
  {
    name: 'recipient',
    clause: 'SAML Profiles 4.1.4.3',
    test: (facts, { acsUrl }) => (bearerData(facts).recipient === acsUrl ? undefined : 'for another recipient'),
  },
  {
    name: 'confirmationInResponseTo',
    clause: 'SAML Profiles 4.1.4.3, 4.1.5',
    test: (facts, { request }) =>
      bearerData(facts).inResponseTo === request?.id ? undefined : 'the assertion answers another request',
  },
  {
    name: 'confirmationBegun',
    clause: 'SAML Core 2.4.1.2',
    test: (facts, expected) => ifBefore('the confirmation has', bearerData(facts).notBefore, expected),
  },
  {
    name: 'confirmationEnd',
    clause: 'SAML Profiles 4.1.4.2, 4.1.4.3: the end must be said, and near, for its ids are remembered until then',
    test: (facts, expected) => {
      const { notOnOrAfter } = bearerData(facts);
      if (notOnOrAfter === undefined) return 'no end';
      if (notOnOrAfter > expected.now + longestConfirmationMs) return 'an end too far away';
      return ifAfter('the confirmation is', notOnOrAfter, expected);
    },
  },
  {
    name: 'audience',
    clause: 'SAML Core 2.5.1.4: every restriction names us; SAML Profiles 4.1.4.2: there is one (S11)',
    test: ({ assertion: { conditions } }, { ownEntityId }) => {
      const restrictions = conditions?.audienceRestrictions ?? [];
      return restrictions.length > 0 && restrictions.every((audiences) => audiences.includes(ownEntityId))
        ? undefined
        : 'for another audience';
    },
  },
  {
    name: 'conditionsOrder',
    clause: 'SAML Core 2.5.1.2: begins before it ends, so that skew on both sides cannot make time of nothing',
    test: ({ assertion: { conditions: { notBefore = 0, notOnOrAfter = Number.POSITIVE_INFINITY } = {} } }) =>
      notBefore < notOnOrAfter ? undefined : 'the assertion ends before it begins',
  },
  {
    name: 'conditionsBegun',
    clause: 'SAML Core 2.5.1.2; it may be unsaid (Inera)',
    test: ({ assertion: { conditions } }, expected) => ifBefore('the assertion has', conditions?.notBefore, expected),
  },
  {
    name: 'conditionsEnd',
    clause: 'SAML Core 2.5.1.2 (S11)',
    test: ({ assertion: { conditions } }, expected) => ifAfter('the assertion is', conditions?.notOnOrAfter, expected),
  },
  {
    name: 'unknownCondition',
    clause: 'SAML Core 2.5.1.1 item 2: what is not understood is not fulfilled',
    test: ({ assertion: { conditions } }) =>
      (conditions?.notUnderstood ?? 0) === 0 ? undefined : 'a condition that we do not know',
  },
  {
    name: 'proxyRestriction',
    clause: 'SAML Core 2.5.1.6: we pass on what we are told, in assertions of our own',
    test: ({ assertion: { conditions: { proxyRestriction } = {} } }) =>
      proxyRestriction === undefined || (proxyRestriction.count !== 0 && proxyRestriction.audiences.length === 0)
        ? undefined
        : 'not to be passed on',
  },
  {
    name: 'authnStatement',
    clause: 'SAML Profiles 4.1.4.2; Sweden Connect 6.2: exactly one',
    test: ({ assertion: { authnStatements } }) =>
      authnStatements.length === 1 ? undefined : `${authnStatements.length} authentication statements`,
  },
  {
    name: 'attributeStatements',
    clause: 'Sweden Connect 6.2: one, of which one may be nobody’s',
    test: ({ assertion: { attributeStatements } }) =>
      attributeStatements.length <= 1 ? undefined : `${attributeStatements.length} attribute statements`,
  },
  {
    name: 'authnContext',
    clause: 'SAML Core 2.7.2.2; a declaration is no level that we could compare',
    test: (facts) => (statementOf(facts)?.classRef === undefined ? 'no authentication context class' : undefined),
  },
  {
    name: 'requestedContext',
    clause: 'SAML Core 3.3.2.2.1: exact is exact (B3)',
    test: (facts, { request }) => {
      const { classRef } = statementOf(facts) ?? {};
      return request?.exactly === undefined || (classRef !== undefined && request.exactly.includes(classRef))
        ? undefined
        : 'an authentication context that was not asked for';
    },
  },
  {
    name: 'authnInstant',
    clause: 'SAML Core 2.7.2',
    test: (facts, expected) => ifBefore('the authentication has', statementOf(facts)?.authnInstant, expected),
  },
  {
    name: 'forcedAuthn',
    clause: 'SAML Core 3.4.1 ForceAuthn; Sweden Connect 6.3: authenticated after it was asked for',
    test: (facts, expected) => {
      const { request } = expected;
      const at = statementOf(facts)?.authnInstant ?? 0;
      return request?.forceAuthn === true && at < request.at - skewOf(expected)
        ? 'authenticated before it was asked for'
        : undefined;
    },
  },
  {
    name: 'sessionEnd',
    clause: 'SAML Core 2.7.2 SessionNotOnOrAfter',
    test: (facts, expected) => ifAfter('the session is', statementOf(facts)?.sessionNotOnOrAfter, expected),
  },
];
