// What is released, to whom, and that nothing is without a genuine Permit (N9).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { api, assignment, bo, ehr, morning, person, policyFacts, proof } from '../../../test/fakes/ward.ts';
import { claimNames } from '../catalogue/index.ts';
import { decide, type Permit } from '../policy/index.ts';
import { type ReleaseRequest, release, releasedClaims } from './release.ts';

const doctor = person('eva', {
  person: { givenName: 'Eva', familyName: 'Ek', locale: 'sv' },
  assignments: [assignment('eva', 'hospital', { unit: 'er', title: 'Doctor', hsaId: 'SE1-E', hprNumber: '900' })],
});

function permitFor(who = doctor, chosen = true, apis: readonly string[] = []): Permit {
  const assignment = chosen ? who.assignments[0] : undefined;
  const decision = decide(policyFacts(who, [proof(who.person.id, 'password')], { assignment, apis }), morning);
  assert.ok(decision.kind === 'permit');
  return decision.permit;
}

const asked = (change: Partial<ReleaseRequest> = {}): ReleaseRequest => ({
  application: ehr,
  person: doctor,
  scope: ['openid'],
  claims: [],
  session: 's1',
  decision: 'REF',
  ...change,
});

describe('what is released', () => {
  const profile = { name: 'Eva Ek', given_name: 'Eva', family_name: 'Ek', locale: 'sv' };
  const work = {
    organisation: { id: 'hospital', name: 'Hospital', number: '2321000156' },
    unit: { id: 'er', name: 'Emergency' },
    role: { code: 'doctor', title: 'Doctor' },
    hsa_id: 'SE1-E',
    hpr_number: '900',
    assignment_id: 'eva@hospital',
  };
  const withAccount = { ...ehr, scopes: [...ehr.scopes, 'account'] };
  const account = { target: 'ad', loginName: 'evaek', principal: 'evaek@region.example', until: morning };
  const rows: [string, Partial<ReleaseRequest>, object][] = [
    ['openid alone: no claims', {}, {}],
    ['profile', { scope: ['openid', 'profile'] }, profile],
    ['assignment', { scope: ['openid', 'assignment'] }, work],
    ['both', { scope: ['openid', 'profile', 'assignment'] }, { ...profile, ...work }],
    ['one claim asked for by name', { claims: ['hsa_id'] }, { hsa_id: 'SE1-E' }],
    ['account, where there is none', { application: withAccount, scope: ['openid', 'account'] }, {}],
    [
      'account',
      { application: withAccount, scope: ['openid', 'account'], held: { account } },
      { upn: 'evaek@region.example', account_name: 'evaek' },
    ],
    [
      'account, by an application that is not registered for it',
      { scope: ['openid', 'account'], claims: ['upn'], held: { account } },
      {},
    ],
    ['an unknown claim', { claims: ['shoe_size'] }, {}],
    [
      'a scope that the application is not registered for',
      { scope: ['profile'], claims: ['name', 'role'], application: { ...ehr, scopes: ['openid'] } },
      {},
    ],
  ];
  for (const [name, change, expected] of rows) {
    test(name, () => assert.deepEqual(release(permitFor(), asked(change)).claims, expected));
  }

  test('without a chosen assignment nothing of one', () => {
    assert.deepEqual(release(permitFor(doctor, false), asked({ scope: ['assignment'] })).claims, {});
  });

  test('the minimum of every ticket comes from the permit', () => {
    const { claims: _, ...minimum } = release(permitFor(), asked());
    assert.deepEqual(minimum, {
      subject: 'eva',
      application: 'ehr',
      assurance: 'low',
      methods: ['pwd'],
      authTime: morning,
      session: 's1',
      assignment: 'eva@hospital',
      organisation: 'hospital',
      decision: 'REF',
      minimum: {
        subjectNamespace: 'tillit-person',
        professional: { namespace: 'hpr', value: '900' },
        organisationParent: '2321000156',
        organisationChild: undefined,
      },
      apiClaims: {},
    });
  });
});

