// Rows of the page after logout from the queue and the catalogue.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OidcHub } from '../../../test/fakes/oidc-hub.ts';
import { SamlHub } from '../../../test/fakes/saml-hub.ts';
import type { Reached } from '../../core/sessions/index.ts';
import type { LogoutRow } from '../../edge/web/portal/index.ts';
import { logoutProgress, logoutRow, stillOpen } from './logout-progress.ts';

const done = { done: true, dead: false, failed: false };
const reached = (id: string, message: Reached['message'] = done): Reached => ({
  session: 's1',
  to: { kind: 'application', id },
  issuer: 'hub',
  subject: 'anna',
  message,
});

test('an application without any way of being told is never said to be logged out, whatever the queue says', () => {
  const { catalogue } = new OidcHub();
  assert.equal(logoutRow(reached('ehr'), catalogue, { here: true }).status, 'told');
  assert.equal(logoutRow(reached('other'), catalogue, { here: true }).status, 'untold');
  assert.equal(logoutRow(reached('gone'), catalogue, { here: true }).status, 'untold');
});

test('a frame is for the browser of the session alone', () => {
  const hub = new OidcHub();
  hub.change('other', { frontchannelLogoutUri: 'https://other.example/out' });
  const here = logoutRow(reached('other'), hub.catalogue, { here: true });
  assert.equal(here.status, 'asked');
  assert.match(here.frame ?? '', /^https:\/\/other\.example\/out\?iss=.*&sid=s1$/);
  const there = logoutRow(reached('other'), hub.catalogue, { here: false });
  assert.deepEqual([there.status, there.frame], ['untold', undefined]);
});

test('what comes while it waits is in the answer', async () => {
  let reads = 0;
  const read = async () => [reached('ehr', { ...done, done: ++reads > 2 })];
  const { catalogue } = new OidcHub();
  const rows = await logoutProgress({
    read,
    catalogue: () => catalogue,
    partners: { application: async (record) => ({ ok: true, record }) },
    clock: Date.now,
    saml: new SamlHub().ports,
  })({ sessions: ['s1'], here: 's1' });
  assert.deepEqual([rows[0]?.status, reads], ['told', 3]);
});

describe('an application of SAML that is told in a frame', () => {
  const { ports } = new SamlHub();
  const about = (told?: true): Reached => ({
    ...reached('link'),
    subject: 'transient passing',
    ...(told === undefined ? {} : { told }),
  });
  const progress = (one: Reached) =>
    logoutProgress({
      read: async () => [one],
      catalogue: ports.catalogue,
      partners: { application: ports.partner },
      clock: ports.clock,
      saml: ports,
    });

  test('is being asked until it answers, in a frame that may come back to us', async () => {
    const [row] = await progress(about())({ sessions: ['s1'], here: 's1' });
    assert.deepEqual([row?.status, row?.frameBack], ['pending', 'https://hub.example']);
    assert.match(row?.frame ?? '', /^https:\/\/link\.example\/slo\?SAMLRequest=/);
  });

  test('that never comes back was not reached, when it had its time', async () => {
    const [row] = await progress(about())({ sessions: ['s1'], here: 's1', waited: true });
    assert.deepEqual([row?.status, row?.frame], ['failed', undefined]);
  });

  test('that answered was told, also for whoever looks from elsewhere', async () => {
    for (const here of ['s1', undefined]) {
      const [row] = await progress(about(true))({ sessions: ['s1'], here, waited: true });
      assert.deepEqual([row?.status, row?.frame], ['told', undefined]);
    }
  });
});

test('something is open while one thing has not said that it ended, but for whoever asked', async () => {
  const row = (id: string, status: LogoutRow['status'], kind: 'application' | 'provider' = 'application') =>
    ({ session: 's1', to: { kind, id }, status }) as const;
  const isOpen = (applications: readonly LogoutRow[], providers: readonly LogoutRow[] = []) =>
    stillOpen(
      async () => applications,
      async () => providers,
    )({ sessions: ['s1'], asker: { kind: 'application', id: 'link' }, passed: 'p' });
  assert.equal(await isOpen([]), false);
  assert.equal(await isOpen([row('ehr', 'told')], [row('north', 'told', 'provider')]), false);
  for (const status of ['asked', 'pending', 'failing', 'failed', 'untold'] as const)
    assert.equal(await isOpen([row('ehr', 'told'), row('lab', status)]), true, status);
  assert.equal(await isOpen([row('ehr', 'told')], [row('north', 'untold', 'provider')]), true);
});

test('who asked is left out as what it is: an application and a provider may have one name', async () => {
  for (const kind of ['application', 'provider'] as const) {
    const asked: unknown[] = [];
    const open = stillOpen(
      async ({ sessions, here, asker }) => {
        asked.push([sessions, here, asker]);
        return [];
      },
      async (sessions, passed, asker) => {
        asked.push([sessions, passed, asker]);
        return [];
      },
    );
    await open({ sessions: ['s1'], asker: { kind, id: 'x' }, passed: 'p' });
    const [application, provider] = kind === 'application' ? ['x', undefined] : [undefined, 'x'];
    assert.deepEqual(asked, [
      [['s1'], undefined, application],
      [['s1'], 'p', provider],
    ]);
  }
});
