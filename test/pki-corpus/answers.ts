// OCSP answers that can clear nobody: broken, no answers at all, by nobody who may, of another time, to another question.
import {
  contentOf,
  der,
  derBits,
  derInteger,
  derNull,
  derOctets,
  derOid,
  derSequence,
  extensionOids,
  readRoot,
} from '../../src/base/x509/index.ts';
import {
  authority,
  clientAuth,
  extension,
  now,
  type OcspWanted,
  ocspDer,
  ocspSigning,
  person,
  usedFor,
  type Wanted,
} from '../fakes/pkix.ts';
import {
  brokenDer,
  card,
  edited,
  hex,
  issuing,
  keyOf,
  leaf,
  namesake,
  other,
  resigned,
  responder,
  root,
  to,
  unknownCritical,
  unknownOid,
  withMore,
} from './ground.ts';
import type { Asked, Case, Cases } from './kinds.ts';

const signer = keyOf('issuing');
const noCheck = extensionOids.ocspNoCheck;
const answer = (wanted: OcspWanted = {}, about = card, by = issuing): Buffer => ocspDer(about.certificate, by, wanted);
const good = answer();
/** The octets of BasicOCSPResponse inside, changed; of the ResponseData in it, changed and signed again. */
const inBasic = (change: (old: Buffer) => Buffer, of = good): Buffer => edited(of, [1, 0, 1, 0], change);
const inData = (path: readonly number[], change: (old: Buffer) => Buffer, of = good): Buffer =>
  inBasic((basic) => resigned(basic, signer, path, change), of);
const broken = (block: Buffer, because: string, check = 'malformed'): Case => ({
  blocks: [block],
  attack: 'C4',
  check,
  because,
});
const said = (check: string, wanted: OcspWanted, asked?: Asked): Case => given(check, answer(wanted), asked);
const given = (check: string, block: Buffer, asked?: Asked): Case => ({
  blocks: [block],
  attack: 'C4',
  check,
  ...(asked === undefined ? {} : { asked }),
});
const by = (wanted: Wanted = {}, maker = issuing): OcspWanted => ({ responder: responder(wanted, maker) });
const status = (code: number): Buffer => derSequence(der(0x0a, Buffer.from([code])));
const extensionsOf = (tag: number, ...each: readonly Buffer[]): Buffer => der(tag, derSequence(...each));
const critical = derSequence(derOid(unknownOid), hex('0101ff'), derOctets(derSequence()));
const nonceExtension = (octets: Buffer): Buffer =>
  derSequence(derOid('1.3.6.1.5.5.7.48.1.2'), derOctets(derOctets(octets)));
const nonce = Buffer.alloc(32, 0xaa);
const asksWith = { nonce: nonce.toString('hex') };
const sha1Identifier = derSequence(derOid('1.2.840.10045.4.1'));

