// An application's metadata becomes members of its record: what is taken, what is left out and said, and what is refused.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { samlKeyOf } from '../../../test/fakes/saml-hub.ts';
import { type EntityDescriptor, judgeMetadata } from '../../base/saml/index.ts';
import { loadXml } from '../../base/xml/index.ts';
import { membersOfMetadata } from './saml-application-metadata.ts';

before(loadXml);

const binding = (name: string) => `urn:oasis:names:tc:SAML:2.0:bindings:${name}`;
const key = (name: string, use?: string) =>
  `<md:KeyDescriptor${use === undefined ? '' : ` use="${use}"`}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${samlKeyOf(name).der.toString('base64')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;
const acs = (index: number, name: string, more = '') =>
  `<md:AssertionConsumerService index="${index}" Binding="${binding(name)}" Location="https://sp.example/acs${index}"${more}/>`;

function entity(inside: string, attributes = ''): EntityDescriptor {
  const xml = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://sp.example/sp"><md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"${attributes}>${inside}</md:SPSSODescriptor></md:EntityDescriptor>`;
  const verdict = judgeMetadata(Buffer.from(xml), { now: 0, keys: [] });
  assert.ok(verdict.accepted, JSON.stringify(verdict));
  const [found] = verdict.entities;
  assert.ok(found);
  return found;
}

describe('metadata of a service provider', () => {
  test('its places, keys and whether it signs are taken; a key without a use is for both', () => {
    const slo = `<md:SingleLogoutService Binding="${binding('SOAP')}" Location="https://sp.example/soap"/><md:SingleLogoutService Binding="${binding('HTTP-Artifact')}" Location="https://sp.example/artifact"/>`;
    const taken = membersOfMetadata(
      entity(
        `${key('sp')}${key('enc', 'encryption')}${slo}${acs(1, 'HTTP-POST', ' isDefault="true"')}${acs(2, 'HTTP-Artifact')}${acs(3, 'PAOS')}`,
        ' AuthnRequestsSigned="true"',
      ),
    );
    assert.ok(taken.ok);
    assert.deepEqual(taken.members, {
      entityId: 'https://sp.example/sp',
      assertionConsumers: [
        { binding: 'post', location: 'https://sp.example/acs1', index: 1, isDefault: true },
        { binding: 'artifact', location: 'https://sp.example/acs2', index: 2 },
      ],
      singleLogout: [{ binding: 'soap', location: 'https://sp.example/soap' }],
      keys: { signing: [samlKeyOf('sp').pem], encryption: [samlKeyOf('sp').pem, samlKeyOf('enc').pem] },
      requireSignedRequest: true,
    });
    assert.equal(taken.left.length, 2);
    assert.match(taken.left.join(), /acs3.*artifact/);
  });

  test('a key descriptor without a use never turns the signature check off (S15)', () => {
    const taken = membersOfMetadata(entity(`${key('sp')}${acs(0, 'HTTP-POST')}`, ' AuthnRequestsSigned="true"'));
    assert.ok(taken.ok && taken.members.requireSignedRequest && taken.members.keys.signing.length === 1);
  });

  test('who has no key to sign with takes no answers by artifact', () => {
    const taken = membersOfMetadata(entity(`${acs(0, 'HTTP-Artifact')}${acs(1, 'HTTP-POST')}`));
    assert.ok(taken.ok);
    assert.deepEqual(
      taken.members.assertionConsumers.map(({ binding: by }) => by),
      ['post'],
    );
    assert.match(taken.left.join(), /acs0.*HTTP-Artifact/);
    assert.ok(!membersOfMetadata(entity(acs(0, 'HTTP-Artifact'))).ok);
    assert.ok(membersOfMetadata(entity(`${key('sp')}${acs(0, 'HTTP-Artifact')}`)).ok);
  });

  test('refused: no answers by POST, no service provider', () => {
    assert.ok(!membersOfMetadata(entity(acs(0, 'PAOS'))).ok);
    const { sp: _, ...rest } = entity(acs(0, 'HTTP-POST'));
    assert.ok(!membersOfMetadata(rest).ok);
  });
});
