// Small entities that hold, for tests to change one thing at a time.
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  bindings,
  type EntityDescriptor,
  type IdpRole,
  type KeyDescriptor,
  type SpRole,
} from '../../base/saml/index.ts';
import { publicKeyDer, writeCertificate, writeName } from '../../base/x509/index.ts';
import type { MetadataSource } from '../catalogue/index.ts';

const name = writeName([['2.5.4.3', 'key holder']]);

/** A certificate of a key, as DER; another serial makes another holder of the same key. */
export const certificateOf = (privateKey: KeyObject, serial = 1): Buffer =>
  writeCertificate(
    {
      serial: Buffer.from([serial]),
      issuer: name,
      subject: name,
      notBefore: Date.UTC(2015, 0, 1),
      notAfter: Date.UTC(2016, 0, 1),
      publicKey: publicKeyDer(createPublicKey(privateKey)),
      extensions: [],
    },
    privateKey,
  );

const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).privateKey;

/** Keys of the samples, and others to change to. */
export const sampleKeys = { first: ec(), second: ec(), third: ec(), rsa3072: rsa(3072), rsa2048: rsa(2048) };
export const sampleCertificates = {
  first: certificateOf(sampleKeys.first),
  firstAgain: certificateOf(sampleKeys.first, 2),
  second: certificateOf(sampleKeys.second),
  third: certificateOf(sampleKeys.third),
  rsa3072: certificateOf(sampleKeys.rsa3072),
  rsa2048: certificateOf(sampleKeys.rsa2048),
};

export const key = (use: KeyDescriptor['use'], ...certificates: Buffer[]): KeyDescriptor => ({
  use,
  certificates,
  encryptionMethods: [],
});

export const sampleIdp = (change: Partial<IdpRole> = {}): IdpRole => ({
  keys: [key('signing', sampleCertificates.first)],
  scopes: [{ value: 'lund.example', regexp: false }],
  nameIdFormats: [],
  singleLogout: [{ binding: bindings.redirect, location: 'https://idp.lund.example/slo' }],
  artifactResolution: [],
  wantAuthnRequestsSigned: true,
  singleSignOn: [{ binding: bindings.redirect, location: 'https://idp.lund.example/sso' }],
  attributes: [],
  requestedPrincipalSelection: [],
  uiInfo: {
    displayNames: [
      { language: 'sv', text: 'Lunds kommun' },
      { language: 'en', text: 'Municipality of Lund' },
    ],
    descriptions: [],
    informationUrls: [],
    privacyStatementUrls: [],
    keywords: [],
    logos: [],
  },
  ...change,
});

export const sampleSp = (change: Partial<SpRole> = {}): SpRole => ({
  keys: [key('signing', sampleCertificates.first), key('encryption', sampleCertificates.second)],
  scopes: [],
  nameIdFormats: [],
  singleLogout: [],
  artifactResolution: [],
  authnRequestsSigned: true,
  wantAssertionsSigned: true,
  assertionConsumer: [{ binding: bindings.post, location: 'https://sp.example/acs', index: 0 }],
  attributeConsuming: [],
  discoveryResponse: [],
  ...change,
});

export const sampleEntity = (change: Partial<EntityDescriptor> = {}): EntityDescriptor => ({
  entityId: 'https://idp.lund.example/saml',
  entityAttributes: [],
  contacts: [],
  registration: { authority: 'https://federation.example', policies: [] },
  idp: sampleIdp(),
  ...change,
});

export const sampleSource = (change: Partial<MetadataSource> = {}): MetadataSource => ({
  id: 'federation',
  federation: 'vardfed',
  from: { url: 'https://federation.example/all.xml' },
  signers: [],
  roles: ['idp', 'sp'],
  order: 100,
  refreshMinutes: 60,
  timeoutSeconds: 180,
  mostMegabytes: 64,
  privateNetwork: false,
  ...change,
});
