// News of a person's record: closed, left, renamed; and nothing that is not one of these.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leftAssignments, newsOf, type PersonStanding, topOf } from './endings.ts';

const now = Date.UTC(2027, 0, 4);
const day = 86_400_000;
const nina = { id: 'nina', givenName: 'Nina', familyName: 'Berg', closed: false };
const at = (organisation: string, until?: number) => ({ organisation, ...(until === undefined ? {} : { until }) });
const standing = (assignments: PersonStanding['assignments'], person: Partial<typeof nina> = {}): PersonStanding => ({
  person: { ...nina, ...person },
  assignments,
});

test('what a change of somebody’s record ends', () => {
  const works = standing([at('hospital')]);
  const cases: readonly (readonly [string, PersonStanding, PersonStanding, unknown])[] = [
    ['nothing', works, works, undefined],
    ['closed', works, standing([], { closed: true }), { person: 'nina', closed: true, left: [], renamed: false }],
    ['closed already', standing([], { closed: true }), standing([], { closed: true }), undefined],
    ['left', works, standing([]), { person: 'nina', closed: false, left: ['hospital'], renamed: false }],
    [
      'left by a date',
      works,
      standing([at('hospital', now)]),
      { person: 'nina', closed: false, left: ['hospital'], renamed: false },
    ],
    ['leaves later', works, standing([at('hospital', now + day)]), undefined],
    ['moved', works, standing([at('clinic')]), { person: 'nina', closed: false, left: ['hospital'], renamed: false }],
    ['one of two assignments there', standing([at('hospital'), at('hospital')]), works, undefined],
    ['was over already', standing([at('hospital', now - 1)]), standing([]), undefined],
    [
      'renamed',
      works,
      standing([at('hospital')], { familyName: 'Ek' }),
      { person: 'nina', closed: false, left: [], renamed: true },
    ],
  ];
  for (const [name, before, after, news] of cases) assert.deepEqual(newsOf(before, after, now), news, name);
});

test('the top of a tree, also of one that goes round or is not known', () => {
  const tree = new Map([
    ['ward', { parent: 'clinic' }],
    ['clinic', { parent: 'region' }],
    ['region', {}],
    ['a', { parent: 'b' }],
    ['b', { parent: 'a' }],
  ]);
  assert.deepEqual(
    ['ward', 'region', 'nowhere'].map((each) => topOf(each, tree)),
    ['region', 'region', 'nowhere'],
  );
  assert.equal(topOf('a', tree), 'b');
});

test('assignments that a login may rest on no more: gone, over, or moved under their id', () => {
  const one = (id: string, organisation: string, until?: number) => ({ id, organisation, until });
  const before = [one('a', 'town'), one('b', 'town'), one('c', 'town'), one('d', 'town'), one('e', 'town', now - 1)];
  const after = [one('a', 'town'), one('b', 'town', now), one('c', 'city'), one('n', 'town')];
  assert.deepEqual(leftAssignments(before, after, now), ['b', 'c', 'd']);
});
