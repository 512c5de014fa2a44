// Certificate authorities of other people: a card order gets its certificate from CFSSL, and OpenSSL answers our CMP.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { cardWork } from '../../src/apps/hub/ordering/card-work.ts';
import { certificateIssuers } from '../../src/apps/hub/ordering/certificate-issuers.ts';
import { issuerKeyPurpose, issuerSecretPurpose } from '../../src/apps/hub/sealing.ts';
import { keyringOf, seal } from '../../src/base/sealing/index.ts';
import { Secret } from '../../src/base/secret.ts';
import { readCertificate, toPem } from '../../src/base/x509/index.ts';
import type { CardProfile, OutsideCertificateIssuer } from '../../src/core/catalogue/index.ts';
import type { CertificateWish } from '../../src/core/ordering/index.ts';
import type { SessionPorts } from '../../src/core/sessions/index.ts';
import { saveGrant } from '../../src/edge/store/hub/administrations.ts';
import { openIssuerWork } from '../../src/edge/store/hub/card-requests.ts';
import { orderCard, takeCardStep } from '../../src/edge/store/hub/card-steps.ts';
import { cardById } from '../../src/edge/store/hub/cards.ts';
import { saveOrganisations } from '../../src/edge/store/hub/directory-write.ts';
import { migrate } from '../../src/edge/store/hub/migrate.ts';
import { outboxStore } from '../../src/edge/store/hub/outbox.ts';
import { certificate, newKey, pem } from '../fakes/certificates.ts';
import { certificationRequest, issuingCa } from '../fakes/issuing-ca.ts';
import { staffCard } from '../fakes/shown-cards.ts';
import { cfsslAuthKey, startCfssl, startOpensslCmp } from '../support/certificate-peers.ts';
import { requireDebian, startEmbedded, type TestDatabase, temporaryFolder } from '../support/index.ts';

const keyring = keyringOf({ id: 'k1', key: new Secret(Buffer.alloc(32, 7)) });
const sealed = (purpose: string, id: string, text: string) =>
  seal(keyring, purpose, id, Buffer.from(text)).toString('base64');

let database: TestDatabase;
let pool: pg.Pool;
before(async () => {
  database = await startEmbedded();
  pool = new pg.Pool({ ...database.connection, max: 10 });
  pool.on('error', () => undefined);
  await migrate(pool, { program: '0.1.0' });
});
after(async () => {
  await pool.end();
  await database.stop();
});

const issuerOf = (record: OutsideCertificateIssuer) => {
  const records = new Map([[record.id, record]]);
  return certificateIssuers({
    pool,
    keyring,
    clock: Date.now,
    records: () => records,
    own: undefined,
    authorities: undefined,
  });
};
const common = { name: 'Outside CA', reenrolls: false, holds: false, timeoutSeconds: 10 } as const;

