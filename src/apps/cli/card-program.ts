// The demo's program for test cards, as the command line asks it: the test authority's keys are loaded there, not here.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Problem } from '../../base/problem.ts';
import type { CommandIo } from './command.ts';
import { readPlace } from './place.ts';

const program = fileURLToPath(new URL('../demo/test-cards/main.ts', import.meta.url));

export interface CardOrder {
  readonly population: string;
  readonly state: string;
  readonly form: string;
  readonly holder: Readonly<Record<string, string>>;
  readonly cardNumber?: string;
  readonly pin?: string;
}

export type CardWish =
  | ({ readonly do: 'make'; readonly folder: string } & CardOrder)
  | { readonly do: 'about' | 'pull' | 'block' | 'destroy'; readonly folder: string }
  | { readonly do: 'insert'; readonly folder: string; readonly port: number };

/** What the program answers; the members that a wish does not ask for are absent. */
export interface CardAnswer {
  readonly card: {
    readonly form: string;
    readonly population: string;
    readonly state: string;
    readonly authority: string;
    readonly serial: string;
    readonly holder: string;
    readonly fingerprint: string;
  };
  readonly pin?: string;
  readonly wasInserted?: boolean;
  readonly isNew?: boolean;
  /** File with the certificates, leaf first. */
  readonly certificates?: string;
  /** The certificate as a token gave it, base64. */
  readonly certificate?: string;
  readonly module?: string;
  readonly triesLeft?: number;
  readonly inserted?: boolean;
}

/** Where the demo of this hub has its test authority. */
export const testAuthorityFolder = (io: CommandIo): string => join(readPlace(io).dataFolder, 'demo', 'ca');

/** Asks for one thing. Throws a Problem with what the program said when it cannot be done. */
export async function testCards(io: CommandIo, wish: CardWish): Promise<CardAnswer> {
  const order = JSON.stringify({ ...wish, authority: testAuthorityFolder(io) });
  // By standard input: a PIN shows in no list of processes.
  const child = spawn(process.execPath, [program], { cwd: io.cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined); // when it ended before it read
  child.stdin.end(order);
  const [said, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const answer =
    said === '' ? { fault: errors.trim().slice(-500) } : (JSON.parse(said) as CardAnswer | { fault: string });
  if (!('fault' in answer)) return answer;
  throw new Problem({ kind: 'conflict', code: 'card.notDone', detail: answer.fault });
}
