// The minimum of a ticket: who in the profession's register, from which organisation and its parent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Assignment, Organisation, PersonFacts } from '../directory/index.ts';
import { ticketMinimum } from './ticket-minimum.ts';

const organisation = (id: string, parent?: string): Organisation => ({
  id,
  name: id,
  number: `no ${id}`,
  parent,
  closed: false,
});
const organisations = (...all: Organisation[]) => new Map(all.map((each) => [each.id, each]));
const facts = (all: ReadonlyMap<string, Organisation>): PersonFacts => ({
  person: {
    id: 'p',
    givenName: 'P',
    familyName: 'P',
    closed: false,
    protectedIdentity: false,
    attributes: {},
  },
  assignments: [],
  organisations: all,
  units: new Map(),
  namespaces: [],
});
const at = (id: string, more: Partial<Assignment> = {}): Assignment => ({
  id: 'a',
  person: 'p',
  organisation: id,
  role: 'nurse',
  ...more,
});
const subjectNamespace = 'tillit-person';
const nobody = {
  subjectNamespace,
  professional: undefined,
  organisationParent: undefined,
  organisationChild: undefined,
};

const tree = organisations(
  organisation('region'),
  organisation('hospital', 'region'),
  organisation('ward', 'hospital'),
);
const rows: [string, ReadonlyMap<string, Organisation>, Assignment | undefined, object][] = [
  ['no assignment', tree, undefined, {}],
  ['at the top: a parent alone', tree, at('region'), { organisationParent: 'no region' }],
  [
    'two below: the top and its own',
    tree,
    at('ward'),
    { organisationParent: 'no region', organisationChild: 'no ward' },
  ],
  ['an organisation that is not known', tree, at('elsewhere'), {}],
  [
    'a ring of parents',
    organisations(organisation('a', 'b'), organisation('b', 'a')),
    at('a'),
    { organisationParent: 'no b', organisationChild: 'no a' },
  ],
  [
    'a top without a national number',
    organisations({ ...organisation('county'), number: undefined }, organisation('clinic', 'county')),
    at('clinic'),
    { organisationParent: 'no clinic' },
  ],
  [
    'HPR number first',
    tree,
    at('x', { hprNumber: '1', hsaId: 'SE1' }),
    { professional: { namespace: 'hpr', value: '1' } },
  ],
  ['HSA-ID', tree, at('x', { hsaId: 'SE1' }), { professional: { namespace: 'hsa-id', value: 'SE1' } }],
];
for (const [name, all, assignment, expected] of rows) {
  test(name, () => assert.deepEqual(ticketMinimum(facts(all), assignment), { ...nobody, ...expected }));
}