describe('CFSSL', { skip: requireDebian('golang-cfssl') ?? false }, () => {
  const folder = temporaryFolder('cfssl');
  let cfssl: Awaited<ReturnType<typeof startCfssl>>;
  let record: OutsideCertificateIssuer;
  before(async () => {
    cfssl = await startCfssl(folder.path);
    record = {
      ...common,
      id: 'cfssl-ca',
      kind: 'cfssl',
      address: cfssl.url,
      signer: cfssl.signerPem,
      tlsAuthorities: [cfssl.tlsRoot],
      client: {
        certificate: cfssl.client.certificate,
        sealedKey: sealed(issuerKeyPurpose, 'cfssl-ca', cfssl.client.key),
      },
      shared: { user: 'hub', sealedSecret: sealed(issuerSecretPurpose, 'cfssl-ca', cfsslAuthKey) },
    };
  });
  after(async () => {
    await cfssl.stop();
    folder.remove();
  });

  const profile: CardProfile = { ...staffCard, issuer: 'cfssl-ca', approval: false };
  const profiles = new Map([[profile.id, profile]]);
  const step = (action: Parameters<typeof takeCardStep>[2], person: string | undefined, input = {}) =>
    takeCardStep(pool, 'c1', action, { from: { person, reference: 'AAAA-BBBB' }, input, now: Date.now(), profiles });
  /** Does what waits, as the hub's loop does, and keeps what failed. */
  async function work(issuer: ReturnType<typeof issuerOf>): Promise<void> {
    const queue = outboxStore(pool);
    const sessions = { store: { ofPerson: async () => [] } } as unknown as SessionPorts;
    const workers = cardWork({ pool, clock: Date.now, profiles: () => profiles, issuer, sessions });
    await pool.query('UPDATE hub.outbox SET not_before = now(), locked_until = NULL WHERE done_at IS NULL');
    for (const one of await queue.take(10, [])) {
      try {
        await workers[one.kind as keyof typeof workers](one);
        await queue.done(one.id);
      } catch (error) {
        await queue.retry(one.id, Date.now(), String(error));
      }
    }
  }

  test('signs for a card that was ordered, once, through an outage, and revokes it at the end', async () => {
    await saveOrganisations(pool, [{ id: 'hospital', name: 'Hospital', number: '200000007', closed: false }]);
    for (const id of ['mona', 'olof', 'nina'])
      await pool.query("INSERT INTO hub.person (id, given_name, family_name) VALUES ($1, initcap($1), 'Berg')", [id]);
    await pool.query(
      "INSERT INTO hub.assignment (id, person, organisation, role, hsa_id) VALUES ('nina', 'nina', 'hospital', 'nurse', 'SE2000000081-NINA')",
    );
    for (const [person, role] of [
      ['mona', 'card-orderer'],
      ['olof', 'card-officer'],
    ] as const) {
      const scope = { kind: 'organisation', organisation: 'hospital' } as const;
      const from = Date.now() - 1000;
      const grant = { id: person, person, role, scope, from, until: from + 10 ** 9, grantedBy: 'test', reason: 'test' };
      await saveGrant(pool, grant, from);
    }
    const ordered = await orderCard(
      pool,
      {
        id: 'c1',
        profile: profile.id,
        holder: 'nina',
        organisation: 'hospital',
        state: 'ordered',
        revision: 1,
        orderedBy: 'mona',
        orderedAt: Date.now(),
        temporary: false,
        requests: [],
        certificates: [],
        byHand: [],
      },
      { from: { person: 'mona', reference: 'AAAA-BBBB' }, now: Date.now(), profiles },
    );
    assert.equal(ordered.kind, 'done', JSON.stringify(ordered));
    await step('checkIdentity', 'olof', { document: 'passport' });
    const key = newKey();
    await step('requestCertificates', 'olof', { requests: [certificationRequest(key).toString('base64')] });

    await work(issuerOf({ ...record, address: 'https://localhost:9' }));
    assert.equal((await cardById(pool, 'c1'))?.state, 'requested');
    const [open] = await openIssuerWork(pool, 'c1');
    assert.equal(open?.kind, 'submit');
    assert.match(open?.failure ?? '', /certificate issuer|CFSSL: .*ECONNREFUSED/);

    await work(issuerOf(record));
    const card = await cardById(pool, 'c1');
    assert.equal(card?.state, 'made', JSON.stringify(await openIssuerWork(pool, 'c1')));
    const [{ serial, issuer } = { serial: '', issuer: '' }] = card?.certificates ?? [];
    assert.equal(issuer, 'cfssl-ca');
    assert.deepEqual([...cfssl.recorded()], [[serial, 'good']]);

    await step('receive', 'nina');
    await step('suspend', 'nina');
    await work(issuerOf(record));
    assert.equal(cfssl.recorded().get(serial), 'good', 'suspended in the hub alone, as its page says');
    await step('end', 'olof', { ending: 'broken' });
    await work(issuerOf(record));
    await work(issuerOf(record));
    assert.equal(cfssl.recorded().get(serial), 'revoked');
    assert.deepEqual(await openIssuerWork(pool, 'c1'), []);
  });

  test('answers nobody without a certificate, and nobody with another key', async () => {
    const wish = wishOf(newKey());
    await assert.rejects(issuerOf({ ...record, client: undefined })('cfssl-ca')?.submit(wish) ?? assert.fail());
    const shared = { user: 'hub', sealedSecret: sealed(issuerSecretPurpose, 'cfssl-ca', '00'.repeat(16)) };
    await assert.rejects(issuerOf({ ...record, shared })('cfssl-ca')?.submit(wish) ?? assert.fail(), /invalid token/);
  });

  test('made one whose answer never came: that one is revoked, and another is on the card', async () => {
    const wish = { ...wishOf(newKey()), order: 'lost/1/0' };
    const before = cfssl.recorded().size;
    const first = await issuerOf(record)('cfssl-ca')?.submit(wish);
    await pool.query("DELETE FROM hub.issuer_order WHERE id = 'lost/1/0'");
    const second = await issuerOf(record)('cfssl-ca')?.submit(wish);
    assert.ok(first?.kind === 'issued' && second?.kind === 'issued');
    const states = [...cfssl.recorded()].slice(before).map(([, state]) => state);
    assert.deepEqual(states.sort(), ['good', 'revoked']);
    const reading = readCertificate(Buffer.from(second.certificate));
    assert.ok(reading.ok && cfssl.recorded().get(reading.certificate.serial) === 'good');
  });
});

