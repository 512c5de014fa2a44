// What lists say of a certificate: partitioned, delta, indirect, by another key of their issuer; every check dropped clears somebody.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  anyKey,
  authority,
  flag,
  fullName,
  general,
  issuingPoint,
  listBy,
  nameOf,
  now,
  type Party,
  person,
  points,
  revoked,
  usedFor,
} from '../../../../test/fakes/pkix.ts';
import {
  type Crl,
  der,
  derInteger,
  derSequence,
  type ExtensionToWrite,
  extensionOids,
  publicKeyDer,
  writeExtension,
} from '../../../base/x509/index.ts';
import { defaultAlgorithms } from './algorithms.ts';
import { defaultBounds } from './candidate-paths.ts';
import { crlChecks, deltaChecks, statusByCrls } from './crl-status.ts';
import { AuthorityIndex } from './find-paths.ts';
import { statusTeller } from './revocation-status.ts';
import { SignatureWork } from './signature-work.ts';

const root = authority('Root');
const issuing = authority('Issuing', root);
const url = (text: string) => fullName(general.uri(text));
const partOne = person(issuing, { extensions: [points(derSequence(url('http://one')))] });
const plain = person(issuing);
const number = (value: number) => writeExtension.crlNumber(value);
const deltaOf = (value: number): ExtensionToWrite => ({
  oid: extensionOids.deltaCrlIndicator,
  critical: true,
  value: derInteger(value),
});
const reasons = (...octets: number[]) => der(0x83, Buffer.from(octets));
const list = (...extensions: ExtensionToWrite[]): Crl => listBy(issuing, { extensions });
const otherName = authority('Other', root);

interface Asked {
  readonly of?: Party;
  readonly issuer?: Party;
  readonly crls: readonly Crl[];
  readonly indirectAllowed?: boolean;
  readonly signed?: boolean;
  readonly signatures?: ReadonlySet<string>;
}
const statusOf = (asked: Asked, list = crlChecks, delta = deltaChecks) =>
  statusByCrls(
    {
      certificate: (asked.of ?? plain).certificate,
      issuer: (asked.issuer ?? issuing).certificate,
      crls: asked.crls.map((crl) => ({ crl, fetchedAt: now })),
      now,
      algorithms: { ...defaultAlgorithms, ...(asked.signatures === undefined ? {} : { signatures: asked.signatures }) },
      indirectAllowed: asked.indirectAllowed ?? false,
      isSigned: () => asked.signed ?? true,
    },
    { list, delta },
  );

/** Each is of unknown status, by this check. */
const unknown: readonly (readonly [name: string, check: string, asked: Asked])[] = [
  ['of another issuer', 'crlIssuer', { crls: [listBy(otherName)] }],
  ['of several issuers, not configured', 'crlIndirect', { crls: [list(issuingPoint(flag(0x84)))] }],
  ['of another point', 'crlScope', { of: partOne, crls: [list(issuingPoint(url('http://two')))] }],
  ['of a point, for a certificate that names none', 'crlScope', { crls: [list(issuingPoint(url('http://one')))] }],
  ['of authorities, for a person', 'crlKind', { crls: [list(issuingPoint(flag(0x82)))] }],
  [
    'of people, for an authority',
    'crlKind',
    { of: issuing, issuer: root, crls: [listBy(root, { extensions: [issuingPoint(flag(0x81))] })] },
  ],
  ['of attribute certificates', 'crlKind', { crls: [list(issuingPoint(flag(0x85)))] }],
  ['by an algorithm that is not allowed', 'crlAlgorithm', { crls: [list()], signatures: new Set(['ed25519']) }],
  ['signed by nobody who may', 'crlSigned', { crls: [list()], signed: false }],
  ['of the future', 'crlBegun', { crls: [listBy(issuing, { thisUpdate: now + 600_000 })] }],
  ['past its nextUpdate', 'crlCurrent', { crls: [listBy(issuing, { nextUpdate: now })] }],
];

