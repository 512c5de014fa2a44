// What Cosmic Link tells the user of an answer that logs nobody in: what the hub's status says, or that the answer is no good.
import { type ResponseVerdict, statusCodes } from '../../../base/saml/index.ts';

/** For the error page: its code, and the hub's own words, if any. */
export interface Ending {
  readonly code: string;
  readonly words: string;
  /** The hub has answered, with a status that says no. */
  readonly isAnswer: boolean;
}

/** The demo's codes for what a status says (SAML Core 3.2.2.2). */
const codes: Readonly<Record<string, string>> = {
  [statusCodes.cancel]: 'access_denied',
  [statusCodes.requestDenied]: 'access_denied',
  [statusCodes.authnFailed]: 'access_denied',
  [statusCodes.noAuthnContext]: 'unmet_authentication_requirements',
  [statusCodes.noPassive]: 'interaction_required',
};

export function endingOf(verdict: Exclude<ResponseVerdict, { readonly accepted: true }>): Ending {
  const { reason, because, status } = verdict;
  if (status === undefined) return { code: reason, words: because, isAnswer: false };
  const code = codes[status.second ?? ''] ?? (status.second ?? status.code).split(':').at(-1) ?? 'other';
  return { code, words: status.message ?? '', isAnswer: true };
}
