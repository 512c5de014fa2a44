// A system's way to its certificate and to the next one: one permit one certificate, lost answers, and what the trail keeps of it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  authorityWorld,
  csrOf,
  newEcKey,
  someOrder,
  somePermit,
  someSystem,
  systemCsr,
} from '../../../test/fakes/authority-world.ts';
import { systemRandom } from '../../base/ids.ts';
import { readCertificate, writeExtension } from '../../base/x509/index.ts';
import { csrAttributes } from './csr-attributes.ts';
import { enrolByPermit, renew } from './enrol.ts';
import { subjectOf } from './holder.ts';
import { finishInterrupted, type IssueOutcome, issue } from './issue.ts';
import { newPermit } from './permit.ts';
import { changeState } from './state.ts';

const issued = (outcome: IssueOutcome) => {
  assert.ok(outcome.kind === 'issued', JSON.stringify(outcome));
  return outcome.certificate;
};
const code = (outcome: IssueOutcome) => (outcome.kind === 'refused' ? outcome.refusal.code : outcome.kind);

async function enrolled() {
  const world = authorityWorld();
  const permit = await somePermit(world);
  const { events } = world.ports.register;
  const ask = (csr: Buffer, given = permit) => enrolByPermit(world.ports, { profile: 'function', csr, permit: given });
  const again = (shown: Buffer | undefined, csr: Buffer) => renew(world.ports, { profile: 'function', csr, shown });
  return { world, permit, events, ask, again };
}

describe('with a permit', () => {
  test('a system gets one certificate, for the holder of the permit, whatever the request says', async () => {
    const { ask, events } = await enrolled();
    const csr = csrOf(newEcKey(), [writeExtension.basicConstraints(true)], 'Administrator');
    const first = issued(await ask(csr));
    const reading = readCertificate(first.der);
    assert.ok(reading.ok && reading.certificate.subject.der.equals(subjectOf(someSystem)));
    assert.deepEqual(reading.certificate.dnsNames, someSystem.dns.split(' '));
    assert.equal(reading.certificate.basicConstraints?.ca, false);
    // The answer was lost: the same request again, also twice at once.
    const answers = await Promise.all([ask(csr), ask(csr)]);
    for (const answer of answers) assert.deepEqual(issued(answer).der, first.der);
    assert.equal(code(await ask(systemCsr())), 'order.other');
    assert.deepEqual(
      events.map(({ kind, reference }) => [kind, reference]),
      ['permitted', 'ordered', 'issued'].map((kind) => [`certificate.${kind}`, 'K7QM-2F9X']),
    );
    assert.deepEqual(events[0]?.body, {
      profile: 'function',
      dns: someSystem.dns,
      endsAt: '2026-11-30T12:00:00.000Z',
      by: 'ola@pki',
    });
  });

  test('of two different requests at once one is answered', async () => {
    const { ask, world } = await enrolled();
    const outcomes = await Promise.all([ask(systemCsr()), ask(systemCsr()), ask(systemCsr())]);
    assert.deepEqual(outcomes.map(code).sort(), ['issued', 'order.other', 'order.other']);
    assert.equal(world.ports.register.rows.length, 1);
  });

  test('a program that is killed between writing down and signing gives that certificate afterwards, and no other', async () => {
    const { world, permit, ask } = await enrolled();
    const csr = systemCsr();
    const register = { ...world.ports.register, keepSigned: () => Promise.reject(new Error('killed')) };
    await assert.rejects(enrolByPermit({ ...world.ports, register }, { profile: 'function', csr, permit }), /killed/);
    assert.equal(code(await ask(systemCsr())), 'order.other');
    assert.equal(await finishInterrupted(world.ports), 1);
    assert.equal(issued(await ask(csr)).serial, world.ports.register.rows[0]?.serial);
    assert.equal(world.ports.register.rows.length, 1);
  });

  test('a request that is refused leaves the permit for a better one', async () => {
    const { ask, events } = await enrolled();
    assert.equal(code(await ask(csrOf(newEcKey('P-521')))), 'csr.key');
    assert.equal(code(await ask(Buffer.from('hello'))), 'csr.readable');
    assert.deepEqual(events.at(-1)?.body, {
      caller: 'est',
      order: 'permit:K7QM-2F9X',
      profile: 'function',
      check: 'csr.readable',
      because: events.at(-1)?.body.because,
    });
    issued(await ask(systemCsr()));
  });

  test('wrong secrets close it, are in the trail ten times, and never with the secret', async () => {
    const { ask, events, permit } = await enrolled();
    const before = events.length;
    for (let tries = 0; tries < 15; tries += 1)
      assert.equal(code(await ask(systemCsr(), { ...permit, secret: `guess-${tries}` })), 'permit.right');
    assert.equal(events.length - before, 10);
    assert.equal(code(await ask(systemCsr())), 'permit.open');
    assert.doesNotMatch(JSON.stringify(events), new RegExp(`guess|${permit.secret}`));
  });

  test('what nobody made leaves nothing in the trail', async () => {
    const { ask, events } = await enrolled();
    const before = events.length;
    assert.equal(code(await ask(systemCsr(), { id: 'AAAA-AAAA', secret: 'x' })), 'permit.right');
    assert.equal(events.length, before);
  });

  test('that has ended there is nothing, not even what it gave', async () => {
    const { ask, world } = await enrolled();
    const csr = systemCsr();
    issued(await ask(csr));
    world.now += 24 * 3_600_000;
    assert.equal(code(await ask(csr)), 'permit.inTime');
  });
});