describe('a list that can say nothing', () => {
  for (const [name, check, asked] of unknown)
    test(`${name}: ${check}`, () => {
      const status = statusOf(asked);
      assert.ok(status.kind === 'unknown' && status.because.includes(check), JSON.stringify(status));
    });
  for (const { name } of crlChecks)
    test(`without ${name} it clears somebody`, () => {
      const fewer = crlChecks.filter((check) => check.name !== name);
      assert.ok(unknown.some(([, check, asked]) => check === name && statusOf(asked, fewer).kind === 'good'));
    });
  test('none at all', () => assert.equal(statusOf({ crls: [] }).kind, 'unknown'));
  test('of some reasons only, until the rest comes along', () => {
    const some = list(issuingPoint(reasons(0, 0x60)));
    const rest = list(issuingPoint(reasons(7, 0x1f, 0x80)));
    const status = statusOf({ crls: [some] });
    assert.ok(status.kind === 'unknown' && status.because.includes('crlReasons'));
    assert.equal(statusOf({ crls: [some, rest] }).kind, 'good');
  });
});

describe('a list that speaks', () => {
  test('clears whom it does not name, and revokes whom it does', () => {
    assert.deepEqual(statusOf({ crls: [list()] }), { kind: 'good', checkedAt: now });
    const status = statusOf({ crls: [listBy(issuing, { revoked: [revoked(plain, 4)] })] });
    assert.deepEqual(status, { kind: 'revoked', at: now - 1_000, reason: 4 });
  });
  test('of its own point', () => {
    assert.equal(statusOf({ of: partOne, crls: [list(issuingPoint(url('http://one')))] }).kind, 'good');
  });
  test('that revokes counts against one that does not', () => {
    const both = [list(), listBy(issuing, { revoked: [revoked(plain)] })];
    for (const crls of [both, both.toReversed()]) assert.equal(statusOf({ crls }).kind, 'revoked');
  });
});

describe('a delta list', () => {
  const whole = (...entries: ReturnType<typeof revoked>[]) =>
    listBy(issuing, { extensions: [number(10)], revoked: entries });
  const delta = (given: { base?: number; at?: number; entries?: ReturnType<typeof revoked>[]; nextUpdate?: number }) =>
    listBy(issuing, {
      extensions: [number(given.at ?? 12), deltaOf(given.base ?? 9)],
      revoked: given.entries ?? [],
      nextUpdate: given.nextUpdate ?? now + 1_000,
    });
  test('alone clears nobody', () => assert.equal(statusOf({ crls: [delta({})] }).kind, 'unknown'));
  test('revokes what its whole list does not', () => {
    assert.equal(statusOf({ crls: [whole(), delta({ entries: [revoked(plain)] })] }).kind, 'revoked');
  });
  test('releases what its whole list holds', () => {
    assert.equal(statusOf({ crls: [whole(revoked(plain, 6)), delta({ entries: [revoked(plain, 8)] })] }).kind, 'good');
  });
  test('says that it came along, for every reason or not at all', () => {
    assert.deepEqual(statusOf({ crls: [whole(), delta({})] }), { kind: 'good', checkedAt: now, byDelta: true });
    const [some, rest] = [issuingPoint(reasons(0, 0x60)), issuingPoint(reasons(7, 0x1f, 0x80))] as const;
    const parts = [list(number(10), some), list(number(10), rest), list(number(12), deltaOf(9), some)];
    assert.deepEqual(statusOf({ crls: parts }), { kind: 'good', checkedAt: now });
  });
  test('past its time changes nothing', () => {
    const late = delta({ entries: [revoked(plain, 8)], nextUpdate: now });
    assert.equal(statusOf({ crls: [whole(revoked(plain, 6)), late] }).kind, 'revoked');
  });

  const keyed = (by: Party) => writeExtension.authorityKeyId(publicKeyDer(by.key));
  /** Each releases a certificate that its whole list holds, and must not, by this check. */
  const strangers: readonly (readonly [check: string, name: string, crl: Crl])[] = [
    [
      'deltaScope',
      'of another scope',
      listBy(issuing, {
        extensions: [number(12), deltaOf(9), issuingPoint(flag(0x81)), keyed(issuing)],
        revoked: [revoked(plain, 8)],
      }),
    ],
    [
      'deltaKey',
      'by another key',
      listBy(issuing, { extensions: [number(12), deltaOf(9), keyed(otherName)], revoked: [revoked(plain, 8)] }),
    ],
    [
      'deltaBase',
      'from a whole list that came later',
      listBy(issuing, { extensions: [number(12), deltaOf(11), keyed(issuing)], revoked: [revoked(plain, 8)] }),
    ],
    [
      'deltaNumber',
      'from before the whole list',
      listBy(issuing, { extensions: [number(9), deltaOf(8), keyed(issuing)], revoked: [revoked(plain, 8)] }),
    ],
  ];
  const held = listBy(issuing, { extensions: [number(10), keyed(issuing)], revoked: [revoked(plain, 6)] });
  for (const [, name, crl] of strangers)
    test(`${name} changes nothing`, () => assert.equal(statusOf({ crls: [held, crl] }).kind, 'revoked'));
  for (const { name } of deltaChecks)
    test(`without ${name} it releases somebody`, () => {
      const fewer = deltaChecks.filter((check) => check.name !== name);
      const turned = strangers.filter(
        ([check, , crl]) => check === name && statusOf({ crls: [held, crl] }, crlChecks, fewer).kind === 'good',
      );
      assert.equal(turned.length, 1);
    });
});

