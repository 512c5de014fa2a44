// Hostile sets of certificates: that all name and sign one another, in a circle, in a row, by the thousand. None hangs the judge.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { anyKey, authority, now, type Party, person } from '../../../../test/fakes/pkix.ts';
import { AuthorityIndex } from './find-paths.ts';
import { judgePath, type PathQuestion } from './judge-path.ts';

const root = authority('Root');
const revocation: PathQuestion['revocation'] = {
  mode: 'off',
  unreadable: false,
  crls: [],
  responses: [],
  indirectAllowed: false,
  ocspMostAgeMs: 0,
};
function judge(leaf: Party, given: readonly Party[], anchors: readonly Party[] = [root]) {
  const begun = process.cpuUsage();
  const verdict = judgePath({
    leaf: leaf.certificate,
    intermediates: new AuthorityIndex(given.map(({ certificate }) => certificate)),
    anchors: new AuthorityIndex(anchors.map(({ certificate }) => certificate)),
    now,
    revocation,
  });
  return { verdict, ms: process.cpuUsage(begun).user / 1000 };
}
const patienceMs = 3_000;

describe('certificates that all sign one another', () => {
  const parties = Array.from({ length: 20 }, (_, index) => authority(`Mesh ${index}`));
  const mesh = parties.flatMap((of) =>
    parties
      .filter((by) => by !== of)
      .map((by) => authority(of.certificate.subject.rdns[1]?.[0]?.value ?? '', by, { key: of.key })),
  );
  const first = parties[0] as Party;

  test('without a way to the root are given up', () => {
    const { verdict, ms } = judge(person(first), mesh);
    assert.ok(!verdict.accepted && ['pathToAnchor', 'searchBounds'].includes(verdict.reason));
    assert.ok(ms < patienceMs, `${ms} ms`);
  });
  test('hide no short way', () => {
    const crossed = authority('Mesh 0', root, { key: first.key });
    const { verdict, ms } = judge(person(first), [...mesh, crossed]);
    assert.ok(verdict.accepted);
    assert.ok(ms < patienceMs, `${ms} ms`);
  });
});

test('a thousand certificates of the issuer’s name, none of which signed', () => {
  const issuing = authority('Issuing', root);
  const decoys = Array.from({ length: 1_000 }, () => authority('Issuing', root, { key: anyKey() }));
  const { verdict, ms } = judge(person(issuing), [...decoys, issuing]);
  assert.ok(verdict.accepted, 'the key identifier says which it is');
  assert.ok(ms < patienceMs, `${ms} ms`);
});

test('a thousand certificates of the issuer’s name and key, none of which leads anywhere', () => {
  const nowhere = authority('Nowhere');
  const issuing = authority('Issuing', nowhere);
  const copies = Array.from({ length: 1_000 }, () => authority('Issuing', nowhere, { key: issuing.key }));
  const { verdict, ms } = judge(person(issuing), copies);
  assert.ok(!verdict.accepted);
  assert.ok(ms < patienceMs, `${ms} ms`);
});

test('a row of authorities, longer than any real one', () => {
  const row = [root];
  for (let depth = 0; depth < 200; depth++) row.unshift(authority(`Deep ${depth}`, row[0]));
  const { verdict, ms } = judge(person(row[0] as Party), row.slice(0, -1));
  assert.ok(!verdict.accepted);
  assert.ok(ms < patienceMs, `${ms} ms`);
  const short = row.slice(-9);
  assert.ok(judge(person(short[0] as Party), short.slice(0, -1)).verdict.accepted, 'eight are found');
});

test('a row of self-issued authorities ends too', () => {
  const row = [root];
  for (let depth = 0; depth < 100; depth++) row.unshift(authority('Same', row[0]));
  const { verdict, ms } = judge(person(row[0] as Party), row.slice(0, -1));
  assert.ok(!verdict.accepted);
  assert.ok(ms < patienceMs, `${ms} ms`);
});

test('two authorities that made each other are no way to anywhere', () => {
  const [one, other] = [authority('One'), authority('Other')];
  const circle = [authority('One', other, { key: one.key }), authority('Other', one, { key: other.key })];
  const { verdict } = judge(person(one), circle);
  assert.ok(!verdict.accepted && verdict.reason === 'pathToAnchor');
});
