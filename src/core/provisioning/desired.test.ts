// K5, K6, K8: which account the rules want, as a table.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { publicKeyDer, writeCertificate, writeName } from '../../base/x509/index.ts';
import type { AccountRule } from '../catalogue/account-rule.ts';
import type { AccountTarget } from '../catalogue/account-target.ts';
import type { Assignment, PersonFacts } from '../directory/directory.ts';
import type { DesiredAccount } from './account.ts';
import { type DesiredFacts, desiredAccount, ownedBy } from './desired.ts';
import { type AccountGrant, type KnownCard, rulesFor } from './grant.ts';

const now = Date.UTC(2026, 0, 1);
const hour = 3_600_000;
const day = 24 * hour;

const target: AccountTarget = {
  id: 'ad',
  name: { en: 'Directory' },
  kind: 'activeDirectory',
  loginName: '{given:3}{family:3}',
  principalSuffix: 'region.example',
  keyAttribute: 'employeeNumber',
  markAttribute: 'adminDescription',
  identifier: 'hsa-id',
  deleteAfterDays: 90,
  closed: false,
};
const rule = (id: string, change: Partial<AccountRule> = {}): AccountRule => ({
  id,
  name: { en: id },
  target: 'ad',
  applications: ['ehr'],
  organisations: [],
  roles: [],
  container: 'OU=Care,DC=region',
  attributes: [{ name: 'company', value: '{organisation}' }],
  groups: [`CN=${id}`],
  lifetimeSeconds: 86_400,
  closed: false,
  ...change,
});
const assignment = (id: string, change: Partial<Assignment> = {}): Assignment => ({
  id,
  person: 'anna',
  organisation: 'town',
  role: 'nurse',
  title: 'Sjuksköterska',
  ...change,
});
const grant = (id: string, change: Partial<AccountGrant> = {}): AccountGrant => ({
  rule: id,
  application: 'ehr',
  assignment: 'a1',
  grantedAt: now - hour,
  until: now + 23 * hour,
  reference: 'r',
  ...change,
});
const anna = (change: Partial<PersonFacts> = {}, person: Partial<PersonFacts['person']> = {}): PersonFacts => ({
  person: {
    id: 'anna',
    givenName: 'Anna',
    familyName: 'Öberg',
    closed: false,
    protectedIdentity: false,
    attributes: {},
    ...person,
  },
  assignments: [assignment('a1')],
  organisations: new Map([
    ['town', { id: 'town', name: 'Smalltown', closed: false }],
    ['city', { id: 'city', name: 'Bigtown', closed: false }],
  ]),
  units: new Map(),
  namespaces: ['hsa-id'],
  ...change,
});
const rules = (...all: readonly AccountRule[]) => new Map(all.map((one) => [one.id, one]));
function account(change: Partial<DesiredFacts>): DesiredAccount {
  const desired = desiredAccount(
    { target, rules: rules(rule('care')), grants: [grant('care')], person: anna(), key: 'SE1-1', ...change },
    now,
  );
  assert.equal(desired.kind, 'account');
  return desired.account;
}

describe('the rules for an opening', () => {
  const all = [
    rule('care', { organisations: ['town'], roles: ['nurse'] }),
    rule('all'),
    rule('closed', { closed: true }),
    rule('other', { applications: ['x-ray'] }),
  ];
  const cases: readonly (readonly [string, Assignment | undefined, readonly string[]])[] = [
    ['a nurse of the town', assignment('a1'), ['care', 'all']],
    ['a nurse of another town', assignment('a1', { organisation: 'city' }), ['all']],
    ['a clerk of the town', assignment('a1', { role: 'clerk' }), ['all']],
    ['somebody without an assignment', undefined, ['all']],
  ];
  for (const [who, held, ids] of cases)
    test(who, () =>
      assert.deepEqual(
        rulesFor(all, { application: 'ehr', assignment: held }).map(({ id }) => id),
        ids,
      ),
    );
});

test('one login: open until its end, in the rule’s place, saying what the rule says', () => {
  const { person, loginNames, ...rest } = account({});
  assert.equal(person, 'anna');
  assert.equal(loginNames[0], 'annobe');
  assert.deepEqual(rest, {
    target: 'ad',
    key: 'SE1-1',
    mark: 'tillit:anna',
    principalSuffix: 'region.example',
    container: 'OU=Care,DC=region',
    attributes: { company: ['Smalltown'] },
    groups: ['CN=care'],
    until: now + 23 * hour,
    deleteFrom: now + 23 * hour + 90 * day,
    rules: ['care'],
  });
});

test('two logins: the longest end, the groups of both, and what the newest says', () => {
  const facts = {
    rules: rules(rule('care'), rule('short', { lifetimeSeconds: 90, container: 'OU=Short,DC=region' })),
    person: anna({ assignments: [assignment('a1'), assignment('a2', { organisation: 'city' })] }),
    grants: [grant('short', { assignment: 'a2', grantedAt: now - 1000, until: now + 89_000 }), grant('care')],
  };
  const both = account(facts);
  assert.deepEqual(
    [both.until, both.groups, both.attributes, both.container],
    [now + 23 * hour, ['CN=care', 'CN=short'], { company: ['Bigtown'] }, 'OU=Short,DC=region'],
  );
  const later = desiredAccount({ target, key: 'SE1-1', ...facts }, now + 100_000);
  assert.ok(later.kind === 'account');
  assert.deepEqual([later.account.groups, later.account.until], [['CN=care'], now + 23 * hour]);
});

