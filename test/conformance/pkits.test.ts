// NIST's PKITS 1.0.1: 247 paths through `tillit pki verify --batch`, at 2011-04-15; nothing invalid is accepted (K4).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { judged, vectors } from './batch.ts';

interface Case {
  readonly title: string;
  readonly certs: readonly string[];
  readonly crls: readonly string[];
  readonly should_validate: 'true' | 'false';
  readonly SetInitialPolicySet?: string;
  readonly SetInitialExplicitPolicy?: string;
  readonly SetInitialPolicyMappingInhibit?: string;
  readonly SetInitialInhibitAnyPolicy?: string;
}

const { file, skip } = vectors('pkits.json');

/** Valid to NIST, refused here. Held exactly: one more or one fewer fails. */
const strictHere: Readonly<Record<string, string>> = {
  '4.1.4 Valid DSA Signatures Test4': 'DSA with SHA-1 is outside of the algorithms',
  '4.1.5 Valid DSA Parameter Inheritance Test5': 'DSA with SHA-1 is outside of the algorithms',
};

const policyOid = (name: string): string => `2.16.840.1.101.3.2.1.48.${name.split('-').at(-1)}`;

describe('PKITS', { skip }, () => {
  const { testcases, certs, crls } = skip
    ? { testcases: [], certs: {}, crls: {} }
    : (JSON.parse(readFileSync(file, 'utf8')) as {
        testcases: readonly Case[];
        certs: Readonly<Record<string, string>>;
        crls: Readonly<Record<string, string>>;
      });
  const memberOf = (given: Case, change: object) => {
    const chain = given.certs.map((name) => certs[name] ?? '');
    return {
      leaf: chain.at(-1),
      anchors: chain[0],
      intermediates: chain.slice(1, -1),
      crls: given.crls.map((name) => crls[name]),
      at: '2011-04-15T00:00:00Z',
      purpose: 'any',
      'initial-policy': given.SetInitialPolicySet?.split(',').map(policyOid) ?? [],
      'require-explicit-policy': given.SetInitialExplicitPolicy === 'true',
      'inhibit-policy-mapping': given.SetInitialPolicyMappingInhibit === 'true',
      'inhibit-any-policy': given.SetInitialInhibitAnyPolicy === 'true',
      revocation: 'required',
      ...change,
    };
  };
  const wrong = async (change: object) => {
    const verdicts = await judged(testcases.map((given) => memberOf(given, change)));
    return testcases.filter(({ should_validate }, index) => verdicts[index]?.accepted !== (should_validate === 'true'));
  };

  for (const [how, change] of [
    ['with CAs held to the profile', {}],
    ['by RFC 5280 section 6 alone', { lenient: true }],
  ] as const)
    test(`${how}: 245 of 247 agree, the others are listed, nothing invalid is accepted`, async () => {
      assert.equal(testcases.length, 247);
      const found = await wrong(change);
      assert.deepEqual(found.map(({ title }) => title).sort(), Object.keys(strictHere).sort());
      assert.ok(found.every(({ should_validate }) => should_validate === 'true'));
    });

  test('without revocation, what only a list refuses is accepted: the lists are what refused it', async () => {
    const accepted = (await wrong({ revocation: 'off' })).filter(({ should_validate }) => should_validate === 'false');
    assert.ok(accepted.length > 30);
  });
});
