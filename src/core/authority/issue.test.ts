// An order's way: written down before it is signed, one certificate an order, whole again after a kill at any point.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { authorityWorld, csrOf, newEcKey, someHolder, someOrder } from '../../../test/fakes/authority-world.ts';
import { readCertificate, writeExtension } from '../../base/x509/index.ts';
import { finishInterrupted, type Issued, issue } from './issue.ts';
import type { IssueRequest } from './issue-checks.ts';

async function issued(world: ReturnType<typeof authorityWorld>, order: IssueRequest): Promise<Issued> {
  const outcome = await issue(world.ports, order);
  assert.equal(outcome.kind, 'issued', JSON.stringify(outcome));
  return outcome as Issued;
}

describe('issuing', () => {
  test('gives a certificate that node reads, in the trail with its fingerprint and without the holder’s name', async () => {
    const world = authorityWorld();
    const order = someOrder({ person: 'kari-nordmann', reference: 'K7QM-2F9X' });
    const { certificate, again } = await issued(world, order);
    assert.equal(again, false);
    const seen = new X509Certificate(certificate.der);
    assert.ok(seen.verify(new X509Certificate(world.authority.certificate.der).publicKey));
    assert.match(seen.subject, /CN=Åse Nordmann/);
    assert.match(seen.subjectAltName ?? '', /UPN:ase@fjord\.example/);
    const { events } = world.ports.register;
    assert.deepEqual(
      events.map(({ kind, person, reference }) => [kind, person, reference]),
      [
        ['certificate.ordered', 'kari-nordmann', 'K7QM-2F9X'],
        ['certificate.issued', 'kari-nordmann', 'K7QM-2F9X'],
      ],
    );
    assert.doesNotMatch(JSON.stringify(events), /Nordmann"|Åse|T10001|S-1-5/);
  });

  test('copies nothing of the request but its key, and says what it did not copy', async () => {
    const world = authorityWorld();
    const wishes = [
      writeExtension.basicConstraints(true),
      writeExtension.subjectAltName({ upn: 'root@fjord.example' }),
    ];
    const { certificate } = await issued(world, someOrder({ csr: csrOf(newEcKey(), wishes, 'Administrator') }));
    const reading = readCertificate(certificate.der);
    assert.ok(reading.ok);
    assert.equal(reading.certificate.basicConstraints?.ca, false);
    assert.deepEqual(reading.certificate.userPrincipalNames, ['ase@fjord.example']);
    assert.ok(!certificate.der.includes('Administrator'));
    assert.deepEqual(world.ports.register.events[0]?.body.notCopied, ['2.5.29.19', '2.5.29.17']);
  });

  test('one order gives one certificate, also when it is asked for at once, and no other contents pass under it', async () => {
    const world = authorityWorld();
    const order = someOrder();
    const all = await Promise.all(Array.from({ length: 8 }, () => issued(world, order)));
    assert.equal(new Set(all.map(({ certificate }) => certificate.der.toString('hex'))).size, 1);
    assert.equal((await issued(world, order)).again, true);
    const other = await issue(world.ports, { ...order, holder: { ...order.holder, commonName: 'Somebody Else' } });
    assert.equal(other.kind === 'refused' && other.refusal.code, 'order.other');
    assert.equal(world.ports.register.rows.length, 1);
  });

  test('the key of one holder is not certified for another, also when both orders come at once', async () => {
    const world = authorityWorld();
    const csr = csrOf(newEcKey());
    const outcomes = await Promise.all([
      issue(world.ports, someOrder({ csr })),
      issue(world.ports, someOrder({ csr, holder: { ...someHolder, serialNumber: 'T10002' } })),
    ]);
    assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), ['issued', 'refused']);
    assert.equal(world.ports.register.rows.length, 1);
  });

  test('what was written down when the program was killed is signed afterwards, with the same serial and bytes', async () => {
    const world = authorityWorld();
    const order = someOrder();
    const { register } = world.ports;
    const killed = { ...world.ports, register: { ...register, keepSigned: () => Promise.reject(new Error('killed')) } };
    await assert.rejects(issue(killed, order), /killed/);
    assert.equal(register.rows[0]?.der, undefined);
    assert.equal(await finishInterrupted(world.ports), 1);
    assert.equal(await finishInterrupted(world.ports), 0);
    const { certificate } = await issued(world, order);
    assert.equal(certificate.serial, register.rows[0]?.serial);
    assert.ok(certificate.der.includes(register.rows[0]?.toSign ?? 'x'));
    assert.equal(register.rows.length, 1);
  });

  test('a key that signs wrongly gives no certificate', async () => {
    const world = authorityWorld();
    const authority = { ...world.authority, signer: { ...world.authority.signer, sign: () => Buffer.alloc(70, 1) } };
    const rules = { ...world.ports.rules, authorities: new Map([[authority.id, authority]]) };
    await assert.rejects(issue({ ...world.ports, rules }, someOrder()), /no good signature/);
    assert.equal(world.ports.register.rows[0]?.der, undefined);
  });

  test('a refusal is in the trail with its check', async () => {
    const world = authorityWorld();
    const outcome = await issue(world.ports, someOrder({ caller: 'reader' }));
    assert.equal(outcome.kind === 'refused' && outcome.refusal.code, 'caller.profile');
    assert.deepEqual(
      world.ports.register.events.map(({ kind, body }) => [kind, body.check]),
      [['certificate.refused', 'caller.profile']],
    );
  });

  test('an unfinished order that would have ended by now gives nothing', async () => {
    const world = authorityWorld();
    const order = someOrder({ minutes: 30 });
    const { register } = world.ports;
    const killed = { ...world.ports, register: { ...register, keepSigned: () => Promise.reject(new Error('killed')) } };
    await assert.rejects(issue(killed, order), /killed/);
    world.now += 3_600_000;
    const outcome = await issue(world.ports, order);
    assert.equal(outcome.kind === 'refused' && outcome.refusal.code, 'order.ended');
  });
});
