// Server processes: started on a core of their own where taskset is there, with their CPU time and memory read from /proc.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';

export interface ServerProcess {
  readonly pid: number;
  /** What the process said when it was ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  ended(): boolean;
  stop(): Promise<void>;
}

/** Cores for the generator (with the database) and for the measured server; undefined where pinning is not possible. */
export const cores: { readonly generator: number; readonly server: number } | undefined =
  availableParallelism() >= 2 && spawnSync('taskset', ['-V']).status === 0 ? { generator: 0, server: 1 } : undefined;

/** Keeps this process, and what it starts without a pin, off the server's core. */
export function pinGenerator(): void {
  if (cores) execFileSync('taskset', ['-a', '-cp', String(cores.generator), String(process.pid)], { stdio: 'ignore' });
}

/** A server of the bench's own, which is talked to by lines. */
export interface LineServer extends ServerProcess {
  /** Sends one line and waits for one back. */
  ask(line: unknown): Promise<Readonly<Record<string, unknown>>>;
}

/** Starts node with arguments, pinned with all its threads; what it writes is thrown away. */
export async function startProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const [program, ...words] = pinned([process.execPath, ...args]);
  const child = spawn(program ?? '', words, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...environment(), ...env },
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid: child.pid ?? 0,
    ready: {},
    ended: () => child.exitCode !== null || child.signalCode !== null,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

const pinned = (command: readonly string[]): readonly string[] =>
  cores ? ['taskset', '-c', String(cores.server), ...command] : command;

/** Starts `node file`, pinned with all its threads. It is ready when it writes its first line of JSON. */
export async function startServer(file: URL, settings: unknown): Promise<LineServer> {
  const [program = '', ...args] = pinned([process.execPath, '--disable-warning=ExperimentalWarning', file.pathname]);
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env: environment() });
  const lines = createInterface({ input: child.stdout });
  const waiting: ((line: string | undefined) => void)[] = [];
  lines.on('line', (line) => {
    if (line.startsWith('{')) waiting.shift()?.(line);
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void exited.then(() => {
    for (const resolve of waiting.splice(0)) resolve(undefined);
  });
  const ask = async (line: unknown) => {
    const answer = new Promise<string | undefined>((resolve) => waiting.push(resolve));
    child.stdin.write(`${JSON.stringify(line)}\n`);
    const text = await answer;
    if (text === undefined) throw new Error(`${file.pathname} ended (${child.exitCode ?? child.signalCode})`);
    return JSON.parse(text) as Record<string, unknown>;
  };
  const ready = await ask(settings);
  return { pid: child.pid ?? 0, ready, ask, ended: () => child.exitCode !== null, stop: () => stop(child, exited) };
}

/** Nothing of the caller's settings reaches a server but where programs are; one arena of malloc, as `npm start` has. */
const environment = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  NODE_ENV: 'production',
  MALLOC_ARENA_MAX: '1',
});

/** Ends its input, at which it ends by itself; one that does not is killed. */
async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exited;
  clearTimeout(timer);
}

const ticksPerSecond = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100;

/** CPU time of a process with all its threads, user and system, milliseconds. */
export function cpuMs(pid: number): number {
  // After the name in brackets; fields 14 and 15 of the whole line are utime and stime.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

/** Resident memory of a process, MB. */
export function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}
