// Records filled in from metadata: what is taken, and that nothing the record demands is ever loosened by it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { samlApplication } from '../../../test/fakes/saml-hub.ts';
import { SamlFake } from '../../../test/fakes/saml-provider.ts';
import { bindings, type EntityDescriptor, type IdpRole, type SpRole } from '../../base/saml/index.ts';
import { toPem } from '../../base/x509/index.ts';
import { key, sampleCertificates, sampleEntity, sampleIdp, sampleSp } from '../metadata/sample-entity.ts';
import { answerRulesOf } from './saml-application-preset.ts';
import { applicationFromMetadata, providerFromMetadata } from './saml-from-metadata.ts';
import { samlPresetOf } from './saml-provider-preset.ts';

const { first, second, rsa2048, rsa3072 } = sampleCertificates;
const there = new SamlFake('kommun');
const record = there.record({
  ...{ metadata: { source: 'federation' }, singleSignOn: [], singleLogout: [], keys: { signing: [], encryption: [] } },
  ...{ signs: 'both', mustEncrypt: true, namespaces: ['se-personnummer'] },
});
const ofIdp = (change: Partial<IdpRole> = {}, more: Partial<EntityDescriptor> = {}) =>
  sampleEntity({ idp: sampleIdp(change), ...more });

describe('a provider by its metadata', () => {
  test('has its places, keys and scopes; its levels, and what it must sign and encrypt, are the record’s', () => {
    const made = providerFromMetadata(record, ofIdp({ keys: [key('signing', first, rsa2048)] }));
    assert.ok(made.ok);
    const { metadata, singleSignOn, singleLogout, keys, scopes, ...rest } = made.record;
    assert.equal(metadata, undefined);
    assert.deepEqual(singleSignOn, [{ binding: 'redirect', location: 'https://idp.lund.example/sso' }]);
    assert.deepEqual(singleLogout, [{ binding: 'redirect', location: 'https://idp.lund.example/slo' }]);
    assert.deepEqual(keys, { signing: [toPem(first), toPem(rsa2048)], encryption: [] });
    assert.deepEqual(scopes, ['lund.example']);
    assert.deepEqual(
      [rest.namespaces, rest.levels, rest.entityId],
      [record.namespaces, record.levels, record.entityId],
    );
    const { signs, mustEncrypt } = samlPresetOf(made.record);
    assert.deepEqual([signs, mustEncrypt], ['both', true]);
  });

  test('answers by artifact only where the record says so, and only when metadata names the place', () => {
    const places = [{ binding: bindings.soap, location: 'https://idp.lund.example/artifact', index: 0 }];
    const byArtifact = { ...record, answerBinding: 'artifact' as const };
    const made = providerFromMetadata(byArtifact, ofIdp({ artifactResolution: places }));
    assert.deepEqual(made.ok && made.record.artifactResolution, [{ ...places[0], binding: 'soap' }]);
    const without = providerFromMetadata(byArtifact, ofIdp());
    assert.ok(!without.ok && /artifact/.test(without.because));
    const byPost = providerFromMetadata(record, ofIdp({ artifactResolution: places }));
    assert.equal(byPost.ok && byPost.record.answerBinding, undefined);
  });

  test('speaks for the scopes that the record writes and for no other, whatever metadata says', () => {
    const own = { ...record, scopes: ['kommun.example'] };
    for (const scopes of [sampleIdp().scopes, [], [{ value: '.*', regexp: true }]]) {
      const made = providerFromMetadata(own, ofIdp({ scopes }));
      assert.deepEqual(made.ok && made.record.scopes, ['kommun.example']);
    }
  });

  const refused: readonly [what: string, entity: EntityDescriptor, because: RegExp][] = [
    ['patterns alone as scopes', ofIdp({ scopes: [{ value: '.*', regexp: true }] }), /pattern/],
    [
      'no place by a binding that we speak',
      ofIdp({ singleSignOn: [{ binding: 'urn:x', location: 'https://x.example/' }] }),
      /no place/,
    ],
    [
      'a place without TLS',
      ofIdp({ singleSignOn: [{ binding: bindings.redirect, location: 'http://x.example/' }] }),
      /no place/,
    ],
    ['no key', ofIdp({ keys: [] }), /no key/],
    ['keys for encryption alone', ofIdp({ keys: [key('encryption', first)] }), /no key/],
    ['bytes that are no certificate', ofIdp({ keys: [key('signing', Buffer.from('no'))] }), /no key/],
    ['no provider', sampleEntity({ idp: undefined }), /no identity provider/],
  ];
  for (const [what, entity, because] of refused) {
    test(`is not usable with ${what}`, () => {
      const made = providerFromMetadata(record, entity);
      assert.ok(!made.ok);
      assert.match(made.because, because);
    });
  }

  test('a key that cannot be read costs the others nothing', () => {
    const made = providerFromMetadata(record, ofIdp({ keys: [key('signing', Buffer.from('no'), second)] }));
    assert.deepEqual(made.ok && made.record.keys.signing, [toPem(second)]);
  });
});

