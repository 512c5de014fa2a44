// Links evidence to a person, by namespace and value alone.
import type { EpochMs } from '../../base/clock.ts';
import { type Assurance, higherOf, type LinkReason } from '../../wire/codes/index.ts';
import type { SubjectKey } from '../directory/directory.ts';
import type { Evidence } from './evidence.ts';

/** An identity that is linked to a person now. */
export interface FoundIdentity extends SubjectKey {
  readonly person: string;
  /** The person is closed. */
  readonly closed: boolean;
  /** When the link ends, if it does. */
  readonly until?: EpochMs | undefined;
  /** Id of the link. */
  readonly link?: string | undefined;
  /** A login by this identity counts for no more. */
  readonly ceiling?: Assurance | undefined;
  /** Who asserted the identity when it was linked: nobody else does now (A2). */
  readonly issuer?: string | undefined;
}

/** Port: live links of exactly these identities. Personal numbers are looked up by keyed hash behind it. */
export interface IdentityLookup {
  find(keys: readonly SubjectKey[]): Promise<readonly FoundIdentity[]>;
}

export type Linked =
  | {
      readonly kind: 'linked';
      readonly person: string;
      readonly by: readonly SubjectKey[];
      readonly links: readonly string[];
      /** What the evidence counts for at most; absent = what it says. */
      readonly ceiling?: Assurance | undefined;
    }
  | { readonly kind: 'refused'; readonly reason: LinkReason; readonly detail: Readonly<Record<string, unknown>> };

const sameKey = (a: SubjectKey, b: SubjectKey): boolean => a.namespace === b.namespace && a.value === b.value;

/** All identifiers of a proof: the subject first. */
export const keysOf = (evidence: Evidence): readonly SubjectKey[] => [evidence.subject, ...evidence.alternates];

/**
 * Who the evidence is about. Every identifier that is known must lead to the same person; none known is
 * `person.unknown`, as is a contradiction (the detail tells them apart; it names no identifier value).
 */
export function link(evidence: Evidence, found: readonly FoundIdentity[], now: EpochMs): Linked {
  const mine = found.filter(
    (identity) =>
      (identity.until === undefined || now < identity.until) &&
      (identity.issuer === undefined || identity.issuer === evidence.upstream?.issuer) &&
      keysOf(evidence).some((key) => sameKey(key, identity)),
  );
  const namespaces = keysOf(evidence).map(({ namespace }) => namespace);
  const first = mine[0];
  if (first === undefined) return { kind: 'refused', reason: 'person.unknown', detail: { namespaces } };
  if (mine.some(({ person }) => person !== first.person)) {
    const people = [...new Set(mine.map(({ person }) => person))];
    return { kind: 'refused', reason: 'person.unknown', detail: { namespaces, contradiction: people } };
  }
  if (mine.some(({ closed }) => closed)) {
    return { kind: 'refused', reason: 'person.closed', detail: { namespaces, person: first.person } };
  }
  return {
    kind: 'linked',
    person: first.person,
    by: mine.map(({ namespace, value }) => ({ namespace, value })),
    links: mine.flatMap((identity) => identity.link ?? []),
    ceiling: ceilingOf(mine),
  };
}

/** Of several links the one that is trusted most; one without a ceiling stands by itself. */
function ceilingOf(mine: readonly FoundIdentity[]): Assurance | undefined {
  const ceilings = mine.map(({ ceiling }) => ceiling);
  return ceilings.reduce((best, one) => (best === undefined || one === undefined ? undefined : higherOf(best, one)));
}
