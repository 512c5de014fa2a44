// The checks on SAML identity providers: one thing broken at a time, and each check shown to be what refuses it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from '../../base/schema/index.ts';
import { checkCatalogue } from './checks.ts';
import { samlProviderChecks } from './checks-saml-provider.ts';
import { compileCatalogue, problemLine } from './compile.ts';
import { type Doc, set } from './machine-faults.ts';
import { assertedNamespaces } from './provider-preset.ts';
import { canReach, namesToAsk, samlPresetOf } from './saml-provider-preset.ts';
import { sampleAnchor, sampleItems } from './sample-items.ts';
import { catalogueSchemas } from './schemas.ts';
import type { Provider } from './snapshot.ts';
import { hubWeaknesses } from './weaknesses.ts';

const organisations = new Set(['hospital', 'kommun']);

const sample = () => ({
  id: 'kommun',
  connector: 'saml',
  name: { en: 'The municipality' },
  maximumAssurance: 'substantial',
  saml: {
    entityId: 'https://idp.kommun.example/metadata',
    singleSignOn: [{ binding: 'redirect', location: 'https://idp.kommun.example/sso' }],
    keys: { signing: [sampleAnchor] },
    organisation: 'kommun',
    scopes: ['kommun.example'],
  },
});

/** Everything from metadata, and one member beside it. */
const byMetadata =
  (source: string, beside: object = {}) =>
  (doc: Doc): void => {
    const saml = { ...sample().saml, singleSignOn: undefined, keys: undefined, metadata: { source }, ...beside };
    Object.assign(doc, { saml: JSON.parse(JSON.stringify(saml)) });
  };

/** A record of a whole source. */
const ofAll =
  (samlMembers: object, more: object = {}) =>
  (doc: Doc): void => {
    delete doc['saml'];
    Object.assign(doc, { samlMembers: { source: 'federation', ...samlMembers }, ...more });
  };

