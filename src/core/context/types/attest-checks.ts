// The rules of the trust framework that a hub answers for (ATT-…), in order: form, grounds, organisation, person.
import { holdsPersonalNumber } from '../../audit/personal-number.ts';
import type { ContextFacts, DetailFacts } from '../detail-type.ts';
import { type ContextCheck, type Fault, faultIf } from '../fault.ts';
import { authorisationHolds, departmentKey } from '../ports.ts';
import { type Attest, professionIn } from './attest-schema.ts';
import { type CodedMember, registers, systemOf } from './code-systems.ts';
import { norwegianNumberKind } from './norwegian-number.ts';
import { representedBy } from './represented.ts';

type Facts = DetailFacts<Attest>;

/** What an organisation accepts before its people may attest. */
export const trustFrameworkTerms = 'nhn:tillitsrammeverk';
export const longestAttestMs = 60 * 60_000;
/** How far the application's clock may be ahead. */
const aheadMs = 10_000;

const code = 'invalid_authorization_details';
const wrongIf = (condition: boolean, text: string): Fault | undefined => faultIf(condition, code, text);

/** The member's unit is the legal entity, or lies below it in the register, and is open. */
function belongs({ organisations }: ContextFacts, unit: string, entity: string): boolean {
  const found = organisations.get(unit);
  return found !== undefined && !found.closed && (unit === entity || found.above.includes(entity));
}

const entityOf = ({ details }: Facts): string => details.practitioner.legal_entity.id;
const professional = ({ person }: Facts) => person?.professional;

/** Every identifier with the registers that it may be of. */
function identifiers({ details: { practitioner, patients = [] } }: Facts) {
  const persons = [registers.fNumber.system, registers.dNumber.system] as const;
  const places = patients.flatMap(({ point_of_care, department, identifier }) => [
    { of: point_of_care, may: [registers.organisations.system] },
    { of: department, may: [registers.departments.system] },
    { of: identifier, may: [...persons, registers.hNumber.system] },
  ]);
  return [
    { of: practitioner.legal_entity, may: [registers.organisations.system] },
    { of: practitioner.point_of_care, may: [registers.organisations.system] },
    { of: practitioner.department, may: [registers.departments.system] },
    { of: practitioner.hpr_nr, may: [registers.hpr.system] },
    ...places,
  ] as readonly { of: { id: string; system: string } | undefined; may: readonly string[] }[];
}

