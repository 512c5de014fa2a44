// `tillit apply FILE…`: make the configuration and the directory what the files say.
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { HeldChange, Measure } from '../../core/brake/index.ts';
import type { Applied, ApplyOutcome, Change } from '../hub/apply/index.ts';
import { withAdminPlace } from './admin-place.ts';
import { problemText, runApply } from './apply/index.ts';
import { changeLines, countLines, painter } from './apply/print.ts';
import { type Command, type CommandIo, usedWrongly } from './command.ts';
import { readWords } from './words.ts';

const mostShown = 200;
const askSeconds = 300;

const options = {
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  prune: { type: 'boolean' },
  all: { type: 'boolean' },
} as const;

export const apply: Command = {
  name: 'apply',
  summary: 'Make configuration and directory what YAML files say; shows the changes first.',
  usage: `apply FILE… [--dry-run] [--yes] [--prune] [--all]
--dry-run  show what would change and change nothing
--yes      do not ask; needed where nobody can answer
--prune    also remove what the files' sections no longer have (people are closed)
--all      show every change, not the first ${mostShown}
Everything is applied in one transaction or nothing is. What would end more than 20 people, or more than 1 %, is held
as a whole until two people have approved it on the portal (tillit held; docs/operations/cards.md). docs/operations/configuration.md tells what a file says.`,
  async run(args, io) {
    const words = readWords(args, options);
    if (!words.ok) return usedWrongly(apply, io, words.why);
    const { values, positionals } = words;
    if (positionals.length === 0) return usedWrongly(apply, io, 'Name a file.');
    const canAsk = process.stdin.isTTY === true;
    if (!values['dry-run'] && !values.yes && !canAsk)
      return usedWrongly(apply, io, 'Nobody can answer here: say --yes or --dry-run.');
    const files = positionals.map((file) => resolve(io.cwd, file));
    return withAdminPlace(io, 'apply', async (place) => {
      const show = shower(io, values.all === true);
      const given = { ...place, files, prune: values.prune === true };
      if (values.yes && !values['dry-run']) {
        return report(
          await runApply({ ...given, mode: 'commit', onChange: show.change, onProgress: show.progress }),
          io,
          show,
          true,
        );
      }
      const plan = await runApply({ ...given, mode: 'plan', onChange: show.change, onProgress: show.progress });
      const code = report(plan, io, show, false);
      if (code !== 0 || values['dry-run'] || !plan.ok || plan.total === 0) return code;
      if (!(await agrees(`Make these ${plan.total} changes?`))) {
        io.err('Nothing was changed.');
        return 1;
      }
      return report(
        await runApply({ ...given, mode: 'commit', expected: plan.digest, onProgress: show.progress }),
        io,
        undefined,
        true,
      );
    });
  },
};

type Shower = ReturnType<typeof shower>;

function shower(io: CommandIo, all: boolean) {
  const paint = painter(process.stdout.isTTY === true && !io.env.NO_COLOR);
  let left = 0;
  let shown = 0;
  return {
    change(change: Change) {
      shown += 1;
      if (!all && shown > mostShown) left += 1;
      else for (const line of changeLines(change, paint)) io.out(line);
    },
    progress(people: number) {
      if (people % 5000 === 0) io.err(`${people} people read`);
    },
    rest() {
      if (left > 0) io.out(`… and ${left} more (--all shows them)`);
    },
  };
}

function report(outcome: ApplyOutcome, io: CommandIo, show: Shower | undefined, done: boolean): number {
  if (!outcome.ok && 'held' in outcome) {
    show?.rest();
    for (const line of countLines(outcome.counts)) io.out(line);
    sayReplaced(outcome, io);
    io.out(heldText(outcome.held));
    showMade(outcome, io);
    if (outcome.made.length > 0) io.out('They count when the change has been approved.');
    return heldExitCode;
  }
  if (!outcome.ok) {
    if ('changedMeanwhile' in outcome)
      io.err('Somebody changed something meanwhile: nothing was done. Run it again and look.');
    else {
      for (const problem of outcome.problems) io.err(problemText(problem));
      io.err(
        `${outcome.problems.length} ${outcome.problems.length === 1 ? 'problem' : 'problems'}: nothing was changed.`,
      );
    }
    return 1;
  }
  show?.rest();
  for (const line of countLines(outcome.counts)) io.out(line);
  sayReplaced(outcome, io);
  if (!done && outcome.waits !== undefined) io.out(`It would wait for two approvals: ${overText(outcome.waits)}.`);
  io.out(
    outcome.total === 0 ? 'Nothing to do.' : done ? `Done: revision ${outcome.revision}.` : `${outcome.total} changes.`,
  );
  showMade(outcome, io);
  return 0;
}

/** Nothing was done, and nothing is wrong. */
const heldExitCode = 3;

function sayReplaced({ replaced }: Pick<Applied, 'replaced'>, io: CommandIo): void {
  for (const id of replaced) io.out(`Change ${id}, which waited for approvals, was replaced.`);
}

const overText = ({ people, over }: Pick<Measure, 'people' | 'over'>): string =>
  `it ends ${people} people${over === undefined ? '' : ` (${over.people} of ${over.of}${over.organisation === undefined ? '' : ` of ${over.organisation}`})`}`;

const heldText = (held: HeldChange): string =>
  `Nothing was changed: ${overText(held)}. Change ${held.id} waits for two approvals until ${new Date(held.expiresAt).toISOString()}; see: tillit held show ${held.id}`;

function showMade({ made }: Pick<Applied, 'made'>, io: CommandIo): void {
  if (made.length === 0) return;
  io.out('Passwords that were made; they are shown this once:');
  for (const { username, password } of made) io.out(`  ${username}  ${password.reveal()}`);
}

async function agrees(question: string): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await reader.question(`${question} [y/N] `, { signal: AbortSignal.timeout(askSeconds * 1000) });
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    return false;
  } finally {
    reader.close();
  }
}
