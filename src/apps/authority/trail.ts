// The authority's trail: its checkpoint key and witness outside the database, the sealer, and a check of the whole.
import type pg from 'pg';
import { systemClock } from '../../base/clock.ts';
import { type Verification, verifyLog } from '../../core/audit/index.ts';
import type { Register } from '../../core/authority/index.ts';
import {
  auditFiles,
  openCheckpointKey,
  openWitnessFile,
  readCheckpointVerifiers,
} from '../../edge/keys/checkpoint/index.ts';
import { onSnapshot, readCheckpoints, readEntries, storedSize } from '../../edge/store/log/read-log.ts';
import { alarmRecord, startSealer } from '../../edge/store/log/sealer.ts';
import type { WebLog } from '../../edge/web/server/index.ts';

const schema = 'authority';

/** Starts sealing; `close` seals what is there. */
export async function startTrail(given: {
  readonly pool: pg.Pool;
  readonly register: Register;
  readonly folder: string;
  readonly publishUrl: string;
  readonly log: WebLog;
}): Promise<{ close(): Promise<void> }> {
  const { pool, register, folder, publishUrl, log } = given;
  const keys = openCheckpointKey(folder, `${new URL(publishUrl).hostname}/tillit-authority`);
  const witness = await openWitnessFile(auditFiles(folder).checkpoints, keys.verifiers);
  const sealer = startSealer({
    pool,
    schema,
    signer: keys.signer,
    verifiers: keys.verifiers,
    witness,
    clock: systemClock,
    onAlarm(alarm) {
      log[alarm.state === 'raised' ? 'error' : 'info']({ alarm: alarm.alarm, state: alarm.state }, 'audit alarm');
      register
        .record(alarmRecord(alarm))
        .catch(() => log.error({ alarm: alarm.alarm }, 'the alarm could not be recorded'));
    },
  });
  return {
    async close() {
      await sealer.stop();
      await witness.close();
    },
  };
}

/** Verifies every sealed event against the checkpoints in the database. */
export function verifyTrail(pool: pg.Pool, folder: string): Promise<Verification> {
  const verifiers = readCheckpointVerifiers(auditFiles(folder).publicKeys);
  return onSnapshot(pool, async (client) => {
    const size = await storedSize(client, schema);
    return verifyLog({
      entries: readEntries(client, 0, size, schema),
      checkpoints: [{ name: 'database', complete: true, notes: readCheckpoints(client, 0, size, schema) }],
      verifiers,
    });
  });
}
