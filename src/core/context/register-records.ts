// How registers are written down, in a file or in a service's answer: the same records, read and checked alike.
import { flag, list, optional, record, type Static, text } from '../../base/schema/index.ts';
import type { Professional, RegisteredOrganisation } from './ports.ts';

const key = () =>
  text({
    pattern: '^(\\d{9}|resh:\\d{1,12})$',
    maxLength: 20,
    allowed: 'an organisation number of nine digits, or resh: and the number of a department',
  });
const keys = (title: string) => list(key(), { title, uniqueItems: true, maxItems: 10_000, default: [] });
const day = (title: string) =>
  text({
    title,
    pattern: '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}:\\d{2}Z)?$',
    maxLength: 20,
    allowed: 'a date such as 2026-01-31 (00:00 UTC), or an instant such as 2026-01-31T08:00:00Z',
  });
const code = () => record({ value: text({ maxLength: 20 }), description: text({ maxLength: 200 }) });

export const organisationRecord = record({
  key: key(),
  name: text({ title: 'Name', maxLength: 200 }),
  above: list(key(), { title: 'Everything above it, nearest first', maxItems: 20, default: [] }),
  closed: flag({ title: 'Closed', default: false }),
  member: flag({ title: 'Member of the health network', default: false }),
  terms: list(text({ maxLength: 100 }), { title: 'Accepted terms', uniqueItems: true, maxItems: 1000, default: [] }),
  delegates: keys('Suppliers that may act for it'),
});

export const professionalRecord = record({
  nationalNumber: text({ title: 'National number', pattern: '^\\d{11}$', maxLength: 11, allowed: 'eleven digits' }),
  hprNumber: text({ title: 'HPR number', pattern: '^\\d{1,9}$', maxLength: 9, allowed: 'digits' }),
  authorisations: list(
    record({
      profession: text({ title: 'Profession (Volven 9060)', pattern: '^[A-Z]{2}[0-9]?$', maxLength: 3 }),
      from: optional(day('From')),
      until: optional(day('Until')),
      kind: optional(code()),
      requisitionRights: list(code(), { maxItems: 20, default: [] }),
      specialities: list(code(), { maxItems: 50, default: [] }),
    }),
    { title: 'Authorisations', maxItems: 100, default: [] },
  ),
});

export type OrganisationRecord = Static<typeof organisationRecord>;
export type ProfessionalRecord = Static<typeof professionalRecord>;

/** The organisation of a record. */
export const organisationOf = (found: OrganisationRecord): RegisteredOrganisation => found;

/** The professional of a record; days begin at 00:00 UTC. */
export const professionalOfRecord = ({ hprNumber, authorisations }: ProfessionalRecord): Professional => ({
  hprNumber,
  authorisations: authorisations.map(({ from, until, ...rest }) => ({
    ...rest,
    from: from === undefined ? undefined : Date.parse(from),
    until: until === undefined ? undefined : Date.parse(until),
  })),
});
