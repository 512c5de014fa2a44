// Whether one certificate is revoked, by the lists at hand: pure, and unknown is never good.
import { type Certificate, type Crl, type CrlFault, crlSignedBy } from '../../base/x509/index.ts';
import type { Population } from '../catalogue/snapshot.ts';
import {
  type CrlCheck,
  crlChecks,
  defaultAlgorithms,
  type GivenCrl,
  type RevocationStatus,
  statusByCrls,
} from './pkix/index.ts';

/** Why there is no list; each fails closed. */
export type CrlFailure =
  | CrlFault
  | 'crlNotAllowed'
  | 'crlUnreachable'
  | 'crlTimeout'
  | 'crlTooLarge'
  | 'crlStatus'
  | 'crlWrongIssuer'
  | 'crlStale'
  | 'crlNotFetched';

export type CrlState =
  | { readonly ok: true; readonly crl: Crl; readonly fetchedAt: number }
  | { readonly ok: false; readonly reason: CrlFailure };

/** Lists by `crlKey`. */
export type CrlStates = ReadonlyMap<string, CrlState>;

const mostPoints = 4;

/** A list is looked for by where it is fetched and who must have signed it. */
export const crlKey = (url: string, issuer: Certificate): string => `${url} ${issuer.fingerprint}`;

/** One place where a certificate's list may be fetched: named by the certificate, moved by the population's override. */
export interface CrlPoint {
  readonly named: string;
  readonly url: string;
  readonly allowed: boolean;
}

function isAllowed(url: string, hosts: readonly string[]): boolean {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return false;
  }
  if ((parsed.protocol !== 'http:' && parsed.protocol !== 'https:') || parsed.username !== '' || parsed.password !== '')
    return false;
  const port = parsed.port || (parsed.protocol === 'http:' ? '80' : '443');
  return hosts.length === 0 || hosts.includes(parsed.host) || hosts.includes(`${parsed.hostname}:${port}`);
}

/**
 * Where the list for a certificate lies. Only call it for a certificate whose path has been checked: its CA signed
 * these addresses. Beyond that only hosts of the population's list are used, when it has one; an override is the
 * administrator's own word.
 */
export function crlPoints(certificate: Certificate, population: Population): readonly CrlPoint[] {
  const { overrides, allowedHosts } = population.revocation;
  return certificate.crlUrls
    .filter((url) => /^https?:/i.test(url))
    .slice(0, mostPoints)
    .map((named) => {
      const moved = Object.hasOwn(overrides, named) ? overrides[named] : undefined;
      return {
        named,
        url: moved ?? named,
        allowed: isAllowed(moved ?? named, moved === undefined ? allowedHosts : []),
      };
    });
}

// A list never changes under its issuer's key, so its signature is verified once.
const verified = new WeakMap<Crl, Map<string, boolean>>();

/** `crlSignedBy`, remembered for each list and issuer. */
export function isSignedBy(crl: Crl, issuer: Certificate): boolean {
  const known = verified.get(crl) ?? new Map<string, boolean>();
  verified.set(crl, known);
  const before = known.get(issuer.fingerprint);
  if (before !== undefined) return before;
  const answer = crlSignedBy(crl, issuer);
  known.set(issuer.fingerprint, answer);
  return answer;
}

/** What the lists of a card's own points say of it. A population's lists speak for their own issuer only: none is indirect. */
export function revocationOf(
  given: { certificate: Certificate; issuer: Certificate; population: Population; crls: CrlStates; now: number },
  checks: readonly CrlCheck[] = crlChecks,
): RevocationStatus {
  const { certificate, issuer, population, now } = given;
  const points = crlPoints(certificate, population);
  if (points.length === 0) return { kind: 'unknown', because: 'the certificate names no list' };
  const crls: GivenCrl[] = [];
  const faults: string[] = [];
  for (const { url, allowed } of points) {
    const state: CrlState = allowed
      ? (given.crls.get(crlKey(url, issuer)) ?? { ok: false, reason: 'crlNotFetched' })
      : { ok: false, reason: 'crlNotAllowed' };
    if (state.ok) crls.push(state);
    else faults.push(state.reason);
  }
  const common = { certificate, issuer, now, algorithms: defaultAlgorithms };
  const status = statusByCrls({ ...common, crls, indirectAllowed: false, isSigned: isSignedBy }, checks);
  return status.kind === 'unknown' && faults.length > 0
    ? { kind: 'unknown', because: [...faults, ...(crls.length === 0 ? [] : [status.because])].join(', ') }
    : status;
}
