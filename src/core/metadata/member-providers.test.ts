// Providers that one record brings for a whole source: whose each is, at which level, and that each check alone keeps one out.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { SamlFake } from '../../../test/fakes/saml-provider.ts';
import { snapshot } from '../../../test/fakes/ward.ts';
import { entityAttributeNames } from '../../base/saml/index.ts';
import type { CatalogueSnapshot, Federation } from '../catalogue/index.ts';
import { listedOf, listMembers, memberNow } from './list-members.ts';
import {
  type ListedProvider,
  type MemberFacts,
  type MembersRecord,
  memberChecks,
  memberId,
  memberProvider,
  scopeOwners,
  withMembers,
} from './member-providers.ts';
import { createPartnerRecords } from './partner-records.ts';
import { sampleEntity, sampleIdp, sampleSource } from './sample-entity.ts';

const now = Date.UTC(2026, 10, 29);
const record: MembersRecord = {
  id: 'municipalities',
  connector: 'saml',
  name: { en: 'A municipality' },
  maximumAssurance: 'substantial',
  populations: [],
  order: 50,
  samlMembers: { source: 'federation', preset: 'sambi', levels: {}, testNumbers: false, passLogout: false },
};
const federation: Federation = {
  id: 'vardfed',
  name: { en: 'Care' },
  members: [
    { organisation: 'lund', scopes: ['lund.example'] },
    { organisation: 'malmo', until: '2026-01-01', scopes: ['malmo.example'] },
  ],
};
const numbers = new Map([
  ['lund', '2120001553'],
  ['malmo', '2120001561'],
]);
const plain = (...values: string[]) => values.map((value) => ({ value, regexp: false }));
const listed: ListedProvider = {
  entityId: 'https://idp.lund.example/saml',
  names: { sv: 'Lunds kommun', no: 'Lund kommune' },
  scopes: plain('lund.example', '212000-1553'),
  certified: undefined,
};
const facts = (change: Partial<MemberFacts> = {}): MemberFacts => ({
  ...{ record, listed, federation, owners: scopeOwners(federation, numbers), written: new Set(), now },
  ...change,
});
const scoped = (...values: string[]): Partial<MemberFacts> => ({ listed: { ...listed, scopes: plain(...values) } });

describe('a provider of a member', () => {
  test('proves the people of the organisation that its scopes are, by what the record and metadata say', () => {
    const verdict = memberProvider(facts());
    assert.ok(verdict.ok);
    const { saml, ...rest } = verdict.provider;
    assert.deepEqual(rest, {
      ...{ id: memberId('municipalities', listed.entityId), madeBy: 'municipalities', connector: 'saml' },
      ...{ populations: [], order: 50, maximumAssurance: 'substantial' },
      name: { en: 'Lunds kommun', sv: 'Lunds kommun', nb: 'Lund kommune', nn: 'Lund kommune' },
    });
    assert.equal(rest.id.length, 'municipalities.'.length + 20);
    assert.deepEqual(
      [saml.entityId, saml.organisation, saml.metadata, saml.preset, saml.namespaces],
      [listed.entityId, 'lund', { source: 'federation' }, 'sambi', []],
    );
    assert.deepEqual(saml.scopes, ['lund.example', '2120001553']);
    assert.equal(memberProvider(facts({ listed: { ...listed, names: {} } })).ok, true);
  });

  const certified = (names: readonly string[] | undefined, maximumAssurance: MembersRecord['maximumAssurance']) => {
    const verdict = memberProvider(
      facts({ record: { ...record, maximumAssurance }, listed: { ...listed, certified: names } }),
    );
    return verdict.ok ? verdict.provider.maximumAssurance : undefined;
  };
  test('is never worth more than the record approves, nor than its federation certified', () => {
    const loa = (level: number) => `http://id.sambi.se/loa/loa${level}`;
    assert.equal(certified(undefined, 'high'), 'high');
    assert.equal(certified([loa(3)], 'high'), 'substantial');
    assert.equal(certified([loa(2), loa(3)], 'high'), 'substantial');
    assert.equal(certified([loa(4)], 'substantial'), 'substantial');
    assert.equal(certified(['http://id.sambi.se/loa/loa4-of-nobody', 'toString'], 'high'), 'low');
    assert.equal(certified([], 'high'), 'low');
  });

  const kept: readonly [check: string, what: string, change: Partial<MemberFacts>][] = [
    ['member.noRecord', 'a record of its own', { written: new Set([listed.entityId]) }],
    ['member.scoped', 'no scope', scoped()],
    ['member.scoped', 'a pattern', { listed: { ...listed, scopes: [{ value: 'lund.example', regexp: true }] } }],
    ['member.known', 'a scope beside its own', scoped('lund.example', 'elsewhere.example')],
    ['member.one', 'scopes of two members', scoped('lund.example', 'malmo.example')],
    ['member.now', 'a membership that ended', scoped('malmo.example')],
    ['member.now', 'no federation', { federation: undefined }],
  ];
  for (const [check, what, change] of kept) {
    test(`${check}: is not made with ${what}`, () => {
      const verdict = memberProvider(facts(change));
      assert.equal(!verdict.ok && verdict.check.name, check);
      const without = memberChecks.filter(({ name }) => name !== check);
      const left = memberProvider(facts(change), without);
      assert.ok(left.ok || left.check.name !== check);
    });
  }
  test('every check has a case', () => {
    const shown = new Set(kept.map(([check]) => check));
    assert.deepEqual(
      memberChecks.filter(({ name }) => !shown.has(name)),
      [],
    );
  });

  test('a domain name of two members is nobody’s', () => {
    const both = { ...federation, members: federation.members.map((one) => ({ ...one, scopes: ['shared.example'] })) };
    const verdict = memberProvider(facts({ ...scoped('shared.example'), owners: scopeOwners(both, numbers) }));
    assert.equal(!verdict.ok && verdict.check.name, 'member.one');
  });

  test('whatever is listed: each provider is one current member’s, within what its scopes are', () => {
    const scopes = ['lund.example', 'malmo.example', '2120001553', '2120001561', 'elsewhere.example', ''];
    fc.assert(
      fc.property(
        fc.array(fc.record({ value: fc.constantFrom(...scopes), regexp: fc.boolean() }), { maxLength: 4 }),
        (some) => {
          const verdict = memberProvider(facts({ listed: { ...listed, scopes: some } }));
          const own = new Set(['lund.example', '2120001553']);
          assert.equal(verdict.ok, some.length > 0 && some.every(({ value, regexp }) => !regexp && own.has(value)));
          if (verdict.ok) assert.equal(verdict.provider.saml.organisation, 'lund');
        },
      ),
    );
  });
});

