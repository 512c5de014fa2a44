// Writes the corpus of the shipped populations: one JSON file a case, with its record, its chain and the lists of its issuers.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signList } from '../lists.ts';
import { crlUrl } from '../pki.ts';
import { authorityPlans } from '../plan.ts';
import { now, pki } from './ground.ts';
import { type PresetCase, presetRecords, refusedPresetCases, validPresetCases } from './presets.ts';

const folder = process.argv[2] ?? join('test', 'corpus');
const json = (value: unknown): string => `${JSON.stringify(value, undefined, 1)}\n`;

for (const [kind, cases] of [
  ['valid', validPresetCases],
  ['invalid', refusedPresetCases],
] as readonly (readonly [string, Record<string, PresetCase>])[]) {
  const target = join(folder, kind, 'population-preset');
  mkdirSync(target, { recursive: true });
  for (const [name, { preset, chain, expect, record }] of Object.entries(cases))
    writeFileSync(
      join(target, `${name}.json`),
      json({
        preset,
        expect,
        chain: chain.map((each) => each.toString('base64')),
        ...(record && { without: Object.keys(record) }),
      }),
    );
}
const lists = Object.fromEntries(
  authorityPlans.map(({ name }) => [crlUrl(pki.crlBaseUrl, name), signList(pki, name).toString('base64')]),
);
writeFileSync(
  join(folder, 'valid', 'population-preset', '_common.json'),
  json({ at: new Date(now).toISOString(), records: [...presetRecords.values()], lists }),
);
