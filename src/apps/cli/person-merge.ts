// `tillit person merge` and `unmerge`: a person decides, says why, and sees what moves before it does.
import type { Moved } from '../../core/directory/index.ts';
import { readItems } from '../../edge/store/hub/catalogue.ts';
import { identityVault } from '../../edge/store/hub/identity-vault.ts';
import { type MergeOutcome, mergePeople, unmergePeople } from '../../edge/store/hub/person-merges.ts';
import { conflictRules } from '../hub/apply/index.ts';
import type { AdminPlace } from './admin-place.ts';
import type { CommandIo } from './command.ts';

type Place = Pick<AdminPlace, 'pool' | 'keyring' | 'clock' | 'who'>;
type Io = Pick<CommandIo, 'out' | 'err'>;

export async function merge(
  { pool, keyring, clock, who }: Place,
  wish: { readonly keep: string; readonly other: string; readonly reason: string; readonly dryRun: boolean },
  io: Io,
): Promise<number> {
  const rules = conflictRules(await readItems(pool));
  const outcome = await mergePeople(pool, identityVault(keyring), { ...wish, who, rules, now: clock() });
  const { keep, other, dryRun } = wish;
  return told(outcome, io, (moved, id) => {
    for (const line of movedLines(moved)) io.out(line);
    if (dryRun)
      io.out(`Nothing was done. It would close ${other}, whose sessions, administration and accounts elsewhere end.`);
    else io.out(`${other} is a part of ${keep} now, and closed. To undo it: tillit person unmerge ${id} --reason TEXT`);
    io.err(`Files that name ${other} must be changed: what a file says of ${keep} holds at the next apply.`);
  });
}

export async function unmerge(
  { pool, clock, who }: Place,
  wish: { readonly id: string; readonly reason: string; readonly dryRun: boolean },
  io: Io,
): Promise<number> {
  const outcome = await unmergePeople(pool, { ...wish, who, now: clock() });
  return told(outcome, io, (moved) => {
    for (const line of movedLines(moved)) io.out(line);
    io.out(
      wish.dryRun
        ? 'Nothing was done. It would end the sessions of the one who was kept.'
        : 'They are two people again.',
    );
    io.err('Administration that ended with the merge does not come back by itself.');
  });
}

function told(outcome: MergeOutcome, io: Io, say: (moved: Moved, id: string) => void): number {
  if (outcome.kind === 'refused') {
    io.err('Nothing was changed:');
    for (const because of outcome.because) io.err(`  ${because}.`);
    return 1;
  }
  say(outcome.moved, outcome.id);
  return 0;
}

const movedLines = ({ links, assignments, usernames, told: words }: Moved): readonly string[] => [
  `identities: ${links.length}`,
  `assignments: ${assignments.join(', ') || 'none'}`,
  `username: ${usernames.join(', ') || 'none'}`,
  `sources: ${words.map(({ source }) => source).join(', ') || 'none'}`,
];
