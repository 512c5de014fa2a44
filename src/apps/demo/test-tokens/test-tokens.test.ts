// Test tokens as an API sees them: judged by oauth4webapi's resource-server side, which knows nothing of ours.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createLocalJWKSet, decodeJwt, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import { generateSigningKey, type PublishedJwk } from '../../../base/jose/index.ts';
import { demoPeople } from '../people.ts';
import { answerTestTokens, type ServiceAnswer, type TestTokenService } from './answer.ts';
import { proofFaults } from './wire-request.ts';

const issuer = 'https://tokens.example';
const service: TestTokenService = {
  issuer,
  key: generateSigningKey('ES256').key,
  accessKey: 'abcd-efgh',
  people: demoPeople,
  now: () => Math.floor(Date.now() / 1000),
};

const ask = (body: unknown, headers: Record<string, string> = { 'x-auth-key': 'abcd-efgh' }): ServiceAnswer =>
  answerTestTokens(service, {
    method: 'POST',
    path: '/create-test-token',
    headers,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });
const get = (path: string) =>
  answerTestTokens(service, { method: 'GET', path, headers: {}, body: Buffer.alloc(0) }).json as Record<
    string,
    unknown
  >;

interface Made {
  readonly accessTokenJwt: string;
  readonly dPoPProof?: string;
}
const make = (body: object): Made => {
  const { status, json } = ask({ audience: 'nhn:api', ...body });
  assert.equal(status, 200, JSON.stringify(json));
  return (json as { successResponse: Made }).successResponse;
};
const claimsOf = (body: object) => decodeJwt(make(body).accessTokenJwt);

const keySet = createLocalJWKSet(get('/jwks') as unknown as { keys: PublishedJwk[] });
const verified = (token: string) => jwtVerify(token, keySet, { issuer, audience: 'nhn:api', typ: 'at+jwt' });

const url = 'https://api.example/patients';
const bound = (invalidDPoPProofParameters: string | number = 'None') => ({
  createDPoPTokenWithDPoPProof: true,
  dPoPProofParameters: { htuClaimValue: url, htmClaimValue: 'GET', invalidDPoPProofParameters },
});
/** What an API that uses oauth4webapi makes of token and proof. */
async function atTheApi({ accessTokenJwt, dPoPProof }: Made): Promise<void> {
  const [server, jwks] = [{ issuer, jwks_uri: `${issuer}/jwks` }, get('/jwks')];
  await oauth.validateJwtAccessToken(
    server,
    new Request(url, { headers: { authorization: `DPoP ${accessTokenJwt}`, dpop: dPoPProof ?? '' } }),
    'nhn:api',
    { [oauth.customFetch]: async () => Response.json(jwks), requireDPoP: true },
  );
}

