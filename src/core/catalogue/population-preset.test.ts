// Shipped populations: what a record says counts before its preset, what it leaves out the preset says, and nobody becomes a person by it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { compileCatalogue } from './compile.ts';
import { populationPresetNames, populationPresets } from './population-preset.ts';
import { sampleItems } from './sample-items.ts';

const sample = sampleItems().find(({ kind }) => kind === 'population');
const { anchors } = (sample?.doc ?? {}) as { anchors: readonly string[] };
const compiled = (doc: object) =>
  compileCatalogue(1, [...sampleItems(), { kind: 'population', id: 'cards', doc: { id: 'cards', anchors, ...doc } }]);
const populationOf = (doc: object) => {
  const read = compiled(doc);
  assert.ok(read.ok, JSON.stringify(!read.ok && read.problems));
  return read.snapshot.populations.get('cards');
};

describe('a population with a preset', () => {
  for (const preset of populationPresetNames)
    test(`${preset} needs no more than the operator's anchors`, () => {
      const { listHosts, name, ...known } = populationPresets[preset];
      const population = populationOf({ preset });
      for (const [member, value] of Object.entries(known))
        assert.deepEqual(population?.[member as keyof typeof population], value, member);
      assert.deepEqual(population?.name, name);
      assert.deepEqual(population?.revocation.allowedHosts, listHosts);
      assert.ok(!('preset' in (population ?? {})));
    });

  test('the record’s own word counts', () => {
    const own = {
      name: { en: 'Ours' },
      certificateClass: 'other',
      issuers: ['CN=TEST Norrsken e-id Person HSA-id 3 CA,O=Norrsken Demo AB,C=SE'],
      policyOids: ['1.2.752.74.8.999.1'],
      identifiers: [{ attribute: '2.5.4.5', pattern: 'custom', custom: '^T\\d+$', namespace: 'own' }],
      assurance: 'low',
      revocation: { mode: 'crl', overrides: {}, allowedHosts: ['crl.example:80'] },
    };
    const population = populationOf({ preset: 'siths-hsa-id-3', ...own });
    for (const [member, value] of Object.entries(own))
      assert.deepEqual(population?.[member as keyof typeof population], value, member);
  });

  test('own policies do not keep the levels of the preset’s', () => {
    const population = populationOf({ preset: 'buypass-person', policyOids: ['1.3.6.1.4.1.32473.1.2'] });
    assert.equal(population?.assuranceByPolicy, undefined);
  });

  for (const preset of ['siths-function', 'buypass-business', 'commfides-business'])
    test(`${preset} cannot be made one of people (C5)`, () => {
      const read = compiled({ preset, identifiers: [{ attribute: '2.5.4.5', pattern: 'hsaId', namespace: 'hsa-id' }] });
      assert.ok(!read.ok);
      assert.match(read.problems[0]?.message ?? '', /not of people/);
    });
});

test('a population without a preset says its name, class and level itself', () => {
  const read = compiled({});
  assert.ok(!read.ok);
  assert.deepEqual(
    read.problems.map(({ path }) => path[0]),
    ['name', 'certificateClass', 'assurance'],
  );
});

test('the example of the documentation compiles, and its table names every preset with its issuer', () => {
  const document = readFileSync(new URL('../../../docs/operations/card-populations.md', import.meta.url), 'utf8');
  const { populations } = parse(/```yaml\n([\s\S]*?)```/.exec(document)?.[1] ?? '') as {
    populations: { id: string }[];
  };
  assert.equal(populations.length, 2);
  for (const doc of populations) populationOf({ ...doc, id: 'cards', intermediates: [], anchors });
  for (const preset of populationPresetNames) {
    const row = document.split('\n').find((line) => line.startsWith(`| \`${preset}\` |`)) ?? '';
    for (const policy of populationPresets[preset].policyOids ?? []) assert.ok(row.includes(policy), preset);
    assert.ok(row.includes((populationPresets[preset].issuers[0] ?? '').replace(/ [SH]T Business$/, '')), preset);
  }
});

test('an unknown preset is refused', () => assert.ok(!compiled({ preset: 'siths' }).ok));
