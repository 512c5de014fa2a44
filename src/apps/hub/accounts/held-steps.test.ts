// K5: no step is done under a lease that has ended: somebody else may be at the account by then.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delivery } from '../../../core/outbox/index.ts';
import type { AccountTargetPort } from '../../../core/provisioning/index.ts';
import { heldSteps } from './held-steps.ts';

test('each step asks whether the work is still ours, and none is done when it is not', async () => {
  const done: string[] = [];
  const port = {
    step: async ({ kind }: { kind: string }) => {
      done.push(kind);
      return { kind: 'done' };
    },
  } as unknown as AccountTargetPort;
  let held = true;
  const steps = heldSteps(port, { stillHeld: async () => held } as unknown as Delivery);
  const view = { attributes: [], groups: [] };
  await steps.step({ kind: 'enable', until: 1 }, undefined, view);
  held = false;
  await assert.rejects(steps.step({ kind: 'disable' }, undefined, view), /the lease of this work ended/);
  assert.deepEqual(done, ['enable']);
  await heldSteps(port, {} as Delivery).step({ kind: 'disable' }, undefined, view);
  assert.deepEqual(done, ['enable', 'disable'], 'a queue without leases');
});