describe('an application by its metadata', () => {
  const written = samlApplication('link', {
    ...{ metadata: { source: 'federation' }, assertionConsumers: [], singleLogout: [] },
    ...{ keys: { signing: [], encryption: [] }, attributes: [{ name: 'a', nameFormat: 'uri', from: 'name' }] },
  });
  const ofSp = (change: Partial<SpRole> = {}) =>
    sampleEntity({
      idp: undefined,
      sp: sampleSp({ keys: [key('signing', first), key('encryption', rsa2048)], ...change }),
    });

  test('has its places, keys and indexes; what is released, and at which level, is the record’s', () => {
    const requested = [{ name: 'urn:all', values: [], isRequired: true }];
    const attributeConsuming = [{ index: 7, names: [], descriptions: [], requestedAttributes: requested }];
    const made = applicationFromMetadata(written, ofSp({ attributeConsuming }));
    assert.ok(made.ok);
    const { record } = made;
    assert.equal(record.metadata, undefined);
    assert.deepEqual(record.assertionConsumers, [{ binding: 'post', location: 'https://sp.example/acs', index: 0 }]);
    assert.deepEqual(record.keys, { signing: [toPem(first)], encryption: [toPem(rsa2048)] });
    assert.deepEqual(record.attributeConsumers, [7]);
    assert.deepEqual([record.attributes, record.minimumAssurance], [written.attributes, written.minimumAssurance]);
    assert.equal(record.id, 'link');
  });

  test('requests are signed when either the record or the metadata says so, and assertions', () => {
    for (const own of [true, false])
      for (const theirs of [true, false]) {
        const made = applicationFromMetadata(
          { ...written, requireSignedRequest: own },
          ofSp({ authnRequestsSigned: theirs }),
        );
        assert.equal(made.ok && made.record.requireSignedRequest, own || theirs);
      }
    for (const [wants, signs] of [
      [true, 'both'],
      [false, 'response'],
    ] as const) {
      const made = applicationFromMetadata({ ...written, signs: 'response' }, ofSp({ wantAssertionsSigned: wants }));
      assert.equal(made.ok && answerRulesOf(made.record).signs, signs);
    }
  });

  const post = (location: string) => [{ binding: bindings.post, location, index: 0 }];
  const always = { ...written, encrypts: 'always' as const };
  const refused: readonly [what: string, application: typeof written, entity: EntityDescriptor, because: RegExp][] = [
    ['no place for answers', written, ofSp({ assertionConsumer: post('http://sp.example/acs') }), /no place/],
    [
      'requests that must be signed, and no key',
      written,
      ofSp({ keys: [key('encryption', rsa3072)] }),
      /sign its requests/,
    ],
    ['no key to encrypt to, where that is always done', always, ofSp({ keys: [key('signing', first)] }), /encrypt/],
    ['a key that nothing can be encrypted to', always, ofSp({ keys: [key(undefined, first)] }), /encrypt/],
    ['no application', written, sampleEntity(), /no service provider/],
  ];
  for (const [what, application, entity, because] of refused) {
    test(`is not usable with ${what}`, () => {
      const made = applicationFromMetadata(application, entity);
      assert.ok(!made.ok);
      assert.match(made.because, because);
    });
  }
});
