// Who may have drift mended, and what: one list of checks, and the part of a run that somebody chose.
import type { EpochMs } from '../../base/clock.ts';
import type { Person } from '../directory/directory.ts';
import { type DriftKind, driftKinds } from './drift.ts';

/** All of a run, all of a kind, or one key. */
export type MendChoice =
  | { readonly of: 'all' }
  | { readonly of: 'kind'; readonly what: DriftKind }
  | { readonly of: 'one'; readonly key: string };

/** Kinds that the hub can mend: the rest is for a human. */
export const mendableKinds: readonly DriftKind[] = driftKinds.filter((what) => what !== 'stopped');

/** `all`, a kind, or a key; undefined: none of these. */
export function readMendChoice(word: string): MendChoice | undefined {
  if (word === 'all') return { of: 'all' };
  const what = mendableKinds.find((kind) => kind === word);
  if (what !== undefined) return { of: 'kind', what };
  return word.startsWith('key:') && word.length > 4 ? { of: 'one', key: word.slice(4) } : undefined;
}

export const mendWord = (choice: MendChoice): string =>
  choice.of === 'all' ? 'all' : choice.of === 'kind' ? choice.what : `key:${choice.key}`;

export interface MendFacts {
  readonly now: EpochMs;
  readonly person: Pick<Person, 'id' | 'closed' | 'attributes'>;
  /** They have proven themselves strongly, and just now. */
  readonly isProven: boolean;
  /** The run that they looked at, and the newest one of the target that is done. */
  readonly run: { readonly id: string; readonly endedAt: EpochMs };
  readonly newest: string | undefined;
  /** People whose accounts are mended. */
  readonly people: ReadonlySet<string>;
}

export type MendRefusal = 'drift.noRight' | 'drift.weak' | 'drift.old' | 'drift.own' | 'drift.nothing';

export interface MendCheck {
  readonly name: string;
  readonly clause: string;
  readonly code: MendRefusal;
  /** True when it may be mended. */
  readonly test: (facts: MendFacts) => boolean;
}

/** Of an older look nothing is mended: too much has changed since. */
export const checkHoldsMs = 3 * 86_400_000;

/** An administrator of the hub: a target has people of every organisation in it. */
export const isHubAdministrator = ({ closed, attributes }: Pick<Person, 'closed' | 'attributes'>): boolean =>
  !closed && attributes['administrator'] === true;

export const mendChecks: readonly MendCheck[] = [
  {
    name: 'mend.administrator',
    clause: 'V3: administrators of the hub; first, so that nothing else is told',
    code: 'drift.noRight',
    test: ({ person }) => isHubAdministrator(person),
  },
  {
    name: 'mend.proof',
    clause: 'K8: by a strong proof, just now: a session that somebody left opens and closes nobody’s account',
    code: 'drift.weak',
    test: ({ isProven }) => isProven,
  },
  {
    name: 'mend.newest',
    clause: 'K8: what they saw is what the newest look found',
    code: 'drift.old',
    test: ({ run, newest, now }) => run.id === newest && now < run.endedAt + checkHoldsMs,
  },
  {
    name: 'mend.notOwn',
    clause: 'B2: nobody approves what is done to their own account',
    code: 'drift.own',
    test: ({ people, person }) => !people.has(person.id),
  },
  {
    name: 'mend.something',
    clause: 'house: an approval of nothing is a mistake',
    code: 'drift.nothing',
    test: ({ people }) => people.size > 0,
  },
];

/** Why this is not mended; undefined: it may be. */
export const refuseMending = (facts: MendFacts, checks: readonly MendCheck[] = mendChecks): MendRefusal | undefined =>
  checks.find(({ test }) => !test(facts))?.code;
