// K5: kill -9 of a hub in the middle of an account's plan: the person's next login, at another hub or at the same one started again, waits for seconds.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import pg from 'pg';
import { openDatabase } from '../../src/edge/store/embedded/index.ts';
import { applyItems } from '../support/hub-pair.ts';
import {
  debianPostgresMissing,
  freeAddresses,
  HttpBrowser,
  type HubOptions,
  LogoutApplication,
  type RunningHub,
  startDebianPostgres,
  startHub,
  temporaryFolder,
  tillitCommand,
} from '../support/index.ts';
import { newPeerTls } from '../support/peer-tls.ts';
import { type ScimServer, startScimServer } from '../support/scim-server.ts';

/** A hub and an application whose accounts are made by SCIM; the making of the next one can be stopped half-way. */
async function world(folder: string, more: HubOptions) {
  const tls = newPeerTls(folder);
  const service = await startScimServer({
    userGroups: true,
    tls: { cert: readFileSync(tls.certificate, 'utf8'), key: readFileSync(tls.key, 'utf8') },
  });
  service.addGroup('Readers');
  const hub = await startHub({ dataFolder: folder, ...more });
  writeFileSync(join(folder, 'journal.token'), service.token, { mode: 0o600 });
  writeFileSync(join(folder, 'journal-ca.pem'), tls.root);
  const application = await LogoutApplication.make(hub, 'journal');
  await applyItems(hub, {
    applications: [application.entry()],
    accountTargets: [
      {
        ...{ id: 'journal', name: { en: 'The journal' }, kind: 'scim', identifier: 'person' },
        service: { url: service.url, tokenFile: 'journal.token', tlsAuthorities: [{ file: 'journal-ca.pem' }] },
        principalSuffix: 'journal.example',
      },
    ],
    accountRules: [
      {
        ...{ id: 'care', name: { en: 'Care' }, target: 'journal', applications: ['journal'], lifetimeSeconds: 3600 },
        attributes: [{ name: 'displayName', value: '{displayName}' }],
        groups: ['Readers'],
      },
    ],
  } as Parameters<typeof applyItems>[1]);
  await application.open();
  return { hub, service, application };
}

/** Were it for the lease's time alone, the next login would wait in vain. */
async function lengthenLease(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  const { rowCount } = await client
    .query(
      `UPDATE hub.outbox SET locked_until = now() + interval '1 hour', held_until = now() + interval '1 hour'
       WHERE kind = 'account' AND locked_until > now() - interval '1 hour' AND held_by IS NOT NULL`,
    )
    .finally(() => client.end());
  assert.equal(rowCount, 1);
}

/** Kills the hub when the account is made and not yet in its group, with a login that waits. */
async function killInTheMiddle(hub: RunningHub, service: ScimServer, application: LogoutApplication): Promise<void> {
  const struck = Promise.withResolvers<void>();
  service.before = (method) => {
    if (method !== 'PATCH' && method !== 'PUT') return undefined;
    struck.resolve();
    // It is never answered: the hub is in the middle of its step.
    return new Promise(() => {});
  };
  const login = application.logIn(new HttpBrowser(hub.rootPem), { username: 'kari', password: hub.password('kari') });
  const gone = login.then(
    () => assert.fail('the login came through'),
    () => undefined,
  );
  await struck.promise;
  await hub.kill();
  await gone;
  service.before = undefined;
  assert.deepEqual(
    [...service.users.values()].map(({ active }) => active),
    [false],
    'made, and not open',
  );
}

async function isServed(hub: RunningHub, service: ScimServer, application: LogoutApplication): Promise<void> {
  const browser = new HttpBrowser(hub.rootPem);
  await application.logIn(browser, { username: 'kari', password: hub.password('kari') });
  assert.deepEqual(
    [...service.users.values()].map(({ active }) => active),
    [true],
  );
  const { output } = await tillitCommand(hub, 'audit', 'find', '--person', 'kari-nordmann', '--json');
  assert.match(output, /account\.opened/);
}

describe('a hub that is killed in the middle of an account’s plan', () => {
  const folders = ['a', 'b', 'own'].map((name) => temporaryFolder(`taken-${name}`));
  const ends: (() => Promise<unknown>)[] = [];
  after(async () => {
    for (const end of ends.reverse()) await end();
    for (const folder of folders) folder.remove();
  });

  test('another one on its database goes on with it', { skip: debianPostgresMissing() ?? false }, async () => {
    const [first, second] = folders.map(({ path }) => path) as [string, string];
    const database = await startDebianPostgres();
    ends.push(database.stop);
    const addresses = await freeAddresses();
    const TILLIT_DATABASE_URL = database.url;
    const more = { addresses, env: { TILLIT_DATABASE_URL, TILLIT_DEMO: '1' } };
    const { hub, service, application } = await world(first, more);
    ends.push(
      service.close,
      () => hub.stop(),
      () => application.close(),
    );
    cpSync(first, second, { recursive: true });
    await killInTheMiddle(hub, service, application);
    await lengthenLease(database.connection);
    // At the addresses of the first, as behind a load balancer.
    const other = await startHub({ addresses, dataFolder: second, env: { TILLIT_DATABASE_URL, TILLIT_DEMO: '0' } });
    ends.push(() => other.stop());
    await isServed(other, service, application);
  });

  test('the same one, started again, goes on with it at once', async () => {
    const own = folders[2]?.path ?? '';
    const addresses = await freeAddresses();
    const { hub, service, application } = await world(own, { addresses });
    ends.push(service.close, () => application.close());
    await killInTheMiddle(hub, service, application);
    const database = await openDatabase({ dataFolder: own, mode: 'own', purpose: 'test', log: () => undefined });
    await lengthenLease(database.connection).finally(database.close);
    const again = await startHub({ dataFolder: own, addresses });
    ends.push(() => again.stop());
    await isServed(again, service, application);
  });
});
