// The differential oracle: the same corpus gets the same accept or refuse from oidc-provider and from us, or the difference has its clause.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { type Verdict, verdictOf } from './case.ts';
import { corpus } from './corpus.ts';
import { differences } from './differences.ts';
import { machineCall } from './forge.ts';
import { type Started, startOurs, startTheirs } from './providers.ts';

const known = new Map(differences.map((each) => [each.of, each]));
const otherThan = (verdict: Verdict): Verdict => (verdict === 'accepted' ? 'refused' : 'accepted');

describe('the corpus and the table of differences', () => {
  test('the corpus has at least 400 cases, each with a name of its own', () => {
    assert.ok(corpus.length >= 400, `${corpus.length}`);
    assert.equal(new Set(corpus.map(({ name }) => name)).size, corpus.length);
  });

  test('each difference is of a case, once, with a clause and a reason', () => {
    const names = new Set(corpus.map(({ name }) => name));
    assert.deepEqual(
      differences.filter(({ of }) => !names.has(of)),
      [],
    );
    assert.equal(known.size, differences.length);
    for (const { of, clause, because } of differences) {
      assert.match(clause, /RFC \d+ |OIDC (Core|Registration) \d|FAPI 2\.0 SP \d|OAuth 2\.0 Multiple|CWE-\d/, of);
      assert.ok(because.length > 10, of);
    }
  });

  test('docs/conformance.md shows every difference with its clause, and how many there are', () => {
    const page = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
    const agree = corpus.length - differences.length;
    assert.ok(page.includes(`${corpus.length} cases:`) && page.includes(`${agree} agree. The ${differences.length} `));
    const missing = differences.filter(({ of, clause, ours }) => !page.includes(`| ${of} | ${ours} | ${clause} |`));
    assert.deepEqual(
      missing.map(({ of }) => of),
      [],
    );
  });
});

describe('oracle', () => {
  let ours: Started;
  let theirs: Started;
  before(async () => {
    ours = await startOurs();
    theirs = await startTheirs();
    // The first answer tells the nonce to use.
    for (const { party } of [ours, theirs]) {
      assert.equal((await party.call('token', machineCall(party))).body.error, 'use_dpop_nonce');
    }
  });
  after(async () => {
    await ours?.close();
    await theirs?.close();
  });

  for (const one of corpus) {
    test(one.name, async () => {
      const [mine, other] = [await one.run(ours.party), await one.run(theirs.party)];
      const said = `we ${mine.status} ${mine.text.slice(0, 300)}; oidc-provider ${other.status} ${other.text.slice(0, 300)}`;
      const difference = known.get(one.name);
      assert.equal(verdictOf(one, mine), difference?.ours ?? verdictOf(one, other), said);
      if (difference !== undefined) assert.equal(verdictOf(one, other), otherThan(difference.ours), said);
    });
  }
});
