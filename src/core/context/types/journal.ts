// `nhn:sfm:journal-id`: the journal in the central medication system that the request is about.
import { record, text, word } from '../../../base/schema/index.ts';
import { type DetailFacts, detailType } from '../detail-type.ts';
import { type ContextCheck, faultIf } from '../fault.ts';

const schema = record({
  type: word('nhn:sfm:journal-id'),
  value: record({
    journal_id: text({
      pattern: '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$',
      maxLength: 36,
      allowed: 'a UUID',
    }),
  }),
});

export const journalChecks: readonly ContextCheck<DetailFacts<unknown>>[] = [
  {
    name: 'journal.members',
    clause: 'HID-1007 (nothing but what is specified)',
    test: ({ strangers }) =>
      faultIf(strangers.length > 0, 'HID-1007', `nhn:sfm:journal-id has unknown members in ${strangers[0]}`),
  },
];

export const journalType = detailType({
  type: 'nhn:sfm:journal-id',
  malformed: 'HID-1007',
  everyApi: false,
  schema,
  aboutPerson: false,
  entity: () => undefined,
  organisations: () => [],
  checks: journalChecks,
  enrich: ({ value }) => value.journal_id,
  claims: (id) => ({ 'nhn:sfm:journal-id': id }),
  conditions: () => ({}),
  minimum: () => ({}),
  trail: ({ value }) => ({ journal: value.journal_id }),
});
