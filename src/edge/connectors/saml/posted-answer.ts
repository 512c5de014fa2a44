// The message of an answer by POST.
import { type OpenMessage, openMessage, readPost } from '../../../base/saml/index.ts';
import type { Refused } from '../../../core/journey/index.ts';
import { invalid } from './refusal.ts';

/** A message that was read and is not yet believed. */
export interface AnswerMessage {
  readonly message: OpenMessage;
}

/** Opens what the form brought. */
export function postedAnswer(fields: Readonly<Record<string, string>>): AnswerMessage | Refused {
  const read = readPost(Object.entries(fields));
  if (!read.ok) return invalid('binding', read.reason);
  const opening = openMessage(read.received);
  return opening.ok ? { message: opening.message } : invalid(`saml.${opening.reason}`, opening.because);
}
