// Every check on a path: a case that it alone refuses, which turns when it is left out; and cases that must be accepted.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  alternativeNames,
  authority,
  clientAuth,
  dayMs,
  extension,
  general,
  listBy,
  nameConstraints,
  now,
  type Party,
  person,
  policyConstraints,
  revoked,
  serverAuth,
  usedFor,
  type Wanted,
} from '../../../../test/fakes/pkix.ts';
import { derSequence, extensionOids, writeExtension, writeName } from '../../../base/x509/index.ts';
import { AuthorityIndex } from './find-paths.ts';
import { judgePath, type PathQuestion, statusChecks } from './judge-path.ts';
import { pathChecks } from './path-checks.ts';
import { personChecks, usageChecks } from './person-checks.ts';
import { profileChecks } from './profile-checks.ts';
import type { PathReason } from './reasons.ts';

const root = authority('Root');
const issuing = authority('Issuing', root);
const material = { crls: [], responses: [], indirectAllowed: false, ocspMostAgeMs: 0 };
const off: PathQuestion['revocation'] = { ...material, mode: 'off', unreadable: false };

/** `leaf` under these authorities and the root, held to every list of checks. */
const questionOf = (leaf: Party, authorities: readonly Party[] = [issuing], change: Partial<PathQuestion> = {}) => ({
  leaf: leaf.certificate,
  intermediates: new AuthorityIndex(authorities.map(({ certificate }) => certificate)),
  anchors: new AuthorityIndex([root.certificate]),
  now,
  more: [...personChecks, ...profileChecks],
  revocation: off,
  ...change,
});
/** The same with a changed issuing authority. */
const under = (wanted: Wanted, leafWanted: Wanted = {}): PathQuestion => {
  const changed = authority('Issuing', root, wanted);
  return questionOf(person(changed, leafWanted), [changed]);
};
const withRoot = (wanted: Wanted): PathQuestion => {
  const other = authority('Root', undefined, wanted);
  const anchors = new AuthorityIndex([other.certificate]);
  return questionOf(person(other), [], { anchors });
};
const stranger = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const rsaRoot = authority('Root', undefined, { key: rsa });
const unknown = extension('1.3.6.1.4.1.32473.9', derSequence(), true);
const emptyName = writeName([]);
const hasRevoked = (() => {
  const leaf = person(issuing);
  const crls = [listBy(issuing, { revoked: [revoked(leaf)] }), listBy(root)];
  return questionOf(leaf, [issuing], {
    revocation: { ...off, mode: 'required', crls: crls.map((crl) => ({ crl, fetchedAt: now })) },
  });
})();

