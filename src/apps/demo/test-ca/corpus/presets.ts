// Cards of look-alike issuers, judged by the populations that the hub ships: one that is right for each, and what must be refused.
import { issueCard } from '../cards.ts';
import { type LookAlikePopulation, lookAlikePopulations, lookAlikes } from '../look-alikes.ts';
import type { CardAuthorityName } from '../plan.ts';
import { anna, dayMs, now, otherPki, pki, serial, subjectWith } from './ground.ts';

export interface PresetCase {
  readonly preset: string;
  readonly chain: readonly Buffer[];
  readonly expect: Readonly<Record<string, unknown>>;
  /** The population differs so. */
  readonly record?: Partial<LookAlikePopulation> & Readonly<Record<string, unknown>>;
}

export const presetRecords = new Map(lookAlikePopulations(pki).map((record) => [record.preset, record]));

const authorityOf = (preset: string): CardAuthorityName => {
  const found = lookAlikes.find((each) => each.preset === preset);
  if (found === undefined) throw new Error(`no look-alike of ${preset}`);
  return found.authority;
};
const numbers: Readonly<Record<string, string>> = {
  'siths-person-id-3': '198001012387',
  'siths-mobile': '198001012387',
  'buypass-person': 'UN:NO-9578-4050-127091783',
  'commfides-person': 'UN:NO-9578-4505-00001pdEkL7',
};
const holderOf = (preset: string) => ({ ...anna, serialNumber: numbers[preset] ?? anna.serialNumber });
const right = (preset: string, more: Partial<Parameters<typeof issueCard>[1]> = {}) =>
  issueCard(pki, { authority: authorityOf(preset), holder: holderOf(preset), ...more }).chain;

const told: Readonly<Record<string, readonly [namespace: string, assurance: string, certificateClass: string]>> = {
  'siths-hsa-id-3': ['hsa-id', 'substantial', 'siths'],
  'siths-hsa-id-2': ['hsa-id', 'low', 'siths'],
  'siths-person-id-3': ['se-personnummer', 'substantial', 'siths'],
  'siths-mobile': ['se-personnummer', 'substantial', 'siths'],
  'siths-type-1': ['hsa-id', 'low', 'siths'],
  'buypass-person': ['buypass-id', 'high', 'advanced'],
  'commfides-person': ['commfides-id', 'high', 'advanced'],
};
const people = Object.keys(told);

export const validPresetCases: Record<string, PresetCase> = Object.fromEntries(
  people.map((preset) => {
    const [namespace, assurance, certificateClass] = told[preset] ?? [];
    const subject = { namespace, value: holderOf(preset).serialNumber };
    return [preset, { preset, chain: right(preset), expect: { subject, assurance, certificateClass } }];
  }),
);

const refused = (preset: string, chain: readonly Buffer[], code: string, check: string): PresetCase => ({
  preset,
  chain,
  expect: { code, check },
});

const cases: Record<string, PresetCase> = {};
for (const preset of people) {
  const fromElsewhere = issueCard(otherPki, { authority: authorityOf(preset), holder: holderOf(preset) }).chain;
  cases[`${preset}-of-a-look-alike-issuer`] = refused(preset, fromElsewhere, 'card.unknownIssuer', 'pathToAnchor');
  const numberOfAnotherKind = { ...anna, serialNumber: 'T00042' };
  cases[`${preset}-with-a-number-of-another-kind`] = refused(
    preset,
    right(preset, { holder: numberOfAnotherKind }),
    'card.identifier',
    'identifier',
  );
  cases[`${preset}-signature-certificate`] = refused(
    preset,
    right(preset, { usage: 'signature' }),
    'card.wrongPurpose',
    'digitalSignature',
  );
  cases[`${preset}-expired`] = refused(
    preset,
    right(preset, { notBefore: now - 9 * dayMs, notAfter: now - 1_000 }),
    'card.expired',
    'notEnded',
  );
  // The names that the preset itself has: nothing of a test is of a real issuer.
  cases[`${preset}-issuer-not-of-the-preset`] = {
    ...refused(preset, right(preset), 'card.wrongPolicy', 'populationIssuer'),
    record: { issuers: undefined as never },
  };
}
for (const preset of ['siths-mobile', 'buypass-person', 'commfides-person'])
  for (const [what, policies] of [
    ['of-another-policy', ['2.16.578.1.26.1.3.2']],
    ['without-a-policy', []],
  ] as const)
    cases[`${preset}-${what}`] = refused(
      preset,
      right(preset, { instead: { policies } }),
      'card.wrongPolicy',
      'populationPolicy',
    );
// Same root, other authority: a function or an organisation with a person's name in it (C5).
for (const [preset, authority] of [
  ['siths-hsa-id-3', 'function'],
  ['siths-person-id-3', 'function'],
  ['siths-hsa-id-3', 'hsa-id-2'],
  ['buypass-person', 'fjordpass-business'],
  ['buypass-person', 'advanced'],
] as const)
  cases[`${preset}-issued-by-${authority}`] = refused(
    preset,
    [...issueCard(pki, { authority, holder: holderOf(preset) }).chain],
    'card.wrongPolicy',
    'populationIssuer',
  );
for (const preset of ['siths-function', 'buypass-business'])
  cases[`${preset}-as-a-person`] = refused(preset, right(preset), 'card.otherPopulation', 'populationOfPeople');
cases['buypass-person-with-a-national-number'] = refused(
  'buypass-person',
  right('buypass-person', { holder: { ...anna, serialNumber: 'UN:NO-01017012345' } }),
  'card.identifier',
  'identifier',
);
cases['siths-hsa-id-3-with-two-numbers'] = refused(
  'siths-hsa-id-3',
  right('siths-hsa-id-3', {
    instead: { subject: subjectWith(serial('SE5560000001-TA01'), serial('SE5560000001-TA02')) },
  }),
  'card.identifier',
  'identifier',
);
export const refusedPresetCases = cases;
