// Puts a message in the outbox, as a write of the commit that it belongs to.
import type { EpochMs } from '../../base/clock.ts';
import type { Write } from '../commit/commit.ts';
import type { OutboxMessage } from './message.ts';

/**
 * Has what is waiting under a key done now: somebody waits for it. What lies there from earlier, perhaps behind thousands of others or
 * after failures for some minutes, comes first under its key, and so it must not wait either.
 */
export const hasten = (key: string, now: EpochMs): Write => ({
  kind: 'outbox.hasten',
  entity: `outbox key ${key}`,
  row: { key, now },
});

/** The row `outbox.add`; a message with the same id that is there already stays as it is. */
export const addToOutbox = (message: OutboxMessage): Write => ({
  kind: 'outbox.add',
  entity: `outbox ${message.id}`,
  row: { ...message },
});
