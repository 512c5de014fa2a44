// What an applied file says of organisations, units and people.
import {
  either,
  flag,
  list,
  namedValues,
  oneOf,
  optional,
  record,
  type Static,
  text,
  word,
} from '../../base/schema/index.ts';
import { locales } from '../../wire/codes/index.ts';
import { id, instant, reference } from '../catalogue/index.ts';

export const organisationSchema = record({
  id: id(),
  name: text({ title: 'Name', maxLength: 200 }),
  number: optional(text({ title: 'Organisation number', pattern: '^\\d{6,12}$', allowed: '6 to 12 digits' })),
  parent: optional(reference('organisation', 'Part of')),
  brand: optional(reference('brand', 'Brand')),
  closed: flag({ title: 'Closed', default: false }),
});

export const unitSchema = record({
  id: id(),
  organisation: reference('organisation', 'Organisation'),
  name: text({ title: 'Name', maxLength: 200 }),
  parent: optional(reference('unit', 'Part of')),
});

const namespace = text({
  title: 'Namespace',
  pattern: '^[a-z0-9][a-z0-9:._-]{0,63}$',
  allowed: 'small letters, digits and : . _ -',
});

const assignmentSchema = record({
  id: id(),
  organisation: reference('organisation', 'Organisation'),
  unit: optional(reference('unit', 'Unit')),
  role: text({ title: 'Role', maxLength: 100 }),
  title: optional(text({ title: 'Title', maxLength: 200 })),
  hsaId: optional(
    text({
      title: 'HSA-ID',
      pattern: '^[A-Z]{2}[0-9A-Z]{10}-[0-9A-Z]{1,31}$',
      allowed: 'an HSA-ID such as SE2321000156-1077',
    }),
  ),
  hprNumber: optional(text({ title: 'HPR number', pattern: '^\\d{1,9}$', allowed: 'up to nine digits' })),
  from: optional(instant('From')),
  until: optional(instant('Until')),
});

/** `hidden: true`: there is one (or more) in this namespace, and it stays as it is. */
const identitySchema = either([
  record({ namespace, value: text({ title: 'Value', maxLength: 256, secret: true }) }),
  record({ namespace, hidden: word(true) }),
]);

export const personSchema = either([
  record({
    id: id(),
    givenName: text({ title: 'Given name', maxLength: 100 }),
    familyName: text({ title: 'Family name', maxLength: 100 }),
    locale: optional(oneOf(locales, { title: 'Language' })),
    closed: flag({ title: 'Closed', default: false }),
    protectedIdentity: flag({ title: 'Protected identity', default: false }),
    attributes: namedValues(either([text({ maxLength: 500 }), flag()]), {
      title: 'Attributes',
      names: '^[A-Za-z][A-Za-z0-9_.-]{0,63}$',
      default: {},
    }),
    identities: list(identitySchema, { title: 'Identities', maxItems: 50, default: [] }),
    assignments: list(assignmentSchema, { title: 'Assignments', maxItems: 200, default: [] }),
    /** Without a password yet and without `passwordFile`, apply makes one and shows it once. */
    username: optional(text({ title: 'Username', maxLength: 64 })),
    passwordFile: optional(text({ title: 'File that holds the password', maxLength: 500 })),
  }),
  /** A person that an export masked: stays as it is. */
  record({ id: id(), hidden: word(true) }),
]);

export type OrganisationEntry = Static<typeof organisationSchema>;
export type UnitEntry = Static<typeof unitSchema>;
export type PersonEntry = Static<typeof personSchema>;
/** A person who is written out in full. */
export type FullPersonEntry = Extract<PersonEntry, { givenName: string }>;
