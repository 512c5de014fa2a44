// Every list of checks by endpoint, in one value: what is judged, in which order, by which clause. A test may drop any.
import {
  artifactResolveChecks,
  authnRequestChecks,
  logoutRequestChecks,
  logoutResponseChecks,
  openingChecks,
} from '../../../base/saml/index.ts';
import { type AnswerFacts, answerChecks } from './answer-checks.ts';
import { type ArtifactCheck, keptAnswerChecks } from './artifact-checks.ts';
import { type LogoutFacts, logoutChecks } from './logout-checks.ts';
import { type ContentFacts, requestContentChecks } from './request-checks.ts';

/** The status that an application is told (SAML Core 3.2.2.2). */
export interface SamlStatus {
  readonly code: string;
  readonly second: string;
}

/** One rule: answers why it refuses in safe words, or nothing. */
export interface StatusCheck<Facts> {
  readonly name: string;
  /** The clause that asks for it. */
  readonly clause: string;
  readonly status: SamlStatus;
  readonly test: (facts: Facts) => string | undefined;
}

export interface StatusRefusal {
  readonly check: string;
  readonly because: string;
  readonly status: SamlStatus;
}

/** The first refusal of a list, or undefined when every check passes. */
export function firstRefusal<Facts>(checks: readonly StatusCheck<Facts>[], facts: Facts): StatusRefusal | undefined {
  for (const { name, status, test } of checks) {
    const because = test(facts);
    if (because !== undefined) return { check: name, because, status };
  }
  return undefined;
}

export interface SamlChecks {
  /** Whether a message may be read at all. */
  readonly opening: typeof openingChecks;
  /** Who asks, and where the answer goes; a refusal is a page. */
  readonly request: typeof authnRequestChecks;
  /** What is asked; a refusal goes to the application. */
  readonly requestContent: readonly StatusCheck<ContentFacts>[];
  /** What the login must be like before an assertion is made. */
  readonly answer: readonly StatusCheck<AnswerFacts>[];
  readonly logoutRequest: typeof logoutRequestChecks;
  /** Whether an application's answer in a frame is believed. */
  readonly logoutResponse: typeof logoutResponseChecks;
  /** Whether a logout is about a session that the application knows by us. */
  readonly logout: readonly StatusCheck<LogoutFacts>[];
  /** Who asks for what an artifact stands for. */
  readonly artifactResolve: typeof artifactResolveChecks;
  /** Whether it is given out; a refusal is an answer without a message. */
  readonly artifact: readonly ArtifactCheck[];
}

export const samlChecks: SamlChecks = {
  opening: openingChecks,
  request: authnRequestChecks,
  requestContent: requestContentChecks,
  answer: answerChecks,
  logoutRequest: logoutRequestChecks,
  logoutResponse: logoutResponseChecks,
  logout: logoutChecks,
  artifactResolve: artifactResolveChecks,
  artifact: keptAnswerChecks,
};
