// `tillit ticket verify FILE`: whether a ticket was ours, what it said, and whether it held at an instant.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../base/clock.ts';
import { objections, originChecks, validityChecks } from '../../core/issuing/index.ts';
import { fault, instant, recordReading, withDatabase } from './audit-place.ts';
import { type Command, type CommandIo, usedWrongly } from './command.ts';
import { gatherTicket, readTicket } from './ticket-facts.ts';

export const ticket: Command = {
  name: 'ticket',
  summary: 'Verify a ticket: was it ours, what did it say, did it hold at that time.',
  usage: [
    'ticket verify FILE [--at TIME] [--json]',
    'FILE   an access token or ID token (JWT); - reads standard input',
    '--at   a date or instant, UTC when it names no zone; now when left out',
    'Exit code 0: ours, and it held at that time. 1: it was not, or did not. Reading is itself recorded in the trail.',
  ].join('\n'),
  async run(args, io) {
    let words: ReturnType<typeof parse>;
    try {
      words = parse(args);
    } catch (error) {
      return usedWrongly(ticket, io, error instanceof Error ? error.message : 'Unknown words.');
    }
    const [verb, file, ...more] = words.positionals;
    if (verb !== 'verify' || file === undefined || more.length > 0)
      return usedWrongly(ticket, io, 'Say what to verify: one file.');
    const at = instant(words.values.at, 'at')?.getTime() ?? systemClock();
    return verifyTicket(textOf(file, io), at, words.values.json === true, io);
  },
};

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: { at: { type: 'string' }, json: { type: 'boolean' } },
    allowPositionals: true,
  });

const mostBytes = 100_000;

function textOf(file: string, io: CommandIo): string {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : resolve(io.cwd, file), 'utf8');
  } catch (error) {
    throw fault(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (text.length > mostBytes) throw fault(`${file} is too large to be a ticket`);
  return text.trim();
}

async function verifyTicket(text: string, at: number, json: boolean, io: CommandIo): Promise<number> {
  const read = readTicket(text);
  if (read === undefined) throw fault('this is not a signed ticket (a JWT of three parts)');
  return withDatabase(io, 'ticket verify', async (pool) => {
    const { facts, id } = await gatherTicket(pool, read, at);
    const origin = objections(originChecks, facts);
    const validity = objections(validityChecks, facts);
    const [ours, held] = [origin.length === 0, validity.length === 0];
    await recordReading(pool, 'ticket verify', { ticket: id, at: new Date(at).toISOString(), ours, held });
    const verdict = { ours, held: ours && held, at: new Date(at).toISOString(), against: [...origin, ...validity] };
    if (json) io.out(JSON.stringify({ ...verdict, id, claims: read.claims }));
    else for (const line of verdictLines(verdict, id, read.claims)) io.out(line);
    return ours && held ? 0 : 1;
  });
}

interface Verdict {
  readonly ours: boolean;
  readonly held: boolean;
  readonly at: string;
  readonly against: readonly string[];
}

function verdictLines(
  { ours, held, at, against }: Verdict,
  id: string | undefined,
  claims: Readonly<Record<string, unknown>>,
): readonly string[] {
  const objected = against.map((line) => `  ${line}`);
  const said = Object.entries(claims).map(([name, value]) => `  ${name}  ${JSON.stringify(value)}`);
  if (!ours) return ['It is NOT a ticket of this installation:', ...objected, 'It claims to say:', ...said];
  const named = id === undefined ? '' : `, id ${id}`;
  const validity = held ? `It held at ${at}.` : `It did NOT hold at ${at}:`;
  return [`It is a ticket of this installation${named}.`, validity, ...objected, 'It says:', ...said];
}
