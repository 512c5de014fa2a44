// `tillit explain CODE`: what a reference on a page, or a reason code, means, and what to do next.
import { parseArgs } from 'node:util';
import { parseEventText, type StoredEvent } from '../../core/audit/index.ts';
import { findEvents } from '../../edge/store/hub/audit-search.ts';
import type { Locale } from '../../wire/codes/index.ts';
import { localeOfTag } from '../../wire/codes/index.ts';
import { recordReading, withDatabase } from './audit-place.ts';
import { type Command, type CommandIo, usedWrongly } from './command.ts';
import { isReasonCode, journeyLines, reasonLines } from './explain-text.ts';
import { isFault, withWords } from './fault-words.ts';

const mostEvents = 200;

export const explain: Command = {
  name: 'explain',
  summary: 'Explain a reference such as K7QM-2F9X, or a reason such as card.expired.',
  usage:
    'explain CODE [--locale sv|nb|nn|en|nl] [--json]\nCODE is the reference that a page showed to the user, a reason code, or a fault of a SAML message such as signature.value. Reading is itself written down.',
  async run(args, io) {
    let words: ReturnType<typeof parse>;
    try {
      words = parse(args);
    } catch (error) {
      return usedWrongly(explain, io, error instanceof Error ? error.message : 'Unknown words.');
    }
    const [code, ...more] = words.positionals;
    const locale = localeOfTag(words.values.locale ?? 'en');
    if (code === undefined || more.length > 0) return usedWrongly(explain, io, 'Name one code.');
    if (locale === undefined) return usedWrongly(explain, io, 'There is no such language.');
    if (isReasonCode(code)) {
      for (const line of reasonLines(code, locale)) io.out(line);
      return 0;
    }
    if (isFault(code)) {
      io.out(withWords(code));
      return 0;
    }
    const reference = asReference(code);
    if (reference === undefined) {
      io.err(`${code} is neither a reference (such as K7QM-2F9X) nor a reason code (such as card.expired).`);
      return 1;
    }
    return explainReference(reference, locale, words.values.json === true, io);
  },
};

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: { locale: { type: 'string' }, json: { type: 'boolean' } },
    allowPositionals: true,
  });

/** A reference as it is stored; what was misheard (O for 0, I or L for 1), or written without its hyphen, is put right. */
export function asReference(code: string): string | undefined {
  const letters = code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{8}$/.test(letters) ? `${letters.slice(0, 4)}-${letters.slice(4)}` : undefined;
}

async function explainReference(reference: string, locale: Locale, json: boolean, io: CommandIo): Promise<number> {
  return withDatabase(io, 'explain', async (pool) => {
    const found = await findEvents(pool, { reference }, mostEvents);
    await recordReading(pool, 'explain', { search: { reference }, found: found.length });
    const events = found
      .toReversed()
      .map(({ text }) => parseEventText(text))
      .filter((event): event is StoredEvent => event !== undefined);
    if (events.length === 0) {
      io.err(`Nothing is known of ${reference}: misread, from another installation, or removed by retention.`);
      return 1;
    }
    if (json) for (const event of events) io.out(JSON.stringify(event));
    else for (const line of journeyLines(events, locale)) io.out(line);
    return 0;
  });
}
