// Changes of an entity: each way of weakening it is seen, by its own check alone, and a key roll-over with an overlap passes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EntityDescriptor } from '../../base/saml/index.ts';
import { compareEntities, weakeningChecks } from './changes.ts';
import { sampleCertificates as certificates, key, sampleEntity, sampleIdp, sampleSp } from './sample-entity.ts';

const idp = (change: Parameters<typeof sampleIdp>[0] = {}) => sampleEntity({ idp: sampleIdp(change) });
const sp = (change: Parameters<typeof sampleSp>[0] = {}) => sampleEntity({ idp: undefined, sp: sampleSp(change) });
const { first, second, third, firstAgain, rsa2048, rsa3072 } = certificates;
const sso = (location: string) => [{ binding: 'b', location }];
const methods = (...names: string[]) => [
  {
    ...key('encryption', second),
    encryptionMethods: names.map((name) => ({ algorithm: `http://www.w3.org/2001/04/xmlenc#${name}` })),
  },
];

type Case = readonly [check: string, what: string, before: EntityDescriptor, after: EntityDescriptor, detail: RegExp];

const weaker: readonly Case[] = [
  [
    'roleAdded',
    'an application becomes a provider too',
    sp(),
    sampleEntity({ sp: sampleSp() }),
    /idp: it did not play/,
  ],
  ['keysReplaced', 'another key and no overlap', idp(), idp({ keys: [key('signing', second)] }), /every signing key/],
  ['keysReplaced', 'no key is left', idp(), idp({ keys: [] }), /no signing key is left/],
  [
    'keysReplaced',
    'two keys, both gone',
    idp({ keys: [key('signing', first, second)] }),
    idp({ keys: [key('signing', third)] }),
    /every signing key/,
  ],
  [
    'keysReplaced',
    'the encryption key of an application',
    sp(),
    sp({ keys: [key('signing', first), key('encryption', third)] }),
    /every encryption key/,
  ],
  ['keysReplaced', 'a key becomes one for encryption', idp(), idp({ keys: [key('encryption', first)] }), /no signing/],
  ['useLost', 'the signing key says no use', idp(), idp({ keys: [key(undefined, first)] }), /for signing alone/],
  [
    'useLost',
    'the encryption key may sign',
    sp(),
    sp({ keys: [key('signing', first), key(undefined, second)] }),
    /for encryption alone/,
  ],
  ['signatureNotRequired', 'requests', idp(), idp({ wantAuthnRequestsSigned: false }), /wantAuthnRequestsSigned/],
  ['signatureNotRequired', 'of its requests', sp(), sp({ authnRequestsSigned: false }), /authnRequestsSigned/],
  ['signatureNotRequired', 'assertions', sp(), sp({ wantAssertionsSigned: false }), /wantAssertionsSigned/],
  ['addressMoved', 'another host', idp(), idp({ singleSignOn: sso('https://evil.example/sso') }), /singleSignOn at/],
  ['addressMoved', 'another port', idp(), idp({ singleSignOn: sso('https://idp.lund.example:8443/') }), /8443/],
  [
    'addressMoved',
    'one more consumer',
    sp(),
    sp({
      assertionConsumer: [
        ...sampleSp().assertionConsumer,
        { binding: 'b', location: 'https://evil.example/acs', index: 1 },
      ],
    }),
    /assertionConsumer at another host/,
  ],
  [
    'addressMoved',
    'where answers to logouts go',
    idp(),
    idp({ singleLogout: [{ ...sampleIdp().singleLogout[0]!, responseLocation: 'https://evil.example/slo' }] }),
    /singleLogout/,
  ],
  [
    'addressUnencrypted',
    'the same host, without TLS',
    idp(),
    idp({ singleSignOn: sso('http://idp.lund.example/sso') }),
    /without TLS/,
  ],
  [
    'scopeWidened',
    'one more',
    idp(),
    idp({ scopes: [...sampleIdp().scopes, { value: 'malmo.example', regexp: false }] }),
    /malmo/,
  ],
  ['scopeWidened', 'a pattern', idp(), idp({ scopes: [{ value: 'lund.example', regexp: true }] }), /pattern lund/],
  ['scopeWidened', 'none left, which would bind it to nothing', idp(), idp({ scopes: [] }), /no scope is left/],
  ['scopeWidened', 'the first', idp({ scopes: [] }), idp(), /lund/],
  [
    'algorithmWeaker',
    'only ciphers without integrity',
    sp({ keys: methods('aes256-gcm', 'aes128-cbc') }),
    sp({ keys: methods('aes128-cbc') }),
    /no strong cipher/,
  ],
  [
    'algorithmWeaker',
    'RSA 1.5 where nothing was said',
    sp({ keys: methods() }),
    sp({ keys: methods('rsa-1_5') }),
    /key t/,
  ],
  [
    'keyWeaker',
    'a shorter key beside the old one',
    idp({ keys: [key('signing', rsa3072)] }),
    idp({ keys: [key('signing', rsa3072, rsa2048)] }),
    /weaker than those before/,
  ],
];