describe('an indirect list, where that is configured', () => {
  const lister = authority('Lister', root, { extensions: usedFor(['cRLSign']) });
  const crlIssuer = der(0xa2, general.directory(lister.name));
  const listed = person(issuing, { extensions: [points(derSequence(crlIssuer))] });
  const of = (name: Buffer): ExtensionToWrite => ({
    oid: extensionOids.certificateIssuer,
    critical: true,
    value: derSequence(general.directory(name)),
  });
  const entry = (name: Buffer) => ({ ...revoked(listed), extensions: [of(name)] });
  const indirect = (...entries: ReturnType<typeof entry>[]) =>
    listBy(lister, { extensions: [issuingPoint(flag(0x84))], revoked: entries });
  const ask = (crl: Crl, indirectAllowed = true) => statusOf({ of: listed, crls: [crl], indirectAllowed }).kind;
  test('speaks for the certificates that name its issuer', () => {
    assert.equal(ask(indirect()), 'good');
    assert.equal(ask(indirect(entry(issuing.name))), 'revoked');
    assert.equal(ask(indirect(entry(nameOf('Somebody')))), 'good', 'the same number of another issuer');
  });
  test('not otherwise', () => {
    assert.equal(ask(indirect(), false), 'unknown');
    assert.equal(ask(listBy(lister)), 'unknown', 'a list that does not say it is one');
    assert.equal(statusOf({ of: plain, crls: [indirect()], indirectAllowed: true }).kind, 'unknown');
  });
});

test('the signer of an indirect list may stand under it, and vouches for nobody else before it is known', () => {
  const crlIssuer = points(derSequence(der(0xa2, general.directory(nameOf('Lister')))));
  const indirect = (by: Party) => listBy(by, { extensions: [issuingPoint(flag(0x84))] });
  const listed = person(issuing, { extensions: [crlIssuer] });
  const ask = (lister: Party, authorities: readonly Party[], crls: readonly Crl[]) =>
    statusTeller({
      crls: crls.map((crl) => ({ crl, fetchedAt: now })),
      responses: [],
      indirectAllowed: true,
      ocspMostAgeMs: 0,
      anchor: root.certificate,
      authorities: [new AuthorityIndex([lister, ...authorities].map(({ certificate }) => certificate))],
      now,
      algorithms: defaultAlgorithms,
      work: new SignatureWork(100),
      bounds: defaultBounds,
    })(listed.certificate, issuing.certificate).kind;
  const forLists = [...usedFor(['cRLSign']), crlIssuer];
  const lister = authority('Lister', root, { extensions: forLists });
  assert.equal(ask(lister, [], [indirect(lister)]), 'good');
  assert.equal(ask(lister, [], [indirect(lister), listBy(root, { revoked: [revoked(lister)] })]), 'unknown');
  // An authority that its root may have revoked, in a list that is kept back, makes a lister that clears it.
  const doubtful = authority('Doubtful', root, { extensions: [crlIssuer] });
  const itsOwn = authority('Lister', doubtful, { extensions: forLists });
  assert.equal(ask(itsOwn, [doubtful], [indirect(itsOwn)]), 'unknown');
});

