// What the lists at hand say of one certificate, and where its status may be asked: pure, and unknown is never good.
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
  /** `last` is the newest list that was had: past its time it clears nobody. */
  | { readonly ok: false; readonly reason: CrlFailure; readonly last?: Crl | undefined };

/** Lists by `crlKey`. */
export type CrlStates = ReadonlyMap<string, CrlState>;

/** What lists, or responders, say of one certificate. */
export type SourceStatus = Exclude<RevocationStatus, { readonly kind: 'unknown' }> | UnknownStatus;

export interface UnknownStatus {
  readonly kind: 'unknown';
  /** Names of faults and checks, or words. */
  readonly because: readonly string[];
  /** The certificate names no place to ask. */
  readonly isUnnamed?: boolean;
  /** Nobody could be asked, and nothing else is wrong. */
  readonly isOutage: boolean;
  /** What was known last, though its time is past, says revoked. */
  readonly wasRevoked: boolean;
}

/** A certificate that names no place to ask. */
export const unnamed = (because: string): UnknownStatus => ({
  ...{ kind: 'unknown', because: [because], isUnnamed: true, isOutage: false, wasRevoked: false },
});

const outages: ReadonlySet<string> = new Set<CrlFailure>(['crlUnreachable', 'crlTimeout', 'crlStatus', 'crlStale']);
const mostPoints = 4;

/** A list is looked for by where it is fetched and who must have signed it. */
export const crlKey = (url: string, issuer: Certificate): string => `${url} ${issuer.fingerprint}`;

/** One place where a certificate's status may be asked: named by the certificate, moved by the population's override. */
export interface StatusPoint {
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
 * The places that a certificate names. Only call it for a certificate whose path has been checked: its CA signed
 * these addresses. Beyond that only hosts of the population's list are used, when it has one; an override is the
 * administrator's own word.
 */
function statusPoints(urls: readonly string[], { revocation }: Population): readonly StatusPoint[] {
  const { overrides, allowedHosts } = revocation;
  return urls
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

/** Where the list for a certificate of a checked path lies. */
export const crlPoints = (certificate: Certificate, population: Population): readonly StatusPoint[] =>
  statusPoints(certificate.crlUrls, population);

/** Where the responder for a certificate of a checked path is (RFC 5280 4.2.2.1). */
export const ocspPoints = (certificate: Certificate, population: Population): readonly StatusPoint[] =>
  statusPoints(certificate.ocspUrls, population);

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

export interface StatusQuestion {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly population: Population;
  readonly now: number;
}

/** What the lists of a card's own points say of it. A population's lists speak for their own issuer only: none is indirect. */
export function statusByLists(
  given: StatusQuestion & { readonly crls: CrlStates },
  checks: readonly CrlCheck[] = crlChecks,
): SourceStatus {
  const { certificate, issuer, population, now } = given;
  const points = crlPoints(certificate, population);
  if (points.length === 0) return unnamed('the certificate names no list');
  const crls: GivenCrl[] = [];
  const faults: string[] = [];
  let wasRevoked = false;
  for (const { url, allowed } of points) {
    const state: CrlState = allowed
      ? (given.crls.get(crlKey(url, issuer)) ?? { ok: false, reason: 'crlNotFetched' })
      : { ok: false, reason: 'crlNotAllowed' };
    if (state.ok) crls.push(state);
    else {
      faults.push(state.reason);
      wasRevoked ||= state.last?.isRevoked(certificate.serial, certificate.issuer) !== undefined;
    }
  }
  const common = { certificate, issuer, now, algorithms: defaultAlgorithms };
  const status = statusByCrls({ ...common, crls, indirectAllowed: false, isSigned: isSignedBy }, checks);
  if (status.kind !== 'unknown') return status;
  return {
    kind: 'unknown',
    because: [...faults, ...(crls.length === 0 && faults.length > 0 ? [] : status.because.split(', '))],
    isOutage: crls.length === 0 && faults.every((fault) => outages.has(fault)),
    wasRevoked,
  };
}
