// Whether one certificate is revoked, by the lists at hand: pure, and unknown is never good.
import { type Certificate, type Crl, type CrlFault, crlSignedBy } from '../../base/x509/index.ts';
import type { Population } from '../catalogue/snapshot.ts';

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

export type RevocationStatus =
  | { readonly kind: 'good'; readonly checkedAt: number }
  | { readonly kind: 'revoked'; readonly at: number; readonly reason: number }
  | { readonly kind: 'unknown'; readonly because: string };

/** Clocks may differ this much before a list counts as made in the future. */
const skewMs = 5 * 60_000;
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

/** One requirement on a list before it may say anything about a certificate, in order. */
export interface CrlCheck {
  readonly name: string;
  readonly clause: string;
  readonly test: (given: {
    crl: Crl;
    certificate: Certificate;
    issuer: Certificate;
    named: string;
    now: number;
  }) => boolean;
}

export const crlChecks: readonly CrlCheck[] = [
  {
    name: 'crlSigned',
    clause: 'RFC 5280 6.3.3 (f), (g)',
    test: ({ crl, issuer }) => isSignedBy(crl, issuer),
  },
  {
    name: 'crlScope',
    clause: 'RFC 5280 6.3.3 (b)(2)(i)',
    test: ({ crl, named }) =>
      crl.distributionUrls === undefined || crl.distributionUrls.length === 0 || crl.distributionUrls.includes(named),
  },
  { name: 'crlBegun', clause: 'RFC 5280 5.1.2.4', test: ({ crl, now }) => crl.thisUpdate <= now + skewMs },
  { name: 'crlCurrent', clause: 'RFC 5280 5.1.2.5', test: ({ crl, now }) => now < crl.nextUpdate },
];

/** What the lists say of one certificate: any that revokes it counts, one good one clears it, none leaves it unknown. */
export function revocationOf(
  given: { certificate: Certificate; issuer: Certificate; population: Population; crls: CrlStates; now: number },
  checks: readonly CrlCheck[] = crlChecks,
): RevocationStatus {
  const { certificate, issuer, population, crls, now } = given;
  const reasons: string[] = [];
  let good: number | undefined;
  for (const { named, url, allowed } of crlPoints(certificate, population)) {
    const state: CrlState = allowed
      ? (crls.get(crlKey(url, issuer)) ?? { ok: false, reason: 'crlNotFetched' })
      : { ok: false, reason: 'crlNotAllowed' };
    if (!state.ok) {
      reasons.push(state.reason);
      continue;
    }
    const failed = checks.find(({ test }) => !test({ crl: state.crl, certificate, issuer, named, now }));
    if (failed !== undefined) {
      reasons.push(failed.name);
      continue;
    }
    const revocation = state.crl.isRevoked(certificate.serial);
    if (revocation !== undefined) return { kind: 'revoked', ...revocation };
    good = Math.max(good ?? 0, state.fetchedAt);
  }
  if (good !== undefined) return { kind: 'good', checkedAt: good };
  return { kind: 'unknown', because: reasons.length === 0 ? 'the certificate names no list' : reasons.join(', ') };
}
