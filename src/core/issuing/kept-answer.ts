// An answer that waits for its application to fetch it with the reference that its browser brought (SAML's artifacts).
import { type EpochMs, minuteMs } from '../../base/clock.ts';
import type { Claim, Write } from '../commit/commit.ts';

/** How long it waits: a browser takes the reference to the application, which asks at once (SAML Bindings 3.6.5). */
export const keptAnswerMs = minuteMs;

export interface KeptAnswer {
  /** Hash of the reference: who knows the database alone can fetch nothing. */
  readonly hash: string;
  readonly issuer: string;
  /** For whom it is, and for nobody else. */
  readonly application: string;
  /** Of the decision in the audit. */
  readonly reference: string;
  readonly expiresAt: EpochMs;
  /** The message as it would have been sent. */
  readonly message: string;
}

const entityOf = ({ hash }: KeptAnswer): string => `kept answer ${hash}`;

export const keepAnswer = (answer: KeptAnswer): Write => {
  const { hash, expiresAt, ...doc } = answer;
  return { kind: 'keptAnswer.save', entity: entityOf(answer), row: { hash, expiresAt, doc } };
};

/** It is given out once. */
export const claimAnswer = ({ hash, expiresAt }: KeptAnswer): Claim => ({
  scope: 'kept_answer',
  key: hash,
  until: expiresAt,
});

/** What was given out is not kept. */
export const dropAnswer = (answer: KeptAnswer): Write => ({
  kind: 'keptAnswer.drop',
  entity: entityOf(answer),
  row: { hash: answer.hash },
});

/** Port: the answer that waits under this hash. */
export type KeptAnswers = (hash: string) => Promise<KeptAnswer | undefined>;
