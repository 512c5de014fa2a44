// kill -9 of the certificate authority in the middle of issuing, 50 times: no serial is lost, no order gives two certificates.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { readCrl } from '../../src/base/x509/index.ts';
import type { CertificateOrder } from '../../src/edge/issuers/authority/index.ts';
import { authorityDatabaseUrl } from '../../src/edge/store/embedded/index.ts';
import { csrOf, newEcKey, someHolder } from '../fakes/authority-world.ts';
import {
  type AuthorityPlace,
  authorityCommand,
  issuerOf,
  prepareAuthority,
  startAuthority,
} from '../support/authority-program.ts';
import { startEmbedded, type TestDatabase, temporaryFolder } from '../support/index.ts';

const rounds = Number(process.env['CRASH_AUTHORITY_ROUNDS'] ?? 50);
const workers = 4;

describe('kill -9 of the authority', () => {
  const folder = temporaryFolder('authority-crash');
  let database: TestDatabase | undefined;
  let place: AuthorityPlace;
  before(async () => {
    database = await startEmbedded();
    place = await prepareAuthority(folder.path, authorityDatabaseUrl(database.connection));
  });
  after(async () => {
    await database?.stop();
    folder.remove();
  });

  test('what was handed out is in the register, and one order has one certificate', async (context) => {
    const given = new Map<string, CertificateOrder>();
    const handedOut = new Map<string, string>();
    const revoked = new Set<string>();
    let interrupted = 0;
    let halfway = 0;
    const pool = new pg.Pool({ connectionString: place.env['TILLIT_AUTHORITY_DATABASE_URL'], max: 1 });
    pool.on('error', () => undefined);
    context.after(() => pool.end());
    const newOrder = (): CertificateOrder => {
      const id = `crash-${given.size}`;
      const holder = { ...someHolder, serialNumber: `T${10_000 + given.size}` };
      const order = { id, profile: 'login', csr: csrOf(newEcKey()), holder };
      given.set(id, order);
      return order;
    };
    /** Orders again and again until nobody answers; every fifth it has revoked, and knows that it has. */
    const work = async (): Promise<void> => {
      const issuer = issuerOf(place);
      for (;;) {
        const order = newOrder();
        try {
          const state = await issuer.submit(order);
          assert.ok(state.kind === 'issued', JSON.stringify(state));
          handedOut.set(order.id, state.certificate.chain[0]?.toString('hex') ?? '');
          if (given.size % 5 === 0 && (await issuer.revoke(state.certificate, 'superseded')).kind === 'done')
            revoked.add(state.certificate.serial);
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'unavailable', String(error));
          interrupted += 1;
          return;
        }
      }
    };
    for (let round = 0; round < rounds; round += 1) {
      const program = await startAuthority(place);
      const working = Array.from({ length: workers }, work);
      // Every second kill comes after an answer, however slow the machine is; the others at any time.
      const before = handedOut.size;
      while (round % 2 === 0 && handedOut.size === before) await sleep(2);
      await sleep(randomInt(5, round % 2 === 0 ? 50 : 250));
      const { signal } = await program.kill();
      assert.equal(signal, 'SIGKILL');
      await Promise.all(working);
      const { rows } = await pool.query<{ count: number }>(
        "SELECT count(*)::int FROM authority.certificate WHERE der IS NULL AND caller = 'hub'",
      );
      halfway += rows[0]?.count ?? 0;
    }

    const last = await startAuthority(place);
    try {
      // Everybody asks once more, as a queue would: the same certificate, also where no answer had come.
      for (const order of given.values()) {
        const state = await issuerOf(place).submit(order);
        assert.ok(state.kind === 'issued', `${order.id} ${JSON.stringify(state)}`);
        const der = state.certificate.chain[0]?.toString('hex');
        assert.equal(handedOut.get(order.id) ?? der, der, order.id);
      }
      const list = readCrl(Buffer.from(await (await fetch(`${place.publishUrl}/crl/staff.crl`)).arrayBuffer()));
      assert.ok(list.ok);
      const crl = list.crl;
      assert.deepEqual(
        [...revoked].filter((serial) => !crl.isRevoked(serial)),
        [],
      );
    } finally {
      await last.stop();
    }
    const { rows } = await pool.query<{ all: number; orders: number; serials: number; signed: number; events: number }>(
      `SELECT count(*)::int AS all, count(DISTINCT order_id)::int AS orders, count(DISTINCT serial)::int AS serials,
         count(der)::int AS signed, (SELECT count(*)::int FROM authority.audit_event WHERE kind = 'certificate.issued'
           AND text LIKE '%"caller":"hub"%') AS events
       FROM authority.certificate WHERE caller = 'hub'`,
    );
    const total = given.size;
    assert.deepEqual(rows, [{ all: total, orders: total, serials: total, signed: total, events: total }]);
    assert.match(await authorityCommand(place, 'verify'), /The trail is whole/);
    assert.ok(interrupted >= rounds, 'every kill met somebody who was waiting');
    assert.ok(halfway > 0, 'some kills came between writing down and signing');
    assert.ok(handedOut.size >= rounds / 2, 'and between them there was time to issue');
    context.diagnostic(
      `${rounds} kills, ${total} orders, ${halfway} of them written down and not signed when it was killed, ${handedOut.size} answered before their kill, ${revoked.size} revoked`,
    );
  });
});
