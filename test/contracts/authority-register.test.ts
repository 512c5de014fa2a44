// The register of certificates, in memory and on real servers: one order one certificate, one key one holder, lists in turn.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { readCrl } from '../../src/base/x509/index.ts';
import { noteSigner, verifyLog } from '../../src/core/audit/index.ts';
import {
  changeState,
  type EnrolPorts,
  enrolByPermit,
  finishInterrupted,
  issue,
  keepListCurrent,
  permitEndedEvent,
  type Register,
  renew,
} from '../../src/core/authority/index.ts';
import { certificateRegister, enrolmentPermits, migrateAuthority } from '../../src/edge/store/authority/index.ts';
import { readCheckpoints, readEntries, storedSize } from '../../src/edge/store/log/read-log.ts';
import { sealOnce } from '../../src/edge/store/log/seal.ts';
import {
  type AuthorityWorld,
  authorityWorld,
  csrOf,
  memoryPermits,
  memoryRegister,
  newEcKey,
  someHolder,
  someOrder,
  somePermit,
  someSystem,
  systemCsr,
} from '../fakes/authority-world.ts';
import { debianPostgresMissing, startDebianPostgres, startEmbedded, type TestDatabase } from '../support/index.ts';

type Stores = Pick<EnrolPorts, 'register' | 'permits'>;

function suite(name: string, given: { open(): Promise<Stores>; close(): Promise<void>; skip?: string | undefined }) {
  describe(`the register ${name}`, { skip: given.skip ?? false }, () => {
    const world = authorityWorld(Date.now());
    let ports = { ...world.ports, register: undefined as unknown as Register };
    before(async () => {
      ports = { ...ports, ...(await given.open()) };
    });
    after(() => given.close());
    const issued = async (order: Parameters<typeof issue>[1]) => {
      const outcome = await issue(ports, order);
      assert.ok(outcome.kind === 'issued', JSON.stringify(outcome));
      return outcome.certificate;
    };

    test('gives back what was written down, and one certificate an order however many ask', async () => {
      const order = someOrder({ person: 'kari-nordmann', reference: 'K7QM-2F9X' });
      const all = await Promise.all(Array.from({ length: 12 }, () => issued(order)));
      assert.equal(new Set(all.map(({ der }) => der.toString('hex'))).size, 1);
      const found = await ports.register.bySerial('staff', all[0]?.serial ?? '');
      assert.deepEqual(found, await ports.register.byOrder('hub', order.order));
      assert.equal(found?.person, 'kari-nordmann');
      assert.deepEqual(found?.der, all[0]?.der);
      assert.equal(await ports.register.bySerial('other', all[0]?.serial ?? ''), undefined);
    });

    test('lets one holder have a key, of two that come at once', async () => {
      const csr = csrOf(newEcKey());
      const outcomes = await Promise.all(
        ['T10001', 'T10002', 'T10003'].map((serialNumber) =>
          issue(ports, someOrder({ csr, holder: { ...someHolder, serialNumber } })),
        ),
      );
      assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), ['issued', 'refused', 'refused']);
      const refusals = outcomes.flatMap((outcome) => (outcome.kind === 'refused' ? [outcome.refusal.code] : []));
      assert.deepEqual(refusals, ['key.holder', 'key.holder']);
      assert.equal(
        (await issue(ports, someOrder({ csr, holder: { ...someHolder, serialNumber: 'T10009' } }))).kind,
        'refused',
      );
    });

    test('keeps what was written down and not signed until it is', async () => {
      const order = someOrder();
      const killed = {
        ...ports,
        register: { ...ports.register, keepSigned: () => Promise.reject(new Error('killed')) },
      };
      await assert.rejects(issue(killed, order), /killed/);
      const [open] = await ports.register.unsigned();
      assert.equal(open?.order, order.order);
      await Promise.all([finishInterrupted(ports), issued(order), issued(order)]);
      assert.deepEqual(await ports.register.unsigned(), []);
      assert.equal((await issued(order)).serial, open?.serial);
    });

    test('numbers lists upwards, also when many make them at once, and each change reaches one', async () => {
      const serials = await Promise.all(Array.from({ length: 6 }, async () => (await issued(someOrder())).serial));
      const numbers: number[] = [];
      await Promise.all(
        serials.map(async (serial) => {
          await changeState(ports, { caller: 'hub', issuer: 'staff', serial, to: 'revoked', reason: 'superseded' });
          const list = await keepListCurrent(ports.register, world.authority, Date.now());
          const reading = readCrl(list?.der ?? Buffer.alloc(0));
          assert.ok(reading.ok && reading.crl.isRevoked(serial), 'my change is on the list that I got');
          numbers.push(list?.number ?? 0);
        }),
      );
      const last = await keepListCurrent(ports.register, world.authority, Date.now());
      assert.equal(last?.number, Math.max(...numbers));
      const reading = readCrl(last?.der ?? Buffer.alloc(0));
      assert.ok(reading.ok);
      assert.equal(reading.crl.entries, 6);
      const both = serials[0] ?? '';
      const again = { caller: 'hub', issuer: 'staff', serial: both, to: 'revoked', reason: 'keyCompromise' } as const;
      const outcome = await changeState(ports, again);
      assert.ok(outcome.kind === 'done' && !outcome.changed);
    });

    test('gives one certificate for a permit, however many ask with it, and knows a request again', async () => {
      const permit = await somePermit({ ...world, ports: { ...world.ports, ...ports } } as AuthorityWorld);
      assert.deepEqual((await ports.permits.byId(permit.id))?.holder, someSystem);
      const csr = systemCsr();
      const ask = (given: Buffer) => enrolByPermit(ports, { profile: 'function', csr: given, permit });
      const outcomes = await Promise.all([ask(csr), ask(csr), ask(csr)]);
      const made = outcomes.map((outcome) => (outcome.kind === 'issued' ? outcome.certificate.serial : outcome.kind));
      assert.equal(new Set(made).size, 1, made.join());
      assert.equal((await ask(systemCsr())).kind, 'refused');
      const [first] = outcomes;
      assert.ok(first?.kind === 'issued');
      const again = (given: Buffer) => renew(ports, { profile: 'function', csr: given, shown: first.certificate.der });
      for (const given of [systemCsr(), systemCsr()]) assert.equal((await again(given)).kind, 'issued');
      const orders = await ports.register.ordersBelow('est', `renewal:${first.certificate.serial}`);
      assert.equal(orders.length, 2);
      assert.deepEqual(await ports.register.ordersBelow('est', `renewal:${first.certificate.serial.slice(1)}`), []);
      assert.deepEqual(await ports.register.ordersBelow('hub', `renewal:${first.certificate.serial}`), []);
    });

    test('counts every wrong secret of those that come at once, and ends a permit once', async () => {
      const { id } = await somePermit(
        { ...world, ports: { ...world.ports, ...ports } } as AuthorityWorld,
        someSystem,
        'AAAA-1111',
      );
      const counts = await Promise.all(Array.from({ length: 8 }, () => ports.permits.countWrong(id)));
      assert.deepEqual([...counts].sort(), [1, 2, 3, 4, 5, 6, 7, 8]);
      assert.equal(await ports.permits.countWrong('none'), 0);
      const at = Date.now();
      const event = permitEndedEvent(id, { at, by: 'ola' });
      assert.deepEqual([await ports.permits.end(id, at, event), await ports.permits.end(id, at, event)], [true, false]);
      assert.equal(await ports.permits.end('none', at, event), false);
      const found = await ports.permits.byId(id);
      assert.deepEqual([found?.wrongTries, found?.endsAt], [8, at]);
    });
  });
}

