// Picks the command that the words ask for, and turns what it throws into a message and an exit code.
import { asProblem } from '../../base/problem.ts';
import type { Command, CommandEntry, CommandIo } from './command.ts';

const asksForHelp = (word: string | undefined): boolean => word === '--help' || word === '-h' || word === 'help';

/** Runs one command line (without the program's name) and answers its exit code. */
export async function runCommandLine(
  commands: readonly CommandEntry[],
  words: readonly string[],
  io: CommandIo,
): Promise<number> {
  const [name, ...args] = words;
  if (asksForHelp(name)) {
    const about = commands.find((command) => command.name === args[0]);
    for (const line of about === undefined ? await listOf(commands) : usageOf(await about.load())) io.out(line);
    return 0;
  }
  const entry = commands.find((known) => known.name === name);
  if (entry === undefined) {
    io.err(name === undefined ? 'Say what to do.' : `There is no command "${name}".`);
    for (const line of await listOf(commands)) io.err(line);
    return 2;
  }
  const command = await entry.load();
  if (args.some((word) => word === '--help' || word === '-h')) {
    for (const line of usageOf(command)) io.out(line);
    return 0;
  }
  try {
    return await command.run(args, io);
  } catch (thrown) {
    const problem = asProblem(thrown);
    io.err(`tillit ${command.name}: ${problem.detail ?? problem.code} [${problem.code}]`);
    return 1;
  }
}

const usageOf = (command: Command): readonly string[] => [command.summary, '', `Usage: tillit ${command.usage}`];

async function listOf(entries: readonly CommandEntry[]): Promise<readonly string[]> {
  const commands = await Promise.all(entries.map(({ load }) => load()));
  const width = Math.max(...commands.map((command) => command.name.length));
  return [
    'Usage: tillit <command> [words]',
    '',
    ...commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    '',
    'tillit <command> --help tells more about one.',
  ];
}
