// What one decision on a held change makes true: an approval, the last approval, or a refusal; and the trail of it.
import type { AuditRecord } from '../audit/record.ts';
import { type BrakeCheck, brakeChecks, type HeldAction, type HeldFacts, type HeldRefusal } from './checks.ts';
import { approvalsNeeded, type HeldChange, livingApprovals } from './held-change.ts';

export type HeldDecision =
  | {
      readonly kind: 'done';
      readonly held: HeldChange;
      readonly event: AuditRecord;
      /** That was the last one: it is carried out. */
      readonly carriesOut: boolean;
    }
  | { readonly kind: 'refused'; readonly code: HeldRefusal; readonly check: string };

/** One person's decision. */
export function decideHeld(
  action: HeldAction,
  facts: HeldFacts,
  checks: readonly BrakeCheck[] = brakeChecks,
): HeldDecision {
  const no = checks.find(({ of, test }) => of.includes(action) && !test(facts));
  if (no !== undefined) return { kind: 'refused', code: no.code, check: no.name };
  const { held, person, now, reason } = facts;
  if (action === 'refuse') {
    const after: HeldChange = {
      ...held,
      state: 'refused',
      decidedAt: now,
      decidedBy: person.id,
      reason: reason?.trim(),
    };
    return {
      kind: 'done',
      held: after,
      event: heldEvent('admin.changeRefused', after, now, person.id),
      carriesOut: false,
    };
  }
  const approvals = [...livingApprovals(held, now), { person: person.id, at: now }];
  const carriesOut = new Set(approvals.map((one) => one.person)).size >= approvalsNeeded;
  const after: HeldChange = {
    ...held,
    approvals,
    ...(carriesOut ? { state: 'approved', decidedAt: now, decidedBy: person.id } : {}),
  };
  return { kind: 'done', held: after, event: heldEvent('admin.changeApproved', after, now, person.id), carriesOut };
}

/** What the trail says of a held change: numbers and ids, never what carries it out. */
export function heldEvent(
  kind: Extract<AuditRecord['kind'], `admin.change${string}`>,
  held: HeldChange,
  at: number,
  person?: string,
  more: Readonly<Record<string, unknown>> = {},
): AuditRecord {
  return {
    kind,
    at,
    outcome: 'ok',
    person,
    organisation: held.tops.length === 1 ? held.tops[0] : undefined,
    body: {
      change: held.id,
      source: held.source,
      broughtBy: held.broughtBy,
      people: held.people,
      over: held.over,
      digest: held.digest,
      approvals: held.approvals.map((one) => one.person),
      ...(held.reason === undefined ? {} : { why: held.reason }),
      ...more,
    },
  };
}
