// Distinguished names: ordered attributes with each fault of their encoding named, and one strict way to compare them.
import { childrenOf, contentOf, DerCursor, type DerElement, encodingOf, malformed, readRoot, tags } from './der.ts';
import { readOid } from './der-values.ts';
import { derSequence } from './der-writer.ts';

/** Why a value must not be used to identify anybody (it may still be shown). */
export type TextFault = 'nul' | 'control' | 'charset' | 'bmpString' | 'teletexString' | 'universalString' | 'type';

export interface NameAttribute {
  readonly oid: string;
  readonly value: string;
  readonly faults: readonly TextFault[];
}

export interface DistinguishedName {
  /** The encoding as it stood in the certificate. */
  readonly der: Buffer;
  /** Relative names in encoded order; more than one attribute in one of them is a multi-valued RDN. */
  readonly rdns: readonly (readonly NameAttribute[])[];
}

export const attributeOids = {
  commonName: '2.5.4.3',
  surname: '2.5.4.4',
  serialNumber: '2.5.4.5',
  country: '2.5.4.6',
  locality: '2.5.4.7',
  state: '2.5.4.8',
  organization: '2.5.4.10',
  organizationalUnit: '2.5.4.11',
  title: '2.5.4.12',
  givenName: '2.5.4.42',
  organizationIdentifier: '2.5.4.97',
  domainComponent: '0.9.2342.19200300.100.1.25',
} as const;

const shortNames = new Map<string, string>([
  [attributeOids.commonName, 'CN'],
  [attributeOids.surname, 'SN'],
  [attributeOids.serialNumber, 'serialNumber'],
  [attributeOids.country, 'C'],
  [attributeOids.locality, 'L'],
  [attributeOids.state, 'ST'],
  [attributeOids.organization, 'O'],
  [attributeOids.organizationalUnit, 'OU'],
  [attributeOids.title, 'title'],
  [attributeOids.givenName, 'givenName'],
  [attributeOids.organizationIdentifier, 'organizationIdentifier'],
  [attributeOids.domainComponent, 'DC'],
]);

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const printable = /^[A-Za-z0-9 '()+,\-./:=?]*$/; // X.680 41.4
const ascii = /^\p{ASCII}*$/u;
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]/u;

/** Text of a string element by its declared type, with what is wrong with it. */
export function readText(element: DerElement): { value: string; faults: readonly TextFault[] } {
  const content = contentOf(element);
  const faults = new Set<TextFault>();
  let value = content.toString('latin1');
  switch (element.tag) {
    case tags.utf8String:
      try {
        value = strictUtf8.decode(content);
      } catch {
        faults.add('charset');
      }
      break;
    case tags.printableString:
      if (!printable.test(value)) faults.add('charset');
      break;
    case tags.numericString:
      if (!/^[0-9 ]*$/.test(value)) faults.add('charset');
      break;
    case tags.ia5String:
      if (!ascii.test(value)) faults.add('charset');
      break;
    case tags.bmpString:
      faults.add('bmpString');
      if (content.length % 2 === 0) value = Buffer.from(content).swap16().toString('utf16le');
      else faults.add('charset');
      break;
    case tags.teletexString:
      faults.add('teletexString');
      break;
    case tags.universalString:
      faults.add('universalString');
      break;
    default:
      faults.add('type');
  }
  if (value.includes('\0')) faults.add('nul');
  if (invisible.test(value.replaceAll('\0', ''))) faults.add('control');
  return { value, faults: [...faults] };
}

/** A Name (RFC 5280 4.1.2.4). Throws `x509.malformed`. */
export function readName(element: DerElement): DistinguishedName {
  if (element.tag !== tags.sequence) throw malformed('expected a name');
  const rdns = childrenOf(element, 64).map((rdn) => {
    if (rdn.tag !== tags.set) throw malformed('expected a relative name');
    const attributes = childrenOf(rdn, 16).map((pair) => {
      if (pair.tag !== tags.sequence) throw malformed('expected an attribute');
      const cursor = new DerCursor(pair);
      const oid = readOid(cursor.next());
      const attribute = { oid, ...readText(cursor.next()) };
      cursor.end();
      return attribute;
    });
    if (attributes.length === 0) throw malformed('empty relative name');
    return attributes;
  });
  return { der: encodingOf(element), rdns };
}

