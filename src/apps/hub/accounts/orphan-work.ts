// The work on an account that the hub made and that is nobody's: closed, out of the groups that rules own, and not deleted.
import type pg from 'pg';
import type { Clock } from '../../../base/clock.ts';
import type { AccountTarget, CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import type { Delivery } from '../../../core/outbox/index.ts';
import { type AccountTargetPort, lookAt, ownedBy } from '../../../core/provisioning/index.ts';
import { knownAt } from '../../../edge/store/hub/account-checks.ts';
import { insertAudit } from '../../../edge/store/hub/audit-insert.ts';
import { heldSteps } from './held-steps.ts';

export interface OrphanWorkParts {
  readonly pool: pg.Pool;
  readonly snapshot: () => CatalogueSnapshot;
  readonly port: (target: AccountTarget) => AccountTargetPort;
  readonly clock: Clock;
}

/** Looks anew: an account that is somebody's by now, or was never ours, is left alone. Throws when the target is away. */
export function orphanWork({ pool, snapshot, port, clock }: OrphanWorkParts): (delivery: Delivery) => Promise<void> {
  return async (delivery) => {
    const { payload } = delivery;
    const [target, key] = [String(payload['target']), String(payload['account'])];
    const catalogue = snapshot();
    const record = catalogue.accountTargets.get(target);
    if (record === undefined || record.closed) return;
    if ((await knownAt(pool, target, [key])).size > 0) return;
    const view = ownedBy(target, catalogue.accountRules.values());
    const there = heldSteps(port(record), delivery);
    const found = lookAt(key, undefined, await there.find(key, view), view.groups, clock());
    if (found === undefined || found.plan.kind === 'stopped' || found.plan.steps.length === 0) return;
    let [account] = found.actual;
    const about = {
      target,
      account: account?.id,
      loginName: account?.loginName,
      because: 'nobodys',
      mend: payload['mend'],
    };
    for (const step of found.plan.steps) {
      const answer = await there.step(step, account, view);
      if (answer.kind === 'refused') {
        const refused = { ...about, reason: answer.reason, detail: answer.detail };
        await insertAudit(pool, [{ kind: 'account.refused', at: clock(), outcome: 'refused', body: refused }]);
        return;
      }
      account = answer.account;
    }
    const steps = found.plan.steps.map(({ kind }) => kind);
    await insertAudit(pool, [{ kind: 'account.closed', at: clock(), outcome: 'ok', body: { ...about, steps } }]);
  };
}
