// The one error class. Expected outcomes are returned unions; a Problem is what could not go on.

/** What sort of failure it is; `base/http` alone turns it into a status. */
export type ProblemKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'notFound'
  | 'conflict'
  | 'tooLarge'
  | 'tooMany'
  | 'unavailable'
  | 'internal';

/** Values for the public text of a problem. Never a secret, a token or a personal number. */
export type ProblemParams = Readonly<Record<string, string | number | boolean>>;

/**
 * A failure with a public side (code and parameters, from which the texts are made) and a private side
 * (`detail`, `cause`), which goes to the log and never to the browser.
 */
export class Problem<Code extends string = string> extends Error {
  readonly kind: ProblemKind;
  readonly code: Code;
  readonly public: ProblemParams;
  readonly detail: string | undefined;

  constructor(given: { kind: ProblemKind; code: Code; public?: ProblemParams; detail?: string; cause?: unknown }) {
    super(
      given.detail ? `${given.code}: ${given.detail}` : given.code,
      given.cause === undefined ? {} : { cause: given.cause },
    );
    this.name = 'Problem';
    this.kind = given.kind;
    this.code = given.code;
    this.public = given.public ?? {};
    this.detail = given.detail;
  }
}

/** The Problem itself, or an `internal` one around anything else that was thrown. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new Problem({ kind: 'internal', code: 'internal', detail, cause: thrown });
}
