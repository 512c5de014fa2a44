// The form of a trust-framework attest (`nhn:tillitsrammeverk:parameters`) as applications send it.
import { flag, list, optional, record, type Static, text, wholeNumber, word } from '../../../base/schema/index.ts';

const system = text({ pattern: '^urn:[A-Za-z0-9:./-]{1,100}$', maxLength: 110, allowed: 'the urn of a code system' });
const digits = (least: number, most: number) => text({ pattern: `^\\d{${least},${most}}$`, maxLength: most });
const coded = record({
  code: text({ pattern: '^[A-Za-z0-9_.-]{1,32}$', maxLength: 32, allowed: 'a code' }),
  system,
});
const organisation = record({ id: digits(9, 9), system });
const department = record({ id: digits(1, 12), system });
const person = record({ id: digits(11, 11), system });

export const attestSchema = record({
  type: word('nhn:tillitsrammeverk:parameters'),
  version: optional(text({ pattern: '^\\d{1,2}\\.\\d{1,2}$', maxLength: 5, allowed: 'a version such as 1.0' })),
  /** Time of attest, seconds. */
  toa: optional(wholeNumber({ minimum: 0, maximum: 99_999_999_999 })),
  practitioner: record({
    identifier: optional(person),
    hpr_nr: optional(record({ id: digits(1, 9), system })),
    authorization: optional(coded),
    /** A spelling that a national client has sent for years. */
    auhtorization: optional(coded),
    legal_entity: organisation,
    point_of_care: organisation,
    department: optional(department),
  }),
  care_relationship: record({
    healthcare_service: optional(coded),
    purpose_of_use: coded,
    purpose_of_use_details: optional(coded),
    decision_ref: record({ id: text({ maxLength: 1000 }), user_selected: optional(flag()) }),
  }),
  patients: optional(
    list(
      record({
        identifier: optional(person),
        point_of_care: optional(organisation),
        department: optional(department),
      }),
      { maxItems: 10 },
    ),
  ),
});

export type Attest = Static<typeof attestSchema>;

/** The profession that the person acts in, however it is spelt. */
export const professionIn = ({ practitioner }: Attest): { code: string; system: string } | undefined =>
  practitioner.authorization ?? practitioner.auhtorization;
