// Constraints, policies, alternative names and distribution points: read as they are, refused when they are none, calm for any octets.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  alternativeNames,
  authority,
  certificateOf,
  extension,
  flag,
  fullName,
  general,
  inhibitAnyPolicy,
  issuingPoint,
  listBy,
  nameConstraints,
  nameOf,
  now,
  person,
  points,
  policyConstraints,
  policyMappings,
  revoked,
} from '../../../test/fakes/pkix.ts';
import { readCertificate } from './certificate.ts';
import { readCrl } from './crl.ts';
import { der, derInteger, derNull, derOctets, derOid, derSequence, derUtf8 } from './der-writer.ts';
import { extensionOids } from './extensions.ts';
import { generalNameKey, nameKey } from './general-name.ts';
import { writeExtension } from './write.ts';
import { writeCrl } from './write-crl.ts';

const root = authority('Root');
const [gold, silver] = ['1.3.6.1.4.1.32473.1', '1.3.6.1.4.1.32473.2'];
const { dns, email, uri, ip, directory, upn } = general;

const constrained = authority('Constrained', root, {
  extensions: [
    nameConstraints({ permitted: [dns('a.example'), ip([10, 0, 0, 0, 255, 0, 0, 0])], excluded: [email('b.example')] }),
    writeExtension.policies([gold, silver]),
    policyMappings([gold, silver]),
    policyConstraints({ explicit: 1, mapping: 0 }),
    inhibitAnyPolicy(2),
    alternativeNames(dns('x'), email('a@b'), uri('urn:x'), directory(nameOf('Y')), upn(derUtf8('u@v'))),
    points(
      derSequence(fullName(uri('http://one'), directory(nameOf('Point')))),
      derSequence(
        fullName(uri('http://two')),
        der(0x81, Buffer.from([0x05, 0x60])),
        der(0xa2, directory(nameOf('Lister'))),
      ),
    ),
    extension(extensionOids.freshestCrl, derSequence(derSequence(fullName(uri('http://delta'))))),
    extension(extensionOids.ocspNoCheck, derNull()),
  ],
});

test('every extension is read whole', () => {
  const { certificate } = constrained;
  const { permitted, excluded } = certificate.nameConstraints ?? {};
  assert.deepEqual(
    permitted?.map(({ kind }) => kind),
    ['dns', 'ip'],
  );
  assert.deepEqual(excluded, [{ kind: 'email', value: 'b.example' }]);
  assert.deepEqual(certificate.policies, [gold, silver]);
  assert.deepEqual(certificate.policyMappings, [{ issuer: gold, subject: silver }]);
  assert.deepEqual(certificate.policyConstraints, { requireExplicitPolicy: 1, inhibitPolicyMapping: 0 });
  assert.equal(certificate.inhibitAnyPolicy, 2);
  assert.deepEqual(
    certificate.alternativeNames.map(({ kind }) => kind),
    ['dns', 'email', 'uri', 'directory', 'other'],
  );
  assert.deepEqual(certificate.userPrincipalNames, ['u@v']);
  assert.deepEqual(certificate.crlUrls, ['http://one'], 'the second covers some reasons only');
  const [one, two] = certificate.distributionPoints;
  assert.equal(
    one?.name?.kind === 'full' && one.name.names.map(generalNameKey).join(),
    `uri http://one,directory ${nameKey(certificateOf(authority('Point').certificate.der).subject)}`,
  );
  assert.deepEqual([two?.reasons, two?.crlIssuer?.length], [new Set([1, 2]), 1]);
  assert.equal(certificate.freshestCrl.length, 1);
  assert.equal(certificate.ocspNoCheck, true);
  assert.equal(certificate.stated.get(extensionOids.nameConstraints), true);
  assert.equal(certificate.stated.get(extensionOids.ocspNoCheck), false);
  assert.deepEqual(certificate.unknownCritical, []);
});

test('a critical policy with a qualifier that nobody knows is an unknown critical extension', () => {
  const qualified = (oid: string, critical: boolean) =>
    person(root, {
      extensions: [
        extension(
          extensionOids.certificatePolicies,
          derSequence(derSequence(derOid(gold), derSequence(derSequence(derOid(oid), derUtf8('x'))))),
          critical,
        ),
      ],
    }).certificate.unknownCritical;
  assert.deepEqual(qualified('1.3.6.1.5.5.7.2.1', true), []);
  assert.deepEqual(qualified('1.3.6.1.4.1.32473.7', false), []);
  assert.deepEqual(qualified('1.3.6.1.4.1.32473.7', true), [extensionOids.certificatePolicies]);
});

