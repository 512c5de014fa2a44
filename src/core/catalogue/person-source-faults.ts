// Faults of registers of people, one broken thing a row; read by the test of compiling.
import { type Fault, set } from './machine-faults.ts';

const soap = ['personSource', 'hsa'] as const;
const ldap = ['personSource', 'hsa-tree'] as const;

export const personSourceFaults: readonly Fault[] = [
  ['personSource.addresses', ...soap, set('addresses', ['ldaps://hsa.example']), 'addresses[0]', /https:/],
  ['personSource.addresses', ...ldap, set('addresses', ['https://hsa.example']), 'addresses[0]', /ldaps:/],
  ['personSource.addresses', ...ldap, set('addresses', ['ldaps://hsa.example/c=SE']), 'addresses[0]', /host alone/],
  ['personSource.addresses', ...soap, set('addresses', ['https://hsa.example:x']), 'addresses[0]', /no address/],
  ['personSource.client', ...soap, set('client', undefined), 'client', /wants a certificate/],
  [
    'personSource.client',
    ...soap,
    set('client.certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'),
    'client.certificate',
    /no certificate/,
  ],
  ['personSource.logicalAddress', ...soap, set('logicalAddress', undefined), 'logicalAddress', /whom the messages/],
  ['personSource.bind', ...ldap, set('bind', undefined), 'bind', /who the hub is/],
  ['personSource.bind', ...soap, set('bind', { name: 'cn=hub', sealedPassword: 'AAAA' }), 'bind', /for LDAP/],
];
