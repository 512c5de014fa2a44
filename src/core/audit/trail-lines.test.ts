// Lines of an export: whatever an event says, no cell begins like a formula, and a reader of CSV gets back what was there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cell, csvHead, csvLine, ndjsonLine } from './trail-lines.ts';

/** A reader of CSV by RFC 4180, made from its grammar. */
function readCsv(line: string): readonly string[] {
  const cells: string[] = [];
  const one = /(?:"((?:[^"]|"")*)"|([^,"]*))(?:,|$)/gy;
  while (one.lastIndex < line.length || line.endsWith(',')) {
    const found = one.exec(line);
    if (found === null) throw new Error(`no CSV at ${one.lastIndex}: ${line}`);
    cells.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (!found[0].endsWith(',')) break;
  }
  return cells;
}

test('no cell begins like a formula', () => {
  for (const bad of [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '|x',
    '%x',
    ' =1',
    '\t=1',
    '\r=1',
    '\n@x',
    '\u00a0=1',
    '\uff1d1',
    "=cmd|' /C calc'!A0",
  ]) {
    const [shown = ''] = readCsv(cell(bad));
    assert.ok(shown.startsWith("'"), JSON.stringify(shown));
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const [shown = ''] = readCsv(cell(value));
      assert.ok(!/^\s*[=+\-@]/.test(shown), JSON.stringify(shown));
      assert.ok(shown === value || shown === `'${value}`);
    }),
  );
});

test('a line has a cell for each column, whatever the event holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.dictionary(fc.string(), fc.string()), (person, body) => {
      const text = JSON.stringify({
        v: 1,
        kind: 'ticket.issued',
        at: '2026-01-01T00:00:00.000Z',
        outcome: 'ok',
        person,
        body,
      });
      const cells = readCsv(csvLine({ id: '7', index: null, text }));
      assert.equal(cells.length, csvHead.split(',').length);
      assert.deepEqual(JSON.parse(ndjsonLine({ id: '7', index: 3, text })), {
        id: 7,
        index: 3,
        event: JSON.parse(text),
      });
    }),
  );
  assert.equal(csvLine({ id: '7', index: 1, text: 'no json' }).split(',').length, csvHead.split(',').length);
});