describe('refused', () => {
  const cases: Readonly<Record<string, ReturnType<typeof extension>>> = {
    'name constraints without any': extension(extensionOids.nameConstraints, derSequence()),
    'an empty list of permitted names': nameConstraints({ permitted: [] }),
    'a subtree with a maximum': extension(
      extensionOids.nameConstraints,
      derSequence(der(0xa0, derSequence(dns('a'), der(0x81, Buffer.from([1]))))),
    ),
    'a subtree with a minimum': extension(
      extensionOids.nameConstraints,
      derSequence(der(0xa0, derSequence(dns('a'), der(0x80, Buffer.from([0]))))),
    ),
    'policy constraints without any': extension(extensionOids.policyConstraints, derSequence()),
    'a negative constraint': extension(extensionOids.inhibitAnyPolicy, der(0x02, Buffer.from([0xff]))),
    'no policies': extension(extensionOids.certificatePolicies, derSequence()),
    'a policy twice': writeExtension.policies([gold, gold]),
    'no mappings': extension(extensionOids.policyMappings, derSequence()),
    'half a mapping': extension(extensionOids.policyMappings, derSequence(derSequence(derOid(gold)))),
    'no alternative names': alternativeNames(),
    'an alternative name of no kind': alternativeNames(der(0x8f, Buffer.from('x'))),
    'no extended key usage': extension(extensionOids.extendedKeyUsage, derSequence()),
    'no access': extension(extensionOids.authorityInfoAccess, derSequence()),
    'a point without name and issuer': points(derSequence(der(0x81, Buffer.from([0x05, 0x60])))),
    'half the name of a certificate': extension(
      extensionOids.authorityKeyIdentifier,
      derSequence(der(0x80, Buffer.from('01', 'hex')), der(0x82, Buffer.from([1]))),
    ),
    'nocheck with content': extension(extensionOids.ocspNoCheck, derInteger(1)),
  };
  for (const [name, wrong] of Object.entries(cases))
    test(name, () => assert.throws(() => person(root, { extensions: [wrong] }), /./));
});

describe('no octets make the readers throw', () => {
  const lists = [
    writeCrl(
      {
        issuer: root.name,
        thisUpdate: now,
        nextUpdate: now + 1_000,
        revoked: [
          {
            ...revoked(constrained),
            extensions: [extension(extensionOids.certificateIssuer, derSequence(directory(nameOf('Z'))), true)],
          },
        ],
        extensions: [
          writeExtension.crlNumber(3),
          issuingPoint(fullName(uri('http://one')), der(0x83, Buffer.from([0x05, 0x60])), flag(0x84)),
          extension(extensionOids.deltaCrlIndicator, derInteger(2), true),
        ],
      },
      root.key,
    ),
  ];
  const change = (original: Buffer, changes: readonly (readonly [number, number])[]): Buffer => {
    const bytes = Buffer.from(original);
    for (const [at, to] of changes) bytes[at % bytes.length] = to;
    return bytes;
  };
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 });
  test('of a changed certificate with constraints', () =>
    fc.assert(
      fc.property(changes, (each) => void readCertificate(change(constrained.certificate.der, each))),
      { numRuns: 2_000 },
    ));
  test('of a changed indirect delta list of a part', () =>
    fc.assert(
      fc.property(changes, (each) => {
        const reading = readCrl(change(lists[0] as Buffer, each));
        if (reading.ok) reading.crl.isRevoked(constrained.certificate.serial, constrained.certificate.issuer);
      }),
      { numRuns: 2_000 },
    ));
  test('of an extension with any content', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(extensionOids)),
        fc.uint8Array({ maxLength: 60 }),
        (oid, content) => {
          const value = derOctets(Buffer.from(content));
          try {
            person(root, { extensions: [extension(oid, Buffer.from(content)), extension('1.2.3', value)] });
          } catch (thrown) {
            // The fake throws what the reader returned as a refusal; a fault of the program would be no Error with a reason.
            assert.equal((thrown as Error).constructor, Error);
          }
        },
      ),
      { numRuns: 300 },
    ));
});

test('a list of nobody clears nobody', () => assert.equal(listBy(root).isRevoked('ffff'), undefined));
