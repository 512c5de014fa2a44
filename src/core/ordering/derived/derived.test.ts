// Devices and their certificates as tables: each refusal has its case, each check dropped lets exactly its own case through.
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { certificate, newKey } from '../../../../test/fakes/certificates.ts';
import {
  audience,
  code,
  derived,
  deviceKey,
  enrolCode,
  enrolling,
  facts,
  hour,
  messageOf,
  minute,
  nina,
  now,
  population,
  proof,
  readMessage,
  requestFor,
  shiftCode,
  shiftKey,
  tablet,
} from '../../../../test/fakes/device-facts.ts';
import { certificate as certificateOnCard } from '../../../../test/fakes/ordering-facts.ts';
import { readCertificate } from '../../../base/x509/index.ts';
import {
  type DeviceFacts,
  type DeviceRefusal,
  type DeviceStep,
  deviceChecks,
  deviceRefusals,
  firstDeviceRefusal,
} from './checks.ts';
import {
  decideDerived,
  decideDerivedEnd,
  decideDeviceCode,
  decideEnrolment,
  decideShiftCode,
  deviceRefused,
  issuedFault,
} from './decide.ts';
import type { DeviceCode } from './device.ts';
import { readDeviceMessage } from './message.ts';
import { type DerivedStandingFacts, derivedRefusal, derivedStandingChecks } from './standing.ts';

const asks = { iss: 'tablet', code, csr: requestFor(shiftKey) };
const p521 = createPublicKey(generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey);
const rsa = createPublicKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);