export const attestChecks: readonly ContextCheck<Facts>[] = [
  {
    name: 'attest.members',
    clause: 'no free text about patients: nothing but what is specified',
    test: ({ strangers }) =>
      wrongIf(strangers.length > 0, `unknown members in ${strangers[0]}; the hub itself adds names and texts`),
  },
  {
    name: 'attest.oneProfession',
    clause: 'ATT-31 (one authorisation)',
    test: ({ details: { practitioner } }) =>
      wrongIf(
        practitioner.authorization !== undefined && practitioner.auhtorization !== undefined,
        'practitioner.authorization is there in two spellings',
      ),
  },
  {
    name: 'attest.codes',
    clause: 'ATT-32, ATT-37 to ATT-41, ATT-45 (code systems of the trust framework)',
    test: ({ details }) => {
      const { healthcare_service, purpose_of_use, purpose_of_use_details } = details.care_relationship;
      const given = {
        authorization: professionIn(details),
        healthcare_service,
        purpose_of_use,
        purpose_of_use_details,
      };
      const unknown = (Object.keys(given) as CodedMember[]).find((member) => {
        const coded = given[member];
        return coded !== undefined && systemOf(member, coded) === undefined;
      });
      return wrongIf(unknown !== undefined, `${unknown} has a code or code system that is not taken there`);
    },
  },
  {
    name: 'attest.registers',
    clause: 'ATT-29 and the information model 4.3, 4.5 (registers of identifiers)',
    test: (facts) =>
      wrongIf(
        identifiers(facts).some(({ of, may }) => of !== undefined && !may.includes(of.system)),
        'an identifier is of a register that is not taken there',
      ),
  },
  {
    name: 'attest.grounds',
    clause: 'ATT-43 (healthcare_service or purpose_of_use_details)',
    test: ({ details: { care_relationship } }) =>
      wrongIf(
        care_relationship.healthcare_service === undefined && care_relationship.purpose_of_use_details === undefined,
        'care_relationship needs healthcare_service or purpose_of_use_details',
      ),
  },
  {
    name: 'attest.decision',
    clause: 'ATT-46, ATT-47 (letters, digits and _ - . up to 64; and it names a decision, never a person)',
    test: ({ details: { care_relationship } }) => {
      const { id } = care_relationship.decision_ref;
      return wrongIf(
        !/^[A-Za-z0-9_.-]{1,64}$/.test(id) || holdsPersonalNumber(id),
        'decision_ref.id takes up to 64 letters, digits and _ - . and no number of a person',
      );
    },
  },
  {
    name: 'attest.userSelected',
    clause: 'ATT-48 (user_selected is true or false)',
    test: ({ details: { care_relationship } }) =>
      wrongIf(
        care_relationship.decision_ref.user_selected === undefined,
        'decision_ref.user_selected must say whether the person took the access',
      ),
  },
  {
    name: 'attest.patient',
    clause: 'ATT-4 (patients are named by national number or help number)',
    test: ({ details: { patients = [] } }) =>
      wrongIf(
        patients.some(({ identifier }) => identifier !== undefined && !holdsNumber(identifier)),
        'patients.identifier is not a number of its register',
      ),
  },
  {
    name: 'attest.age',
    clause: 'ATT-58 (at most 60 minutes old when it is sent)',
    test: ({ arrives, receivedAt, details: { toa } }) =>
      faultIf(
        arrives && toa !== undefined && receivedAt - toa * 1000 > longestAttestMs,
        'attestation_has_expired',
        'toa is more than 60 minutes ago; attest again',
      ),
  },
  {
    name: 'attest.notAhead',
    clause: 'ATT-58 (a time of attest is not in the future)',
    test: ({ receivedAt, details: { toa } }) =>
      wrongIf(toa !== undefined && toa * 1000 > receivedAt + aheadMs, 'toa is in the future; check the clock'),
  },
  {
    name: 'attest.member',
    clause: 'ATT-12 (legal_entity is an open member of the health network)',
    test: (facts) => {
      const found = facts.organisations.get(entityOf(facts));
      return wrongIf(
        found === undefined || found.closed || !found.member,
        'legal_entity is not a member of the health network',
      );
    },
  },
  {
    name: 'attest.terms',
    clause: 'ATT-12 (legal_entity has accepted the terms of the trust framework)',
    test: (facts) =>
      wrongIf(
        facts.organisations.get(entityOf(facts))?.terms.includes(trustFrameworkTerms) !== true,
        'legal_entity has not accepted the terms of the trust framework',
      ),
  },
  {
    name: 'attest.service',
    clause: 'ATT-12 (legal_entity has an agreement for the service)',
    test: (facts) =>
      wrongIf(
        facts.api?.requiresTerms === true &&
          facts.organisations.get(entityOf(facts))?.terms.includes(facts.api.id) !== true,
        'legal_entity has not accepted the terms of this API',
      ),
  },
  {
    name: 'attest.represented',
    clause: 'ATT-13 (the client speaks for legal_entity)',
    test: (facts) => {
      const { represents } = facts.application;
      const entity = entityOf(facts);
      const supplied =
        represents?.tenancy === 'multi' &&
        represents.supplier !== undefined &&
        facts.organisations.get(entity)?.delegates.includes(represents.supplier) === true;
      return wrongIf(
        representedBy(represents).parent !== entity && !supplied,
        'legal_entity is not an organisation that this client speaks for',
      );
    },
  },
  {
    name: 'attest.place',
    clause: 'ATT-19 (point_of_care is legal_entity or belongs to it)',
    test: (facts) =>
      wrongIf(
        !belongs(facts, facts.details.practitioner.point_of_care.id, entityOf(facts)),
        'point_of_care is neither legal_entity nor below it in the register',
      ),
  },
  {
    name: 'attest.department',
    clause: 'the information model 4.3.4 (a department that the register knows belongs to legal_entity)',
    test: (facts) => {
      const { department } = facts.details.practitioner;
      const key = department && departmentKey(department.id);
      return wrongIf(
        key !== undefined && facts.organisations.has(key) && !belongs(facts, key, entityOf(facts)),
        'department belongs to another organisation',
      );
    },
  },
  {
    name: 'attest.patientPlace',
    clause: 'ATT-51 (left out when the patient is treated elsewhere)',
    test: (facts) =>
      wrongIf(
        (facts.details.patients ?? []).some(
          ({ point_of_care }) => point_of_care !== undefined && !belongs(facts, point_of_care.id, entityOf(facts)),
        ),
        'patients.point_of_care is not below legal_entity; leave it out when the patient is treated elsewhere',
      ),
  },
  {
    name: 'attest.person',
    clause: 'ATT-11 (an attest is of the person who is logged in)',
    test: ({ ticket, person }) => wrongIf(ticket && person === undefined, 'an attest needs a person who is logged in'),
  },
  {
    name: 'attest.level',
    clause: 'ATT-9 (level high)',
    test: ({ ticket, person }) =>
      wrongIf(
        ticket && person !== undefined && person.assurance !== 'high',
        'an attest needs a login of level high (Level4)',
      ),
  },
  {
    name: 'attest.number',
    clause: 'ATT-10 (F- or D-number alone)',
    test: ({ ticket, person }) => {
      const kind = person?.nationalNumber === undefined ? undefined : norwegianNumberKind(person.nationalNumber);
      return wrongIf(
        ticket && person !== undefined && kind !== 'F' && kind !== 'D',
        'the person who is logged in has no F- or D-number here',
      );
    },
  },
  {
    name: 'attest.practitioner',
    clause: 'ATT-10, ATT-11 (practitioner is the person who is logged in)',
    test: ({ ticket, person, details: { practitioner } }) => {
      const given = practitioner.identifier;
      if (!ticket || given === undefined) return undefined;
      const { system } = norwegianNumberKind(given.id) === 'D' ? registers.dNumber : registers.fNumber;
      return wrongIf(
        given.id !== person?.nationalNumber || given.system !== system,
        'practitioner.identifier is not the F- or D-number of the person who is logged in',
      );
    },
  },
  {
    name: 'attest.hprNumber',
    clause: 'ATT-29 (hpr_nr if, and only if, the person is in HPR)',
    test: (facts) =>
      wrongIf(
        facts.ticket &&
          facts.details.practitioner.hpr_nr !== undefined &&
          facts.details.practitioner.hpr_nr.id !== professional(facts)?.hprNumber,
        'practitioner.hpr_nr is not the number of the person in HPR',
      ),
  },
  {
    name: 'attest.profession',
    clause: 'ATT-32 (the authorisation is in HPR, valid today)',
    test: (facts) => {
      const profession = professionIn(facts.details);
      if (!facts.ticket || profession === undefined) return undefined;
      const held = (professional(facts)?.authorisations ?? []).some(
        (each) => each.profession === profession.code && authorisationHolds(each, facts.now),
      );
      return wrongIf(!held, 'practitioner.authorization is not a valid authorisation of the person in HPR');
    },
  },
];

/** F- and D-numbers stand in the register of that name; help numbers have no common form. */
function holdsNumber({ id, system }: { readonly id: string; readonly system: string }): boolean {
  const kind = norwegianNumberKind(id);
  if (system === registers.hNumber.system) return kind !== 'F' && kind !== 'D';
  return kind === (system === registers.dNumber.system ? 'D' : 'F');
}
