// What the record of a pre-condition may say.
import { flag, list, oneOf, optional, record, type Static, text, wholeNumber } from '../../base/schema/index.ts';
import { type Precondition, preconditionKeys, silences } from './precondition.ts';
import { certificates, id, localizedName, references, sealedSecret } from './schema-parts.ts';

export const preconditionSchema = record({
  id: id(),
  name: localizedName('Name'),
  applications: references('application', 'Applications that need it', { minItems: 1 }),
  organisations: { ...references('organisation', 'Organisations whose people are asked about'), default: [] },
  roles: list(text({ title: 'Role', maxLength: 64 }), {
    title: 'Roles',
    uniqueItems: true,
    maxItems: 100,
    default: [],
  }),
  identifier: oneOf(preconditionKeys, { title: 'Key that people are asked about by', default: 'hsa-id' }),
  ask: record(
    {
      url: text({
        title: 'Address',
        maxLength: 500,
        pattern: '^https?://[^\\s#]+$',
        allowed: 'an https address without a fragment',
      }),
      sealedToken: optional(sealedSecret('Token', 'tokenFile')),
      tlsAuthorities: certificates('Who vouches for its address', { default: [] }),
      timeoutSeconds: wholeNumber({ title: 'Seconds to wait for an answer', minimum: 1, maximum: 5, default: 2 }),
    },
    { title: 'Where it is asked' },
  ),
  whenSilent: oneOf(silences, { title: 'When nobody answers', default: 'refuse' }),
  order: record(
    {
      what: localizedName('What is ordered'),
      from: localizedName('From whom'),
      url: optional(
        text({ title: 'Where', maxLength: 1000, pattern: '^https://[^\\s]+$', allowed: 'an https address' }),
      ),
    },
    { title: 'What somebody who is missing is told' },
  ),
  closed: flag({ title: 'Closed', default: false }),
});

type Fits<Read extends Told, Told> = Read;
export type PreconditionSchemaFits = Fits<Static<typeof preconditionSchema>, Precondition>;
