// The entity configuration as an outside library reads it: signed by its own keys, for a while, and only where it is wished.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import { catalogue, issuerUrl, keyOf, OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { publishedJwk } from '../../../base/jose/index.ts';
import type { Issuer } from '../../../core/catalogue/index.ts';
import { federationKeyOwner, lastingKeyUses } from '../../../core/issuing/index.ts';
import { entityConfiguration, entityConfigurationPath } from './entity-configuration.ts';
import type { IssuerKeys } from './ports.ts';

const hints = ['https://anchor.example'];
const issuer: Issuer = { id: 'hub', url: issuerUrl, brand: 'hub', federation: { authorityHints: hints } };
/** Keys by their owner, as the hub holds them. */
const keys: IssuerKeys = {
  signing: (owner) => keyOf(owner),
  published: (owner) => [publishedJwk(keyOf(owner))],
  retired: () => [],
};
const now = Date.now();
const statement = (): string => String(entityConfiguration(issuer, keys, catalogue(), now).body);
const embedded = (jwt: string) => createLocalJWKSet(decodeJwt(jwt).jwks as JSONWebKeySet);

test('is a statement of the issuer about itself, signed by a key that it holds', async () => {
  const jwt = statement();
  const { payload, protectedHeader } = await jwtVerify(jwt, embedded(jwt), {
    issuer: issuerUrl,
    subject: issuerUrl,
    typ: 'entity-statement+jwt',
    algorithms: ['ES256'],
    requiredClaims: ['iat', 'exp', 'jwks', 'metadata'],
    currentDate: new Date(now),
  });
  assert.ok(protectedHeader.kid);
  assert.deepEqual(payload.authority_hints, hints);
  const { openid_provider: provider } = payload.metadata as Record<string, Record<string, unknown>>;
  assert.deepEqual([provider?.issuer, provider?.client_registration_types_supported], [issuerUrl, []]);
  assert.equal(Number(payload.exp) - Number(payload.iat), 24 * 3600);
});

test('is signed by keys of its own: what signs tickets signs no statement, and the other way round', async () => {
  const jwt = statement();
  const ofTickets = createLocalJWKSet({ keys: [publishedJwk(keyOf('hub'))] } as unknown as JSONWebKeySet);
  await assert.rejects(jwtVerify(jwt, ofTickets));
  assert.notEqual(federationKeyOwner('hub'), 'hub');
  const only = { ...catalogue(), providers: new Map(), issuers: new Map([[issuer.id, issuer]]) };
  assert.deepEqual(lastingKeyUses(only), [{ issuer: federationKeyOwner('hub'), algorithm: 'ES256' }]);
});

test('with a word changed, or a day later, counts no more', async () => {
  const jwt = statement();
  const [header, payload, signature] = jwt.split('.');
  const changed = { ...decodeJwt(jwt), authority_hints: ['https://evil.example'] };
  const forged = `${header}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}.${signature}`;
  assert.notEqual(forged.split('.')[1], payload);
  await assert.rejects(jwtVerify(forged, embedded(jwt)));
  await assert.rejects(jwtVerify(jwt, embedded(jwt), { currentDate: new Date(now + 25 * 3_600_000) }));
});

test('is where the specification looks for it, and nowhere without a federation', async () => {
  const path = `${new URL(issuerUrl).pathname}${entityConfigurationPath}`;
  assert.equal((await new OidcHub().call('GET', path)).status, 404);
  const base = catalogue();
  const hub = new OidcHub({ catalogue: { ...base, issuers: new Map([...base.issuers, [issuer.id, issuer]]) } });
  const answer = await hub.call('GET', path);
  assert.deepEqual([answer.status, answer.headers['content-type']], [200, 'application/entity-statement+jwt']);
});
