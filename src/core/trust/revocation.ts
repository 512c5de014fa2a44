// What the lists at hand say of one certificate of a population: pure, and unknown is never good.
import { type Certificate, type Crl, type CrlFault, crlSignedBy } from '../../base/x509/index.ts';
import type { Population } from '../catalogue/snapshot.ts';
import {
  type CrlSettings,
  defaultAlgorithms,
  type GivenCrl,
  isSameScope,
  numberOf,
  type RevocationStatus,
  statusByCrls,
} from './pkix/index.ts';
import { crlPoints, deltaPoints, type StatusPoint } from './status-points.ts';

/** Why there is no list; each fails closed. `crlWrongKind`: a whole list where a delta list should be, or the other way about. */
export type CrlFailure =
  | CrlFault
  | 'crlNotAllowed'
  | 'crlUnreachable'
  | 'crlTimeout'
  | 'crlTooLarge'
  | 'crlStatus'
  | 'crlWrongIssuer'
  | 'crlWrongKind'
  | 'crlStale'
  | 'crlNotFetched';

export type CrlState =
  | { readonly ok: true; readonly crl: Crl; readonly fetchedAt: number }
  /** `last` is the newest list that was had: past its time it clears nobody. */
  | { readonly ok: false; readonly reason: CrlFailure; readonly last?: Crl | undefined };

/** Lists by `crlKey` and `deltaKey`. */
export type CrlStates = ReadonlyMap<string, CrlState>;

/** What lists, or responders, say of one certificate. */
export type SourceStatus = GoodStatus | Extract<RevocationStatus, { readonly kind: 'revoked' }> | UnknownStatus;

export interface GoodStatus {
  readonly kind: 'good';
  readonly checkedAt: number;
  /** A delta list is named and was not had: why. The whole list alone decided. */
  readonly withoutDelta?: readonly string[];
}

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

/** A list is looked for by where it is fetched and whose certificates it is about. */
export const crlKey = (url: string, issuer: Certificate): string => `${url} ${issuer.fingerprint}`;

/** The same of a delta list, which may lie at the address of its whole list. */
export const deltaKey = (url: string, issuer: Certificate): string => `delta ${crlKey(url, issuer)}`;

// A list never changes under its signer's key, so its signature is verified once.
const verified = new WeakMap<Crl, Map<string, boolean>>();

/** `crlSignedBy`, remembered for each list and signer. */
export function isSignedBy(crl: Crl, signer: Certificate): boolean {
  const known = verified.get(crl) ?? new Map<string, boolean>();
  verified.set(crl, known);
  const before = known.get(signer.fingerprint);
  if (before !== undefined) return before;
  const answer = crlSignedBy(crl, signer);
  known.set(signer.fingerprint, answer);
  return answer;
}

export interface StatusQuestion {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly population: Population;
  readonly now: number;
}

/** What is at hand at some points. */
interface Held {
  readonly lists: readonly GivenCrl[];
  readonly faults: readonly string[];
  /** Lists past their time. */
  readonly past: readonly Crl[];
}

function heldAt(points: readonly StatusPoint[], keyOf: (url: string) => string, crls: CrlStates): Held {
  const states = points.map(({ url, allowed }): CrlState => {
    if (!allowed) return { ok: false, reason: 'crlNotAllowed' };
    return crls.get(keyOf(url)) ?? { ok: false, reason: 'crlNotFetched' };
  });
  return {
    lists: states.flatMap((state) => (state.ok ? [state] : [])),
    faults: states.flatMap((state) => (state.ok ? [] : [state.reason])),
    past: states.flatMap((state) => (state.ok || state.last === undefined ? [] : [state.last])),
  };
}

const removedFromList = 8;

/** What a card's lists and the delta lists to them are, as far as they are at hand. */
interface HeldLists {
  readonly wholes: Held;
  readonly deltas: Held;
}

