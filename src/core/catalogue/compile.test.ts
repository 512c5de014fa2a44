// Compiling a catalogue: one thing broken at a time, and each check shown to be what refuses it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from '../../base/schema/index.ts';
import { catalogueChecks, checkCatalogue } from './checks.ts';
import { upstreamChecks } from './checks-upstream.ts';
import { compileCatalogue, problemLine } from './compile.ts';
import { type Doc, type Fault, machineFaults, secretHash, set } from './machine-faults.ts';
import { sampleItems, sampleJwk, sampleLeaf, samplePrivateJwk } from './sample-items.ts';
import { catalogueSchemas } from './schemas.ts';
import type { CatalogueKind, CatalogueSnapshot } from './snapshot.ts';

const organisations = new Set(['hospital']);

function compileWith(kind: CatalogueKind, id: string, change: (doc: Doc) => void) {
  const items = sampleItems();
  let item = items.find((one) => one.kind === kind && one.id === id);
  if (!item) {
    item = { kind, id, doc: { id } };
    items.push(item);
  }
  change(item.doc as Doc);
  return compileCatalogue(1, items, organisations);
}

const broken: readonly Fault[] = [
  ['application.references', 'application', 'ehr', set('issuer', 'other'), 'issuer', /no issuer other/],
  ['application.references', 'application', 'ehr', set('organisation', 'other'), 'organisation', /no organisation/],
  ['application.references', 'application', 'ehr', set('apis', ['record', 'other']), 'apis[1]', /no API other/],
  ['application.references', 'application', 'ehr', set('introspects', ['other']), 'introspects[0]', /no API/],
  ['application.references', 'application', 'ehr', set('providers', ['other']), 'providers[0]', /no provider/],
  [
    'application.redirectUris',
    'application',
    'ehr',
    set('redirectUris', ['https://u@e.example/cb']),
    'redirectUris[0]',
    /user name/,
  ],
  [
    'application.redirectUris',
    'application',
    'ehr',
    set('postLogoutRedirectUris', ['https://*.e.example/']),
    'postLogoutRedirectUris[0]',
    /wildcard/,
  ],
  [
    'application.otherUris',
    'application',
    'ehr',
    set('backchannelLogoutUri', 'http://e.example/out'),
    'backchannelLogoutUri',
    /https/,
  ],
  [
    'application.otherUris',
    'application',
    'ehr',
    set('authentication', { method: 'private_key_jwt', jwksUri: 'http://e.example/jwks' }),
    'authentication.jwksUri',
    /https/,
  ],
  [
    'application.frontchannel',
    'application',
    'ehr',
    set('frontchannelLogoutUri', 'https://other.example/out'),
    'frontchannelLogoutUri',
    /redirect URI/,
  ],
  [
    'application.frontchannel',
    'application',
    'ehr',
    (doc) =>
      Object.assign(doc, {
        profile: 'basic',
        redirectUris: ['http://localhost/cb'],
        frontchannelLogoutUri: 'http://localhost/out',
      }),
    'frontchannelLogoutUri',
    /a frame in a page over https/,
  ],
  [
    'application.frontchannel',
    'application',
    'ehr',
    set('frontchannelLogoutUri', 'https://ehr.example/out#x'),
    'frontchannelLogoutUri',
    /#/,
  ],
  ['application.grants', 'application', 'ehr', set('redirectUris', []), 'redirectUris', /needs a redirect URI/],
  [
    'application.grants',
    'application',
    'ehr',
    set('grants', ['client_credentials', 'refresh_token']),
    'grants',
    /authorization_code/,
  ],
  ['application.grants', 'application', 'ehr', set('scopes', ['record:read']), 'scopes', /openid/],
  ['application.scopes', 'application', 'ehr', set('scopes', ['openid', 'record:write']), 'scopes[1]', /record:write/],
  [
    'application.profile',
    'application',
    'ehr',
    set('authentication', { method: 'client_secret_basic', secretHash }),
    'authentication.method',
    /private_key_jwt/,
  ],
  ['application.profile', 'application', 'ehr', set('idTokenAlgorithm', 'RS256'), 'idTokenAlgorithm', /not RS256/],
  [
    'application.keys',
    'application',
    'ehr',
    set('authentication.jwks.keys', [samplePrivateJwk]),
    'authentication.jwks.keys[0]',
    /private/,
  ],
  [
    'application.keys',
    'application',
    'ehr',
    set('authentication.jwks.keys', [{ kty: 'oct', k: 'c2VjcmV0' }]),
    'authentication.jwks.keys[0]',
    /shared key/,
  ],
  [
    'application.keys',
    'application',
    'ehr',
    set('authentication.jwks.keys', [{ ...sampleJwk, alg: 'ES384' }]),
    'authentication.jwks.keys[0]',
    /fapi2/,
  ],
  [
    'application.keys',
    'application',
    'ehr',
    set('authentication.jwks.keys', [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }]),
    'authentication.jwks.keys[0]',
    /2048/,
  ],
  [
    'application.keys',
    'application',
    'ehr',
    set('authentication.jwks.keys', [{ ...sampleJwk, exp: 'soon' }]),
    'authentication.jwks.keys[0]',
    /exp/,
  ],
  ...machineFaults,
  ['issuer.references', 'issuer', 'main', set('brand', 'other'), 'brand', /no brand/],
  [
    'issuer.references',
    'issuer',
    'two',
    (doc) => Object.assign(doc, { url: 'https://hub.example', brand: 'plain' }),
    'url',
    /same URL/,
  ],
  ['issuer.references', 'issuer', 'main', set('url', 'https://HUB.example'), 'url', /browser shows/],
  ['api.audience', 'api', 'record', set('audience', 'https://hub.example'), 'audience', /same audience/],
  ['api.claims', 'api', 'record', set('claims', ['nmae']), 'claims[0]', /no claim nmae/],
  ['api.limits', 'api', 'record', set('owner.organisation', 'other'), 'owner.organisation', /no organisation other/],
  ['api.limits', 'api', 'record', set('limits.organisations', ['x']), 'limits.organisations[0]', /no organisation x/],
  ['api.limits', 'api', 'record', set('limits.networks', ['x']), 'limits.networks[0]', /no network x/],
  ['api.limits', 'api', 'record', set('limits.clients.0.client', 'x'), 'limits.clients[0].client', /no application x/],
  [
    'api.limits',
    'api',
    'record',
    set('limits.clients.0.scopes', ['record:write']),
    'limits.clients[0].scopes[0]',
    /no scope of this API record:write/,
  ],
  [
    'api.limits',
    'api',
    'record',
    set('limits.clients', [{ client: 'ehr' }, { client: 'ehr' }]),
    'limits.clients[1]',
    /twice/,
  ],
  ['api.limits', 'api', 'record', set('limits.hours.0.zone', 'Norway/Oslo'), 'limits.hours[0].zone', /no time zone/],
  ['api.limits', 'api', 'record', set('limits.hours.0.to', '06:30'), 'limits.hours[0].to', /same as from/],
  ['provider.references', 'provider', 'card', set('populations', []), 'populations', /needs a population/],
  ['provider.references', 'provider', 'card', set('populations', ['other']), 'populations[0]', /no population/],
  ['provider.references', 'provider', 'password', set('maximumAssurance', 'substantial'), 'maximumAssurance', /is low/],
  [
    'population.certificates',
    'population',
    'own-cards',
    set('anchors', [sampleLeaf]),
    'anchors[0]',
    /not the certificate of a CA/,
  ],
  [
    'population.certificates',
    'population',
    'own-cards',
    set('anchors', ['-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----']),
    'anchors[0]',
    /cannot be read/,
  ],
  [
    'population.patterns',
    'population',
    'own-cards',
    set('identifiers.0.custom', '^(a+)+$'),
    'identifiers[0].custom',
    /repeat/,
  ],
  [
    'population.patterns',
    'population',
    'own-cards',
    set('identifiers.0.custom', '[0-9]+'),
    'identifiers[0].custom',
    /begin it with/,
  ],
  [
    'population.patterns',
    'population',
    'own-cards',
    set('identifiers.0.custom', undefined),
    'identifiers[0].custom',
    /needs a regular/,
  ],
  [
    'population.assurance',
    'population',
    'own-cards',
    set('assuranceByPolicy', { '1.2.3': 'high' }),
    'assuranceByPolicy.1.2.3',
    /above/,
  ],
  ['network.blocks', 'network', 'ward', set('cidrs', ['10.20.0.1/16']), 'cidrs[0]', /not a block/],
  ['network.blocks', 'network', 'ward', set('organisation', 'other'), 'organisation', /no organisation/],
  [
    'network.blocks',
    'network',
    'two',
    (doc) => Object.assign(doc, { name: 'x', cidrs: ['10.20.0.0/16'] }),
    'cidrs[0]',
    /same block/,
  ],
  ['settings.proxies', 'settings', 'hub', set('trustedProxies', ['0.0.0.0/0']), 'trustedProxies[0]', /everybody/],
  [
    'settings.proxies',
    'settings',
    'hub',
    set('lifetimes', { sessionIdle: 7200, sessionAbsolute: 3600 }),
    'lifetimes.sessionIdle',
    /longer/,
  ],
  ['brand.contrast', 'brand', 'plain', set('accent', '#ffcc00'), 'accent', /darker/],
  [
    'rule.references',
    'rule',
    'portable-needs-card',
    set('when.applications', ['other']),
    'when.applications[0]',
    /no application/,
  ],
  ['rule.references', 'rule', 'portable-needs-card', set('when.networks', ['other']), 'when.networks[0]', /no network/],
  ['rule.references', 'rule', 'portable-needs-card', set('when.apis', ['other']), 'when.apis[0]', /no API other/],
  ['rule.references', 'rule', 'portable-needs-card', set('when.scopes', ['x']), 'when.scopes[0]', /no scope of an API/],
  [
    'rule.references',
    'rule',
    'portable-needs-card',
    set('when.hours.0.zone', 'X'),
    'when.hours[0].zone',
    /no time zone/,
  ],
  ['rule.references', 'rule', 'portable-needs-card', set('unless', { apis: ['x'] }), 'unless.apis[0]', /no API x/],
  [
    'rule.references',
    'rule',
    'portable-needs-card',
    set('when.organisations', ['other']),
    'when.organisations[0]',
    /no organisation/,
  ],
  ['rule.dates', 'rule', 'portable-needs-card', set('from', '2026-02-31T25:00Z'), 'from', /calendar/],
  [
    'rule.dates',
    'rule',
    'portable-needs-card',
    (doc) => Object.assign(doc, { from: '2026-02-01', until: '2026-01-01' }),
    'until',
    /not after/,
  ],
  [
    'application.loopback',
    'application',
    'ehr',
    (doc) => Object.assign(doc, { profile: 'basic', redirectUris: ['https://ehr.example/cb', 'http://localhost/cb'] }),
    'redirectUris',
    /mix/,
  ],
];

