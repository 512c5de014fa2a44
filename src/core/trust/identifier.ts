// Who a certificate says its holder is: one attribute, one value, one anchored pattern, one namespace. Rules are data.
import { attributesOf, type DistinguishedName } from '../../base/x509/index.ts';
import type { IdentifierRule } from '../catalogue/snapshot.ts';

export type IdentifierReading =
  | { readonly ok: true; readonly namespace: string; readonly value: string }
  | { readonly ok: false; readonly because: string };

const longest = 64; // X.520 upper bound of serialNumber

// HSA-ID: SE, organisation number, a suffix; at most 31 characters, compared without regard to case.
const hsaId = /^SE\d{10}-[A-Z0-9]{1,18}$/i;
// ETSI EN 319 412-1 5.1.3: two letters of a local scheme, a colon, the country, and a value of that scheme's own.
const issuerScoped = /^[A-Z]{2}:[A-Z]{2}-[A-Za-z0-9]+(?:-[A-Za-z0-9]+){0,5}$/;
const nationalNumberLike = /(?:^|-)\d{11}$/;

/** Check digit by the modulus-10 method over the ten last digits, each second doubled. */
function luhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const value = Number(digits[index]) * (index % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** A Swedish personal number (YYYYMMDDNNNN) or coordination number (day + 60) whose date exists and whose check digit is right. */
export function isSwedishPersonalNumber(value: string, now: number): boolean {
  const found = /^((?:18|19|20)\d\d)(\d\d)(\d\d)\d{4}$/.exec(value);
  if (found === null) return false;
  const year = Number(found[1]);
  const month = Number(found[2]);
  const day = Number(found[3]) > 60 ? Number(found[3]) - 60 : Number(found[3]);
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || date.getTime() > now) return false;
  return luhn(value.slice(2));
}

function matched(rule: IdentifierRule, value: string, now: number): string | undefined {
  switch (rule.pattern) {
    case 'hsaId':
      return hsaId.test(value) ? value.toUpperCase() : undefined;
    case 'swedishPersonalNumber':
      return isSwedishPersonalNumber(value, now) ? value : undefined;
    case 'issuerScoped':
      // A number of eleven digits could be a national number, which this kind of card never carries.
      return issuerScoped.test(value) && !nationalNumberLike.test(value) ? value : undefined;
    case 'custom':
      return rule.custom !== undefined && new RegExp(`^(?:${rule.custom})$`).test(value) ? value : undefined;
  }
}

/**
 * Reads the subject by one rule. There must be exactly one value of the attribute in the whole name, alone in its RDN,
 * in a string type without faults (no NUL, BMPString, broken UTF-8): two readers of it must never see two people.
 */
export function readIdentifier(rule: IdentifierRule, subject: DistinguishedName, now: number): IdentifierReading {
  const [only, ...more] = attributesOf(subject, rule.attribute);
  if (only === undefined) return { ok: false, because: 'the attribute is absent' };
  if (more.length > 0) return { ok: false, because: 'the attribute has several values' };
  if (only.multiValued) return { ok: false, because: 'the attribute shares its RDN with others' };
  if (only.faults.length > 0)
    return { ok: false, because: `the value has a fault of encoding: ${only.faults.join(', ')}` };
  if (only.value.length > longest) return { ok: false, because: 'the value is too long' };
  const value = matched(rule, only.value, now);
  return value === undefined
    ? { ok: false, because: `the value is not of the form ${rule.pattern}` }
    : { ok: true, namespace: rule.namespace, value };
}

/** All identifiers that the population's rules find, in the order of the rules; never empty when `ok`. */
export function readIdentifiers(
  rules: readonly IdentifierRule[],
  subject: DistinguishedName,
  now: number,
):
  | { readonly ok: true; readonly found: readonly { namespace: string; value: string }[] }
  | { readonly ok: false; readonly because: string } {
  const readings = rules.map((rule) => readIdentifier(rule, subject, now));
  const found = readings.flatMap((reading) =>
    reading.ok ? [{ namespace: reading.namespace, value: reading.value }] : [],
  );
  if (found.length > 0) return { ok: true, found };
  return { ok: false, because: readings.map((reading) => (reading.ok ? '' : reading.because)).join('; ') };
}