describe('what weakens an entity is seen', () => {
  for (const [check, what, before, after, detail] of weaker) {
    test(`${check}: ${what}`, () => {
      const change = compareEntities(before, after);
      assert.equal(change.kind, 'weakens');
      const reasons = change.kind === 'weakens' ? change.reasons : [];
      assert.deepEqual([...new Set(reasons.map(({ name }) => name))], [check]);
      assert.match(reasons.map((each) => each.detail).join(), detail);
      // Without its check nobody would be asked.
      const without = weakeningChecks.filter(({ name }) => name !== check);
      assert.notEqual(compareEntities(before, after, without).kind, 'weakens');
    });
  }
  test('every check has a case', () => {
    const named = new Set(weaker.map(([check]) => check));
    assert.deepEqual(
      weakeningChecks.map(({ name }) => name).filter((name) => !named.has(name)),
      [],
    );
  });
});

const passing: readonly (readonly [what: string, kind: string, before: EntityDescriptor, after: EntityDescriptor])[] = [
  ['a second key beside the first', 'changed', idp(), idp({ keys: [key('signing', first), key('signing', second)] })],
  [
    'the first of two keys goes',
    'changed',
    idp({ keys: [key('signing', first, second)] }),
    idp({ keys: [key('signing', second)] }),
  ],
  ['a new certificate of the same key', 'changed', idp(), idp({ keys: [key('signing', firstAgain)] })],
  [
    'the key for all says that it signs',
    'strengthening',
    idp({ keys: [key(undefined, first), key('encryption', second)] }),
    idp({ keys: [key('signing', first), key('encryption', second)] }),
  ],
  ['requests are to be signed', 'strengthening', idp({ wantAuthnRequestsSigned: false }), idp()],
  [
    'a scope less',
    'strengthening',
    idp({ scopes: [...sampleIdp().scopes, { value: 'x.example', regexp: false }] }),
    idp(),
  ],
  ['another address at the same host', 'changed', idp(), idp({ singleSignOn: sso('https://idp.lund.example/new') })],
  ['an address less', 'strengthening', idp({ singleSignOn: sso('https://other.example/') }), idp({ singleSignOn: [] })],
  ['a provider is no application any more', 'strengthening', sampleEntity({ sp: sampleSp() }), sampleEntity()],
  [
    'strong ciphers beside weak ones',
    'strengthening',
    sp({ keys: methods('aes128-cbc') }),
    sp({ keys: methods('aes128-cbc', 'aes128-gcm') }),
  ],
  ['a name', 'changed', idp(), idp({ uiInfo: undefined })],
];

describe('what weakens nothing passes', () => {
  for (const [what, kind, before, after] of passing)
    test(what, () => assert.deepEqual(compareEntities(before, after), { kind }));
});
