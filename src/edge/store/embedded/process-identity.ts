// Tells one process from a later one with the same number, and what a process runs.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the machine's own terms; with the pid it names one process for good. */
  readonly started: string;
}

const onLinux = process.platform === 'linux';

function ask(pid: number, column: string): string | undefined {
  try {
    return execFileSync('ps', ['-p', String(pid), '-o', `${column}=`], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}

/** The identity of a running process, or undefined when there is none. A zombie counts as none. */
export function identify(pid: number): ProcessIdentity | undefined {
  if (!onLinux) {
    const started = ask(pid, 'lstart');
    return started === undefined || ask(pid, 'state')?.startsWith('Z') ? undefined : { pid, started };
  }
  const stat = readProc(`${pid}/stat`);
  if (stat === undefined) return undefined;
  // proc(5): the name in parentheses may hold anything, so count fields from its last parenthesis.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const ticks = fields[19];
  if (state === undefined || ticks === undefined || state === 'Z' || state === 'X') return undefined;
  return { pid, started: `${readProc('sys/kernel/random/boot_id')?.trim() ?? ''}/${ticks}` };
}

/** Whether exactly this process still runs. */
export function isRunning(known: ProcessIdentity): boolean {
  return identify(known.pid)?.started === known.started;
}

/** The command line of a process, its words joined by blanks, or undefined when it is gone or a zombie. */
export function commandLine(pid: number): string | undefined {
  if (!onLinux) return ask(pid, 'command');
  return readProc(`${pid}/cmdline`)?.split('\0').join(' ').trim() || undefined;
}
