// The demo's trail: logins and tickets oldest first, by names and closed words alone, and its reader leaves a trail too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type pg from 'pg';
import { anna, morning } from '../../../test/fakes/ward.ts';
import { type AuditRecord, eventText } from '../../core/audit/index.ts';
import type { Commit } from '../../core/commit/index.ts';
import { demoTrail } from './demo-trail.ts';

const record = (kind: AuditRecord['kind'], more: Partial<AuditRecord> = {}): AuditRecord => ({
  kind,
  at: morning,
  outcome: 'ok',
  body: {},
  ...more,
});
const line = (rule: string, matched: boolean) => ({ rule, matched, because: 'so' });

/** The trail's answer for these records, oldest given first; the newest is not sealed yet. */
async function trailOf(records: readonly AuditRecord[], size?: string) {
  const commits: Commit[] = [];
  let asked = 0;
  const rows = records.map((each, index) => ({
    id: String(index),
    leaf_index: index === records.length - 1 ? null : String(index),
    text: eventText(each),
  }));
  const pool = {
    query: async (sql: string) =>
      sql.includes('audit_checkpoint') ? { rows: size === undefined ? [] : [{ size }] } : { rows: rows.toReversed() },
  } as unknown as pg.Pool;
  const trail = demoTrail({
    pool,
    people: {
      facts: async (id) => {
        asked += 1;
        return id === 'anna' ? anna : undefined;
      },
    },
    commit: async (commit) => {
      commits.push(commit);
      return { won: true } as never;
    },
    clock: () => morning,
  });
  return { ...(await trail.latest()), commits, asked: () => asked };
}

test('logins and tickets alone, oldest first; announcements, which are of nobody yet, are left out', async () => {
  const { events } = await trailOf([
    record('journey.started'),
    record('hub.started'),
    record('ticket.pushed'),
    record('admin.applied'),
    record('ticket.issued'),
    record('session.ended'),
  ]);
  assert.deepEqual(
    events.map(({ kind, index }) => [kind, index]),
    [
      ['journey.started', 0],
      ['ticket.issued', 4],
      ['session.ended', undefined],
    ],
  );
});

test('what becomes of an account is told with its target; looks at a whole target are not', async () => {
  const { events } = await trailOf([
    record('account.asked', { reference: 'R', body: { rules: [{ rule: 'care', target: 'ad' }] } }),
    record('account.opened', { reference: 'R', body: { target: 'ad', rules: ['care'], loginName: 'annobe' } }),
    record('account.compared', { body: { target: 'ad' } }),
    record('account.mendApproved', { body: { target: 'ad' } }),
    record('account.refused', { outcome: 'refused', body: { target: 7 } }),
    record('ticket.issued', { body: { target: 'ad' } }),
  ]);
  assert.deepEqual(
    events.map(({ kind, target, refused }) => [kind, target, refused]),
    [
      ['account.asked', 'ad', false],
      ['account.opened', 'ad', false],
      ['account.refused', undefined, true],
      ['ticket.issued', undefined, false],
    ],
  );
  assert.doesNotMatch(JSON.stringify(events), /annobe/);
});

test('a person is a name, read once; one that is gone is its id', async () => {
  const { events, asked } = await trailOf([
    record('journey.finished', { person: 'anna' }),
    record('ticket.issued', { person: 'anna' }),
    record('ticket.issued', { person: 'gone' }),
    record('journey.started'),
  ]);
  assert.equal(events[0]?.person, events[1]?.person);
  assert.notEqual(events[0]?.person, 'anna');
  assert.deepEqual([events[2]?.person, events[3]?.person], ['gone', undefined]);
  assert.equal(asked(), 2);
});

test('a decision is told by its outcome, its levels and the rules that applied; a choice of workplace asks for more', async () => {
  const explanation = {
    outcome: 'permit',
    required: 'high',
    reached: 'low',
    lines: [line('core-level', true), line('night', false), line('check.level', true)],
  };
  const { events } = await trailOf([
    record('journey.decided', { body: { explanation } }),
    record('journey.decided', { body: { explanation, step: 'chooseAssignment' } }),
    record('journey.decided', { body: { explanation: { ...explanation, outcome: 'maybe' } } }),
    record('journey.finished', { body: { explanation } }),
  ]);
  const decision = { outcome: 'permit', required: 'high', reached: 'low', rules: ['core-level'] };
  assert.deepEqual(
    events.map((event) => event.decision),
    [decision, { ...decision, outcome: 'stepUp' }, undefined, undefined],
  );
});

test('a proof is told by its provider and level, and only words of our own lists are repeated', async () => {
  const { events } = await trailOf([
    record('journey.proved', { body: { provider: 'card', assurance: 'high' } }),
    record('journey.proved', { body: { provider: 'card', assurance: 'towering' } }),
    record('journey.refused', { outcome: 'refused', reason: 'password.wrong' }),
    record('journey.refused', { outcome: 'refused', reason: 'made.up' as never }),
  ]);
  assert.deepEqual(
    events.map(({ proof }) => proof),
    [{ provider: 'card', assurance: 'high' }, undefined, undefined, undefined],
  );
  assert.deepEqual(
    events.map(({ refused, reason }) => [refused, reason]),
    [
      [false, undefined],
      [false, undefined],
      [true, 'password.wrong'],
      [true, undefined],
    ],
  );
});

test('reading it is in the trail, and how far the log is sealed is told', async () => {
  const { sealed, commits } = await trailOf([record('journey.started')], '41');
  assert.equal(sealed, 41);
  assert.equal((await trailOf([])).sealed, undefined);
  assert.equal(commits.length, 1);
  const [event] = commits[0]?.ifWon ?? [];
  assert.equal(event?.kind, 'admin.audited');
  assert.deepEqual(event?.body, { action: 'demo trail', found: 1 });
});
