// Faults of registers of people, one broken thing a row; read by the test of compiling.
import { type Fault, set } from './machine-faults.ts';

const soap = ['personSource', 'hsa'] as const;
const ldap = ['personSource', 'hsa-tree'] as const;
const own = ['personSource', 'own-ad'] as const;
const openLdap = ['personSource', 'own-ldap'] as const;
const row = { role: 'nurse', organisationNumber: '2321000016' };
const fedPeople = {
  identities: [{ attribute: 'employeeID', namespace: 'hsa-id' }],
  organisations: ['hospital'],
  assignments: [row],
};

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
  ['personSource.people', ...own, set('people', undefined), 'people', /what its entries mean/],
  ['personSource.people', ...ldap, set('people', fedPeople), 'people', /is for adPeople and ldapPeople/],
  ['personSource.people', ...openLdap, set('people', undefined), 'people', /what its entries mean/],
  ['personSource.addresses', ...openLdap, set('addresses', ['https://ldap.example']), 'addresses[0]', /ldaps:/],
  ['personSource.bind', ...openLdap, set('bind', undefined), 'bind', /who the hub is/],
  ['personSource.marks', ...own, set('people.marks', { closed: [] }), 'people.marks', /is for ldapPeople/],
  ['personSource.marks', ...openLdap, set('people.marks', undefined), 'people.marks', /somebody is closed/],
  ['personSource.marks', ...openLdap, set('people.filter', undefined), 'people.filter', /Active Directory/],
  [
    'personSource.organisations',
    ...own,
    set('people.organisations', ['x']),
    'people.organisations[0]',
    /no organisation x/,
  ],
  [
    'personSource.assignments',
    ...own,
    set('people.assignments.0.attribute', 'department'),
    'people.assignments[0].attribute',
    /belong together/,
  ],
  [
    'personSource.assignments',
    ...own,
    set('people.assignments', [{ ...row, group: 'CN=G', attribute: 'department', value: 'X' }]),
    'people.assignments[0].group',
    /not both/,
  ],
  [
    'personSource.assignments',
    ...own,
    set('people.assignments.0.organisationNumber', undefined),
    'people.assignments[0].organisationNumber',
    /say the number/,
  ],
  ['personSource.pace', ...own, set('people.freshSeconds', 30), 'people.freshSeconds', /shorter/],
  ['personSource.pace', ...own, set('people.fullSeconds', 30), 'people.fullSeconds', /shorter/],
  ['personSource.truth', ...own, set('truth.mail', 50), 'truth.mail', /rank of files/],
  ['personSource.truth', ...ldap, set('truth', { mail: 60 }), 'truth.mail', /rank of own-ad/],
];
