// The sealing loop: seals within a second, keeps the witness complete, and raises the alarms of the audit.
import type pg from 'pg';
import type { Clock } from '../../../base/clock.ts';
import type {
  AuditAlarm,
  AuditRecord,
  CheckpointWitness,
  NoteSigner,
  NoteVerifier,
} from '../../../core/audit/index.ts';
import { completeWitness } from './complete-witness.ts';
import type { LogSchema } from './schema.ts';
import { sealOnce } from './seal.ts';

export interface SealerOptions {
  readonly pool: pg.Pool;
  /** Default `hub`. */
  readonly schema?: LogSchema;
  readonly signer: NoteSigner;
  readonly verifiers: readonly NoteVerifier[];
  readonly witness: CheckpointWitness;
  readonly clock: Clock;
  /** Told once when an alarm begins and once when it ends; `alarmRecord` makes the event of it. */
  readonly onAlarm: (alarm: AuditAlarm) => void;
  /** Milliseconds between passes; the log is sealed within a second of a commit. */
  readonly everyMs?: number;
  readonly batch?: number;
  /** Age of the oldest unsealed event that raises the alarm, seconds. */
  readonly alarmAfterSeconds?: number;
}

export interface Sealer {
  /** One pass now; answers when everything that was committed before is sealed and witnessed. For tests and shutdown. */
  pass(): Promise<void>;
  /** Age of the oldest event that is not sealed, seconds, as of the last pass: the metric. 0 when there is none. */
  oldestUnsealedSeconds(): number;
  /** Size of the log as far as this hub's witness has it: the metric. */
  logSize(): number;
  /** Alarms that are on. */
  raised(): readonly AuditAlarm['alarm'][];
  /** Seals what is there and stops. */
  stop(): Promise<void>;
}

const defaults = { everyMs: 500, batch: 4000, alarmAfterSeconds: 10 };

/** The event that says that an alarm began or ended. */
export const alarmRecord = ({ alarm, state, at, details }: AuditAlarm): AuditRecord => ({
  kind: 'hub.alarm',
  at,
  outcome: state === 'raised' ? 'failed' : 'ok',
  body: { alarm, state, ...details },
});

/** Starts sealing. Failures of the database or the file raise an alarm and are tried again at the next pass. */
export function startSealer(options: SealerOptions): Sealer {
  const { pool, clock, witness, verifiers, onAlarm } = options;
  const schema = options.schema ?? 'hub';
  const everyMs = options.everyMs ?? defaults.everyMs;
  const batch = options.batch ?? defaults.batch;
  const alarmAfter = options.alarmAfterSeconds ?? defaults.alarmAfterSeconds;
  const on = new Set<AuditAlarm['alarm']>();
  let oldest = 0;
  let size = 0;
  let stopped = false;
  let failingSince: number | undefined;
  let rollback = '';

  const set = (alarm: AuditAlarm['alarm'], raised: boolean, details: AuditAlarm['details'] = {}) => {
    if (on.has(alarm) === raised) return;
    if (raised) on.add(alarm);
    else on.delete(alarm);
    onAlarm({ alarm, state: raised ? 'raised' : 'ended', at: clock(), details });
  };

  const seal = async () => {
    for (;;) {
      const sealed = await sealOnce({ ...options, batch });
      if (sealed.kind === 'tampered') set('audit.stateTampered', true, { size: sealed.size, why: sealed.why });
      if (sealed.kind !== 'sealed') return;
      set('audit.stateTampered', false);
      if (!sealed.more) return;
    }
  };

  const complete = async () => {
    const witnessed = await completeWitness(pool, witness, verifiers, schema);
    if (witnessed.kind === 'rolledBack') {
      const { witnessSize, databaseSize } = witnessed;
      // It is an instant, not a state: told each time that it is another one.
      if (rollback !== `${witnessSize} ${databaseSize}`) {
        onAlarm({ alarm: 'audit.rolledBack', state: 'raised', at: clock(), details: { witnessSize, databaseSize } });
      }
      rollback = `${witnessSize} ${databaseSize}`;
    }
    size = witness.last()?.size ?? 0;
    set(
      'audit.witnessFailed',
      witnessed.kind === 'forged',
      witnessed.kind === 'forged' ? { size: witnessed.size } : {},
    );
  };

  const measure = async () => {
    const { rows } = await pool.query<{ at: Date }>({
      name: 'audit.oldest',
      text: `SELECT at FROM ${schema}.audit_event WHERE leaf_index IS NULL ORDER BY id LIMIT 1`,
    });
    oldest = rows[0] === undefined ? 0 : Math.max(0, (clock() - rows[0].at.getTime()) / 1000);
  };

  const attempt = async (work: () => Promise<void>, alarm: 'audit.sealFailed' | 'audit.witnessFailed') => {
    try {
      await work();
      if (alarm === 'audit.sealFailed') set(alarm, false);
      return true;
    } catch (error) {
      set(alarm, true, { error: codeOf(error) });
      return false;
    }
  };

  const pass = async () => {
    const sealed = await attempt(seal, 'audit.sealFailed');
    await attempt(complete, 'audit.witnessFailed');
    const measured = await measure().then(
      () => true,
      () => false,
    );
    // Without a database there is nothing to measure: the age grows from the last moment that all was well.
    if (sealed && measured) failingSince = undefined;
    else {
      failingSince ??= clock();
      if (!measured) oldest = Math.max(oldest, (clock() - failingSince) / 1000);
    }
    set('audit.unsealed', oldest > alarmAfter, { ageSeconds: Math.round(oldest) });
  };

  // Passes go one after the other: two at once would write the witness file out of order.
  let tail: Promise<void> = Promise.resolve();
  const run = (): Promise<void> => {
    tail = tail.then(pass);
    return tail;
  };
  let timer: NodeJS.Timeout | undefined;
  const plan = () => {
    timer = setTimeout(async () => {
      await run();
      if (!stopped) plan();
    }, everyMs);
  };
  plan();

  return {
    pass: run,
    oldestUnsealedSeconds: () => oldest,
    logSize: () => size,
    raised: () => [...on],
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await run();
    },
  };
}

/** The database's or system's code, never the message: it may repeat a value. */
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown';
}
