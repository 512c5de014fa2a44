// Judges the Response of an identity provider: pure, with all that it depends on as arguments.
import type { EpochMs } from '../clock.ts';
import type { Attribute } from './assertion.ts';
import { type AssertionCheckName, assertionChecks, bearerData, statementOf } from './assertion-checks.ts';
import { messageSignature } from './message-signature.ts';
import type { NameId } from './name-id.ts';
import { type AssertionInHand, openAssertion } from './open-assertion.ts';
import type { OpeningFault, OpenMessage } from './open-message.ts';
import { reading } from './read-element.ts';
import { readResponse, type Status } from './response.ts';
import { type ResponseCheckName, type ResponseFacts, responseChecks } from './response-checks.ts';
import type { ResponseExpected } from './response-expected.ts';
import { firstRefusal, type OneUse, type Refused, refuse, skewOf } from './verdict.ts';

export type ResponseReason =
  | OpeningFault
  | ResponseCheckName
  /** The assertion could not be decrypted, or not by the rules. */
  | 'decryption'
  | AssertionCheckName
  /** Whatever the rules say and the checks let through: nothing is read that no key of the provider signed (S6). */
  | 'unsigned';

/** What an accepted Response says, all of it from bytes that the provider's key signed. */
export interface AssertionFacts {
  readonly issuer: string;
  readonly nameId?: NameId | undefined;
  readonly attributes: readonly Attribute[];
  readonly authnContextClassRef: string;
  readonly authnInstant: EpochMs;
  readonly sessionIndex?: string | undefined;
  readonly sessionNotOnOrAfter?: EpochMs | undefined;
  /** Providers behind the provider. */
  readonly authenticatingAuthorities: readonly string[];
  readonly oneTimeUse: boolean;
  readonly oneUse: OneUse;
  /** How it was protected, for the audit. */
  readonly protection: {
    readonly responseSigned: boolean;
    readonly assertionSigned: boolean;
    readonly encrypted: boolean;
  };
}

export type ResponseVerdict =
  | { readonly accepted: true; readonly assertion: AssertionFacts }
  /** `status` is there when the reason is `status`: the provider's words, signed only if it signs such answers. */
  | (Refused<ResponseReason> & { readonly status?: Status | undefined });

/**
 * Judges by the two lists, in their order. That its ids are new is a claim for the caller to commit (`oneUse`).
 * Tests hand in shorter lists to see that each entry counts.
 */
export function judgeResponse(
  message: OpenMessage,
  expected: ResponseExpected,
  checks = { response: responseChecks, assertion: assertionChecks },
): ResponseVerdict {
  if (message.kind !== 'Response') return refuse('wrongMessage', `${message.kind} where a Response is due`);
  const signature = messageSignature(message, expected.provider);
  const read = reading(() => readResponse(signature.element));
  if (!read.ok) return refuse('structure', read.because);
  const facts: ResponseFacts = { response: read.value, signature, root: message.document.root };
  const refused = firstRefusal(checks.response, facts, expected);
  if (refused !== undefined) return refused.reason === 'status' ? { ...refused, status: read.value.status } : refused;
  const opening = openAssertion(facts, message.document, expected);
  if (!opening.ok) return refuse(opening.reason, opening.because);
  const { opened } = opening;
  const refusedInside = firstRefusal(checks.assertion, opened, expected);
  if (refusedInside !== undefined) return refusedInside;
  if (!opened.believed) return refuse('unsigned', 'nobody signed the assertion');
  return { accepted: true, assertion: factsOf(opened, read.value.id, signature.present, expected) };
}

function factsOf(
  opened: AssertionInHand,
  responseId: string,
  responseSigned: boolean,
  expected: ResponseExpected,
): AssertionFacts {
  const { assertion, encrypted, signed } = opened;
  const { issuer, subject, conditions } = assertion;
  const statement = statementOf(opened);
  // The confirmation's end is required, so that is how long a copy could be tried again.
  const until = (bearerData(opened).notOnOrAfter ?? 0) + skewOf(expected);
  return {
    issuer,
    nameId: subject?.nameId,
    attributes: assertion.attributeStatements.flat(),
    authnContextClassRef: statement?.classRef ?? '',
    authnInstant: statement?.authnInstant ?? 0,
    sessionIndex: statement?.sessionIndex,
    sessionNotOnOrAfter: statement?.sessionNotOnOrAfter,
    authenticatingAuthorities: statement?.authenticatingAuthorities ?? [],
    oneTimeUse: conditions?.oneTimeUse ?? false,
    oneUse: { issuer, ids: [assertion.id, responseId], until },
    protection: { responseSigned, assertionSigned: signed, encrypted },
  };
}
