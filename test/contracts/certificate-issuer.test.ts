// The contract of the port of outside issuers: one certificate an order, whatever is lost on the way, and nothing taken that was not asked for.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { certificateIssuers } from '../../src/apps/hub/ordering/certificate-issuers.ts';
import { issuerSecretPurpose } from '../../src/apps/hub/sealing.ts';
import { keyringOf, seal } from '../../src/base/sealing/index.ts';
import { Secret } from '../../src/base/secret.ts';
import { readCertificate } from '../../src/base/x509/index.ts';
import type { CertificateIssuerKind, OutsideCertificateIssuer } from '../../src/core/catalogue/index.ts';
import type { CertificateIssuer, CertificateWish, IssuerAnswer } from '../../src/core/ordering/index.ts';
import { certificate, newKey } from '../fakes/certificates.ts';
import { cfsslKey, cfsslServer } from '../fakes/cfssl-issuer.ts';
import { cmpReference, cmpSecret, cmpServer } from '../fakes/cmp-issuer.ts';
import { estServer } from '../fakes/est-issuer.ts';
import { type IssuerResponse, type IssuerServer, startIssuerServer } from '../fakes/issuer-server.ts';
import { certificationRequest, type IssueChanges, type IssuingCa, issuingCa } from '../fakes/issuing-ca.ts';
import { type ContractDatabase, onEachServer } from './servers.ts';

interface Behaviour {
  mode: 'issue' | 'wait' | 'refuse';
  changes: IssueChanges;
  answer: IssuerServer['answer'];
}

interface Kind {
  readonly kind: CertificateIssuerKind;
  readonly path: string;
  readonly secret: readonly [user: string, secret: string];
  readonly server: (ca: IssuingCa) => Behaviour;
  readonly waits: boolean;
  /** A revocation that it is told counts there. */
  readonly revokes: boolean;
  readonly holds: boolean;
  /** How many certificates count there after an answer was lost, before and after our revocation of the lost one. */
  readonly lostCounts: number;
}

const kinds: readonly Kind[] = [
  {
    kind: 'est',
    path: '/.well-known/est/cards',
    secret: ['hub', 'pass'],
    server: (ca) => estServer(ca) as Behaviour,
    waits: true,
    revokes: false,
    holds: false,
    // This server knows a request again, as EST asks it to when it answered 202 (RFC 7030 4.2.3).
    lostCounts: 1,
  },
  {
    kind: 'cmp',
    path: '/.well-known/cmp/p/cards',
    secret: [cmpReference, cmpSecret],
    server: (ca) => cmpServer(ca) as Behaviour,
    waits: true,
    revokes: true,
    holds: true,
    lostCounts: 1,
  },
  {
    kind: 'cfssl',
    path: '',
    secret: ['hub', cfsslKey],
    server: (ca) => cfsslServer(ca) as Behaviour,
    waits: false,
    revokes: true,
    holds: false,
    lostCounts: 1,
  },
];

const key = newKey();
const request = certificationRequest(key);
let orders = 0;
const wish = (given: Partial<CertificateWish> = {}): CertificateWish => ({
  order: `card-${orders}/3/0`,
  profile: 'login',
  request,
  holder: { commonName: 'Nina Berg', serialNumber: 'SE2000000081-NINA' },
  notAfter: Date.now() + 86_400_000,
  person: 'nina',
  reference: 'card-1',
  ...given,
});
const issued = (answer: IssuerAnswer) => {
  assert.ok(answer.kind === 'issued', JSON.stringify(answer));
  const reading = readCertificate(Buffer.from(answer.certificate));
  assert.ok(reading.ok);
  return reading.certificate;
};

onEachServer('outside issuers of certificates', (database) => {
  for (const each of kinds) suite(each, () => database.pool);
});

