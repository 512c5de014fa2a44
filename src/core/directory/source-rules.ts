// What is kept of what a register told: records of whoever was asked for, real ones, and little of those with protected identity.
import { Problem } from '../../base/problem.ts';
import { isTestNumber } from '../catalogue/test-number.ts';
import type { SubjectKey } from './directory.ts';
import type { SourcePerson } from './person-source.ts';

/** What a source's record lets in. */
export interface SourceAllowance {
  readonly allowFeigned: boolean;
  readonly testIdentifiers: boolean;
}

export interface SourceCheck {
  readonly name: string;
  readonly clause: string;
  /** Whether the record passes. */
  readonly test: (record: SourcePerson, asked: SubjectKey, allowed: SourceAllowance) => boolean;
  /** What becomes of a record that does not: it is left out, or the whole answer is not believed. */
  readonly fails: 'record' | 'answer';
}

const same = (one: SubjectKey, other: SubjectKey): boolean =>
  one.namespace === other.namespace && one.value === other.value;

export const sourceChecks: readonly SourceCheck[] = [
  {
    name: 'source.asked',
    clause: 'K5: what a register says of somebody else is nobody’s',
    test: ({ key, identifiers }, asked) => [key, ...identifiers].some((each) => same(each, asked)),
    fails: 'answer',
  },
  {
    name: 'source.testIdentifier',
    clause: 'K5: a made-up HSA-ID lets nobody in',
    test: ({ key }, _, { testIdentifiers }) => testIdentifiers || !isTestNumber(key.namespace, key.value),
    fails: 'record',
  },
  {
    name: 'source.feigned',
    clause: 'RIV-TA authorizationmanagement 2.4: feignedPerson',
    test: ({ feigned }, _, { allowFeigned }) => allowFeigned || !feigned,
    fails: 'record',
  },
];

/**
 * The records that are believed. Rejects with a `Problem` when the answer is about somebody else: it is not believed in
 * part either.
 */
export function believed(
  asked: SubjectKey,
  records: readonly SourcePerson[],
  allowed: SourceAllowance,
  checks: readonly SourceCheck[] = sourceChecks,
): readonly SourcePerson[] {
  const passed = records.filter((record) =>
    checks.every(({ test, fails, name }) => {
      if (test(record, asked, allowed)) return true;
      if (fails === 'record') return false;
      throw sourceAway(`the answer is about somebody else (${name})`);
    }),
  );
  return passed.map((record) =>
    limited({
      ...record,
      commissions: record.commissions.filter(
        ({ feigned, archived }) => allowed.allowFeigned || (!feigned && !archived),
      ),
    }),
  );
}

/** Attributes that decide what somebody may do, kept even of people whose identity is protected. */
const neededAnyway: readonly string[] = [
  'systemRole',
  'paTitleCode',
  'occupationalCode',
  'personalPrescriptionCode',
  'groupPrescriptionCode',
  'nursePrescriptionRight',
];

/** K11: of somebody whose identity is protected only what a login needs; where they can be reached is not part of it. */
function limited(record: SourcePerson): SourcePerson {
  if (!record.protectedIdentity) return record;
  const { title: _, ...kept } = record;
  const attributes = Object.entries(record.attributes).filter(([name]) => neededAnyway.includes(name));
  return { ...kept, attributes: Object.fromEntries(attributes) };
}

/** A register that does not answer, or not as agreed: never the same as one that knows nobody. Name nobody in it. */
export const sourceAway = (detail: string, cause?: unknown): Problem =>
  new Problem({ kind: 'unavailable', code: 'unavailable', detail: `the register of people: ${detail}`, cause });
