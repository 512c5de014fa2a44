// Systems that may not have a certificate by EST: each is kept out by its own check alone.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { authorityWorld, newEcKey, somePermit, someSystem, systemCsr } from '../../../test/fakes/authority-world.ts';
import { type Certificate, readCertificate, readCsr, writeExtension } from '../../base/x509/index.ts';
import { enrolByPermit } from './enrol.ts';
import {
  type EnrolCheck,
  enrolRefusal,
  type PermitFacts,
  permitChecks,
  type RenewalFacts,
  renewalChecks,
} from './enrol-checks.ts';
import { subjectOf } from './holder.ts';
import { type CertificateProfile, systemFault } from './profile.ts';
import { standardProfiles } from './standard-profiles.ts';

const profiles = new Map(standardProfiles('staff').map((profile) => [profile.id, profile]));
const functionProfile = profiles.get('function') as CertificateProfile;

describe('a profile of systems', () => {
  test('of the profiles that ship with the program one is', () => {
    const allowed = [...profiles.values()].filter((profile) => systemFault(profile) === undefined);
    assert.deepEqual(
      allowed.map(({ id }) => id),
      ['function'],
    );
  });
  const wrong: readonly (readonly [string, Partial<CertificateProfile>, RegExp])[] = [
    ['that names a person', { holds: { ...functionProfile.holds, surname: 'may' } }, /hold surname/],
    ['with a staff number', { holds: { ...functionProfile.holds, serialNumber: 'may' } }, /hold serialNumber/],
    ['with a Windows account', { holds: { ...functionProfile.holds, upn: 'may' } }, /hold upn/],
    ['that need not name a host', { holds: { ...functionProfile.holds, dns: 'may' } }, /must hold dns/],
    ['made from a login', { proofMinutes: 15 }, /no login/],
    ['for every purpose', { extendedKeyUsage: [] }, /says what it is for/],
    ['that logs on with a card', { extendedKeyUsage: ['1.3.6.1.4.1.311.20.2.2'] }, /no purpose of a system/],
    ['that answers for an authority', { extendedKeyUsage: ['1.3.6.1.5.5.7.3.9'] }, /no purpose of a system/],
  ];
  for (const [what, change, why] of wrong)
    test(`is not one ${what}`, () => assert.match(systemFault({ ...functionProfile, ...change }) ?? '', why));
});

/** Each case is refused by its own check, and by no other when that one is left out. */
function eachAlone<Facts>(
  checks: readonly EnrolCheck<Facts>[],
  good: () => Facts,
  cases: readonly (readonly [check: string, what: string, change: () => Partial<Facts>])[],
) {
  test('a good one passes', () => assert.equal(enrolRefusal(good(), checks), undefined));
  for (const [check, what, change] of cases)
    test(`${check}: ${what}`, () => {
      const facts = { ...good(), ...change() };
      assert.equal(enrolRefusal(facts, checks)?.code, check);
      const others = checks.filter(({ name }) => name !== check);
      assert.equal(enrolRefusal(facts, others), undefined);
    });
  test('every check has a case', () =>
    assert.deepEqual(
      checks.filter(({ name }) => !cases.some(([check]) => check === name)),
      [],
    ));
}

const now = Date.UTC(2026, 10, 29, 12);
const permit = {
  id: 'K7QM-2F9X',
  profile: 'function',
  holder: someSystem,
  secretHash: '',
  endsAt: now + 1000,
  wrongTries: 0,
};

describe('a system with a permit', () => {
  const good: PermitFacts = { asked: 'function', profile: functionProfile, now, permit, isSecretRight: true };
  eachAlone(permitChecks, () => good, [
    ['permit.right', 'no such permit', () => ({ permit: undefined, isSecretRight: false })],
    ['permit.right', 'a wrong secret', () => ({ isSecretRight: false })],
    ['permit.open', 'the right secret after ten wrong ones', () => ({ permit: { ...permit, wrongTries: 10 } })],
    ['permit.inTime', 'its last moment is over', () => ({ now: permit.endsAt })],
    ['permit.profile', 'a permit for another profile', () => ({ permit: { ...permit, profile: 'web' } })],
    ['system.profile', 'a profile that EST does not give', () => ({ profile: undefined })],
    [
      'system.profile',
      'a profile of persons',
      () => ({ asked: 'login', profile: profiles.get('login'), permit: { ...permit, profile: 'login' } }),
    ],
  ]);
  test('whoever guesses hears the same for a permit that there is and one that there is not', () => {
    const answers = [permit, { ...permit, wrongTries: 99 }, { ...permit, endsAt: 0 }, undefined].map((each) =>
      enrolRefusal({ ...good, permit: each, isSecretRight: false }, permitChecks),
    );
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
  });
});

