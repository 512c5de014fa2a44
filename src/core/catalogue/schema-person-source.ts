// What the record of a register of people may say.
import { flag, list, oneOf, optional, record, type Static, text, wholeNumber } from '../../base/schema/index.ts';
import { longestAnswerMs, type PersonSourceRecord, personSourceKinds } from './person-source-record.ts';
import { fedPeopleSchema, truthSchema } from './schema-fed-people.ts';
import { certificate, certificates, id, localizedName, sealedSecret } from './schema-parts.ts';

export const personSourceSchema = record({
  id: id(),
  name: localizedName('Name'),
  kind: oneOf(personSourceKinds, { title: 'Kind' }),
  addresses: list(
    text({
      title: 'Address',
      maxLength: 500,
      pattern: '^(https|ldaps)://[^\\s?#@]+[^\\s?#@/]$',
      allowed: 'an address that begins with https:// or ldaps://, without a slash at its end',
    }),
    { title: 'Addresses', minItems: 1, maxItems: 4, uniqueItems: true },
  ),
  logicalAddress: optional(
    text({
      title: 'Logical address',
      maxLength: 64,
      pattern: '^[A-Za-z0-9-]+$',
      allowed: 'an HSA-ID, as the agreement with the platform says',
    }),
  ),
  searchBase: text({
    title: 'Where people are looked for',
    maxLength: 350,
    pattern: '^[A-Za-z]+=.+$',
    allowed: 'a distinguished name, for example c=SE',
    default: 'c=SE',
  }),
  employeeVersion: oneOf(['3', '4'], { title: 'Version of GetEmployeeIncludingProtectedPerson', default: '4' }),
  client: optional(
    record(
      { certificate: certificate('Certificate'), sealedKey: sealedSecret('Key', 'keyFile') },
      { title: 'What it is shown of us' },
    ),
  ),
  bind: optional(
    record(
      {
        name: text({ title: 'Who the hub is there', maxLength: 500 }),
        sealedPassword: sealedSecret('Password', 'passwordFile'),
      },
      { title: 'Name and password there' },
    ),
  ),
  tlsAuthorities: certificates('Who vouches for it', { default: [] }),
  allowFeigned: flag({ title: 'Tells of what was made for tests, or archived', default: false }),
  testIdentifiers: flag({ title: 'HSA-IDs of test environments are taken', default: false }),
  answerWithinMs: wholeNumber({
    title: 'Milliseconds to wait for an answer',
    minimum: 100,
    maximum: longestAnswerMs,
    default: longestAnswerMs,
  }),
  keepHours: wholeNumber({
    title: 'Hours that what it told is good for when it does not answer',
    minimum: 0,
    maximum: 720,
    default: 24,
  }),
  people: optional(fedPeopleSchema),
  truth: optional(truthSchema),
  closed: flag({ title: 'Closed', default: false }),
});

type Fits<Read extends Told, Told> = Read;
export type PersonSourceSchemaFits = Fits<Static<typeof personSourceSchema>, PersonSourceRecord>;
