// Faults of sources of SAML metadata, one broken thing a row; read by the test of compiling.
import { type Fault, set } from './machine-faults.ts';
import { weakSigner } from './sample-items.ts';

const plain = 'write https; http is for a private network on this machine alone';

export const metadataFaults: readonly Fault[] = [
  [
    'metadataSource.federation',
    'metadataSource',
    'federation',
    set('federation', 'x'),
    'federation',
    /no federation x/,
  ],
  ['metadataSource.signed', 'metadataSource', 'federation', set('signers', []), 'signers', /name who signs/],
  ['metadataSource.signed', 'metadataSource', 'query', set('signers', []), 'signers', /name who signs/],
  [
    'metadataSource.signed',
    'metadataSource',
    'federation',
    (doc) => {
      set('from', { handedIn: true })(doc);
      set('signers', [])(doc);
    },
    'signers',
    /name who signs/,
  ],
  [
    'metadataSource.signers',
    'metadataSource',
    'federation',
    set('signers.0', { certificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }),
    'signers[0].certificate',
    /cannot be read/,
  ],
  [
    'metadataSource.signers',
    'metadataSource',
    'federation',
    set('signers.0', { certificate: weakSigner }),
    'signers[0].certificate',
    /2048 bits/,
  ],
  [
    'metadataSource.address',
    'metadataSource',
    'federation',
    set('from', { url: 'http://federation.example/all.xml' }),
    'from.url',
    new RegExp(plain),
  ],
  [
    'metadataSource.address',
    'metadataSource',
    'federation',
    set('from', { url: 'http://localhost:1/all.xml' }),
    'from.url',
    new RegExp(plain),
  ],
  [
    'metadataSource.address',
    'metadataSource',
    'query',
    set('from', { mdq: 'https://a:b@federation.example/' }),
    'from.mdq',
    /no address/,
  ],
  [
    'metadataSource.address',
    'metadataSource',
    'query',
    set('from', { mdq: 'https://federation.example/?a=b' }),
    'from.mdq',
    /query and fragment/,
  ],
];
