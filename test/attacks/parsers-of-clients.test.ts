// Fuzz of what OAuth clients send, parser by parser: Basic credentials, access tokens, key sets, request texts.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { HttpRequest } from '../../src/base/http/index.ts';
import { parseJwks, readJwks, signCompact } from '../../src/base/jose/index.ts';
import { readAccessToken } from '../../src/edge/frontends/oidc/access-token.ts';
import { basicCredentials } from '../../src/edge/frontends/oidc/basic-credentials.ts';
import { readClaimsParameter } from '../../src/edge/frontends/oidc/claims-parameter.ts';
import { OidcClient } from '../fakes/oidc-client.ts';
import { issuerUrl, keyOf, OidcHub } from '../fakes/oidc-hub.ts';
import { calm } from './calm.ts';

const anyText = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.json({ maxDepth: 3 }),
);

test('Basic credentials: a pair, or empty texts that are no client', async () => {
  const value = fc.oneof(
    anyText,
    anyText.map((text) => `Basic ${Buffer.from(text).toString('base64')}`),
    fc
      .tuple(anyText, anyText)
      .map(
        ([id, secret]) =>
          `Basic ${Buffer.from(`${encodeURIComponent(id.toWellFormed())}:${encodeURIComponent(secret.toWellFormed())}`).toString('base64')}`,
      ),
    fc.constant(`Basic ${'QUFB'.repeat(4000)}`),
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof(value, fc.array(value, { maxLength: 3 })), async (authorization) => {
      const request = { headers: { authorization } } as unknown as HttpRequest;
      const found = await calm(() => basicCredentials(request));
      assert.ok(found === undefined || (typeof found.id === 'string' && typeof found.secret === 'string'));
    }),
    { numRuns: 1000 },
  );
});

describe('access tokens', () => {
  const hub = new OidcHub();
  const expected = { issuer: issuerUrl, keys: [], now: hub.now, catalogue: { apis: new Map() } };
  test('any text and any claims without our signature', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyText,
        fc.dictionary(
          fc.constantFrom('iss', 'sub', 'aud', 'jti', 'exp', 'cnf', 'client_id', 'scope'),
          fc.oneof(fc.jsonValue(), fc.constantFrom(issuerUrl, 2e9)),
        ),
        async (text, claims) => {
          assert.equal((await calm(() => readAccessToken(text, expected))).ok, false);
          const forged = signCompact({ typ: 'at+jwt' }, JSON.stringify(claims), keyOf('forger'));
          assert.equal((await calm(() => readAccessToken(forged, expected))).ok, false);
        },
      ),
      { numRuns: 300 },
    );
  });
  test('any character changed, left out or put in (O7)', async () => {
    const client = new OidcClient(hub, 'ehr');
    const token = String((await client.login()).access_token);
    const edit = fc.tuple(
      fc.nat(token.length - 1),
      fc.constantFrom('', 'A', 'B', '.', '=', '-', ' ', '_', 'e'),
      fc.boolean(),
    );
    await fc.assert(
      fc.asyncProperty(edit, async ([at, with_, keep]) => {
        const changed = token.slice(0, at) + with_ + token.slice(keep ? at : at + 1);
        if (changed === token) return;
        assert.equal((await client.userinfo(changed)).status === 200, false, changed);
      }),
      { numRuns: 300 },
    );
    assert.equal((await client.userinfo(token)).status, 200);
  });
});

test('key sets of clients: a set of readable keys, or none', async () => {
  const jwk = fc.dictionary(
    fc.constantFrom('kty', 'crv', 'x', 'y', 'n', 'e', 'd', 'kid', 'alg', 'use', 'key_ops'),
    fc.oneof(
      fc.jsonValue({ maxDepth: 1 }),
      fc.constantFrom('EC', 'RSA', 'OKP', 'oct', 'P-256', 'AQAB', 'A'.repeat(43), 'A'.repeat(5000)),
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(jwk, fc.jsonValue()), { maxLength: 4 }), anyText, async (keys, text) => {
      await calm(() => readJwks({ keys } as never));
      const set = await calm(() => parseJwks(Buffer.from(text)));
      assert.equal(typeof set.ok, 'boolean');
    }),
    { numRuns: 1000 },
  );
});

test('a claims parameter of the greatest size costs little', async () => {
  for (const text of [
    `{"id_token":{${Array.from({ length: 900 }, (_, n) => `"c${n}":null`).join(',')}}}`,
    '['.repeat(8192),
    `{"id_token":{"acr":{"values":[${'"a",'.repeat(2000)}"a"]}}}`,
  ]) {
    assert.equal((await calm(() => readClaimsParameter(text))).ok, false);
  }
});
