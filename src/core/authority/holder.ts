// What is said of a holder: the form of each value, and how it is written into a certificate.
import { hash } from 'node:crypto';
import {
  attributeOids,
  attributesOf,
  type Certificate,
  type ExtensionToWrite,
  extensionOids,
  type NamePart,
  writeExtension,
  writeName,
} from '../../base/x509/index.ts';
import type { CertificateProfile, Holder, HolderField } from './profile.ts';

/** In the order in which they stand in the subject; the longest value by X.520 and RFC 5280 Appendix A.1. */
const subjectFields: readonly (readonly [field: HolderField, oid: string, longest: number])[] = [
  ['country', attributeOids.country, 2],
  ['organization', attributeOids.organization, 64],
  ['organizationIdentifier', attributeOids.organizationIdentifier, 64],
  ['title', attributeOids.title, 64],
  ['commonName', attributeOids.commonName, 64],
  ['surname', attributeOids.surname, 64],
  ['givenName', attributeOids.givenName, 64],
  ['serialNumber', attributeOids.serialNumber, 64],
];

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const domain = `${label}(?:\\.${label})+`;
const dnsName = new RegExp(`^(?:\\*\\.)?${domain}$|^localhost$`);
const form: Readonly<Partial<Record<HolderField, RegExp>>> = {
  country: /^[A-Z]{2}$/,
  // PrintableString (X.680 41.4).
  serialNumber: /^[A-Za-z0-9 '()+,\-./:=?]+$/,
  upn: new RegExp(`^[A-Za-z0-9._'-]{1,64}@${domain}$`, 'i'),
  sid: /^S-1-5-21(-(0|[1-9]\d{0,9})){3,14}$/,
  email: new RegExp(`^[A-Za-z0-9._+'-]{1,64}@${domain}$`, 'i'),
  device: /^[A-Za-z0-9._-]{1,64}$/,
  cardNumber: /^[A-Za-z0-9]{6,40}$/,
};
// Controls, formats such as a change of direction, separators, unassigned: nothing that shows as another name than it is.
const invisible = /[\p{C}\p{Zl}\p{Zp}\ufffd]/u;

export const dnsNames = (holder: Holder): readonly string[] => (holder.dns === undefined ? [] : holder.dns.split(' '));

/** What is wrong with a value; nothing when it may stand in a certificate. Never repeats the value. */
export function valueFault(field: HolderField, value: string): string | undefined {
  if (value === '' || value !== value.trim() || value.includes('  ')) return `${field} is empty or has spare spaces`;
  if (!value.isWellFormed() || invisible.test(value)) return `${field} has characters that cannot be seen`;
  const longest = subjectFields.find(([name]) => name === field)?.[2] ?? 400;
  if ([...value].length > longest) return `${field} has more than ${longest} characters`;
  if (field === 'dns') {
    const names = value.split(' ');
    const sound =
      names.every((name) => name.length <= 253 && dnsName.test(name)) && new Set(names).size === names.length;
    return sound ? undefined : 'dns holds something else than different host names in small letters';
  }
  const wanted = form[field];
  return wanted === undefined || wanted.test(value) ? undefined : `${field} does not have the right form`;
}

/** The first fault of a holder's values. */
export function valuesFault(holder: Holder): string | undefined {
  for (const [field, value] of Object.entries(holder)) {
    const fault = valueFault(field as HolderField, value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** The first value that does not have the form that the profile wants. */
export function patternFault({ id, patterns }: CertificateProfile, holder: Holder): string | undefined {
  const wrong = Object.entries(patterns).find(([field, pattern]) => {
    const value = holder[field as HolderField];
    return value !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(value);
  });
  return wrong && `${wrong[0]} does not have the form that profile ${id} wants`;
}

/** The subject's Name, one attribute an RDN. */
export const subjectOf = (holder: Holder): Buffer =>
  writeName(
    subjectFields.flatMap(([field, oid]) => {
      const value = holder[field];
      return value === undefined ? [] : [[oid, value] satisfies NamePart];
    }),
  );

/** How a device is named in a certificate. */
export const deviceUri = (device: string): string => `urn:tillit:device:${device}`;

/** The extensions that speak of the holder. */
export function holderExtensions(holder: Holder): readonly ExtensionToWrite[] {
  const { upn, email, sid, device, cardNumber } = holder;
  const dns = dnsNames(holder);
  const named = [upn, email, device].some((value) => value !== undefined) || dns.length > 0;
  return [
    ...(named
      ? [
          writeExtension.subjectAltName({
            dns,
            ...(email === undefined ? {} : { email }),
            ...(upn === undefined ? {} : { upn }),
            ...(device === undefined ? {} : { uri: deviceUri(device) }),
          }),
        ]
      : []),
    ...(sid === undefined ? [] : [writeExtension.securityIdentifier(sid)]),
    ...(cardNumber === undefined ? [] : [writeExtension.cardNumber(cardNumber)]),
  ];
}

/** The alternative names that a certificate of this holder has, as they stand in it. */
export const namesOf = (holder: Holder): Buffer | undefined =>
  holderExtensions(holder).find(({ oid }) => oid === extensionOids.subjectAltName)?.value;

/** The holder that a system's certificate was made for; undefined when it says anything else than such a one would. */
export function systemHolderOf(certificate: Certificate): Holder | undefined {
  const said = subjectFields.flatMap(([field, oid]) =>
    attributesOf(certificate.subject, oid).map(({ value }) => [field, value]),
  );
  const holder: Holder = { ...Object.fromEntries(said), dns: certificate.dnsNames.join(' ') };
  const names = namesOf(holder);
  const isWhole =
    subjectOf(holder).equals(certificate.subject.der) && names !== undefined && certificate.der.includes(names);
  return isWhole ? holder : undefined;
}

/** Who a certificate is of, as a hash that is compared and shows nobody: the subject's bytes. */
export const holderHash = (subject: Buffer): string => hash('sha256', subject, 'base64url');

/** Fields of a profile that are missing, or there and not foreseen. */
export function fieldFaults(profile: CertificateProfile, holder: Holder): readonly string[] {
  const missing = Object.entries(profile.holds)
    .filter(([field, need]) => need === 'must' && holder[field as HolderField] === undefined)
    .map(([field]) => `${field} is missing`);
  const stray = Object.keys(holder)
    .filter((field) => !Object.hasOwn(profile.holds, field))
    .map((field) => `${field} is not for profile ${profile.id}`);
  return [...missing, ...stray];
}
