// Source level x required level x protocol pair, in full: a login is told at its true level, more is asked for, or it is refused in words (B3, N3).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Course, type Protocol, ProxyHub, type Wanted } from '../fakes/proxy-hub.ts';
import {
  approvedNames,
  type Case,
  expected,
  expectedAgain,
  levels,
  loa,
  lower,
  meanings,
  neededLevel,
  ours,
  said,
  trueLevel,
  wishes,
  worth,
} from './level-oracle.ts';

const protocols: readonly Protocol[] = ['saml', 'oidc'];

/** One line: what was so, and what came of it. */
const lineOf = ({ source, target, said: name, approved, minimum, wanted, card }: Case): string =>
  [
    `${source} -> ${target}`,
    `"${name}" of a provider for ${approved}`,
    `minimum ${minimum}`,
    `${[wanted.comparison ?? wanted.by, ...wanted.names, wanted.passive && 'passive'].filter(Boolean).join(' ') || 'asks for nothing'}`,
    card ? 'or a card' : 'no other way',
  ].join(', ');
const courseOf = ({ asked, word, card, end }: Course): string =>
  [asked && `provider(${asked.join(' ')})`, word, card && 'card', end].filter(Boolean).join(' -> ');

/** What is wrong with an end whatever the course was: a level above what was proven, or below what was needed. */
function isDishonest(one: Case, { card, end }: Course): boolean {
  if (end.startsWith('refused ')) return false;
  const level = meanings[end];
  const proven = card ? 'high' : trueLevel(one);
  return level !== proven || lower(level, neededLevel(one)) !== neededLevel(one);
}

/** Goes through all cases and tells each that went otherwise, a line for each. */
async function goThrough(
  cases: readonly Case[],
  expectation: (one: Case) => Course,
  run: (hub: ProxyHub, one: Case) => Promise<Course>,
): Promise<void> {
  const wrong: string[] = [];
  let hub = new ProxyHub();
  for (const [at, one] of cases.entries()) {
    // Its stores are lists that are gone through from the start.
    if (at % 50 === 0) hub = new ProxyHub();
    const [found, due] = [await run(hub, one), expectation(one)];
    if (courseOf(found) !== courseOf(due))
      wrong.push(`${lineOf(one)}: ${courseOf(found)} where ${courseOf(due)} is due`);
    else if (isDishonest(one, found)) wrong.push(`${lineOf(one)}: ${courseOf(found)} is not what was proven`);
  }
  assert.ok(wrong.length === 0, `${wrong.length} of ${cases.length} cases:\n${wrong.slice(0, 40).join('\n')}`);
}

function casesOf(source: Protocol, target: Protocol, wanted: readonly Wanted[]): readonly Case[] {
  const axes = { said, approved: levels, minimum: levels, wanted, card: [true, false] } as const;
  return axes.said.flatMap((name) =>
    axes.approved.flatMap((approved) =>
      axes.minimum.flatMap((minimum) =>
        axes.wanted.flatMap((one) =>
          axes.card.map((card) => ({ source, target, said: name, approved, minimum, wanted: one, card })),
        ),
      ),
    ),
  );
}

const record = ({ source, approved, minimum, card }: Case) => ({
  ...{ source, approved, minimum, card },
  ...{ levels: worth, approvedNames },
});

describe('levels from one protocol to the other', () => {
  for (const source of protocols) {
    for (const target of protocols) {
      const cases = casesOf(source, target, wishes[target]);

      test(`${source} -> hub -> ${target}: ${cases.length} logins`, async () => {
        await goThrough(cases, expected, async (hub, one) => {
          hub.register(record(one));
          const course = await hub.logIn(target, one.said, one.wanted);
          // A later decision reads what was kept, so that is no higher either.
          return hub.kept === undefined || hub.kept === trueLevel(one)
            ? course
            : { ...course, end: `kept ${hub.kept}` };
        });
      });
    }
  }

  test('every kind of end is among the cases, so that none of them is expected by mistake alone', () => {
    const cases = protocols.flatMap((target) => casesOf('saml', target, wishes[target]));
    const ends = new Set(cases.map((one) => `${one.target} ${expected(one).end}`));
    assert.deepEqual([...ends].sort(), [
      'oidc refused access_denied',
      'oidc refused unmet_authentication_requirements',
      ...levels.map((level) => `oidc ${ours(level)}`).sort(),
      'saml http://eidas.europa.eu/LoA/substantial',
      `saml ${loa(2)}`,
      `saml ${loa(3)}`,
      `saml ${loa(4)}`,
      'saml refused NoAuthnContext',
      'saml refused cancel',
      ...levels.map((level) => `saml ${ours(level)}`).sort(),
    ]);
  });
});

describe('a login that is there already, by an application of the other protocol', () => {
  for (const source of protocols) {
    for (const target of protocols) {
      const other = target === 'saml' ? 'oidc' : 'saml';
      const asking = wishes[target].flatMap((wanted) => [wanted, { ...wanted, passive: true }]);
      // How the request and the minimum add up is shown above.
      const cases = casesOf(source, target, asking).filter(
        ({ minimum, wanted, said: name }) => (minimum === 'low' || wanted.names.length === 0) && name !== ours('high'),
      );

      test(`${source} -> hub -> ${other}, and then ${target}: ${cases.length} logins`, async () => {
        await goThrough(cases, expectedAgain, async (hub, one) => {
          // What the provider is approved for is taken from it after the login.
          hub.register({ ...record(one), approved: 'high', minimum: 'low' });
          await hub.logIn(other, one.said, { names: [] });
          hub.register(record(one));
          return await hub.logIn(target, one.said, one.wanted, true);
        });
      });
    }
  }
});
