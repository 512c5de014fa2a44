// `tillit audit …`: verify, prove, export, find and follow the trail.
import { parseArgs } from 'node:util';
import { auditExport, auditProve } from './audit-export.ts';
import { auditExportQuery } from './audit-export-query.ts';
import { auditAsk, auditFind, auditTail } from './audit-find.ts';
import { fault, verifiersOf } from './audit-place.ts';
import { auditVerify } from './audit-verify.ts';
import { type Command, type CommandIo, usedWrongly } from './command.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

const options = {
  export: text,
  proof: text,
  checkpoint: { type: 'string', multiple: true },
  key: text,
  json: flag,
  part: flag,
  from: text,
  to: text,
  person: text,
  reference: text,
  session: text,
  application: text,
  kind: text,
  card: text,
  limit: text,
  query: text,
  format: text,
  follow: { type: 'boolean', short: 'f' },
} as const;

type Words = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>['values'];

interface Action {
  /** Number of words after the action's name; `any`: as many as there are. */
  readonly positionals: number | 'any';
  readonly takes: readonly (keyof typeof options)[];
  run(positionals: readonly string[], words: Words, io: CommandIo): Promise<number>;
}

const actions: Readonly<Record<string, Action>> = {
  verify: {
    positionals: 0,
    takes: ['export', 'part', 'proof', 'checkpoint', 'key', 'json'],
    run: (_, words, io) => auditVerify(words, io),
  },
  prove: { positionals: 1, takes: [], run: ([id = ''], _, io) => auditProve(id, io) },
  export: {
    positionals: 1,
    takes: ['from', 'to', 'query', 'format'],
    run: async ([file = ''], words, io) => {
      const { query, format, from, to } = words;
      if (query === undefined && format === undefined) return auditExport(file, words, io);
      if (query === undefined || from !== undefined || to !== undefined)
        throw fault('--format goes with --query, whose time is in it: from:2026-01-01 to:2026-02-01');
      return auditExportQuery(file, { query, format }, io);
    },
  },
  find: {
    positionals: 'any',
    takes: ['person', 'reference', 'session', 'application', 'kind', 'card', 'from', 'to', 'limit', 'json'],
    run: async (typed, words, io) => {
      if (typed.length === 0) return auditFind(words, io);
      const strange = Object.keys(words).find((word) => word !== 'limit' && word !== 'json');
      if (strange !== undefined) throw fault(`beside a question, --${strange} is written in it: ${strange}:VALUE`);
      return auditAsk(typed.join(' '), words, io);
    },
  },
  tail: { positionals: 0, takes: ['limit', 'follow', 'json'], run: (_, words, io) => auditTail(words, io) },
  key: {
    positionals: 0,
    takes: [],
    run: async (_, _words, io) => {
      for (const verifier of verifiersOf(io)) io.out(verifier.text);
      return 0;
    },
  },
};

const usage = `audit verify [--checkpoint FILE]… [--json]     the log in the database, its checkpoint file, and others you kept
       tillit audit verify --export FILE [--part] [--checkpoint FILE]… --key FILE     an export, without a database;
                         --part when a part was asked for: an export is not believed to be one because it says so
       tillit audit verify --proof FILE --key FILE     the proof of one event, without a database
       tillit audit prove NUMBER     the proof of one event, as JSON
       tillit audit export [--from DATE] [--to DATE] FILE     the log, or a part of it, for an outsider
       tillit audit export --query QUESTION [--format csv|ndjson] FILE     the answers to a question; - is standard output
       tillit audit find QUESTION [--limit N] [--json]     who used what, newest first, as in
                         'person:ola application:ehr kind:ticket.* last 7d'; docs/operations/audit.md has the language.
                         Before a question that begins with a minus stands --
       tillit audit find [--person ID] [--reference CODE] [--session ID] [--application ID] [--kind KIND] [--card ID]
                         [--from DATE] [--to DATE] [--limit N] [--json]     newest first
       tillit audit tail [--follow] [--limit N] [--json]     the last events, and what comes
       tillit audit key     the public keys of the log, to be given to outsiders
Verification exits with 1 when anything is wrong. Reading the trail is itself written down.`;

export const audit: Command = {
  name: 'audit',
  summary: 'Verify, prove, export and search the audit trail.',
  usage,
  async run(args, io) {
    const [name = '', ...rest] = args;
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) return usedWrongly(audit, io, 'Say what to do with the trail.');
    let parsed: ReturnType<typeof parseWords>;
    try {
      parsed = parseWords(rest);
    } catch (error) {
      return usedWrongly(audit, io, error instanceof Error ? error.message : 'Unknown words.');
    }
    const strange = Object.keys(parsed.values).find((word) => !action.takes.includes(word as keyof typeof options));
    if (strange !== undefined) return usedWrongly(audit, io, `audit ${name} does not take --${strange}.`);
    if (action.positionals !== 'any' && parsed.positionals.length !== action.positionals) {
      return usedWrongly(audit, io, `audit ${name} takes ${action.positionals} word(s).`);
    }
    return action.run(parsed.positionals, parsed.values, io);
  },
};

const parseWords = (args: readonly string[]) => parseArgs({ args: [...args], options, allowPositionals: true });
