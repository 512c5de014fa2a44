// Where revocation lists are distributed and what a list covers: distribution points and issuing points (RFC 5280 4.2.1.13, 5.2.5).

import { atLeastOne } from './constraint-extensions.ts';
import { DerCursor, type DerElement, malformed, onlyChildOf, readRoot, tags } from './der.ts';
import { readBoolean, readNamedBits } from './der-values.ts';
import { type GeneralName, readGeneralNames } from './general-name.ts';
import { type DistinguishedName, nameBelow } from './name.ts';

/** A DistributionPointName: whole names, or an RDN to be put below the name of whoever issues the list. */
export type PointName =
  | { readonly kind: 'full'; readonly names: readonly GeneralName[] }
  | { readonly kind: 'relative'; readonly rdn: Buffer };

export interface DistributionPoint {
  readonly name: PointName | undefined;
  /** Bits of ReasonFlags; undefined for all reasons. */
  readonly reasons: ReadonlySet<number> | undefined;
  /** Who signs the list, when it is not the certificate's issuer. */
  readonly crlIssuer: readonly GeneralName[] | undefined;
}

export interface IssuingPoint {
  readonly name: PointName | undefined;
  readonly onlyUsers: boolean;
  readonly onlyAuthorities: boolean;
  readonly onlyAttributes: boolean;
  readonly reasons: ReadonlySet<number> | undefined;
  readonly indirect: boolean;
}

function readPointName(wrapper: DerElement): PointName {
  const choice = onlyChildOf(wrapper);
  if (choice.tag === 0xa0) return { kind: 'full', names: readGeneralNames(choice, 16) };
  if (choice.tag !== 0xa1) throw malformed('no such distribution point name');
  const rdn = Buffer.from(choice.bytes.subarray(choice.start, choice.end));
  rdn[0] = tags.set;
  return { kind: 'relative', rdn };
}

const implicitBits = (element: DerElement | undefined): ReadonlySet<number> | undefined =>
  element && readNamedBits({ ...element, tag: tags.bitString });

function readPoint(element: DerElement): DistributionPoint {
  if (element.tag !== tags.sequence) throw malformed('expected a distribution point');
  const cursor = new DerCursor(element);
  const name = cursor.optional(0xa0);
  const reasons = cursor.optional(0x81);
  const crlIssuer = cursor.optional(0xa2);
  cursor.end();
  // RFC 5280 4.2.1.13: either the name or the issuer must be there.
  if (name === undefined && crlIssuer === undefined) throw malformed('distribution point without name and issuer');
  return {
    name: name && readPointName(name),
    reasons: implicitBits(reasons),
    crlIssuer: crlIssuer && readGeneralNames(crlIssuer, 16),
  };
}

/** A CRLDistributionPoints or FreshestCRL value. */
export const readDistributionPoints = (root: DerElement): readonly DistributionPoint[] =>
  atLeastOne(root, 16).map(readPoint);

const implicitFlag = (element: DerElement | undefined): boolean =>
  element !== undefined && readBoolean({ ...element, tag: tags.boolean });

/** An IssuingDistributionPoint value (RFC 5280 5.2.5). */
export function readIssuingPoint(value: Buffer): IssuingPoint {
  const cursor = new DerCursor(readRoot(value, tags.sequence));
  const name = cursor.optional(0xa0);
  const point = {
    name: name && readPointName(name),
    onlyUsers: implicitFlag(cursor.optional(0x81)),
    onlyAuthorities: implicitFlag(cursor.optional(0x82)),
    reasons: implicitBits(cursor.optional(0x83)),
    indirect: implicitFlag(cursor.optional(0x84)),
    onlyAttributes: implicitFlag(cursor.optional(0x85)),
  };
  cursor.end();
  // RFC 5280 5.2.5: at most one of the three may be asserted.
  if ([point.onlyUsers, point.onlyAuthorities, point.onlyAttributes].filter(Boolean).length > 1)
    throw malformed('a list of two kinds only');
  return point;
}

/** The whole names of a point, a relative one put below `issuer`. */
export function pointNames(name: PointName, issuer: DistinguishedName): readonly GeneralName[] {
  if (name.kind === 'full') return name.names;
  const below = nameBelow(issuer, name.rdn);
  return below === undefined ? [] : [{ kind: 'directory', name: below }];
}

/** The URLs of a point, whatever reasons it is for and whoever signs its list. */
export const everyUrlOf = ({ name }: DistributionPoint): readonly string[] =>
  name?.kind === 'full' ? name.names.flatMap((each) => (each.kind === 'uri' ? [each.value] : [])) : [];

/** The URLs of a point that covers every reason and whose list the certificate's issuer itself signs: it can clear a certificate alone. */
export const urlsOf = (point: DistributionPoint): readonly string[] =>
  point.reasons === undefined && point.crlIssuer === undefined ? everyUrlOf(point) : [];
