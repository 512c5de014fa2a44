// Names of levels in requests and answers: the whole matrix never yields a higher level, a lower one, or a name that is not ours to say.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Assurance, assuranceLevels, reaches } from '../../wire/codes/index.ts';
import { acrOf, levelNamed } from './assurance-names.ts';
import { askedLevel, levelNameOut } from './level-name-out.ts';

const loa = (level: number) => `http://id.elegnamnden.se/loa/1.0/loa${level}`;
const unknown = [
  'http://id.swedenconnect.se/loa/1.0/uncertified-loa3',
  'http://id.swedenconnect.se/loa/1.0/loa3-nonresident',
  'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
  `${loa(3)} `,
  'LOA3_NR',
  'constructor',
];

describe('what is asked for', () => {
  test('the lowest of the known names, by exact and by minimum', () => {
    for (const comparison of ['exact', 'minimum'] as const) {
      assert.deepEqual(askedLevel({ comparison, names: [loa(4), loa(3)] }), { ok: true, level: 'substantial' });
      assert.deepEqual(askedLevel({ comparison, names: [...unknown, loa(4)] }), { ok: true, level: 'high' });
    }
  });
  test('refused: only names that mean nothing here, none at all, and limits upwards', () => {
    for (const names of [unknown, []])
      assert.deepEqual(askedLevel({ comparison: 'exact', names }), { ok: false, because: 'unknownNames' });
    for (const comparison of ['maximum', 'better'] as const)
      assert.deepEqual(askedLevel({ comparison, names: [loa(3)] }), { ok: false, because: 'comparison' });
  });
});

describe('what is said', () => {
  const nationals = [1, 2, 3, 4].map(loa);
  const lists = [[], nationals, [loa(3)], [loa(4)], ...unknown.map((name) => [name])];

  test('over the whole matrix: the true level, and a national name only if approved or carried', () => {
    for (const level of assuranceLevels)
      for (const approved of lists)
        for (const carried of lists)
          for (const comparison of ['exact', 'minimum'] as const)
            for (const names of [...lists, [acrOf(level)], assuranceLevels.map(acrOf)]) {
              const said = levelNameOut({ level, approved, carried }, { comparison, names });
              if (said === undefined) {
                assert.equal(comparison, 'exact');
                continue;
              }
              assert.equal(levelNamed(said), level, `${said} said of ${level}`);
              const ours = assuranceLevels.some((each) => said === each || said === acrOf(each));
              assert.ok(ours || approved.includes(said) || carried.includes(said), `${said} is not ours to say`);
              if (comparison === 'exact') assert.ok(names.includes(said));
            }
  });

  test('exact: the name asked for, for its very level alone', () => {
    const exact = (level: Assurance, names: readonly string[], approved = nationals) =>
      levelNameOut({ level, approved, carried: [] }, { comparison: 'exact', names });
    assert.equal(exact('substantial', [loa(3)]), loa(3));
    assert.equal(exact('high', [loa(3)]), undefined, 'a higher login is not called by a lower name');
    assert.equal(exact('low', [loa(3)]), undefined);
    assert.equal(exact('high', [loa(3), loa(4)]), loa(4));
    assert.equal(exact('substantial', [loa(3)], []), undefined, 'not approved');
  });

  test('minimum and no wish: what was asked for if it is true, what was carried, else our own', () => {
    const facts = { level: 'high', approved: [], carried: [loa(4)] } as const;
    assert.equal(levelNameOut(facts, undefined), loa(4));
    assert.equal(levelNameOut({ ...facts, carried: [] }, undefined), acrOf('high'));
    const minimum = { comparison: 'minimum', names: [loa(3)] } as const;
    assert.equal(levelNameOut({ ...facts, carried: [] }, minimum), acrOf('high'));
    assert.equal(levelNameOut({ ...facts, approved: [loa(4)] }, { ...minimum, names: [loa(4)] }), loa(4));
    assert.ok(reaches('high', 'substantial'));
  });
});
