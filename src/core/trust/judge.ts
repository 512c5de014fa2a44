// Gathers what a decision on a certificate needs, lists and OCSP answers included, and decides. Nothing is fetched but for a path that holds.
import { type Certificate, readCertificate, type StapledOcsp } from '../../base/x509/index.ts';
import type { Population } from '../catalogue/snapshot.ts';
import { certificateChecks } from './checks.ts';
import {
  type CertificateDecision,
  candidatesOf,
  decideCertificate,
  firstFailure,
  type PresentedCertificate,
} from './decide.ts';
import { type Gathered, type StatusCaches, StatusGathering } from './gather-status.ts';
import { StapledAnswer } from './stapled.ts';

const mostPresented = 8;

/** Reads what the browser showed: a leaf that cannot be read is a fault, an unreadable certificate after it is left out. */
export function readPresented(chain: readonly Buffer[]): Pick<PresentedCertificate, 'presented' | 'malformed'> {
  const readings = chain.slice(0, mostPresented).map(readCertificate);
  const [leaf] = readings;
  if (leaf !== undefined && !leaf.ok) return { presented: [], malformed: leaf.reason };
  return { presented: readings.flatMap((reading): Certificate[] => (reading.ok ? [reading.certificate] : [])) };
}

const beforeFetch = certificateChecks.filter(({ afterFetch }) => !afterFetch);

/**
 * Judges a chain of DER certificates, leaf first, as the browser or a configured proxy gave it.
 * `accepted` are the ids of the populations that will do; `maxAgeMs` is how old a revocation list's or an OCSP
 * answer's last confirmation may be. Also what a session asks again later: the same question, with the same chain.
 */
export async function judgeCertificate(
  given: StatusCaches & {
    readonly chain: readonly Buffer[];
    readonly populations: readonly Population[];
    readonly accepted: readonly string[];
    readonly maxAgeMs: number;
    /** An OCSP answer about the leaf that a configured proxy passed on. */
    readonly stapled?: StapledOcsp | undefined;
  },
  clock: () => number,
): Promise<CertificateDecision> {
  const { populations, accepted } = given;
  const facts = { ...readPresented(given.chain), populations, accepted };
  const gathered: Gathered = { crls: new Map(), answers: new Map() };
  const stapled = given.stapled && new StapledAnswer(given.stapled);
  const { cache, responders, maxAgeMs } = given;
  await Promise.all(
    candidatesOf({ ...facts, ...gathered }, clock())
      .filter((candidate) => firstFailure(candidate, beforeFetch).failure === undefined)
      .map((candidate) =>
        new StatusGathering(candidate, { cache, responders, maxAgeMs, gathered, clock, stapled }).run(),
      ),
  );
  return decideCertificate({ ...facts, ...gathered, stapled: stapled?.outcome }, clock());
}

/**
 * Asks again about a certificate that was accepted before (`CertificateFacts.chain` of its evidence): still the same
 * population, still in time, still not revoked. The population must still exist.
 */
export function recheckCertificate(
  given: StatusCaches & {
    readonly facts: { readonly population: string; readonly chain: readonly string[] };
    readonly populations: readonly Population[];
    readonly maxAgeMs: number;
  },
  clock: () => number,
): Promise<CertificateDecision> {
  const { facts, ...more } = given;
  const chain = facts.chain.map((der) => Buffer.from(der, 'base64'));
  return judgeCertificate({ ...more, chain, accepted: [facts.population] }, clock);
}
