// Adding a login: who may begin, with which proof; and every check of the way back, each of which turns a case (N7, A1, A2, O8).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { upstreamProvider } from '../../../test/fakes/upstream-provider.ts';
import { minute, morning, proof } from '../../../test/fakes/ward.ts';
import {
  type AdditionFacts,
  additionChecks,
  additionFault,
  freshProof,
  type OwnSession,
  startAddition,
} from './add-identity.ts';

const eid = upstreamProvider({ preset: 'generic' }, { id: 'eid', maximumAssurance: 'high' });
const rules = { minimum: 'substantial', proofSeconds: 300 } as const;
const card = proof('bo', 'simple');
const strong = proof('bo', 'advanced', { provenAt: morning - 2 * minute });
const password = proof('bo', 'password');
const session = (change: Partial<OwnSession> = {}): OwnSession => ({
  id: 's1',
  person: 'bo',
  closed: false,
  evidence: [card],
  ...change,
});

describe('beginning to add a login', () => {
  const rows: readonly (readonly [string, OwnSession, typeof eid | undefined, string])[] = [
    ['a card just now', session(), eid, 'begin substantial'],
    ['the strongest of what is fresh', session({ evidence: [card, strong] }), eid, 'begin high'],
    ['a password alone', session({ evidence: [password] }), eid, 'prove'],
    ['nothing at all', session({ evidence: [] }), eid, 'prove'],
    [
      'five minutes ago',
      session({ evidence: [{ ...card, provenAt: morning - 5 * minute }] }),
      eid,
      'begin substantial',
    ],
    ['longer ago', session({ evidence: [{ ...card, provenAt: morning - 5 * minute - 1 }] }), eid, 'prove'],
    [
      'an old card and a fresh password',
      session({ evidence: [{ ...card, provenAt: morning - 6 * minute }, password] }),
      eid,
      'prove',
    ],
    ['a person who is closed', session({ closed: true }), eid, 'refused person.closed'],
    ['a provider that is not there', session(), undefined, 'refused link.noIdentity'],
    [
      'a provider of national numbers alone',
      session(),
      upstreamProvider({ preset: 'idporten' }, { id: 'eid' }),
      'refused link.noIdentity',
    ],
    ['a provider that reaches less', session({ evidence: [strong] }), { ...eid, maximumAssurance: 'low' }, 'begin low'],
  ];
  for (const [name, from, provider, expected] of rows) {
    test(`${name}: ${expected}`, () => {
      const started = startAddition(from, provider, rules, morning);
      const more = started.kind === 'begin' ? started.intent.ceiling : started.kind === 'refused' ? started.reason : '';
      assert.equal(`${started.kind} ${more}`.trim(), expected);
    });
  }

  test('the intent is bound to the person, the session and the proof', () => {
    const started = startAddition(session({ evidence: [card, strong] }), eid, rules, morning);
    assert.ok(started.kind === 'begin');
    const { person, session: id, provedBy, provider } = started.intent;
    assert.deepEqual([person, id, provedBy, provider], ['bo', 's1', strong.id, 'eid']);
  });

  test('how strong and how fresh is data', () => {
    assert.equal(freshProof([password], { ...rules, minimum: 'low' }, morning), password);
    assert.equal(freshProof([card], { ...rules, proofSeconds: 60 }, morning + 61_000), undefined);
  });
});

const intent = { provider: 'eid', person: 'bo', session: 's1', provedBy: card.id, ceiling: 'substantial' } as const;
const added = proof('x', 'password', {
  connector: 'oidc',
  provider: 'eid',
  subject: { namespace: 'oidc:eid', value: 'sub-1' },
});
const facts = (change: Partial<AdditionFacts> = {}): AdditionFacts => ({
  intent,
  evidence: added,
  session: session(),
  namespaces: ['hsa-id'],
  found: [],
  ...change,
});
const held = (person: string) => ({ namespace: 'oidc:eid', value: 'sub-1', person, closed: false });
const numbered = { ...added, alternates: [{ namespace: 'se-personnummer', value: '191212121212' }] };

/** One case for each check: with the check it is refused for its reason, without it that reason is gone. */
const faults: Readonly<Record<string, AdditionFacts>> = {
  'session.began': facts({ session: session({ id: 's2' }) }),
  'session.person': facts({ session: session({ person: 'anna' }) }),
  'session.proof': facts({ session: session({ evidence: [strong] }) }),
  'person.open': facts({ session: session({ closed: true }) }),
  'provider.asked': facts({
    evidence: { ...added, provider: 'other', subject: { namespace: 'oidc:other', value: 'sub-1' } },
  }),
  'identity.own': facts({ evidence: { ...added, subject: { namespace: 'email', value: 'bo@example.com' } } }),
  'identity.free': facts({ found: [held('anna')] }),
  'identity.new': facts({ found: [held('bo')] }),
  'number.same': facts({ evidence: numbered, namespaces: ['se-personnummer'] }),
};

describe('the way back', () => {
  test('everything as it should be', () => assert.equal(additionFault(facts()), undefined));
  test('a number where the person has none is no fault', () => {
    assert.equal(additionFault(facts({ evidence: numbered })), undefined);
  });
  test('nobody is logged in any more', () => {
    assert.equal(additionFault(facts({ session: undefined }))?.reason, 'link.sessionChanged');
  });
  test('every check has its case', () => {
    assert.deepEqual(
      Object.keys(faults),
      additionChecks.map(({ name }) => name),
    );
  });
  for (const check of additionChecks) {
    test(`${check.name}: refused with it, not without it`, () => {
      const fault = faults[check.name];
      assert.ok(fault);
      assert.equal(additionFault(fault)?.name, check.name);
      const rest = additionChecks.filter(({ name }) => name !== check.name);
      assert.equal(additionFault(fault, rest), undefined);
    });
  }
});