describe('the providers of a source', () => {
  const source = sampleSource({ federation: 'vardfed' });
  const catalogue: CatalogueSnapshot = snapshot({
    providers: new Map([[record.id, record]]),
    federations: new Map([[federation.id, federation]]),
    metadataSources: new Map([[source.id, source]]),
  });
  const reads = {
    listed: async () => [listed, { ...listed, entityId: 'x', scopes: [] }],
    numbers: async () => numbers,
  };
  const clock = () => now;
  const entity = sampleEntity({ idp: sampleIdp({ scopes: plain('lund.example') }) });

  test('stand among the others; a record of the same id counts more', async () => {
    const found = await listMembers(catalogue, reads, clock);
    assert.deepEqual(
      found.map(({ id }) => id),
      [memberId('municipalities', listed.entityId)],
    );
    const whole = withMembers(catalogue, found);
    assert.deepEqual([...whole.providers.keys()], [found[0]?.id, 'municipalities']);
    const same = { ...new SamlFake('kommun').provider(), id: found[0]!.id };
    const both = { ...catalogue, providers: new Map([...catalogue.providers, [same.id, same]]) };
    assert.equal(withMembers(both, found).providers.get(same.id), same);
  });

  test('an entity says the same by itself as in the list', () => {
    const names = { name: entityAttributeNames.assuranceCertification, values: ['http://id.sambi.se/loa/loa3'] };
    assert.deepEqual(listedOf({ ...entity, entityAttributes: [names] }), {
      entityId: entity.entityId,
      names: { sv: 'Lunds kommun', en: 'Municipality of Lund' },
      scopes: plain('lund.example'),
      certified: names.values,
    });
    assert.equal(listedOf(entity).certified, undefined);
  });

  const asked = async (now: typeof entity, change: Partial<CatalogueSnapshot> = {}) => {
    const [provider] = await listMembers(catalogue, reads, clock);
    assert.ok(provider?.saml);
    const records = createPartnerRecords(
      {
        findEntity: async () => ({
          kind: 'found',
          entity: now,
          source: 'federation',
          federations: [],
          validUntil: undefined,
        }),
      },
      memberNow(() => ({ ...catalogue, ...change }), reads, clock),
    );
    return await records.provider({ ...provider, saml: provider.saml });
  };

  test('are judged again at each login: by what is listed, certified and agreed then', async () => {
    const good = await asked(entity);
    assert.ok(good.ok, JSON.stringify(good));
    assert.equal(good.record.saml.organisation, 'lund');
    assert.equal(good.record.saml.keys.signing.length, 1);
    const level = { name: entityAttributeNames.assuranceCertification, values: ['http://id.sambi.se/loa/loa2'] };
    const lower = await asked({ ...entity, entityAttributes: [level] });
    assert.equal(lower.ok && lower.record.maximumAssurance, 'low');
    const ended = { ...federation, members: [{ organisation: 'lund', until: '2026-01-01', scopes: ['lund.example'] }] };
    const cases = [
      await asked({ ...entity, idp: sampleIdp({ scopes: [] }) }),
      await asked(entity, { federations: new Map([[federation.id, ended]]) }),
      await asked(entity, { providers: new Map() }),
    ];
    assert.deepEqual(
      cases.map((one) => !one.ok && one.reason),
      ['unusable', 'unusable', 'unusable'],
    );
    assert.match(cases.map((one) => (one.ok ? '' : one.because)).join(), /no scope.*no member now.*is gone/);
  });

  test('one whose scopes became another member’s is not that member’s in the name of the first', async () => {
    const moved = { ...federation, members: [{ organisation: 'malmo', scopes: ['lund.example'] }] };
    const came = await asked(entity, { federations: new Map([[federation.id, moved]]) });
    assert.match(came.ok ? '' : came.because, /another organisation's now/);
  });
});