describe('the commission behind the assignment (HSA)', () => {
  const commission = {
    id: 'SE1-C',
    name: 'Home care',
    purpose: 'Vård och behandling',
    rights: [{ activity: 'Läsa', informationClass: 'vår', scope: 'VE' }],
    unit: { id: 'SE1-U', name: 'Ward' },
    provider: { id: 'SE1-P', name: 'Town', organisationNumber: '2120000142' },
  };
  const told = (given: object) => {
    const nurse = person('eva', { assignments: [assignment('eva', 'hospital', { source: 'hsa', ...given })] });
    const { claims } = release(permitFor(nurse), asked({ person: nurse, scope: ['openid', 'assignment'] }));
    return Object.fromEntries(Object.entries(claims).filter(([name]) => /^(commission|health_care)_/.test(name)));
  };

  test('is told by its own names', () =>
    assert.deepEqual(told({ commission }), {
      commission_hsa_id: 'SE1-C',
      commission_name: 'Home care',
      commission_purpose: 'Vård och behandling',
      commission_rights: ['Läsa;vår;VE'],
      health_care_unit_hsa_id: 'SE1-U',
      health_care_unit_name: 'Ward',
      health_care_provider_hsa_id: 'SE1-P',
      health_care_provider_name: 'Town',
      health_care_provider_org_no: '2120000142',
    }));
  test('directly under a provider there is no unit, and without rights none are told', () => {
    const names = Object.keys(told({ commission: { ...commission, unit: undefined, rights: [] } }));
    assert.deepEqual(
      names.filter((name) => /unit|rights/.test(name)),
      [],
    );
    assert.equal(names.length, 6);
  });
  test('what a file gives has none', () => assert.deepEqual(told({}), {}));
});

describe('what an API is told', () => {
  const journal = api('journal', { claims: ['name', 'hpr_number', 'shoe_size'] });
  const lab = api('lab', { claims: [] });
  const permit = permitFor(doctor, true, ['journal', 'lab']);

  test('is what its own record wants, each API for itself', () => {
    const { apiClaims } = release(permit, asked({ apis: [journal, lab] }));
    assert.deepEqual(apiClaims, {
      'https://journal.example': { name: 'Eva Ek', hpr_number: '900' },
      'https://lab.example': {},
    });
  });

  test('is moved by nothing that the client asks for or is registered for', () => {
    const plain = release(permit, asked({ apis: [journal, lab] })).apiClaims;
    for (const change of [
      { scope: ['openid', 'profile', 'assignment'] },
      { claims: ['role', 'hsa_id', 'given_name'] },
      { scope: ['profile'], application: { ...ehr, scopes: ['openid'] } },
    ]) {
      assert.deepEqual(release(permit, asked({ apis: [journal, lab], ...change })).apiClaims, plain);
    }
  });

  test('moves nothing of what the application is told', () => {
    assert.deepEqual(release(permit, asked({ apis: [journal] })).claims, {});
  });

  test('is nothing when the permit is not for it', () => {
    assert.throws(() => release(permit, asked({ apis: [api('other')] })), /not for this API/);
  });

  test('every claim that a record may want has a release rule, and the other way round', () => {
    assert.deepEqual([...claimNames].sort(), [...new Set(releasedClaims)].sort());
  });
});

describe('nothing without a genuine Permit', () => {
  test('a copy, a parsed or a made-up one is refused', () => {
    const permit = permitFor();
    for (const forged of [{ ...permit }, JSON.parse(JSON.stringify(permit)), {}]) {
      assert.throws(() => release(forged as Permit, asked()), /without a permit/);
    }
  });

  test('one for another application or person is refused', () => {
    const other = { ...ehr, id: 'other' };
    assert.throws(() => release(permitFor(), asked({ application: other })), /another application/);
    assert.throws(() => release(permitFor(), asked({ person: bo })), /another person/);
  });
});
