// Where a directory without a change number is: what makes everybody be read, and that no change is ever missed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { hourMs, minuteMs } from '../../../base/clock.ts';
import { aheadMs, type LdapPlace, nextRead, overlapMs, placeFrom, placeOf, placeText } from './ldap-place.ts';

const now = Date.parse('2026-06-01T12:00:00Z');
const digests = { groups: 'g', meaning: 'm' };
const placed = (stamps: Readonly<Record<string, number>>): LdapPlace =>
  placeOf(new Map(Object.entries(stamps)), digests, now);
const place = placed({ a: now - hourMs, b: now - minuteMs });

describe('a place in an LDAP directory', () => {
  test('is the latest change, and survives being written down', () => {
    assert.equal(place.at, now - minuteMs);
    assert.deepEqual(placeFrom(placeText(place)), place);
    assert.deepEqual(nextRead(placeText(place), place), { kind: 'changes', from: place.at - overlapMs });
  });

  test('is never in the future, whatever an entry says', () => {
    assert.equal(placed({ a: now - hourMs, b: now + aheadMs + 1 }).at, now - hourMs);
    assert.deepEqual(nextRead(placeText(placed({ b: now + hourMs })), placed({ b: now + hourMs })), {
      kind: 'changes',
      from: 0,
    });
  });

  const whole: readonly (readonly [what: string, cursor: string, why: RegExp])[] = [
    ['of another record', placeText({ ...place, meaning: 'x' }), /means something else/],
    ['of other people', placeText({ ...place, ids: 'x' }), /came or went/],
    ['of other members', placeText({ ...place, groups: 'x' }), /members of a group/],
    ['ahead of what is there', placeText({ ...place, at: place.at + 1 }), /went back/],
    ['of Active Directory', '00000000-0000-0000-0000-000000000000 17 abc', /none of this kind/],
    ['that is garbage', 'ldap x', /none of this kind/],
    ['that is empty', '', /none of this kind/],
  ];
  for (const [what, cursor, why] of whole)
    test(`${what} means everybody`, () => {
      const next = nextRead(cursor, place);
      assert.match((next.kind === 'everybody' && next.why) || '', why);
    });

  test('without one everybody is read, for no reason', () => {
    assert.deepEqual(nextRead(undefined, place), { kind: 'everybody', why: undefined });
  });

  test('whoever came, went or changed is read, with a directory whose clock is wrong, and changes that come late to a replica', () => {
    const step = fc.record({
      id: fc.integer({ min: 0, max: 5 }),
      kind: fc.constantFrom('put', 'late', 'remove', 'read'),
      passedMs: fc.integer({ min: 0, max: 20 * minuteMs }),
    });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: -hourMs, max: hourMs }),
        (steps, skew) => {
          const there = new Map<string, { stamp: number; value: number }>();
          let known = new Map<string, number>();
          let [at, cursor, count] = [now, undefined as string | undefined, 0];
          const read = () => {
            const stamps = new Map([...there].map(([id, { stamp }]) => [id, stamp]));
            const here = placeOf(stamps, digests, at);
            const next = nextRead(cursor, here);
            if (next.kind === 'everybody') known = new Map();
            for (const [id, { stamp, value }] of there)
              if (next.kind === 'everybody' || stamp >= next.from) known.set(id, value);
            cursor = placeText(here);
            assert.deepEqual([...known].sort(), [...there].map(([id, { value }]) => [id, value]).sort());
          };
          for (const { id, kind, passedMs } of [...steps, { id: 0, kind: 'read', passedMs: 0 }]) {
            at += passedMs;
            count += 1;
            // Whole seconds, as OpenLDAP writes them.
            const lateMs = kind === 'late' ? overlapMs - minuteMs : 0;
            const stamp = Math.floor((at + skew - lateMs) / 1000) * 1000;
            if (kind === 'put' || kind === 'late') there.set(String(id), { stamp, value: count });
            else if (kind === 'remove') there.delete(String(id));
            else read();
          }
        },
      ),
    );
  });
});