// ResponseData: responder, producedAt, answers; an answer: CertID (algorithm, name hash, key hash, number), status, thisUpdate, nextUpdate.
const encodings: Cases = {
  ...brokenDer(good, 'C4', 'malformed'),
  'success-without-an-answer': broken(status(0), 'no such response status'),
  'status-4': broken(status(4), 'no such response status'),
  'status-as-integer': broken(derSequence(derInteger(0)), 'expected tag a'),
  'malformed-request': broken(status(1), 'the responder says malformedRequest', 'malformedRequest'),
  'internal-error': broken(status(2), 'the responder says internalError', 'internalError'),
  'try-later': broken(status(3), 'the responder says tryLater', 'tryLater'),
  'signature-required': broken(status(5), 'the responder says sigRequired', 'sigRequired'),
  unauthorized: broken(status(6), 'the responder says unauthorized', 'unauthorized'),
  'try-later-around-a-good-answer': broken(edited(good, [0], to('0a0103')), 'the responder says tryLater', 'tryLater'),
  'response-of-another-type': broken(
    edited(good, [1, 0, 0], () => derOid(unknownOid)),
    'response type',
    'scope',
  ),
  'element-after-the-response': broken(edited(good, [], withMore(derNull())), 'unexpected element'),
  'two-responses-in-one': broken(edited(good, [1], withMore(derSequence())), 'unexpected element'),
  'octet-after-the-basic-response': broken(
    edited(good, [1, 0, 1], (old) => derOctets(Buffer.concat([contentOf(readRoot(old, 4)), hex('00')]))),
    'bytes after the end',
  ),
  'version-2': broken(
    inData([], (data) => derSequence(hex('a003020101'), data.subarray(3))),
    'not version 1',
  ),
  'responder-of-no-kind': broken(
    inData([0], (old) => Buffer.concat([hex('a3'), old.subarray(1)])),
    'no such responder',
  ),
  'produced-at-in-two-digits': broken(
    inData([1], () => der(0x17, Buffer.from('260601085959Z'))),
    'expected GeneralizedTime',
  ),
  'this-update-with-fraction': broken(
    inData([2, 0, 2], () => der(0x18, Buffer.from('20260601085959.5Z'))),
    'time not in DER form',
  ),
  'good-with-content': broken(inData([2, 0, 1], to('800100')), 'status not NULL'),
  'status-of-no-kind': broken(inData([2, 0, 1], to('8300')), 'no such status'),
  'revoked-without-a-time': broken(inData([2, 0, 1], to('a100')), 'element cut short'),
  'certificate-id-of-five-parts': broken(inData([2, 0, 0], withMore(derNull())), 'unexpected element'),
  'answer-and-another-element': broken(inData([2, 0], withMore(derNull())), 'unexpected element'),
  'sixty-five-answers': broken(
    inData([2], (old) => derSequence(...Array<Buffer>(65).fill(old.subarray(2)))),
    'too many elements',
  ),
  'nine-certificates': broken(
    inBasic((basic) =>
      edited(basic, [], withMore(der(0xa0, derSequence(...Array<Buffer>(9).fill(issuing.certificate.der))))),
    ),
    'too many elements',
  ),
  'nonce-twice': broken(
    inData([], withMore(extensionsOf(0xa1, nonceExtension(nonce), nonceExtension(nonce)))),
    'extension twice',
  ),
  'unknown-critical-extension': broken(
    inData([], withMore(extensionsOf(0xa1, critical))),
    `extension ${unknownOid}`,
    'scope',
  ),
  'unknown-critical-extension-of-an-answer': broken(
    inData([2, 0], withMore(extensionsOf(0xa1, critical))),
    `extension ${unknownOid}`,
    'scope',
  ),
};