const broken: readonly [check: string, change: (doc: Doc) => void, path: string, message: RegExp][] = [
  ['samlProvider.connector', (doc) => delete doc.saml, 'saml', /connector saml needs it/],
  ['samlProvider.connector', set('connector', 'password'), 'saml', /connector password has none/],
  ['samlProvider.connector', set('populations', ['own-cards']), 'populations', /no certificate populations/],
  ['samlProvider.connector', set('id', 'Kommun:1'), 'id', /small letters/],
  ['samlProvider.connector', ofAll({}, { connector: 'password' }), 'samlMembers', /connector password has none/],
  ['samlProvider.connector', ofAll({}, { saml: sample().saml }), 'saml', /one of the two/],
  ['samlProvider.members', ofAll({ source: 'nobody' }), 'samlMembers.source', /no metadata source nobody/],
  ['samlProvider.members', ofAll({ source: 'partner' }), 'samlMembers.source', /brings no role idp/],
  ['samlProvider.members', ofAll({ source: 'query' }), 'samlMembers.source', /speaks for no federation/],
  ['samlProvider.members', ofAll({ source: 'query' }), 'samlMembers.source', /one entity at a time/],
  ['samlProvider.members', ofAll({ subjectAttribute: 'mail' }), 'samlMembers.subjectAttribute', /names nobody/],
  ['samlProvider.members', ofAll({}, { id: 'k'.repeat(31) }), 'id', /at most 30/],
  ['samlProvider.metadata', byMetadata('nobody'), 'saml.metadata.source', /no metadata source nobody/],
  ['samlProvider.metadata', byMetadata('partner'), 'saml.metadata.source', /brings no role idp/],
  [
    'samlProvider.metadata',
    byMetadata('federation', { keys: { signing: [sampleAnchor] } }),
    'saml.keys',
    /comes from metadata/,
  ],
  [
    'samlProvider.metadata',
    byMetadata('federation', { singleSignOn: sample().saml.singleSignOn }),
    'saml.singleSignOn',
    /comes from metadata/,
  ],
  ['samlProvider.endpoints', set('saml.singleSignOn', []), 'saml.singleSignOn', /say where people log in/],
  [
    'samlProvider.endpoints',
    set('saml.singleSignOn', [{ binding: 'soap', location: 'https://idp.kommun.example/sso' }]),
    'saml.singleSignOn[0].binding',
    /redirect or post/,
  ],
  [
    'samlProvider.endpoints',
    set('saml.singleSignOn', [{ binding: 'post', location: 'http://idp.kommun.example/sso' }]),
    'saml.singleSignOn[0].location',
    /https/,
  ],
  [
    'samlProvider.endpoints',
    set('saml.singleLogout', [{ binding: 'artifact', location: 'https://idp.kommun.example/slo' }]),
    'saml.singleLogout[0].binding',
    /redirect or post or soap/,
  ],
  ['samlProvider.endpoints', set('saml.passLogout', true), 'saml.passLogout', /singleLogout/],
  [
    'samlProvider.artifacts',
    set('saml.answerBinding', 'artifact'),
    'saml.artifactResolution',
    /where they are resolved/,
  ],
  [
    'samlProvider.artifacts',
    set('saml.artifactResolution', [{ binding: 'soap', location: 'https://idp.kommun.example/artifact' }]),
    'saml.artifactResolution[0].index',
    /by its index/,
  ],
  [
    'samlProvider.artifacts',
    set('saml.artifactResolution', [{ binding: 'post', location: 'https://idp.kommun.example/artifact', index: 0 }]),
    'saml.artifactResolution[0].binding',
    /write soap/,
  ],
  ['samlProvider.keys', set('saml.keys', {}), 'saml.keys.signing', /certificate that it signs with/],
  [
    'samlProvider.keys',
    set('saml.keys.signing', ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----']),
    'saml.keys.signing[0]',
    /one certificate/,
  ],
  ['samlProvider.namespaces', set('saml.namespaces', ['se-personnummer']), 'saml.namespaces', /its own people alone/],
  [
    'samlProvider.namespaces',
    (doc) => {
      set('saml.organisation', undefined)(doc);
      set('saml.namespaces', ['saml:other'])(doc);
    },
    'saml.namespaces[0]',
    /not a provider's to assert/,
  ],
  [
    'samlProvider.namespaces',
    (doc) => {
      set('saml.organisation', undefined)(doc);
      set('saml.namespaces', ['hub-account'])(doc);
    },
    'saml.namespaces[0]',
    /not a provider's to assert/,
  ],
  [
    'samlProvider.subjectAttribute',
    set('saml.subjectAttribute', 'urn:oid:0.9.2342.19200300.100.1.3'),
    'saml.subjectAttribute',
    /names nobody/,
  ],
  ...[
    'urn:oid:1.3.6.1.4.1.5923.1.1.1.9',
    'urn:oid:2.5.4.10',
    'http://sambi.se/attributes/1/organizationIdentifier',
    'urn:authenticationMethod',
  ].map((shared): (typeof broken)[number] => [
    'samlProvider.subjectAttribute',
    set('saml.subjectAttribute', shared),
    'saml.subjectAttribute',
    /names nobody/,
  ]),
  ['samlProvider.unsolicitedTo', set('saml.unsolicitedTo', 'nowhere'), 'saml.unsolicitedTo', /no application nowhere/],
  ['samlProvider.unsolicitedTo', set('saml.unsolicitedTo', 'ehr'), 'saml.unsolicitedTo', /no login can begin for ehr/],
  ['samlProvider.organisation', set('saml.organisation', 'nowhere'), 'saml.organisation', /no organisation/],
];

function compileWith(change: (doc: Doc) => void, more: Parameters<typeof compileCatalogue>[1] = []) {
  const doc = sample() as unknown as Doc;
  change(doc);
  const id = String(doc.id);
  return {
    doc,
    id,
    compiled: compileCatalogue(1, [...sampleItems(), { kind: 'provider', id, doc }, ...more], organisations),
  };
}
const lines = (compiled: ReturnType<typeof compileCatalogue>) =>
  compiled.ok ? [] : compiled.problems.map(problemLine);
const providerOf = (change: (doc: Doc) => void = () => {}): Provider => {
  const { compiled } = compileWith(change);
  assert.ok(compiled.ok, lines(compiled).join('\n'));
  return compiled.snapshot.providers.get('kommun')!;
};

describe('checks: SAML providers', () => {
  test('the sample holds, and asserts its own people alone', () => {
    const provider = providerOf();
    assert.deepEqual(assertedNamespaces(provider), ['saml:kommun']);
    const national = providerOf((doc) => {
      set('saml.organisation', undefined)(doc);
      set('saml.namespaces', ['se-personnummer'])(doc);
    });
    assert.deepEqual(assertedNamespaces(national), ['se-personnummer', 'saml:kommun']);
  });

  for (const [check, change, path, message] of broken) {
    test(`${check}: ${path} ${message.source}`, () => {
      const { doc, id, compiled } = compileWith(change);
      assert.ok(
        lines(compiled).some((line) => line.startsWith(`provider ${id}: ${path}: `) && message.test(line)),
        lines(compiled).join('\n') || 'was accepted',
      );
      // Without its check the item passes: the check is what refuses it.
      const whole = compileWith(() => {}).compiled;
      const read = parse(catalogueSchemas.provider, doc);
      assert.ok(whole.ok && read.ok);
      const providers = new Map([...whole.snapshot.providers, [id, read.value as Provider]]);
      const left = checkCatalogue({ snapshot: { ...whole.snapshot, providers }, organisations }, [check]);
      assert.ok(!left.some((problem) => message.test(problemLine(problem))));
    });
  }

  test('a record that leaves places and keys to metadata has none of its own', () => {
    const { saml } = providerOf(byMetadata('federation', { passLogout: true }));
    assert.deepEqual([saml?.metadata, saml?.singleSignOn, saml?.keys.signing], [{ source: 'federation' }, [], []]);
  });

  test('an entity ID is one provider', () => {
    const again = { kind: 'provider' as const, id: 'again', doc: { ...sample(), id: 'again' } };
    assert.match(lines(compileWith(() => {}, [again]).compiled).join(), /have the same entity ID/);
  });

  test('a preset without a name of its own needs a namespace', () => {
    const { compiled } = compileWith((doc) => {
      set('saml.preset', 'entra')(doc);
      set('saml.subjectAttribute', undefined)(doc);
    });
    assert.ok(compiled.ok, 'Entra’s object identifier is one');
  });

  test('what others encrypt to is not looked at: nothing is ever encrypted to a provider', () => {
    const { compiled } = compileWith(set('saml.keys.encryption', [sampleAnchor]));
    assert.deepEqual(lines(compiled), []);
  });

  test('every check is broken by a case', () => {
    const shown = new Set([...broken.map(([check]) => check), 'samlProvider.entityId']);
    assert.deepEqual(
      samlProviderChecks.map(({ name }) => name).filter((name) => !shown.has(name)),
      [],
    );
  });

  test('so does CBC, whether the record or its preset lets it through', () => {
    const cbcOf = (field: string, value: unknown) => {
      const { compiled } = compileWith(set(field, value));
      assert.ok(compiled.ok);
      return hubWeaknesses(compiled.snapshot).map(({ code }) => code);
    };
    assert.deepEqual(cbcOf('saml.allowCbc', true), ['providerCbc']);
    assert.deepEqual(cbcOf('saml.preset', 'simplesamlphp'), ['providerCbc']);
    assert.deepEqual(cbcOf('saml.allowCbc', false), []);
  });

  test('test numbers show as a weakness', () => {
    const { compiled } = compileWith(set('saml.testNumbers', true));
    assert.ok(compiled.ok);
    assert.deepEqual(hubWeaknesses(compiled.snapshot), [{ code: 'providerTestNumbers', provider: 'kommun' }]);
  });
});

describe('presets of SAML providers', () => {
  const presetOf = (saml: object) =>
    samlPresetOf(providerOf((doc) => Object.assign(doc.saml as unknown as object, saml)).saml!);
  const loa = 'http://id.elegnamnden.se/loa/1.0/loa';

  test('levels of the record are asked for, but for low; a federation with names of its own has all of them listed', () => {
    const own = presetOf({ levels: { 'urn:x:3': 'substantial', 'urn:x:4': 'high' } });
    assert.deepEqual([namesToAsk(own, 'low'), namesToAsk(own, 'high')], [[], ['urn:x:4']]);
    assert.deepEqual(namesToAsk(own, 'substantial'), ['urn:x:3', 'urn:x:4']);
    const swedish = presetOf({ preset: 'sweden-connect' });
    assert.ok(namesToAsk(swedish, 'low').includes(`${loa}2`));
    assert.ok(!namesToAsk(swedish, 'low').some((name) => name.endsWith('-sigmessage')), 'taken, and not asked for');
    assert.deepEqual(namesToAsk(presetOf({}), 'high'), [], 'nothing is asked where there are no names');
    assert.deepEqual(namesToAsk({ ...own, comparison: 'minimum' }, 'substantial'), ['urn:x:3']);
  });

  test('a level without a name cannot be reached', () => {
    const own = presetOf({ levels: { 'urn:x:3': 'substantial' } });
    assert.deepEqual([canReach(own, 'low'), canReach(own, 'substantial'), canReach(own, 'high')], [true, true, false]);
    assert.deepEqual([canReach(presetOf({}), 'low'), canReach(presetOf({}), 'substantial')], [true, false]);
  });
});
