// `tillit ticket verify FILE`: whether a ticket was ours, what it said, and whether it held at an instant.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../base/clock.ts';
import { loadXml } from '../../base/xml/index.ts';
import { fault, instant, recordReading, withDatabase } from './audit-place.ts';
import { type Command, type CommandIo, usedWrongly } from './command.ts';
import { assertionReader } from './ticket-assertion.ts';
import { gatherTicket } from './ticket-facts.ts';
import { recordedOf, verdictLines, verdictOf } from './ticket-text.ts';
import { tokenReader } from './ticket-token.ts';

export const ticket: Command = {
  name: 'ticket',
  summary: 'Verify a ticket: was it ours, what did it say, did it hold at that time.',
  usage: [
    'ticket verify FILE [--at TIME] [--json]',
    'FILE   an access token or ID token (JWT), or a SAML Response or Assertion: XML, or base64 as it was posted;',
    '       - reads standard input. An encrypted assertion must be shown in the clear, as the application read it.',
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

/** Of a posted form; a token may have a tenth of it. */
const mostBytes = 1_000_000;

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
  await loadXml();
  const read = tokenReader(text) ?? assertionReader(text);
  if (read === undefined)
    throw fault('this is not a signed ticket (a JWT of three parts, a SAML Response or Assertion)');
  return withDatabase(io, 'ticket verify', async (pool) => {
    const ticket = await gatherTicket(pool, read, at);
    const verdict = verdictOf(ticket);
    const { origin, ours, held } = verdict;
    await recordReading(pool, 'ticket verify', { ticket: ticket.id, at: verdict.at, origin, ours, held });
    if (json) {
      const { id, shown, decided } = ticket;
      const told = { id, claims: shown.says, recorded: recordedOf(ticket), explanation: decided?.body.explanation };
      io.out(JSON.stringify({ ...verdict, ...told }));
    } else for (const line of verdictLines(ticket, verdict)) io.out(line);
    return held ? 0 : 1;
  });
}
