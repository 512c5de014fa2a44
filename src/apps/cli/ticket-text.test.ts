// What is said of a ticket at the head: one answer for each way in which it can be ours, or not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GatheredTicket } from './ticket-facts.ts';
import { type Origin, verdictLines, verdictOf } from './ticket-text.ts';

const signedBy = { kid: 'k', activateAt: 0, lastSignedAt: undefined };
const facts = { at: 5000, issuedAt: 1000, expiresAt: 9000, signedBy, digest: 'd', record: { digest: 'd' } };

const rows: readonly [Origin, string, Partial<GatheredTicket['facts']>, RegExp][] = [
  ['ours', 'signed and recorded', {}, /^It is a ticket of this installation, id j\.$/],
  ['unrecorded', 'not in the trail', { record: undefined }, /^A key of this installation signed it/],
  ['recorded', 'without a signature', { signedBy: undefined, signatureFault: 'unsigned' }, /^It bears no signature/],
  ['sealed', 'encrypted', { digest: undefined, record: undefined }, /^The Response is of this installation/],
  [
    'untold',
    'encrypted and without a signature',
    { digest: undefined, record: undefined, signedBy: undefined, signatureFault: 'unsigned' },
    /^Whose it is cannot be told/,
  ],
  ['notOurs', 'of another signer', { signedBy: undefined }, /^It is NOT a ticket/],
  ['notOurs', 'of another signer, not in the trail', { signedBy: undefined, record: undefined }, /^It is NOT/],
  ['notOurs', 'changed', { signedBy: undefined, signatureFault: 'changed', digest: 'x' }, /^It is NOT/],
  [
    'notOurs',
    'encrypted, of another signer',
    { digest: undefined, signedBy: undefined, record: undefined },
    /^It is NOT/,
  ],
  ['notOurs', 'in other words than recorded', { digest: 'x' }, /^It is NOT/],
  [
    'notOurs',
    'unsigned, in other words',
    { signedBy: undefined, signatureFault: 'unsigned', digest: 'x' },
    /^It is NOT/,
  ],
  [
    'notOurs',
    'from before its key, not in the trail',
    { record: undefined, signedBy: { ...signedBy, activateAt: 4000 } },
    /^It is NOT/,
  ],
];

for (const [origin, what, change, head] of rows) {
  test(`${what}: ${origin}`, () => {
    const ticket = { shown: { kind: 'token', says: { sub: 'p' } }, facts: { ...facts, ...change }, id: 'j' };
    const verdict = verdictOf(ticket as unknown as GatheredTicket);
    assert.deepEqual([verdict.origin, verdict.ours, verdict.held], [origin, origin === 'ours', origin === 'ours']);
    const lines = verdictLines(ticket as unknown as GatheredTicket, verdict);
    assert.match(lines[0] ?? '', head);
    assert.ok(lines.includes('  sub  "p"'));
  });
}
