// A small catalogue that holds, for tests to break one thing at a time.
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { publicKeyDer, toPem, writeCertificate, writeExtension, writeName } from '../../base/x509/index.ts';
import { assignmentConflictSample } from './assignment-conflict-faults.ts';
import type { StoredItem } from './compile.ts';
import { sampleCutoff } from './sample-cutoff.ts';
import { samplePersonSources } from './sample-person-sources.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const sampleJwk = createPublicKey(privateKey).export({ format: 'jwk' }) as Record<string, unknown>;
export const samplePrivateJwk = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })).export({
  format: 'jwk',
}) as Record<string, unknown>;

const name = writeName([['2.5.4.3', 'Sample CA']]);
const spki = publicKeyDer(createPublicKey(privateKey));
const certificate = (ca: boolean, publicKey = spki): string =>
  toPem(
    writeCertificate(
      {
        serial: Buffer.from([1]),
        issuer: name,
        subject: name,
        notBefore: Date.UTC(2020, 0, 1),
        notAfter: Date.UTC(2040, 0, 1),
        publicKey,
        extensions: [writeExtension.basicConstraints(ca)],
      },
      privateKey,
    ),
  );
export const sampleAnchor = certificate(true);
export const sampleLeaf = certificate(false);
/** Holds an RSA key of 1024 bits. */
export const weakSigner = certificate(
  false,
  publicKeyDer(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey),
);