describe('who may sign a list', () => {
  const status = (crls: readonly Crl[], authorities: readonly Party[], issuer: Party = issuing, leaf: Party = plain) =>
    statusTeller({
      crls: [...crls, listBy(root)].map((crl) => ({ crl, fetchedAt: now })),
      responses: [],
      indirectAllowed: false,
      ocspMostAgeMs: 0,
      anchor: root.certificate,
      authorities: [new AuthorityIndex(authorities.map(({ certificate }) => certificate))],
      now,
      algorithms: defaultAlgorithms,
      work: new SignatureWork(100),
      bounds: defaultBounds,
    })(leaf.certificate, issuer.certificate).kind;
  const signedBy = (party: Party) => listBy(issuing, {}, party.key);
  const forLists = usedFor(['cRLSign']);

  test('the issuer', () => assert.equal(status([signedBy(issuing)], []), 'good'));
  test('a key for lists that the same root gave the same authority', () => {
    const listKey = authority('Issuing', root, { extensions: forLists });
    assert.equal(status([signedBy(listKey)], [listKey]), 'good');
  });
  test('the new key of an authority, for what its old key made, and the other way about', () => {
    const renewed = authority('Issuing', issuing);
    assert.equal(status([signedBy(renewed), signedBy(issuing)], [issuing, renewed]), 'good');
    const below = person(renewed);
    assert.equal(status([signedBy(issuing)], [issuing, renewed], renewed, below), 'good');
  });
  const refused: Readonly<Record<string, () => [Crl, Party[]]>> = {
    'another key of nobody': () => [listBy(issuing, {}, anyKey()), []],
    'an issuer that may not sign lists': () => {
      const mute = authority('Issuing', root, { key: issuing.key, extensions: usedFor(['keyCertSign']) });
      return [signedBy(issuing), [mute]];
    },
    'a key whose certificate does not say cRLSign': () => {
      const other = authority('Issuing', root, { extensions: usedFor(['keyCertSign']) });
      return [signedBy(other), [other]];
    },
    'a key without key usage': () => {
      const other = authority('Issuing', root, { without: [extensionOids.keyUsage] });
      return [signedBy(other), [other]];
    },
    'an authority of the same name elsewhere under the root': () => {
      const elsewhere = authority('Elsewhere', root);
      const other = authority('Issuing', elsewhere);
      return [signedBy(other), [elsewhere, other]];
    },
    'an authority of the same name under another root': () => {
      const otherRoot = authority('Root');
      const other = authority('Issuing', otherRoot);
      return [signedBy(other), [otherRoot, other]];
    },
    'a key whose certificate has ended': () => {
      const other = authority('Issuing', root, { extensions: forLists, notAfter: now - 1_000 });
      return [signedBy(other), [other]];
    },
  };
  for (const [name, make] of Object.entries(refused))
    test(`not ${name}`, () => {
      const [crl, authorities] = make();
      const issuer = name === 'an issuer that may not sign lists' ? (authorities[0] as Party) : issuing;
      assert.equal(status([crl], authorities, issuer), 'unknown');
    });
  test('not a key whose own certificate is revoked', () => {
    const listKey = authority('Issuing', root, { extensions: forLists });
    const ofRoot = listBy(root, { revoked: [revoked(listKey)] });
    assert.equal(status([signedBy(listKey), ofRoot], [listKey]), 'unknown');
  });
});
