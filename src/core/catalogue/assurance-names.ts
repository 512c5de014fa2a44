// National and European names of assurance levels, mapped inwards only; and the acr values that the hub itself publishes.
import { type Assurance, assuranceLevels, lowerOf } from '../../wire/codes/index.ts';

/** The hub's own name of a level: what `acr` in our tickets says and what `acr_values_supported` lists. */
export const acrOf = (level: Assurance): string => `urn:tillit:loa:${level}`;

export const acrValues: readonly string[] = assuranceLevels.map(acrOf);

const low: Assurance = 'low';
const substantial: Assurance = 'substantial';
const high: Assurance = 'high';

// The one table. What is not in it is `low`: `uncertified-*`, `*-nonresident` and `LOA3_NR` are left out on purpose,
// because they equal nothing unless an application lists them.
const names: ReadonlyMap<string, Assurance> = new Map([
  ...assuranceLevels.map((level): [string, Assurance] => [level, level]),
  ...assuranceLevels.map((level): [string, Assurance] => [acrOf(level), level]),
  // eIDAS, Implementing Regulation (EU) 2015/1502 and the eIDAS SAML attribute profile
  ['http://eidas.europa.eu/LoA/low', low],
  ['http://eidas.europa.eu/LoA/substantial', substantial],
  ['http://eidas.europa.eu/LoA/high', high],
  // Sweden Connect / E-legitimationsnämnden, tillitsramverket levels 1 to 4, and notified eIDAS schemes
  ['http://id.elegnamnden.se/loa/1.0/loa1', low],
  ['http://id.elegnamnden.se/loa/1.0/loa2', low],
  ['http://id.elegnamnden.se/loa/1.0/loa3', substantial],
  ['http://id.elegnamnden.se/loa/1.0/loa4', high],
  ['http://id.elegnamnden.se/loa/1.0/eidas-nf-low', low],
  ['http://id.elegnamnden.se/loa/1.0/eidas-nf-sub', substantial],
  ['http://id.elegnamnden.se/loa/1.0/eidas-nf-high', high],
  // Sambi (health care federation)
  ['http://id.sambi.se/loa/loa1', low],
  ['http://id.sambi.se/loa/loa2', low],
  ['http://id.sambi.se/loa/loa3', substantial],
  ['http://id.sambi.se/loa/loa4', high],
  ['loa1', low],
  ['loa2', low],
  ['loa3', substantial],
  ['loa4', high],
  // ID-porten, older and newer names; HelseID uses the older
  ['Level2', low],
  ['Level3', substantial],
  ['Level4', high],
  ['idporten-loa-low', low],
  ['idporten-loa-substantial', substantial],
  ['idporten-loa-high', high],
  // Norwegian BankID
  ['urn:bankid:bid;LOA=4', high],
  ['LOA=4', high],
]);

/** What requests alone may write (HelseID): as the name of evidence it is unknown, and so low. */
const inRequests: ReadonlyMap<string, Assurance> = new Map([['High', high]]);

/** The level of a name as it came with evidence; names are compared exactly, and an unknown one is `low`. */
export function levelOfName(name: string, listed: ReadonlyMap<string, Assurance> = new Map()): Assurance {
  return listed.get(name) ?? names.get(name) ?? low;
}

/** The level of a name that stands in the table; undefined for any other. */
export const levelNamed = (name: string): Assurance | undefined => names.get(name);

export interface RequestedAssurance {
  /** The lowest of the levels asked for: any one of them will do (OpenID Connect Core 3.1.2.1). */
  readonly level?: Assurance | undefined;
  /** Names that mean nothing to us: to be ignored in `acr_values`, refused as an essential `acr`. */
  readonly unknown: readonly string[];
}

/** Reads what a request asks for: the values of `acr_values`, or of an `acr` in `claims`. */
export function requestedAssurance(values: readonly string[]): RequestedAssurance {
  let level: Assurance | undefined;
  const unknown: string[] = [];
  for (const value of values) {
    const known = names.get(value) ?? inRequests.get(value);
    if (known === undefined) unknown.push(value);
    else level = level === undefined ? known : lowerOf(level, known);
  }
  return { level, unknown };
}
