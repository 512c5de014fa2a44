// `nhn:tillitsrammeverk:parameters`: who asks for information about a patient, from where, and on which grounds.
import { detailType } from '../detail-type.ts';
import { departmentKey } from '../ports.ts';
import { attestChecks } from './attest-checks.ts';
import { enrichAttest } from './attest-enrich.ts';
import { type Attest, attestSchema, professionIn } from './attest-schema.ts';

/** Organisations of the practitioner, from the department up. */
function workplaces({ practitioner: { department, point_of_care, legal_entity } }: Attest): readonly string[] {
  return [...(department ? [departmentKey(department.id)] : []), point_of_care.id, legal_entity.id];
}

function patientPlaces({ patients = [] }: Attest): readonly string[] {
  return patients.flatMap(({ point_of_care, department }) => [
    ...(point_of_care ? [point_of_care.id] : []),
    ...(department ? [departmentKey(department.id)] : []),
  ]);
}

const listed = (code: { readonly code: string } | undefined): readonly string[] =>
  code === undefined ? [] : [code.code];

export const attestType = detailType({
  type: 'nhn:tillitsrammeverk:parameters',
  malformed: 'invalid_authorization_details',
  everyApi: false,
  schema: attestSchema,
  aboutPerson: true,
  entity: ({ practitioner }) => practitioner.legal_entity.id,
  organisations: (attest) => [...new Set([...workplaces(attest), ...patientPlaces(attest)])],
  checks: attestChecks,
  enrich: enrichAttest,
  claims: (attest, { api }) => {
    const { patients, ...rest } = attest;
    const shown = patients?.map(({ identifier, ...place }) =>
      api?.patientIdentifiers === true && identifier !== undefined ? { identifier, ...place } : place,
    );
    const whole = shown === undefined ? rest : { ...rest, patients: shown };
    return { authorization_details: { 'nhn:tillitsrammeverk': whole } };
  },
  conditions: (attest) => ({
    workplaces: workplaces(attest),
    professions: listed(professionIn(attest)),
    purposes: listed(attest.care_relationship.purpose_of_use),
  }),
  minimum: ({ practitioner: { legal_entity, point_of_care }, care_relationship }) => ({
    named: {
      parent: legal_entity.id,
      child: point_of_care.id === legal_entity.id ? undefined : point_of_care.id,
    },
    purpose: care_relationship.purpose_of_use.code,
  }),
  trail: (attest) => ({
    legalEntity: attest.practitioner.legal_entity.id,
    pointOfCare: attest.practitioner.point_of_care.id,
    department: attest.practitioner.department?.id,
    profession: professionIn(attest)?.code,
    service: attest.care_relationship.healthcare_service?.code,
    purpose: attest.care_relationship.purpose_of_use.code,
    purposeDetails: attest.care_relationship.purpose_of_use_details?.code,
    decisionRef: attest.care_relationship.decision_ref.id,
    userSelected: attest.care_relationship.decision_ref.user_selected,
  }),
});
