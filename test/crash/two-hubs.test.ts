// Two hub processes on one Debian PostgreSQL: what one has used the other refuses, and a login may wander between them.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { text } from '../../src/wire/texts/index.ts';
import {
  ApplicationClient,
  debianPostgresMissing,
  demoApplication,
  formsOf,
  freeAddresses,
  freePort,
  givePassword,
  type HttpAnswer,
  HttpBrowser,
  logInWithPassword,
  type RunningHub,
  startDebianPostgres,
  startHub,
  temporaryFolder,
  tillitCommand,
} from '../support/index.ts';

describe('two hubs on one database', { skip: debianPostgresMissing() ?? false }, () => {
  const folders = { a: temporaryFolder('hub-a'), b: temporaryFolder('hub-b') };
  let database: Awaited<ReturnType<typeof startDebianPostgres>>;
  let a: RunningHub;
  let b: RunningHub;
  let portB: number;

  before(async () => {
    database = await startDebianPostgres();
    const addresses = await freeAddresses();
    const TILLIT_DATABASE_URL = database.url;
    a = await startHub({ addresses, dataFolder: folders.a.path, env: { TILLIT_DATABASE_URL, TILLIT_DEMO: '1' } });
    // The second hub of an installation gets the same keys and certificates.
    cpSync(folders.a.path, folders.b.path, { recursive: true });
    portB = await freePort();
    const env = {
      TILLIT_DATABASE_URL,
      TILLIT_DEMO: '0',
      TILLIT_HUB_LISTEN: `127.0.0.1:${portB}`,
      TILLIT_CARD_LISTEN: `127.0.0.1:${await freePort()}`,
    };
    b = await startHub({ addresses, dataFolder: folders.b.path, env, listen: { host: '127.0.0.1', port: portB } });
  });
  after(async () => {
    await b?.stop();
    await a?.stop();
    await database?.stop();
    folders.a.remove();
    folders.b.remove();
  });

  const back = (url: URL): boolean => url.origin === a.ehrUrl;
  const kari = () => ({ username: 'kari', password: a.password('kari') });
  const browserAt = (hub: 'a' | 'b', browser = new HttpBrowser(a.rootPem)): HttpBrowser => {
    if (hub === 'b') browser.elsewhere.set(new URL(a.hubUrl).host, portB);
    else browser.elsewhere.delete(new URL(a.hubUrl).host);
    return browser;
  };
  const isRefused = (code: string) => (error: unknown) => {
    const told = (error as { error?: string }).error ?? (error as { cause?: { error?: string } }).cause?.error;
    assert.equal(told, code, String(error));
    return true;
  };
  const authorized = async (client: ApplicationClient) => {
    const login = await client.push();
    const page = await logInWithPassword(browserAt('a'), login.url, kari(), back);
    assert.ok(back(page.url), page.body);
    return { login, page };
  };

  test('a login begun at one is finished at the other, and refreshed at the first', async () => {
    const client = new ApplicationClient(demoApplication(a));
    const login = await client.push();
    const browser = browserAt('a');
    const page = await browser.go(login.url, back);
    const done = await givePassword(browserAt('b', browser), page, kari(), back);
    assert.ok(back(done.url), done.body);
    client.port = portB;
    const tickets = await client.complete(done.url, login);
    assert.equal(tickets.idClaims.sub, 'kari-nordmann');
    client.port = undefined;
    const renewed = await client.refresh(tickets.refreshToken ?? '');
    assert.notEqual(renewed.accessClaims.jti, tickets.accessClaims.jti);
  });

  test('a code is won by one of the two, however they race', async () => {
    const client = new ApplicationClient(demoApplication(a));
    for (let round = 0; round < 5; round += 1) {
      const { login, page } = await authorized(client);
      // Both hold the key that the code is bound to.
      const twin = client.twin(portB);
      const outcomes = await Promise.allSettled([client.complete(page.url, login), twin.complete(page.url, login)]);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1, JSON.stringify(outcomes));
      for (const outcome of outcomes) if (outcome.status === 'rejected') isRefused('invalid_grant')(outcome.reason);
    }
  });

  test('a code used at one is refused at the other', async () => {
    const client = new ApplicationClient(demoApplication(a));
    const { login, page } = await authorized(client);
    await client.complete(page.url, login);
    await assert.rejects(client.twin(portB).complete(page.url, login), isRefused('invalid_grant'));
  });

  test('a client assertion used at one is refused at the other', async () => {
    const client = new ApplicationClient(demoApplication(a));
    client.assertionId = `assertion-${process.pid}-${Date.now()}`;
    await client.push();
    await assert.rejects(client.twin(portB).push(), isRefused('invalid_client'));
    await assert.rejects(client.push(), isRefused('invalid_client'), 'nor at the same one');
  });

  test('a DPoP proof used at one is refused at the other', async () => {
    const client = new ApplicationClient(demoApplication(a));
    await client.push(); // learns the nonce
    client.proofId = `proof-${process.pid}-${Date.now()}`;
    await client.push();
    await assert.rejects(client.twin(portB).push(), isRefused('invalid_dpop_proof'));
  });

  test('a step of a login taken at one cannot be taken again at the other', async () => {
    const client = new ApplicationClient(demoApplication(a));
    const browser = browserAt('a');
    const choice = await browser.go((await client.push()).url, back);
    const way = formsOf(choice).find(({ buttons }) => buttons.some(({ value }) => value === 'password'));
    assert.ok(way);
    const send = (): Promise<HttpAnswer> => browser.submit(choice, way, { _provider: 'password' }, back);
    assert.ok((await send()).body.includes('name="password"'));
    browserAt('b', browser);
    const again = await send();
    assert.ok(again.body.includes(text('en', 'reason.journey.alreadyUsed.title')), again.body);
  });

  test('a session ended at one is over at the other at once', async () => {
    const browser = browserAt('a');
    const own = await logInWithPassword(browser, `${a.hubUrl}/portal`, kari(), () => false);
    assert.ok(own.body.includes(text('en', 'portal.sessions')), own.body);
    browserAt('b', browser);
    const there = await browser.go(`${a.hubUrl}/portal`);
    assert.ok(there.body.includes(text('en', 'portal.sessions')), 'the other hub knows her');
    const kept = new Map(browser.cookies.get(new URL(a.hubUrl).host));
    const asking = await browser.go(`${a.hubUrl}/logout`);
    const form = formsOf(asking).find(({ action }) => action === '/logout');
    assert.ok(form);
    await browser.submit(asking, form);
    // Even somebody who kept the cookie.
    browser.cookies.set(new URL(a.hubUrl).host, kept);
    const after = await browserAt('a', browser).go(`${a.hubUrl}/portal`);
    assert.ok(!after.body.includes(text('en', 'portal.sessions')), after.body);
  });

  test('a person who is closed by an apply loses sessions begun at both, and applications are told at once', async () => {
    const secret = join(folders.a.path, 'temp.password');
    writeFileSync(secret, 'a long enough pass phrase\n', { mode: 0o600 });
    const apply = async (more: object) => {
      const file = join(folders.a.path, 'temp.yaml');
      const entry = { id: 'temp', givenName: 'Tem', familyName: 'Porary', username: 'temp', passwordFile: secret };
      const assignments = [{ id: 'temp-ward', organisation: 'fjord-hospital', role: 'nurse', from: '2026-01-01' }];
      writeFileSync(file, JSON.stringify({ people: [{ ...entry, assignments, ...more }] }));
      const { code, output } = await tillitCommand(a, 'apply', '--yes', file);
      assert.equal(code, 0, output);
    };
    await apply({});
    const temp = { username: 'temp', password: 'a long enough pass phrase' };
    for (const hub of ['a', 'b'] as const) {
      const client = new ApplicationClient(demoApplication(a, hub === 'b' ? portB : undefined));
      const login = await client.push();
      const page = await logInWithPassword(browserAt(hub), login.url, temp, back);
      assert.ok(back(page.url), page.body);
    }
    const pool = new pg.Pool({ connectionString: database.url });
    pool.on('error', () => undefined);
    try {
      const ended = async () =>
        (
          await pool.query<{ by: string; told: boolean }>(
            `SELECT s.ended_by AS by, o.done_at IS NOT NULL AS told FROM hub.session s JOIN hub.session_reach r ON r.session = s.id
             JOIN hub.outbox o ON o.id = 'logout ' || s.id || ' ' || r.application WHERE s.person = 'temp'`,
          )
        ).rows;
      assert.deepEqual(await ended(), []);
      await apply({ closed: true });
      const from = performance.now();
      const both = Array.from({ length: 2 }, () => ({ by: 'personClosed', told: true }));
      while (!isDeepStrictEqual(await ended(), both)) {
        assert.ok(performance.now() - from < 2000, JSON.stringify(await ended()));
        await sleep(50);
      }
    } finally {
      await pool.end();
    }
  });

  test('what is applied through one is seen by the other within 2 s', async () => {
    const file = join(folders.a.path, 'brand.yaml');
    const name = `Brand of ${process.pid}`;
    writeFileSync(
      file,
      `brands:\n  - { id: demo, name: '${name}', primary: '#0b5d57', accent: '#0a4a6b', contact: 'Help desk' }\n`,
    );
    const applied = await tillitCommand(a, 'apply', '--yes', file);
    assert.equal(applied.code, 0, applied.output);
    const from = performance.now();
    for (const hub of ['a', 'b'] as const) {
      const browser = browserAt(hub);
      while (!(await browser.go(`${a.hubUrl}/`)).body.includes(name)) {
        assert.ok(performance.now() - from < 2000, `hub ${hub} does not know it after 2 s`);
        await sleep(50);
      }
    }
  });

  test('signing keys are the same at both', async () => {
    const at = async (hub: 'a' | 'b'): Promise<unknown> =>
      JSON.parse((await browserAt(hub).go(`${a.hubUrl}/jwks`)).body) as unknown;
    assert.deepEqual(await at('a'), await at('b'));
  });

  test('both write one trail, which verifies at either', async () => {
    for (const hub of [a, b]) {
      const verified = await tillitCommand(hub, 'audit', 'verify');
      assert.equal(verified.code, 0, verified.output);
    }
    assert.equal(readFileSync(a.rootFile, 'utf8'), readFileSync(b.rootFile, 'utf8'));
  });

  test('when the first is killed the other goes on', async () => {
    const client = new ApplicationClient(demoApplication(a, portB));
    await a.kill();
    const login = await client.push();
    const page = await logInWithPassword(browserAt('b'), login.url, kari(), back);
    const tickets = await client.complete(page.url, login);
    assert.equal(tickets.idClaims.sub, 'kari-nordmann');
    await sleep(2500);
    const verified = await tillitCommand(b, 'audit', 'verify');
    assert.equal(verified.code, 0, verified.output);
  });
});
