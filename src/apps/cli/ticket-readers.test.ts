// By which keys a ticket that is shown is held: those of its own issuer and for its own kind, also of an issuer that is gone.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { generateSigningKey, publishedJwk, signCompact } from '../../base/jose/index.ts';
import { signMessage, writeAssertion } from '../../base/saml/index.ts';
import { loadXml, writeXml } from '../../base/xml/index.ts';
import type { PublicSigningKey } from '../../edge/store/hub/signing-keys.ts';
import { assertionReader } from './ticket-assertion.ts';
import { tokenReader } from './ticket-token.ts';

const { key } = generateSigningKey('RS256', { modulusBits: 2048 });
const url = 'https://hub.example/helse';

const stored = (change: Partial<PublicSigningKey>): PublicSigningKey => ({
  kid: key.kid,
  issuer: 'hub',
  algorithm: 'RS256',
  publishAt: 0,
  activateAt: 0,
  retireAt: 1,
  url,
  signs: 'tokens',
  jwk: publishedJwk(key),
  ...change,
});

const token = () => signCompact({}, JSON.stringify({ iss: url, jti: 'j', iat: 1, exp: 2 }), key);
const assertion = () =>
  writeXml(
    signMessage(
      writeAssertion({
        id: '_a',
        issueInstant: 0,
        issuer: `${url}/saml/metadata`,
        authnStatements: [],
        attributeStatements: [],
      }),
      key,
    ),
  );

describe('a ticket that is shown', () => {
  before(loadXml);
  for (const [signs, other, reader] of [
    ['tokens', 'assertions', () => tokenReader(token())],
    ['assertions', 'tokens', () => assertionReader(assertion())],
  ] as const) {
    const signedBy = (keys: readonly PublicSigningKey[]) => reader()?.(keys).signedBy?.signs;
    test(`${signs}: by a key of its issuer, retired or not`, () => assert.equal(signedBy([stored({ signs })]), signs));
    test(`${signs}: by a key of an issuer that is no more`, () =>
      assert.equal(signedBy([stored({ signs, url: undefined })]), signs));
    test(`${signs}: not by a key of another issuer, nor by one for ${other}`, () => {
      assert.equal(signedBy([stored({ signs, url: 'https://hub.example/other' })]), undefined);
      assert.equal(signedBy([stored({ signs: other })]), undefined);
      assert.equal(signedBy([]), undefined);
    });
  }
  test('each reader leaves the other’s kind alone', () => {
    assert.equal(tokenReader(assertion()), undefined);
    assert.equal(assertionReader(token()), undefined);
  });
});
