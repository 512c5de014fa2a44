// A session's life: start, step-up, touch, limits, end and who is told.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { hour, minute, morning, proof } from '../../../test/fakes/ward.ts';
import { newToken, tokenHash } from '../../base/ids.ts';
import { defaultLifetimes } from '../catalogue/index.ts';
import { createSessions, endClosedPeople, endLeftAssignments, endOverdue, endSessionsOf } from './keep.ts';
import { endReason, isLive, mergeEvidence, startSession, stepUpSession, touched } from './lifecycle.ts';
import type { Session } from './session.ts';
import { reachApplication, saveSession } from './writes.ts';

const where = { device: 'fixed', network: 'ward' } as const;
const begun = (id = 's1', person = 'bo'): Session =>
  startSession({ id, person, evidence: [proof(person, 'password')], where, agent: 'x' }, defaultLifetimes, morning);

describe('limits', () => {
  const session = begun();
  const rows: [string, Session, number, string | undefined][] = [
    ['just before the idle end', session, morning + hour - 1, undefined],
    ['at the idle end', session, morning + hour, 'idle'],
    ['at the absolute end', session, morning + 10 * hour, 'absolute'],
    ['ended', { ...session, endedAt: morning, endedBy: 'replaced' }, morning, 'replaced'],
  ];
  for (const [name, given, now, expected] of rows) {
    test(`${name}: ${expected ?? 'live'}`, () => {
      assert.equal(endReason(given, now), expected);
      assert.equal(isLive(given, now), expected === undefined);
    });
  }

  test('use moves the idle end, at most once a minute, and never past the absolute end', () => {
    assert.equal(touched(session, defaultLifetimes, morning + minute - 1), undefined);
    assert.equal(touched(session, defaultLifetimes, morning + minute)?.idleUntil, morning + minute + hour);
    const late = touched(session, defaultLifetimes, morning + 9.5 * hour);
    assert.equal(late?.idleUntil, session.absoluteUntil);
  });

  test('a step-up keeps record, person and absolute end', () => {
    const evidence = [proof('bo', 'simple')];
    const stepped = stepUpSession(session, { evidence, where }, defaultLifetimes, morning + hour / 2);
    assert.deepEqual(
      [stepped.id, stepped.person, stepped.absoluteUntil, stepped.idleUntil],
      ['s1', 'bo', session.absoluteUntil, morning + 1.5 * hour],
    );
    assert.equal(stepped.evidence.length, 2);
  });
});

test('newer proof takes the place of older of the same provider and level, never of a stronger one', () => {
  const old = proof('bo', 'simple');
  const strong = proof('bo', 'advanced');
  const fresh = proof('bo', 'simple', { provenAt: morning + minute });
  assert.deepEqual(mergeEvidence([old, strong], [fresh]), [strong, fresh]);
  assert.deepEqual(mergeEvidence([fresh], [old]), [fresh]);
});

