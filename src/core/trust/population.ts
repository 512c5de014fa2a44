// A population made ready for decisions: its PEM texts read once, its lists made comparable.
import {
  attributeOids,
  attributesOf,
  type Certificate,
  comparableName,
  comparableText,
  pemBlocks,
  readCertificate,
} from '../../base/x509/index.ts';
import type { Population } from '../catalogue/snapshot.ts';
import { AuthorityIndex, clientAuthentication } from './pkix/index.ts';

export interface PreparedPopulation {
  readonly population: Population;
  readonly anchors: readonly Certificate[];
  readonly intermediates: readonly Certificate[];
  /** The same, to be found by name. */
  readonly anchorIndex: AuthorityIndex;
  readonly intermediateIndex: AuthorityIndex;
  /** Whether a certificate's direct issuer is one of the population's, when it lists any. */
  readonly acceptsIssuerOf: (leaf: Certificate) => boolean;
  /** What in its settings could not be read; a population with a fault accepts nobody. */
  readonly faults: readonly string[];
}

/** Extended key usages that a leaf of this population must all carry; clientAuth when the population names none. */
export const requiredUsages = (population: Population): readonly string[] =>
  population.extendedKeyUsages.length === 0 ? [clientAuthentication] : population.extendedKeyUsages;

function readAll(texts: readonly string[], what: string, faults: string[]): Certificate[] {
  return texts.flatMap((text, index) => {
    const blocks = pemBlocks(text);
    if (blocks.length === 0) faults.push(`${what} ${index + 1} holds no certificate`);
    return blocks.flatMap((der) => {
      const reading = readCertificate(der);
      if (reading.ok) return [reading.certificate];
      faults.push(`${what} ${index + 1}: ${reading.reason}`);
      return [];
    });
  });
}

// An entry with `=` is a whole name (RFC 4514), any other is a common name.
function issuerTest(entries: readonly string[] | undefined, faults: string[]): (leaf: Certificate) => boolean {
  if (entries === undefined) return () => true;
  const names = new Set<string>();
  const commonNames = new Set<string>();
  for (const entry of entries) {
    const name = entry.includes('=') ? comparableText(entry) : undefined;
    if (name !== undefined) names.add(name);
    else if (entry.includes('=')) faults.push('an issuer name could not be read');
    else commonNames.add(entry);
  }
  return ({ issuer }) => {
    const comparable = comparableName(issuer);
    if (comparable === undefined) return false;
    const [only, more] = attributesOf(issuer, attributeOids.commonName);
    return names.has(comparable) || (only !== undefined && more === undefined && commonNames.has(only.value));
  };
}

function prepare(population: Population): PreparedPopulation {
  const faults: string[] = [];
  const anchors = readAll(population.anchors, 'anchor', faults);
  const intermediates = readAll(population.intermediates, 'intermediate', faults);
  if (anchors.length === 0) faults.push('no anchor');
  return {
    population,
    anchors,
    intermediates,
    anchorIndex: new AuthorityIndex(anchors),
    intermediateIndex: new AuthorityIndex(intermediates),
    acceptsIssuerOf: issuerTest(population.issuers, faults),
    faults,
  };
}

const prepared = new WeakMap<Population, PreparedPopulation>();

/** The population made ready; done once for each population of a catalogue snapshot. */
export function preparePopulation(population: Population): PreparedPopulation {
  const known = prepared.get(population);
  if (known !== undefined) return known;
  const fresh = prepare(population);
  prepared.set(population, fresh);
  return fresh;
}

/**
 * The CAs to name in a TLS certificate request so that a browser offers only cards of this population:
 * those that issue its leaves where they are known, otherwise its anchors.
 */
export function namedAuthorities({ population, anchors, intermediates }: PreparedPopulation): readonly Certificate[] {
  const issuing = intermediates.filter(({ subject }) => {
    if (population.issuers === undefined) return true;
    const names = attributesOf(subject, attributeOids.commonName).map(({ value }) => value);
    const whole = comparableName(subject);
    return population.issuers.some((entry) =>
      entry.includes('=') ? comparableText(entry) === whole : names.includes(entry),
    );
  });
  return issuing.length > 0 ? issuing : anchors;
}
