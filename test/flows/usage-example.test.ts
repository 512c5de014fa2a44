// The example of docs/integrate/usage-events.md runs as it is written; rows are answered one by one, and what it may not report is refused.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AuditRecord } from '../../src/core/audit/index.ts';
import type { IssuedTicket } from '../../src/core/audit/usage/index.ts';
import { usagePath, usageRoutes } from '../../src/edge/web/usage-api/index.ts';
import { catalogue, OidcHub } from '../fakes/oidc-hub.ts';
import { type Serving, serveRoutes } from '../fakes/serve-routes.ts';
import { application } from '../fakes/ward.ts';

const example = fileURLToPath(new URL('../../docs/integrate/example/usage-event.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'usage-example-'));
let serving: Serving;
let refusedCaller = false;
const kept: { readonly id: string; readonly record: AuditRecord }[] = [];
const recorded: AuditRecord[] = [];
const ticket = (id: string, audience: string): IssuedTicket => ({
  id,
  at: Date.now() - 60_000,
  application: 'ehr',
  audience,
  person: 'anna',
  organisation: 'a',
  session: 's',
  reference: 'AAAA-BBBB',
});
const tickets = new Map([
  ['t1', ticket('t1', 'https://journal.example')],
  ['t2', ticket('t2', 'https://other.example')],
]);

/** Runs the example; answers what it prints and whether it ended well. */
async function run(...words: string[]) {
  const env = {
    ...process.env,
    KEY_FILE: join(folder, 'key.json'),
    ISSUER: `${serving.url}/helse`,
    CLIENT_ID: 'my-record',
  };
  const { error, stdout, stderr } = await new Promise<{ error: Error | null; stdout: string; stderr: string }>(
    (done) => {
      execFile(process.execPath, [example, ...words], { env }, (failed, out, err) =>
        done({ error: failed, stdout: String(out), stderr: String(err) }),
      );
    },
  );
  assert.notEqual(stdout, '', stderr);
  return { good: error === null, answer: JSON.parse(stdout) };
}

before(async () => {
  serving = await serveRoutes();
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { d, ...jwk } = { ...privateKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' };
  writeFileSync(join(folder, 'key.json'), JSON.stringify({ ...jwk, d }), { mode: 0o600 });
  const mine = application('my-record', {
    authentication: { method: 'private_key_jwt', jwks: { keys: [jwk as never] } },
    grants: ['client_credentials'],
    scopes: ['usage:report'],
    introspects: ['journal'],
    apis: [],
  });
  const url = `${serving.url}/helse`;
  const base = catalogue({ applications: [mine] });
  const hub = new OidcHub({ catalogue: { ...base, issuers: new Map([['hub', { id: 'hub', url, brand: 'hub' }]]) } });
  Object.defineProperty(hub, 'now', { get: () => Date.now() });
  serving.routes = [
    ...hub.frontend.routes,
    ...usageRoutes({
      clock: () => Date.now(),
      async caller(request) {
        const wish = { scopes: ['usage:report'], machine: true, origin: serving.url };
        const found = await hub.frontend.hubApi(request, wish);
        refusedCaller = !found.ok;
        if (!found.ok) return found;
        const audiences = mine.introspects.flatMap((id) => base.apis.get(id)?.audience ?? []);
        return { ok: true, reporter: { application: found.caller.client, audiences }, headers: found.headers };
      },
      tickets: async (ids) => new Map(ids.flatMap((id) => (tickets.has(id) ? [[id, tickets.get(id)!]] : []))),
      async keep(_application, uses, others) {
        const fresh = uses.filter(({ id }) => !kept.some((one) => one.id === id));
        kept.push(...fresh);
        recorded.push(...others);
        return new Set(fresh.map(({ id }) => id));
      },
      subjectOf: (value) => `h:${value.length}`,
    }),
  ];
});
after(async () => {
  await serving.close();
  rmSync(folder, { recursive: true });
});

test('two uses of a ticket of its API are taken', async () => {
  const { good, answer } = await run('t1', '13116900216', '17895199974');
  assert.ok(good, JSON.stringify(answer));
  assert.deepEqual([answer.stored, answer.repeated, answer.refused, answer.results.length], [2, 0, 0, 2]);
  assert.equal(refusedCaller, false);
  const [first] = kept;
  assert.deepEqual(
    [
      first?.record.kind,
      first?.record.person,
      first?.record.application,
      first?.record.body['of'],
      first?.record.body['about'],
    ],
    ['usage.reported', 'anna', 'my-record', 'ehr', 'h:11'],
  );
  assert.deepEqual(first?.record.body['what'], ['Observation/17']);
});

test('a ticket that is not its API’s is refused by row, the call is in the trail once, and no success is claimed', async () => {
  const { good, answer } = await run('t2', '1', '2');
  assert.ok(!good);
  assert.deepEqual([answer.status, answer.refused, answer.results[1].error.code], [422, 2, 'usage.unknownTicket']);
  assert.deepEqual(
    recorded.map(({ kind, body }) => [kind, body]),
    [['usage.refused', { rows: 2, faults: { 'usage.unknownTicket': 2 } }]],
  );
});

test('without a ticket of its own nobody reports', async () => {
  const answer = await fetch(serving.url + usagePath, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  assert.equal(answer.status, 401);
  assert.match(answer.headers.get('www-authenticate') ?? '', /^DPoP/);
});
