// Runs one refresh in a process of its own: libxml2 in WebAssembly never gives memory back, and a hang must not be ours.
import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { RefreshOutcome, RefreshTask } from './refresh-task.ts';

const program = fileURLToPath(new URL('./refresh-program.ts', import.meta.url));
/** The tree of 41 MB of metadata takes about 1 GB. */
const mostHeapMegabytes = 4096;
const lowPriority = 10;
const mostAnswerBytes = 1024 * 1024;

/** Runs it to its end, or to `timeoutMs` or the signal: then it is killed, and the database undoes what it had begun. */
export async function runRefresh(
  task: RefreshTask,
  given: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined; readonly program?: string },
): Promise<RefreshOutcome> {
  const child = spawn(process.execPath, [`--max-old-space-size=${mostHeapMegabytes}`, given.program ?? program], {
    env: {
      // Passwords and certificates for the database may be named there (libpq).
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => /^PG[A-Z]+$/.test(name))),
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      NODE_EXTRA_CA_CERTS: process.env['NODE_EXTRA_CA_CERTS'],
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = new Promise<string>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  if (child.pid !== undefined) lower(child.pid);
  let why: 'timeout' | 'stopped' | undefined;
  const kill = (because: 'timeout' | 'stopped') => () => {
    why ??= because;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(kill('timeout'), given.timeoutMs);
  const stop = kill('stopped');
  given.signal?.addEventListener('abort', stop, { once: true });
  if (given.signal?.aborted) stop();
  let answer = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (answer.length < mostAnswerBytes) answer += text;
  });
  // Our end stays open: when it closes, nobody waits for the answer any more, and the process ends itself.
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${JSON.stringify(task)}\n`);
  const end = await gone;
  clearTimeout(timer);
  given.signal?.removeEventListener('abort', stop);
  if (why === 'timeout')
    return { kind: 'failed', reason: 'refresh.timeout', detail: `not done within ${given.timeoutMs / 1000} s` };
  if (why === 'stopped') return { kind: 'failed', reason: 'refresh.stopped', detail: 'the hub ended' };
  return readOutcome(answer) ?? { kind: 'failed', reason: 'refresh.crashed', detail: `its process ended: ${end}` };
}

/** People who log in come first. */
function lower(pid: number): void {
  try {
    setPriority(pid, lowPriority);
  } catch {
    // It runs all the same.
  }
}

function readOutcome(answer: string): RefreshOutcome | undefined {
  try {
    return JSON.parse(answer) as RefreshOutcome;
  } catch {
    return undefined;
  }
}
