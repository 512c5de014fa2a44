// The example of docs/integrate/machine.md runs as it is written: a ticket, and the rotation of its key.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { catalogue, OidcHub } from '../fakes/oidc-hub.ts';
import { type Serving, serveRoutes } from '../fakes/serve-routes.ts';
import { application } from '../fakes/ward.ts';

const example = fileURLToPath(new URL('../../docs/integrate/example/machine.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'machine-example-'));
let serving: Serving;

/** Runs the example; answers what it prints. */
async function run(environment: Record<string, string>, ...words: string[]) {
  const env = { ...process.env, KEY_FILE: join(folder, 'key.json'), ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, [example, ...words], { env });
  return JSON.parse(stdout);
}

before(async () => {
  serving = await serveRoutes();
});
after(async () => {
  await serving.close();
  rmSync(folder, { recursive: true });
});

test('key, registration, ticket, rotation, and again', async () => {
  const jwks = await run({});
  assert.equal(jwks.keys[0]?.d, undefined);
  const url = `${serving.url}/helse`;
  const mine = application('my-machine', {
    authentication: { method: 'private_key_jwt', jwks },
    grants: ['client_credentials'],
    apis: ['journal'],
    scopes: ['journal/read', 'client:keys'],
  });
  const base = catalogue({ applications: [mine] });
  const hub = new OidcHub({ catalogue: { ...base, issuers: new Map([['hub', { id: 'hub', url, brand: 'hub' }]]) } });
  Object.defineProperty(hub, 'now', { get: () => Date.now() });
  serving.routes = hub.frontend.routes;

  const there = { ISSUER: url, CLIENT_ID: 'my-machine' };
  const first = await run(there);
  assert.deepEqual([first.claims.sub, first.scope], ['my-machine', 'journal/read']);
  assert.equal((await run(there, 'rotate')).removed, 1);
  assert.equal((await run(there, 'rotate')).removed, 1);
  assert.equal((await run(there)).claims.sub, 'my-machine');
  assert.equal([...hub.store.clientKeys.values()].filter(({ removedAt }) => removedAt === undefined).length, 1);
});
