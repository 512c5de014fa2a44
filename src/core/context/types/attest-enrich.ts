// What the hub adds to an attest: the person's number, name and HPR number, and names and texts from the registers.
import { toSeconds } from '../../../base/clock.ts';
import type { ContextFacts } from '../detail-type.ts';
import { departmentKey } from '../ports.ts';
import { type Attest, professionIn } from './attest-schema.ts';
import { type Coded, type CodedMember, registers, systemOf } from './code-systems.ts';
import { norwegianNumberKind } from './norwegian-number.ts';

type Facts = ContextFacts & { readonly receivedAt: number };
interface Identifier {
  readonly id: string;
  readonly system: string;
}
/** An identifier as a ticket tells it. */
type Told = Identifier & { readonly name?: string | undefined; readonly authority?: string | undefined };
type ToldCode = Coded & { readonly text?: string | undefined; readonly assigner?: string | undefined };

export interface EnrichedAttest {
  readonly version: string;
  readonly toa: number;
  readonly practitioner: Readonly<Record<string, Told | ToldCode | undefined>>;
  readonly care_relationship: Readonly<Record<string, ToldCode | { id: string; user_selected?: boolean } | undefined>>;
  readonly patients?: readonly Readonly<Record<string, Told | undefined>>[] | undefined;
}

function coded(member: CodedMember, given: Coded | undefined): ToldCode | undefined {
  if (given === undefined) return undefined;
  const known = systemOf(member, given);
  return {
    code: given.code,
    text: known?.texts?.get(given.code),
    system: given.system,
    assigner: known?.assigner,
  };
}

function organisation(facts: Facts, given: Identifier | undefined): Told | undefined {
  if (given === undefined) return undefined;
  const name = facts.organisations.get(given.id)?.name;
  return { id: given.id, name, system: given.system, authority: registers.organisations.authority };
}

function department(facts: Facts, given: Identifier | undefined): Told | undefined {
  if (given === undefined) return undefined;
  const name = facts.organisations.get(departmentKey(given.id))?.name;
  return { id: given.id, name, system: given.system, authority: registers.departments.authority };
}

function practitioner({ person }: Facts): Told | undefined {
  const number = person?.nationalNumber;
  if (number === undefined) return undefined;
  const { system, authority } = norwegianNumberKind(number) === 'D' ? registers.dNumber : registers.fNumber;
  return { id: number, name: person?.name, system, authority };
}

function hprNumber({ person }: Facts): Told | undefined {
  const number = person?.professional?.hprNumber;
  return number === undefined ? undefined : { id: number, ...registers.hpr };
}

/** The attest of a ticket. What was sent is kept where the registers have nothing to say; nothing sent overrules them. */
export function enrichAttest(attest: Attest, facts: Facts): EnrichedAttest {
  const { version = '1.0', toa = toSeconds(facts.receivedAt), care_relationship: care, patients } = attest;
  const sent = attest.practitioner;
  return {
    version,
    toa,
    practitioner: {
      identifier: practitioner(facts),
      hpr_nr: hprNumber(facts),
      authorization: coded('authorization', professionIn(attest)),
      legal_entity: organisation(facts, sent.legal_entity),
      point_of_care: organisation(facts, sent.point_of_care),
      department: department(facts, sent.department),
    },
    care_relationship: {
      healthcare_service: coded('healthcare_service', care.healthcare_service),
      purpose_of_use: coded('purpose_of_use', care.purpose_of_use),
      purpose_of_use_details: coded('purpose_of_use_details', care.purpose_of_use_details),
      decision_ref: care.decision_ref,
    },
    patients: patients?.map((patient) => ({
      identifier: patient.identifier,
      point_of_care: organisation(facts, patient.point_of_care),
      department: department(facts, patient.department),
    })),
  };
}
