// Puts a message in the outbox, as a write of the commit that it belongs to.
import type { Write } from '../commit/commit.ts';
import type { OutboxMessage } from './message.ts';

/** The row `outbox.add`; a message with the same id that is there already stays as it is. */
export const addToOutbox = (message: OutboxMessage): Write => ({
  kind: 'outbox.add',
  entity: `outbox ${message.id}`,
  row: { ...message },
});
