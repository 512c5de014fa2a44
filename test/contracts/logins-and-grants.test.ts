// The contracts of the login and grant stores: what core wrote through the committer is what it reads back.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { documentSealing } from '../../src/apps/hub/sealing.ts';
import { keyringOf } from '../../src/base/sealing/index.ts';
import { Secret } from '../../src/base/secret.ts';
import { auditRow } from '../../src/core/audit/index.ts';
import type { Claim, Write } from '../../src/core/commit/index.ts';
import {
  type AuthorizationCode,
  type Grant,
  type GrantReads,
  revokeGrant,
  saveCode,
  saveGrant,
  savePushed,
  saveRefresh,
  spendPushed,
  spendToken,
  supersedeRefresh,
} from '../../src/core/grants/index.ts';
import { type Journey, type JourneyStore, saveHandoff, saveJourney } from '../../src/core/journey/index.ts';
import {
  endSession,
  markSession,
  reachApplication,
  revokeGrantsOf,
  type Session,
  type SessionStore,
  saveLoginEnd,
  saveSession,
  touchSession,
} from '../../src/core/sessions/index.ts';
import { createCommitter, type HubCommitter } from '../../src/edge/store/hub/committer.ts';
import { personReader } from '../../src/edge/store/hub/directory.ts';
import { grantStore } from '../../src/edge/store/hub/grants.ts';
import { keepHouse } from '../../src/edge/store/hub/housekeeping.ts';
import { loginStore } from '../../src/edge/store/hub/logins.ts';
import { migrate } from '../../src/edge/store/hub/migrate.ts';
import { debianPostgresMissing, startDebianPostgres, startEmbedded, type TestDatabase } from '../support/index.ts';

const servers: readonly { name: string; missing: () => string | undefined; start: () => Promise<TestDatabase> }[] = [
  { name: 'embedded', missing: () => undefined, start: startEmbedded },
  { name: 'Debian PostgreSQL 15', missing: debianPostgresMissing, start: startDebianPostgres },
];

const now = Date.now();
const minute = 60_000;

const session = (id: string, change: Partial<Session> = {}): Session => ({
  id,
  person: 'kari',
  startedAt: now,
  seenAt: now,
  idleUntil: now + 60 * minute,
  absoluteUntil: now + 600 * minute,
  evidence: [],
  device: 'fixed',
  agent: 'Chrome, Linux',
  ...change,
});
const grant = (id: string, sessionId: string): Grant => ({
  id,
  client: 'ehr',
  issuer: 'hub',
  scope: ['openid'],
  about: {
    person: 'kari',
    session: sessionId,
    subject: 'kari',
    acr: 'low',
    amr: ['pwd'],
    authTime: now,
    claims: { name: 'Kari Ødegård' },
    decision: 'AAAA-BBBB',
  },
  idTokenClaims: [],
  userinfoClaims: [],
  createdAt: now,
  expiresAt: now + 600 * minute,
});
const code = (hash: string, of: Grant): AuthorizationCode => ({
  hash,
  grant: of,
  redirectUri: 'https://ehr/cb',
  expiresAt: now + minute,
});
const request = {
  client: 'ehr',
  issuer: 'hub',
  redirectUri: 'https://ehr/cb',
  scope: ['openid'],
  prompt: [],
  assuranceEssential: false,
  uiLocales: [],
  responseMode: 'query',
  idTokenClaims: [],
  userinfoClaims: [],
} as const;

