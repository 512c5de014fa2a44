// The example that operators are given compiles, and says what it is told to say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { compileCatalogue, problemLine } from './compile.ts';
import { sampleItems } from './sample-items.ts';

test('the example of docs/operations/devices.md compiles', () => {
  const document = readFileSync(new URL('../../../docs/operations/devices.md', import.meta.url), 'utf8');
  const { populations } = parse(/```yaml\n([\s\S]*?)```/.exec(document)?.[1] ?? '') as {
    populations: { id: string; derived: { from: string[] } }[];
  };
  const [shift] = populations;
  assert.ok(shift);
  const items = sampleItems().filter(({ id }) => id !== 'shift');
  const cards = items.find(({ id }) => id === 'own-cards')?.doc as { anchors: string[] };
  const doc = { ...shift, anchors: cards.anchors, intermediates: [] };
  const siths = { ...cards, id: 'siths' };
  const compiled = compileCatalogue(1, [
    ...items,
    { kind: 'population', id: 'siths', doc: siths },
    { kind: 'population', id: 'shift', doc },
  ]);
  assert.ok(compiled.ok, compiled.ok ? '' : compiled.problems.map(problemLine).join('\n'));
  const { derived, assurance } = compiled.snapshot.populations.get('shift') ?? {};
  assert.deepEqual([derived?.from, derived?.profile, derived?.hours], [['own-cards', 'siths'], 'derived', 12]);
  assert.equal(assurance, 'substantial');
});
