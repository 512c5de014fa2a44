// The servers' side of the talk with the bench: lines of JSON in and out.
import { createInterface } from 'node:readline';

/** Answers each line with one line. The first line is the settings. Ends with the bench. */
export function serveLines(answer: (line: never) => Promise<object> | object): void {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', async (line) => {
    const answered = await answer(JSON.parse(line) as never);
    process.stdout.write(`${JSON.stringify(answered)}\n`);
  });
  lines.on('close', () => process.exit(0));
}
