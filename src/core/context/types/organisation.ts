// `helseid_authorization`: on behalf of which organisation, and which unit of it, an application asks.
import { record, text, word } from '../../../base/schema/index.ts';
import type { OidcApplication } from '../../catalogue/index.ts';
import { detailType } from '../detail-type.ts';
import { type OrganisationDetails, organisationChecks } from './organisation-checks.ts';
import { type NamedOrganisation, readOrganisation } from './organisation-value.ts';
import { organisationClaims, representedBy } from './represented.ts';

const schema = record({
  type: word('helseid_authorization'),
  practitioner_role: record({
    organization: record({
      identifier: record({
        system: text({ maxLength: 100 }),
        type: word('ENH'),
        value: text({ maxLength: 100 }),
      }),
    }),
  }),
});

const named = ({ practitioner_role }: OrganisationDetails): NamedOrganisation => {
  const { system, value } = practitioner_role.organization.identifier;
  const reading = readOrganisation(system, value);
  return reading.ok ? { parent: reading.parent, child: reading.child } : {};
};

const present = (organisation: NamedOrganisation): readonly string[] =>
  [organisation.child, organisation.parent].filter((number) => number !== undefined);

const whole = (details: OrganisationDetails, { represents }: OidcApplication): NamedOrganisation =>
  representedBy(represents, named(details));

export const organisationType = detailType({
  type: 'helseid_authorization',
  malformed: 'HID-1007',
  everyApi: true,
  schema,
  aboutPerson: false,
  entity: (details, application) => whole(details, application).parent,
  organisations: (details, application) => present(whole(details, application)),
  checks: organisationChecks,
  enrich: (details, { application }) => whole(details, application),
  claims: (organisation, { application }) => organisationClaims(application.represents, organisation),
  conditions: (details, application) => ({ workplaces: present(whole(details, application)) }),
  minimum: (details, application) => {
    const { parent, child } = whole(details, application);
    return { named: parent === undefined ? undefined : { parent, child } };
  },
  trail: (details) => ({ organisation: named(details) }),
});
