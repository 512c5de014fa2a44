// How old a source's word of somebody is, and whether it is too old to go by.
import type { EpochMs } from '../../base/clock.ts';
import type { EnrolmentRule } from '../catalogue/enrolment-rule.ts';
import type { CatalogueSnapshot } from '../catalogue/snapshot.ts';
import type { PersonFacts, ToldPerson } from '../directory/directory.ts';
import { feedRule } from '../directory/people-feed.ts';

/** Words that are to be asked for anew before a login goes by them. By a rule that is gone nobody is asked: it stays old. */
export const staleWords = (
  person: Pick<PersonFacts, 'told'> | undefined,
  rules: ReadonlyMap<string, Pick<EnrolmentRule, 'freshSeconds'>>,
  now: EpochMs,
): readonly ToldPerson[] =>
  (person?.told ?? []).filter(({ rule, at }) => {
    const fresh = rules.get(rule)?.freshSeconds;
    return fresh === undefined || now - at > fresh * 1000;
  });

/** Of old words, the one that an assignment goes by; without one, that of the source whose names the person has. */
export const wordBehind = (
  stale: readonly ToldPerson[] | undefined,
  assignment: { readonly source?: string | undefined } | undefined,
): ToldPerson | undefined =>
  stale?.find(({ source, names }) => (assignment === undefined ? names : source === assignment.source));

/** By what each word has an age: the rule by which its source is asked, or the record of a source that tells by itself. */
export const wordRules = ({
  enrolmentRules,
  personSources,
}: Pick<CatalogueSnapshot, 'enrolmentRules' | 'personSources'>): ReadonlyMap<
  string,
  Pick<EnrolmentRule, 'freshSeconds'>
> =>
  new Map<string, Pick<EnrolmentRule, 'freshSeconds'>>([
    ...enrolmentRules,
    ...[...personSources.values()].flatMap(({ id, people }) =>
      people === undefined ? [] : [[feedRule(id), people] as const],
    ),
  ]);
