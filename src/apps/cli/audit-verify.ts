// `tillit audit verify`: the whole log in the database, an export of it, or one proof, against signed checkpoints.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import {
  checkProof,
  describeFinding,
  type NoteVerifier,
  type Verification,
  verifyExport,
  verifyLog,
} from '../../core/audit/index.ts';
import { onSnapshot, readCheckpoints, readEntries, storedSize } from '../../edge/store/log/read-log.ts';
import { checkpointsIn, fault, filesOf, isFile, recordReading, verifiersOf, withDatabase } from './audit-place.ts';
import type { CommandIo } from './command.ts';
import { linesOf } from './lines-of.ts';

export interface VerifyWords {
  readonly export?: string | undefined;
  readonly proof?: string | undefined;
  readonly checkpoint?: readonly string[] | undefined;
  readonly key?: string | undefined;
  readonly json?: boolean | undefined;
  /** The export is of a part of the log, because a part was asked for. */
  readonly part?: boolean | undefined;
}

/** A checkpoint reaches the file within a second of its seal; younger ones than this are not missed there. */
const arrivalMs = 10_000;

/** Answers 0 when all is well, 1 when something is wrong. */
export async function auditVerify(words: VerifyWords, io: CommandIo): Promise<number> {
  const at = (file: string) => resolve(io.cwd, file);
  const key = words.key === undefined ? undefined : at(words.key);
  if (words.proof !== undefined) return verifyProof(at(words.proof), verifiersOf(io, key), words, io);
  const outside = (words.checkpoint ?? []).map((file) => checkpointsIn(at(file), true));
  const verifiers = verifiersOf(io, key);
  if (words.export === undefined) return tell(await verifyDatabase(io, verifiers, outside), words, io);
  const path = at(words.export);
  if (!isFile(path)) throw fault(`${path} is no file that is there`);
  if (outside.length === 0)
    io.err('No checkpoint from elsewhere was given (--checkpoint FILE): a log cut off at an earlier one looks whole.');
  const part = words.part === true;
  return tell(await verifyExport({ lines: () => linesOf(path), outside, verifiers, part }), words, io);
}

async function verifyDatabase(
  io: CommandIo,
  verifiers: readonly NoteVerifier[],
  outside: readonly ReturnType<typeof checkpointsIn>[],
): Promise<Verification> {
  const { checkpoints: path } = filesOf(io);
  // The file is measured before the database is read: whatever is in it was committed by then.
  const upTo = systemClock() - arrivalMs;
  const witness = existsSync(path) ? [{ ...checkpointsIn(path), complete: true, upTo }] : [];
  if (witness.length === 0) io.err(`${path} is not there: the database's own checkpoints are all there is.`);
  return withDatabase(io, 'audit verify', async (pool) => {
    const verification = await onSnapshot(pool, async (client) =>
      verifyLog({
        entries: readEntries(client, 0, await storedSize(client)),
        checkpoints: [
          { name: 'the database', notes: readCheckpoints(client), complete: true },
          ...witness,
          ...outside.map((source) => ({ ...source, complete: false, mustHold: true })),
        ],
        verifiers,
      }),
    );
    const { ok, size, findingCount } = verification;
    await recordReading(pool, 'verify', { ok, size, findings: findingCount });
    return verification;
  });
}

function tell(verification: Verification, words: VerifyWords, io: CommandIo): number {
  const { ok, findings, findingCount, from, size, intact, removedByRetention, withheld, checkpoints } = verification;
  if (words.json) {
    io.out(JSON.stringify({ ...verification, findings: findings.map((f) => ({ ...f, words: describeFinding(f) })) }));
    return ok ? 0 : 1;
  }
  io.out(
    `${size - from} events (${from} to ${size - 1}): ${intact} intact, ${removedByRetention} removed by retention, ${withheld} withheld`,
  );
  io.out(`${checkpoints} checkpoints agree; the newest that does has size ${verification.lastGood ?? 'none'}`);
  if (verification.notCompared > 0)
    io.out('A given checkpoint is of a larger log than this part reaches: not compared.');
  for (const finding of findings) io.out(`FAULT: ${describeFinding(finding)}`);
  if (findingCount > findings.length) io.out(`… and ${findingCount - findings.length} more`);
  io.out(
    ok
      ? words.part
        ? 'This part of the log is whole.'
        : 'The log is whole.'
      : `The log is NOT whole: ${findingCount} fault${findingCount === 1 ? '' : 's'}.`,
  );
  return ok ? 0 : 1;
}

function verifyProof(path: string, verifiers: readonly NoteVerifier[], words: VerifyWords, io: CommandIo): number {
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw fault(`${path} cannot be read as JSON`);
  }
  const checked = checkProof(given, verifiers);
  if (words.json) io.out(JSON.stringify(checked));
  else if (checked.kind === 'bad') io.out(`The proof is bad: ${checked.why}.`);
  else {
    io.out(JSON.stringify(checked.event, undefined, 2));
    io.out(
      `Event ${checked.index} is in the log of size ${checked.size}, signed ${new Date(checked.signedAt).toISOString()}.`,
    );
  }
  return checked.kind === 'good' ? 0 : 1;
}
