// The names of what the core record's API checks, in the order in which it checks it.

export const checkNames = [
  'scheme',
  'signature',
  'type',
  'issuer',
  'audience',
  'time',
  'proof',
  'proofRequest',
  'proofTime',
  'proofToken',
  'key',
  'once',
  'level',
  'organisation',
  'attest',
  'legalEntity',
  'practitioner',
  'purpose',
] as const;

export type CheckName = (typeof checkNames)[number];

/** A check that the API came to, or one that it did not, because an earlier one failed. */
export type CheckResult = 'passed' | 'failed' | 'notReached';

/** One line of the answer. */
export interface CheckLine {
  readonly check: CheckName;
  readonly result: CheckResult;
  /** What was checked, in English; an application that shows it has words of its own by the name. */
  readonly words: string;
  readonly clause: string;
}

/** What the API answers. */
export interface RecordAnswer {
  readonly checks: readonly CheckLine[];
  readonly error?: string;
  readonly error_description?: string;
  /** The ticket as the API believed it, where every check passed. */
  readonly ticket?: Readonly<Record<string, unknown>>;
  readonly summary?: PatientSummary;
}

/** A made-up patient, in the reader's language. */
export interface PatientSummary {
  readonly name: string;
  readonly born: number;
  readonly rows: readonly { readonly title: string; readonly content: string }[];
}
