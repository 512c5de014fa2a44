// Gathers what a decision on a certificate needs, lists included, and decides. Lists are fetched only for a path that holds.
import { type Certificate, readCertificate } from '../../base/x509/index.ts';
import type { Population } from '../catalogue/snapshot.ts';
import { certificateChecks } from './checks.ts';
import {
  type CertificateDecision,
  candidatesOf,
  decideCertificate,
  firstFailure,
  type PresentedCertificate,
} from './decide.ts';
import { type CrlState, crlKey, crlPoints } from './revocation.ts';
import type { RevocationCache } from './revocation-cache.ts';

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
 * `accepted` are the ids of the populations that will do; `maxAgeMs` is how old a revocation list's last confirmation
 * may be. Also what a session asks again later: the same question, with the same chain.
 */
export async function judgeCertificate(
  given: {
    readonly chain: readonly Buffer[];
    readonly populations: readonly Population[];
    readonly accepted: readonly string[];
    readonly maxAgeMs: number;
    readonly cache: RevocationCache;
  },
  clock: () => number,
): Promise<CertificateDecision> {
  const { populations, accepted, cache, maxAgeMs } = given;
  const facts = { ...readPresented(given.chain), populations, accepted };
  const crls = new Map<string, CrlState>();
  const needed = candidatesOf({ ...facts, crls }, clock())
    .filter((candidate) => firstFailure(candidate, beforeFetch).failure === undefined)
    .flatMap(({ path, prepared }) =>
      path.slice(0, -1).flatMap((certificate, index) =>
        crlPoints(certificate, prepared.population)
          .filter(({ allowed }) => allowed)
          .map(({ url }) => ({ url, issuer: path[index + 1] as Certificate })),
      ),
    );
  const distinct = new Map(needed.map((need) => [crlKey(need.url, need.issuer), need]));
  await Promise.all(
    [...distinct].map(async ([key, { url, issuer }]) => {
      crls.set(key, await cache.listFor(url, issuer, maxAgeMs));
    }),
  );
  return decideCertificate({ ...facts, crls }, clock());
}

/**
 * Asks again about a certificate that was accepted before (`CertificateFacts.chain` of its evidence): still the same
 * population, still in time, still not revoked. The population must still exist.
 */
export function recheckCertificate(
  given: {
    readonly facts: { readonly population: string; readonly chain: readonly string[] };
    readonly populations: readonly Population[];
    readonly maxAgeMs: number;
    readonly cache: RevocationCache;
  },
  clock: () => number,
): Promise<CertificateDecision> {
  const { facts, populations, maxAgeMs, cache } = given;
  const chain = facts.chain.map((der) => Buffer.from(der, 'base64'));
  return judgeCertificate({ chain, populations, accepted: [facts.population], maxAgeMs, cache }, clock);
}
