// The one place that turns a kind of problem into an HTTP status.
import type { ProblemKind } from '../problem.ts';

const statuses: Readonly<Record<ProblemKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  tooLarge: 413,
  tooMany: 429,
  internal: 500,
  unavailable: 503,
};

/** The HTTP status of a problem (RFC 9110 15). */
export const problemStatus = (kind: ProblemKind): number => statuses[kind];
