// How certificates for enrolled devices are made after a card login (H8): a part of the population that accepts them.
import { list, oneOf, record, type Static, text, wholeNumber } from '../../base/schema/index.ts';
import { type CertificateField, certificateFields } from '../../wire/codes/index.ts';
import { reference } from './schema-parts.ts';

/** No certificate for a device lives longer than a shift. */
export const longestDerivedHours = 12;

export interface DerivedRule {
  /** Populations whose cards such a certificate is made after. */
  readonly from: readonly string[];
  /** Certificate profile at the own authority. */
  readonly profile: string;
  /** What it is told of the holder. */
  readonly fields: readonly CertificateField[];
  /** Namespace of the identity that it carries as serialNumber; the population must read it. */
  readonly identifier: string;
  /** Country in the certificate, ISO 3166 (X.520 countryName). */
  readonly country: string;
  readonly hours: number;
}

export const derivedRuleSchema = record(
  {
    from: list(reference('population', 'Population'), {
      title: 'Cards that it is made after',
      uniqueItems: true,
      minItems: 1,
    }),
    profile: text({
      title: 'Certificate profile',
      pattern: '^[a-z][a-z0-9-]{0,31}$',
      maxLength: 32,
      allowed: 'the id of a certificate profile of the own authority',
      default: 'derived',
    }),
    fields: list(oneOf(certificateFields, { title: 'Field' }), {
      title: 'What it is told of the holder',
      uniqueItems: true,
      minItems: 1,
    }),
    identifier: text({
      title: 'Identity in the certificate',
      pattern: '^[a-z0-9][a-z0-9:._-]{0,63}$',
      maxLength: 64,
      allowed: 'a namespace, for example hsa-id',
      default: 'hsa-id',
    }),
    country: text({
      title: 'Country',
      pattern: '^[A-Z]{2}$',
      maxLength: 2,
      allowed: 'two capital letters',
      default: 'SE',
    }),
    hours: wholeNumber({
      title: 'Hours valid',
      minimum: 1,
      maximum: longestDerivedHours,
      default: longestDerivedHours,
    }),
  },
  { title: 'Made here for enrolled devices, after a card login' },
);

type Fits<Read extends Told, Told> = Read;
export type DerivedRuleSchemaFits = Fits<Static<typeof derivedRuleSchema>, DerivedRule>;