/**
 * Whether a delta list, past its time or to another whole list, revokes the certificate, and nothing current of the same
 * scope is as new: then whatever else is at hand must not clear it.
 */
function isRevokedByDelta({ certificate }: StatusQuestion, { wholes, deltas }: HeldLists): boolean {
  const current = deltas.lists.map(({ crl }) => crl);
  return [...current, ...deltas.past].some((delta) => {
    const entry = delta.isRevoked(certificate.serial, certificate.issuer);
    if (entry === undefined || entry.reason === removedFromList) return false;
    if (delta.number === undefined) return true;
    const own = numberOf(delta.number);
    const isFrom = (least: bigint, crl: Crl): boolean =>
      isSameScope(crl, delta) && crl.number !== undefined && numberOf(crl.number) >= least;
    return !(wholes.lists.some(({ crl }) => isFrom(own, crl)) || current.some((crl) => isFrom(own + 1n, crl)));
  });
}

/** What is said of a certificate that its whole lists clear: with the delta list that is named, or without it. */
function clearedBy(
  question: StatusQuestion,
  { checkedAt, byDelta }: { readonly checkedAt: number; readonly byDelta?: true },
  held: HeldLists,
): SourceStatus {
  const { wholes, deltas } = held;
  const isNamed = [question.certificate, ...wholes.lists.map(({ crl }) => crl)].some(
    (each) => freshestOf(each).length > 0,
  );
  const wasRevoked = isRevokedByDelta(question, held);
  if (!wasRevoked && (!isNamed || byDelta === true)) return { kind: 'good', checkedAt };
  const at = deltas.lists.length > 0 ? ['crlDeltaToAnother'] : deltas.faults.length > 0 ? [] : ['crlDeltaAddress'];
  const because = ['crlNoDelta', ...deltas.faults, ...at];
  if (!wasRevoked && question.population.revocation.deltas !== 'required')
    return { kind: 'good', checkedAt, withoutDelta: because };
  const isOutage = at.length === 0 && deltas.faults.every((fault) => outages.has(fault));
  return { kind: 'unknown', because, isOutage, wasRevoked };
}

const freshestOf = (each: Certificate | Crl) => ('freshest' in each ? each.freshest : each.freshestCrl);

/**
 * What the lists of a card's own points say of it, with the delta lists to them. Where a delta list is named and cannot
 * be had, the whole list decides alone unless the population requires it (RFC 5280 5.2.4 leaves that to us), but never
 * clears whom the last delta list revoked.
 */
export function statusByLists(
  given: StatusQuestion & { readonly crls: CrlStates; readonly isSigned: CrlSettings['isSigned'] },
): SourceStatus {
  const { certificate, issuer, population, now, crls, isSigned } = given;
  const points = crlPoints(certificate, population);
  if (points.length === 0) return unnamed('the certificate names no list');
  const wholes = heldAt(points, (url) => crlKey(url, issuer), crls);
  const named = [...wholes.lists.map(({ crl }) => crl), ...wholes.past];
  const deltas = heldAt(deltaPoints(certificate, named, population), (url) => deltaKey(url, issuer), crls);
  const common = { certificate, issuer, now, algorithms: defaultAlgorithms, isSigned };
  const indirectAllowed = population.revocation.indirectLists === true;
  const status = statusByCrls({ ...common, crls: [...wholes.lists, ...deltas.lists], indirectAllowed });
  if (status.kind === 'revoked') return status;
  if (status.kind === 'good') return clearedBy(given, status, { wholes, deltas });
  const { lists, faults, past } = wholes;
  return {
    kind: 'unknown',
    because: [...faults, ...(lists.length === 0 && faults.length > 0 ? [] : status.because.split(', '))],
    isOutage: lists.length === 0 && faults.every((fault) => outages.has(fault)),
    wasRevoked:
      past.some((last) => last.isRevoked(certificate.serial, certificate.issuer) !== undefined) ||
      isRevokedByDelta(given, { wholes, deltas }),
  };
}
