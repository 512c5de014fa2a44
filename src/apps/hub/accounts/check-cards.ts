// Cards that open accounts are looked at again: one that was revoked, lost or ran out opens nothing a minute later.
import type pg from 'pg';
import type { Clock } from '../../../base/clock.ts';
import type { AccountCard } from '../../../core/provisioning/index.ts';
import { cardChecked, cardsToCheck, endCardOfAccount } from '../../../edge/store/hub/account-cards.ts';
import { inTransaction } from '../../../edge/store/hub/audit-insert.ts';

/** How old a look may be; with the pace of the round, a revoked card is out of the directory within a minute. */
const ageMs = 30_000;

export interface CheckCardsParts {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly status: (card: AccountCard) => Promise<'good' | 'revoked' | 'unknown'>;
}

/** One round. Answers how many ended. What cannot be asked now is asked again in the next. */
export async function checkCardsOfAccounts({ pool, clock, status }: CheckCardsParts, limit = 200): Promise<number> {
  let ended = 0;
  for (const mapped of await cardsToCheck(pool, clock() - ageMs, limit)) {
    const is = mapped.card.notAfter <= clock() ? 'revoked' : await status(mapped.card);
    if (is !== 'revoked') {
      await cardChecked(pool, mapped, clock());
      continue;
    }
    await inTransaction(pool, (client) => endCardOfAccount(client, mapped, clock()));
    ended += 1;
  }
  return ended;
}
