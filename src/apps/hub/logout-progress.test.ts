// Rows of the page after logout from the queue and the catalogue.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OidcHub } from '../../../test/fakes/oidc-hub.ts';
import { SamlHub } from '../../../test/fakes/saml-hub.ts';
import type { Reached } from '../../core/sessions/index.ts';
import { logoutProgress, logoutRow } from './logout-progress.ts';

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
