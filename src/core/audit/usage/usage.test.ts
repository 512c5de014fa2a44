// Reported uses: what is read, what is refused with which code and place, what is never taken over, and each check dropped in turn.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { eventText } from '../event-text.ts';
import { readUsage, type UsageFault, usageLimits } from './read-usage.ts';
import { judgeUsage, reportChecks, type UsageFacts, usageRecord } from './usage-record.ts';

const number = '13116900216';
const event = {
  resourceType: 'AuditEvent',
  id: 'e-1',
  type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' },
  subtype: [{ code: 'read' }],
  action: 'R',
  recorded: '2026-11-30T08:15:00.5+01:00',
  outcome: '0',
  purposeOfEvent: [{ coding: [{ code: 'TREAT' }], text: 'Gro Fiktivsen fell' }],
  agent: [
    { requestor: false, policy: ['other'] },
    { requestor: true, policy: ['ticket-1'], name: 'Anna Lund' },
  ],
  entity: [
    {
      what: { identifier: { system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: number } },
      role: { code: '1' },
      name: 'Gro Fiktivsen',
    },
    { what: { reference: 'Observation/17' } },
    { what: { reference: `Composition/${number}` } },
    { what: { type: 'Binary' }, name: 'a letter to Gro' },
  ],
};
const read = (given: unknown) => readUsage(JSON.stringify(given));
const now = Date.parse('2026-11-30T07:20:00Z');
const report = (() => {
  const found = read(event);
  assert.ok(found.ok);
  return found.report;
})();
const facts = (more: Partial<UsageFacts> = {}): UsageFacts => ({
  report,
  ticket: {
    id: 'ticket-1',
    at: now - 600_000,
    application: 'ehr',
    audience: 'https://api.example',
    person: 'anna',
    organisation: 'a',
    session: 's',
    reference: 'AAAA-BBBB',
  },
  reporter: { application: 'ehr', audiences: [] },
  now,
  ...more,
});

test('an event is read, and neither names nor free text nor a person’s number get into the trail', () => {
  assert.deepEqual(report, {
    id: 'e-1',
    ticket: 'ticket-1',
    action: 'R',
    recorded: Date.parse('2026-11-30T07:15:00.500Z'),
    succeeded: true,
    about: number,
    what: ['Observation/17', 'Composition', 'Binary'],
    codes: ['rest', 'read'],
    purposes: ['TREAT'],
  });
  const text = eventText(usageRecord(facts(), () => 'h:hash'));
  for (const never of [number, 'Gro', 'Anna', 'fell', 'removed'])
    assert.ok(!text.includes(never), `${never} in ${text}`);
  assert.match(text, /"about":"h:hash"/);
  // Whose it was is what the hub knows of the ticket.
  assert.match(text, /"application":"ehr".*"organisation":"a".*"person":"anna".*"session":"s"/);
});

describe('what is wrong with an event is told with its place', () => {
  const agent = (policy: unknown) => ({ agent: [{ requestor: true, policy }] });
  const cases: readonly (readonly [UsageFault['code'], unknown])[] = [
    ['usage.resourceType', []],
    ['usage.resourceType', null],
    ['usage.resourceType', { ...event, resourceType: 'Patient' }],
    ['usage.id', { ...event, id: undefined }],
    ['usage.id', { ...event, id: 'a b' }],
    ['usage.id', { ...event, id: 'x'.repeat(65) }],
    ['usage.ticket', { ...event, agent: [] }],
    ['usage.ticket', { ...event, ...agent(undefined) }],
    ['usage.ticket', { ...event, ...agent([7]) }],
    ['usage.ticket', { ...event, ...agent(['a\u0000b']) }],
    ['usage.action', { ...event, action: 'READ' }],
    ['usage.recorded', { ...event, recorded: '2026-11-30' }],
    ['usage.recorded', { ...event, recorded: '2026-11-30T08:15:00' }],
    ['usage.outcome', { ...event, outcome: 'maybe' }],
    ['usage.entity', { ...event, entity: ['x'] }],
    ['usage.entity', { ...event, entity: Array.from({ length: 21 }, () => ({})) }],
    ['usage.entity', { ...event, entity: [{ role: { code: '1' } }] }],
    ['usage.entity', { ...event, entity: [event.entity[0], event.entity[0]] }],
    ['usage.tooLarge', { ...event, note: 'x'.repeat(usageLimits.eventBytes) }],
  ];
  for (const [code, given] of cases)
    test(code, () => {
      const found = read(given);
      assert.ok(!found.ok);
      assert.equal(found.fault.code, code);
      assert.ok(found.fault.at.startsWith('AuditEvent') && found.fault.message.length > 10);
    });
  test('no JSON, and JSON too deep to be read', () => {
    for (const text of ['', '{', `${'['.repeat(9000)}`]) {
      const found = readUsage(text);
      assert.ok(!found.ok && found.fault.code === 'usage.json');
    }
  });
  test('any JSON at all is read or refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(event)), (value, name) => {
        for (const given of [value, { ...event, [name]: value }]) assert.equal(typeof read(given).ok, 'boolean');
      }),
    );
  });
  test('R5 has its outcome and patient in other places', () => {
    const found = read({
      ...event,
      outcome: { code: { code: 'error' } },
      entity: [{ role: { coding: [{ code: '1' }] }, what: { reference: 'Patient/77' } }],
    });
    assert.ok(found.ok);
    assert.deepEqual([found.report.succeeded, found.report.about, found.report.what], [false, 'Patient/77', []]);
  });
});

describe('a use is judged against its ticket', () => {
  test('by the application that got it, and by the resource server of its API', () => {
    assert.equal(judgeUsage(facts()), undefined);
    assert.equal(
      judgeUsage(facts({ reporter: { application: 'record', audiences: ['https://api.example'] } })),
      undefined,
    );
  });
  const ticket = facts().ticket;
  const cases: readonly (readonly [UsageFault['code'], string, Partial<UsageFacts>])[] = [
    ['usage.unknownTicket', 'nobody’s', { ticket: undefined }],
    [
      'usage.unknownTicket',
      'another application’s',
      { reporter: { application: 'other', audiences: ['https://other.example'] } },
    ],
    [
      'usage.unknownTicket',
      'without an audience',
      { ticket: { ...ticket!, audience: undefined }, reporter: { application: 'other', audiences: [] } },
    ],
    ['usage.time', 'before the ticket', { ticket: { ...ticket!, at: now + 600_000 } }],
    ['usage.time', 'in the future', { now: now - 3_600_000, ticket: { ...ticket!, at: 0 } }],
    ['usage.time', 'long ago', { now: now + 40 * 86_400_000 }],
  ];
  for (const [code, what, more] of cases)
    test(`${code}: ${what}`, () => {
      assert.equal(judgeUsage(facts(more))?.code, code);
      const others = reportChecks.filter(({ name }) => name !== code);
      assert.notEqual(judgeUsage(facts(more), others)?.code, code);
    });
});