describe('the face', () => {
  async function hubWith(...sessions: readonly Session[]) {
    const hub = new MemoryLogin();
    const cookies: string[] = [];
    for (const session of sessions) {
      const secret = newToken();
      cookies.push(secret);
      const reach = (application: string) =>
        reachApplication({ session: session.id, application, issuer: 'hub', subject: session.person, at: morning });
      await hub.commit({
        claims: [],
        writes: [saveSession(session, tokenHash(secret)), reach('ehr'), reach('record')],
        ifWon: [],
        ifLost: [],
      });
    }
    return { hub, cookies, keep: createSessions(hub.sessionPorts) };
  }

  test('finds a live session by its cookie alone', async () => {
    const { cookies, keep } = await hubWith(begun());
    const [cookie = ''] = cookies;
    assert.equal((await keep.find(cookie, morning))?.id, 's1');
    assert.equal(await keep.find(cookie, morning + hour), undefined);
    assert.equal((await keep.findWithPerson(cookie, morning))?.session.id, 's1');
    assert.equal(await keep.findWithPerson(cookie, morning + hour), undefined);
    for (const wrong of ['s1', '', cookie.slice(0, -1), `${cookie}A`, tokenHash(cookie), newToken()]) {
      assert.equal(await keep.find(wrong, morning), undefined);
      assert.equal(await keep.findWithPerson(wrong, morning), undefined);
    }
  });

  test('lists live sessions of a person, newest first', async () => {
    const { keep } = await hubWith(begun('s1'), { ...begun('s2'), startedAt: morning + 1 }, begun('s3', 'anna'));
    assert.deepEqual(
      (await keep.ofPerson('bo', morning)).map(({ id }) => id),
      ['s2', 's1'],
    );
    assert.deepEqual(await keep.ofPerson('bo', morning + 2 * hour), []);
  });

  test('ends once, whoever asks how often: grants revoked, every application told, one event', async () => {
    const { hub, cookies, keep } = await hubWith(begun());
    await Promise.all([keep.end('s1', 'logout', 'REF'), keep.end('s1', 'administrator'), keep.end('s1', 'logout')]);
    await keep.end('s1', 'logout');
    await keep.end('unknown', 'logout');
    assert.deepEqual(hub.revoked, ['s1']);
    assert.deepEqual(
      [...hub.outbox.values()].map(({ kind, payload }) => [kind, payload.application, payload.subject]),
      [
        ['backchannelLogout', 'ehr', 'bo'],
        ['backchannelLogout', 'record', 'bo'],
      ],
    );
    assert.deepEqual(hub.trail(), ['session.ended']);
    assert.equal(hub.audit[0]?.reference, 'REF');
    assert.equal(await keep.find(cookies[0] ?? '', morning), undefined);
  });

  test('an application that is reached while the session ends is told too, once', async () => {
    const { hub } = await hubWith(begun());
    const late = reachApplication({ session: 's1', application: 'late', issuer: 'hub', subject: 'bo', at: morning });
    const { store } = hub.sessionPorts;
    const reached = async (id: string) => {
      const found = await store.reached(id);
      // A login elsewhere commits right after our look.
      await hub.commit({ claims: [], writes: [late], ifWon: [], ifLost: [] });
      return found;
    };
    await createSessions({ ...hub.sessionPorts, store: { ...store, reached } }).end('s1', 'logout');
    assert.deepEqual([...hub.outbox.values()].map(({ payload }) => payload.application).sort(), [
      'ehr',
      'late',
      'record',
    ]);
    assert.deepEqual(hub.trail(), ['session.ended']);
  });

  test('an ended session is never brought back by a late write', async () => {
    const { hub, keep } = await hubWith(begun());
    await keep.end('s1', 'logout');
    await hub.commit({ claims: [], writes: [saveSession(begun(), 'other')], ifWon: [], ifLost: [] });
    assert.equal((await keep.byId('s1'))?.endedBy, 'logout');
  });

  test('the end of a person ends every session of hers, and of nobody else, and tells what each reached', async () => {
    const { hub } = await hubWith(begun('s1'), begun('s2'), begun('s3', 'anna'));
    await Promise.all([1, 2].map(() => endSessionsOf(hub.sessionPorts, 'bo', 'personClosed')));
    const by = ['s1', 's2', 's3'].map((id) => hub.sessions.get(id)?.session.endedBy);
    assert.deepEqual(by, ['personClosed', 'personClosed', undefined]);
    assert.deepEqual(hub.trail(), ['session.ended', 'session.ended']);
    assert.deepEqual([...hub.outbox.keys()].sort(), [
      'logout s1 ehr',
      'logout s1 record',
      'logout s2 ehr',
      'logout s2 record',
    ]);
  });

  test('a session that a closed person still has is found and ended', async () => {
    const { hub } = await hubWith(begun('s1'), begun('s3', 'dan'));
    assert.equal(hub.people.get('dan')?.person.closed, true);
    assert.equal(await endClosedPeople(hub.sessionPorts), 1);
    assert.equal(hub.sessions.get('s3')?.session.endedBy, 'personClosed');
    assert.equal(hub.sessions.get('s1')?.session.endedBy, undefined);
    assert.equal(await endClosedPeople(hub.sessionPorts), 0);
  });

  test('a session whose chosen assignment is over is ended, and one of an assignment that is held is not', async () => {
    const { hub } = await hubWith({ ...begun('s1'), assignment: 'gone' }, begun('s2'), {
      ...begun('s3', 'anna'),
      assignment: new MemoryLogin().people.get('anna')?.assignments[0]?.id ?? assert.fail(),
    });
    assert.equal(await endLeftAssignments(hub.sessionPorts), 1);
    assert.deepEqual(
      ['s1', 's2', 's3'].map((id) => hub.sessions.get(id)?.session.endedBy),
      ['assignmentEnded', undefined, undefined],
    );
    assert.equal(await endLeftAssignments(hub.sessionPorts), 0);
  });

  test('ends sessions whose time is out, so that their applications are told', async () => {
    const { hub } = await hubWith(begun('s1'), { ...begun('s2'), idleUntil: morning + 9 * hour });
    hub.now = morning + hour;
    assert.equal(await endOverdue(hub.sessionPorts), 1);
    assert.equal(hub.sessions.get('s1')?.session.endedBy, 'idle');
    hub.now = morning + 10 * hour;
    assert.equal(await endOverdue(hub.sessionPorts), 1);
    assert.equal(hub.sessions.get('s2')?.session.endedBy, 'absolute');
    assert.equal(await endOverdue(hub.sessionPorts), 0);
    assert.equal(hub.outbox.size, 4);
  });
});