const refused: readonly (readonly [name: string, reason: PathReason, question: PathQuestion])[] = [
  ['nobody issued it', 'pathToAnchor', questionOf(person(authority('Nobody')))],
  ['the root itself', 'pathToAnchor', questionOf(root)],
  [
    'SHA-1',
    'algorithms',
    questionOf(person(rsaRoot, { hash: 'sha1' }), [], { anchors: new AuthorityIndex([rsaRoot.certificate]) }),
  ],
  ['RSA of 1024 bits', 'keySizes', questionOf(person(issuing, { key: weak }))],
  ['another signature', 'signatures', questionOf(person(issuing, { signer: stranger() }))],
  ['an authority that another signed', 'signatures', under({ signer: stranger() })],
  [
    'a person as issuer',
    'authoritiesAreCas',
    under({
      extensions: usedFor(['keyCertSign', 'digitalSignature']),
      without: [extensionOids.basicConstraints],
    }),
  ],
  [
    'longer than an authority allows',
    'pathLength',
    (() => {
      const short = authority('Short', root, { extensions: [writeExtension.basicConstraints(true, 0)] });
      const below = authority('Below', short);
      return questionOf(person(below), [short, below]);
    })(),
  ],
  ['an authority for lists only', 'authoritiesMaySign', under({ extensions: usedFor(['cRLSign']) })],
  ['an unknown critical extension', 'criticalExtensions', questionOf(person(issuing, { extensions: [unknown] }))],
  ['an unknown critical extension of an authority', 'criticalExtensions', under({ extensions: [unknown] })],
  ['not begun', 'begun', questionOf(person(issuing, { notBefore: now + 1_000 }))],
  ['ended', 'notEnded', questionOf(person(issuing, { notAfter: now - 1_000 }))],
  ['an authority that has ended', 'notEnded', under({ notAfter: now - 1_000 })],
  ['a root that has ended', 'notEnded', withRoot({ notAfter: now - 1_000 })],
  [
    'a name outside',
    'nameConstraints',
    under({ extensions: [nameConstraints({ permitted: [general.directory(writeName([['2.5.4.6', 'NO']]))] })] }),
  ],
  ['no policy where one must be', 'policies', under({ extensions: [policyConstraints({ explicit: 0 })] })],
  [
    'a CA in place of a person',
    'leafIsNoCa',
    questionOf(authority('Sub', issuing, { extensions: usedFor(['digitalSignature', 'keyCertSign'], [clientAuth]) })),
  ],
  ['for signatures only', 'digitalSignature', questionOf(person(issuing, { extensions: usedFor(['nonRepudiation']) }))],
  ['without key usage', 'digitalSignature', questionOf(person(issuing, { without: [extensionOids.keyUsage] }))],
  [
    'a server',
    'notServer',
    questionOf(person(issuing, { extensions: [writeExtension.extendedKeyUsage([serverAuth, clientAuth])] })),
  ],
  [
    'without extended key usage',
    'clientAuthentication',
    questionOf(person(issuing, { without: [extensionOids.extendedKeyUsage] })),
  ],
  [
    'an authority for servers',
    'authoritiesMayIssueForClients',
    under({ extensions: [writeExtension.extendedKeyUsage([serverAuth])] }),
  ],
  ['an authority without key usage', 'authoritiesStateUse', under({ without: [extensionOids.keyUsage] })],
  [
    'no name of the key that signed',
    'keyIdentifiers',
    questionOf(person(issuing, { without: [extensionOids.authorityKeyIdentifier] })),
  ],
  [
    'an authority without a name for its key',
    'keyIdentifiers',
    under({ without: [extensionOids.subjectKeyIdentifier] }),
  ],
  [
    'a root that names another key than its own',
    'keyIdentifiers',
    withRoot({
      extensions: [extension(extensionOids.authorityKeyIdentifier, derSequence(Buffer.from('80020102', 'hex')))],
    }),
  ],
  [
    'constraints that are not critical',
    'criticality',
    under({ extensions: [nameConstraints({ excluded: [general.dns('x.example')] }, false)] }),
  ],
  [
    'a critical key identifier',
    'criticality',
    questionOf(
      person(issuing, {
        extensions: [{ ...writeExtension.subjectKeyId(issuing.certificate.publicKey.der), critical: true }],
      }),
    ),
  ],
  [
    'a person that may certify',
    'authorityUse',
    questionOf(person(issuing, { extensions: usedFor(['digitalSignature', 'keyCertSign']) })),
  ],
  [
    'a person with constraints for others',
    'authorityUse',
    questionOf(person(issuing, { extensions: [nameConstraints({ excluded: [general.dns('x.example')] })] })),
  ],
  ['no name at all', 'subjects', questionOf(person(issuing, { subject: emptyName }))],
  [
    'no name and alternatives that are not critical',
    'subjects',
    questionOf(person(issuing, { subject: emptyName, extensions: [alternativeNames(general.email('a@b.example'))] })),
  ],
  ...[
    general.dns('.example'),
    general.dns('\ud83d\ude1c.example'),
    general.email('nobody'),
    general.uri('nowhere'),
    general.ip([10, 0, 0, 0, 255, 0, 0, 0]),
  ].map(
    (name) =>
      [
        `an alternative name ${name.toString('hex')}`,
        'alternativeNames',
        questionOf(person(issuing, { extensions: [alternativeNames(name)] })),
      ] as const,
  ),
  ['revoked', 'notRevoked', hasRevoked],
  ['no list', 'revocationKnown', questionOf(person(issuing), [issuing], { revocation: { ...off, mode: 'required' } })],
];

