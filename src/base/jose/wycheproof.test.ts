// Project Wycheproof's JWS cases: how many of 401 we judge as it does, and that nothing invalid is accepted (O4, O7).
import assert from 'node:assert/strict';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { allAlgorithms, parseCompactJws, readJwks, verifyJws } from './index.ts';

const file = new URL('../../../../shared/vectors/json_web_signature_test.json', import.meta.url);
const skip = existsSync(file) ? false : 'the Wycheproof JWS vectors are not at hand';

interface Case {
  readonly tcId: number;
  readonly comment: string;
  readonly jws: unknown;
  readonly result: 'valid' | 'invalid';
}
interface Group {
  readonly public?: Record<string, unknown>;
  readonly private: Record<string, unknown>;
  readonly tests: readonly Case[];
}

/** The product: no HMAC, so a symmetric key is no key. */
function accepts(group: Group, jws: unknown): boolean {
  const parsed = parseCompactJws(jws as string);
  const set = readJwks({ keys: [group.public ?? group.private] });
  return parsed.ok && set.ok && verifyJws(parsed.jws, set.keys, { algorithms: allAlgorithms }).ok;
}

/** The product's parser with an HMAC row that only this test has, so that the HMAC groups try the parser too. */
function acceptsWithHmac(group: Group, jws: unknown): boolean {
  if (group.private.kty !== 'oct') return accepts(group, jws);
  const parsed = parseCompactJws(jws as string);
  if (!parsed.ok || parsed.jws.header.alg !== 'HS256') return false;
  const key = Buffer.from(String(group.private.k), 'base64url');
  const mac = createHmac('sha256', key).update(parsed.jws.signingInput).digest();
  return mac.length === parsed.jws.signature.length && timingSafeEqual(mac, parsed.jws.signature);
}

/**
 * Valid to Wycheproof, refused here: a character outside the alphabet inside a part (372, 373), and keys whose own
 * `alg` is not the token's: PS256 for a PS384 token (346, 350), the unknown "ES521" for ES512 (347, 351).
 */
const strictHere = [346, 347, 350, 351, 372, 373];
/** Called invalid ("padding"), but the file lost the padding: letter for letter the token of case 357, which is valid. */
const sameAsValid = [367, 370];
/** Valid HMAC tokens. */
const hmac = [1, 348, 352, 357, 358, 359, 376, 377];

describe('Wycheproof JWS', { skip }, () => {
  const groups = skip === false ? (JSON.parse(readFileSync(file, 'utf8')) as { testGroups: Group[] }).testGroups : [];

  function judge(judged: (group: Group, jws: unknown) => boolean) {
    const falseAccepts: number[] = [];
    const refusedValid: number[] = [];
    let agreed = 0;
    for (const group of groups) {
      for (const { tcId, jws, result } of group.tests) {
        const accepted = judged(group, jws);
        if (accepted === (result === 'valid')) agreed++;
        else (accepted ? falseAccepts : refusedValid).push(tcId);
      }
    }
    return { agreed, falseAccepts, refusedValid: refusedValid.sort((a, b) => a - b) };
  }

  test('with an HMAC row lent by the test: at least 392 of 401 agree, no false accept but two that are case 357 again', (t) => {
    const { agreed, falseAccepts, refusedValid } = judge(acceptsWithHmac);
    t.diagnostic(`${agreed} of 401 agree`);
    const tokenOf = (id: number) => groups.flatMap((group) => group.tests).find(({ tcId }) => tcId === id)?.jws;
    for (const id of sameAsValid) assert.equal(tokenOf(id), tokenOf(357));
    assert.deepEqual(falseAccepts, sameAsValid);
    assert.deepEqual(refusedValid, strictHere);
    assert.ok(agreed >= 392, `${agreed} of 401`);
  });

  test('as the product is, without HMAC: no false accept, and what is refused is named', (t) => {
    const { agreed, falseAccepts, refusedValid } = judge(accepts);
    t.diagnostic(`${agreed} of 401 agree without HMAC`);
    assert.deepEqual(falseAccepts, []);
    assert.equal(agreed, 387);
    assert.deepEqual(
      refusedValid,
      [...strictHere, ...hmac].sort((a, b) => a - b),
    );
  });
});
