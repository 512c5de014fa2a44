// What is weaker than the default shows by name: applications, APIs and the hub's own settings (B5).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CatalogueProblem } from './checks.ts';
import { compileCatalogue } from './compile.ts';
import { sampleItems } from './sample-items.ts';
import type { CatalogueKind } from './snapshot.ts';
import { hubWeaknesses, weaknesses, weaknessesOfApi } from './weaknesses.ts';

const organisations = new Set(['hospital']);
const secretHash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA';

function compileWith(kind: CatalogueKind, id: string, change: (doc: object) => void) {
  const items = sampleItems();
  const found = items.find((one) => one.kind === kind && one.id === id) ?? { kind, id, doc: { id } };
  if (!items.includes(found)) items.push(found);
  change(found.doc as object);
  return compileCatalogue(1, items, organisations);
}

describe('weaknesses', () => {
  test('a fapi2 application has none; a basic one shows each', () => {
    const strong = compileCatalogue(1, sampleItems(), organisations);
    assert.ok(strong.ok);
    assert.deepEqual(weaknesses(strong.snapshot.clients.get('ehr')!), []);
    assert.deepEqual(hubWeaknesses(strong.snapshot), []);
    const weak = compileWith('application', 'ehr', (doc) =>
      Object.assign(doc, {
        profile: 'basic',
        redirectUris: ['http://localhost/cb'],
        authentication: { method: 'client_secret_basic', secretHash },
        idTokenAlgorithm: 'RS256',
        accessTokenSeconds: 3600,
        refreshSeconds: 80_000,
      }),
    );
    assert.ok(weak.ok);
    assert.deepEqual(weaknesses(weak.snapshot.clients.get('ehr')!), [
      'basicProfile',
      'bearerTokens',
      'clientSecret',
      'rs256',
      'httpLoopback',
      'longAccessToken',
      'longRefresh',
    ]);
    assert.deepEqual(hubWeaknesses(weak.snapshot), [{ code: 'weakApplications', applications: ['ehr'] }]);
  });
  test('an API that takes bearer tokens, or asks for long ones, shows', () => {
    const weak = compileWith('api', 'record', (doc) =>
      Object.assign(doc, { requireBoundTokens: false, accessTokenSeconds: 3600 }),
    );
    assert.ok(weak.ok);
    const api = weak.snapshot.apis.get('record')!;
    assert.deepEqual(weaknessesOfApi(api), ['bearerTokens', 'longAccessToken']);
    assert.deepEqual(weaknessesOfApi({ ...api, accessTokenAlgorithm: 'RS256', accessTokenType: 'JWT' }), [
      'bearerTokens',
      'rs256',
      'plainType',
      'longAccessToken',
    ]);
    assert.deepEqual(hubWeaknesses(weak.snapshot), [{ code: 'weakApis', apis: ['record'] }]);
  });
  test('a permission to let cards in without their status shows, with its end and its reason', () => {
    const grace = { until: '2026-07-01', reason: 'The list host moves' };
    const weak = compileWith('population', 'own-cards', (doc) => Object.assign(doc, { revocation: { grace } }));
    assert.ok(weak.ok);
    assert.deepEqual(hubWeaknesses(weak.snapshot), [{ code: 'revocationGrace', population: 'own-cards', ...grace }]);
  });
  test('a kind of card that may be a file shows as weak, and never counts as high', () => {
    const weak = compileWith('cardProfile', 'staff-card', (doc) => Object.assign(doc, { softCard: true }));
    assert.ok(weak.ok);
    assert.deepEqual(hubWeaknesses(weak.snapshot), [{ code: 'softCards', cardProfile: 'staff-card' }]);
    const items = sampleItems();
    for (const { kind, doc } of items) {
      if (kind === 'cardProfile') Object.assign(doc as object, { softCard: true });
      if (kind === 'population') Object.assign(doc as object, { assurance: 'high' });
    }
    const high = compileCatalogue(1, items, organisations);
    assert.ok(!high.ok);
    assert.match(high.problems.map(({ message }) => message).join(), /own-cards counts as high/);
  });
  test('a register that may bring what was made for tests shows, each by what it brings', () => {
    const weak = compileWith('personSource', 'hsa', (doc) =>
      Object.assign(doc, { testIdentifiers: true, allowFeigned: true }),
    );
    assert.ok(weak.ok);
    assert.deepEqual(hubWeaknesses(weak.snapshot), [
      { code: 'sourceTestIdentifiers', source: 'hsa' },
      { code: 'sourceFeigned', source: 'hsa' },
    ]);
  });
  test('weak settings of the hub are named', () => {
    const weak = compileWith('settings', 'hub', (doc) =>
      Object.assign(doc, { demo: true, lifetimes: { sessionIdle: 7200 }, trustedProxies: ['10.0.0.0/7'] }),
    );
    assert.ok(!weak.ok || weak.ok);
    const problems: readonly CatalogueProblem[] = weak.ok ? [] : weak.problems;
    assert.deepEqual(problems, []);
    assert.ok(weak.ok);
    assert.deepEqual(
      hubWeaknesses(weak.snapshot).map(({ code }) => code),
      ['demo', 'longLifetime', 'wideProxies'],
    );
  });

  test('a password that counts for two factors shows as weaker, unless its provider is held to low', () => {
    for (const [maximumAssurance, expected] of [
      ['substantial', [{ code: 'providerPassword', provider: 'staff-directory' }]],
      ['low', []],
    ] as const) {
      const compiled = compileWith('provider', 'staff-directory', (doc) => {
        const { domain } = doc as { domain: object };
        Object.assign(doc, { maximumAssurance, domain: { ...domain, assurance: 'substantial' } });
      });
      assert.ok(compiled.ok);
      assert.deepEqual(hubWeaknesses(compiled.snapshot), expected);
    }
  });
});
