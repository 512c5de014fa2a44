// Wires the audit: the checkpoint key outside the database, the sealer, its alarms, and the feed to a log collector.

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Clock } from '../../base/clock.ts';
import { type Committer, recordOnly } from '../../core/commit/index.ts';
import { auditFiles, openCheckpointKey, openWitnessFile } from '../../edge/keys/checkpoint/index.ts';
import { parseFeedAddress, startFeed } from '../../edge/notices/syslog/index.ts';
import { sealedFeed } from '../../edge/store/hub/audit-feed.ts';
import { alarmRecord, type Sealer, startSealer } from '../../edge/store/log/sealer.ts';
import type { BootSettings } from './settings.ts';

export interface AuditWiring {
  readonly sealer: Sealer;
  /** Stops the feed, seals what is there, lets the files go. */
  close(): Promise<void>;
}

export async function wireAudit(given: {
  settings: BootSettings;
  pool: pg.Pool;
  clock: Clock;
  commit: Committer;
  log: Logger;
}): Promise<AuditWiring> {
  const { settings, pool, clock, log } = given;
  const origin = `${new URL(settings.hubUrl).hostname}/tillit`;
  const keys = openCheckpointKey(settings.dataFolder, origin);
  const witness = await openWitnessFile(auditFiles(settings.dataFolder).checkpoints, keys.verifiers);
  const sealer = startSealer({
    pool,
    signer: keys.signer,
    verifiers: keys.verifiers,
    witness,
    clock,
    onAlarm: (alarm) => {
      log[alarm.state === 'raised' ? 'error' : 'info']({ alarm: alarm.alarm, state: alarm.state }, 'audit alarm');
      given
        .commit(recordOnly([alarmRecord(alarm)]))
        .catch(() => log.error({ alarm: alarm.alarm }, 'the alarm could not be recorded'));
    },
  });
  const address = settings.auditFeed === undefined ? undefined : parseFeedAddress(settings.auditFeed, extraAuthority());
  const feed =
    address &&
    startFeed({
      source: sealedFeed(pool, 'syslog'),
      address,
      clock,
      sender: { host: hostname(), process: String(process.pid) },
      onState: (state, why) => log.info({ state, why }, 'audit feed'),
    });
  return {
    sealer,
    close: async () => {
      await feed?.stop();
      await sealer.stop();
      await witness.close();
    },
  };
}

/** A log collector's authority, when the machine's operator names one the way Node.js does. */
function extraAuthority(): string | undefined {
  const file = process.env['NODE_EXTRA_CA_CERTS'];
  return file ? readFileSync(file, 'utf8') : undefined;
}
