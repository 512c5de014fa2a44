// Whether a ticket was ours and held: each check turns one case, and none of them another's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  objections,
  originChecks,
  type TicketFacts,
  ticketDigest,
  validityChecks,
  withoutAtHash,
} from './ticket-check.ts';

const hour = 3_600_000;
const good: TicketFacts = {
  at: 10 * hour,
  issuedAt: 10 * hour - 60_000,
  expiresAt: 10 * hour + 60_000,
  signedBy: { kid: 'k', activateAt: 0, lastSignedAt: undefined },
  digest: 'd',
  record: { digest: 'd' },
  endedAt: undefined,
};
const ticketChecks = [...originChecks, ...validityChecks];
const rows: [string, Partial<TicketFacts>][] = [
  ['ticket.signature', { signedBy: undefined }],
  ['ticket.signature', { signedBy: undefined, signatureFault: 'changed' }],
  ['ticket.signature', { signedBy: undefined, signatureFault: 'unsigned' }],
  ['ticket.keyTime', { signedBy: { kid: 'k', activateAt: 10 * hour, lastSignedAt: undefined } }],
  ['ticket.keyOver', { signedBy: { kid: 'k', activateAt: 0, lastSignedAt: 10 * hour - 65_000 } }],
  ['ticket.readable', { digest: undefined, record: undefined }],
  ['ticket.recorded', { record: undefined }],
  ['ticket.digest', { digest: 'other' }],
  ['ticket.digest', { record: { digest: undefined } }],
  ['ticket.started', { at: 10 * hour - 60_001 }],
  ['ticket.started', { issuedAt: undefined }],
  ['ticket.running', { at: 10 * hour + 60_000 }],
  ['ticket.running', { expiresAt: undefined }],
  ['ticket.notEnded', { endedAt: 10 * hour }],
];

test('a good one', () => assert.deepEqual(objections(ticketChecks, good), []));
test('good until the instant it ended', () =>
  assert.deepEqual(objections(ticketChecks, { ...good, endedAt: 10 * hour + 1 }), []));
test('good where its key signed its last a moment before, by the clock of another hub', () =>
  assert.deepEqual(
    objections(ticketChecks, {
      ...good,
      signedBy: { kid: 'k', activateAt: 0, lastSignedAt: 10 * hour - 64_999 },
    }),
    [],
  ));
for (const [name, change] of rows) {
  test(`${name}: ${JSON.stringify(change)}`, () => {
    assert.equal(objections(ticketChecks, { ...good, ...change }).length, 1);
    const others = ticketChecks.filter((check) => check.name !== name);
    assert.deepEqual(objections(others, { ...good, ...change }), [], 'nothing else would have said it');
  });
}

test('every check has a case', () => {
  assert.deepEqual(new Set(rows.map(([name]) => name)), new Set(ticketChecks.map(({ name }) => name)));
});

test('the digest of an ID token is over its text before at_hash was put in', () => {
  const text = '{"sub":"p","n":{"z":1,"a":[1.5,"å"]}}';
  const whole = JSON.parse(`${text.slice(0, -1)},"at_hash":"x"}`);
  assert.equal(ticketDigest(withoutAtHash(whole)), ticketDigest(text));
});
