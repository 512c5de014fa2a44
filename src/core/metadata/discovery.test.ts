// What people find a provider by, in their language and without accents.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entityAttributeNames } from '../../base/saml/index.ts';
import { discoveryFacts } from './discovery.ts';
import { sampleEntity, sampleIdp, sampleSp } from './sample-entity.ts';

test('names by language: those for people before those of the organisation', () => {
  const entity = sampleEntity({
    organization: {
      names: [
        { language: 'SV', text: 'lund' },
        { language: 'de', text: ' Gemeinde  Lund ' },
      ],
      displayNames: [],
      urls: [],
    },
  });
  const { names, words } = discoveryFacts(entity);
  assert.deepEqual(names, { sv: 'Lunds kommun', en: 'Municipality of Lund', de: 'Gemeinde Lund' });
  for (const word of ['lunds', 'municipality', 'gemeinde', 'idp', 'example']) assert.ok(words?.includes(word), word);
});

test('applications, and providers that hide, are not offered', () => {
  assert.equal(discoveryFacts(sampleEntity({ idp: undefined, sp: sampleSp() })).words, undefined);
  const hidden = [
    { name: entityAttributeNames.entityCategory, values: ['http://refeds.org/category/hide-from-discovery'] },
  ];
  assert.equal(discoveryFacts(sampleEntity({ entityAttributes: hidden })).words, undefined);
});

test('a provider without a name is found by its host', () => {
  const { names, words } = discoveryFacts(sampleEntity({ idp: sampleIdp({ uiInfo: undefined, scopes: [] }) }));
  assert.deepEqual([names, words], [{}, ['idp', 'lund', 'example']]);
});
