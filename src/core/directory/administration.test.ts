// Who may administer what: each check dropped lets exactly its own case through, and nothing but a grant that holds lets anybody.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type Administration,
  type AdministrationFacts,
  administeredBy,
  administeredScopes,
  administrationChecks,
  covers,
} from './administration.ts';
import type { Organisation } from './directory.ts';

const now = Date.UTC(2027, 0, 4);
const day = 86_400_000;
const organisation = (id: string, parent?: string, closed = false): Organisation => ({ id, name: id, parent, closed });
const tree = new Map(
  [
    organisation('region'),
    organisation('hospital', 'region'),
    organisation('clinic', 'hospital'),
    organisation('other'),
    organisation('shut', 'region', true),
    organisation('round', 'trip'),
    organisation('trip', 'round'),
  ].map((each) => [each.id, each]),
);
const grant: Administration = {
  id: 'g1',
  person: 'kari',
  role: 'organisation-administrator',
  scope: { kind: 'organisation', organisation: 'hospital' },
  from: now - day,
  until: now + day,
  grantedBy: 'root@host',
  reason: 'Contact person by agreement 7',
};
const asked = {
  person: { id: 'kari', closed: false },
  task: 'clientDrafts',
  organisation: 'hospital',
  organisations: tree,
  now,
} as const;

type Case = { readonly grant?: Partial<Administration>; readonly asked?: Partial<Omit<AdministrationFacts, 'grant'>> };
const refused: Readonly<Record<string, readonly Case[]>> = {
  'administration.own': [{ asked: { person: { id: 'lars', closed: false } } }],
  'administration.personOpen': [{ asked: { person: { id: 'kari', closed: true } } }],
  'administration.role': [{ grant: { role: 'clerk' as never } }, { grant: { role: 'constructor' as never } }],
  'administration.scope': [
    { asked: { organisation: 'region' } },
    { asked: { organisation: 'other' } },
    { asked: { organisation: 'unheard-of' } },
    { asked: { organisation: 'round' } },
    {
      grant: { scope: { kind: 'organisation', organisation: 'unheard-of' } },
      asked: { organisation: 'unheard-of' },
    },
  ],
  'administration.organisationOpen': [
    { grant: { scope: { kind: 'organisation', organisation: 'region' } }, asked: { organisation: 'shut' } },
  ],
  'administration.begun': [{ grant: { from: now + 1 } }],
  'administration.until': [{ grant: { until: now } }],
  'administration.notEnded': [{ grant: { endedAt: now - 1 } }],
};

describe('administeredBy', () => {
  test('a grant covers its organisation and those below it', () => {
    assert.equal(administeredBy([grant], asked), grant);
    assert.equal(administeredBy([grant], { ...asked, organisation: 'clinic' }), grant);
    const above: Administration = { ...grant, scope: { kind: 'organisation', organisation: 'region' } };
    assert.equal(administeredBy([{ ...grant, until: now }, above], asked), above);
    assert.equal(administeredBy([], asked), undefined);
  });
  for (const [check, cases] of Object.entries(refused)) {
    for (const [index, change] of cases.entries()) {
      test(`${check}, case ${index + 1}`, () => {
        const facts = { ...asked, ...change.asked };
        const grants = [{ ...grant, ...change.grant }];
        assert.equal(administeredBy(grants, facts), undefined);
        const left = administrationChecks.filter(({ name }) => name !== check);
        assert.notEqual(administeredBy(grants, facts, left), undefined, 'left out, it refuses no more');
      });
    }
  }
  test('every check has a case', () =>
    assert.deepEqual(
      Object.keys(refused),
      administrationChecks.map(({ name }) => name),
    ));
  test('no grant reaches above or beside its organisation, in any tree', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'] as const;
    const parents = fc.tuple(...ids.map(() => fc.option(fc.constantFrom(...ids), { nil: undefined })));
    fc.assert(
      fc.property(parents, fc.constantFrom(...ids), fc.constantFrom(...ids), (above, own, wanted) => {
        const organisations = new Map(ids.map((id, at) => [id, organisation(id, above[at])]));
        const up = new Set<string>();
        for (
          let at: string | undefined = wanted;
          at !== undefined && !up.has(at);
          at = organisations.get(at as never)?.parent
        )
          up.add(at);
        assert.equal(covers({ kind: 'organisation', organisation: own }, wanted, organisations), up.has(own));
      }),
    );
  });
});

describe('administeredScopes', () => {
  const { person, now: at } = asked;
  test('where somebody has one of the tasks, and nowhere by a grant that does not hold', () => {
    const officer: Administration = {
      ...grant,
      role: 'card-officer',
      scope: { kind: 'organisation', organisation: 'other' },
    };
    const scopes = (...tasks: ('clientDrafts' | 'orderCards' | 'issueCards')[]) =>
      administeredScopes([grant, officer], { person, tasks, now: at });
    assert.deepEqual(scopes('issueCards'), ['other']);
    assert.deepEqual(scopes('clientDrafts', 'issueCards'), ['hospital', 'other']);
    assert.deepEqual(scopes('orderCards'), []);
  });
  const ofPlace = ['administration.scope', 'administration.organisationOpen'];
  for (const [check, cases] of Object.entries(refused).filter(([name]) => !ofPlace.includes(name))) {
    for (const [index, change] of cases.entries()) {
      test(`${check}, case ${index + 1}`, () => {
        const facts = { person: change.asked?.person ?? person, tasks: ['clientDrafts'] as const, now: at };
        const grants = [{ ...grant, ...change.grant }];
        assert.deepEqual(administeredScopes(grants, facts), []);
        const left = administrationChecks.filter(({ name }) => name !== check);
        assert.deepEqual(administeredScopes(grants, facts, left), ['hospital'], 'left out, it refuses no more');
      });
    }
  }
});