suite('in memory', {
  async open() {
    const register = memoryRegister();
    return { register, permits: memoryPermits(register.events) };
  },
  close: async () => undefined,
});

const servers: readonly (readonly [string, () => string | undefined, () => Promise<TestDatabase>])[] = [
  ['on the embedded server', () => undefined, startEmbedded],
  ['on Debian PostgreSQL 15', debianPostgresMissing, startDebianPostgres],
];
for (const [name, missing, start] of servers) {
  let database: TestDatabase | undefined;
  let pool: pg.Pool | undefined;
  suite(name, {
    skip: missing(),
    async open() {
      database = await start();
      pool = new pg.Pool({ ...database.connection, max: 12 });
      pool.on('error', () => undefined);
      await migrateAuthority(pool, '0.1.0');
      await migrateAuthority(pool, '0.1.0');
      return { register: certificateRegister(pool), permits: enrolmentPermits(pool) };
    },
    async close() {
      try {
        if (pool !== undefined) await sealedWhole(pool);
      } finally {
        await pool?.end();
        await database?.stop();
      }
    },
  });
}

/** Every event of the suite is sealed into one log that verifies. */
async function sealedWhole(pool: pg.Pool): Promise<void> {
  const signer = noteSigner('ca.example/tillit', Buffer.alloc(32, 7));
  const verifiers = [signer.verifier];
  const sealed = await sealOnce({ pool, schema: 'authority', signer, verifiers, clock: Date.now, batch: 10_000 });
  assert.ok(sealed.kind === 'sealed' && sealed.count >= 20, JSON.stringify(sealed));
  const size = await storedSize(pool, 'authority');
  const verification = await verifyLog({
    entries: readEntries(pool, 0, size, 'authority'),
    checkpoints: [{ name: 'database', complete: true, notes: readCheckpoints(pool, 0, size, 'authority') }],
    verifiers,
  });
  assert.ok(verification.ok && verification.size === sealed.size, JSON.stringify(verification.findings));
}
