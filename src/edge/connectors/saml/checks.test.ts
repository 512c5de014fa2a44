// Each check of our own on a SAML answer: refused by it, and let through when it alone is left out (mutation).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Answer, loa, type SamlFake, samlNumber, samlTestNumber } from '../../../../test/fakes/saml-provider.ts';
import { SamlVisit } from '../../../../test/fakes/saml-visit.ts';
import { minuteMs } from '../../../base/clock.ts';
import { type Provider, scopeOf } from '../../../core/catalogue/index.ts';
import type { Wish } from '../../../core/journey/index.ts';
import { type Assurance, assuranceLevels, lowerOf, reaches } from '../../../wire/codes/index.ts';
import { personChecks } from './index.ts';

interface Case {
  readonly check: string;
  readonly what: string;
  readonly reason: string;
  readonly provider?: (there: SamlFake) => Provider;
  readonly wish?: Partial<Wish>;
  readonly said: (visit: SamlVisit) => Answer;
  /** Nobody is named, so that nobody can be let in by dropping the check. */
  readonly stillNobody?: true;
}

const affiliation = 'urn:oid:1.2.752.201.3.1';
const kommun = (there: SamlFake): Provider =>
  there.provider({ organisation: 'kommun', scopes: ['kommun.se', '212000-1553'] });
const other = { reason: 'upstream.otherOrganisation', check: 'organisation.own', provider: kommun } as const;

const cases: readonly Case[] = [
  {
    check: 'login.recent',
    what: 'a login there that is older than it may be',
    reason: 'upstream.tooOld',
    wish: { maxAgeSeconds: 600 },
    said: ({ now }) => ({ authnInstant: now - 20 * minuteMs }),
  },
  {
    check: 'level.reached',
    what: 'a level above what the provider is approved for',
    reason: 'upstream.levelTooLow',
    provider: (there) => there.provider({}, { maximumAssurance: 'substantial' }),
    wish: { required: 'high' },
    said: () => ({ classRef: loa(4) }),
  },
  {
    check: 'passedOn.asAllowed',
    what: 'one who was asked further on than the application allows',
    reason: 'upstream.invalid',
    wish: { passedOn: 2 },
    said: () => ({ behind: ['https://one.example', 'https://two.example'] }),
  },
  {
    ...other,
    what: 'an affiliation with another organisation',
    said: () => ({ attributes: { [affiliation]: 'anna@5560001234' } }),
  },
  {
    ...other,
    what: 'an affiliation whose name holds the own number: the last @ counts',
    said: () => ({ attributes: { [affiliation]: 'anna@2120001553@5560001234' } }),
  },
  {
    ...other,
    what: 'one of two that is another’s',
    said: () => ({ attributes: { [affiliation]: ['anna@2120001553', 'anna@5560001234'] } }),
  },
  {
    ...other,
    what: 'the number of another organisation, in Sambi’s name for it',
    said: () => ({ attributes: { 'http://sambi.se/attributes/1/organizationIdentifier': '5560001234' } }),
  },
  {
    ...other,
    what: 'a scope of another',
    said: () => ({ attributes: { 'urn:oid:1.3.6.1.4.1.5923.1.1.1.9': 'employee@other.se' } }),
  },
  {
    check: 'person.named',
    what: 'nobody',
    reason: 'upstream.subject',
    said: () => ({ nameId: undefined }),
    stillNobody: true,
  },
  {
    check: 'person.real',
    what: 'a made-up number',
    reason: 'upstream.testNumber',
    provider: (there) => there.provider({ namespaces: ['se-personnummer'] }),
    said: () => ({ attributes: { 'urn:oid:1.2.752.29.4.13': samlTestNumber } }),
  },
];

