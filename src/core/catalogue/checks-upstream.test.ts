// The checks on upstream providers: one thing broken at a time, and each check shown to be what refuses it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from '../../base/schema/index.ts';
import { checkCatalogue } from './checks.ts';
import { upstreamChecks } from './checks-upstream.ts';
import { compileCatalogue, problemLine } from './compile.ts';
import { sampleItems } from './sample-items.ts';
import { providerSchema } from './schemas.ts';
import type { Provider } from './snapshot.ts';
import { hubWeaknesses } from './weaknesses.ts';

type Doc = Record<string, unknown>;
const organisations = new Set(['hospital']);
const upstream = {
  issuer: 'https://other.example',
  clientId: 'tillit',
  authentication: { method: 'private_key_jwt' },
};

const set = (path: string, value: unknown) => (doc: Doc) => {
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  const target = steps.reduce((at, step) => at[step] as Doc, doc);
  target[last] = value;
};

const broken: readonly [check: string, id: string, change: (doc: Doc) => void, path: string, message: RegExp][] = [
  ['provider.upstream', 'idporten', set('upstream', undefined), 'upstream', /needs it/],
  ['provider.upstream', 'password', set('upstream', upstream), 'upstream', /has none/],
  ['provider.upstream', 'idporten', set('populations', ['own-cards']), 'populations', /no certificate pop/],
  [
    'provider.upstream',
    'Id/Porten',
    (doc) => Object.assign(doc, { connector: 'oidc', name: { en: 'x' }, maximumAssurance: 'low', upstream }),
    'id',
    /small letters/,
  ],
  ['provider.issuer', 'idporten', set('upstream.issuer', 'http://idp.example'), 'upstream.issuer', /https/],
  ['provider.issuer', 'idporten', set('upstream.issuer', 'http://localhost:1'), 'upstream.issuer', /https/],
  ['provider.issuer', 'idporten', set('upstream.issuer', 'https://a:b@x'), 'upstream.issuer', /no address/],
  ['provider.issuer', 'idporten', set('upstream.issuer', 'https://hub.example'), 'upstream.issuer', /our own/],
  [
    'provider.namespaces',
    'idporten',
    set('upstream.namespaces', ['no-fodselsnummer', 'oidc:other']),
    'upstream.namespaces[1]',
    /not a provider's/,
  ],
  [
    'provider.namespaces',
    'idporten',
    set('upstream.namespaces', ['no-fodselsnummer', 'hub-account']),
    'upstream.namespaces[1]',
    /not a provider's/,
  ],
  [
    'provider.namespaces',
    'idporten',
    set('upstream.organisation', 'region'),
    'upstream.namespaces',
    /its own people alone/,
  ],
  ['provider.namespaces', 'idporten', set('upstream.namespaces', []), 'upstream.namespaces', /list one/],
  [
    'provider.subjectClaim',
    'idporten',
    set('upstream.subjectClaim', 'email'),
    'upstream.subjectClaim',
    /nobody for good/,
  ],
  [
    'provider.organisation',
    'idporten',
    (doc) =>
      Object.assign(doc.upstream as unknown as object, { organisation: 'other', namespaces: [], subjectClaim: 'sub' }),
    'upstream.organisation',
    /no organisation/,
  ],
];

function itemsWith(id: string, change: (doc: Doc) => void) {
  const items = sampleItems();
  const found = items.find((one) => one.kind === 'provider' && one.id === id);
  const doc = (found?.doc ?? { id }) as Doc;
  if (found === undefined) items.push({ kind: 'provider', id, doc });
  change(doc);
  return { items, doc };
}

describe('checks: upstream providers', () => {
  test('every check is broken by a case', () => {
    assert.deepEqual(
      upstreamChecks.map(({ name }) => name).filter((name) => !broken.some(([check]) => check === name)),
      [],
    );
  });

  for (const [check, id, change, path, message] of broken) {
    test(`${check}: ${path} ${message.source}`, () => {
      const { items, doc } = itemsWith(id, change);
      const compiled = compileCatalogue(1, items, organisations);
      assert.ok(!compiled.ok, 'was accepted');
      const lines = compiled.problems.map(problemLine);
      assert.ok(
        lines.some((line) => line.startsWith(`provider ${id}: ${path}: `) && message.test(line)),
        lines.join('\n'),
      );
      // Without its check the item passes: the check is what refuses it.
      const sample = compileCatalogue(1, sampleItems(), organisations);
      const read = parse(providerSchema, doc);
      assert.ok(sample.ok && read.ok);
      const providers = new Map([...sample.snapshot.providers, [id, read.value as Provider]]);
      const left = checkCatalogue({ snapshot: { ...sample.snapshot, providers }, organisations }, [check]);
      assert.ok(!left.some((problem) => message.test(problemLine(problem))));
    });
  }

  test('a shared secret and made-up numbers show as weaker', () => {
    const { items } = itemsWith('idporten', (doc) => {
      set('upstream.testNumbers', true)(doc);
      set('upstream.authentication', { method: 'client_secret_basic', sealedSecret: 'AAAA' })(doc);
    });
    const compiled = compileCatalogue(1, items, organisations);
    assert.ok(compiled.ok);
    const codes = hubWeaknesses(compiled.snapshot).filter(({ code }) => code.startsWith('provider'));
    assert.deepEqual(codes, [
      { code: 'providerSecret', provider: 'idporten' },
      { code: 'providerTestNumbers', provider: 'idporten' },
    ]);
  });
});
