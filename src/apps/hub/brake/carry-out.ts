// Carries an approved change out, once: what it writes and that it is done become true together.

import { gunzipSync } from 'node:zlib';
import type pg from 'pg';
import { Problem } from '../../../base/problem.ts';
import { type Keyring, open } from '../../../base/sealing/index.ts';
import type { HeldSource } from '../../../core/brake/index.ts';
import { askMending, type MendingAsked } from '../../../edge/store/hub/account-mending.ts';
import { inTransaction } from '../../../edge/store/hub/audit-insert.ts';
import { approvedChange, carriedOut, couldNotCarryOut } from '../../../edge/store/hub/held-changes.ts';
import { makeTrue, readWrites } from '../../../edge/store/hub/held-writes.ts';
import { type ToldNews, tellHolderNews } from '../../../edge/store/hub/holder-news.ts';
import { locks } from '../../../edge/store/hub/locks.ts';
import { endCommissions, type MissingPerson } from '../../../edge/store/hub/missing-commissions.ts';
import { heldPurpose } from '../sealing.ts';

export interface CarryParts {
  readonly pool: pg.Pool;
  readonly clock: () => number;
  readonly seals: Keyring;
}

type Carrier = (client: pg.PoolClient, text: string, now: number) => Promise<void>;

const asNews: Carrier = (client, text, now) => tellHolderNews(client, JSON.parse(text) as readonly ToldNews[], now);

/** Source -> what its sealed text does. */
const carriers: Readonly<Record<HeldSource, Carrier>> = {
  apply: (client, text, now) => makeTrue(client, readWrites(text), now),
  licences: asNews,
  employments: asNews,
  drift: (client, text, now) => askMending(client, JSON.parse(text) as MendingAsked, now),
  sources: (client, text, now) => endCommissions(client, JSON.parse(text) as readonly MissingPerson[], now),
};

/** Does nothing when it is done already, or is no longer to be done. Throws while it may still come true: it is tried again. */
export async function carryOut({ pool, clock, seals }: CarryParts, id: string): Promise<void> {
  const now = clock();
  try {
    await inTransaction(pool, async (client) => {
      // With `apply`, one after the other.
      await client.query('SELECT pg_advisory_xact_lock($1)', [locks.apply]);
      const found = await approvedChange(client, id);
      if (found === undefined) return;
      const opened = open(seals, heldPurpose, id, found.sealed);
      if (!opened.ok)
        throw new Problem({ kind: 'conflict', code: 'conflict', detail: `it cannot be opened (${opened.reason})` });
      await carriers[found.held.source](client, gunzipSync(opened.bytes).toString('utf8'), now);
      await carriedOut(client, found.held, now);
    });
  } catch (thrown) {
    const why = misfit(thrown);
    if (why === undefined) throw thrown;
    await couldNotCarryOut(pool, id, why, now);
  }
}

/** Why it can never be carried out: it no longer fits what is there (SQLSTATE class 23: a constraint). */
function misfit(thrown: unknown): string | undefined {
  if (thrown instanceof Problem && thrown.kind === 'conflict') return thrown.detail ?? thrown.code;
  const { code, constraint } = thrown as { readonly code?: unknown; readonly constraint?: unknown };
  return typeof code === 'string' && /^23/.test(code)
    ? `it no longer fits the directory (${String(constraint)})`
    : undefined;
}
