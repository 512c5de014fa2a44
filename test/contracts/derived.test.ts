// The contract of enrolled devices and their certificates: one code one certificate whoever asks at once, and what ends them.
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { before, beforeEach, test } from 'node:test';
import { cardWork } from '../../src/apps/hub/ordering/card-work.ts';
import { derivedStandings } from '../../src/apps/hub/ordering/derived-standing.ts';
import { derivedWork } from '../../src/apps/hub/ordering/derived-work.ts';
import { deviceRequests } from '../../src/apps/hub/ordering/device-requests.ts';
import { enrolledDevices } from '../../src/apps/hub/ordering/enrolled-devices.ts';
import { systemRandom } from '../../src/base/ids.ts';
import { publicKeyDer } from '../../src/base/x509/index.ts';
import type { CatalogueSnapshot, Population } from '../../src/core/catalogue/index.ts';
import type { Delivery } from '../../src/core/outbox/index.ts';
import type { Session, SessionPorts } from '../../src/core/sessions/index.ts';
import type { StatusCaches } from '../../src/core/trust/index.ts';
import { inTransaction } from '../../src/edge/store/hub/audit-insert.ts';
import { askAgain } from '../../src/edge/store/hub/card-requests.ts';
import { endDerived, endDevice } from '../../src/edge/store/hub/derived-steps.ts';
import { saveOrganisations } from '../../src/edge/store/hub/directory-write.ts';
import { derivedBy, keyDevice } from '../../src/edge/store/hub/key-devices.ts';
import { outboxStore } from '../../src/edge/store/hub/outbox.ts';
import { newKey } from '../fakes/certificates.ts';
import { audience, messageOf, population, proof, requestFor } from '../fakes/device-facts.ts';
import { ShiftAuthority } from '../fakes/shift-authority.ts';
import { type ContractDatabase, onEachServer } from './servers.ts';

const minute = 60_000;
const hour = 60 * minute;
const rule = population.derived!;
const shiftPopulation = {
  ...population,
  derived: { ...rule, fields: ['commonName', 'serialNumber'] },
} as unknown as Population;
const { derived: _, ...shownCard } = proof;
const catalogue = () =>
  ({
    populations: new Map([['shift', shiftPopulation]]),
    providers: new Map(),
    settings: { lifetimes: { cardRecheck: 60 } },
  }) as unknown as CatalogueSnapshot;

