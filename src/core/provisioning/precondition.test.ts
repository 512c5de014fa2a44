// K5: whether what must hold elsewhere does, as a table; and what goes out about a person.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Precondition } from '../catalogue/precondition.ts';
import type { PersonFacts } from '../directory/directory.ts';
import { type CheckedPrecondition, preconditionQuestion, preconditionStanding } from './precondition.ts';

const gate = (id: string, change: Partial<Precondition> = {}): Precondition => ({
  id,
  name: { en: id },
  applications: ['ehr'],
  organisations: [],
  roles: [],
  identifier: 'hsa-id',
  ask: { url: 'https://x.example', tlsAuthorities: [], timeoutSeconds: 2 },
  whenSilent: 'refuse',
  order: { what: { en: 'x' }, from: { en: 'y' } },
  closed: false,
  ...change,
});
const nurse = { id: 'a1', person: 'anna', organisation: 'town', role: 'nurse', unit: 'u' };
const opening = { application: 'ehr', assignment: nurse };
const said = (precondition: string, answer: CheckedPrecondition['answer'], assignment = 'a1'): CheckedPrecondition => ({
  precondition,
  assignment,
  at: 0,
  answer,
});

describe('whether it holds', () => {
  const two = [gate('a'), gate('b')];
  const cases: readonly (readonly [string, readonly Precondition[], readonly CheckedPrecondition[], string])[] = [
    ['there is none', [], [], 'holds'],
    ['of another application', [gate('a', { applications: ['other'] })], [], 'holds'],
    ['closed', [gate('a', { closed: true })], [], 'holds'],
    ['of other people', [gate('a', { organisations: ['city'] })], [], 'holds'],
    ['of another role', [gate('a', { roles: ['doctor'] })], [], 'holds'],
    ['of these people', [gate('a', { organisations: ['town'], roles: ['nurse'] })], [], 'ask a'],
    ['nobody asked', two, [], 'ask a b'],
    ['one is known', two, [said('a', 'known')], 'ask b'],
    ['both are', two, [said('a', 'known'), said('b', 'known')], 'holds'],
    ['known in another assignment', [gate('a')], [said('a', 'known', 'a2')], 'ask a'],
    ['one is missing, whatever the other', two, [said('b', 'missing')], 'b precondition.missing'],
    ['no key', [gate('a')], [said('a', 'noKey')], 'a precondition.noKey'],
    ['no key, and silence would do', [gate('a', { whenSilent: 'goOn' })], [said('a', 'noKey')], 'a precondition.noKey'],
    [
      'missing, and silence would do',
      [gate('a', { whenSilent: 'goOn' })],
      [said('a', 'missing')],
      'a precondition.missing',
    ],
    ['silent', [gate('a')], [said('a', 'silent')], 'a precondition.silent'],
    ['silent, and that will do', [gate('a', { whenSilent: 'goOn' })], [said('a', 'silent')], 'holds'],
  ];
  for (const [when, all, checked, expected] of cases)
    test(when, () => {
      const found = preconditionStanding(all, checked, opening);
      const words =
        found.kind === 'refused'
          ? `${found.precondition} ${found.reason}`
          : found.kind === 'holds'
            ? 'holds'
            : ['ask', ...found.preconditions.map(({ id }) => id)].join(' ');
      assert.equal(words, expected);
    });
});

describe('what is asked', () => {
  const person = (hsaIds: readonly (string | undefined)[]) =>
    ({
      person: { id: 'anna', givenName: 'Anna', familyName: 'Öberg' },
      assignments: hsaIds.map((hsaId, index) => ({ ...nurse, id: `a${index + 1}`, hsaId })),
      organisations: new Map([['town', { id: 'town', name: 'Town', number: '212' }]]),
    }) as unknown as PersonFacts;
  const of = (facts: PersonFacts, record = gate('a')) =>
    preconditionQuestion(record, { application: 'ehr', assignment: facts.assignments[0] }, facts);

  test('a key and a place, and no name', () =>
    assert.deepEqual(of(person(['SE-1', 'SE-2'])), {
      key: 'SE-1',
      identifier: 'hsa-id',
      application: 'ehr',
      assignment: { id: 'a1', role: 'nurse', organisation: { id: 'town', number: '212' }, unit: 'u' },
    }));
  test('the key of another assignment where the chosen one has none', () =>
    assert.equal(of(person([undefined, 'SE-2']))?.key, 'SE-2'));
  test('nobody is asked about without one', () => assert.equal(of(person([undefined])), undefined));
  test('our own id where the record says so', () =>
    assert.equal(of(person([undefined]), gate('a', { identifier: 'person' }))?.key, 'anna'));
});
