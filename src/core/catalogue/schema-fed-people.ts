// What the record of an organisation's own directory may say of its entries, and any source's of whose word wins.
import { flag, list, optional, record, type Static, text, wholeNumber } from '../../base/schema/index.ts';
import type { FedPeople, Truth } from './fed-people.ts';
import { references, seconds } from './schema-parts.ts';

/** RFC 4512 2.5: a short name. */
const attribute = (title: string, given?: string) =>
  text({
    title,
    maxLength: 64,
    pattern: '^[A-Za-z][A-Za-z0-9-]*$',
    allowed: 'the name of an attribute',
    ...(given === undefined ? {} : { default: given }),
  });
const namespace = text({
  title: 'Identity here',
  pattern: '^[a-z0-9][a-z0-9:._-]{0,63}$',
  maxLength: 64,
  allowed: 'a namespace, for example hsa-id',
});
const organisationNumber = text({
  title: 'Number of the organisation',
  maxLength: 20,
  pattern: '^[0-9][0-9 -]{4,18}[0-9]$',
  allowed: 'a national organisation number',
});

/** In Active Directory. */
export const adFilter = '(&(objectCategory=person)(objectClass=user))';

export const fedPeopleSchema = record(
  {
    filter: text({
      title: 'Whose entries',
      maxLength: 2000,
      pattern: '^\\(.+\\)$',
      allowed: 'an LDAP filter in parentheses',
      default: adFilter,
    }),
    marks: optional(
      record(
        {
          id: attribute('Names an entry for good', 'entryUUID'),
          changed: attribute('When it changed', 'modifyTimestamp'),
          ends: optional(attribute('When it ends')),
          closed: list(
            record({
              attribute: attribute('Attribute'),
              value: optional(text({ title: 'Its value', maxLength: 200 })),
            }),
            { title: 'What says that somebody is closed', maxItems: 20 },
          ),
        },
        { title: 'What is written of every entry' },
      ),
    ),
    identities: list(record({ attribute: attribute('Attribute'), namespace }), {
      title: 'What names a person for good',
      minItems: 1,
      maxItems: 10,
    }),
    givenName: attribute('Given name', 'givenName'),
    familyName: attribute('Family name', 'sn'),
    title: attribute('Title', 'title'),
    mail: attribute('Mail', 'mail'),
    telephone: attribute('Telephone', 'telephoneNumber'),
    organisations: references('organisation', 'Organisations where it gives assignments', { minItems: 1 }),
    organisationAttribute: optional(attribute('Number of the organisation')),
    unitAttribute: optional(attribute('Unit')),
    assignments: list(
      record({
        group: optional(text({ title: 'Members of the group', maxLength: 500, pattern: '^[A-Za-z]+=.+$' })),
        attribute: optional(attribute('Attribute')),
        value: optional(text({ title: 'Its value', maxLength: 200 })),
        role: text({ title: 'Role', maxLength: 64 }),
        organisationNumber: optional(organisationNumber),
      }),
      { title: 'Assignments', minItems: 1, maxItems: 200 },
    ),
    creates: flag({ title: 'Makes people who are new there', default: false }),
    syncSeconds: { ...seconds('Changes are asked for every', 86_400), default: 60 },
    fullSeconds: { ...seconds('Everybody is read every', 7 * 86_400), default: 86_400 },
    freshSeconds: { ...seconds('Old for a login after', 7 * 86_400), default: 3600 },
  },
  { title: 'What its entries mean' },
);

const rank = (title: string) => optional(wholeNumber({ title, minimum: 1, maximum: 99 }));

export const truthSchema = record(
  { givenName: rank('Given name'), familyName: rank('Family name'), mail: rank('Mail'), telephone: rank('Telephone') },
  { title: 'Rank of its word' },
);

type Fits<Read extends Told, Told> = Read;
export type FedPeopleSchemaFits = Fits<Static<typeof fedPeopleSchema>, FedPeople>;
export type TruthSchemaFits = Fits<Static<typeof truthSchema>, Truth>;
