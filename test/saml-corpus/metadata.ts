// Metadata with one thing wrong: who signs it, whom it describes, until when, and what it would have us do (S15, S18).
import {
  bindings,
  type EntityDescriptor,
  type IdpRole,
  signMessage,
  writeEntitiesDescriptor,
  writeEntityDescriptor,
} from '../../src/base/saml/index.ts';
import { elementMaker, withContent, writeXml, type XmlElement } from '../../src/base/xml/index.ts';
import { certificate } from '../fakes/certificates.ts';
import {
  append,
  type Case,
  changeChild,
  child,
  insertAfter,
  keys,
  minuteMs,
  now,
  providerId,
  withAttribute,
  without,
} from './ground.ts';

const certificateDer = certificate('idp.kommun.example', keys.provider.privateKey, undefined).der;

const idp: IdpRole = {
  wantAuthnRequestsSigned: true,
  keys: [{ certificates: [certificateDer], encryptionMethods: [] }],
  singleSignOn: [
    { binding: bindings.redirect, location: 'https://idp.kommun.example/sso' },
    { binding: bindings.post, location: 'https://idp.kommun.example/sso' },
  ],
  singleLogout: [{ binding: bindings.redirect, location: 'https://idp.kommun.example/slo' }],
  artifactResolution: [],
  nameIdFormats: [],
  scopes: [{ value: 'kommun.example', regexp: false }],
  attributes: [],
  requestedPrincipalSelection: [],
};

const entity: EntityDescriptor = {
  entityId: providerId,
  id: '_metadata1',
  validUntil: now + 24 * 60 * minuteMs,
  cacheDurationMs: 60 * minuteMs,
  idp,
  entityAttributes: [],
  contacts: [],
};

type Key = typeof keys.provider.key | undefined;
const same = (element: XmlElement): XmlElement => element;

/** The provider's description, signed by the federation, whose key here is the application's. */
export function signedEntity(
  changed: Partial<EntityDescriptor> = {},
  key: Key = keys.application.key,
  change: (element: XmlElement) => XmlElement = same,
): XmlElement {
  const written = change(writeEntityDescriptor({ ...entity, ...changed }));
  return key === undefined ? written : signMessage(written, key);
}

const refused = (reason: string, element: XmlElement, settings?: Case['settings']): Case => ({
  kind: 'metadata',
  xml: writeXml(element),
  ...(settings === undefined ? {} : { settings }),
  expect: { reason },
});
const md = elementMaker('md', 'urn:oasis:names:tc:SAML:2.0:metadata');
const role = (change: (element: XmlElement) => XmlElement) => changeChild('IDPSSODescriptor', change);
const group = (...entities: readonly XmlElement[]): XmlElement =>
  signMessage(writeEntitiesDescriptor({ id: '_group1' }, entities), keys.application.key);
const bare = writeEntityDescriptor({ ...entity, id: undefined, validUntil: undefined });

export const spoiltMetadata: Readonly<Record<string, Case>> = {
  'metadata-not-signed': refused('signed', writeEntityDescriptor(entity)),
  'metadata-signed-by-another-key': refused('signature', signedEntity({}, keys.attacker.key)),
  'metadata-signed-by-the-entity-itself': refused('signature', signedEntity({}, keys.provider.key)),
  'metadata-changed-after-signing': refused(
    'signature',
    role(withAttribute('WantAuthnRequestsSigned', 'false'))(signedEntity()),
  ),
  'metadata-expired': refused('validUntil', signedEntity({ validUntil: now })),
  'metadata-of-another-entity': refused('entity', signedEntity({ entityId: 'https://other.example/idp' }), {
    entityId: providerId,
  }),
  'metadata-of-more-than-was-asked-for': refused(
    'entity',
    group(bare, withAttribute('entityID', 'https://other.example/idp')(bare)),
    { entityId: providerId },
  ),
  'metadata-of-an-entity-twice': refused('sameEntityTwice', group(bare, bare)),
  'metadata-around-signed-metadata': refused('signed', md('EntitiesDescriptor', { ID: '_group2' }, signedEntity())),
  'metadata-with-the-signed-one-inside': refused(
    'signature',
    insertAfter(
      'Extensions',
      child(signedEntity(), 'Signature'),
      md('Extensions', {}, without('Signature')(signedEntity())),
    )(withAttribute('ID', '_metadata2')(writeEntityDescriptor({ ...entity, entityId: 'https://other.example/idp' }))),
  ),
  'metadata-of-two-provider-roles': refused(
    'structure',
    signedEntity({}, keys.application.key, (element) => append(child(element, 'IDPSSODescriptor'))(element)),
  ),
  'metadata-with-a-key-for-no-use': refused(
    'structure',
    signedEntity({}, keys.application.key, role(changeChild('KeyDescriptor', withAttribute('use', 'none')))),
  ),
  'metadata-with-a-certificate-that-is-none': refused(
    'structure',
    signedEntity(
      {},
      keys.application.key,
      role(
        changeChild(
          'KeyDescriptor',
          changeChild(
            'KeyInfo',
            changeChild(
              'X509Data',
              changeChild('X509Certificate', (each) => withContent(each, ['%%%'])),
            ),
          ),
        ),
      ),
    ),
  ),
  'metadata-with-a-place-that-is-a-script': refused(
    'structure',
    signedEntity({ idp: { ...idp, singleSignOn: [{ binding: bindings.redirect, location: 'javascript:alert(1)' }] } }),
  ),
  'metadata-that-is-something-else': refused('structure', md('AffiliationDescriptor'), { pinned: false }),
  'metadata-with-doctype': {
    kind: 'metadata',
    xml: `<!DOCTYPE x>${writeXml(signedEntity())}`,
    expect: { reason: 'xml.doctype' },
  },
};
