// Documents and entities that may not pass: each is kept out by its own check alone.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dayMs, minuteMs } from '../../base/clock.ts';
import { type EntityDescriptor, entityAttributeNames } from '../../base/saml/index.ts';
import type { MetadataSource } from '../catalogue/index.ts';
import { admissionChecks, keptOut } from './admission-checks.ts';
import { type DocumentFacts, documentChecks, endOf, refusal } from './document-checks.ts';
import { sampleEntity, sampleSource } from './sample-entity.ts';

const now = Date.UTC(2026, 10, 29);
const until = now + 7 * dayMs;
const good: DocumentFacts = {
  source: sampleSource(),
  signed: true,
  times: { createdAt: now - minuteMs, validUntil: until },
  aggregate: true,
  admitted: 3,
  stored: { createdAt: now - dayMs, validUntil: until - dayMs },
  now,
};
const applied = sampleSource({ from: { document: '<x/>' } });
const asked = sampleSource({ from: { mdq: 'https://mdq.example', form: 'id' } });

const documents: readonly (readonly [check: string, what: string, change: Partial<DocumentFacts>])[] = [
  ['document.signed', 'fetched', { signed: false }],
  [
    'document.signed',
    'applied, though somebody should sign it',
    { signed: false, aggregate: false, source: { ...applied, signers: [{ fingerprint: 'x' }] } },
  ],
  ['document.kind', 'a list where one partner was applied', { source: applied }],
  ['document.kind', 'a list where one entity was asked for', { source: asked }],
  ['document.hasEnd', 'a list for ever', { times: { createdAt: now }, stored: undefined }],
  ['document.future', 'made tomorrow', { times: { createdAt: now + dayMs, validUntil: until } }],
  ['document.older', 'made before the one in use', { times: { createdAt: now - 2 * dayMs, validUntil: until } }],
  ['document.older', 'ends before the one in use', { times: { validUntil: until - 2 * dayMs } }],
  ['document.empty', 'nobody is let in', { admitted: 0 }],
];

describe('documents', () => {
  test('a good one passes, in each kind', () => {
    assert.equal(refusal(good), undefined);
    assert.equal(refusal({ ...good, stored: undefined }), undefined);
    assert.equal(refusal({ ...good, stored: good.times }), undefined, 'the same again');
    assert.equal(refusal({ ...good, source: applied, signed: false, aggregate: false, times: {} }), undefined);
    assert.equal(refusal({ ...good, source: asked, aggregate: false }), undefined);
    // Made later, and for a shorter time: the federation's choice.
    assert.equal(refusal({ ...good, times: { createdAt: now, validUntil: now + minuteMs } }), undefined);
  });
  for (const [check, what, change] of documents) {
    test(`${check}: ${what}`, () => {
      const facts = { ...good, ...change };
      assert.equal(refusal(facts)?.name, check);
      assert.equal(
        refusal(
          facts,
          documentChecks.filter(({ name }) => name !== check),
        ),
        undefined,
      );
    });
  }
  test('every check has a case', () => {
    assert.deepEqual(
      documentChecks.filter(({ name }) => !documents.some(([check]) => check === name)),
      [],
    );
  });
  test('an end: what the document says, else two weeks, and none for what an administrator applied', () => {
    assert.equal(endOf(good), until);
    assert.equal(endOf({ ...good, times: {} }), now + 14 * dayMs);
    assert.equal(endOf({ ...good, source: applied, times: {} }), undefined);
    assert.equal(endOf({ ...good, source: applied }), until);
  });
});

const category = (value: string) => [{ name: entityAttributeNames.entityCategory, values: [value] }];
const entities: readonly (readonly [
  check: string,
  what: string,
  entity: Partial<EntityDescriptor>,
  source: Partial<MetadataSource>,
])[] = [
  ['entity.id', 'of letters that take more room', { entityId: `https://${'å'.repeat(600)}` }, {}],
  ['entity.validUntil', 'its end has passed', { validUntil: now }, {}],
  ['entity.role', 'a provider where applications are brought', {}, { roles: ['sp'] }],
  ['entity.listed', 'not on the list', {}, { entities: ['https://other.example'] }],
  [
    'entity.registrationAuthority',
    'registered by another',
    {},
    { registrationAuthorities: ['https://edugain.example'] },
  ],
  [
    'entity.registrationAuthority',
    'registered by nobody',
    { registration: undefined },
    { registrationAuthorities: ['x'] },
  ],
  ['entity.category', 'of another category', { entityAttributes: category('a') }, { entityCategories: ['b'] }],
];

describe('entities', () => {
  test('one that is let in', () => {
    const source = sampleSource({
      roles: ['idp'],
      entities: [sampleEntity().entityId],
      registrationAuthorities: ['https://federation.example'],
      entityCategories: ['a', 'b'],
    });
    const entity = sampleEntity({ entityAttributes: category('b'), validUntil: now + 1 });
    assert.equal(keptOut({ entity, source, now }), undefined);
  });
  for (const [check, what, entity, source] of entities) {
    test(`${check}: ${what}`, () => {
      const facts = { entity: sampleEntity(entity), source: sampleSource(source), now };
      assert.equal(keptOut(facts)?.name, check);
      assert.equal(
        keptOut(
          facts,
          admissionChecks.filter(({ name }) => name !== check),
        ),
        undefined,
      );
    });
  }
  test('every check has a case', () => {
    assert.deepEqual(
      admissionChecks.filter(({ name }) => !entities.some(([check]) => check === name)),
      [],
    );
  });
});
