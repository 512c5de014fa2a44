// Checks as data: one ordered list for each kind of token, so that the order can be read and a test can drop one.

export interface Check<Subject, Expected, Name extends string> {
  readonly name: Name;
  /** The clause that asks for it. */
  readonly clause: string;
  /** Whether the subject passes. */
  readonly test: (subject: Subject, expected: Expected) => boolean;
}

/** Name of the first check that the subject does not pass, or undefined when it passes all. */
export function firstFailed<Subject, Expected, Name extends string>(
  checks: readonly Check<Subject, Expected, Name>[],
  subject: Subject,
  expected: Expected,
): Name | undefined {
  for (const check of checks) if (!check.test(subject, expected)) return check.name;
  return undefined;
}
