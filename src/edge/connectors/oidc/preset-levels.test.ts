// Each kind of provider as its own documents describe it: what its names of levels and methods are worth, and who the person is.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { realNumber, upstreamProvider, upstreamRecord } from '../../../../test/fakes/upstream-provider.ts';
import { type ProviderPreset, presetOf, providerPresets, type Upstream } from '../../../core/catalogue/index.ts';
import type { Assurance } from '../../../wire/codes/index.ts';
import { levelOf, subjectsOf } from './claims-reading.ts';
import type { UpstreamProvider } from './ports.ts';

type Claims = Readonly<Record<string, unknown>>;

interface Row {
  /** What the record adds: the names that an installation has been given. */
  readonly record?: Partial<Upstream>;
  readonly levels: readonly (readonly [claims: Claims, worth: Assurance])[];
  /** `acr_values` for each level. */
  readonly asked: ProviderPreset['asked'];
  readonly person: Claims;
  readonly subjects: readonly string[];
  /** Claims that look like a person and are none here. */
  readonly nobody: Claims;
}

const words = 'helseid://claims/identity/assurance_level';
const number = 'helseid://claims/identity/security_level';
const freja = 'https://frejaeid.com/oidc/claims';
const swedish = '195711092642';
const acr = (value: unknown): Claims => ({ acr: value });

/** As HelseID's rules for providers name the levels. */
const healthSector: Row = {
  levels: [
    [acr('Høyt'), 'high'],
    [acr('Betydelig'), 'substantial'],
    [acr('Lavt'), 'low'],
    [acr('Level4'), 'high'],
    [acr('Level3'), 'substantial'],
    [acr('Level2'), 'low'],
    [acr('høyt'), 'low'],
    [acr('idporten-loa-high'), 'low'],
    [{ amr: ['sc'] }, 'low'],
  ],
  asked: { substantial: 'Level3', high: 'Level4' },
  person: { sub: 's', pid: realNumber },
  subjects: [`no-fodselsnummer ${realNumber}`],
  nobody: { sub: realNumber, nnin_altsub: realNumber },
};

