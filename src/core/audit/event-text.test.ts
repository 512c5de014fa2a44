// The stored text is canonical and exact, and carries no secret, token or personal number, whatever it is given.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Secret } from '../../base/secret.ts';
import { canonicalJson } from './canonical-json.ts';
import { auditRow, auditRowAllowing, eventText, parseEventText } from './event-text.ts';
import { holdsPersonalNumber } from './personal-number.ts';
import type { AuditRecord } from './record.ts';
import { isSecretName, looksLikeToken, removedMark } from './sensitive.ts';

const record = (body: Record<string, unknown>, kind: AuditRecord['kind'] = 'ticket.issued'): AuditRecord => ({
  kind,
  at: 1_763_816_340_123,
  outcome: 'ok',
  person: 'p1',
  body,
});

/** An ASCII string with the check digits that make it a Swedish number. */
function swedish(date: string, serial: string): string {
  const nine = date + serial;
  for (let check = 0; check < 10; check++) if (holdsPersonalNumber(`${nine}${check}`)) return `${nine}${check}`;
  throw new Error(`no check digit for ${nine}`);
}
const swedishNumber = fc
  .tuple(
    fc.nat(99),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
    fc.nat(999),
    fc.constantFrom(0, 60),
  )
  .map(([year, month, day, serial, coordination]) => {
    const two = (n: number) => String(n).padStart(2, '0');
    return swedish(two(year) + two(month) + two(day + coordination), String(serial).padStart(3, '0'));
  });

describe('canonical JSON', () => {
  test('gives the result of RFC 8785 3.2.3 and sorts as 3.2.3 says', () => {
    const given = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '€$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    assert.equal(
      canonicalJson(given),
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    const sorted = { '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 };
    assert.deepEqual(Object.values(JSON.parse(canonicalJson(sorted))).sort(), [1, 2, 3, 4, 5, 6, 7]);
    const order = [...canonicalJson(sorted).matchAll(/:(\d)/g)].map((found) => Number(found[1]));
    assert.deepEqual(order, [2, 4, 6, 7, 1, 5, 3]);
  });

  test('says any JSON value, whatever the order of its members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)));
        const shuffled = JSON.parse(JSON.stringify(value), (_key, inner) =>
          inner !== null && typeof inner === 'object' && !Array.isArray(inner)
            ? Object.fromEntries(Object.entries(inner).reverse())
            : inner,
        );
        assert.equal(canonicalJson(shuffled), canonicalJson(value));
      }),
    );
  });
});

describe('event text', () => {
  test('is exact', () => {
    assert.equal(
      eventText({ ...record({ b: 1, a: 'å' }), reference: 'K7QM-2F9X', reason: 'card.expired', outcome: 'refused' }),
      '{"at":"2025-11-22T12:59:00.123Z","body":{"a":"å","b":1},"kind":"ticket.issued","outcome":"refused","person":"p1","reason":"card.expired","reference":"K7QM-2F9X","v":1}',
    );
  });

  test('columns of the row repeat its text', () => {
    const first = auditRow({ ...record({}), session: 's1' });
    assert.equal(parseEventText(first.text)?.session, first.session);
    assert.equal(first.class, 'ticket');
  });

  test('columns hold no U+0000 and no lone surrogate, and still agree with the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (reference) => {
        const row = auditRow({ ...record({ reference }), reference });
        assert.ok(!row.reference?.includes('\u0000') && row.reference?.isWellFormed());
        assert.ok(!row.text.includes('\u0000') && row.text.isWellFormed());
        assert.equal(parseEventText(row.text)?.reference, row.reference);
      }),
    );
  });
});

