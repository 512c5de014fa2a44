// The core record's API as its application serves it: with the hub's keys, read by discovery when they are first needed.
import type { Locale } from '../../../wire/codes/index.ts';
import { type ApiAnswer, answerSummary } from './answer.ts';
import type { Agreement } from './checks.ts';
import { discoveredKeys } from './hub-keys.ts';
import type { ApiRequest } from './request.ts';
import { seenProofs } from './seen-proofs.ts';

export type { ApiAnswer } from './answer.ts';
export { type CheckName, type CheckResult, checkNames, type RecordAnswer } from './check-names.ts';
export { KeysUnavailable } from './hub-keys.ts';
export type { ApiRequest } from './request.ts';

export type AnswerSummary = (request: ApiRequest, locale: Locale) => Promise<ApiAnswer>;

/** Where the summary is, under the core record's address. */
export const summaryPath = '/api/summary';

/** The API, with its own memory of proofs. It needs the hub's keys only when the first ticket comes. */
export function recordApi(agreement: Agreement, now: () => number): AnswerSummary {
  const firstUse = seenProofs(now);
  const hubKeys = discoveredKeys(agreement.issuer);
  return (request, locale) => answerSummary({ agreement, hubKeys, firstUse, now }, request, locale);
}
