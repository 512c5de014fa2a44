// The test-token service as the started program offers it: its key, its certificate, its own issuer.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { type RunningHub, startHub } from '../support/index.ts';

let hub: RunningHub;
before(async () => {
  hub = await startHub();
});
after(async () => {
  await hub?.remove();
});

const call = (url: string, key?: string, body?: object): Promise<{ status: number; json: Record<string, unknown> }> =>
  new Promise((resolve, reject) => {
    const headers = key === undefined ? {} : { 'x-auth-key': key };
    const method = body === undefined ? 'GET' : 'POST';
    request(url, { method, ca: hub.rootPem, headers }, async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
      resolve({ status: response.statusCode ?? 0, json: JSON.parse(Buffer.concat(parts).toString()) });
    })
      .on('error', reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });

test('the key from the secrets folder opens it; the token is of an issuer of its own, not of the hub', async () => {
  const create = `${hub.testTokensUrl}/create-test-token`;
  const key = readFileSync(join(hub.dataFolder, 'demo', 'secrets', 'test-tokens'), 'utf8').trim();
  assert.equal((await call(create, 'wrong', { audience: 'a' })).status, 401);
  const { status, json } = await call(create, key, { audience: 'nhn:api' });
  assert.equal(status, 200);
  const token = (json.successResponse as { accessTokenJwt: string }).accessTokenJwt;
  const set = (await call(`${hub.testTokensUrl}/jwks`)).json as unknown as Parameters<typeof createLocalJWKSet>[0];
  const { payload } = await jwtVerify(token, createLocalJWKSet(set), { audience: 'nhn:api' });
  assert.equal(payload.iss, hub.testTokensUrl);
  const { json: own } = await call(`${hub.hubUrl}/jwks`);
  const ofHub = (own.keys as { kid: string }[]).map(({ kid }) => kid);
  assert.ok(set.keys.every(({ kid }) => !ofHub.includes(kid ?? '')));
});
