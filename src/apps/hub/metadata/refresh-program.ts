// The program of one refresh: reads its task from standard input, does it, and writes how it went to standard output.
import { createInterface } from 'node:readline';
import pg from 'pg';
import { refreshSource } from './refresh-source.ts';
import type { RefreshOutcome, RefreshTask } from './refresh-task.ts';

const lines = createInterface({ input: process.stdin, terminal: false });
// Whoever started us is gone: nobody would see the outcome, and a refresh that nobody bounds is not to go on.
lines.once('close', () => process.exit(3));
lines.once('line', (line) => {
  const task = JSON.parse(line) as RefreshTask;
  void run(task).then((outcome) => process.stdout.write(JSON.stringify(outcome), () => process.exit(0)));
});

async function run(task: RefreshTask): Promise<RefreshOutcome> {
  const client = new pg.Client({ ...task.connection, application_name: 'tillit metadata' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await refreshSource(task, client);
  } catch (error) {
    const { code } = error as { code?: unknown };
    const detail = typeof code === 'string' ? code : error instanceof Error ? error.message : 'unknown';
    return { kind: 'failed', reason: 'refresh.failed', detail };
  } finally {
    await client.end().catch(() => undefined);
  }
}
