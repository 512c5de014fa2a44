// Compiling a catalogue: one thing broken at a time, and each check shown to be what refuses it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from '../../base/schema/index.ts';
import { brokenItems } from './broken-items.ts';
import { catalogueChecks, checkCatalogue } from './checks.ts';
import { samlApplicationChecks } from './checks-saml-application.ts';
import { samlProviderChecks } from './checks-saml-provider.ts';
import { upstreamChecks } from './checks-upstream.ts';
import { compileCatalogue, problemLine } from './compile.ts';
import type { Doc } from './machine-faults.ts';
import { sampleItems } from './sample-items.ts';
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

describe('compileCatalogue', () => {
  test('the hub’s own API is in every catalogue, and in no record', () => {
    const [sample] = sampleItems().filter(({ kind }) => kind === 'api');
    const compiled = compileCatalogue(1, sampleItems(), organisations);
    assert.ok(compiled.ok);
    const own = compiled.snapshot.apis.get('tillit-admin')!;
    assert.deepEqual(
      [own.audience, own.requireBoundTokens, own.minimumAssurance],
      ['tillit:admin', true, 'substantial'],
    );
    for (const change of [{ id: 'tillit-admin' }, { id: 'mine', audience: 'tillit:admin' }]) {
      const doc = { ...(sample!.doc as object), ...change };
      const refused = compileCatalogue(1, [...sampleItems(), { kind: 'api', id: change.id, doc }], organisations);
      assert.ok(!refused.ok && refused.problems.some(({ path }) => ['id', 'audience'].includes(String(path[0]))));
    }
  });
  test('accepts the sample', () => {
    const compiled = compileCatalogue(7, sampleItems(), organisations);
    assert.ok(compiled.ok, compiled.ok ? '' : compiled.problems.map(problemLine).join('\n'));
    assert.equal(compiled.snapshot.revision, 7);
    assert.equal(compiled.snapshot.clients.get('ehr')?.profile, 'fapi2');
    assert.equal(compiled.snapshot.settings.lifetimes.code, 60);
    assert.throws(
      () => (compiled.snapshot.clients.get('ehr')!.redirectUris as string[]).push('https://evil.example'),
      TypeError,
    );
  });
  for (const [check, kind, id, change, path, message] of brokenItems) {
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
        // the tests of their own files break these
        .filter((check) => ![...upstreamChecks, ...samlApplicationChecks, ...samlProviderChecks].includes(check))
        .map(({ name }) => name)
        .filter((name) => !brokenItems.some(([check]) => check === name)),
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
  const { issuer, application, samlApplication, api, provider, population, federation, network, brand, rule } = maps;
  const {
    clientSystem,
    metadataSource,
    certificateIssuer,
    cardProfile,
    accountTarget,
    accountRule,
    personSource,
    precondition,
    settings,
  } = maps;
  const defaults = parse(catalogueSchemas.settings, {});
  return {
    revision: 1,
    issuers: issuer,
    applications: new Map([...(samlApplication ?? []), ...(application ?? [])]),
    clients: application,
    samlApplications: samlApplication,
    apis: api,
    providers: provider,
    populations: population,
    federations: federation,
    networks: network,
    brands: brand,
    rules: rule,
    clientSystems: clientSystem,
    metadataSources: metadataSource,
    certificateIssuers: certificateIssuer,
    cardProfiles: cardProfile,
    accountTargets: accountTarget,
    accountRules: accountRule,
    personSources: personSource,
    preconditions: precondition,
    enrolmentRules: maps.enrolmentRule,
    assignmentConflicts: maps.assignmentConflict,
    methodCutoffs: maps.methodCutoff,
    settings: settings?.get('hub') ?? (defaults.ok ? defaults.value : undefined),
  } as unknown as CatalogueSnapshot;
}