/** Her assignment as it is now, and a rule for nurses of the town. */
const moved = (change: Partial<Assignment>): Partial<DesiredFacts> => ({
  person: anna({ assignments: [assignment('a1', change)] }),
  rules: rules(rule('care', { organisations: ['town'], roles: ['nurse'] })),
});

describe('closed, with its end behind it', () => {
  const closed: readonly (readonly [string, Partial<DesiredFacts>])[] = [
    ['after the last login’s time', { grants: [grant('care', { until: now })] }],
    ['when its rule is closed', { rules: rules(rule('care', { closed: true })) }],
    ['when its rule names the application no more', { rules: rules(rule('care', { applications: ['other'] })) }],
    ['when its holder is closed', { person: anna({}, { closed: true }) }],
    ['when the assignment ended', { person: anna({ assignments: [assignment('a1', { until: now })] }) }],
    ['when the assignment is gone', { person: anna({ assignments: [] }) }],
    ['when its rule is gone', { rules: new Map() }],
    ['when the assignment is at an organisation that the rule is not for', moved({ organisation: 'city' })],
    ['when the assignment has a role that the rule is not for', moved({ role: 'clerk' })],
    [
      'when the rule asks for an assignment by now',
      { ...moved({}), grants: [grant('care', { assignment: undefined })] },
    ],
  ];
  for (const [when, change] of closed)
    test(when, () => {
      const found = account(change);
      assert.ok(found.until <= now, `${found.until - now}`);
      assert.deepEqual([found.groups, found.attributes, found.rules], [[], {}, []]);
    });
});

test('nothing is known without a login, and nothing is made without a name', () => {
  const facts = { target, rules: rules(rule('care')), grants: [grant('care')], person: anna(), key: 'SE1-1' };
  assert.deepEqual(desiredAccount({ ...facts, rules: new Map(), grants: [] }, now), {
    kind: 'none',
    reason: 'noContainer',
  });
  const nameless = anna({}, { givenName: '李', familyName: '王' });
  assert.deepEqual(desiredAccount({ ...facts, person: nameless, key: '二' }, now), { kind: 'none', reason: 'noName' });
});

test('a protected person is named by initials (K11)', () => {
  const said = [
    { name: 'displayName', value: '{displayName}' },
    { name: 'givenName', value: '{givenName}' },
    { name: 'sn', value: '{familyName}' },
  ];
  const { attributes } = account({
    rules: rules(rule('care', { attributes: said })),
    person: anna({}, { protectedIdentity: true }),
  });
  assert.deepEqual(attributes, { displayName: ['A. Ö.'], givenName: ['A.'], sn: ['Ö.'] });
});

test('what has no value is removed, never written by half', () => {
  const said = [{ name: 'department', value: 'Unit {unit}' }];
  assert.deepEqual(account({ rules: rules(rule('care', { attributes: said })) }).attributes, { department: [] });
});

test('what rules of a target write is what it owns', () => {
  const found = ownedBy('ad', [rule('one'), rule('two'), rule('elsewhere', { target: 'scim' })]);
  assert.deepEqual(found, { attributes: ['company'], groups: ['CN=one', 'CN=two'] });
});

describe('cards that open the account in the target itself', () => {
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const card = (serial: string, change: Partial<KnownCard> = {}): KnownCard => ({
    fingerprint: serial,
    population: 'siths',
    chain: [
      writeCertificate(
        {
          serial: Buffer.from(serial, 'hex'),
          issuer: writeName([['2.5.4.3', 'CA']]),
          subject: writeName([['2.5.4.3', 'Anna']]),
          notBefore: 0,
          notAfter: now + day,
          publicKey: publicKeyDer(key),
          extensions: [],
        },
        key,
      ).toString('base64'),
    ],
    notAfter: now + day,
    ended: false,
    ...change,
  });
  const mapping = (serial: string): string => `X509:<I>CN=CA<SR>${serial}`;
  const mapped = rules(rule('care', { cardMapping: { form: 'issuerSerial', populations: ['siths'] } }));
  const used = (serial: string, change: Partial<AccountGrant> = {}) => grant('care', { card: serial, ...change });

  const cases: readonly (readonly [string, Partial<DesiredFacts>, readonly string[]])[] = [
    ['the card of a login that holds', { grants: [used('01')], cards: [card('01')] }, ['01']],
    ['two logins, two cards', { grants: [used('01'), used('02')], cards: [card('01'), card('02')] }, ['01', '02']],
    ['a card that ended', { grants: [used('01')], cards: [card('01', { ended: true })] }, []],
    ['a card past its time', { grants: [used('01')], cards: [card('01', { notAfter: now })] }, []],
    [
      'of a population that the rule does not name',
      { grants: [used('01')], cards: [card('01', { population: 'x' })] },
      [],
    ],
    [
      'a login whose time is over beside another',
      { grants: [used('01', { until: now }), grant('care')], cards: [card('01')] },
      [],
    ],
    ['a login without a card', { grants: [grant('care')], cards: [card('01')] }, []],
    ['a rule that wants none', { rules: rules(rule('care')), grants: [used('01')], cards: [card('01')] }, []],
    ['a closed person', { grants: [used('01')], cards: [card('01')], person: anna({}, { closed: true }) }, []],
  ];
  for (const [when, change, serials] of cases)
    test(when, () => {
      const { cardMappings, ownCardMappings } = account({ rules: mapped, ...change });
      assert.deepEqual(cardMappings, serials.map(mapping));
      assert.deepEqual(
        ownCardMappings,
        change.cards?.map(({ fingerprint }) => mapping(fingerprint)),
        'ours to take away',
      );
    });
});