const silent: Cases = {
  'without-our-nonce': said('ocspNonce', {}, asksWith),
  'with-another-nonce': said('ocspNonce', { nonce: Buffer.alloc(32, 0xbb) }, asksWith),
  'with-the-beginning-of-our-nonce': said('ocspNonce', { nonce: nonce.subarray(1) }, asksWith),
  'signed-with-sha-1': given(
    'ocspAlgorithm',
    inBasic((basic) => edited(basic, [1], () => sha1Identifier)),
  ),
  'signed-by-an-algorithm-not-allowed-here': said('ocspAlgorithm', {}, { signatures: ['ed25519'] }),
  'signed-by-another-key': said('ocspSigned', { signer: keyOf('stranger') }),
  'revoked-made-good-after-signing': given(
    'ocspSigned',
    inBasic((basic) => edited(basic, [0, 2, 0, 1], to('8000')), answer({ status: 'revoked' })),
  ),
  'next-update-put-off-after-signing': given(
    'ocspSigned',
    inBasic((basic) => edited(basic, [0, 2, 0, 3, 0], () => der(0x18, Buffer.from('20491231000000Z')))),
  ),
  'signature-of-zeros': given(
    'ocspSigned',
    inBasic((basic) => edited(basic, [2], () => derBits(hex('3006 020100 020100')))),
  ),
  'signature-empty': given(
    'ocspSigned',
    inBasic((basic) => edited(basic, [2], () => derBits(Buffer.alloc(0)))),
  ),
  'without-the-certificate-of-its-responder': said('ocspSigned', { ...by(), certificates: [] }),
  'by-the-name-of-another': said('ocspSigned', { responder: other, byName: true, certificates: [issuing.certificate] }),
  'by-a-responder-of-another-authority': said('ocspDelegation', by({}, other)),
  'by-a-responder-of-a-namesake': said('ocspDelegation', by({}, namesake)),
  'by-a-responder-of-the-root': said('ocspDelegation', by({}, root)),
  'by-a-responder-that-made-itself': said(
    'ocspDelegation',
    by({}, authority('Responder', undefined, { key: keyOf('responder') })),
  ),
  'by-the-root': said('ocspDelegation', { responder: root }),
  'by-the-card-itself': said('ocspPurpose', { responder: leaf({ extensions: [extension(noCheck, derNull())] }) }),
  'by-one-for-any-use': said('ocspPurpose', by({ extensions: usedFor(['digitalSignature'], ['2.5.29.37.0']) })),
  'by-one-without-uses': said('ocspPurpose', by({ without: [extensionOids.extendedKeyUsage] })),
  'by-one-whose-key-signs-nothing': said(
    'ocspPurpose',
    by({ extensions: usedFor(['keyEncipherment'], [ocspSigning]) }),
  ),
  'by-a-responder-that-has-ended': said('ocspResponder', by({ notAfter: now - 1_000 })),
  'by-a-responder-that-has-not-begun': said('ocspResponder', by({ notBefore: now + 1_000 })),
  'by-a-responder-with-unknown-critical-extension': said('ocspResponder', by({ extensions: [unknownCritical] })),
  'by-a-responder-of-unknown-status': said('ocspResponderGood', by({ without: [noCheck] })),
  'of-the-future': said('ocspBegun', { thisUpdate: now + 600_000 }),
  'produced-in-the-future': said('ocspBegun', { producedAt: now + 600_000 }),
  'past-its-next-update': said('ocspCurrent', { nextUpdate: now }),
  'old-without-next-update': said('ocspCurrent', { nextUpdate: undefined, thisUpdate: now - 3_600_000 }),
  unknown: said('ocspUnknown', { status: 'unknown' }),
  'about-another-card': given('no answer', answer({}, person(issuing, { key: keyOf('person') }))),
  'about-the-same-number-of-another-authority': given('no answer', answer({}, card, other)),
  'about-the-same-number-of-a-namesake': given('no answer', answer({}, card, namesake)),
  'about-nobody': given('no answer', inData([2], to('3000'))),
  'about-the-negative-of-the-number': given('no answer', inData([2, 0, 0, 3], to('0202ff01'))),
  'by-a-hash-that-is-not-known': given(
    'no answer',
    inData([2, 0, 0, 0, 0], () => derOid('1.2.840.113549.2.5')),
  ),
  'with-a-short-hash-of-the-key': given(
    'no answer',
    inData([2, 0, 0, 2], (old) => derOctets(old.subarray(2, 12))),
  ),
};

const says = (kind: 'good' | 'revoked', block: Buffer, asked?: Asked): Case => ({
  blocks: [block],
  attack: 'C4',
  expect: { kind },
  ...(asked === undefined ? {} : { asked }),
});
export const refusedAnswers: Cases = { ...encodings, ...silent };
export const validAnswers: Cases = {
  usual: says('good', good),
  'by-name': says('good', answer({ byName: true })),
  'with-hashes-of-sha-256': says('good', answer({ hash: 'sha256' })),
  'by-a-responder': says('good', answer(by())),
  'by-a-responder-by-name': says('good', answer({ ...by(), byName: true })),
  'by-a-responder-that-is-known-to-be-good': says('good', answer(by({ without: [noCheck] })), { responderGood: true }),
  'by-a-responder-for-logins-too': says(
    'good',
    answer(by({ extensions: usedFor(['digitalSignature'], [ocspSigning, clientAuth]) })),
  ),
  'with-our-nonce': says('good', answer({ nonce }), asksWith),
  'fresh-without-next-update': says('good', answer({ nextUpdate: undefined })),
  'with-extension-that-is-not-critical': says(
    'good',
    inData([], withMore(extensionsOf(0xa1, derSequence(derOid(unknownOid), derOctets(derSequence()))))),
  ),
  'about-another-card-and-ours': says(
    'good',
    inData([2], (old) => derSequence(inAnswer(old), old.subarray(2))),
  ),
  revoked: says('revoked', answer({ status: 'revoked' })),
  // It is none that could be read, and so nobody's.
  'with-a-certificate-whose-key-is-none-along': says(
    'good',
    inBasic((basic) =>
      edited(
        basic,
        [],
        withMore(der(0xa0, derSequence(edited(issuing.certificate.der, [0, 6, 1], () => derOctets(Buffer.alloc(9)))))),
      ),
    ),
  ),
};
/** The one answer of a list of them, about the next number. */
function inAnswer(answers: Buffer): Buffer {
  return edited(answers, [0, 0, 3], to('02027001')).subarray(2);
}