const rows: Readonly<Record<keyof typeof providerPresets, Row>> = {
  // docs.digdir.no
  idporten: {
    levels: [
      [acr('idporten-loa-high'), 'high'],
      [acr('idporten-loa-substantial'), 'substantial'],
      [acr('idporten-loa-low'), 'low'],
      [acr('Level4'), 'high'],
      [acr('Level3'), 'substantial'],
      [acr('Level2'), 'low'],
      [acr('IDPORTEN-LOA-HIGH'), 'low'],
      [acr('idporten-loa-high '), 'low'],
      [acr(['idporten-loa-high']), 'low'],
      [{ amr: ['BankID'] }, 'low'],
      [{}, 'low'],
    ],
    asked: { substantial: 'idporten-loa-substantial', high: 'idporten-loa-high' },
    person: { sub: 's', pid: realNumber },
    subjects: [`no-fodselsnummer ${realNumber}`],
    nobody: { sub: 's', email: 'kari@example.org' },
  },
  // developer.bankid.no
  'bankid-no': {
    levels: [
      [{ acr: 'urn:bankid:bid;LOA=4', amr: ['BID'] }, 'high'],
      [{ acr: 'urn:bankid:bim;LOA=4', amr: ['BIM'] }, 'low'],
      [{ acr: 'urn:bankid:bid;LOA=3', amr: ['BID'] }, 'low'],
      [{ amr: ['BID'] }, 'low'],
    ],
    asked: {},
    person: { sub: 's', nnin_altsub: realNumber },
    subjects: [`no-fodselsnummer ${realNumber}`],
    nobody: { sub: 's', bankid_altsub: '9578-6000-4-1', birthdate: '1970-01-01' },
  },
  buypass: healthSector,
  commfides: healthSector,
  // Microsoft Entra ID: the tenant's own rules, which the record writes down.
  entra: {
    record: { organisation: 'hospital', namespaces: [], methodLevels: { mfa: 'substantial', hwk: 'high' } },
    levels: [
      [{ amr: ['pwd'] }, 'low'],
      [{ amr: ['pwd', 'mfa'] }, 'substantial'],
      [{ amr: ['fido', 'hwk'] }, 'high'],
      [{ acr: '1', amr: ['pwd'] }, 'low'],
      [{ acr: 'high' }, 'low'],
    ],
    asked: {},
    person: { sub: 'pairwise', oid: '0c1a', preferred_username: 'kari@hospital.example' },
    subjects: ['oidc:entra 0c1a'],
    nobody: { sub: 'pairwise', upn: 'kari@hospital.example', email: 'kari@hospital.example', pid: realNumber },
  },
  // AD FS: acr is the way of logging in, by the names of the installation.
  adfs: {
    record: {
      organisation: 'hospital',
      namespaces: [],
      levels: { 'http://schemas.microsoft.com/claims/multipleauthn': 'substantial' },
    },
    levels: [
      [acr('http://schemas.microsoft.com/claims/multipleauthn'), 'substantial'],
      [acr('urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'), 'low'],
      [{ amr: ['mfa'] }, 'low'],
    ],
    asked: { substantial: 'http://schemas.microsoft.com/claims/multipleauthn' },
    person: { sub: 'S-1-5-21', upn: 'kari@hospital.example' },
    subjects: ['oidc:adfs S-1-5-21'],
    nobody: { upn: 'kari@hospital.example', pid: realNumber },
  },
  freja: {
    record: { namespaces: ['se-personnummer'] },
    levels: [
      [acr('http://id.elegnamnden.se/loa/1.0/loa4'), 'high'],
      [acr('http://id.elegnamnden.se/loa/1.0/loa3'), 'substantial'],
      [acr('http://id.elegnamnden.se/loa/1.0/loa2'), 'low'],
      // Equal to nothing unless the record lists them.
      [acr('http://id.swedenconnect.se/loa/1.0/uncertified-loa3'), 'low'],
      [acr('http://id.swedenconnect.se/loa/1.0/loa3-nonresident'), 'low'],
      [{}, 'low'],
    ],
    asked: { substantial: 'http://id.elegnamnden.se/loa/1.0/loa3', high: 'http://id.elegnamnden.se/loa/1.0/loa4' },
    person: { sub: 's', [`${freja}/personalIdentityNumber`]: swedish, [`${freja}/country`]: 'SE' },
    subjects: [`se-personnummer ${swedish}`],
    nobody: { sub: 's', [`${freja}/personalIdentityNumber`]: swedish },
  },
  helseid: {
    record: { namespaces: ['no-fodselsnummer', 'no-hpr'] },
    levels: [
      [{ [words]: 'high', [number]: '4' }, 'high'],
      [{ [number]: '4' }, 'high'],
      [{ [number]: '3' }, 'substantial'],
      [{ [number]: '2' }, 'low'],
      [{ [words]: 'substantial', [number]: '4' }, 'substantial'],
      [{ [words]: 'high', [number]: 'five' }, 'low'],
      [{ acr: 'Level4' }, 'low'],
    ],
    asked: { substantial: 'Level3', high: 'Level4' },
    person: {
      sub: 's',
      'helseid://claims/identity/pid': realNumber,
      'helseid://claims/hpr/hpr_number': '9144900',
    },
    subjects: [`no-fodselsnummer ${realNumber}`, 'no-hpr 9144900'],
    nobody: { sub: 's', pid: realNumber, 'helseid://claims/identity/pid_pseudonym': 'p' },
  },
  generic: {
    record: { levels: { gold: 'high', silver: 'substantial' } },
    levels: [
      [acr('gold'), 'high'],
      [acr('silver'), 'substantial'],
      [acr('bronze'), 'low'],
      [acr('urn:tillit:loa:high'), 'low'],
      [acr('constructor'), 'low'],
    ],
    asked: { high: 'gold', substantial: 'silver' },
    person: { sub: 's', email: 'kari@example.org' },
    subjects: ['oidc:generic s'],
    nobody: { email: 'kari@example.org', name: 'Kari' },
  },
};

for (const [name, row] of Object.entries(rows) as [keyof typeof rows, Row][]) {
  describe(`preset ${name}`, () => {
    const upstream = upstreamRecord({ preset: name, ...row.record });
    const preset = presetOf(upstream);
    const provider = { ...upstreamProvider({}, { id: name }), upstream } as UpstreamProvider;
    const who = (claims: Claims) =>
      subjectsOf(provider, preset, claims as never, undefined).map(({ namespace, value }) => `${namespace} ${value}`);

    for (const [claims, worth] of row.levels)
      test(`${JSON.stringify(claims)} is ${worth}`, () => assert.equal(levelOf(claims as never, preset), worth));
    test('asks for a level by its own name', () => assert.deepEqual(preset.asked, row.asked));
    test('asks for no level that it would then not understand', () => {
      if (name === 'helseid') return; // HelseID answers by its own claims, not by `acr`.
      for (const [level, asked] of Object.entries(preset.asked))
        assert.equal(levelOf({ [preset.levelClaims[0] ?? '']: asked } as never, preset), level);
    });
    test('knows the person by what it may assert, and by nothing else', () => {
      assert.deepEqual(who(row.person), row.subjects);
      assert.deepEqual(who(row.nobody), []);
    });
  });
}

test('providers of the health sector sign with nothing older than PS256 and ES256', () => {
  for (const name of ['buypass', 'commfides'] as const)
    assert.ok(!providerPresets[name].algorithms.includes('RS256'), name);
});