describe('a permit', () => {
  const profiles = authorityWorld().ports.rules.profiles;
  const made = (id: string, holder: object, hours = 24) => {
    const profile = profiles.get(id);
    assert.ok(profile);
    const given = { id: 'K7QM-2F9X', hours, by: 'ola', now: 0, random: systemRandom };
    const outcome = newPermit({ ...profile, patterns: { dns: '.*fjord\\.example' } }, { ...given, holder });
    return outcome.ok ? outcome : outcome.because;
  };
  test('is kept without its secret', () => {
    const outcome = made('function', someSystem);
    assert.ok(typeof outcome !== 'string' && outcome.secret.length >= 27);
    assert.ok(!JSON.stringify([outcome.permit, outcome.event]).includes(outcome.secret));
  });
  for (const [what, why, ...words] of [
    ['of a person', /does not hold/, 'login', someSystem],
    ['without a host', /dns is missing/, 'function', { country: 'NO', organization: 'x', commonName: 'x' }],
    [
      'of a name that is none',
      /something else than different host names/,
      'function',
      { ...someSystem, dns: 'Radius!' },
    ],
    ['of a host elsewhere', /dns does not have the form/, 'function', { ...someSystem, dns: 'radius.other.example' }],
    ['for a month', /1 to 168 hours/, 'function', someSystem, 720],
  ] as readonly (readonly [string, RegExp, string, object, number?])[])
    test(`is not made: ${what}`, () => assert.match(String(made(...words)), why));
});

