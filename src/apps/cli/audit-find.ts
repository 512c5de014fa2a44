// `tillit audit find` and `tillit audit tail`: the trail as a list.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEventText } from '../../core/audit/index.ts';
import { exportTrail } from '../../edge/store/hub/audit-query.ts';
import { type AuditSearch, type FoundEvent, findEvents } from '../../edge/store/hub/audit-search.ts';
import { text } from '../../wire/texts/index.ts';
import { fault, instant, recordReading, withDatabase, withTrail } from './audit-place.ts';
import { queryOf } from './audit-words.ts';
import type { CommandIo } from './command.ts';

export interface FindWords {
  readonly person?: string | undefined;
  readonly reference?: string | undefined;
  readonly session?: string | undefined;
  readonly application?: string | undefined;
  readonly kind?: string | undefined;
  readonly card?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly limit?: string | undefined;
  readonly json?: boolean | undefined;
}

/** One event in a line: when, what, how it went, and what it is about. */
export function eventLine({ id, text }: FoundEvent): string {
  const event = parseEventText(text);
  if (event === undefined) return `#${id} ${text}`;
  const { at, kind, outcome, reason, body, v: _v, removed: _removed, ...about } = event;
  const named = Object.entries(about).map(([name, value]) => `${name}=${value}`);
  return [at, `#${id}`, kind.padEnd(20), (reason ?? outcome).padEnd(8), ...named].join('  ').trimEnd();
}

const show = (event: FoundEvent, json: boolean | undefined): string =>
  json ? `{"id":${event.id},"index":${event.index},"event":${event.text}}` : eventLine(event);

function count(text: string | undefined, standard: number): number {
  const value = Number(text ?? standard);
  if (!Number.isInteger(value) || value < 1 || value > 100_000) throw fault('--limit must be 1 to 100000');
  return value;
}

/** Newest first. */
export async function auditFind(words: FindWords, io: CommandIo): Promise<number> {
  const { person, session, application, kind, card, json } = words;
  const reference = words.reference?.toUpperCase();
  const range = { from: instant(words.from, 'from'), to: instant(words.to, 'to') };
  const search: AuditSearch = { person, session, application, kind, card, reference, ...range };
  const limit = count(words.limit, 100);
  return withDatabase(io, 'audit find', async (pool) => {
    const found = await findEvents(pool, search, limit);
    await recordReading(pool, 'find', { search: { ...search, from: words.from, to: words.to }, found: found.length });
    for (const event of found) io.out(show(event, json));
    if (found.length === limit) io.err(`Only the newest ${limit} are shown; --limit shows more.`);
    return 0;
  });
}

/** Answers to a question, newest first. */
export async function auditAsk(typed: string, words: FindWords, io: CommandIo): Promise<number> {
  const query = queryOf(typed);
  const limit = count(words.limit, 100);
  return withTrail(io, 'audit find', async (pool, asked) => {
    const lines = exportTrail(pool, { ...asked, query, action: 'find' }, limit);
    for (;;) {
      const { value, done } = await lines.next();
      if (!done) {
        io.out(show(value, words.json));
        continue;
      }
      if (value.end === 'tooMuch') io.err(text('en', 'search.tooMuch'));
      if (value.end === 'most') io.err(`Only the newest ${limit} are shown; --limit shows more.`);
      return value.end === 'tooMuch' ? 1 : 0;
    }
  });
}

/** The last events, oldest first; with `follow`, new ones as they come, until the process is told to stop. */
export async function auditTail(
  words: {
    readonly limit?: string | undefined;
    readonly follow?: boolean | undefined;
    readonly json?: boolean | undefined;
  },
  io: CommandIo,
): Promise<number> {
  const limit = count(words.limit, 20);
  return withDatabase(io, 'audit tail', async (pool) => {
    await recordReading(pool, 'tail', { follow: words.follow === true });
    let afterId: string | undefined;
    const stop = new AbortController();
    const end = () => stop.abort();
    process.once('SIGINT', end).once('SIGTERM', end);
    try {
      do {
        const found = await findEvents(pool, { afterId }, afterId === undefined ? limit : 10_000);
        for (const event of found.toReversed()) io.out(show(event, words.json));
        afterId = found[0]?.id ?? afterId ?? '0';
        if (words.follow) await sleep(500, undefined, { signal: stop.signal }).catch(() => undefined);
      } while (words.follow && !stop.signal.aborted);
    } finally {
      process.off('SIGINT', end).off('SIGTERM', end);
    }
    return 0;
  });
}
