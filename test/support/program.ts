// Runs the real program, `bin/tillit.js`, as a child, and sees which processes outlive it.
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { descendantsOf, type ProcessMark, stillRuns } from './process-tree.ts';

const program = fileURLToPath(new URL('../../bin/tillit.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly ms: number;
  /** Processes that outlived it. */
  readonly left: readonly ProcessMark[];
}

export interface Launched {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exited: Promise<Ended>;
  /** Looks at the children now, so that a later end can tell which of them are left. */
  readonly mark: () => void;
}

/**
 * Runs `tillit` with these words; nothing is waited for. `ownGroup`: as the leader of a process group, as under a
 * terminal, so that a test can send a Ctrl-C to all of it. `file`: another entry than the command line's.
 */
export function launch(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
  ownGroup = false,
  file: string | URL = program,
): Launched {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', file instanceof URL ? fileURLToPath(file) : file, ...words],
    {
      cwd,
      env,
      detached: ownGroup,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (part: string) => {
      text += part;
    });
  }
  let below: readonly ProcessMark[] = [];
  const mark = (): void => {
    if (child.pid !== undefined && child.exitCode === null) below = descendantsOf(child.pid);
  };
  let askedAt = performance.now();
  child.once('spawn', () => {
    askedAt = performance.now();
  });
  const exited = new Promise<Ended>((resolve) => {
    child.once('exit', (code, signal) => {
      const ms = performance.now() - askedAt;
      void patientlyGone(below).then((left) => resolve({ code, signal, ms, left }));
    });
  });
  return { child, output: () => text, exited, mark };
}

/** Gives children a moment to follow; answers those that did not. */
async function patientlyGone(marks: readonly ProcessMark[]): Promise<readonly ProcessMark[]> {
  for (let round = 0; round < 100; round += 1) {
    if (!marks.some(stillRuns)) return [];
    await sleep(50);
  }
  return marks.filter(stillRuns);
}