describe('test tokens', () => {
  test('a token of defaults verifies by the published keys and says what HelseID’s say', async () => {
    const { payload } = await verified(make({}).accessTokenJwt);
    assert.equal(payload['helseid://claims/identity/security_level'], '4');
    assert.deepEqual(payload['scope'], ['nhn:api/api']);
    assert.equal(payload['helseid://claims/client/claims/orgnr_parent'], '974557746');
    assert.equal(get('/.well-known/openid-configuration')['issuer'], issuer);
  });

  test('a valid proof is accepted', async () => atTheApi(make(bound())));
  for (const [number, fault] of proofFaults.entries()) {
    if (fault === 'None') continue;
    test(`a proof broken by ${fault} is refused`, async () => {
      await assert.rejects(atTheApi(make(bound(fault))));
      await assert.rejects(atTheApi(make(bound(number))), 'by its number');
    });
  }

  const broken: [string, object][] = [
    ['an invalid signing key', { signJwtWithInvalidSigningKey: true }],
    ['an invalid issuer', { setInvalidIssuer: true }],
    ['an invalid audience', { setInvalidAudience: true }],
    ['an expired token', { expirationParameters: { setExpirationTimeAsExpired: true } }],
    ['another typ', { headerParameters: { typ: 'JWT' } }],
  ];
  for (const [name, body] of broken) {
    test(`${name} is refused`, async () => {
      await assert.rejects(verified(make(body).accessTokenJwt));
      await assert.rejects(atTheApi(make({ ...bound(), ...body })));
    });
  }

  test('the developer’s own key makes the proof, and the token is bound to it', async () => {
    for (const alg of ['ES256', 'PS256', 'ES384']) {
      const { privateKey } = await generateKeyPair(alg, { extractable: true });
      const privateKeyForProofCreation = JSON.stringify(await exportJWK(privateKey));
      const wish = bound();
      Object.assign(wish.dPoPProofParameters, { privateKeyForProofCreation });
      await atTheApi(make(wish));
    }
    assert.equal((claimsOf({ clientClaimsParameters: { cnfJkt: 'abc' } })['cnf'] as { jkt: string }).jkt, 'abc');
  });

  test('people of the registers are looked up by their number', () => {
    const [anna] = demoPeople.filter(({ id }) => id === 'anna-berg');
    const pid = anna?.identities.at(-1)?.value;
    const claims = claimsOf({
      getPersonFromPersontjenesten: true,
      setSubject: true,
      setPidPseudonym: true,
      userClaimsParameters: { pid },
    });
    assert.equal(claims['name'], 'Anna Berg');
    assert.equal(claims.sub, claims['helseid://claims/identity/pid_pseudonym']);
    assert.notEqual(claims.sub, pid);
    const only = claimsOf({
      getPersonFromPersontjenesten: true,
      onlySetNameForPerson: true,
      userClaimsParameters: { pid },
    });
    assert.deepEqual([only['name'], only['family_name']], ['Anna Berg', undefined]);
  });

  test('defaults are left out, kept or mixed as the request says', () => {
    const asked = { clientClaimsParameters: { clientId: 'mine' } };
    const name = 'helseid://claims/client/client_name';
    assert.deepEqual([claimsOf(asked)['client_id'], claimsOf(asked)[name]], ['mine', undefined]);
    const mixed = claimsOf({ ...asked, clientClaimsParametersGeneration: 3 });
    assert.deepEqual([mixed['client_id'], mixed[name]], ['mine', 'Test client']);
    const onlyDefault = claimsOf({ ...asked, clientClaimsParametersGeneration: 'GenerateOnlyDefault' });
    assert.deepEqual([onlyDefault['client_id'], onlyDefault[name]], ['test-client', 'Test client']);
    const none = claimsOf({ ...asked, clientClaimsParametersGeneration: 0, userClaimsParametersGeneration: 0 });
    assert.deepEqual([none['client_id'], none['idp']], [undefined, undefined]);
  });

  test('grounds for access stand in the trust framework’s shape', () => {
    const claims = claimsOf({
      createTillitsrammeverkClaims: true,
      tillitsrammeverkClaimsParameters: { practitionerAuthorizationCode: 'LE', patientsPointOfCareId: '974557746' },
    });
    const details = claims['authorization_details'] as Record<
      string,
      { practitioner: { authorization: { code: string } } }
    >;
    assert.equal(details['nhn:tillitsrammeverk']?.practitioner.authorization.code, 'LE');
  });

  test('names in PascalCase, as an older client writes them', () => {
    assert.equal(claimsOf({ ClientClaimsParameters: { ClientId: 'old' } })['client_id'], 'old');
  });

  const refused: [string, unknown, Record<string, string> | undefined, number, RegExp][] = [
    ['without a key', {}, {}, 401, /X-Auth-Key/],
    ['with a wrong key', {}, { 'x-auth-key': 'abcd-efgi' }, 401, /X-Auth-Key/],
    ['no JSON', '{', undefined, 400, /not JSON/],
    ['no audience', {}, undefined, 400, /audience/],
    ['an unknown member', { audience: 'a', setInvalidIsuer: true }, undefined, 400, /setInvalidIsuer/],
    [
      'a key that is none',
      { audience: 'a', createDPoPTokenWithDPoPProof: true, dPoPProofParameters: { privateKeyForProofCreation: '{}' } },
      undefined,
      400,
      /private key/,
    ],
  ];
  for (const [name, body, headers, status, message] of refused) {
    test(`refused: ${name}`, () => {
      const answer = ask(body, headers);
      assert.equal(answer.status, status);
      assert.match(JSON.stringify(answer.json), message);
    });
  }

  test('anything at all as a body gets an answer', () => {
    fc.assert(
      fc.property(fc.json(), (body) => {
        assert.ok([200, 400].includes(ask(body).status));
      }),
    );
  });
});
