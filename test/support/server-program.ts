// Other people's server programs as children: in the foreground, in a process group of their own, waited for, and ended whole.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { descendantsOf, stillRuns } from './process-tree.ts';
import { asNobody, asOurselves } from './unprivileged.ts';

export interface ServerProgram {
  readonly pid: number;
  /** What it has written to the `.log` files of its folder. */
  readonly said: () => string;
  /** Ends it and every process below it. */
  readonly stop: () => Promise<void>;
}

export interface ServerProgramSettings {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Its own folder; what it prints goes to `<name>.log` there. */
  readonly folder: string;
  readonly isReady: () => Promise<boolean>;
  readonly deadlineMs?: number;
  /** It must own what only root owns. */
  readonly asRoot?: boolean;
}

/** Starts it as nobody (unless it needs root), and answers when it is ready; when it ends before or is late, throws with its logs. */
export async function startServerProgram(given: ServerProgramSettings): Promise<ServerProgram> {
  const { name, folder, isReady, deadlineMs = 15_000 } = given;
  const log = openSync(join(folder, `${name}.log`), 'a');
  const [program = '', ...words] = [...(given.asRoot ? asOurselves : asNobody), ...given.command];
  const child = spawn(program, words, {
    cwd: '/',
    detached: true,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', ...given.env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  // A test that forgets it ends all the same, and it with the test.
  child.unref();
  let ended: string | undefined;
  const gone = new Promise<void>((resolve) => {
    const end = (how: string): void => {
      ended = how;
      resolve();
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) => end(`ended with ${code ?? signal}`));
  });
  const pid = child.pid ?? 0;
  const said = (): string => logsIn(folder);

  const stop = async (): Promise<void> => {
    const below = ended === undefined ? descendantsOf(pid) : [];
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (ended !== undefined && !below.some(stillRuns)) return;
      signalGroup(pid, signal);
      for (let round = 0; round < 300 && (ended === undefined || below.some(stillRuns)); round += 1) await sleep(10);
    }
    child.ref();
    await gone;
  };

  const until = performance.now() + deadlineMs;
  while (!(await isReady().catch(() => false))) {
    if (ended === undefined && performance.now() < until) {
      await sleep(20);
      continue;
    }
    const why = ended ?? `not ready after ${deadlineMs} ms`;
    await stop();
    throw new Error(`${name}: ${why}\n${said()}`);
  }
  return { pid, said, stop };
}

/** A group that has no process left is what we want. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  if (pid === 0) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const logsIn = (folder: string): string =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .map((name) => `--- ${name}\n${readFileSync(join(folder, name), 'utf8').slice(-8_000)}`)
    .join('\n');
