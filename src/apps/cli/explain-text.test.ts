// Which of a login's reasons a help desk is told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuditRecord, eventText, parseEventText, type StoredEvent } from '../../core/audit/index.ts';
import { journeyLines, reasonOf } from './explain-text.ts';

const event = (
  kind: AuditRecord['kind'],
  outcome: AuditRecord['outcome'],
  reason?: AuditRecord['reason'],
): StoredEvent => {
  const read = parseEventText(eventText({ kind, at: 0, outcome, reason, body: {} }));
  assert.ok(read);
  return read;
};
const asked = event('journey.decided', 'ok', 'policy.notLoggedIn');
const wrong = event('journey.refused', 'refused', 'password.wrong');

for (const [what, events, reason] of [
  ['a wrong password, asked again since', [asked, wrong, asked], 'password.wrong'],
  ['nothing refused yet', [asked], 'policy.notLoggedIn'],
  ['went through after a wrong password', [asked, wrong, event('journey.finished', 'ok')], undefined],
  [
    'went through, and its ticket was made',
    [asked, event('journey.finished', 'ok'), event('ticket.issued', 'ok')],
    undefined,
  ],
  [
    'went through, and its ticket was refused',
    [asked, event('journey.finished', 'ok'), event('ticket.refused', 'refused', 'request.expired')],
    'request.expired',
  ],
  ['refused in the end', [asked, wrong, event('journey.finished', 'refused', 'policy.denied')], 'policy.denied'],
] as const) {
  test(what, () => {
    assert.equal(reasonOf(events), reason);
    const lines = journeyLines(events, 'en').join('\n');
    assert.equal(/What it means/.test(lines), reason !== undefined);
  });
}

test('being asked which assignment it is was no refusal', () => {
  const explanation = { outcome: 'deny', required: 'low', device: 'fixed', lines: [], held: [] };
  const body = { decision: 'deny', step: 'chooseAssignment', explanation };
  const read = parseEventText(eventText({ kind: 'journey.decided', at: 0, outcome: 'ok', reason: undefined, body }));
  assert.ok(read);
  assert.match(journeyLines([read], 'en').join('\n'), /→ more is needed; /);
});
