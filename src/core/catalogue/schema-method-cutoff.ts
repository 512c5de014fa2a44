// What the record of a method cut-off may say.
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
} from '../../base/schema/index.ts';
import { assuranceLevels, connectorKinds, deviceKinds } from '../../wire/codes/index.ts';
import { cutoffStates, type MethodCutoff } from './method-cutoff.ts';
import { id, instant, localizedName, reference, references } from './schema-parts.ts';

const audienceSchema = record(
  {
    organisations: optional(references('organisation', 'Organisations', { minItems: 1 })),
    roles: optional(list(text({ maxLength: 64 }), { title: 'Roles', minItems: 1, uniqueItems: true })),
    person: optional(
      namedValues(list(either([text({ maxLength: 200 }), flag()]), { minItems: 1 }), {
        title: 'Attributes of the person',
        names: '^[A-Za-z][A-Za-z0-9_.-]{0,63}$',
      }),
    ),
    devices: optional(list(oneOf(deviceKinds), { title: 'Devices', minItems: 1, uniqueItems: true })),
  },
  { title: 'Who', default: {} },
);

export const methodCutoffSchema = record({
  id: id(),
  text: localizedName('What people read'),
  owner: text({ title: 'Owner', maxLength: 200 }),
  applications: references('application', 'Applications', { minItems: 1 }),
  organisations: { ...references('organisation', 'Whose people'), default: [] },
  providers: { ...references('provider', 'Providers that no longer get in'), default: [] },
  methods: list(oneOf(connectorKinds), { title: 'Methods that no longer get in', uniqueItems: true, default: [] }),
  below: optional(oneOf(assuranceLevels, { title: 'All below this level no longer gets in' })),
  state: oneOf(cutoffStates, { title: 'State', default: 'planned' }),
  from: optional(instant('From')),
  order: list(
    record({
      when: audienceSchema,
      text: localizedName('What is ordered instead'),
      url: optional(
        text({ title: 'Where', maxLength: 1000, pattern: '^https://[^\\s]+$', allowed: 'an https address' }),
      ),
    }),
    { title: 'What is ordered instead', maxItems: 50, default: [] },
  ),
  exemptions: list(
    record({
      person: optional(id('Person')),
      organisation: optional(reference('organisation', 'Organisation')),
      units: list(id('Unit'), { title: 'Units of it', uniqueItems: true, maxItems: 500, default: [] }),
      owner: text({ title: 'Owner', minLength: 2, maxLength: 200 }),
      reason: text({ title: 'Reason', minLength: 3, maxLength: 300 }),
      until: instant('Until'),
    }),
    { title: 'Exemptions', maxItems: 2000, default: [] },
  ),
});

type Fits<Read extends Told, Told> = Read;
export type MethodCutoffSchemaFits = Fits<Static<typeof methodCutoffSchema>, MethodCutoff>;
