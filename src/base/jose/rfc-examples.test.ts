// The examples printed in the RFCs, and the cookbook of RFC 7520 where it is at hand.
import assert from 'node:assert/strict';
import { createPrivateKey, type JsonWebKeyInput } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  accessTokenHash,
  allAlgorithms,
  checkDpopProof,
  importPublicJwk,
  parseCompactJws,
  parseDpopProof,
  readJwks,
  signCompact,
  signingKeyOf,
  verifyJws,
} from './index.ts';

const rfc7515A3 = {
  jwk: {
    kty: 'EC',
    crv: 'P-256',
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  },
  token:
    'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
};

const rfc8037 = {
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  token:
    'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
};

const proofHead =
  'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19';
const rfc9449 = {
  tokenProof: `${proofHead}.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg`,
  resourceProof: `${proofHead}.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA`,
  accessToken: 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU',
  ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo',
  jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
};

function verifyExample(jwk: unknown, token: string): boolean {
  const set = readJwks({ keys: [jwk] });
  const parsed = parseCompactJws(token);
  assert.ok(set.ok && parsed.ok);
  return verifyJws(parsed.jws, set.keys, { algorithms: allAlgorithms }).ok;
}

describe('examples of the RFCs', () => {
  test('RFC 7515 A.3: ES256', () => {
    assert.equal(verifyExample(rfc7515A3.jwk, rfc7515A3.token), true);
    assert.equal(verifyExample(rfc7515A3.jwk, rfc7515A3.token.replace('.eyJp', '.eyJq')), false);
  });

  test('RFC 7638 3.1: thumbprint of an RSA key', () => {
    const result = importPublicJwk({
      kty: 'RSA',
      n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
      e: 'AQAB',
      alg: 'RS256',
      kid: '2011-04-29',
    });
    assert.ok(result.ok);
    assert.equal(result.key.jkt, 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });

  test('RFC 8037 A: Ed25519 signature, verification and thumbprint', () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: rfc8037.x };
    assert.equal(verifyExample(jwk, rfc8037.token), true);
    const result = importPublicJwk(jwk);
    assert.ok(result.ok);
    assert.equal(result.key.jkt, 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
    const privateKey = createPrivateKey({ key: { ...jwk, d: rfc8037.d }, format: 'jwk' } as JsonWebKeyInput);
    const signature = signingKeyOf({ alg: 'EdDSA', privateKey }).sign(
      Buffer.from(rfc8037.token.slice(0, rfc8037.token.lastIndexOf('.'))),
    );
    assert.equal(signature.toString('base64url'), rfc8037.token.slice(rfc8037.token.lastIndexOf('.') + 1));
  });

  test('RFC 9449 4.1 and 4.2: the proof at the token endpoint', () => {
    const parsed = parseDpopProof(rfc9449.tokenProof);
    assert.ok(parsed.ok);
    const expected = { method: 'POST', uri: 'https://server.example.com/token', now: 1562262616_000 };
    assert.deepEqual(checkDpopProof(parsed.proof, expected), {
      ok: true,
      proof: { jkt: rfc9449.jkt, jti: '-BwC3ESc6acc2lTc', iat: 1562262616, until: 1_562_262_916_001 },
    });
  });

  test('RFC 9449 6.1 and 7.1: the proof at a resource, with ath and the bound key', () => {
    const parsed = parseDpopProof(rfc9449.resourceProof);
    assert.ok(parsed.ok);
    assert.equal(accessTokenHash(rfc9449.accessToken), rfc9449.ath);
    const expected = {
      method: 'GET',
      uri: 'https://resource.example.org/protectedresource',
      now: 1562262618_000,
      ath: rfc9449.ath,
      jkt: rfc9449.jkt,
    };
    assert.equal(checkDpopProof(parsed.proof, expected).ok, true);
    const other = checkDpopProof(parsed.proof, { ...expected, ath: accessTokenHash('another') });
    assert.deepEqual(other, { ok: false, failed: 'accessTokenHash' });
  });
});

const cookbook = new URL('../../../../shared/vectors/rfc7520/', import.meta.url);
const skip = existsSync(cookbook) ? false : 'the RFC 7520 vectors are not at hand';

interface CookbookCase {
  readonly input: {
    readonly payload: string;
    readonly key: Record<string, string>;
    readonly alg: 'RS256' | 'PS384' | 'ES512';
  };
  readonly signing: { readonly protected: { readonly kid: string } };
  readonly output: { readonly compact: string };
}

describe('RFC 7520', { skip }, () => {
  for (const file of ['4_1.rsa_v15_signature', '4_2.rsa-pss_signature', '4_3.ecdsa_signature']) {
    test(file, () => {
      const found = JSON.parse(readFileSync(new URL(`${file}.json`, cookbook), 'utf8')) as CookbookCase;
      const { input, output } = found;
      const { d, p, q, dp, dq, qi, ...publicJwk } = input.key;
      assert.deepEqual(importPublicJwk(input.key), { ok: false, reason: 'privateMember' });
      assert.equal(verifyExample(publicJwk, output.compact), true);
      const parsed = parseCompactJws(output.compact);
      assert.ok(parsed.ok);
      assert.equal(parsed.jws.payload.toString(), input.payload);

      const privateKey = createPrivateKey({ key: input.key, format: 'jwk' } as JsonWebKeyInput);
      const key = signingKeyOf({ alg: input.alg, privateKey, kid: found.signing.protected.kid });
      const made = signCompact({}, input.payload, key);
      if (input.alg === 'RS256') assert.equal(made, output.compact);
      assert.equal(verifyExample(publicJwk, made), true);
    });
  }

  test('4_4: an HMAC token is refused, with any key', () => {
    const found = JSON.parse(
      readFileSync(new URL('4_4.hmac-sha2_integrity_protection.json', cookbook), 'utf8'),
    ) as CookbookCase;
    assert.deepEqual(importPublicJwk({ kty: 'oct', kid: '1' }), { ok: false, reason: 'unsupported' });
    const parsed = parseCompactJws(found.output.compact);
    assert.ok(parsed.ok);
    assert.deepEqual(verifyJws(parsed.jws, [], { algorithms: allAlgorithms }), {
      ok: false,
      reason: 'algorithmNotAllowed',
    });
  });
});
