// The processes below one, from /proc: so that a test can say that a program left nothing behind.
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessMark {
  readonly pid: number;
  /** Clock ticks since the machine started: with the number it names one process for good. */
  readonly startedAt: string;
  readonly command: string;
}

function readStat(pid: number): { parent: number; startedAt: string; state: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), startedAt: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** Every process below `pid`, not itself. Linux only. */
export function descendantsOf(pid: number): readonly ProcessMark[] {
  const children = new Map<number, ProcessMark[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(Number(name));
    if (stat === undefined) continue;
    const mark = { pid: Number(name), startedAt: stat.startedAt, command: commandOf(Number(name)) };
    children.set(stat.parent, [...(children.get(stat.parent) ?? []), mark]);
  }
  const below = (parent: number): ProcessMark[] =>
    (children.get(parent) ?? []).flatMap((mark) => [mark, ...below(mark.pid)]);
  return below(pid);
}

/** Whether that very process still runs; a zombie that nobody waits for does not count. */
export function stillRuns({ pid, startedAt }: ProcessMark): boolean {
  const stat = readStat(pid);
  return stat !== undefined && stat.startedAt === startedAt && stat.state !== 'Z';
}