function suite(each: Kind, pool: () => ContractDatabase['pool']): void {
  describe(each.kind, () => {
    const keyring = keyringOf({ id: 'k1', key: new Secret(Buffer.alloc(32, 7)) });
    let server: IssuerServer;
    let ca: IssuingCa;
    let behaviour: Behaviour;
    let now = Date.now();
    let record: OutsideCertificateIssuer;
    /** As after a restart: nothing is remembered but what is in the database. */
    const fresh = (changes: Partial<OutsideCertificateIssuer> = {}): CertificateIssuer => {
      const records = new Map([[record.id, { ...record, ...changes }]]);
      const parts = { pool: pool(), keyring, clock: () => now, own: undefined, authorities: undefined };
      const found = certificateIssuers({ ...parts, records: () => records })(record.id);
      assert.ok(found);
      return found;
    };
    before(async () => {
      server = await startIssuerServer();
    });
    after(() => server.stop());
    beforeEach(() => {
      orders += 1;
      now = Date.now();
      ca = issuingCa();
      behaviour = each.server(ca);
      server.answer = (one) => behaviour.answer(one);
      server.network = 'up';
      server.asked.length = 0;
      const [user, secret] = each.secret;
      record = {
        id: `${each.kind}-ca`,
        name: 'Outside CA',
        kind: each.kind,
        address: `${server.url}${each.path}`,
        signer: ca.pem,
        tlsAuthorities: [server.root],
        shared: {
          user,
          sealedSecret: seal(keyring, issuerSecretPurpose, `${each.kind}-ca`, Buffer.from(secret)).toString('base64'),
        },
        holds: each.holds,
        reenrolls: false,
        timeoutSeconds: 1,
      };
    });

    test('the same order twice, and after a restart, is one certificate, which counts there', async () => {
      const first = issued(await fresh().submit(wish()));
      assert.deepEqual(issued(await fresh().submit(wish())).der, first.der);
      assert.ok(first.publicKey.key?.equals(readKey()));
      assert.deepEqual(ca.good(), [first.serial]);
    });

    test('an answer that is lost makes no second certificate that counts', async () => {
      server.network = 'loses';
      await assert.rejects(fresh().submit(wish()), /certificate issuer|EST|CMP|CFSSL/);
      server.network = 'up';
      const card = issued(await fresh().submit(wish()));
      assert.deepEqual(ca.good(), [card.serial]);
      assert.equal(ca.good().length, each.lostCounts);
    });

    test('an outage throws, for the queue to try again, and loses nothing', async () => {
      server.network = 'silent';
      await assert.rejects(fresh().submit(wish()), /no whole answer within 1000 ms/);
      await assert.rejects(fresh({ address: `https://localhost:9${each.path}` }).submit(wish()), /ECONNREFUSED/);
      server.network = 'up';
      issued(await fresh().submit(wish()));
      assert.equal(ca.good().length, 1);
    });

    if (each.waits)
      test('somebody there decides: it is asked again no sooner than it said, and then the card has its certificate', async () => {
        behaviour.mode = 'wait';
        let answer = await fresh().submit(wish());
        assert.equal(answer.kind, 'pending');
        now += 31_000;
        answer = await fresh().submit(wish());
        assert.equal(answer.kind, 'pending');
        const asked = server.asked.length;
        now += 1000;
        assert.equal((await fresh().submit(wish())).kind, 'pending');
        assert.equal(server.asked.length, asked, 'not asked before its time');
        behaviour.mode = 'issue';
        now += 600_000;
        const card = issued(await fresh().submit(wish()));
        assert.deepEqual(ca.good(), [card.serial]);
      });

    test('a no is a no, in its own words, bounded', async () => {
      behaviour.mode = 'refuse';
      const answer = await fresh().submit(wish());
      assert.deepEqual(answer, { kind: 'refused', reason: 'The holder is not registered' });
      behaviour.mode = 'issue';
      issued(await fresh().submit(wish({ order: `again-${orders}/4/0` })));
    });

    const other = certificate('Other CA', newKey(), undefined);
    const faults: readonly (readonly [string, IssueChanges, RegExp])[] = [
      ['another key', { key: newKey() }, /another key/],
      ['another CA', { signer: other }, /configured CA/],
      ['a CA of its own', { ca: true }, /of an authority/],
      ['a certificate that is over', { notAfter: Date.now() - 60_000 }, /not valid now/],
      ['a certificate of next year', { notBefore: Date.now() + 30 * 86_400_000 }, /not valid now/],
      ['somebody else', { subject: [['2.5.4.5', 'SE2000000081-LARS']] }, /names another holder/],
      ['a user name that nobody told it', { upn: 'lars@hospital.example' }, /names another holder/],
    ];
    for (const [what, changes, reason] of faults)
      test(`${what} is not taken, and does not go on counting`, async () => {
        behaviour.changes = changes;
        const answer = await fresh().submit(wish());
        assert.ok(answer.kind === 'refused', JSON.stringify(answer));
        assert.match(answer.reason, reason);
        if (each.revokes) assert.deepEqual(ca.good(), []);
        else assert.deepEqual(answer.byHand, ca.good(), 'what cannot be told is left to people');
      });

    test('a request of somebody else, or not of its own key, is never sent', async () => {
      const lars = certificationRequest(key, [['2.5.4.5', 'SE2000000081-LARS']]);
      for (const bad of [
        lars,
        certificationRequest(key, undefined, newKey()),
        Buffer.from('MII'),
        Buffer.alloc(40_000),
      ])
        assert.equal((await fresh().submit(wish({ request: bad }))).kind, 'refused');
      assert.equal(server.asked.length, 0);
    });

    const hostile: readonly (readonly [string, IssuerResponse, RegExp])[] = [
      [
        'another type',
        { status: 200, headers: { 'content-type': 'text/html' }, body: '<p>Log in' },
        /type|no CMP|no JSON/,
      ],
      ['a redirect', { status: 302, headers: { location: 'https://evil.example/' } }, /status 302/],
      ['a server’s fault', { status: 503 }, /status 503/],
      ['our credentials refused', { status: 401 }, /credentials|status 401/],
      ['no content', { status: 204 }, /status 204/],
      ['far too much', { status: 200, body: Buffer.alloc(300_000, 0x41) }, /more than 262144 bytes/],
      ...['application/pkcs7-mime', 'application/pkixcmp', 'application/json'].flatMap((type) =>
        [
          'MIIB',
          'AAAA',
          '{"success":true,"result":{}}',
          '{"success":true,"result":{"certificate":"x"}}',
          '[]',
          '\0',
        ].map(
          (body) =>
            [`${type} ${body}`, { status: 200, headers: { 'content-type': type }, body }, /EST|CMP|CFSSL/] as const,
        ),
      ),
    ];
    for (const [what, answer, reason] of hostile)
      test(`${JSON.stringify(what)} is an outage with a clear reason`, async () => {
        server.answer = () => answer;
        await assert.rejects(
          fresh().submit(wish()),
          (error: Error) => reason.test(error.message) && !/pass|0011/.test(error.message),
        );
        server.answer = (one) => behaviour.answer(one);
        issued(await fresh().submit(wish()));
      });

    test('a server that nobody vouches for, or of another name, is told nothing', async () => {
      await assert.rejects(fresh({ tlsAuthorities: [other.pem] }).submit(wish()), /certificate/);
      const stranger = await startIssuerServer('ca.example');
      await assert.rejects(
        fresh({ address: `${stranger.url}${each.path}`, tlsAuthorities: [stranger.root] }).submit(wish()),
        /localhost/,
      );
      assert.equal(stranger.asked.length + server.asked.length, 0);
      await stranger.stop();
    });

    test('revocation: done there, or left to people and said so; twice is once', async () => {
      const { serial } = issued(await fresh().submit(wish()));
      for (const _ of [1, 2])
        assert.equal((await fresh().revoke(serial, 'lost', 'card-1')).kind, each.revokes ? 'done' : 'byHand');
      assert.deepEqual(ca.good(), each.revokes ? [] : [serial]);
      if (each.revokes)
        assert.equal((await fresh().revoke('40ffee', 'lost', 'card-1')).kind, 'byHand', 'unknown there');
    });

    test('a hold: suspended there and opened again, or said to be here alone', async () => {
      const { serial } = issued(await fresh().submit(wish()));
      assert.equal((await fresh().revoke(serial, 'hold', 'card-1')).kind, each.holds ? 'done' : 'hubOnly');
      assert.equal(ca.good().length, each.holds ? 0 : 1);
      assert.equal((await fresh().release(serial, 'card-1')).kind, each.holds ? 'done' : 'hubOnly');
      assert.deepEqual(ca.good(), [serial]);
    });
  });
}

const readKey = () => {
  const reading = readCertificate(certificate('x', key, undefined).der);
  assert.ok(reading.ok && reading.certificate.publicKey.key);
  return reading.certificate.publicKey.key;
};
