// What a command of the command line is.

export interface CommandIo {
  /** One line of result, to standard output. */
  out(line: string): void;
  /** One line about what is being done, or what went wrong, to standard error. */
  err(line: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths are meant from. */
  readonly cwd: string;
}

export interface Command {
  readonly name: string;
  /** One line for the list. */
  readonly summary: string;
  /** What comes after `tillit`, then what each word means. */
  readonly usage: string;
  /** Answers the exit code: 0 done, 1 failed, 2 used wrongly. Throws a Problem, whose detail the operator sees. */
  run(args: readonly string[], io: CommandIo): Promise<number>;
}

/** A command as the list knows it, before anything of it is read. */
export interface CommandEntry {
  readonly name: string;
  readonly load: () => Promise<Command>;
}

/** Says how the command is used, and answers the exit code for that. */
export function usedWrongly(command: Command, io: CommandIo, why: string): number {
  io.err(`${why}\nUsage: tillit ${command.usage}`);
  return 2;
}