/** Fresh documents every time. */
export const sampleItems = (): StoredItem[] => [
  {
    kind: 'brand',
    id: 'plain',
    doc: { id: 'plain', name: 'Plain', primary: '#005a8c', accent: '#7a1f5c', contact: 'help@example.org' },
  },
  { kind: 'issuer', id: 'main', doc: { id: 'main', url: 'https://hub.example', brand: 'plain' } },
  {
    kind: 'api',
    id: 'record',
    doc: {
      id: 'record',
      audience: 'https://record.example/api',
      name: { en: 'Record' },
      scopes: ['record:read'],
      owner: { organisation: 'hospital', contact: 'record@example.org' },
      claims: ['name', 'hpr_number'],
      minimumAssurance: 'low',
      accessTokenSeconds: 300,
      machines: false,
      limits: {
        organisations: ['hospital'],
        clients: [{ client: 'ehr', scopes: ['record:read'] }],
        roles: ['nurse', 'doctor'],
        professions: ['SP', 'LE'],
        networks: ['ward'],
        hours: [{ days: ['mon', 'sun'], from: '06:30', to: '24:00', zone: 'Europe/Oslo' }],
      },
    },
  },
  {
    kind: 'population',
    id: 'own-cards',
    doc: {
      id: 'own-cards',
      name: { en: 'Own cards' },
      certificateClass: 'simple',
      anchors: [sampleAnchor],
      identifiers: [
        { attribute: '2.5.4.5', pattern: 'custom', custom: '^UN:([0-9]{4,12})$', namespace: 'card-holder' },
      ],
      assurance: 'substantial',
    },
  },
  {
    kind: 'population',
    id: 'shift',
    doc: {
      id: 'shift',
      name: { en: 'Tablets' },
      certificateClass: 'other',
      anchors: [sampleAnchor],
      policyOids: ['1.2.3.4'],
      identifiers: [{ attribute: '2.5.4.5', pattern: 'hsaId', namespace: 'hsa-id' }],
      assurance: 'substantial',
      derived: { from: ['own-cards'], fields: ['commonName', 'serialNumber'] },
    },
  },
  {
    kind: 'provider',
    id: 'card',
    doc: {
      id: 'card',
      connector: 'smartcard',
      name: { en: 'Card' },
      maximumAssurance: 'high',
      populations: ['own-cards'],
    },
  },
  {
    kind: 'provider',
    id: 'password',
    doc: { id: 'password', connector: 'password', name: { en: 'Password' }, maximumAssurance: 'low' },
  },
  {
    kind: 'provider',
    id: 'staff-directory',
    doc: {
      id: 'staff-directory',
      connector: 'directoryPassword',
      name: { en: 'Computer password' },
      maximumAssurance: 'low',
      domain: {
        controllers: ['ldaps://dc1.hospital.example'],
        tlsAuthorities: [sampleAnchor],
        base: 'DC=hospital,DC=example',
        bindName: 'CN=hub,OU=Services,DC=hospital,DC=example',
        sealedPassword: 'AAAA',
        principalSuffix: 'hospital.example',
        netbiosName: 'HOSP',
        subject: { attribute: 'employeeID', namespace: 'hsa-id', prefix: 'SE2321000016-' },
        organisation: 'hospital',
      },
    },
  },
  {
    kind: 'provider',
    id: 'idporten',
    doc: {
      id: 'idporten',
      connector: 'oidc',
      name: { en: 'ID-porten' },
      maximumAssurance: 'high',
      price: { amount: '0.55', currency: 'NOK' },
      upstream: {
        issuer: 'https://idporten.example',
        clientId: 'tillit',
        authentication: { method: 'private_key_jwt' },
        preset: 'idporten',
        namespaces: ['no-fodselsnummer'],
      },
    },
  },
  {
    kind: 'federation',
    id: 'care',
    doc: { id: 'care', name: { en: 'Care' }, members: [{ organisation: 'hospital', from: '2026-01-01' }] },
  },
  {
    kind: 'network',
    id: 'ward',
    doc: { id: 'ward', name: 'Ward', cidrs: ['10.20.0.0/16'], deviceKind: 'fixed', organisation: 'hospital' },
  },
  {
    kind: 'application',
    id: 'ehr',
    doc: {
      id: 'ehr',
      issuer: 'main',
      name: { en: 'EHR', sv: 'Journal' },
      organisation: 'hospital',
      redirectUris: ['https://ehr.example/cb'],
      authentication: { method: 'private_key_jwt', jwks: { keys: [sampleJwk] } },
      grants: ['authorization_code', 'refresh_token'],
      scopes: ['openid', 'record:read'],
      apis: ['record'],
      minimumAssurance: 'low',
    },
  },
  {
    kind: 'clientSystem',
    id: 'practice',
    doc: {
      id: 'practice',
      name: { en: 'Practice' },
      supplier: 'hospital',
      issuer: 'main',
      apiKeyHashes: ['A'.repeat(43)],
      template: {
        grants: ['authorization_code', 'refresh_token'],
        apis: ['record'],
        scopes: ['openid', 'record:read'],
        redirectUris: ['http://localhost/cb'],
        minimumAssurance: 'substantial',
      },
      returnUris: ['http://localhost/confirmed'],
    },
  },
  {
    kind: 'certificateIssuer',
    id: 'outside-ca',
    doc: {
      id: 'outside-ca',
      name: 'Outside CA',
      kind: 'est',
      address: 'https://ca.example/.well-known/est',
      signer: sampleAnchor,
      shared: { user: 'hub', sealedSecret: 'AAAA' },
    },
  },
  {
    kind: 'cardProfile',
    id: 'staff-card',
    doc: {
      id: 'staff-card',
      name: { en: 'Staff card' },
      population: 'own-cards',
      certificates: [{ profile: 'login', fields: ['commonName', 'serialNumber'] }],
      identifier: 'card-holder',
      identityDocuments: ['passport'],
      endsBy: ['employmentEnded'],
    },
  },
  {
    kind: 'accountTarget',
    id: 'region-ad',
    doc: {
      id: 'region-ad',
      name: { en: 'The region’s directory' },
      kind: 'activeDirectory',
      directory: {
        controllers: ['ldaps://dc1.region.example'],
        base: 'OU=External,DC=region,DC=example',
        bindName: 'CN=hub,OU=Services,DC=region,DC=example',
        sealedPassword: 'AAAA',
      },
      principalSuffix: 'region.example',
    },
  },
  {
    kind: 'accountRule',
    id: 'municipality-nurses',
    doc: {
      id: 'municipality-nurses',
      name: { en: 'Nurses of the municipalities' },
      target: 'region-ad',
      applications: ['ehr'],
      organisations: ['hospital'],
      roles: ['nurse'],
      container: 'OU=Care,OU=External,DC=region,DC=example',
      attributes: [{ name: 'displayName', value: '{displayName}' }],
      groups: ['CN=Cosmic,OU=Groups,DC=region,DC=example'],
    },
  },
  ...samplePersonSources(sampleLeaf),
  {
    kind: 'accountTarget',
    id: 'journal-app',
    doc: {
      id: 'journal-app',
      name: { en: 'The journal' },
      kind: 'scim',
      service: {
        url: 'https://journal.example/scim/v2',
        sealedToken: 'AAAA',
        endAttribute: 'urn:example:2.0:User:until',
      },
      principalSuffix: 'journal.example',
    },
  },
  {
    kind: 'accountRule',
    id: 'journal-readers',
    doc: {
      id: 'journal-readers',
      name: { en: 'Readers of the journal' },
      target: 'journal-app',
      applications: ['ehr'],
      attributes: [
        { name: 'name.familyName', value: '{familyName}' },
        { name: 'emails[type eq "work"].value', value: '{id}@journal.example' },
      ],
      groups: ['Readers'],
    },
  },
  {
    kind: 'precondition',
    id: 'link-order',
    doc: {
      id: 'link-order',
      name: { en: 'The journal’s own list' },
      applications: ['ehr'],
      organisations: ['hospital'],
      ask: { url: 'https://gate.example/known', sealedToken: 'AAAA' },
      order: { what: { en: 'Access to the journal' }, from: { en: 'Your manager' }, url: 'https://order.example/' },
    },
  },
  {
    kind: 'enrolmentRule',
    id: 'hsa-people',
    doc: {
      id: 'hsa-people',
      name: { en: 'People of the municipalities' },
      populations: ['own-cards'],
      source: 'hsa',
      organisations: ['hospital'],
      minimumAssurance: 'substantial',
      roles: [{ purpose: 'Vård och behandling', title: 'Läkare', role: 'doctor' }],
    },
  },
  assignmentConflictSample(),
  sampleCutoff(),
  {
    kind: 'rule',
    id: 'portable-needs-card',
    doc: {
      id: 'portable-needs-card',
      title: 'Portable PCs use the card',
      owner: 'IT security',
      when: {
        devices: ['portable', 'unknown'],
        applications: ['ehr'],
        networks: ['ward'],
        organisations: ['hospital'],
        apis: ['record'],
        scopes: ['record:read'],
        hours: [{ days: ['sat'], from: '22:00', to: '06:00', zone: 'Europe/Stockholm' }],
      },
      unless: { roles: ['doctor'] },
      // biome-ignore lint/suspicious/noThenProperty: a rule reads "when … then …"
      then: { kind: 'requireMethods', methods: ['smartcard'] },
    },
  },
  {
    kind: 'metadataSource',
    id: 'federation',
    doc: {
      id: 'federation',
      federation: 'care',
      from: { url: 'https://federation.example/all.xml' },
      signers: [{ certificate: sampleLeaf }],
      roles: ['idp', 'sp'],
      registrationAuthorities: ['https://federation.example'],
    },
  },
  {
    kind: 'metadataSource',
    id: 'query',
    doc: {
      id: 'query',
      from: { mdq: 'https://federation.example/mdq' },
      signers: [{ fingerprint: 'ab'.repeat(32) }],
      roles: ['idp'],
    },
  },
  {
    kind: 'metadataSource',
    id: 'partner',
    doc: { id: 'partner', from: { document: '<EntityDescriptor/>' }, roles: ['sp'] },
  },
];
