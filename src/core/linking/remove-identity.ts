// May this link end, or come back: the checks for the person and for an administrator. Pure.
import type { EpochMs } from '../../base/clock.ts';
import type { LinkReason } from '../../wire/codes/index.ts';
import { type IdentityLink, selfSource } from './identity-link.ts';

export interface RemovalFacts {
  readonly link: IdentityLink | undefined;
  /** Who asks; absent for an administrator. */
  readonly person?: string | undefined;
  /** All live links of the link's person. */
  readonly live: readonly IdentityLink[];
  /** Namespaces that some way to log in can prove now. */
  readonly provable: readonly string[];
}

export interface RemovalCheck {
  readonly name: string;
  readonly clause: string;
  readonly reason: LinkReason;
  /** Holds for administrators too. */
  readonly everybody: boolean;
  readonly test: (facts: RemovalFacts & { readonly link: IdentityLink }) => boolean;
}

export const removalChecks: readonly RemovalCheck[] = [
  {
    name: 'link.own',
    clause: 'A13: one’s own, whatever id was sent',
    reason: 'link.unknown',
    everybody: false,
    test: ({ link, person }) => link.person === person,
  },
  {
    name: 'link.live',
    clause: 'N7: it has not ended already',
    reason: 'link.unknown',
    everybody: true,
    test: ({ link }) => link.until === undefined,
  },
  {
    name: 'link.self',
    clause: 'N7: what a register or an administrator gave is theirs to take',
    reason: 'link.given',
    everybody: false,
    test: ({ link }) => link.source === selfSource,
  },
  {
    name: 'link.notLast',
    clause: 'N7: nobody locks themselves out',
    reason: 'link.last',
    everybody: false,
    test: ({ link, live, provable }) =>
      live.some(({ id, namespace }) => id !== link.id && provable.includes(namespace)),
  },
];

/** The first check that does not hold; `link.unknown` as well when there is no such link. */
export function removalFault(
  facts: RemovalFacts,
  checks: readonly RemovalCheck[] = removalChecks,
): { readonly name: string; readonly reason: LinkReason } | undefined {
  const { link, person } = facts;
  if (link === undefined) return { name: 'link.exists', reason: 'link.unknown' };
  return checks.find((check) => (check.everybody || person !== undefined) && !check.test({ ...facts, link }));
}

/** How long an ended link can come back as it was. */
export const restoreDays = 30;

export type RestoreFault = 'unknown' | 'live' | 'tooOld' | 'closed' | 'taken';

/** Why an ended link cannot come back. */
export function restoreFault(
  given: {
    readonly link: IdentityLink | undefined;
    readonly latest: IdentityLink | undefined;
    readonly personClosed: boolean;
  },
  now: EpochMs,
): RestoreFault | undefined {
  const { link, latest, personClosed } = given;
  if (link === undefined) return 'unknown';
  if (link.until === undefined) return 'live';
  if (now - link.until > restoreDays * 24 * 3_600_000) return 'tooOld';
  if (personClosed) return 'closed';
  return latest !== undefined && latest.id !== link.id ? 'taken' : undefined;
}
