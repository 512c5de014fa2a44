// Assertions, proofs, request objects and details that are rightly signed and wrong in any other way: a named error each, a code to find it by.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { contextHub } from '../../../../test/fakes/context-hub.ts';
import { helseidHub } from '../../../../test/fakes/helseid-hub.ts';
import { type Answer, OidcClient } from '../../../../test/fakes/oidc-client.ts';
import { OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import type { SigningKey } from '../../../base/jose/index.ts';

/** Errors of the standards and of HelseID that these requests may get: nothing else goes out. */
const errors = new Set([
  ...['invalid_request', 'invalid_client', 'invalid_grant', 'invalid_scope', 'invalid_target', 'access_denied'],
  ...['unauthorized_client', 'unsupported_grant_type', 'unsupported_response_type', 'invalid_request_object'],
  ...['invalid_dpop_proof', 'use_dpop_nonce', 'invalid_authorization_details', 'attestation_has_expired'],
  ...['registration_not_supported', 'request_uri_not_supported', 'request_not_supported'],
]);

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    '',
    null,
    [],
    {},
    0,
    -1,
    1e308,
    Number.MAX_SAFE_INTEGER,
    'x'.repeat(2000),
    '1',
    ' ',
    '\u0000',
  ),
  fc.constantFrom<unknown>(['https://hub.example/helse'], ['https://hub.example/helse', 1], 'none', 'HS256', 'ehr'),
  fc.double(),
  fc.integer(),
);
const claimNames = ['iss', 'sub', 'aud', 'jti', 'iat', 'nbf', 'exp', 'htm', 'htu', 'nonce', 'ath', 'client_id'];
const parameterNames = ['scope', 'redirect_uri', 'state', 'claims', 'resource', 'max_age', 'prompt', 'request', 'x'];
const headerNames = ['typ', 'alg', 'kid', 'jwk', 'crit', 'b64', 'zip', 'jku', 'x5c', 'cty'];
const some = (names: readonly string[]) =>
  fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 6 })), odd, { maxKeys: 4 });

interface Bend {
  readonly claims: Record<string, unknown>;
  readonly header: Record<string, unknown>;
  /** Where the finished text is cut or doubled. */
  readonly cut: number | undefined;
}
const bends: fc.Arbitrary<Bend> = fc.record({
  claims: some([...claimNames, ...parameterNames]),
  header: some(headerNames),
  cut: fc.option(fc.nat({ max: 900 }), { nil: undefined, freq: 5 }),
});

/** A JWS whose signature holds over whatever its header and claims say. */
function bentJws(header: object, claims: object, key: SigningKey, { cut, ...bend }: Bend): string {
  const parts = [
    { alg: key.alg, kid: key.kid, ...header, ...bend.header },
    { ...claims, ...bend.claims },
  ];
  const input = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const whole = `${input}.${key.sign(Buffer.from(input)).toString('base64url')}`;
  return cut === undefined ? whole : whole.slice(0, cut) + whole.slice(cut + 1);
}

/** Granted, or refused by a standard's error, in words that may stand there, with the reference of the trail. */
function judge(hub: OidcHub, answer: Answer): void {
  if (answer.status < 300) return;
  assert.ok([400, 401].includes(answer.status), JSON.stringify(answer));
  assert.ok(errors.has(String(answer.error)), String(answer.error));
  assert.match(String(answer.error_description), /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,500}$/);
  assert.match(String(answer.reference), /^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  // A nonce is no failure, and a request that proves no client leaves a trail all the same.
  if (answer.error !== 'use_dpop_nonce') assert.equal(hub.store.audit.at(-1)?.reference, answer.reference);
  for (const record of hub.store.audit.splice(0)) assert.ok(JSON.stringify(record).length < 12_000);
}

const hubs = [
  ['fapi2', () => new OidcHub(), 'ehr'],
  ['helseid', () => helseidHub(), 'epj'],
] as const;

for (const [profile, hubOf, id] of hubs) {
  describe(`rightly signed, in profile ${profile}`, () => {
    const hub = hubOf();
    const client = new OidcClient(hub, id);
    const aud = client.issuer.url;
    const usual = () => ({
      iss: id,
      sub: id,
      aud,
      jti: crypto.randomUUID(),
      iat: client.seconds,
      exp: client.seconds + 50,
    });
    const run = (ask: (bend: Bend) => Promise<Answer>) =>
      fc.assert(
        fc.asyncProperty(bends, async (bend) => judge(hub, await ask(bend))),
        { numRuns: 300 },
      );

    test('client assertions, at the token and the PAR endpoint', async () => {
      await run((bend) => client.machine({ client_assertion: bentJws({}, usual(), client.key, bend) }));
      await run((bend) => client.push({ client_assertion: bentJws({}, usual(), client.key, bend) }));
    });

    test('DPoP proofs', async () => {
      const { publicJwk, ...key } = client.dpopKey;
      const claims = () => ({
        jti: crypto.randomUUID(),
        htm: 'POST',
        htu: client.url('token'),
        iat: client.seconds,
        nonce: hub.nonce(),
      });
      const header = { typ: 'dpop+jwt', jwk: publicJwk, kid: undefined };
      await run((bend) => client.machine({}, { dpop: bentJws(header, claims(), { ...key, publicJwk }, bend) }));
    });

    test('request objects', async () => {
      const asked = () => ({ ...client.request(), ...usual(), sub: undefined, nbf: client.seconds, client_id: id });
      await run((bend) => client.post('par', { request: bentJws({}, asked(), client.key, bend) }));
    });

    test('nothing was fetched for them', () => assert.deepEqual(hub.fetched, []));
  });
}

test('details of any kind have a code of their own, at the machine’s, the person’s and the renewed ticket', async () => {
  const { hub, single } = contextHub();
  const { refresh_token } = await single.login();
  await fc.assert(
    fc.asyncProperty(
      odd,
      some(['type', 'practitioner', 'practitioner_role', 'value', 'patients']),
      async (one, more) => {
        for (const details of [one, more, [more, one], { type: 'helseid_authorization', ...more }]) {
          const form = () => ({ client_assertion: single.assertion({ assertion_details: details }) });
          judge(hub, await single.machine(form()));
          judge(hub, await single.refresh(refresh_token, form()));
        }
      },
    ),
    { numRuns: 100 },
  );
});