const reasonOf = (question: PathQuestion, dropped: readonly PathReason[] = []): string => {
  const verdict = judgePath(question, dropped);
  return verdict.accepted ? 'accepted' : verdict.reason;
};

describe('refused, each for its own fault', () => {
  for (const [name, reason, question] of refused)
    test(`${name}: ${reason}`, () => assert.equal(reasonOf(question), reason));
});

describe('every check is needed', () => {
  const lists = { pathChecks, usageChecks, personChecks, profileChecks, statusChecks };
  for (const [list, checks] of Object.entries(lists))
    for (const { name } of checks)
      test(`without ${name} of ${list} a case turns`, () => {
        const turned = refused.filter(([, reason, question]) => reason === name && reasonOf(question, [name]) !== name);
        assert.notEqual(turned.length, 0);
      });
});

describe('accepted', () => {
  const cases: Readonly<Record<string, PathQuestion>> = {
    'a person under two authorities': questionOf(person(issuing)),
    'directly under the root': questionOf(person(root), []),
    'at its very first and last instant': questionOf(person(issuing, { notBefore: now, notAfter: now })),
    'self-issued authorities do not count': (() => {
      const short = authority('Short', root, { extensions: [writeExtension.basicConstraints(true, 0)] });
      const rolled = authority('Short', short);
      return questionOf(person(rolled), [short, rolled]);
    })(),
    'another key of the same name came along': questionOf(person(issuing), [authority('Issuing', root), issuing]),
    'an expired certificate of the authority came along': (() => {
      const old = authority('Issuing', root, { key: issuing.key, notAfter: now - 1_000 });
      return questionOf(person(issuing), [old, issuing]);
    })(),
    'cross-certified: of two roots one is known': (() => {
      const other = authority('Other root');
      const crossed = authority('Issuing', other, { key: issuing.key });
      return questionOf(person(issuing), [crossed, issuing]);
    })(),
    'a wrong key identifier is a hint, not a proof': questionOf(
      person(issuing, { extensions: [writeExtension.authorityKeyId(root.certificate.publicKey.der)] }),
    ),
    'no name, but a critical alternative': questionOf(
      person(issuing, {
        subject: emptyName,
        extensions: [{ ...alternativeNames(general.email('a@b.example')), critical: true }],
      }),
    ),
    'nothing is said of it, and only what is given counts': questionOf(person(issuing), [issuing], {
      revocation: { ...off, mode: 'ifGiven' },
    }),
  };
  for (const [name, question] of Object.entries(cases))
    test(name, () => {
      const verdict = judgePath(question);
      assert.ok(verdict.accepted, verdict.accepted ? '' : `${verdict.reason}: ${verdict.because}`);
    });
  test('its path is told, the certificate first', () => {
    const leaf = person(issuing);
    const verdict = judgePath(questionOf(leaf));
    assert.deepEqual(verdict.path, [leaf.certificate, issuing.certificate, root.certificate]);
  });
});

test('a refusal says where and by which clause', () => {
  const verdict = judgePath(under({ notAfter: now - dayMs / 2 }));
  assert.ok(!verdict.accepted);
  assert.equal(verdict.clause, 'RFC 5280 6.1.3 (a)(2)');
  assert.equal(verdict.because, 'authority 1 has expired');
});

test('what is given and cannot be read makes every status wanted', () => {
  const given = { ...off, mode: 'ifGiven', unreadable: true } as const;
  assert.equal(reasonOf(questionOf(person(issuing), [issuing], { revocation: given })), 'revocationKnown');
});

test('a given list that is about a certificate must clear it', () => {
  const stale = listBy(issuing, { nextUpdate: now - 1 });
  const given = { ...off, mode: 'ifGiven', crls: [{ crl: stale, fetchedAt: now }] } as const;
  assert.equal(reasonOf(questionOf(person(issuing), [issuing], { revocation: given })), 'revocationKnown');
});
