// The example of docs/integrate/grounds.md runs as it is written: openid-client 6 over HTTP, said both ways.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { contextHub, singleTenant } from '../fakes/context-hub.ts';
import { helseidClient } from '../fakes/helseid-hub.ts';
import { type Serving, serveRoutes } from '../fakes/serve-routes.ts';
import { temporaryFolder } from '../support/index.ts';

const example = fileURLToPath(new URL('../../docs/integrate/example/grounds.mjs', import.meta.url));
const folder = temporaryFolder('grounds-example');
let serving: Serving;
before(async () => {
  serving = await serveRoutes();
});
after(async () => {
  await serving.close();
  folder.remove();
});

interface Shown {
  readonly name: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

test('in the request, with one ticket, as a machine', async () => {
  const named = { kid: 'key-1', alg: 'ES256', use: 'sig' };
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keyFile = join(folder.path, 'key.json');
  writeFileSync(keyFile, JSON.stringify({ ...privateKey.export({ format: 'jwk' }), ...named }));
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), ...named }] };

  const url = `${serving.url}/sts`;
  const mine = helseidClient('my-epj', {
    represents: singleTenant,
    redirectUris: ['https://epj.example/cb'],
    authentication: { method: 'private_key_jwt', jwks },
  });
  const { hub } = contextHub({
    applications: [mine],
    issuers: [{ id: 'hub', url, brand: 'hub', endpoints: 'helseid' }],
  });
  serving.routes = hub.frontend.routes;
  hub.now = Date.now();
  const evidence = hub.session.evidence.map((each) => ({ ...each, provenAt: hub.now }));
  hub.store.sessions.set('s1', {
    ...hub.session,
    startedAt: hub.now,
    idleUntil: hub.now + 36_000_000,
    absoluteUntil: hub.now + 36_000_000,
    evidence,
  });

  const child = spawn(process.execPath, [example], {
    env: {
      ...process.env,
      ISSUER: url,
      CLIENT_ID: mine.id,
      KEY_FILE: keyFile,
      REDIRECT_URI: 'https://epj.example/cb',
      PARENT: '200000007',
      UNIT: '200000015',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const shown: Shown[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    hub.now = Date.now();
    const said = JSON.parse(line) as Shown & { open?: string };
    if (said.open === undefined) shown.push(said);
    else {
      const answer = await fetch(said.open, { redirect: 'manual' });
      child.stdin.write(`${answer.headers.get('location')}\n`);
    }
  }
  assert.equal(await exited, 0);
  const unit = 'helseid://claims/client/claims/orgnr_child';
  const decision = ({ claims }: Shown): unknown => {
    const details = claims.authorization_details as Record<string, Record<string, Record<string, unknown>>> | undefined;
    return (details?.['nhn:tillitsrammeverk']?.care_relationship?.decision_ref as { id?: string } | undefined)?.id;
  };
  assert.deepEqual(
    shown.map((each) => [each.name, each.claims[unit], decision(each), each.claims.purpose]),
    [
      ['in the request', '200000015', 'decision-1', 'TREAT'],
      ['renewed', '200000015', 'decision-1', 'TREAT'],
      ['nothing said', undefined, undefined, undefined],
      ['with the ticket', '200000015', 'decision-2', 'TREAT'],
      ['nothing said again', undefined, undefined, undefined],
      ['a machine', '200000015', undefined, undefined],
    ],
  );
});
