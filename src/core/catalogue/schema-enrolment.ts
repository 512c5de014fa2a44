// What the records of enrolment rules may say, and what an application may say of a source that does not answer.
import { either, flag, list, optional, record, type Static, text, wholeNumber, word } from '../../base/schema/index.ts';
import type { EnrolmentRule, SourceOutage } from './enrolment-rule.ts';
import { assurance, id, localizedName, reference, references, seconds } from './schema-parts.ts';

const words = (title: string) => optional(text({ title, maxLength: 200 }));

export const enrolmentRuleSchema = record({
  id: id(),
  name: localizedName('Name'),
  populations: { ...references('population', 'Certificates that may lead to it'), default: [] },
  providers: { ...references('provider', 'Providers that may lead to it'), default: [] },
  source: reference('personSource', 'Source that must confirm'),
  identifier: text({
    title: 'Identity that the source is asked by',
    pattern: '^[a-z0-9][a-z0-9:._-]{0,63}$',
    maxLength: 64,
    allowed: 'a namespace, for example hsa-id',
    default: 'hsa-id',
  }),
  organisations: { ...references('organisation', 'Organisations whose people it is for'), default: [] },
  federation: optional(reference('federation', 'Federation whose members it is for')),
  minimumAssurance: assurance('Minimum assurance'),
  roles: list(
    record({
      purpose: words('Purpose of the commission'),
      title: words('Title'),
      role: text({ title: 'Role', maxLength: 64 }),
    }),
    { title: 'Roles by commission', minItems: 1, maxItems: 200 },
  ),
  freshSeconds: { ...seconds('Asked anew at a login after', 7 * 86_400), default: 3600 },
  syncSeconds: { ...seconds('Asked anew without a login every', 7 * 86_400), default: 1800 },
  closed: flag({ title: 'Closed', default: false }),
});

export const sourceOutageSchema = either(
  [
    word('refuse'),
    record({ keepHours: wholeNumber({ title: 'Hours that what it said last will do', minimum: 1, maximum: 720 }) }),
  ],
  { title: 'When the source of the person does not answer' },
);

type Fits<Read extends Told, Told> = Read;
export type EnrolmentRuleSchemaFits = Fits<Static<typeof enrolmentRuleSchema>, EnrolmentRule>;
export type SourceOutageSchemaFits = Fits<Static<typeof sourceOutageSchema>, SourceOutage>;