describe('checks of a SAML answer', () => {
  for (const { check, what, reason, said, stillNobody, ...given } of cases) {
    test(`${check}: ${what}`, async () => {
      const { provider, wish } = given;
      const of = async (checks = personChecks) => {
        const visit = new SamlVisit({ checks, ...(provider === undefined ? {} : { provider }) });
        return await visit.logIn(said(visit), wish);
      };
      const answer = await of();
      assert.ok(answer.kind === 'refused', 'somebody was logged in');
      assert.deepEqual([answer.reason, answer.detail?.check], [reason, check]);
      const left = personChecks.filter(({ name }) => name !== check);
      if (stillNobody) await assert.rejects(of(left), /evidence of nobody|internal/);
      else assert.equal((await of(left)).kind, 'proven', 'the check is what refuses it');
    });
  }

  test('every check is shown, in the order of the list', () => {
    const shown = new Set(cases.map(({ check }) => check));
    assert.deepEqual(
      personChecks.map(({ name }) => name),
      [...shown],
    );
  });

  test('what is the provider’s own passes: scope, number in any spelling, number of its organisation', async () => {
    for (const attributes of [
      { [affiliation]: 'anna@2120001553' },
      { [affiliation]: 'anna@mail.se@212000-1553' },
      { 'urn:oid:2.5.4.97': '162120001553' },
      { 'urn:oid:1.3.6.1.4.1.5923.1.1.1.6': 'anna@kommun.se' },
    ]) {
      assert.equal((await new SamlVisit({ provider: kommun }).logIn({ attributes })).kind, 'proven');
    }
    const byNumber = (there: SamlFake) => there.provider({ organisation: 'kommun' });
    assert.equal(
      (await new SamlVisit({ provider: byNumber }).logIn({ attributes: { [affiliation]: 'anna@2120001553' } })).kind,
      'proven',
    );
    const national = await new SamlVisit().logIn({ attributes: { [affiliation]: 'anna@5560001234' } });
    assert.equal(national.kind, 'proven', 'a provider of everybody’s may name every organisation');
  });

  test('one spelling of a number, and none of what is not one', () => {
    assert.deepEqual(['16212000-1553', '2120001553', ' Kommun-Nord.se '].map(scopeOf), [
      '2120001553',
      '2120001553',
      'kommun-nord.se',
    ]);
  });

  test('a real number passes where made-up ones do not, and made-up ones where they may', async () => {
    const of = (testNumbers: boolean, value: string) =>
      new SamlVisit({ provider: (there) => there.provider({ namespaces: ['se-personnummer'], testNumbers }) }).logIn({
        attributes: { 'urn:oid:1.2.752.29.4.13': value },
      });
    assert.equal((await of(false, samlNumber)).kind, 'proven');
    assert.equal((await of(true, samlTestNumber)).kind, 'proven');
  });
});

describe('levels, in full (B3)', () => {
  const names: readonly (readonly [classRef: string, worth: Assurance])[] = [
    [loa(2), 'low'],
    [loa(3), 'substantial'],
    [loa(4), 'high'],
    ['http://id.swedenconnect.se/loa/1.0/uncertified-loa3', 'low'],
    ['http://id.swedenconnect.se/loa/1.0/loa4-nonresident', 'low'],
    ['urn:tillit:loa:high', 'low'],
    ['toString', 'low'],
    ['urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI', 'low'],
  ];
  for (const maximum of assuranceLevels) {
    for (const required of assuranceLevels) {
      for (const [classRef, worth] of names) {
        const level = lowerOf(worth, maximum);
        test(`${classRef} of a provider for ${maximum}, where ${required} is required`, async () => {
          const visit = new SamlVisit({ provider: (there) => there.provider({}, { maximumAssurance: maximum }) });
          const answer = await visit.logIn({ classRef }, { required });
          if (reaches(level, required)) assert.ok(answer.kind === 'proven' && answer.evidence.assurance === level);
          else assert.ok(answer.kind === 'refused' && answer.reason === 'upstream.levelTooLow');
        });
      }
    }
  }
});
