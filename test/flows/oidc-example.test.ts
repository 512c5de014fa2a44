// The example of docs/integrate runs as it is written, against the OpenID provider over HTTP.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { catalogue, OidcHub } from '../fakes/oidc-hub.ts';
import { type Serving, serveRoutes } from '../fakes/serve-routes.ts';
import { application } from '../fakes/ward.ts';
import { freePort } from '../support/port.ts';

const example = fileURLToPath(new URL('../../docs/integrate/example/application.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'oidc-example-'));
let serving: Serving;
let child: ChildProcess | undefined;

/** Starts the example; answers the first line that it prints. */
function start(environment: Record<string, string>): Promise<string> {
  const env = { ...process.env, KEY_FILE: join(folder, 'key.json'), ...environment };
  const process_ = spawn(process.execPath, [example], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  child = process_;
  return new Promise((resolve, reject) => {
    process_.stdout.once('data', (text) => resolve(String(text)));
    process_.once('error', reject);
    process_.once('exit', (code) => reject(new Error(`the example ended with ${code}`)));
  });
}

before(async () => {
  serving = await serveRoutes();
});
after(async () => {
  child?.kill();
  await serving.close();
  rmSync(folder, { recursive: true });
});

test('key, registration, login, claims', async () => {
  const printed = await start({});
  const jwks = JSON.parse(printed.slice(printed.indexOf('{'))) as { keys: Record<string, unknown>[] };
  assert.equal(jwks.keys[0]?.d, undefined);

  const port = await freePort();
  const url = `${serving.url}/helse`;
  const mine = application('my-app', {
    redirectUris: [`http://localhost:${port}/cb`],
    authentication: { method: 'private_key_jwt', jwks },
    grants: ['authorization_code', 'refresh_token'],
  });
  const base = catalogue({ applications: [mine] });
  const hub = new OidcHub({ catalogue: { ...base, issuers: new Map([['hub', { id: 'hub', url, brand: 'hub' }]]) } });
  hub.now = Date.now();
  hub.store.sessions.set('s1', { ...hub.session, absoluteUntil: hub.now + 36_000_000 });
  serving.routes = hub.frontend.routes;

  await start({ ISSUER: url, PORT: String(port) });
  const begun = await fetch(`http://127.0.0.1:${port}/login`, { redirect: 'manual' });
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
  const there = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
  const back = new URL(there.headers.get('location') ?? '');
  const home = await fetch(`http://127.0.0.1:${port}${back.pathname}${back.search}`, { headers: { cookie } });
  const shown = (await home.json()) as { claims: { sub: string }; person: { name: string } };
  assert.deepEqual([shown.claims.sub, shown.person.name], ['anna', 'anna Example']);
  const stranger = await fetch(`http://127.0.0.1:${port}${back.pathname}${back.search}`);
  assert.equal(stranger.status, 400);
});