/** Step, what is wrong, the check that says so, and its refusal. */
const wrong: readonly [DeviceStep, Partial<DeviceFacts>, string, DeviceRefusal][] = [
  ['derive', { message: undefined }, 'device.message', 'devices.malformed'],
  ['codeForShift', { device: undefined }, 'device.known', 'devices.unknown'],
  ['derive', { message: readMessage(asks, newKey()) }, 'device.signed', 'devices.signature'],
  ['again', { message: readMessage(asks, shiftKey) }, 'device.signed', 'devices.signature'],
  ['endShift', { message: readMessage(asks, newKey()) }, 'device.signed', 'devices.signature'],
  ['derive', { device: { ...tablet, closed: true } }, 'device.open', 'devices.closed'],
  ['again', { device: { ...tablet, closed: true } }, 'device.open', 'devices.closed'],
  ['codeForShift', { device: { ...tablet, closed: true } }, 'device.open', 'devices.closed'],
  [
    'derive',
    { message: readMessage({ ...asks, aud: 'https://other.example' }) },
    'device.audience',
    'devices.audience',
  ],
  ['derive', { message: readMessage({ ...asks, iat: now / 1000 - 61 }) }, 'device.clock', 'devices.clock'],
  ['derive', { message: readMessage({ ...asks, iat: now / 1000 + 61 }) }, 'device.clock', 'devices.clock'],
  ['derive', { code: undefined }, 'device.code', 'devices.code'],
  ['derive', { code: { ...shiftCode, expiresAt: now } }, 'device.code', 'devices.code'],
  ['derive', { code: { ...shiftCode, device: 'other' } as DeviceCode }, 'device.code', 'devices.code'],
  ['derive', { code: enrolCode }, 'device.code', 'devices.code'],
  ['derive', { code: { ...shiftCode, usedFor: 'd0' } }, 'device.once', 'devices.codeUsed'],
  ['codeForShift', { device: { ...tablet, holder: 'olof' } }, 'device.whose', 'devices.othersOwn'],
  ['derive', { device: { ...tablet, holder: 'olof' } }, 'device.whose', 'devices.othersOwn'],
  ['codeForDevice', { person: nina({ at: 'elsewhere' }) }, 'device.employed', 'devices.notEmployed'],
  ['derive', { person: nina({ at: 'elsewhere' }) }, 'device.employed', 'devices.notEmployed'],
  ['derive', { person: nina({ closed: true }) }, 'device.employed', 'devices.notEmployed'],
  ['derive', { person: nina({ until: now }) }, 'device.employed', 'devices.notEmployed'],
  ['codeForDevice', { proof: undefined }, 'card.shown', 'devices.needsCard'],
  ['codeForShift', { proof: { ...proof, derived: true } }, 'card.shown', 'devices.needsCard'],
  ['codeForShift', { proof: { ...proof, population: 'siths' } }, 'card.population', 'devices.otherCard'],
  ['codeForShift', { population: undefined }, 'card.population', 'devices.otherCard'],
  ['codeForDevice', { proof: { ...proof, assurance: 'low' } }, 'card.strong', 'devices.cardTooWeak'],
  ['derive', { proof: { ...proof, assurance: 'low' } }, 'card.strong', 'devices.cardTooWeak'],
  ['codeForShift', { proof: { ...proof, provenAt: now - 5 * minute - 1 } }, 'card.fresh', 'devices.cardTooOld'],
  ['derive', { proof: { ...proof, provenAt: now - 10 * minute - 1 } }, 'card.fresh', 'devices.cardTooOld'],
  ['derive', { proof: { ...proof, provenAt: now + minute } }, 'card.fresh', 'devices.cardTooOld'],
  ['derive', { cardStatus: 'revoked' }, 'card.good', 'devices.cardEnded'],
  ['codeForShift', { cardStatus: 'unknown' }, 'card.good', 'devices.cardUnknown'],
  ['derive', { cardStatus: undefined }, 'card.good', 'devices.cardUnknown'],
  ['derive', { proof: { ...proof, notAfter: now + 9 * minute } }, 'card.lasts', 'devices.cardEnding'],
  ['codeForShift', { person: nina({ until: now + 9 * minute }) }, 'card.lasts', 'devices.cardEnding'],
  ['derive', { key: p521 }, 'key.kind', 'devices.keyKind'],
  ['derive', { key: rsa }, 'key.kind', 'devices.keyKind'],
  ['derive', { keyIsUsed: true }, 'key.new', 'devices.keyUsed'],
  ['endShift', { certificate: { device: 'other' } }, 'certificate.own', 'devices.otherCertificate'],
  ['endShift', { certificate: undefined }, 'certificate.own', 'devices.otherCertificate'],
];
/** At enrolment. */
const wrongEnrolment: typeof wrong = [
  ['enrol', { message: readMessage(asks) }, 'device.signed', 'devices.signature'],
  ['enrol', { code: { ...enrolCode, expiresAt: now } }, 'device.code', 'devices.code'],
  ['enrol', { code: shiftCode }, 'device.code', 'devices.code'],
  ['enrol', { code: { ...enrolCode, usedFor: 'other' } }, 'device.once', 'devices.codeUsed'],
  ['enrol', { person: nina({ closed: true }) }, 'device.employed', 'devices.notEmployed'],
  ['enrol', { key: p521 }, 'key.kind', 'devices.keyKind'],
  ['enrol', { keyIsUsed: true }, 'key.new', 'devices.keyUsed'],
];
const cases = [
  ...wrong.map(([step, given, ...rest]) => [step, facts(given), ...rest] as const),
  ...wrongEnrolment.map(([step, given, ...rest]) => [step, enrolling(given), ...rest] as const),
  // Without a key that proved itself there is nothing that another check could look at.
  ['derive', facts({ key: undefined }), 'key.there', 'devices.request'] as const,
];

