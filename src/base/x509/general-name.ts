// General names (RFC 5280 4.2.1.6) as typed values: alternative names, name constraints, distribution points.
import { childrenOf, contentOf, DerCursor, type DerElement, malformed, onlyChildOf, tags } from './der.ts';
import { readOid } from './der-values.ts';
import { comparableName, type DistinguishedName, readName, readText } from './name.ts';

export type GeneralName =
  /** The octets as they stand: an IA5String may still hold what no such name can. */
  | { readonly kind: 'email' | 'dns' | 'uri'; readonly value: string }
  | { readonly kind: 'directory'; readonly name: DistinguishedName }
  | { readonly kind: 'ip'; readonly octets: Buffer }
  /** `text` when the value is a string without a fault. */
  | { readonly kind: 'other'; readonly oid: string; readonly text: string | undefined }
  | { readonly kind: 'registered'; readonly oid: string }
  | { readonly kind: 'x400' | 'ediParty' };

export type NameKind = GeneralName['kind'];

const plain = (element: DerElement): string => contentOf(element).toString('latin1');

function readOther(element: DerElement): GeneralName {
  const cursor = new DerCursor(element);
  const oid = readOid(cursor.next());
  const value = onlyChildOf(cursor.next(0xa0));
  cursor.end();
  const { value: text, faults } = readText(value);
  return { kind: 'other', oid, text: faults.length === 0 ? text : undefined };
}

/** One GeneralName. Throws `x509.malformed`. */
export function readGeneralName(element: DerElement): GeneralName {
  switch (element.tag) {
    case 0xa0:
      return readOther(element);
    case 0x81:
      return { kind: 'email', value: plain(element) };
    case 0x82:
      return { kind: 'dns', value: plain(element) };
    case 0xa3:
      return { kind: 'x400' };
    case 0xa4: {
      return { kind: 'directory', name: readName(onlyChildOf(element)) };
    }
    case 0xa5:
      return { kind: 'ediParty' };
    case 0x86:
      return { kind: 'uri', value: plain(element) };
    case 0x87:
      return { kind: 'ip', octets: contentOf(element) };
    case 0x88:
      return { kind: 'registered', oid: readOid({ ...element, tag: tags.oid }) };
    default:
      throw malformed('no such kind of name');
  }
}

/** GeneralNames, at least one (RFC 5280 4.2.1.6). */
export function readGeneralNames(sequence: DerElement, most = 256): readonly GeneralName[] {
  const names = childrenOf(sequence, most).map(readGeneralName);
  if (names.length === 0) throw malformed('no names');
  return names;
}

/** A text that is the same for two names of a distribution point that are the same; undefined for kinds that are not compared. */
export function generalNameKey(name: GeneralName): string | undefined {
  if (name.kind === 'uri') return `uri ${name.value}`;
  if (name.kind === 'directory') return `directory ${nameKey(name.name)}`;
  return undefined;
}

/** A text that is the same for two names exactly when `sameName` says so: to look names up by. */
export const nameKey = (name: DistinguishedName): string => comparableName(name) ?? name.der.toString('hex');