describe('with its own certificate', () => {
  test('a system gets the next one, of the same names, and the trail ties them together', async () => {
    const { ask, again, events } = await enrolled();
    const first = issued(await ask(systemCsr()));
    const csr = systemCsr();
    const next = issued(await again(first.der, csr));
    assert.notEqual(next.serial, first.serial);
    assert.deepEqual([next.holder, next.reference], [first.holder, 'K7QM-2F9X']);
    const reading = readCertificate(next.der);
    assert.ok(reading.ok);
    assert.deepEqual(reading.certificate.dnsNames, someSystem.dns.split(' '));
    assert.deepEqual(issued(await again(first.der, csr)).der, next.der, 'the answer was lost');
    const third = issued(await again(next.der, systemCsr()));
    assert.equal(third.reference, 'K7QM-2F9X');
    assert.equal(events.filter(({ reference }) => reference === 'K7QM-2F9X').length, 7);
  });

  test('it may keep its key', async () => {
    const { ask, again } = await enrolled();
    const csr = systemCsr();
    const first = issued(await ask(csr));
    const next = issued(await again(first.der, csr));
    assert.notEqual(next.serial, first.serial);
    assert.equal(next.key, first.key);
  });

  test('it may lose answers with their keys five times, and asks again for what it was given however often', async () => {
    const { ask, again } = await enrolled();
    const first = issued(await ask(systemCsr()));
    const requests = Array.from({ length: 6 }, () => systemCsr());
    const outcomes: string[] = [];
    for (const csr of requests) outcomes.push(code(await again(first.der, csr)));
    assert.deepEqual(outcomes, [...Array(5).fill('issued'), 'renewal.few']);
    assert.equal(code(await again(first.der, requests[0] as Buffer)), 'issued');
  });

  test('names and serial number are not enough: another authority’s certificate with both is nobody’s', async () => {
    const { ask, again, events } = await enrolled();
    const first = issued(await ask(systemCsr()));
    const forged = Buffer.from(first.der);
    forged[forged.length - 2] = (forged[forged.length - 2] ?? 0) ^ 1;
    const before = events.length;
    assert.equal(code(await again(forged, systemCsr())), 'renewal.own');
    assert.equal(code(await again(Buffer.from('hello'), systemCsr())), 'renewal.shown');
    assert.equal(code(await again(undefined, systemCsr())), 'renewal.shown');
    assert.equal(events.length, before);
  });

  test('a person’s certificate, one that was revoked, and one that has ended get nothing, and the trail says so', async () => {
    const { world, ask, again, events } = await enrolled();
    const person = issued(await issue(world.ports, someOrder()));
    assert.equal(code(await again(person.der, systemCsr())), 'renewal.profile');
    const first = issued(await ask(systemCsr()));
    const state = {
      caller: 'hub',
      issuer: 'staff',
      serial: first.serial,
      to: 'revoked',
      reason: 'keyCompromise',
    } as const;
    await changeState(world.ports, state);
    assert.equal(code(await again(first.der, systemCsr())), 'renewal.state');
    assert.equal(events.at(-1)?.kind, 'certificate.refused');
    assert.equal(events.at(-1)?.reference, 'K7QM-2F9X');
    world.now += 400 * 86_400_000;
    assert.equal(code(await again(first.der, systemCsr())), 'renewal.inTime');
  });

  test('one that says more than such certificates say now is not renewed with less', async () => {
    const { world, again } = await enrolled();
    const { profiles } = world.ports.rules;
    const now = profiles.get('function');
    assert.ok(now);
    const before = { ...now, holds: { ...now.holds, email: 'may' } } as const;
    const rules = { ...world.ports.rules, profiles: new Map([...profiles, ['function', before]]) };
    const order = someOrder({ profile: 'function', holder: { ...someSystem, email: 'ris@fjord.example' } });
    const first = issued(await issue({ ...world.ports, rules }, order));
    assert.equal(code(await again(first.der, systemCsr())), 'renewal.holder');
  });

  test('what the request’s key cannot do is refused as everywhere', async () => {
    const { ask, again } = await enrolled();
    const first = issued(await ask(systemCsr()));
    const forged = Buffer.from(systemCsr());
    forged[forged.length - 3] = (forged[forged.length - 3] ?? 0) ^ 1;
    assert.equal(code(await again(first.der, forged)), 'csr.possession');
    assert.equal(code(await again(first.der, systemCsr(newEcKey('P-521')))), 'csr.key');
    assert.equal(code(await again(first.der, Buffer.alloc(20_000, 0x30))), 'csr.readable');
  });
});

test('what a request should be made with is the profile’s first kind of key (RFC 7030 4.5.2)', () => {
  const hex = (kind: Parameters<typeof csrAttributes>[0]['keys'][number]) =>
    csrAttributes({ keys: [kind] }).toString('hex');
  // id-ecPublicKey with prime256v1, ecdsa-with-SHA256.
  assert.equal(hex('P-256'), '3021301506072a8648ce3d0201310a06082a8648ce3d03010706082a8648ce3d040302');
  // id-ecPublicKey with secp384r1, ecdsa-with-SHA384.
  assert.equal(hex('P-384'), '301e301206072a8648ce3d0201310706052b8104002206082a8648ce3d040303');
  // Both stand in the RFC's own example, among others.
  const example = 'MEEGCSqGSIb3DQEJBzASBgcqhkjOPQIBMQcGBSuBBAAiMBYGCSqGSIb3DQEJDjEJBgcrBgEBAQEWBggqhkjOPQQDAw==';
  for (const part of ['301206072a8648ce3d0201310706052b81040022', '06082a8648ce3d040303'])
    assert.ok(Buffer.from(example, 'base64').toString('hex').includes(part));
  // rsaEncryption with its bits, sha256WithRSAEncryption.
  assert.equal(hex('RSA-3072'), '301e301106092a864886f70d010101310402020c0006092a864886f70d01010b');
});
