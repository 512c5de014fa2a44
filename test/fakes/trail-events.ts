// A short trail: a refused password, a step-up with a card, a ticket, and the end of the session.
import type { TrailEvent } from '../../src/edge/web/portal/index.ts';

const at = Date.UTC(2027, 0, 4, 6, 55);
const event = (second: number, kind: TrailEvent['kind'], more: Partial<TrailEvent> = {}): TrailEvent => ({
  at: at + second * 1000,
  kind,
  index: 30 + second,
  application: 'ehr',
  reference: 'AAAA-AAAA',
  refused: false,
  ...more,
});
const step = (second: number, kind: TrailEvent['kind'], more: Partial<TrailEvent> = {}): TrailEvent =>
  event(second, kind, {
    application: 'core',
    reference: 'K7QM-2F9X',
    person: 'Anna Lindqvist',
    session: 's1',
    ...more,
  });

/** Oldest first. */
export const trailEvents: readonly TrailEvent[] = [
  event(0, 'journey.started'),
  event(1, 'journey.refused', { refused: true, reason: 'password.wrong' }),
  event(2, 'journey.finished', { person: 'Anna Lindqvist', session: 's1' }),
  step(3, 'journey.started'),
  step(4, 'journey.decided', {
    reason: 'policy.assuranceTooLow',
    decision: { outcome: 'stepUp', required: 'high', reached: 'low', rules: ['core-level', 'gone'] },
  }),
  step(5, 'journey.proved', { proof: { provider: 'advanced', assurance: 'high' } }),
  step(6, 'ticket.issued'),
  // Its own code; it belongs to the login whose ticket was checked, although another came between.
  event(7, 'ticket.introspected', { reference: 'BBBB-BBBB', session: 's1' }),
  event(9, 'session.ended', { application: undefined, reference: undefined, session: 's1', person: 'Anna Lindqvist' }),
  event(10, 'session.logoutSent', { reference: 'CCCC-CCCC', session: 's1', index: undefined }),
];
