// The checks on SAML applications: one thing broken at a time, and each check shown to be what refuses it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from '../../base/schema/index.ts';
import { checkCatalogue } from './checks.ts';
import { samlApplicationChecks } from './checks-saml-application.ts';
import { compileCatalogue, problemLine } from './compile.ts';
import { type Doc, set } from './machine-faults.ts';
import type { SamlApplication } from './saml-application.ts';
import { answerRulesOf } from './saml-application-preset.ts';
import { sampleAnchor, sampleItems } from './sample-items.ts';
import { samlApplicationSchema } from './schema-saml.ts';
import { hubWeaknesses } from './weaknesses.ts';

const organisations = new Set(['hospital']);

const sample = () => ({
  id: 'link',
  issuer: 'main',
  name: { en: 'Link' },
  organisation: 'hospital',
  minimumAssurance: 'substantial',
  providers: ['card'],
  entityId: 'https://link.example/sp',
  assertionConsumers: [{ location: 'https://link.example/acs', index: 0, isDefault: true }],
  singleLogout: [{ binding: 'redirect', location: 'https://link.example/slo' }],
  keys: { signing: [sampleAnchor] },
});
const acs = (change: object) => set('assertionConsumers', [{ location: 'https://link.example/acs', ...change }]);

const byMetadata =
  (source: string, beside: object = {}) =>
  (doc: Doc): void => {
    for (const member of ['assertionConsumers', 'singleLogout', 'keys']) delete doc[member];
    Object.assign(doc, { metadata: { source }, ...beside });
  };