describe('compileCatalogue', () => {
  test('accepts the sample', () => {
    const compiled = compileCatalogue(7, sampleItems(), organisations);
    assert.ok(compiled.ok, compiled.ok ? '' : compiled.problems.map(problemLine).join('\n'));
    assert.equal(compiled.snapshot.revision, 7);
    assert.equal(compiled.snapshot.applications.get('ehr')?.profile, 'fapi2');
    assert.equal(compiled.snapshot.settings.lifetimes.code, 60);
    assert.throws(
      () => (compiled.snapshot.applications.get('ehr')!.redirectUris as string[]).push('https://evil.example'),
      TypeError,
    );
  });
  for (const [check, kind, id, change, path, message] of broken) {
    test(`${check}: ${kind} ${path} ${message.source}`, () => {
      const compiled = compileWith(kind, id, change);
      assert.ok(!compiled.ok, 'was accepted');
      const lines = compiled.problems.map(problemLine);
      assert.ok(
        lines.some((line) => line.startsWith(`${kind} ${id}: ${path}: `) && message.test(line)),
        lines.join('\n'),
      );
      // Without its check the item passes: the check is what refuses it.
      const left = checkCatalogue({ snapshot: unchecked(kind, id, change), organisations }, [check]).map(problemLine);
      assert.ok(!left.some((line) => message.test(line)), left.join('\n'));
    });
  }
  test('every check is broken by a case', () => {
    assert.deepEqual(
      catalogueChecks
        .filter((check) => !upstreamChecks.includes(check)) // checks-upstream.test.ts breaks these
        .map(({ name }) => name)
        .filter((name) => !broken.some(([check]) => check === name)),
      [],
    );
  });
  test('an API that only has a name, from before limits, limits nothing and wants no claims', () => {
    const doc = { id: 'old', audience: 'nhn:old', name: { en: 'Old' } };
    const compiled = compileCatalogue(1, [...sampleItems(), { kind: 'api', id: 'old', doc }], organisations);
    assert.ok(compiled.ok);
    const { claims, limits, scopes, requireBoundTokens } = compiled.snapshot.apis.get('old')!;
    assert.deepEqual([claims, limits, scopes, requireBoundTokens], [[], {}, [], undefined]);
  });
  test('a bad document refuses the whole', () => {
    const items = [...sampleItems(), { kind: 'rule' as const, id: 'x', doc: { id: 'x' } }];
    assert.ok(!compileCatalogue(1, items).ok);
    assert.ok(!compileCatalogue(1, [{ kind: 'nothing' as CatalogueKind, id: 'x', doc: {} }]).ok);
    assert.ok(!compileCatalogue(1, [{ kind: 'brand', id: 'y', doc: sampleItems()[0]?.doc }]).ok);
  });
});

/** The same broken catalogue, read but not checked. */
function unchecked(kind: CatalogueKind, id: string, change: (doc: Doc) => void): CatalogueSnapshot {
  const items = sampleItems();
  if (!items.some((one) => one.kind === kind && one.id === id)) items.push({ kind, id, doc: { id } });
  const maps = Object.fromEntries(Object.keys(catalogueSchemas).map((one) => [one, new Map<string, unknown>()]));
  for (const item of items) {
    if (item.kind === kind && item.id === id) change(item.doc as Doc);
    const parsed = parse(catalogueSchemas[item.kind], item.doc);
    if (!parsed.ok) continue;
    maps[item.kind]?.set(item.id, parsed.value);
  }
  const { issuer, application, api, provider, population, network, brand, rule, settings } = maps;
  const defaults = parse(catalogueSchemas.settings, {});
  return {
    revision: 1,
    issuers: issuer,
    applications: application,
    apis: api,
    providers: provider,
    populations: population,
    networks: network,
    brands: brand,
    rules: rule,
    settings: settings?.get('hub') ?? (defaults.ok ? defaults.value : undefined),
  } as unknown as CatalogueSnapshot;
}
