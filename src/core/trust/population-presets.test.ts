// The populations that the hub ships, against look-alike cards: each takes its own, refuses every other for the right reason, and every rule is needed.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readCrl } from '../../base/x509/index.ts';
import { compileCatalogue, type PopulationRecord, populationPresetNames } from '../catalogue/index.ts';
import { sampleItems } from '../catalogue/sample-items.ts';
import type { Population } from '../catalogue/snapshot.ts';
import { type CertificateDecision, candidatesOf, decideCertificate } from './decide.ts';
import { readPresented } from './judge.ts';
import { type CrlState, crlKey } from './revocation.ts';

interface CaseFile {
  readonly preset: string;
  readonly chain: readonly string[];
  readonly expect: Readonly<Record<string, unknown>>;
  /** Members of the record that the operator leaves to the preset. */
  readonly without?: readonly string[];
}

const corpus = join(import.meta.dirname, '..', '..', '..', 'test', 'corpus');
const folder = (kind: string): string => join(corpus, kind, 'population-preset');
const common = JSON.parse(readFileSync(join(folder('valid'), '_common.json'), 'utf8')) as {
  at: string;
  records: readonly (Partial<PopulationRecord> & { readonly id: string; readonly preset: string })[];
  lists: Readonly<Record<string, string>>;
};
const now = Date.parse(common.at);

const casesOf = (kind: string): { name: string; file: CaseFile }[] =>
  readdirSync(folder(kind))
    .filter((name) => !name.startsWith('_'))
    .map((name) => ({ name: name.slice(0, -5), file: JSON.parse(readFileSync(join(folder(kind), name), 'utf8')) }));
const valid = casesOf('valid');
const invalid = casesOf('invalid');

/** The population as the catalogue gives it for the operator's record. */
function populationOf({ preset, without = [] }: CaseFile): Population {
  const record = common.records.find((each) => each.preset === preset);
  assert.ok(record, preset);
  const doc = Object.fromEntries(Object.entries(record).filter(([member]) => !without.includes(member)));
  const compiled = compileCatalogue(1, [...sampleItems(), { kind: 'population', id: record.id, doc }]);
  assert.ok(compiled.ok, JSON.stringify(!compiled.ok && compiled.problems));
  const population = compiled.snapshot.populations.get(record.id);
  assert.ok(population);
  return population;
}

function decide(file: CaseFile, change: Partial<Population> = {}): CertificateDecision {
  const population: Population = { ...populationOf(file), ...change };
  const crls = new Map<string, CrlState>();
  const presented = readPresented(file.chain.map((der) => Buffer.from(der, 'base64')));
  const facts = { ...presented, populations: [population], accepted: [population.id], crls, answers: new Map() };
  for (const { path } of candidatesOf(facts, now))
    for (const issuer of path)
      for (const [url, text] of Object.entries(common.lists)) {
        const reading = readCrl(Buffer.from(text, 'base64'));
        if (reading.ok) crls.set(crlKey(url, issuer), { ok: true, crl: reading.crl, fetchedAt: now });
      }
  return decideCertificate(facts, now);
}

const outcome = (decision: CertificateDecision): string =>
  decision.ok ? 'taken' : `${decision.code} ${decision.explanation.at(-1)?.check}`;

describe('a card of each shipped population is taken', () => {
  for (const { name, file } of valid)
    test(name, () => {
      const decision = decide(file);
      assert.ok(decision.ok, outcome(decision));
      for (const [member, value] of Object.entries(file.expect))
        assert.deepEqual(decision[member as keyof typeof decision], value, member);
    });
});

describe('every other is refused for what it is', () => {
  for (const { name, file } of invalid)
    test(name, () => assert.equal(outcome(decide(file)), `${file.expect.code} ${file.expect.check}`));
});

describe('every rule of a shipped population is needed', () => {
  const rules: Readonly<Record<string, (population: Population) => Partial<Population> | undefined>> = {
    issuers: () => ({ issuers: undefined }),
    policyOids: ({ policyOids }) => policyOids && { policyOids: undefined },
    identifiers: ({ identifiers: [first] }) => ({
      identifiers: [{ attribute: '2.5.4.5', pattern: 'custom', custom: '.*', namespace: first?.namespace ?? 'any' }],
    }),
  };
  for (const preset of populationPresetNames) {
    const all = [...valid, ...invalid].filter(({ file }) => file.preset === preset);
    const [some] = all;
    if (some === undefined) continue; // the two whose twins are shown: same rules, another name
    for (const [rule, change] of Object.entries(rules)) {
      const changed = change(populationOf(some.file));
      if (changed === undefined || (rule === 'issuers' && populationOf(some.file).identifiers.length === 0)) continue;
      test(`${preset} without its ${rule}`, () => {
        const turned = all.filter(({ file }) => outcome(decide(file)) !== outcome(decide(file, changed)));
        assert.notEqual(turned.length, 0);
      });
    }
  }
});
