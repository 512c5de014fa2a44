// Gathers what a decision on a certificate needs, lists and OCSP answers included, and decides. Nothing is fetched but for a path that holds.
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
import type { OcspCache } from './ocsp-cache.ts';
import { revocationOf, turnsFor } from './population-status.ts';
import { type OcspState, ocspKey } from './responders.ts';
import { type CrlState, crlKey, crlPoints, ocspPoints } from './revocation.ts';
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

/** Where the status of certificates comes from: the lists and the OCSP answers of one hub process. */
export interface StatusCaches {
  readonly cache: RevocationCache;
  readonly responders: OcspCache;
}

interface Gathered {
  readonly crls: Map<string, CrlState>;
  readonly answers: Map<string, OcspState>;
}

/** Asks about one certificate of a path that holds, in the turns that its population wants. */
async function gatherStatus(
  about: { readonly certificate: Certificate; readonly issuer: Certificate; readonly population: Population },
  given: StatusCaches & { readonly maxAgeMs: number },
  { crls, answers }: Gathered,
  clock: () => number,
): Promise<void> {
  const { certificate, issuer, population } = about;
  const allowed = (points: ReturnType<typeof crlPoints>) => points.filter((point) => point.allowed);
  const ask = {
    crl: () =>
      allowed(crlPoints(certificate, population)).map(async ({ url }) => {
        crls.set(crlKey(url, issuer), await given.cache.listFor(url, issuer, given.maxAgeMs));
      }),
    ocsp: () =>
      allowed(ocspPoints(certificate, population)).map(async ({ url }) => {
        const answer = await given.responders.answerFor(url, certificate, issuer, given.maxAgeMs);
        answers.set(ocspKey(url, certificate, issuer), answer);
      }),
  };
  for (const turn of turnsFor(certificate, population)) {
    await Promise.all(turn.flatMap((source) => ask[source]()));
    const { kind } = revocationOf({ ...about, crls, answers, now: clock() });
    if (kind === 'good' || kind === 'revoked') return;
  }
}

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
  },
  clock: () => number,
): Promise<CertificateDecision> {
  const { populations, accepted } = given;
  const facts = { ...readPresented(given.chain), populations, accepted };
  const gathered: Gathered = { crls: new Map(), answers: new Map() };
  const needed = candidatesOf({ ...facts, ...gathered }, clock())
    .filter((candidate) => firstFailure(candidate, beforeFetch).failure === undefined)
    .flatMap(({ path, prepared: { population } }) =>
      path
        .slice(0, -1)
        .map((certificate, index) => ({ certificate, issuer: path[index + 1] as Certificate, population })),
    );
  const distinct = new Map(
    needed.map((each) => [`${each.population.id} ${each.certificate.fingerprint} ${each.issuer.fingerprint}`, each]),
  );
  await Promise.all([...distinct.values()].map((about) => gatherStatus(about, given, gathered, clock)));
  return decideCertificate({ ...facts, ...gathered }, clock());
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
