// What is remembered between sending somebody to a provider and the answer.
import type { EpochMs } from '../../../base/clock.ts';
import type { Memo } from '../../../core/journey/index.ts';
import { type Assurance, assuranceLevels } from '../../../wire/codes/index.ts';

export interface LoginMemo {
  /** Entity ID of the provider that was asked. */
  readonly entityId: string;
  /** ID of the AuthnRequest. */
  readonly request: string;
  readonly begunAt: EpochMs;
  readonly state: string;
  readonly required: Assurance;
  readonly fresh: boolean;
  readonly maxAgeSeconds?: number | undefined;
  /** How often the provider might pass the question on, where the application limits that (SAML ProxyCount). */
  readonly passedOn?: number | undefined;
  /** The answer comes by artifact; absent when by POST. */
  readonly answerBinding?: 'artifact' | undefined;
  /** The names of levels of which the answer must be one (SAML Core 3.3.2.2.1, `exact`); absent when any may come. */
  readonly exactly?: readonly string[] | undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** The memo as it was written; undefined for anything else (an older program's, or another connector's). */
export function readMemo(memo: Memo): LoginMemo | undefined {
  const { entityId, request, begunAt, state, required, fresh, maxAgeSeconds, passedOn, exactly, answerBinding } = memo;
  const counts = [maxAgeSeconds, passedOn].every((one) => one === undefined || typeof one === 'number');
  const names = exactly === undefined || (Array.isArray(exactly) && exactly.every(isText));
  const binding = answerBinding === undefined || answerBinding === 'artifact';
  const level = assuranceLevels.some((one) => one === required);
  const whole = [entityId, request, state].every(isText) && typeof begunAt === 'number' && typeof fresh === 'boolean';
  return whole && counts && names && binding && level ? (memo as unknown as LoginMemo) : undefined;
}
