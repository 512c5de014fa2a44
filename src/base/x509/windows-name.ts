// A distinguished name as Windows writes it (CertNameToStr with CERT_X500_NAME_STR), in encoded order: what directories map certificates by.
import type { DistinguishedName } from './name.ts';

/** Its key words; other types are `OID.` and their number. */
const keywords = new Map<string, string>([
  ['2.5.4.3', 'CN'],
  ['2.5.4.4', 'SN'],
  ['2.5.4.5', 'SERIALNUMBER'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'S'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.12', 'T'],
  ['2.5.4.13', 'Description'],
  ['2.5.4.17', 'PostalCode'],
  ['2.5.4.18', 'POBox'],
  ['2.5.4.20', 'Phone'],
  ['2.5.4.42', 'G'],
  ['2.5.4.43', 'I'],
  ['1.2.840.113549.1.9.1', 'E'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
]);

/** In quotes when it is empty, begins or ends with a blank, or has a letter that means something; quotes inside are doubled. */
const quoted = (value: string): string =>
  value === '' || /^\s|\s$|[,+="\n<>#;]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

/**
 * `C=SE,O=Inera AB,CN=…`: as encoded, which is the other way round than RFC 4514 has it. Undefined for a name that has a faulty value:
 * what cannot be read for certain identifies nobody.
 */
export function windowsNameText({ rdns }: DistinguishedName): string | undefined {
  if (rdns.length === 0 || rdns.flat().some(({ faults }) => faults.length > 0)) return undefined;
  return rdns
    .map((rdn) => rdn.map(({ oid, value }) => `${keywords.get(oid) ?? `OID.${oid}`}=${quoted(value)}`).join('+'))
    .join(',');
}
