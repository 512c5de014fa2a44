// Whether two people may be made one, and whether that may be undone (V4): lists of checks that each refuse in words. Pure.
import type { EpochMs } from '../../base/clock.ts';
import type { AssignmentConflict } from '../catalogue/assignment-conflict.ts';
import { findConflicts, newConflicts } from './assignment-conflicts.ts';
import type { Assignment, Organisation } from './directory.ts';
import { hasOtherNumber } from './duplicates.ts';

/** One of the two, with all that hangs on them. */
export interface MergeSide {
  readonly id: string;
  readonly closed: boolean;
  /** Live national numbers: namespace -> lookup under the key in use. */
  readonly numbers: ReadonlyMap<string, string>;
  readonly assignments: readonly Assignment[];
  /** Of accounts with a password of the hub's own. */
  readonly usernames: readonly string[];
  /** Targets in which an account is open. */
  readonly targets: readonly string[];
  /** Cards that are ordered or in use, and certificates of devices. */
  readonly cards: number;
}

export interface MergeFacts {
  readonly keep: MergeSide | undefined;
  readonly other: MergeSide | undefined;
  readonly reason: string;
  readonly rules: readonly AssignmentConflict[];
  readonly organisations: ReadonlyMap<string, Organisation>;
  readonly now: EpochMs;
}

export interface MergeCheck<Facts> {
  readonly name: string;
  readonly clause: string;
  /** What stands against it, and what to do first. */
  readonly test: (facts: Facts) => string | undefined;
}

/** All are looked at, so that everything that stands against it is told at once. */
export const mergeChecks: readonly MergeCheck<MergeFacts>[] = [
  {
    name: 'merge.known',
    clause: 'V4: both are there',
    test: ({ keep, other }) =>
      keep === undefined || other === undefined ? 'there is no such person: say the ids of two people' : undefined,
  },
  {
    name: 'merge.two',
    clause: 'V4: of two, one',
    test: ({ keep, other }) =>
      keep !== undefined && keep.id === other?.id ? 'both are the same person already' : undefined,
  },
  {
    name: 'merge.open',
    clause: 'V4: who is closed has nothing that others may get',
    test: ({ keep, other }) => {
      const closed = [keep, other].flatMap((one) => (one?.closed ? [one.id] : []));
      return closed.length > 0 ? `${closed.join(' and ')} is closed: only open people are merged` : undefined;
    },
  },
  {
    name: 'merge.numbers',
    clause: 'V4: two national numbers are two humans',
    test: ({ keep, other }) =>
      keep !== undefined && other !== undefined && hasOtherNumber(keep.numbers, other.numbers)
        ? 'they have two different national numbers of one kind: correct the wrong one first, if one is wrong'
        : undefined,
  },
  {
    name: 'merge.accounts',
    clause: 'K5: one account a person and target',
    test: ({ keep, other }) => {
      const both = keep?.targets.filter((target) => other?.targets.includes(target)) ?? [];
      return both.length > 0
        ? `both have an open account in ${both.join(', ')}: close ${other?.id}'s there first, on its account page`
        : undefined;
    },
  },
  {
    name: 'merge.cards',
    clause: 'H2: a card is made for one person and stays theirs',
    test: ({ other }) =>
      other !== undefined && other.cards > 0
        ? `${other.id} has ${other.cards} cards or device certificates that are not over: end them, and order for the one who is kept`
        : undefined,
  },
  {
    name: 'merge.usernames',
    clause: 'V4: one account of the hub’s own a person',
    test: ({ keep, other }) =>
      keep !== undefined && other !== undefined && keep.usernames.length > 0 && other.usernames.length > 0
        ? `both have a username (${[...keep.usernames, ...other.usernames].join(', ')}): take one away first`
        : undefined,
  },
  {
    name: 'merge.assignments',
    clause: 'V4: assignments that a rule keeps apart',
    test: ({ keep, other, rules, organisations, now }) => {
      if (keep === undefined || other === undefined) return undefined;
      const of = (assignments: readonly Assignment[]) => findConflicts({ assignments, organisations, rules, now });
      const before = [...of(keep.assignments), ...of(other.assignments)];
      const [found] = newConflicts(before, of([...keep.assignments, ...other.assignments])).filter(
        ({ effect }) => effect === 'block',
      );
      return found === undefined
        ? undefined
        : `${found.assignments.join(' and ')} may not hold together by the rule ${found.rule}: end one of them first`;
    },
  },
  {
    name: 'merge.reason',
    clause: 'V4: a person decides, and says why',
    test: ({ reason }) => (reason.trim() === '' ? 'say why with --reason' : undefined),
  },
];

