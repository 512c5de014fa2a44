// K6: the part of sessions at one application ends with its account: told once for one reason, its grants gone, the session as it was.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { morning, proof } from '../../../test/fakes/ward.ts';
import { newToken, tokenHash } from '../../base/ids.ts';
import { defaultLifetimes } from '../catalogue/index.ts';
import { createSessions } from './keep.ts';
import { leaveApplication } from './leave-application.ts';
import { startSession } from './lifecycle.ts';
import { reachApplication, saveSession } from './writes.ts';

const where = { device: 'fixed', network: 'ward' } as const;

test('each session that reached it tells it once, and goes on', async () => {
  const hub = new MemoryLogin();
  for (const [id, person, ...applications] of [
    ['s1', 'bo', 'ehr', 'record'],
    ['s2', 'bo', 'record'],
    ['s3', 'anna', 'ehr'],
  ] as const) {
    const session = startSession(
      { id, person, evidence: [proof(person, 'password')], where, agent: 'x' },
      defaultLifetimes,
      morning,
    );
    const reached = applications.map((application) =>
      reachApplication({ session: id, application, issuer: 'hub', subject: person, at: morning }),
    );
    const writes = [saveSession(session, tokenHash(newToken())), ...reached];
    await hub.commit({ claims: [], writes, ifWon: [], ifLost: [] });
  }
  const leaving = { person: 'bo', application: 'ehr', target: 'ad', because: 'account ad g1' };
  const twice = [leaveApplication(hub.sessionPorts, leaving), leaveApplication(hub.sessionPorts, leaving)];
  assert.deepEqual((await Promise.all(twice)).sort(), [0, 1], 'asked twice at once, done once');
  assert.equal(await leaveApplication(hub.sessionPorts, leaving), 0);
  assert.deepEqual(
    [...hub.outbox.values()].map(({ kind, payload }) => [kind, payload.session, payload.application, payload.by]),
    [['backchannelLogout', 's1', 'ehr', 'accountClosed']],
  );
  assert.deepEqual([hub.revoked, hub.trail()], [['s1 ehr'], ['session.partEnded']]);
  const face = createSessions(hub.sessionPorts);
  assert.equal((await face.byId('s1'))?.endedAt, undefined);
  assert.equal(await leaveApplication(hub.sessionPorts, { ...leaving, because: 'account ad g2' }), 1, 'a later end');
  await face.end('s1', 'logout');
  assert.equal(hub.outbox.size, 4, 'and the end of the session tells both, as ever');
});