describe('a system with its certificate', () => {
  let good: RenewalFacts;
  let shown: Certificate;
  before(async () => {
    const world = authorityWorld(now);
    const outcome = await enrolByPermit(world.ports, {
      profile: 'function',
      csr: systemCsr(),
      permit: await somePermit(world),
    });
    assert.ok(outcome.kind === 'issued', JSON.stringify(outcome));
    const reading = readCertificate(outcome.certificate.der);
    assert.ok(reading.ok);
    shown = reading.certificate;
    good = {
      asked: 'function',
      profile: functionProfile,
      now,
      shown,
      own: outcome.certificate,
      holder: someSystem,
      csr: readCsr(systemCsr()),
      others: 0,
    };
  });
  const own = (change: Partial<NonNullable<RenewalFacts['own']>>) => ({
    own: { ...(good.own as NonNullable<RenewalFacts['own']>), ...change },
  });
  const asking = (dns: readonly string[]) => ({
    csr: readCsr(systemCsr(newEcKey(), [writeExtension.subjectAltName({ dns })])),
  });
  eachAlone(renewalChecks, () => good, [
    ['renewal.shown', 'no certificate', () => ({ shown: undefined, own: undefined, holder: undefined })],
    ['renewal.own', 'a certificate of somebody else', () => ({ own: undefined, holder: undefined })],
    ['renewal.profile', 'a certificate of another profile', () => own({ profile: 'web' })],
    ['system.profile', 'a profile that EST does not give', () => ({ profile: undefined })],
    [
      'system.profile',
      'a person’s',
      () => ({ asked: 'login', profile: profiles.get('login'), ...own({ profile: 'login' }) }),
    ],
    ['renewal.inTime', 'it has ended', () => ({ now: shown.notAfter + 1 })],
    ['renewal.inTime', 'it has not begun', () => ({ now: shown.notBefore - 1 })],
    ['renewal.state', 'it was revoked', () => own({ state: 'revoked' })],
    ['renewal.state', 'it is on hold', () => own({ state: 'held' })],
    ['renewal.holder', 'it says what systems’ certificates do not', () => ({ holder: undefined })],
    [
      'renewal.subject',
      'another subject',
      () => ({ csr: readCsr(systemCsr(newEcKey(), [], subjectOf({ ...someSystem, commonName: 'other.example' }))) }),
    ],
    ['renewal.subject', 'no subject', () => ({ csr: readCsr(systemCsr(newEcKey(), [], subjectOf({}))) })],
    ['renewal.names', 'one host more', () => asking([...someSystem.dns.split(' '), 'vpn.fjord.example'])],
    ['renewal.names', 'one host less', () => asking(['radius.fjord.example'])],
    ['renewal.few', 'the sixth request with it', () => ({ others: 5 })],
  ]);
  test('the same names may be asked for, and a subject in another kind of string is the same subject', () => {
    assert.equal(enrolRefusal({ ...good, ...asking(someSystem.dns.split(' ')) }, renewalChecks), undefined);
    const printable = Buffer.from(subjectOf(someSystem));
    for (let at = printable.indexOf(0x0c); at >= 0; at = printable.indexOf(0x0c, at + 1)) printable[at] = 0x13;
    const csr = readCsr(systemCsr(newEcKey(), [], printable));
    assert.ok(csr.ok && !csr.csr.subject.der.equals(shown.subject.der));
    assert.equal(enrolRefusal({ ...good, csr }, renewalChecks), undefined);
  });
});
