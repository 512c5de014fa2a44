// Anything at all as details: a fault or a context, never a throw, never unbounded work (O10).
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { byKey, doctor } from '../../../test/fakes/context-registers.ts';
import { application, morning } from '../../../test/fakes/ward.ts';
import type { JsonValue } from '../../base/jose/index.ts';
import type { Representation } from '../catalogue/index.ts';
import { type CarriedDetails, type CarrierFacts, carrierChecks } from './carrier.ts';
import { faultsOf } from './fault.ts';
import { judgeContext } from './judge.ts';
import { readDetails } from './read.ts';
import { detailTypes } from './registry.ts';
import { norwegianNumberKind } from './types/norwegian-number.ts';
import { readOrganisation } from './types/organisation-value.ts';

const corpus = join(import.meta.dirname, '..', '..', '..', 'test', 'corpus', 'valid', 'context');
const good: readonly JsonValue[] = readdirSync(corpus).map(
  (name) => (JSON.parse(readFileSync(join(corpus, name), 'utf8')) as { details: JsonValue }).details,
);

const single: Representation = { tenancy: 'single', parent: '200000007', allowParent: true, allowChild: true };
const multi: Representation = { tenancy: 'multi', supplier: '100000008', allowParent: true, allowChild: true };

/** A good detail with one value anywhere in it replaced by anything. */
const bent = fc
  .tuple(
    fc.constantFrom(...good),
    fc.nat(200),
    fc.oneof(fc.jsonValue(), fc.constantFrom('__proto__', '', 'x'.repeat(5000), 1e308)),
  )
  .map(([value, at, other]) => {
    let count = 0;
    const walk = (each: JsonValue): JsonValue => {
      if (count++ === at) return other as JsonValue;
      if (Array.isArray(each)) return each.map(walk);
      if (typeof each !== 'object' || each === null) return each;
      return Object.fromEntries(Object.entries(each).map(([name, member]) => [name, walk(member as JsonValue)]));
    };
    return walk(value);
  });

const anything = fc.oneof(
  { arbitrary: bent, weight: 5 },
  { arbitrary: fc.jsonValue({ maxDepth: 12 }) as fc.Arbitrary<JsonValue>, weight: 2 },
  {
    arbitrary: fc.record({
      type: fc.constantFrom(...detailTypes.map(({ type }) => type), '__proto__', 'constructor', 'toString'),
      value: fc.jsonValue(),
      practitioner: fc.jsonValue(),
      practitioner_role: fc.jsonValue(),
      patients: fc.array(fc.jsonValue(), { maxLength: 30 }),
    }) as fc.Arbitrary<JsonValue>,
    weight: 2,
  },
);

function judge(value: JsonValue, represents: Representation | undefined, ticket: boolean) {
  const reading = readDetails(value);
  if (!reading.ok) return reading.fault;
  const app = application('ehr', { represents });
  const keys = reading.details.flatMap((each) => each.type.organisations(each.details as never, app));
  assert.ok(keys.length < 50, 'few enough to look up');
  const judged = judgeContext(
    reading.details.map((each) => ({ ...each, carrier: 'assertion', arrives: true, receivedAt: morning })),
    {
      now: morning,
      application: app,
      grant: 'refresh_token',
      organisations: byKey(keys),
      person: ticket ? doctor(morning) : undefined,
    },
    ticket,
  );
  return judged.ok ? undefined : judged.fault;
}

describe('anything as details', () => {
  test('is judged, in words that an error_description may hold', () => {
    const found = new Set<string>();
    fc.assert(
      fc.property(anything, fc.constantFrom(undefined, single, multi), fc.boolean(), (value, represents, ticket) => {
        const fault = judge(value, represents, ticket);
        found.add(fault?.check ?? 'accepted');
        if (fault !== undefined) assert.match(fault.text, /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,250}$/);
      }),
      { numRuns: 1000 },
    );
    assert.ok(found.has('accepted') && found.size > 5, `the property reaches the checks: ${[...found].join(' ')}`);
  });

  test('as large as a token can be takes no time', () => {
    const wide = Array.from({ length: 4000 }, () => ({ type: 'nhn:sfm:journal-id' }));
    let deep: JsonValue = 1;
    for (let level = 0; level < 5000; level++) deep = { a: deep };
    const members = Object.fromEntries(Array.from({ length: 8000 }, (_, at) => [`m${at}`, at]));
    const begun = process.cpuUsage();
    for (const value of [wide, deep, [deep], { type: 'nhn:tillitsrammeverk:parameters', ...members }]) {
      assert.equal(judge(value as JsonValue, single, true)?.check, 'details.bounds');
    }
    assert.ok(process.cpuUsage(begun).user / 1000 < 1_500);
  });

  test('by any carrier', () => {
    const carried = fc.record(
      { authorization_details: anything, assertion_details: anything },
      { requiredKeys: [] },
    ) as fc.Arbitrary<CarriedDetails>;
    fc.assert(
      fc.property(
        carried,
        carried,
        fc.constantFrom('token', 'request'),
        fc.boolean(),
        (assertion, object, at, secret) => {
          const facts: CarrierFacts = {
            at: at as CarrierFacts['at'],
            secret,
            plain: [],
            assertion,
            requestObject: object,
            sticky: ['nhn:sfm:journal-id'],
          };
          for (const { text } of faultsOf(carrierChecks, facts)) assert.match(text, /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('numbers and organisations from any text', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^NO:ORGNR:[0-9:]*$/),
      fc.stringMatching(/^\d{9,12}$/),
    );
    fc.assert(
      fc.property(texts, texts, (system, value) => {
        const kinds = ['F', 'D', 'other', undefined];
        assert.ok(kinds.includes(norwegianNumberKind(value)));
        for (const known of [system, 'urn:oid:1.0.6523', 'urn:oid:2.16.578.1.12.4.1.4.101']) {
          const reading = readOrganisation(known, value);
          if (reading.ok)
            for (const number of [reading.parent, reading.child]) assert.match(number ?? '000000000', /^\d{9}$/);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
