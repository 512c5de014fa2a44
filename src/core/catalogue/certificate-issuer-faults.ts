// Faults of outside certificate issuers, one broken thing a row; read by the test of compiling.
import { type Fault, set } from './machine-faults.ts';
import { sampleAnchor, sampleLeaf } from './sample-items.ts';

const kind = 'certificateIssuer' as const;
const own = (doc: object) =>
  Object.assign(doc, {
    name: 'Own',
    kind: 'est',
    address: 'https://ca.example/est',
    signer: sampleAnchor,
    shared: { user: 'hub', sealedSecret: 'AAAA' },
  });

export const certificateIssuerFaults: readonly Fault[] = [
  ['certificateIssuer.id', kind, 'own', own, 'id', /own authority/],
  ['certificateIssuer.address', kind, 'outside-ca', set('address', 'http://ca.example/est'), 'address', /write https/],
  [
    'certificateIssuer.address',
    kind,
    'outside-ca',
    set('address', 'https://u@ca.example/est'),
    'address',
    /no address/,
  ],
  ['certificateIssuer.signer', kind, 'outside-ca', set('signer', sampleLeaf), 'signer', /not the certificate of a CA/],
  [
    'certificateIssuer.signer',
    kind,
    'outside-ca',
    set('signer', sampleAnchor + sampleAnchor),
    'signer',
    /the one cert/,
  ],
  ['certificateIssuer.credentials', kind, 'outside-ca', set('shared', undefined), 'client', /what it knows us by/],
  [
    'certificateIssuer.credentials',
    kind,
    'outside-ca',
    (doc) => void Object.assign(doc, { kind: 'cfssl', shared: undefined }),
    'shared',
    /auth_key/,
  ],
  ['certificateIssuer.holds', kind, 'outside-ca', set('holds', true), 'holds', /no way to suspend/],
  [
    'cardProfile.issuer',
    'cardProfile',
    'staff-card',
    set('issuer', 'nobody'),
    'issuer',
    /no certificate issuer nobody/,
  ],
];
