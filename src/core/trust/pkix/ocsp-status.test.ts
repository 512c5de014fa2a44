// What OCSP answers say of a certificate: who may answer, when, to which question; every check dropped clears somebody.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  answerFor,
  anyKey,
  authority,
  now,
  type OcspWanted,
  ocspSigning,
  person,
  responderOf,
  usedFor,
  type Wanted,
} from '../../../../test/fakes/pkix.ts';
import { derSequence } from '../../../base/x509/index.ts';
import { defaultAlgorithms } from './algorithms.ts';
import { type OcspCheck, ocspChecks, statusByOcsp } from './ocsp-status.ts';
import { SignatureWork } from './signature-work.ts';

const root = authority('Root');
const issuing = authority('Issuing', root);
const leaf = person(issuing);
const hour = 3_600_000;

interface Asked {
  readonly wanted: OcspWanted;
  readonly nonce?: string;
  readonly signatures?: ReadonlySet<string>;
  readonly responderGood?: boolean;
}
const statusOf = ({ wanted, ...asked }: Asked, checks: readonly OcspCheck[] = ocspChecks) =>
  statusByOcsp(
    {
      certificate: leaf.certificate,
      issuer: issuing.certificate,
      responses: [{ response: answerFor(leaf, issuing, wanted), fetchedAt: now, nonce: asked.nonce }],
      now,
      algorithms: { ...defaultAlgorithms, ...(asked.signatures === undefined ? {} : { signatures: asked.signatures }) },
      work: new SignatureWork(50),
      isResponderGood: () => asked.responderGood ?? false,
      mostAgeMs: hour,
    },
    checks,
  );
const by = (wanted: Wanted = {}, maker = issuing): OcspWanted => ({ responder: responderOf(maker, wanted) });
const noCheck = '1.3.6.1.5.5.7.48.1.5';

const unknown: readonly (readonly [name: string, check: string, asked: Asked])[] = [
  ['without our nonce', 'ocspNonce', { wanted: {}, nonce: 'aa' }],
  ['with another nonce', 'ocspNonce', { wanted: { nonce: Buffer.from([0xbb]) }, nonce: 'aa' }],
  ['by an algorithm that is not allowed', 'ocspAlgorithm', { wanted: {}, signatures: new Set(['ed25519']) }],
  ['signed by another key', 'ocspSigned', { wanted: { signer: anyKey() } }],
  ['by a responder whose certificate is not there', 'ocspSigned', { wanted: { ...by(), certificates: [] } }],
  ['by a responder that another CA made', 'ocspDelegation', { wanted: by({}, authority('Other', root)) }],
  ['by a responder that a CA of the same name made', 'ocspDelegation', { wanted: by({}, authority('Issuing', root)) }],
  ['by a responder of the root', 'ocspDelegation', { wanted: by({}, root) }],
  [
    'by a person',
    'ocspPurpose',
    { wanted: { responder: person(issuing, { extensions: [{ oid: noCheck, value: Buffer.from('0500', 'hex') }] }) } },
  ],
  [
    'by one that may sign no answers',
    'ocspPurpose',
    { wanted: by({ extensions: usedFor(['keyEncipherment'], [ocspSigning]) }) },
  ],
  ['by a responder that has ended', 'ocspResponder', { wanted: by({ notAfter: now - 1_000 }) }],
  ['by a responder that has not begun', 'ocspResponder', { wanted: by({ notBefore: now + 1_000 }) }],
  [
    'by a responder with an unknown critical extension',
    'ocspResponder',
    { wanted: by({ extensions: [{ oid: '1.3.6.1.4.1.32473.9', critical: true, value: derSequence() }] }) },
  ],
  ['by a responder of unknown status', 'ocspResponderGood', { wanted: by({ without: [noCheck] }) }],
  ['of the future', 'ocspBegun', { wanted: { thisUpdate: now + 600_000 } }],
  ['produced in the future', 'ocspBegun', { wanted: { producedAt: now + 600_000 } }],
  ['past its nextUpdate', 'ocspCurrent', { wanted: { nextUpdate: now } }],
  ['old, without nextUpdate', 'ocspCurrent', { wanted: { nextUpdate: undefined, thisUpdate: now - hour } }],
];

describe('an answer that can say nothing', () => {
  for (const [name, check, asked] of unknown)
    test(`${name}: ${check}`, () => {
      const status = statusOf(asked);
      assert.ok(status.kind === 'unknown' && status.because === check, JSON.stringify(status));
    });
  for (const { name } of ocspChecks)
    test(`without ${name} an answer counts that must not`, () => {
      const fewer = ocspChecks.filter((check) => check.name !== name);
      const turned = unknown.filter(([, check, asked]) => {
        const status = statusOf(asked, fewer);
        return check === name && !(status.kind === 'unknown' && status.because === name);
      });
      assert.notEqual(turned.length, 0);
    });
});

describe('an answer that speaks', () => {
  const good: Readonly<Record<string, Asked>> = {
    'by the CA itself, by key': { wanted: {} },
    'by the CA itself, by name': { wanted: { byName: true } },
    'with hashes of SHA-256': { wanted: { hash: 'sha256' } },
    'by a responder of the CA': { wanted: by() },
    'by a responder of the CA, by name': { wanted: { ...by(), byName: true } },
    'by a responder without nocheck that is known to be good': {
      wanted: by({ without: [noCheck] }),
      responderGood: true,
    },
    'with our nonce': { wanted: { nonce: Buffer.from([0xaa]) }, nonce: 'aa' },
    'with a nonce that nobody asked for': { wanted: { nonce: Buffer.from([0xaa]) } },
    'fresh, without nextUpdate': { wanted: { nextUpdate: undefined } },
  };
  for (const [name, asked] of Object.entries(good))
    test(name, () => assert.deepEqual(statusOf(asked), { kind: 'good', checkedAt: now }));
  test('revoked', () => assert.equal(statusOf({ wanted: { status: 'revoked' } }).kind, 'revoked'));
  test('unknown is unknown', () => {
    assert.deepEqual(statusOf({ wanted: { status: 'unknown' } }), { kind: 'unknown', because: 'ocspUnknown' });
  });
  test('of another certificate, or of the same number by another CA, is none', () => {
    const facts = (about: typeof leaf, issuer: typeof issuing) =>
      statusByOcsp({
        certificate: leaf.certificate,
        issuer: issuing.certificate,
        responses: [{ response: answerFor(about, issuer), fetchedAt: now }],
        now,
        algorithms: defaultAlgorithms,
        work: new SignatureWork(50),
        isResponderGood: () => true,
        mostAgeMs: hour,
      });
    assert.deepEqual(facts(person(issuing), issuing), { kind: 'unknown', because: 'no answer' });
    assert.deepEqual(facts(leaf, authority('Issuing', root)), { kind: 'unknown', because: 'no answer' });
  });
  test('one that revokes counts against one that clears', () => {
    const responses = (['good', 'revoked'] as const).map((status) => ({
      response: answerFor(leaf, issuing, { status }),
      fetchedAt: now,
    }));
    for (const order of [responses, responses.toReversed()]) {
      const status = statusByOcsp({
        certificate: leaf.certificate,
        issuer: issuing.certificate,
        responses: order,
        now,
        algorithms: defaultAlgorithms,
        work: new SignatureWork(50),
        isResponderGood: () => true,
        mostAgeMs: hour,
      });
      assert.equal(status.kind, 'revoked');
    }
  });
});
