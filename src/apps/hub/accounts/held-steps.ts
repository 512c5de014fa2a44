// A target whose steps are done only while the work is ours: another hub that took it over is never met at one account.
import { Problem } from '../../../base/problem.ts';
import type { Delivery } from '../../../core/outbox/index.ts';
import type { AccountTargetPort } from '../../../core/provisioning/index.ts';

/** Throws before a step when the lease is not ours any more: the work is done anew, by whoever has it then. */
export const heldSteps = (port: AccountTargetPort, { stillHeld }: Delivery): AccountTargetPort => ({
  ...port,
  step: async (...given) => {
    if (stillHeld !== undefined && !(await stillHeld()))
      throw new Problem({
        kind: 'unavailable',
        code: 'unavailable',
        detail: 'the lease of this work ended before it was done',
      });
    return port.step(...given);
  },
});
