// Whether proof may make its bearer a person here: by which rule, and whether what the source answered is about them. Pure.

import type { EpochMs } from '../../base/clock.ts';
import { type EnrolReason, reaches } from '../../wire/codes/index.ts';
import type { EnrolmentRule } from '../catalogue/enrolment-rule.ts';
import type { Provider } from '../catalogue/snapshot.ts';
import type { SubjectKey } from '../directory/directory.ts';
import { isPersonalNumberNamespace } from '../directory/identity.ts';
import type { SourcePerson } from '../directory/person-source.ts';
import { livingRecords } from '../directory/take-in.ts';
import type { Evidence } from './evidence.ts';
import { keysOf } from './link.ts';

export interface WayIn {
  readonly rule: EnrolmentRule;
  readonly evidence: Evidence;
  /** The provider that the evidence is of. */
  readonly provider: Pick<Provider, 'id' | 'madeBy'> | undefined;
}

export interface WayInCheck {
  readonly name: string;
  readonly clause: string;
  readonly test: (way: WayIn) => boolean;
}

/** What must hold for a rule to let this proof lead to a person. */
export const wayInChecks: readonly WayInCheck[] = [
  { name: 'enrol.open', clause: 'K5: a closed rule enrols nobody', test: ({ rule }) => !rule.closed },
  {
    name: 'enrol.named',
    clause: 'K5: by a population or provider that the rule names',
    test: ({ rule, evidence, provider }) => {
      const { certificate } = evidence;
      if (certificate !== undefined) return rule.populations.includes(certificate.population);
      const names = [provider?.id, provider?.madeBy].filter((name) => name !== undefined);
      return names.some((name) => rule.providers.includes(name));
    },
  },
  {
    name: 'enrol.notDerived',
    clause: 'H8: a certificate for a device is made of a person who is here already',
    test: ({ evidence }) => evidence.certificate?.derived === undefined,
  },
  {
    name: 'enrol.level',
    clause: 'K5: proven as strongly as the rule asks for',
    test: ({ rule, evidence }) => reaches(evidence.assurance, rule.minimumAssurance),
  },
  {
    name: 'enrol.identifier',
    clause: 'K5: with the identifier that the source is asked by',
    test: ({ rule, evidence }) => keysOf(evidence).some(({ namespace }) => namespace === rule.identifier),
  },
];

/** The rule by which this proof may lead to a person; the first by its id. */
export function enrolmentRuleFor(
  evidence: Evidence,
  provider: WayIn['provider'],
  rules: Iterable<EnrolmentRule>,
  checks: readonly WayInCheck[] = wayInChecks,
): EnrolmentRule | undefined {
  return [...rules]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .find((rule) => checks.every(({ test }) => test({ rule, evidence, provider })));
}

/** Identifiers of a proof that the rule's source is asked by. */
export const askedBy = (evidence: Evidence, { identifier }: EnrolmentRule): readonly SubjectKey[] =>
  keysOf(evidence).filter(({ namespace }) => namespace === identifier);

export interface Answered {
  /** What was proven; none at a sync, where nobody is at the keyboard. */
  readonly proven: readonly SubjectKey[];
  /** What the source was asked by. */
  readonly asked: readonly SubjectKey[];
  readonly records: readonly SourcePerson[];
  readonly now: EpochMs;
}

export interface ConfirmCheck {
  readonly name: string;
  readonly clause: string;
  readonly reason: EnrolReason;
  readonly test: (answered: Answered) => boolean;
}

const identifiersOf = ({ key, identifiers }: SourcePerson): readonly SubjectKey[] => [key, ...identifiers];
const sameKey = (a: SubjectKey, b: SubjectKey): boolean => a.namespace === b.namespace && a.value === b.value;

/** What must hold of a source's answer before anything of it is believed of whoever proved themselves. */
export const confirmChecks: readonly ConfirmCheck[] = [
  {
    name: 'confirm.asked',
    clause: 'K5: every record is about what was asked for',
    reason: 'source.contradiction',
    test: ({ asked, records }) =>
      records.every((record) => identifiersOf(record).some((key) => asked.some((one) => sameKey(one, key)))),
  },
  {
    name: 'confirm.number',
    clause: 'K10: a national number that was proven is the one that the source has',
    reason: 'source.contradiction',
    test: ({ proven, records }) =>
      proven
        .filter(({ namespace }) => isPersonalNumberNamespace(namespace))
        .every((number) =>
          records.flatMap(identifiersOf).every((key) => key.namespace !== number.namespace || sameKey(key, number)),
        ),
  },
  {
    name: 'confirm.real',
    clause: 'K5: neither made for tests nor over',
    reason: 'source.notFound',
    test: ({ records, now }) => livingRecords(records, now).length > 0,
  },
  {
    name: 'confirm.hsaId',
    clause: 'K5: the HSA-ID that was proven is that of a record',
    reason: 'source.notFound',
    test: ({ proven, records, now }) =>
      proven
        .filter(({ namespace }) => namespace === 'hsa-id')
        .every((proof) => livingRecords(records, now).some(({ key }) => sameKey(key, proof))),
  },
];

/** The first check that does not hold; undefined: the answer is about whoever proved themselves. */
export const unconfirmed = (
  answered: Answered,
  checks: readonly ConfirmCheck[] = confirmChecks,
): ConfirmCheck | undefined => checks.find(({ test }) => !test(answered));