describe('what may not be in the trail', () => {
  const plain = fc.string({ minLength: 6, maxLength: 20 }).filter((text) => !/["\\]/.test(text) && text.trim() !== '');

  test('a value under a secret name is taken out, wherever it is', () => {
    const names = [
      'password',
      'newPassword',
      'access_token',
      'refreshToken',
      'id_token',
      'clientSecret',
      'client_secret',
    ];
    const more = [
      'code',
      'authorization_code',
      'client_assertion',
      'private',
      'privateKey',
      'PIN',
      'codeVerifier',
      'cookies',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...names, ...more), plain, fc.array(plain, { maxLength: 3 }), (name, rest, path) => {
        const value = `~${rest}~`;
        let body: Record<string, unknown> = { [name]: value };
        for (const step of path) body = { [`x${step}`]: [body] };
        const text = eventText(record(body));
        assert.ok(!text.includes(value), text);
        assert.ok(text.includes(removedMark) && text.includes('"removed":['));
      }),
    );
  });

  test('facts about a secret stay', () => {
    for (const name of [
      'tokenId',
      'token_type',
      'codeHash',
      'reasonCode',
      'errorCode',
      'passwordChangedAt',
      'scope',
      'jti',
    ]) {
      assert.ok(!isSecretName(name), name);
    }
    assert.ok(!eventText(record({ password: true, tokenId: 'abc' })).includes(removedMark));
  });

  test('a whole token is taken out under any name, also as a name or in the middle of a text', () => {
    const part = fc
      .base64String({ minLength: 12, maxLength: 40 })
      .map((text) => Buffer.from(text).toString('base64url'));
    const header = fc.constantFrom(
      '{"alg":"ES256"}',
      '{"typ":"at+jwt","alg":"PS256"}',
      '{"alg":"dir","enc":"A256GCM"}',
    );
    fc.assert(
      fc.property(header, part, part, plain, fc.boolean(), (head, payload, signature, around, asName) => {
        const token = `${Buffer.from(head).toString('base64url')}.${payload}.${signature}`;
        const body = asName ? { [token]: 1 } : { note: `${around} ${token}` };
        const text = eventText(record(body));
        assert.ok(!text.includes(token) && !text.includes(signature), text);
      }),
    );
  });

  test('private keys, Authorization values, assertions and private JWK members are taken out', () => {
    assert.ok(looksLikeToken('-----BEGIN EC PRIVATE KEY-----\nMHc'));
    assert.ok(looksLikeToken('Authorization: DPoP abcdefgh12345'));
    assert.ok(looksLikeToken('<saml2:Assertion ID="x">'));
    const text = eventText(
      record({ jwk: { kty: 'EC', x: 'public', d: 'sunk' }, box: new Secret('hush'), raw: Buffer.from('raw') }),
    );
    assert.ok(!text.includes('sunk') && !text.includes('hush') && text.includes('public'));
  });

  test('a personal number is taken out unless the kind needs it', () => {
    fc.assert(
      fc.property(swedishNumber, fc.constantFrom('', '19', '20'), fc.constantFrom('', '-'), (ten, century, hyphen) => {
        const written = `${century}${ten.slice(0, 6)}${hyphen}${ten.slice(6)}`;
        for (const body of [{ subject: written }, { note: `no person ${written}, refused` }, { [written]: 1 }]) {
          assert.ok(!eventText(record(body)).includes(written));
          assert.ok(auditRowAllowing(record(body), new Set(['ticket.issued'])).text.includes(written));
          assert.ok(!auditRowAllowing(record(body), new Set(['journey.refused'])).text.includes(written));
        }
        assert.ok(!eventText({ ...record({}), person: written }).includes(written));
        if (century !== '') assert.ok(!eventText(record({ n: Number(century + ten) })).includes(century + ten));
      }),
    );
  });

  test('Norwegian numbers are known by both check digits; look-alikes stay', () => {
    // Skatteetaten's published test numbers (ordinary, D number, synthetic month + 80).
    for (const number of ['01010750160', '13097248022']) assert.ok(holdsPersonalNumber(number), number);
    assert.ok(!holdsPersonalNumber('01010750161'));
    for (const fine of [
      'SE2321000016-1003',
      '01890a5d-ac96-774b-bcce-b302099a8057',
      '2321000016',
      '1763816340123',
      'a'.repeat(5) + swedish('800101', '123'),
    ]) {
      assert.ok(!holdsPersonalNumber(fine), fine);
    }
  });

  test('any body whatever gives a text that reads back, without growing past its strings', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.anything({ withBigInt: true, withDate: true, withMap: true })),
        (body) => {
          assert.ok(parseEventText(eventText(record(body))));
        },
      ),
    );
    assert.ok(eventText(record({ long: 'x'.repeat(100_000) })).length < 5000);
  });
});