describe('what a step with a device is refused for', () => {
  for (const [step, given, check, refusal] of cases)
    test(`${step}: ${check} says ${refusal}`, () => {
      const no = firstDeviceRefusal(given, step);
      assert.deepEqual(no, { code: refusal, check });
      const event = deviceRefused(given, step)?.event;
      assert.deepEqual([event?.kind, event?.outcome, event?.body['check']], ['device.refused', 'refused', check]);
      assert.ok(!JSON.stringify(event).includes(code), 'no code in the trail');
    });

  test('with everything right each step may be taken', () => {
    for (const step of ['codeForDevice', 'codeForShift', 'derive', 'again', 'endShift'] as const)
      assert.equal(firstDeviceRefusal(facts(), step), undefined, step);
    assert.equal(firstDeviceRefusal(enrolling(), 'enrol'), undefined);
    const place = { kind: 'portable', name: 'Tablet 12', organisation: 'hospital' } as const;
    const everybodys = { ...enrolCode, device: place } as DeviceCode;
    assert.equal(firstDeviceRefusal(enrolling({ person: undefined, code: everybodys }), 'enrol'), undefined);
  });

  for (const { name } of deviceChecks)
    test(`without ${name} its cases turn`, () => {
      const fewer = deviceChecks.filter((check) => check.name !== name);
      const own = cases.filter(([, , check]) => check === name);
      assert.notEqual(own.length, 0);
      for (const [step, given] of own) assert.notEqual(firstDeviceRefusal(given, step, fewer)?.check, name);
      const through = own.filter(([step, given]) => firstDeviceRefusal(given, step, fewer) === undefined);
      // What is missing altogether is missed by later checks too; a wrong value is noticed here alone.
      if (!['device.message', 'device.known', 'card.shown', 'key.there', 'device.employed'].includes(name))
        assert.notEqual(through.length, 0, 'another check stands in for it');
    });

  test('every refusal but those of the outcome has a case', () => {
    const seen = new Set<string>(cases.map(([, , , refusal]) => refusal));
    assert.deepEqual(
      deviceRefusals.filter((one) => !seen.has(one)),
      ['devices.certificateEnded', 'devices.notIssued'],
    );
  });
});

describe('what a step makes true', () => {
  test('a code for a device of one’s own, and for a shift', () => {
    const made = decideDeviceCode(facts(), { hash: 'h', session: 's1', kind: 'portable', name: 'Tablet 13' });
    assert.ok(made.kind === 'done' && made.code.task === 'enrol');
    assert.deepEqual(made.code.device, {
      kind: 'portable',
      name: 'Tablet 13',
      organisation: 'hospital',
      holder: 'nina',
    });
    assert.equal(made.code.expiresAt, now + 5 * minute);
    const shift = decideShiftCode(facts(), { hash: 'h', session: 's1' });
    assert.ok(shift.kind === 'done' && shift.code.task === 'derive');
    assert.deepEqual([shift.code.person, shift.code.device, shift.code.population], ['nina', 'tablet', 'shift']);
    assert.equal(shift.event.body['card'], 'c1');
  });
  test('a device, with the key that it brought', () => {
    const done = decideEnrolment(enrolling(), 'new');
    assert.ok(done.kind === 'done');
    assert.deepEqual(done.device, { ...tablet, id: 'new', enrolledAt: now });
  });
  test('a certificate: of whom, by which assignment, at what level, until when', () => {
    const at = (given: Partial<DeviceFacts>) => {
      const done = decideDerived(facts(given), 'd1');
      assert.ok(done.kind === 'done', JSON.stringify(done));
      return done.certificate;
    };
    const made = at({});
    assert.deepEqual([made.person, made.device, made.organisation, made.state], ['nina', 'tablet', 'clinic', 'asked']);
    assert.equal(made.assurance, 'substantial');
    assert.equal(
      at({ proof: { ...proof, assurance: 'high' } }).assurance,
      'substantial',
      'its population is the ceiling',
    );
    assert.equal(made.notAfter, now + 12 * hour);
    assert.equal(at({ proof: { ...proof, notAfter: now + 2 * hour } }).notAfter, now + 2 * hour, 'the card ends first');
    assert.equal(at({ person: nina({ until: now + hour }) }).notAfter, now + hour, 'the employment ends first');
    const short = { ...population, derived: { ...population.derived!, hours: 8 } };
    assert.equal(at({ population: short }).notAfter, now + 8 * hour);
  });
  test('it ends once', () => {
    const end = decideDerivedEnd(derived, 'deviceLost', now, 'nina');
    assert.deepEqual([end?.certificate.state, end?.certificate.ending], ['ended', 'deviceLost']);
    assert.deepEqual([end?.event.kind, end?.event.body['card']], ['derived.ended', 'c1']);
    assert.equal(decideDerivedEnd({ ...derived, state: 'ended' }, 'cardEnded', now), undefined);
    assert.equal(decideDerivedEnd({ ...derived, state: 'refused' }, 'cardEnded', now), undefined);
  });
  test('what the authority made is held to what was asked for', () => {
    const reading = readCertificate(certificate('x', shiftKey, undefined).der);
    assert.ok(reading.ok);
    const made = reading.certificate;
    const { keyHash } = derived;
    assert.equal(issuedFault({ keyHash, notAfter: made.notAfter }, made), undefined);
    assert.match(issuedFault({ keyHash: 'other', notAfter: made.notAfter }, made) ?? '', /another key/);
    assert.match(issuedFault({ keyHash, notAfter: made.notAfter - 2 * minute }, made) ?? '', /longer/);
  });
});

