// `tillit audit export` and `tillit audit prove`: what an outsider is given.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { exportLog, proveEvent } from '../../edge/store/log/export-log.ts';
import { onSnapshot } from '../../edge/store/log/read-log.ts';
import { fault, instant, recordReading, withDatabase } from './audit-place.ts';
import type { CommandIo } from './command.ts';

/** Writes the export to a new file, mode 0600. */
export async function auditExport(
  file: string,
  words: { readonly from?: string | undefined; readonly to?: string | undefined },
  io: CommandIo,
): Promise<number> {
  const range = { from: instant(words.from, 'from'), to: instant(words.to, 'to') };
  return withDatabase(io, 'audit export', async (pool) => {
    const path = resolve(io.cwd, file);
    const stream = createWriteStream(path, { mode: 0o600, flags: 'wx' });
    const failed = once(stream, 'error').then(([error]) => {
      throw (error as { code?: string }).code === 'EEXIST' ? fault(`${path} is there already`) : error;
    });
    const write = async () => {
      await recordReading(pool, 'export', { from: range.from?.toISOString(), to: range.to?.toISOString() });
      const given = await onSnapshot(pool, async (client) => {
        const lines = exportLog(client, range);
        for (;;) {
          const { value, done } = await lines.next();
          if (done) return value;
          if (!stream.write(`${value}\n`)) await once(stream, 'drain');
        }
      });
      stream.end();
      await once(stream, 'close');
      return given;
    };
    const given = await Promise.race([write(), failed]);
    const part = range.from || range.to ? ' --part' : '';
    io.out(`${path}: ${given} events. It is verified with:`);
    io.out(`  tillit audit verify --export ${file}${part} --checkpoint FILE --key checkpoint.pub`);
    return 0;
  });
}

/** Prints the proof of one event as JSON. */
export async function auditProve(id: string, io: CommandIo): Promise<number> {
  if (!/^\d{1,18}$/.test(id)) throw fault('name the event by its number, as `tillit audit find` shows it');
  return withDatabase(io, 'audit prove', async (pool) => {
    const proven = await onSnapshot(pool, (client) => proveEvent(client, id));
    if (proven.kind === 'proof') {
      await recordReading(pool, 'prove', { event: Number(id) });
      io.out(JSON.stringify(proven.proof, undefined, 2));
      return 0;
    }
    const why = {
      unknown: `There is no event ${id}.`,
      unsealed: `Event ${id} is not sealed yet; try again in a second.`,
      removed: `Event ${id} was removed by retention; only its digest is left.`,
    };
    io.err(why[proven.kind]);
    return 1;
  });
}
