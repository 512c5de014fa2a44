// Says which revocation lists in use cannot be had: an alarm, once an hour for all hubs, whatever logins make of it.
import { hourMs } from '../../base/clock.ts';
import type { Committer } from '../../core/commit/index.ts';
import type { CrlReport } from '../../core/trust/index.ts';

/** A list that is in use is asked for again well within this time, so an older failure is of one that nobody needs. */
const lastingMs = 120_000;

/** Looked at after each renewal of the lists; answers how many alarms were raised. */
export async function announceFailingLists(
  reports: readonly CrlReport[],
  now: number,
  commit: Committer,
  log: { warn(fields: object, message: string): void },
): Promise<number> {
  const hour = Math.floor(now / hourMs);
  let raised = 0;
  for (const { url, isDelta, failure } of reports) {
    if (failure === undefined || now - failure.at > lastingMs) continue;
    const body = {
      ...{ alarm: 'lists.notRenewed', state: 'raised', url },
      ...{ kind: isDelta ? 'delta' : 'whole', reason: failure.reason },
    };
    const done = await commit({
      claims: [{ scope: 'warning', key: `list ${body.kind} ${url} ${hour}`, until: (hour + 2) * hourMs }],
      writes: [],
      ifWon: [{ kind: 'hub.alarm', at: now, outcome: 'failed', body }],
      ifLost: [],
    });
    if (!done.won) continue;
    log.warn(body, 'a revocation list cannot be had');
    raised += 1;
  }
  return raised;
}