describe('messages', () => {
  test('what is none is not read', () => {
    for (const token of [
      '',
      'a.b.c',
      messageOf(asks, deviceKey, { typ: 'JWT' }),
      messageOf({ ...asks, aud: 5 }),
      messageOf({ ...asks, iat: 'now' }),
    ])
      assert.equal(readDeviceMessage(token), undefined, token);
    assert.equal(readDeviceMessage(messageOf(asks))?.audience, audience);
  });
  test('one that names a device brings no key of its own', () => {
    const enrols = messageOf({ code });
    const [header = '', payload = ''] = enrols.split('.');
    assert.ok(Buffer.from(header, 'base64url').toString().includes('jwk'));
    const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), iss: 'tablet' };
    const both = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.AAAA`;
    assert.equal(readDeviceMessage(both), undefined);
  });
  test('codes are read as people type them', () => {
    assert.equal(readMessage({ iss: 'tablet', code: 'bcdf-ghjk lmnp-qrst' })?.code, code);
    assert.equal(readMessage({ iss: 'tablet', code: 'BCDF' })?.code, undefined);
  });
});

describe('whether it proves its person now', () => {
  const good: DerivedStandingFacts = {
    now,
    derived,
    device: tablet,
    person: nina(),
    card: { state: 'inUse' },
    cardStatus: 'good',
  };
  const itsOwn = { ...certificateOnCard(), fingerprint: derived.proof.fingerprint };
  const cases: readonly [string, Partial<DerivedStandingFacts>, string, string | undefined][] = [
    ['derived.known', { derived: undefined }, 'card.derivedEnded', undefined],
    ['derived.known', { derived: { ...derived, state: 'ended' } }, 'card.derivedEnded', undefined],
    ['derived.known', { derived: { ...derived, state: 'asked' } }, 'card.derivedEnded', undefined],
    ['derived.running', { derived: { ...derived, notAfter: now } }, 'card.derivedEnded', undefined],
    ['derived.device', { device: { ...tablet, closed: true } }, 'card.derivedEnded', 'deviceClosed'],
    ['derived.employed', { person: nina({ closed: true }) }, 'card.derivedEnded', 'personLeft'],
    ['derived.employed', { person: nina({ at: 'elsewhere' }) }, 'card.derivedEnded', 'personLeft'],
    ['derived.cardStanding', { card: { state: 'suspended' } }, 'card.suspended', 'cardEnded'],
    ['derived.cardStanding', { card: { state: 'ended' } }, 'card.revoked', 'cardEnded'],
    ['derived.cardStanding', { card: { state: 'inUse', withdrawn: [itsOwn] } }, 'card.revoked', 'cardEnded'],
    ['derived.cardNotRevoked', { cardStatus: 'revoked' }, 'card.revoked', 'cardEnded'],
    ['derived.cardKnown', { cardStatus: 'unknown' }, 'card.revocationUnknown', undefined],
  ];
  test('it does while everything behind it holds', () => {
    assert.equal(derivedRefusal(good), undefined);
    assert.equal(derivedRefusal({ ...good, card: undefined }), undefined, 'a card of an outside issuer');
  });
  for (const [check, given, reason, ends] of cases)
    test(`${check}: ${reason}, ends it with ${ends}`, () => {
      assert.deepEqual(derivedRefusal({ ...good, ...given }), { reason, check, ends });
      const fewer = derivedStandingChecks.filter(({ name }) => name !== check);
      assert.notEqual(derivedRefusal({ ...good, ...given }, fewer)?.check, check);
    });
  for (const { name } of derivedStandingChecks)
    test(`without ${name} a case turns`, () => {
      const fewer = derivedStandingChecks.filter((check) => check.name !== name);
      const own = cases.filter(([check]) => check === name);
      const through = own.filter(([, given]) => derivedRefusal({ ...good, ...given }, fewer) === undefined);
      assert.notEqual(through.length, 0);
    });
});