const wishOf = (key: ReturnType<typeof newKey>): CertificateWish => ({
  order: `peer-${randomUUID()}/1/0`,
  profile: 'login',
  request: certificationRequest(key),
  holder: { commonName: 'Nina Berg', serialNumber: 'SE2000000081-NINA' },
  notAfter: Date.now() + 86_400_000,
  person: 'nina',
  reference: 'c1',
});

describe('OpenSSL as a server of CMP', { skip: requireDebian('openssl') ?? false }, () => {
  const secret = { reference: 'hub-1', secret: 'a-secret-that-both-know' };
  const own = certificate('hub', newKey(), undefined);

  async function against(
    given: { readonly by: 'secret' | 'signature'; readonly otherKey?: boolean; readonly words?: readonly string[] },
    use: (issuer: NonNullable<ReturnType<ReturnType<typeof issuerOf>>>, wish: CertificateWish) => Promise<void>,
  ): Promise<void> {
    const folder = temporaryFolder('cmp');
    const ca = issuingCa();
    const wish = wishOf(newKey());
    const answer = ca.issue(Buffer.from(wish.request), given.otherKey === true ? { key: newKey() } : {});
    const server = await startOpensslCmp(folder.path, {
      caPem: ca.pem,
      caKey: pem(ca.key),
      answerPem: toPem(answer.der),
      by: given.by === 'secret' ? secret : { clients: own.pem },
      words: given.words ?? [],
    });
    const record: OutsideCertificateIssuer = {
      ...common,
      id: 'cmp-ca',
      kind: 'cmp',
      address: server.url,
      signer: ca.pem,
      tlsAuthorities: [],
      ...(given.by === 'secret'
        ? { shared: { user: secret.reference, sealedSecret: sealed(issuerSecretPurpose, 'cmp-ca', secret.secret) } }
        : { client: { certificate: own.pem, sealedKey: sealed(issuerKeyPurpose, 'cmp-ca', pem(own.key)) } }),
    };
    try {
      const issuer = issuerOf(record)('cmp-ca');
      assert.ok(issuer);
      await use(issuer, wish);
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n${server.said()}`, { cause: error });
    } finally {
      await server.stop();
      folder.remove();
    }
  }

  for (const by of ['secret', 'signature'] as const)
    test(`takes our request, confirmation and revocation by ${by}, and we believe its answers`, () =>
      against({ by }, async (issuer, wish) => {
        const answer = await issuer.submit(wish);
        assert.ok(answer.kind === 'issued', JSON.stringify(answer));
        const reading = readCertificate(Buffer.from(answer.certificate));
        assert.ok(reading.ok);
        assert.deepEqual(await issuer.revoke(reading.certificate.serial, 'lost', 'c1'), { kind: 'done' });
      }));
  test('its one certificate for another key is not taken', () =>
    against({ by: 'secret', otherKey: true }, async (issuer, wish) => {
      const answer = await issuer.submit(wish);
      assert.ok(answer.kind === 'refused');
      assert.match(answer.reason, /for another key/);
    }));
  test('makes us wait, and is asked by pollReq', () =>
    against({ by: 'secret', words: ['-poll_count', '1', '-check_after', '1'] }, async (issuer, wish) => {
      assert.equal((await issuer.submit(wish)).kind, 'pending');
      await pool.query('UPDATE hub.issuer_order SET not_before = now() WHERE id = $1', [wish.order]);
      let answer = await issuer.submit(wish);
      await pool.query('UPDATE hub.issuer_order SET not_before = now() WHERE id = $1', [wish.order]);
      if (answer.kind === 'pending') answer = await issuer.submit(wish);
      assert.equal(answer.kind, 'issued', JSON.stringify(answer));
    }));
  test('a rejection is a no in its words, an unprotected answer is nothing', async () => {
    await against({ by: 'secret', words: ['-pkistatus', '2', '-statusstring', 'not today'] }, async (issuer, wish) => {
      assert.deepEqual(await issuer.submit(wish), { kind: 'refused', reason: 'not today' });
    });
    await against({ by: 'secret', words: ['-send_unprotected'] }, (issuer, wish) =>
      assert.rejects(issuer.submit(wish), /not believed/),
    );
  });
});