for (const server of servers) {
  describe(`logins and grants on ${server.name}`, { skip: server.missing() ?? false }, () => {
    let database: TestDatabase;
    let pool: pg.Pool;
    let committer: HubCommitter;
    let logins: JourneyStore & SessionStore;
    let grants: GrantReads;
    const make = async (writes: readonly Write[], claims: readonly Claim[] = []) => {
      assert.deepEqual(await committer.commit({ claims, writes, ifWon: [], ifLost: [] }), { won: true });
    };

    before(async () => {
      database = await server.start();
      pool = new pg.Pool(database.connection);
      pool.on('error', () => undefined);
      await migrate(pool, { program: '0.1.0' });
      const sealing = documentSealing(keyringOf({ id: 'one', key: new Secret(randomBytes(32)) }));
      committer = createCommitter({
        connection: database.connection,
        node: 'n',
        toEventRow: (event) => ({ ...auditRow(event) }),
        seal: sealing.seal,
      });
      logins = loginStore(pool, sealing.open);
      grants = grantStore(pool, sealing.open);
    });
    after(async () => {
      await committer.close();
      await pool.end();
      await database.stop();
    });

    test('a journey comes back as saved, each save with its version; its document is sealed in the table', async () => {
      const journey: Journey = {
        id: 'j1',
        version: 1,
        request: {
          frontend: 'oidc',
          issuer: 'hub',
          application: 'ehr',
          fresh: false,
          passive: false,
          chooseAgain: false,
          locales: [],
          memo: { secretWord: 'blåbær' },
        },
        browser: 'b',
        createdAt: now,
        expiresAt: now + 15 * minute,
        reference: 'AAAA-BBBB',
        evidence: [],
        ignoreSession: false,
        ended: false,
      };
      await make([saveJourney(journey)]);
      assert.deepEqual(await logins.load('j1'), journey);
      await make([saveJourney({ ...journey, version: 2, person: 'kari' })]);
      assert.deepEqual(await logins.load('j1'), { ...journey, version: 2, person: 'kari' });
      assert.equal(await logins.load('j2'), undefined);
      const stored = await pool.query<{ sealed: Buffer }>(`SELECT sealed FROM hub.journey WHERE id = 'j1'`);
      assert.equal(stored.rows[0]?.sealed.includes('blåbær'), false);
    });

    test('a handoff comes back by its hash alone', async () => {
      const handoff = {
        hash: 'h1',
        journey: 'j1',
        doc: { kind: 'toCard', provider: 'p', version: 1, browser: 'b', populations: ['a'] },
        expiresAt: now + minute,
      } as const;
      await make([saveHandoff(handoff)]);
      assert.deepEqual(await logins.handoff('h1'), handoff);
      assert.equal(await logins.handoff('h2'), undefined);
    });

    test('a sealed document that was moved to another row is not opened', async () => {
      await make([
        saveSession(session('moved-a'), 'moved-a-secret'),
        saveSession(session('moved-b', { person: 'lars' }), 'moved-b-secret'),
      ]);
      await pool.query(
        `UPDATE hub.session SET sealed = (SELECT sealed FROM hub.session WHERE id = 'moved-a') WHERE id = 'moved-b'`,
      );
      await assert.rejects(logins.byId('moved-b'), /cannot be opened/);
    });

    test('sessions: by secret, touched, stepped up under a new secret, listed, ended for good', async () => {
      await make([saveSession(session('s1'), 'secret-1')]);
      assert.deepEqual(
        { ...(await logins.bySecretHash('secret-1')), endedAt: undefined, endedBy: undefined },
        { ...session('s1'), endedAt: undefined, endedBy: undefined },
      );
      const touched = session('s1', { seenAt: now + minute, idleUntil: now + 61 * minute });
      await make([touchSession(touched)]);
      assert.equal((await logins.byId('s1'))?.idleUntil, touched.idleUntil);
      await make([saveSession(session('s1', { assignment: 'ward' }), 'secret-2')]);
      assert.equal(await logins.bySecretHash('secret-1'), undefined);
      assert.equal((await logins.bySecretHash('secret-2'))?.assignment, 'ward');
      assert.ok((await logins.ofPerson('kari')).some(({ id }) => id === 's1'));
      await make([endSession('s1', now + 2 * minute, 'logout')]);
      await make([endSession('s1', now + 9 * minute, 'idle')]);
      const ended = await logins.byId('s1');
      assert.deepEqual([ended?.endedAt, ended?.endedBy], [now + 2 * minute, 'logout']);
      await make([saveSession(session('s1'), 'secret-3')]);
      assert.equal(await logins.bySecretHash('secret-3'), undefined, 'an ended session is not brought back');
      assert.ok(!(await logins.ofPerson('kari')).some(({ id }) => id === 's1'));
    });

    test('a session and a refresh token come with their person as it stands now, or with none', async () => {
      const granted = grant('with', 'with');
      const ofVera: Grant = { ...granted, about: { ...granted.about, person: 'vera' } };
      await make([saveSession(session('with', { person: 'vera' }), 'with-secret'), saveGrant(ofVera)]);
      await make([saveRefresh('with-token', 'with', now, now + minute)]);
      assert.equal(await logins.withPerson('unknown'), undefined);
      assert.deepEqual((await logins.withPerson('with-secret'))?.session, await logins.bySecretHash('with-secret'));
      assert.equal((await logins.withPerson('with-secret'))?.person, undefined);
      assert.equal((await grants.refreshToken('with-token'))?.person, undefined);
      await pool.query(
        `INSERT INTO hub.person (id, given_name, family_name, attributes) VALUES ('vera', 'Vera', 'Holm', '{"trained": true}')`,
      );
      const facts = await personReader(pool).facts('vera');
      assert.equal(facts?.person.attributes.trained, true);
      assert.deepEqual((await logins.withPerson('with-secret'))?.person, facts);
      assert.deepEqual((await grants.refreshToken('with-token'))?.person, facts);
      await pool.query(`UPDATE hub.person SET closed = true WHERE id = 'vera'`);
      assert.equal((await logins.withPerson('with-secret'))?.person?.person.closed, true);
      assert.equal((await grants.refreshToken('with-token'))?.person?.person.closed, true);
      await make([endSession('with', now + minute, 'logout')]);
      assert.equal((await logins.withPerson('with-secret'))?.session.endedBy, 'logout');
    });

    test('a session is never taken over by another person', async () => {
      await make([saveSession(session('own'), 'own-secret')]);
      await make([saveSession(session('own', { person: 'lars' }), 'other-secret')]);
      assert.equal((await logins.byId('own'))?.person, 'kari');
      assert.equal(await logins.bySecretHash('other-secret'), undefined);
    });

    test('overdue sessions are those past idle or absolute time', async () => {
      await make([
        saveSession(session('idle', { person: 'o', idleUntil: now - 1 }), 'idle'),
        saveSession(session('absolute', { person: 'o', absoluteUntil: now - 1, idleUntil: now - 1 }), 'absolute'),
        saveSession(session('fine', { person: 'o' }), 'fine'),
      ]);
      const overdue = (await logins.overdue(now, 10)).map(({ id }) => id);
      assert.deepEqual(overdue.filter((id) => ['idle', 'absolute', 'fine'].includes(id)).sort(), ['absolute', 'idle']);
      assert.equal((await logins.overdue(now, 1)).length, 1);
    });

    test('sessions are found by a mark of a login at a provider while they live, and go with their rows', async () => {
      const marked = (id: string, ...marks: readonly string[]) => [
        saveSession(session(id, { person: 'm' }), id),
        ...marks.map((mark) => markSession(id, mark)),
      ];
      await make([...marked('m1', 'a', 'b'), ...marked('m2', 'b')]);
      await make([markSession('m1', 'a')]);
      const found = async (...marks: readonly string[]) => (await logins.marked(marks)).map(({ id }) => id).sort();
      assert.deepEqual([await found('a'), await found('a', 'b'), await found('A')], [['m1'], ['m1', 'm2'], []]);
      await make([endSession('m1', now, 'endedUpstream')]);
      assert.deepEqual([await found('a'), await found('b')], [[], ['m2']]);
      await pool.query(`DELETE FROM hub.session WHERE id = 'm1'`);
      assert.equal((await pool.query(`SELECT FROM hub.session_login WHERE session = 'm1'`)).rowCount, 0);
    });

    test('the end of a login is remembered by its latest instant, and swept when it is old', async () => {
      const end = (at: number, takenAt?: number) => ({ at, takenAt });
      const [old, first] = [saveLoginEnd('e2', end(now), now - 61 * minute), end(now, now + 5)];
      await make([saveLoginEnd('e1', first, now + minute), old]);
      await make([saveLoginEnd('e1', end(now - minute), now)]);
      assert.deepEqual([...(await logins.loginEnds(['e1', 'e2', 'e3']))].sort(), [
        ['e1', first],
        ['e2', end(now)],
      ]);
      await make([saveLoginEnd('e1', end(now + minute, now + 7), now + 2 * minute)]);
      await keepHouse(pool, now);
      assert.deepEqual([...(await logins.loginEnds(['e1', 'e2']))], [['e1', end(now + minute, now + 7)]]);
    });

    test('what a session reached is listed once for each application, by the name that was told last', async () => {
      await make([saveSession(session('r1'), 'r1')]);
      const reach = { session: 'r1', application: 'ehr', issuer: 'hub', subject: 'kari', at: now };
      await make([reachApplication(reach)]);
      await make([reachApplication({ ...reach, at: now + 1 })]);
      assert.deepEqual(await logins.reached('r1'), [reach]);
      await make([reachApplication({ ...reach, subject: 'persistent kari', at: now + 2 })]);
      assert.deepEqual(await logins.reached('r1'), [{ ...reach, subject: 'persistent kari' }]);
    });

    test('a pushed request is there until it is spent', async () => {
      await make([savePushed({ hash: 'p1', request, expiresAt: now + minute })]);
      assert.deepEqual(await grants.pushedRequest('p1'), {
        hash: 'p1',
        request,
        expiresAt: now + minute,
        spent: false,
      });
      await make([], [spendPushed('p1', now + minute)]);
      assert.equal((await grants.pushedRequest('p1'))?.spent, true);
      assert.equal(await grants.pushedRequest('p2'), undefined);
    });

    test('a code tells whether it was redeemed and whether its session lives', async () => {
      await make([saveSession(session('cs'), 'cs'), saveCode(code('c1', grant('g1', 'cs')))]);
      assert.deepEqual(await grants.code('c1', now), {
        ...code('c1', grant('g1', 'cs')),
        redeemed: false,
        sessionLive: true,
      });
      await make([saveGrant(grant('g1', 'cs'))]);
      assert.equal((await grants.code('c1', now))?.redeemed, true);
      assert.equal((await grants.code('c1', now + 601 * minute))?.sessionLive, false);
      await make([endSession('cs', now, 'logout')]);
      assert.equal((await grants.code('c1', now))?.sessionLive, false);
    });

    test('a refresh token comes with its grant and session; revoking by session reaches it', async () => {
      await make([
        saveSession(session('rs'), 'rs'),
        saveGrant(grant('g2', 'rs')),
        saveRefresh('t1', 'g2', now, now + 10 * minute),
      ]);
      const held = await grants.refreshToken('t1');
      assert.equal(held?.session?.id, 'rs');
      assert.deepEqual(
        [held?.grant.id, held?.grant.revokedAt, held?.supersededAt, held?.expiresAt],
        ['g2', undefined, undefined, now + 10 * minute],
      );
      await make([supersedeRefresh('t1', now + 5)]);
      await make([supersedeRefresh('t1', now + 500)]);
      assert.equal((await grants.refreshToken('t1'))?.supersededAt, now + 5, 'the first time counts (A13)');
      await make([revokeGrantsOf('rs', now + 7)]);
      assert.equal((await grants.refreshToken('t1'))?.grant.revokedAt, now + 7);
      assert.equal((await grants.grant('g2'))?.revokedAt, now + 7);
      assert.equal(await grants.refreshToken('t2'), undefined);
    });

    test('the grant behind a ticket comes with its session and person as they stand now', async () => {
      await make([saveSession(session('hs'), 'hs'), saveGrant(grant('g9', 'hs'))]);
      const held = await grants.holder('g9');
      assert.deepEqual([held?.grant.id, held?.session?.id, held?.person], ['g9', 'hs', undefined]);
      await make([endSession('hs', now, 'logout'), revokeGrant('g9', now, 'client')]);
      const after = await grants.holder('g9');
      assert.deepEqual([after?.grant.revokedAt, after?.session?.endedAt], [now, now]);
      assert.equal(await grants.holder('g0'), undefined);
    });

    test('the state of an access token: by id, by grant, by session', async () => {
      await make([saveSession(session('ts'), 'ts'), saveGrant(grant('g3', 'ts')), saveGrant(grant('g4', 'ts'))]);
      const live = { revoked: false, grantLive: true, sessionLive: true };
      assert.deepEqual(await grants.tokenState('jti', undefined, now), live);
      assert.deepEqual(await grants.tokenState('jti', 'g3', now), live);
      assert.equal((await grants.tokenState('jti', 'unknown', now)).grantLive, false);
      await make([], [spendToken('jti', now + 10 * minute)]);
      assert.equal((await grants.tokenState('jti', 'g3', now)).revoked, true);
      await make([revokeGrant('g3', now, 'code replayed')]);
      assert.equal((await grants.tokenState('other', 'g3', now)).grantLive, false);
      assert.deepEqual(await grants.tokenState('other', 'g4', now), live);
      await make([endSession('ts', now, 'logout')]);
      assert.equal((await grants.tokenState('other', 'g4', now)).sessionLive, false);
    });

    test('codes and access tokens of a person who was closed are dead at once, before any session is ended', async () => {
      const closed = (to: boolean) =>
        pool.query(
          `INSERT INTO hub.person (id, given_name, family_name, closed) VALUES ('kari', 'Kari', 'Ødegård', $1)
           ON CONFLICT (id) DO UPDATE SET closed = excluded.closed`,
          [to],
        );
      await make([
        saveSession(session('ks'), 'ks'),
        saveGrant(grant('g5', 'ks')),
        saveCode(code('c5', grant('g6', 'ks'))),
      ]);
      const live = async () => [
        (await grants.tokenState('k', 'g5', now)).sessionLive,
        (await grants.code('c5', now))?.sessionLive,
      ];
      await closed(false);
      assert.deepEqual(await live(), [true, true]);
      await closed(true);
      assert.deepEqual(await live(), [false, false]);
      await pool.query(`DELETE FROM hub.person WHERE id = 'kari'`);
    });

    test('many reads at once answer each its own', async () => {
      await make([saveSession(session('many'), 'many')]);
      const ids = Array.from({ length: 40 }, (_, i) => `many-${i}`);
      await Promise.all(
        ids.map((id) => make([savePushed({ hash: id, request: { ...request, state: id }, expiresAt: now + minute })])),
      );
      const read = await Promise.all(ids.map((id) => grants.pushedRequest(id)));
      assert.deepEqual(
        read.map((one) => one?.request.state),
        ids,
      );
    });
  });
}
