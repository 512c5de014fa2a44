// What docs/integrate/api-owner.md tells an owner to do, done to a running hub: register, limit, try out, refuse, explain (N5).
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as oauth from 'oauth4webapi';
import {
  ApplicationClient,
  demoApplication,
  HttpBrowser,
  logInWithPassword,
  type RunningHub,
  startHub,
  type TestTickets,
  temporaryFolder,
  tillitCommand,
} from '../support/index.ts';
import { freePort } from '../support/port.ts';

const guide = readFileSync(new URL('../../docs/integrate/api-owner.md', import.meta.url), 'utf8');
const [record = '', rule = ''] = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');
const api = fileURLToPath(new URL('../../docs/integrate/example/api.mjs', import.meta.url));
const audience = 'https://ehr.demo.example/api';

describe('an owner registers an API and limits it', () => {
  const folder = temporaryFolder('api-owner');
  let hub: RunningHub;
  let client: ApplicationClient;
  let child: ChildProcess | undefined;
  let tickets: TestTickets;

  const file = (name: string, text: string): string => {
    writeFileSync(join(folder.path, name), text);
    return join(folder.path, name);
  };
  async function applied(path: string): Promise<void> {
    const { code, output } = await tillitCommand(hub, 'apply', path, '--yes');
    assert.equal(code, 0, output);
    // A changed catalogue holds within a second on every hub.
    await new Promise((resolve) => setTimeout(resolve, 2500));
  }
  async function walk() {
    const login = await client.push();
    const back = (url: URL): boolean => url.origin === hub.ehrUrl;
    const kari = { username: 'kari', password: hub.password('kari') };
    return { login, page: await logInWithPassword(new HttpBrowser(hub.rootPem), login.url, kari, back) };
  }

  before(async () => {
    hub = await startHub();
    client = new ApplicationClient(demoApplication(hub));
    await applied(file('record.yaml', record));
    const { login, page } = await walk();
    tickets = await client.complete(page.url, login);
  });
  after(async () => {
    child?.kill();
    await hub?.remove();
    folder.remove();
  });

  test('the token says what the record wants, and lives as long as it says', () => {
    const { aud, name, role, hpr_number: hpr, given_name: other, iat, exp } = tickets.accessClaims;
    assert.deepEqual([aud, name, hpr, other], [audience, 'Kari Nordmann', '9144900', undefined]);
    assert.equal((role as { code: string }).code, 'nurse');
    assert.equal(Number(exp) - Number(iat), 120);
  });

  test('the API of the guide takes it with a proof, and nothing else', async () => {
    const port = await freePort();
    const env = {
      ...process.env,
      ...{ ISSUER: hub.hubUrl, AUDIENCE: audience, PORT: String(port) },
      NODE_EXTRA_CA_CERTS: file('root.pem', hub.rootPem),
    };
    const process_ = spawn(process.execPath, [api], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    child = process_;
    await new Promise<void>((resolve, reject) => {
      process_.stdout.once('data', () => resolve());
      process_.once('exit', (code) => reject(new Error(`the API ended with ${code}`)));
    });
    const url = new URL(`http://127.0.0.1:${port}/records?patient=1`);
    const { dpop: DPoP } = await client.ready();
    let sent = new Headers();
    const answer = await oauth.protectedResourceRequest(tickets.accessToken, 'GET', url, undefined, undefined, {
      DPoP,
      [oauth.allowInsecureRequests]: true,
      [oauth.customFetch]: (to: string, init: RequestInit) => {
        sent = new Headers(init.headers);
        return fetch(to, init);
      },
    } as never);
    assert.equal(answer.status, 200);
    assert.equal(((await answer.json()) as { sub: string }).sub, 'kari-nordmann');
    const status = async (headers: Headers | Record<string, string>) => (await fetch(url, { headers })).status;
    assert.equal(await status(sent), 401, 'the same proof again');
    assert.equal(await status({ authorization: `Bearer ${tickets.accessToken}` }), 401, 'as a bearer token');
    assert.equal(await status({ authorization: `DPoP ${tickets.accessToken}` }), 401, 'without a proof');
    assert.equal(await status({ authorization: `DPoP ${tickets.idToken}`, dpop: sent.get('dpop') ?? '' }), 401);
  });

  test('a dry run lists whom a changed limit would have stopped, and changes nothing', async () => {
    const same = await tillitCommand(hub, 'policy', 'dry-run', file('same.yaml', record), '--days', '1');
    assert.equal(same.code, 0, same.output);
    assert.match(same.output, /0 would have been stopped/);
    const changed = file('doctors.yaml', record.replace('roles: [nurse, doctor]', 'roles: [doctor]'));
    const { code, output } = await tillitCommand(hub, 'policy', 'dry-run', changed, '--days', '1');
    assert.equal(code, 1, output);
    assert.match(
      output,
      /login {4}kari-nordmann {2}demo-ehr {2}fjord-hospital {2}stopped by api\.ehr-api\.roles {2}\w{4}-\w{4}/,
    );
    assert.match(output, /api\.ehr-api\.roles: 1 person or machine/);
    const renewed = await client.refresh(tickets.refreshToken ?? '');
    assert.equal(renewed.accessClaims.aud, audience);
    const rules = file('rule.yaml', rule.replace('scopes: [ehr-api/write], devices: [portable]', 'devices: [fixed]'));
    const byRule = await tillitCommand(hub, 'policy', 'dry-run', rules, '--json');
    const found = JSON.parse(byRule.output.trim().split('\n').at(-1) ?? '') as {
      stopped: { kind: string; tried: { rules: string[] } }[];
    };
    assert.deepEqual(
      found.stopped.map(({ kind, tried }) => [kind, ...tried.rules].join(' ')),
      ['login records-writing', 'refresh records-writing'],
    );
    const read = await tillitCommand(hub, 'audit', 'find', '--kind', 'admin.audited', '--json');
    assert.match(read.output, /policy dry-run/, 'who tried it stands in the trail');
  });

  test('the rule of the guide can be applied', async () => {
    const { code, output } = await tillitCommand(hub, 'apply', file('finer.yaml', rule), '--dry-run');
    assert.equal(code, 0, output);
    assert.match(output, /rule records-writing/);
  });

  test('the changed limit refuses: the person reads why, the application which rule, the trail all of it', async () => {
    await applied(join(folder.path, 'doctors.yaml'));
    await assert.rejects(client.refresh(tickets.refreshToken ?? ''), (thrown: oauth.ResponseBodyError) => {
      assert.deepEqual([thrown.error, thrown.error_description], ['invalid_grant', 'refused by api.ehr-api.roles']);
      return true;
    });
    const { page } = await walk();
    assert.match(page.body, /The service is not for your role/);
    assert.match(page.body, /This limit was set by the owner of: Records of the demo/);
    assert.ok(!page.body.includes('doctor'), 'who is allowed is not told');
    const reference = /\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/.exec(page.body)?.[0] ?? '';
    const told = await tillitCommand(hub, 'explain', reference);
    assert.match(told.output, /api\.ehr-api\.roles/);
  });
});
