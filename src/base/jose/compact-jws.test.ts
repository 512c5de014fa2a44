// What is and is not a compact JWS (O4, O7).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mediaType, parseCompactJws } from './compact-jws.ts';

const part = (text: string) => Buffer.from(text).toString('base64url');
const token = (header: string) => `${part(header)}.${part('payload')}.AAAA`;
const good = token('{"alg":"ES256","kid":"1","typ":"JWT"}');

describe('compact JWS', () => {
  test('the parts of a good one', () => {
    const parsed = parseCompactJws(good);
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.jws.header, { alg: 'ES256', kid: '1', typ: 'JWT' });
    assert.equal(parsed.jws.payload.toString(), 'payload');
    assert.equal(parsed.jws.signingInput.toString(), good.slice(0, good.lastIndexOf('.')));
    assert.deepEqual(parsed.jws.signature, Buffer.alloc(3));
  });

  test('a header is read once for its exact text, cannot be changed, and vouches for nothing else of a token', () => {
    const header = (text: string) => {
      const parsed = parseCompactJws(text);
      return parsed.ok ? parsed.jws.header : undefined;
    };
    const first = header(token('{"alg":"ES256","jwk":{"kty":"EC"}}'));
    assert.equal(header(`${part('{"alg":"ES256","jwk":{"kty":"EC"}}')}.AAAA.BBBB`), first);
    assert.throws(() => Object.assign(first ?? {}, { alg: 'none' }), TypeError);
    assert.throws(() => Object.assign(first?.jwk ?? {}, { kty: 'oct' }), TypeError);
    assert.notEqual(header(token('{"alg":"ES256", "jwk":{"kty":"EC"}}')), first);
    assert.equal(header(`${good.slice(0, good.indexOf('.'))}.A.AAAA`), undefined);
    const mistaken = token('{"alg":"ES256","jwk":{"kty":"EC","d":"AAAA"}}');
    assert.notEqual(header(mistaken), header(mistaken), 'a private key is not kept');
  });

  test('maxLength counts characters', () => {
    assert.equal(parseCompactJws(good, { maxLength: good.length }).ok, true);
    assert.deepEqual(parseCompactJws(good, { maxLength: good.length - 1 }), { ok: false, reason: 'tooLong' });
    assert.deepEqual(parseCompactJws(`${good}${'A'.repeat(16_384)}`), { ok: false, reason: 'tooLong' });
  });

  for (const [what, given, reason] of [
    ['nothing', '', 'notThreeParts'],
    ['two parts', 'e30.e30', 'notThreeParts'],
    ['four parts', `${good}.`, 'notThreeParts'],
    ['five parts (JWE)', `${good}.AA.AA`, 'notThreeParts'],
    ['an empty header', `.${part('payload')}.AAAA`, 'notThreeParts'],
    ['no signature', good.replace(/[^.]+$/, ''), 'noSignature'],
    ['padding', `${good}=`, 'notBase64url'],
    ['set trailing bits', `${good.slice(0, -4)}AB`, 'notBase64url'],
    ['white space before', ` ${good}`, 'notBase64url'],
    ['a line break after', `${good}\n`, 'notBase64url'],
    ['crit', token('{"alg":"ES256","crit":["exp"],"exp":1}'), 'criticalExtension'],
    ['an empty crit', token('{"alg":"ES256","crit":[]}'), 'criticalExtension'],
    ['b64', token('{"alg":"ES256","b64":false}'), 'criticalExtension'],
    ['no alg', token('{"kid":"1"}'), 'headerMember'],
    ['a list as alg', token('{"alg":["ES256"]}'), 'headerMember'],
    ['a number as kid', token('{"alg":"ES256","kid":1}'), 'headerMember'],
    ['a kid of 513 characters', token(`{"alg":"ES256","kid":"${'x'.repeat(513)}"}`), 'headerMember'],
    ['an object as typ', token('{"alg":"ES256","typ":{}}'), 'headerMember'],
    ['alg twice', token('{"alg":"ES256","alg":"none"}'), 'header.duplicateMember'],
    ['__proto__', token('{"__proto__":{"alg":"ES256"}}'), 'header.forbiddenMember'],
    ['a list as header', token('["ES256"]'), 'header.notAnObject'],
    ['no JSON', token('ES256'), 'header.notJson'],
  ] as const) {
    test(`refused: ${what}`, () => assert.deepEqual(parseCompactJws(given), { ok: false, reason }));
  }

  test('a value that is no text at all is refused (the JSON serialisation, for example)', () => {
    for (const given of [undefined, null, 1, {}, [good]])
      assert.equal(parseCompactJws(given as unknown as string).ok, false);
  });

  test('media types: case and the application/ prefix do not count (RFC 7515 4.1.9)', () => {
    assert.equal(mediaType('application/DPoP+jwt'), 'dpop+jwt');
    assert.equal(mediaType('JWT'), 'jwt');
    assert.notEqual(mediaType('text/dpop+jwt'), 'dpop+jwt');
  });
});