/** The name with one RDN (its SET as encoded) put below it (RFC 5280 4.2.1.13, nameRelativeToCRLIssuer); undefined for octets that are none. */
export function nameBelow(name: DistinguishedName, rdn: Buffer): DistinguishedName | undefined {
  try {
    const content = contentOf(readRoot(name.der, tags.sequence));
    return readName(readRoot(derSequence(content, rdn), tags.sequence));
  } catch {
    return undefined;
  }
}

/** Every attribute of one type, wherever it stands, with whether it shares its RDN with others. */
export function attributesOf(name: DistinguishedName, oid: string): (NameAttribute & { multiValued: boolean })[] {
  return name.rdns.flatMap((rdn) =>
    rdn
      .filter((attribute) => attribute.oid === oid)
      .map((attribute) => ({ ...attribute, multiValued: rdn.length > 1 })),
  );
}

const escapeValue = (value: string): string =>
  value
    .replace(/[\\",+<>;=]/g, (character) => `\\${character}`)
    .replace(/^[ #]| $/g, (character) => `\\${character}`)
    .replaceAll('\0', '\\00');

/** RFC 4514 text: last RDN first, so `CN=…,O=…,C=SE`. */
export const nameText = (name: DistinguishedName): string =>
  name.rdns
    .map((rdn) => rdn.map(({ oid, value }) => `${shortNames.get(oid) ?? oid}=${escapeValue(value)}`).join('+'))
    .reverse()
    .join(',');

// Only ASCII letters are folded: full Unicode folding would let a KELVIN SIGN pass for a K.
const fold = (text: string): string =>
  text
    .trim()
    .replace(/ +/g, ' ')
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase());

// Names are compared again and again; one that was read does not change.
const comparable = new WeakMap<DistinguishedName, { readonly rdns: readonly string[] | undefined }>();

/** The comparable form of each RDN, outermost first; undefined for a name that has a faulty value. */
export function comparableRdns(name: DistinguishedName): readonly string[] | undefined {
  const known = comparable.get(name);
  if (known !== undefined) return known.rdns;
  const faulty = name.rdns.flat().some(({ faults }) => faults.length > 0);
  const rdns = faulty
    ? undefined
    : name.rdns.map((rdn) => JSON.stringify(rdn.map(({ oid, value }) => [oid, fold(value)])));
  comparable.set(name, { rdns });
  return rdns;
}

/**
 * A form in which two names are equal when RFC 5280 7.1 says so (string type, letter case and spaces aside);
 * undefined for a name that has a faulty value, which equals nothing but its own bytes.
 */
export function comparableName(name: DistinguishedName): string | undefined {
  const rdns = comparableRdns(name);
  return rdns && `[${rdns.join(',')}]`;
}

/** Whether two names are the same name: same bytes, or same comparable form. */
export function sameName(one: DistinguishedName, other: DistinguishedName): boolean {
  if (one.der.equals(other.der)) return true;
  const form = comparableName(one);
  return form !== undefined && form === comparableName(other);
}

const oidsByShortName = new Map([...shortNames].map(([oid, short]) => [short.toLowerCase(), oid]));

/**
 * The comparable form of a name that was written as RFC 4514 text in settings (single-valued RDNs only);
 * undefined when the text is not such a name.
 */
export function comparableText(text: string): string | undefined {
  const parts = text.match(/(?:\\.|[^\\,])+/gs);
  if (parts === null || parts.join(',') !== text) return undefined;
  const rdns: [string, string][][] = [];
  for (const part of parts) {
    const found = /^\s*([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)\s*=((?:\\.|[^\\+"<>;])*)$/s.exec(part);
    const oid =
      found?.[1] === undefined
        ? undefined
        : (oidsByShortName.get(found[1].toLowerCase()) ?? (/^\d/.test(found[1]) ? found[1] : undefined));
    if (oid === undefined) return undefined;
    rdns.unshift([[oid, fold((found?.[2] ?? '').replace(/\\(.)/gs, '$1'))]]);
  }
  return JSON.stringify(rdns);
}
