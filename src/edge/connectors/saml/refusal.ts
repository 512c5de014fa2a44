// From why an answer was not accepted to what the person is told: never more than is sure, for an error need not be signed.
import { type ResponseVerdict, type Status, statusCodes } from '../../../base/saml/index.ts';
import type { Refused } from '../../../core/journey/index.ts';
import type { UpstreamReason } from '../../../wire/codes/index.ts';

type No = Extract<ResponseVerdict, { readonly accepted: false }>;

const bySecond: Readonly<Record<string, UpstreamReason>> = {
  [statusCodes.cancel]: 'upstream.cancelled',
  [statusCodes.authnFailed]: 'upstream.cancelled',
  [statusCodes.requestDenied]: 'upstream.cancelled',
  // Whether somebody tried to deceive is for the audit, which has the code.
  [statusCodes.fraud]: 'upstream.cancelled',
  [statusCodes.possibleFraud]: 'upstream.cancelled',
  [statusCodes.noAuthnContext]: 'upstream.levelNotOffered',
  [statusCodes.unknownPrincipal]: 'upstream.unknownThere',
  [statusCodes.noPassive]: 'upstream.noPassive',
  [statusCodes.noAvailableIdp]: 'upstream.unavailable',
};

const known: ReadonlySet<string> = new Set(Object.values(statusCodes));
/** A code of the standards as it is; others write what they like, so that of theirs the audit says only that there was one. */
const word = (code: string | undefined): string | undefined =>
  code === undefined || known.has(code) ? code : 'another code';

function byStatus({ code, second }: Status): UpstreamReason {
  const told = bySecond[second ?? ''];
  if (told !== undefined) return told;
  // The provider's own trouble passes; a request of ours that it cannot use does not.
  return code === statusCodes.responder ? 'upstream.unavailable' : 'upstream.invalid';
}

/** An answer that cannot be believed, or that is none. */
export const invalid = (check: string, cause?: string): Refused => ({
  kind: 'refused',
  reason: 'upstream.invalid',
  detail: { check, ...(cause === undefined ? {} : { cause }) },
});

/** The refusal of an answer that `base/saml` did not accept. */
export function refusalOf({ reason, because, status }: No): Refused {
  const detail = { check: `saml.${reason}`, cause: because };
  if (status !== undefined)
    return {
      kind: 'refused',
      reason: byStatus(status),
      detail: { ...detail, status: word(status.code), second: word(status.second) },
    };
  if (reason === 'requestedContext') return { kind: 'refused', reason: 'upstream.levelTooLow', detail };
  if (reason === 'forcedAuthn') return { kind: 'refused', reason: 'upstream.tooOld', detail };
  return { kind: 'refused', reason: 'upstream.invalid', detail };
}
