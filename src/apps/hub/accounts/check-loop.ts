// Compares each target as a whole at its time of the day, one hub at a time, and mends at once what its record says.
import type { CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import { dueChecks, syncChecks } from '../../../edge/store/hub/account-checks.ts';
import { type CheckParts, checkTarget } from './check-target.ts';
import type { MendParts } from './mend-drift.ts';
import { mendAtOnce } from './mend-drift.ts';

export interface CheckLoopParts extends CheckParts, MendParts {
  /** The catalogue was confirmed lately: by rules that are long out of date nothing is judged. */
  readonly ready: () => boolean;
}

export async function checkDueTargets(parts: CheckLoopParts): Promise<void> {
  if (!parts.ready()) return;
  const { accountTargets }: Pick<CatalogueSnapshot, 'accountTargets'> = parts.snapshot();
  await syncChecks(parts.pool, accountTargets.values(), parts.clock());
  for (const target of await dueChecks(parts.pool, parts.clock())) {
    const record = accountTargets.get(target);
    if (record === undefined || parts.signal?.aborted) continue;
    const done = await checkTarget(parts, record, true);
    if (done.kind === 'done') await mendAtOnce(parts, record);
  }
}
