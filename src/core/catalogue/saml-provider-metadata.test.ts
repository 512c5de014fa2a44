// What is taken over from an identity provider's metadata, and what is left out.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bindings, type EntityDescriptor, entityAttributeNames, type IdpRole } from '../../base/saml/index.ts';
import { providerMembersOf } from './saml-provider-metadata.ts';

const idp: IdpRole = {
  keys: [
    { use: 'signing', certificates: [Buffer.from('one')], encryptionMethods: [] },
    { certificates: [Buffer.from('both')], encryptionMethods: [] },
  ],
  scopes: [
    { value: 'Kommun.example', regexp: false },
    { value: '.*', regexp: true },
    { value: 'two words', regexp: false },
  ],
  nameIdFormats: [],
  singleLogout: [
    { binding: bindings.soap, location: 'https://idp.example/slo', responseLocation: 'https://idp.example/back' },
    { binding: bindings.artifact, location: 'https://idp.example/artifact' },
  ],
  artifactResolution: [
    { binding: bindings.soap, location: 'https://idp.example/resolve', index: 7, isDefault: true },
    { binding: 'urn:of-nobody', location: 'https://idp.example/resolve', index: 8 },
  ],
  wantAuthnRequestsSigned: true,
  singleSignOn: [
    { binding: bindings.post, location: 'https://idp.example/sso' },
    { binding: 'urn:of-nobody', location: 'https://idp.example/other' },
  ],
  attributes: [],
  requestedPrincipalSelection: [],
};
const entity = (change: Partial<EntityDescriptor> = {}): EntityDescriptor => ({
  entityId: 'https://idp.example',
  idp,
  entityAttributes: [],
  contacts: [],
  ...change,
});

const membersOf = (of: EntityDescriptor) => {
  const taken = providerMembersOf(of);
  return taken.ok ? taken.members : undefined;
};

describe('a provider’s metadata', () => {
  test('gives places by bindings that we speak, keys by use, and scopes that are no pattern', () => {
    const members = membersOf(entity());
    assert.deepEqual(members?.singleSignOn, [{ binding: 'post', location: 'https://idp.example/sso' }]);
    assert.deepEqual(members?.singleLogout, [
      { binding: 'soap', location: 'https://idp.example/slo', responseLocation: 'https://idp.example/back' },
    ]);
    assert.deepEqual(members?.artifactResolution, [
      { binding: 'soap', location: 'https://idp.example/resolve', index: 7 },
    ]);
    assert.deepEqual([members?.keys.signing.length, members?.keys.encryption.length], [2, 1]);
    assert.deepEqual(members?.scopes, ['kommun.example']);
    assert.equal(members?.userMessage, undefined);
  });

  test('says whether it shows a text of ours, by either name', () => {
    const values = ['http://id.swedenconnect.se/general-ec/1.0/supports-user-message'];
    for (const name of [entityAttributeNames.entityCategory, entityAttributeNames.entityCategorySupport])
      assert.equal(membersOf(entity({ entityAttributes: [{ name, values }] }))?.userMessage, true);
    const other = { name: entityAttributeNames.assuranceCertification, values };
    assert.equal(membersOf(entity({ entityAttributes: [other] }))?.userMessage, undefined);
  });

  test('of an application is no provider’s', () => {
    assert.equal(providerMembersOf(entity({ idp: undefined })).ok, false);
  });

  test('with patterns alone as scopes is refused, unless the record says what it may speak for', () => {
    const patterns = entity({ idp: { ...idp, scopes: [{ value: '.*', regexp: true }] } });
    const taken = providerMembersOf(patterns);
    assert.ok(!taken.ok);
    assert.match(taken.because, /every scope .* is a pattern/);
    assert.equal(providerMembersOf(patterns, ['kommun.example']).ok, true);
    assert.deepEqual(membersOf(entity({ idp: { ...idp, scopes: [] } }))?.scopes, []);
  });
});
