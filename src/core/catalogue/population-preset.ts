// Cards of issuers that exist, as one row of data each: who issues them, what their policies are, who the holder is, how strong it is.
import type { Assurance, LocalizedText } from '../../wire/codes/index.ts';
import type { IdentifierRule, Population } from './snapshot.ts';

export const populationPresetNames = [
  'siths-hsa-id-3',
  'siths-hsa-id-2',
  'siths-person-id-3',
  'siths-person-id-2',
  'siths-mobile',
  'siths-function',
  'siths-type-1',
  'buypass-person',
  'buypass-business',
  'commfides-person',
  'commfides-business',
] as const;
export type PopulationPresetName = (typeof populationPresetNames)[number];

/** What a preset knows. Anchors are never among it: whom to trust is the operator's own word. */
export interface PopulationPreset {
  readonly name: LocalizedText;
  readonly certificateClass: Population['certificateClass'];
  /** Common names of the issuing authorities. */
  readonly issuers: readonly string[];
  /** Absent = which they are is not public, or the issuer alone tells. */
  readonly policyOids?: readonly string[];
  readonly assuranceByPolicy?: Readonly<Record<string, Assurance>>;
  /** Empty = certificates of functions, organisations or servers: never a person (C5). */
  readonly identifiers: readonly IdentifierRule[];
  readonly assurance: Assurance;
  /** Hosts of the issuer's lists; empty = those that the certificates name. */
  readonly listHosts: readonly string[];
}

const serialNumber = '2.5.4.5';
const hsaId: IdentifierRule = { attribute: serialNumber, pattern: 'hsaId', namespace: 'hsa-id' };
const personalNumber: IdentifierRule = {
  attribute: serialNumber,
  pattern: 'swedishPersonalNumber',
  namespace: 'se-personnummer',
};
/** ETSI EN 319 412-1 5.1.3: the issuer's own number of the person, never the national one. */
const issuersOwn = (namespace: string): IdentifierRule => ({
  attribute: serialNumber,
  pattern: 'issuerScoped',
  namespace,
});

const inAll = (text: string): LocalizedText => ({ en: text, sv: text, nb: text, nn: text, nl: text });

const siths = (
  text: string,
  issuer: string,
  assurance: Assurance,
  identifiers: readonly IdentifierRule[],
  more: Partial<PopulationPreset> = {},
): PopulationPreset => ({
  name: inAll(text),
  certificateClass: 'siths',
  issuers: [issuer],
  identifiers,
  assurance,
  listHosts: ['crl1.siths.se:80'],
  ...more,
});

const mobile = '1.2.752.74.8.512';
const buypassCard = '2.16.578.1.26.1.3.1';
const commfidesCard = '2.16.578.1.29.12.310.1.0';

