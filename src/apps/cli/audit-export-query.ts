// `tillit audit export --query`: the answers to a question as CSV or NDJSON, streamed.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { csvHead, csvLine, ndjsonLine } from '../../core/audit/index.ts';
import { exportTrail } from '../../edge/store/hub/audit-query.ts';
import { fault, withTrail } from './audit-place.ts';
import { queryOf } from './audit-words.ts';
import type { CommandIo } from './command.ts';

/** Writes the answers to a new file, mode 0600, or to standard output for `-`. */
export async function auditExportQuery(
  file: string,
  words: { readonly query: string; readonly format?: string | undefined },
  io: CommandIo,
): Promise<number> {
  const format = words.format ?? (file.endsWith('.csv') ? 'csv' : 'ndjson');
  if (format !== 'csv' && format !== 'ndjson') throw fault('--format is csv or ndjson');
  const query = queryOf(words.query);
  return withTrail(io, 'audit export', async (pool, asked) => {
    const lines = exportTrail(pool, { ...asked, query, action: 'export' });
    const line = format === 'csv' ? csvLine : ndjsonLine;
    const write = file === '-' ? standardOutput(io) : newFile(resolve(io.cwd, file));
    try {
      if (format === 'csv') await write.line(csvHead);
      let given = 0;
      for (;;) {
        const { value, done } = await lines.next();
        if (done) {
          await write.end();
          io.err(`${given} events.`);
          if (value.end !== 'all')
            io.err('A question took too long: the file is NOT complete. Narrow it with from: and to:.');
          return value.end === 'all' ? 0 : 1;
        }
        await write.line(line(value));
        given += 1;
      }
    } finally {
      // A file that cannot be written ends the reading too, with what was given until then in the trail.
      await lines.return({ end: 'all' });
    }
  });
}

interface Lines {
  line(text: string): Promise<void>;
  end(): Promise<void>;
}

const standardOutput = (io: CommandIo): Lines => ({
  line: async (text) => io.out(text),
  end: async () => undefined,
});

function newFile(path: string): Lines {
  const stream = createWriteStream(path, { mode: 0o600, flags: 'wx' });
  const failed = once(stream, 'error').then(([error]) => {
    throw (error as { code?: string }).code === 'EEXIST' ? fault(`${path} is there already`) : error;
  });
  failed.catch(() => undefined);
  return {
    line: async (text) => {
      if (!stream.write(`${text}\n`)) await Promise.race([once(stream, 'drain'), failed]);
    },
    end: async () => {
      stream.end();
      await Promise.race([once(stream, 'close'), failed]);
    },
  };
}
