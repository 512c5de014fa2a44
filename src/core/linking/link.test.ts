// Linking by namespace and value alone; identifiers that disagree are refused (N7).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { morning, proof } from '../../../test/fakes/ward.ts';
import { type FoundIdentity, link } from './link.ts';

const card = proof('x', 'simple', {
  subject: { namespace: 'hsa-id', value: 'SE1-A' },
  alternates: [{ namespace: 'se-personnummer', value: '191212121212' }],
});
const hsa: FoundIdentity = { namespace: 'hsa-id', value: 'SE1-A', person: 'bo', closed: false };
const number: FoundIdentity = { namespace: 'se-personnummer', value: '191212121212', person: 'bo', closed: false };

const rows: [string, readonly FoundIdentity[], string][] = [
  ['nothing known', [], 'person.unknown'],
  ['one identifier known', [hsa], 'bo'],
  ['the other identifier known', [number], 'bo'],
  ['both lead to one person', [hsa, number], 'bo'],
  ['they lead to different people', [hsa, { ...number, person: 'anna' }], 'person.unknown'],
  ['the person is closed', [{ ...hsa, closed: true }], 'person.closed'],
  ['same value in another namespace', [{ ...hsa, namespace: 'username' }], 'person.unknown'],
  ['same namespace, another value', [{ ...hsa, value: 'SE1-a' }], 'person.unknown'],
  ['a link that has ended', [{ ...hsa, until: morning }], 'person.unknown'],
  ['a link that ends later', [{ ...hsa, until: morning + 1 }], 'bo'],
];
for (const [name, found, expected] of rows) {
  test(`${name}: ${expected}`, () => {
    const linked = link(card, found, morning);
    assert.equal(linked.kind === 'linked' ? linked.person : linked.reason, expected);
  });
}

test('a refusal tells apart unknown and contradictory, and names no value', () => {
  const linked = link(card, [hsa, { ...number, person: 'anna' }], morning);
  assert.ok(linked.kind === 'refused');
  assert.deepEqual(linked.detail.contradiction, ['bo', 'anna']);
  assert.doesNotMatch(JSON.stringify(linked), /1912|SE1/);
});

const upstream = (issuer: string) =>
  proof('x', 'password', {
    provider: 'eid',
    subject: { namespace: 'oidc:eid', value: 'sub-1' },
    alternates: [{ namespace: 'no-fodselsnummer', value: '01017012345' }],
    upstream: { issuer, subject: 'sub-1' },
  });
const own: FoundIdentity = {
  namespace: 'oidc:eid',
  value: 'sub-1',
  person: 'bo',
  closed: false,
  link: 'l1',
  issuer: 'https://eid.example',
  ceiling: 'low',
};

test('a login that was added counts for no more than its ceiling', () => {
  const linked = link(upstream('https://eid.example'), [own], morning);
  assert.ok(linked.kind === 'linked');
  assert.deepEqual([linked.person, linked.ceiling, linked.links], ['bo', 'low', ['l1']]);
});

test('another issuer under the same provider id speaks for nobody whom the first one proved (A2)', () => {
  const linked = link(upstream('https://other.example'), [own], morning);
  assert.ok(linked.kind === 'refused');
  assert.equal(linked.reason, 'person.unknown');
});

test('a number from a register stands by itself: no ceiling beside it', () => {
  const registered: FoundIdentity = {
    namespace: 'no-fodselsnummer',
    value: '01017012345',
    person: 'bo',
    closed: false,
  };
  for (const found of [
    [own, registered],
    [registered, own],
  ]) {
    const linked = link(upstream('https://eid.example'), found, morning);
    assert.equal(linked.kind === 'linked' && linked.ceiling, undefined);
  }
});

test('of two links with ceilings the higher one counts', () => {
  const other: FoundIdentity = { ...own, namespace: 'no-fodselsnummer', value: '01017012345', ceiling: 'high' };
  const linked = link(upstream('https://eid.example'), [own, other], morning);
  assert.equal(linked.kind === 'linked' && linked.ceiling, 'high');
});
