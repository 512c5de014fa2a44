// The limit: as a table, and as properties of any change over any organisations.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Affected, measure, mostEndedAlone, mustWait } from './limit.ts';

test('more than 20 people, or more than 1 % and more than one, wait', () => {
  for (const [people, all, waits] of [
    [0, 0, false],
    [1, 0, false],
    [1, 10, false],
    [1, 1, false],
    [2, 10, true],
    [2, 199, true],
    [2, 200, false],
    [10, 1000, false],
    [11, 1000, true],
    [20, 2000, false],
    [20, 1999, true],
    [20, 1_000_000, false],
    [21, 1_000_000, true],
    [21, 0, true],
  ] as const)
    assert.equal(mustWait(people, all), waits, `${people} of ${all}`);
});

describe('a change', () => {
  const population = {
    all: 60_000,
    byTop: new Map([
      ['region', 50_000],
      ['clinic', 100],
      ['tiny', 3],
    ]),
  };
  const people = (count: number, ...tops: string[]): readonly Affected[] =>
    Array.from({ length: count }, (_, index) => ({ person: `${tops.join()} ${index}`, tops }));

  test('is counted against each organisation that loses people, not against a large neighbour', () => {
    assert.equal(measure(people(20, 'region'), population).waits, false);
    const small = measure(people(2, 'clinic'), population);
    assert.deepEqual(small, { people: 2, waits: true, over: { organisation: 'clinic', people: 2, of: 100 } });
    assert.equal(
      measure([...people(1, 'clinic'), ...people(1, 'tiny'), ...people(18, 'region')], population).waits,
      false,
    );
  });
  test('is counted in people over the whole hub as well', () => {
    const both = measure([...people(15, 'region'), ...people(1, 'clinic'), ...people(5)], population);
    assert.deepEqual(both, { people: 21, waits: true, over: { people: 21, of: 60_000 } });
  });
  test('somebody who is there twice is one', () => {
    const twice = people(15, 'region');
    assert.deepEqual(measure([...twice, ...twice], population), { people: 15, waits: false });
  });

  const anyAffected = fc.array(
    fc.record({
      person: fc.integer({ min: 0, max: 60 }).map((n) => `p${n}`),
      tops: fc.uniqueArray(fc.constantFrom<string>('region', 'clinic', 'tiny', 'unknown'), { maxLength: 3 }),
    }),
    { maxLength: 60 },
  );
  test('of more than 20 people always waits, of one never; more people never wait less', () => {
    fc.assert(
      fc.property(anyAffected, anyAffected, (some, more) => {
        const { people, waits } = measure(some, population);
        assert.equal(people, new Set(some.map(({ person }) => person)).size);
        if (people > mostEndedAlone.people) assert.ok(waits);
        if (people <= 1) assert.ok(!waits);
        if (waits) assert.ok(measure([...some, ...more], population).waits);
        for (const [top, of] of population.byTop) {
          const there = new Set(some.filter(({ tops }) => tops.includes(top)).map(({ person }) => person)).size;
          if (there > 1 && there / of > mostEndedAlone.share) assert.ok(waits, top);
        }
      }),
    );
  });
});