const broken: readonly [check: string, change: (doc: Doc) => void, path: string, message: RegExp][] = [
  ['samlApplication.references', set('issuer', 'other'), 'issuer', /no issuer/],
  ['samlApplication.references', set('organisation', 'other'), 'organisation', /no organisation/],
  ['samlApplication.references', set('federation', 'other'), 'federation', /no federation/],
  ['samlApplication.references', set('providers', ['other']), 'providers[0]', /no provider/],
  ['samlApplication.metadata', byMetadata('nobody'), 'metadata.source', /no metadata source nobody/],
  ['samlApplication.metadata', byMetadata('query'), 'metadata.source', /brings no role sp/],
  [
    'samlApplication.metadata',
    byMetadata('federation', { keys: { signing: [sampleAnchor] } }),
    'keys',
    /comes from metadata/,
  ],
  [
    'samlApplication.metadata',
    byMetadata('federation', { assertionConsumers: sample().assertionConsumers }),
    'assertionConsumers',
    /comes from metadata/,
  ],
  ['samlApplication.endpoints', set('assertionConsumers', []), 'assertionConsumers', /say where answers go/],
  [
    'samlApplication.endpoints',
    acs({ binding: 'redirect' }),
    'assertionConsumers[0].binding',
    /write post or artifact/,
  ],
  ['samlApplication.endpoints', acs({ location: 'http://link.example/' }), 'assertionConsumers[0].location', /https/],
  ['samlApplication.endpoints', acs({ location: 'https://u@x.example/' }), 'assertionConsumers[0].location', /user/],
  [
    'samlApplication.endpoints',
    set('singleLogout', [{ binding: 'artifact', location: 'https://link.example/slo' }]),
    'singleLogout[0].binding',
    /redirect or post or soap/,
  ],
  [
    'samlApplication.endpoints',
    set('assertionConsumers', [
      { location: 'https://link.example/a', index: 1 },
      { location: 'https://link.example/b', index: 1 },
    ]),
    'assertionConsumers[1].index',
    /twice/,
  ],
  [
    'samlApplication.endpoints',
    set('assertionConsumers', [
      { location: 'https://link.example/a', isDefault: true },
      { location: 'https://link.example/b', isDefault: true },
    ]),
    'assertionConsumers',
    /only one/,
  ],
  [
    'samlApplication.keys',
    set('keys.signing', ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----']),
    'keys.signing[0]',
    /one certificate/,
  ],
  ['samlApplication.keys', set('keys.encryption', [sampleAnchor]), 'keys.encryption[0]', /RSA keys/],
  ['samlApplication.keys', set('encrypts', 'always'), 'keys.encryption', /always encrypted/],
  [
    'samlApplication.keys',
    (doc) => Object.assign(doc, { keys: { signing: [] }, requireSignedRequest: true }),
    'keys.signing',
    /must be signed/,
  ],
  [
    'samlApplication.artifacts',
    (doc) => {
      acs({ binding: 'artifact' })(doc);
      set('keys', {})(doc);
    },
    'keys.signing',
    /by artifact/,
  ],
  ['samlApplication.nameId', set('nameId', { format: 'persistent', from: 'name' }), 'nameId.from', /leave this out/],
  ['samlApplication.nameId', set('nameId', { format: 'unspecified' }), 'nameId.from', /say what/],
  [
    'samlApplication.nameId',
    set('nameId', { format: 'unspecified', from: 'nationalNumber' }),
    'nameId.from',
    /no name/,
  ],
  [
    'samlApplication.attributes',
    set('attributes', [
      { name: 'a', from: 'name' },
      { name: 'a', from: 'role' },
    ]),
    'attributes[1].name',
    /twice/,
  ],
];

function compileWith(change: (doc: Doc) => void) {
  const doc = sample() as unknown as Doc;
  change(doc);
  return {
    doc,
    compiled: compileCatalogue(1, [...sampleItems(), { kind: 'samlApplication', id: 'link', doc }], organisations),
  };
}

const lines = (compiled: ReturnType<typeof compileCatalogue>) =>
  compiled.ok ? [] : compiled.problems.map(problemLine);

describe('checks: SAML applications', () => {
  test('the sample holds, and is an application among the others', () => {
    const { compiled } = compileWith(() => {});
    assert.ok(compiled.ok, lines(compiled).join('\n'));
    assert.ok(compiled.snapshot.applications.has('link') && compiled.snapshot.applications.has('ehr'));
    assert.ok(!compiled.snapshot.clients.has('link'));
    assert.deepEqual(hubWeaknesses(compiled.snapshot), []);
  });

  for (const [check, change, path, message] of broken) {
    test(`${check}: ${path} ${message.source}`, () => {
      const { doc, compiled } = compileWith(change);
      assert.ok(
        lines(compiled).some((line) => line.startsWith(`samlApplication link: ${path}: `) && message.test(line)),
        lines(compiled).join('\n') || 'was accepted',
      );
      // Without its check the item passes: the check is what refuses it.
      const whole = compileWith(() => {}).compiled;
      const read = parse(samlApplicationSchema, doc);
      assert.ok(whole.ok && read.ok);
      const samlApplications = new Map([['link', read.value as SamlApplication]]);
      const left = checkCatalogue({ snapshot: { ...whole.snapshot, samlApplications }, organisations }, [check]);
      assert.ok(!left.some((problem) => message.test(problemLine(problem))));
    });
  }

  test('an id is one application, whichever protocol it speaks; an entity ID names one application of an issuer', () => {
    const item = (id: string) => ({ kind: 'samlApplication' as const, id, doc: { ...sample(), id } });
    const same = compileCatalogue(1, [...sampleItems(), item('ehr')], organisations);
    assert.match(lines(same).join(), /samlApplication ehr: id: there is an OpenID Connect application ehr/);
    const twice = compileCatalogue(1, [...sampleItems(), item('link'), item('other')], organisations);
    assert.match(lines(twice).join(), /link and other have the same entity ID/);
  });

  test('every check is broken by a case', () => {
    const shown = new Set([...broken.map(([check]) => check), 'samlApplication.entityId']);
    assert.deepEqual(
      samlApplicationChecks.map(({ name }) => name).filter((name) => !shown.has(name)),
      [],
    );
  });

  test('what is released is chosen from what there is, and never by an unknown word', () => {
    for (const from of ['secret', 'person.', 'person.a.b', 'name\n']) {
      assert.match(
        lines(compileWith(set('attributes', [{ name: 'a', from }])).compiled).join(),
        /attributes\[0\].from/,
      );
    }
  });

  test('less than the usual protection shows', () => {
    const { compiled } = compileWith((doc) => Object.assign(doc, { unsolicited: true, signs: 'assertion' }));
    assert.ok(compiled.ok);
    assert.deepEqual(
      hubWeaknesses(compiled.snapshot).map(({ code }) => code),
      ['unsolicitedLogins', 'partlySigned'],
    );
  });

  test('the record completes its preset, attribute by attribute', () => {
    const name = 'userprincipalname';
    const { compiled } = compileWith((doc) =>
      Object.assign(doc, {
        preset: 'netscaler',
        attributes: [
          { name, from: 'hsaId' },
          { name: 'role', from: 'role' },
        ],
      }),
    );
    assert.ok(compiled.ok);
    const rules = answerRulesOf(compiled.snapshot.samlApplications.get('link')!);
    assert.deepEqual(
      rules.attributes.map((one) => [one.name, one.from]),
      [
        [name, 'hsaId'],
        ['role', 'role'],
      ],
    );
    assert.deepEqual(rules.nameId, { format: 'unspecified', from: 'upn' });
  });
});