export const populationPresets: Readonly<Record<PopulationPresetName, PopulationPreset>> = {
  // Inera: the level is told by a policy below 1.2.752.74.8; that table is not public, so the issuer tells it.
  'siths-hsa-id-3': siths('SITHS (HSA-id)', 'SITHS e-id Person HSA-id 3 CA v1', 'substantial', [hsaId]),
  // Reserve cards.
  'siths-hsa-id-2': siths('SITHS reserve (HSA-id)', 'SITHS e-id Person HSA-id 2 CA v1', 'low', [hsaId]),
  'siths-person-id-3': siths('SITHS', 'SITHS e-id Person ID 3 CA v1', 'substantial', [personalNumber]),
  'siths-person-id-2': siths('SITHS reserve', 'SITHS e-id Person ID 2 CA v1', 'low', [personalNumber]),
  'siths-mobile': siths('SITHS mobile', 'SITHS e-id Person ID Mobile CA v1', 'substantial', [personalNumber], {
    policyOids: [mobile],
    assuranceByPolicy: { [mobile]: 'substantial' },
  }),
  'siths-function': siths('SITHS function', 'SITHS e-id Function CA v1', 'low', [], { certificateClass: 'other' }),
  // Cards from before 2020: level 2 until they are renewed; only for those who still have one.
  'siths-type-1': siths('SITHS Type 1', 'SITHS Type 1 CA v1', 'low', [hsaId], { listHosts: [] }),
  // Policies and issuers as the public lists of the Norwegian authorities' certificate searches have them (SEID 2).
  'buypass-person': {
    name: inAll('Buypass'),
    certificateClass: 'advanced',
    issuers: ['Buypass Class 3 CA G2 HT Person'],
    policyOids: [buypassCard],
    assuranceByPolicy: { [buypassCard]: 'high' },
    identifiers: [issuersOwn('buypass-id')],
    assurance: 'high',
    listHosts: ['crl.buypassca.com:80'],
  },
  'buypass-business': {
    name: inAll('Buypass business'),
    certificateClass: 'other',
    issuers: ['Buypass Class 3 CA G2 ST Business', 'Buypass Class 3 CA G2 HT Business'],
    identifiers: [],
    assurance: 'low',
    listHosts: ['crl.buypassca.com:80'],
  },
  'commfides-person': {
    name: inAll('Commfides'),
    certificateClass: 'advanced',
    issuers: ['Commfides Natural Person - G3'],
    policyOids: [commfidesCard],
    assuranceByPolicy: { [commfidesCard]: 'high' },
    identifiers: [issuersOwn('commfides-id')],
    assurance: 'high',
    listHosts: ['crl.commfides.com:443'],
  },
  'commfides-business': {
    name: inAll('Commfides business'),
    certificateClass: 'other',
    issuers: ['Commfides Legal Person - G3'],
    identifiers: [],
    assurance: 'low',
    listHosts: ['crl.commfides.com:443'],
  },
};

/** A population as its record has it: a preset may tell what the record leaves out. */
export type PopulationRecord = Omit<Population, 'name' | 'certificateClass' | 'assurance'> & {
  readonly [member in 'name' | 'certificateClass' | 'assurance']?: Population[member] | undefined;
} & { readonly preset?: PopulationPresetName | undefined };

export type CompletedPopulation =
  | { readonly ok: true; readonly population: Population }
  | {
      readonly ok: false;
      readonly problems: readonly { readonly path: readonly string[]; readonly message: string }[];
    };

/** The record with what its preset knows; the record's own word counts before the preset's. */
export function completePopulation(record: PopulationRecord): CompletedPopulation {
  const { preset: presetName, ...own } = record;
  if (presetName === undefined) {
    const { name, certificateClass, assurance } = own;
    if (name !== undefined && certificateClass !== undefined && assurance !== undefined)
      return { ok: true, population: { ...own, name, certificateClass, assurance } };
    const missing = (['name', 'certificateClass', 'assurance'] as const).filter((member) => own[member] === undefined);
    return {
      ok: false,
      problems: missing.map((member) => ({ path: [member], message: 'is missing; only a preset can leave it out' })),
    };
  }
  const { listHosts, ...preset } = populationPresets[presetName];
  if (preset.identifiers.length === 0 && own.identifiers.length > 0)
    return {
      ok: false,
      problems: [{ path: ['identifiers'], message: `certificates of preset ${presetName} are not of people` }],
    };
  const { allowedHosts } = own.revocation;
  return {
    ok: true,
    population: {
      ...own,
      name: own.name ?? preset.name,
      certificateClass: own.certificateClass ?? preset.certificateClass,
      assurance: own.assurance ?? preset.assurance,
      issuers: own.issuers ?? preset.issuers,
      policyOids: own.policyOids ?? preset.policyOids,
      // The preset's levels are those of its own policies.
      assuranceByPolicy: own.assuranceByPolicy ?? (own.policyOids === undefined ? preset.assuranceByPolicy : undefined),
      identifiers: own.identifiers.length > 0 ? own.identifiers : preset.identifiers,
      revocation: { ...own.revocation, allowedHosts: allowedHosts.length > 0 ? allowedHosts : listHosts },
    },
  };
}