onEachServer('devices and their certificates', (database) => {
  let pool: ContractDatabase['pool'];
  let now = Date.now();
  let cardStatus: 'good' | 'revoked' = 'good';
  const authority = new ShiftAuthority();
  const { asked, told, made, issuer } = authority;
  const endedSessionsOf: string[] = [];
  const sessions = {
    store: {
      ofPerson: async (person: string) => {
        endedSessionsOf.push(person);
        return [];
      },
    },
  } as unknown as SessionPorts;

  const parts = () => {
    const clock = () => now;
    const work = { pool, clock, catalogue, issuer };
    const standings = { cardStatus: async () => cardStatus };
    return { pool, clock, catalogue, audience, standings, work, random: systemRandom };
  };
  const session = (person = 'nina'): Session =>
    ({
      id: `session of ${person}`,
      person,
      evidence: [
        {
          id: 'e1',
          connector: 'smartcard',
          provenAt: now - minute,
          assurance: 'substantial',
          certificate: { ...shownCard, notAfter: now + 100 * hour, card: { id: 'c1', isFirst: false } },
        },
      ],
    }) as unknown as Session;
  const at = () => Math.floor(now / 1000);
  const codeOf = (done: { readonly kind: string; readonly code: string }) => {
    assert.equal(done.kind, 'code', done.code);
    return done.code;
  };
  async function enrolled(name = 'Tablet 12', key = newKey()) {
    const code = codeOf(await enrolledDevices(parts()).codeForDevice(session(), name, 'clinic'));
    const token = messageOf({ code, iat: at() }, key);
    const done = await deviceRequests(parts()).enrol(token);
    assert.ok(done.kind === 'enrolled', JSON.stringify(done));
    return { id: done.id, key, token, code };
  }
  async function asks(device: { id: string; key: ReturnType<typeof newKey> }, shift = newKey()) {
    const code = codeOf(await enrolledDevices(parts()).codeForShift(session(), device.id));
    const csr = requestFor(shift);
    return { code, csr, message: () => messageOf({ iss: device.id, code, csr, iat: at() }, device.key) };
  }
  async function issued(device?: Awaited<ReturnType<typeof enrolled>>) {
    const tablet = device ?? (await enrolled());
    const { message } = await asks(tablet);
    const got = await deviceRequests(parts()).certificate(message());
    assert.ok(got.kind === 'certificate', JSON.stringify(got));
    const derived = await derivedBy(pool, { fingerprint: got.fingerprint });
    assert.ok(derived);
    return { tablet, derived, message, got };
  }
  async function work() {
    const queue = outboxStore(pool);
    const workers = {
      ...derivedWork({ ...parts().work, sessions }),
      ...cardWork({ pool, clock: () => now, profiles: () => new Map(), issuer: () => undefined, sessions }),
    };
    await pool.query('UPDATE hub.outbox SET not_before = now() WHERE done_at IS NULL AND dead_at IS NULL');
    for (;;) {
      const due: readonly Delivery[] = await queue.take(10, []);
      if (due.length === 0) return;
      for (const one of due) {
        try {
          await workers[one.kind as keyof typeof workers](one);
          await queue.done(one.id);
        } catch (error) {
          await queue.dead(one.id, String(error));
        }
      }
    }
  }
  const kinds = async (id: string): Promise<readonly string[]> => {
    const sql = 'SELECT kind FROM hub.audit_event WHERE strpos(text, $1) > 0 ORDER BY id';
    return (await pool.query<{ kind: string }>(sql, [id])).rows.map(({ kind }) => kind);
  };

  before(async () => {
    pool = database.pool;
    await saveOrganisations(pool, [{ id: 'clinic', name: 'Clinic', number: '200000008', closed: false }]);
    for (const id of ['nina', 'olof']) {
      await pool.query("INSERT INTO hub.person (id, given_name, family_name) VALUES ($1, initcap($1), 'Berg')", [id]);
      await pool.query(
        "INSERT INTO hub.assignment (id, person, organisation, role, hsa_id) VALUES ($1, $1, 'clinic', 'nurse', 'SE2000000081-' || upper($1))",
        [id],
      );
    }
    await pool.query(
      "INSERT INTO hub.card (id, profile, holder, organisation, state, revision, ordered_by, ordered_at, temporary) VALUES ('c1', 'staff-card', 'nina', 'clinic', 'inUse', 9, 'mona', now(), false)",
    );
  });
  beforeEach(async () => {
    await work();
    for (const list of [asked, told, endedSessionsOf]) list.length = 0;
    authority.answer = 'issue';
    cardStatus = 'good';
    now = Date.now();
    await pool.query("UPDATE hub.card SET state = 'inUse' WHERE id = 'c1'");
  });

  test('enrolled with a code, once; the same key again is the same device', async () => {
    const { id, key, token, code } = await enrolled();
    assert.deepEqual(await deviceRequests(parts()).enrol(token), {
      kind: 'enrolled',
      id,
      name: 'Tablet 12',
      organisation: 'clinic',
    });
    const other = await deviceRequests(parts()).enrol(messageOf({ code, iat: at() }, newKey()));
    assert.ok(other.kind === 'refused' && other.code === 'devices.codeUsed');
    const second = codeOf(await enrolledDevices(parts()).codeForDevice(session(), 'Copy', 'clinic'));
    const copy = await deviceRequests(parts()).enrol(messageOf({ code: second, iat: at() }, key));
    assert.ok(copy.kind === 'refused' && copy.code === 'devices.keyUsed', 'a key is one device');
    assert.equal((await keyDevice(pool, id))?.holder, 'nina');
    assert.deepEqual(await kinds(id), ['device.enrolled']);
    const stored = await pool.query('SELECT * FROM hub.device_code');
    assert.ok(!JSON.stringify(stored.rows).includes(code.replaceAll('-', '')), 'codes are kept as hashes');
  });

  test('one key with two codes at once is one device', async () => {
    const desk = enrolledDevices(parts());
    const key = newKey();
    const codes = [
      await desk.codeForDevice(session(), 'One', 'clinic'),
      await desk.codeForDevice(session(), 'Two', 'clinic'),
    ];
    const tokens = codes.map((made) => messageOf({ code: codeOf(made), iat: at() }, key));
    const done = await Promise.all(tokens.map((token) => deviceRequests(parts()).enrol(token)));
    assert.deepEqual(done.map((one) => (one.kind === 'refused' ? one.code : one.kind)).sort(), [
      'devices.keyUsed',
      'enrolled',
    ]);
  });

  test('a certificate: what its authority is asked, and what is kept', async () => {
    const { derived, tablet, message, got } = await issued();
    assert.equal(derived.state, 'issued');
    const [wish] = asked;
    assert.deepEqual(wish?.holder, { commonName: 'Nina Berg', serialNumber: 'SE2000000081-NINA' });
    assert.deepEqual(wish?.derived, { device: tablet.id, provenAt: now - minute, fingerprint: proof.fingerprint });
    assert.equal(wish?.notAfter, now + 12 * hour);
    assert.deepEqual(await deviceRequests(parts()).certificate(message()), got, 'asked again, it is the same');
    assert.deepEqual(await kinds(derived.id), ['derived.asked', 'derived.issued']);
    const line = await enrolledDevices(parts()).look(session(), tablet.id);
    assert.equal(line?.shiftUntil, derived.notAfter);
  });

  test('twenty at once with one code: one order, one certificate, one answer', async () => {
    const tablet = await enrolled();
    const { message } = await asks(tablet);
    const answers = await Promise.all(Array.from({ length: 20 }, () => deviceRequests(parts()).certificate(message())));
    await work();
    assert.equal(
      new Set(answers.map((one) => (one.kind === 'certificate' ? one.fingerprint : JSON.stringify(one)))).size,
      1,
    );
    assert.equal(new Set(asked.map(({ order }) => order)).size, 1);
    const all = await pool.query('SELECT 1 FROM hub.derived WHERE device = $1', [tablet.id]);
    assert.equal(all.rowCount, 1);
  });

  test('two keys at once with one code: one of them gets it', async () => {
    const tablet = await enrolled();
    const { code } = await asks(tablet);
    const messages = [newKey(), newKey(), newKey()].map((key) =>
      messageOf({ iss: tablet.id, code, csr: requestFor(key), iat: at() }, tablet.key),
    );
    const answers = await Promise.all(messages.map((one) => deviceRequests(parts()).certificate(one)));
    const told = answers.map((one) => (one.kind === 'refused' ? one.code : one.kind)).sort();
    assert.deepEqual(told, ['certificate', 'devices.codeUsed', 'devices.codeUsed']);
  });

  test('the answer of the authority is lost: asked again, by the device or the outbox, it is the same certificate', async () => {
    const tablet = await enrolled();
    const { message } = await asks(tablet);
    authority.answer = 'lost';
    assert.deepEqual(await deviceRequests(parts()).certificate(message()), { kind: 'wait', seconds: 3 });
    await work();
    authority.answer = 'issue';
    // Given up while it was away; taken up again some minutes later.
    await askAgain(pool, Date.now() + 10 * minute);
    await work();
    const got = await deviceRequests(parts()).certificate(message());
    assert.ok(got.kind === 'certificate');
    assert.equal(new Set(asked.map(({ order }) => order)).size, 1);
    assert.equal(made.size > 0 && asked.length >= 3, true);
  });

  test('refused by the authority: told, and the code is spent', async () => {
    const { message } = await asks(await enrolled());
    authority.answer = 'refuse';
    const got = await deviceRequests(parts()).certificate(message());
    assert.ok(got.kind === 'refused' && got.code === 'devices.notIssued');
    authority.answer = 'issue';
    const again = await deviceRequests(parts()).certificate(message());
    assert.ok(again.kind === 'refused' && again.code === 'devices.notIssued');
  });

  test('what the device is refused is in the trail, and writes nothing else', async () => {
    const tablet = await enrolled();
    const { code, csr } = await asks(tablet);
    const forged = await deviceRequests(parts()).certificate(
      messageOf({ iss: tablet.id, code, csr, iat: at() }, newKey()),
    );
    assert.ok(forged.kind === 'refused' && forged.code === 'devices.signature');
    const taken = requestFor(tablet.key);
    const double = await deviceRequests(parts()).certificate(
      messageOf({ iss: tablet.id, code, csr: taken, iat: at() }, tablet.key),
    );
    assert.ok(
      double.kind === 'refused' && double.code === 'devices.keyUsed',
      'the device’s own key is for signing alone',
    );
    cardStatus = 'revoked';
    const ended = await deviceRequests(parts()).certificate(
      messageOf({ iss: tablet.id, code, csr, iat: at() }, tablet.key),
    );
    assert.ok(ended.kind === 'refused' && ended.code === 'devices.cardEnded');
    cardStatus = 'good';
    assert.equal((await kinds(tablet.id)).filter((kind) => kind === 'device.refused').length, 3);
    const right = await deviceRequests(parts()).certificate(
      messageOf({ iss: tablet.id, code, csr, iat: at() }, tablet.key),
    );
    assert.equal(right.kind, 'certificate', 'a refusal spends no code');
  });

  test('another person sees no device of hers, gets no code for it, and reports nothing lost', async () => {
    const { tablet } = await issued();
    const desk = enrolledDevices(parts());
    assert.deepEqual(await desk.list(session('olof')), []);
    assert.equal(await desk.look(session('olof'), tablet.id), undefined);
    assert.equal((await desk.codeForShift(session('olof'), tablet.id)).kind, 'refused');
    await desk.reportLost(session('olof'), tablet.id);
    await desk.endShift(session('olof'), tablet.id);
    assert.equal((await keyDevice(pool, tablet.id))?.closed, false);
    assert.notEqual((await desk.look(session(), tablet.id))?.shiftUntil, undefined);
  });

  const endings: readonly [string, string, (id: string, device: string) => Promise<unknown>][] = [
    ['its device is lost', 'lost', (_, device) => endDevice(pool, device, 'lost', { who: 'nina' }, now)],
    ['its device is closed', 'replaced', (_, device) => endDevice(pool, device, 'closed', { who: 'root' }, now)],
    [
      'its card is suspended or ended',
      'misuse',
      () =>
        pool.query(
          'INSERT INTO hub.outbox (id, kind, key, payload, not_before) VALUES (gen_random_uuid()::text, \'cardStopped\', \'c\', \'{"card":"c1","person":"nina"}\', now())',
        ),
    ],
    [
      'its person leaves',
      'employmentEnded',
      () => inTransaction(pool, (client) => endDerived(client, { person: 'nina' }, 'personLeft', now)),
    ],
    ['its user is done', 'expired', (_, device) => enrolledDevices(parts()).endShift(session(), device)],
    [
      'its card’s state was changed and no news came',
      'misuse',
      async () => {
        await pool.query("UPDATE hub.card SET state = 'suspended' WHERE id = 'c1'");
        await sweep();
      },
    ],
    [
      'its person’s assignment is gone',
      'employmentEnded',
      async () => {
        await pool.query("UPDATE hub.assignment SET valid_until = now() - interval '1 minute' WHERE id = 'nina'");
        await sweep();
        await pool.query("UPDATE hub.assignment SET valid_until = NULL WHERE id = 'nina'");
      },
    ],
  ];
  const sweep = () => derivedStandings({ ...parts(), caches: {} as StatusCaches }).sweep();

  for (const [what, why, end] of endings)
    test(`when ${what}, it is over: revoked, and its sessions are told`, async () => {
      const { derived, tablet, message } = await issued();
      await end(derived.id, tablet.id);
      await work();
      const after = await derivedBy(pool, { id: derived.id });
      assert.equal(after?.state, 'ended');
      // What else was made after the same card, or for the same person, is over too.
      const ofThis = () => told.filter((line) => line.startsWith(derived.serial ?? '-'));
      assert.deepEqual(ofThis(), [`${derived.serial} ${why}`]);
      assert.ok(endedSessionsOf.includes('nina'));
      assert.deepEqual(await kinds(derived.id), ['derived.asked', 'derived.issued', 'derived.ended']);
      const again = await deviceRequests(parts()).certificate(message());
      assert.ok(again.kind === 'refused', 'it is not handed out again');
      await end(derived.id, tablet.id);
      await work();
      assert.equal(ofThis().length, 1, 'done twice, it is the same');
    });

  test('ended while its authority was away: what is made all the same is revoked at once', async () => {
    const tablet = await enrolled();
    const { message } = await asks(tablet);
    authority.answer = 'lost';
    assert.equal((await deviceRequests(parts()).certificate(message())).kind, 'wait');
    await endDevice(pool, tablet.id, 'lost', { who: 'nina' }, now);
    authority.answer = 'issue';
    await work();
    assert.equal(told.length, 1);
    const again = await deviceRequests(parts()).certificate(message());
    assert.ok(again.kind === 'refused' && again.code === 'devices.closed');
  });

  test('a card that is not of ours: what ran out tells its sessions once', async () => {
    const { derived } = await issued();
    now = derived.notAfter + minute;
    await sweep();
    await sweep();
    await work();
    assert.equal(endedSessionsOf.filter((person) => person === 'nina').length, 1);
    assert.equal((await derivedBy(pool, { id: derived.id }))?.state, 'issued', 'nothing was ended before its time');
  });

  test('a shared device is for everybody who works there', async () => {
    const key = newKey();
    await pool.query(
      "INSERT INTO hub.device (id, kind, name, set_by, set_at, closed, organisation, key_hash, key) VALUES ('shared', 'portable', 'Ward tablet', 'root', now(), false, 'clinic', $1, $2)",
      ['f'.repeat(64), publicKeyDer(createPublicKey(key))],
    );
    const desk = enrolledDevices(parts());
    assert.ok((await desk.list(session())).some(({ device }) => device.id === 'shared'));
    assert.equal((await desk.codeForShift(session(), 'shared')).kind, 'code');
    await pool.query("UPDATE hub.person SET closed = true WHERE id = 'olof'");
    assert.equal((await desk.codeForShift(session('olof'), 'shared')).kind, 'refused');
  });
});