/** Ids of what one got of the other. */
export interface Moved {
  /** Each the link that ended, and the one that took its place. */
  readonly links: readonly { readonly from: string; readonly to: string }[];
  readonly assignments: readonly string[];
  readonly usernames: readonly string[];
  /** Sources that told of the other alone, and with whom of both by now. */
  readonly told: readonly {
    readonly source: string;
    readonly rule: string;
    readonly toldAt: EpochMs;
    readonly kept: boolean;
  }[];
}

export interface UnmergeFacts {
  readonly merge:
    | {
        readonly id: string;
        readonly keep: string;
        readonly other: string;
        readonly undone: boolean;
        readonly moved: Moved;
      }
    | undefined;
  /** Of the links that took a place, those that are live and the kept person's. */
  readonly liveLinks: readonly string[];
  /** Of the assignments and usernames, those that are the kept person's. */
  readonly heldAssignments: readonly string[];
  readonly heldUsernames: readonly string[];
  /** The other one is closed, and points to the kept one. */
  readonly isPointing: boolean;
  /** Merges since of either, that were not undone. */
  readonly later: readonly string[];
  readonly reason: string;
}

const lacking = (all: readonly string[], there: readonly string[]): number =>
  all.filter((one) => !there.includes(one)).length;

/** It may be undone while everything that moved is where it went. */
export const unmergeChecks: readonly MergeCheck<UnmergeFacts>[] = [
  {
    name: 'unmerge.known',
    clause: 'V4: there is such a merge',
    test: ({ merge }) => (merge === undefined ? 'there is no such merge' : undefined),
  },
  {
    name: 'unmerge.once',
    clause: 'V4: undone once',
    test: ({ merge }) => (merge?.undone ? 'it was undone already' : undefined),
  },
  {
    name: 'unmerge.later',
    clause: 'V4: what came on top is undone first',
    test: ({ later }) => (later.length > 0 ? `undo ${later.join(' and ')} first, which came later` : undefined),
  },
  {
    name: 'unmerge.pointing',
    clause: 'V4: the other one is as the merge left them',
    test: ({ merge, isPointing }) =>
      merge !== undefined && !isPointing ? `${merge.other} is not as the merge left them any more` : undefined,
  },
  {
    name: 'unmerge.links',
    clause: 'V4: nothing is taken from whoever has it now',
    test: ({ merge, liveLinks }) => {
      const gone = lacking(merge?.moved.links.map(({ to }) => to) ?? [], liveLinks);
      return gone > 0 ? `${gone} of the identities that moved are not ${merge?.keep}'s any more` : undefined;
    },
  },
  {
    name: 'unmerge.assignments',
    clause: 'V4: nothing is made up',
    test: ({ merge, heldAssignments }) => {
      const gone = lacking(merge?.moved.assignments ?? [], heldAssignments);
      return gone > 0 ? `${gone} of the assignments that moved are not ${merge?.keep}'s any more` : undefined;
    },
  },
  {
    name: 'unmerge.usernames',
    clause: 'V4: nothing is taken from whoever has it now',
    test: ({ merge, heldUsernames }) =>
      lacking(merge?.moved.usernames ?? [], heldUsernames) > 0
        ? `the username that moved is not ${merge?.keep}'s any more`
        : undefined,
  },
  {
    name: 'unmerge.reason',
    clause: 'V4: a person decides, and says why',
    test: ({ reason }) => (reason.trim() === '' ? 'say why with --reason' : undefined),
  },
];

/** Everything that stands against it; none: it may be done. */
export const objections = <Facts>(facts: Facts, checks: readonly MergeCheck<Facts>[]): readonly string[] =>
  checks.flatMap(({ test }) => test(facts) ?? []);
