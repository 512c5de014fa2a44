// The registers of people of the small catalogue that tests break, one of each kind that has fields of its own.
import type { StoredItem } from './compile.ts';

/** `certificate`: what is shown to one of them. */
export const samplePersonSources = (certificate: string): readonly StoredItem[] => [
  {
    kind: 'personSource',
    id: 'hsa',
    doc: {
      id: 'hsa',
      name: { en: 'HSA' },
      kind: 'hsaSoap',
      addresses: ['https://platform.example/vp'],
      logicalAddress: 'SE2321000156-1000',
      client: { certificate, sealedKey: 'AAAA' },
    },
  },
  {
    kind: 'personSource',
    id: 'hsa-tree',
    doc: {
      id: 'hsa-tree',
      name: { en: 'HSA' },
      kind: 'hsaLdap',
      addresses: ['ldaps://hsa.example'],
      bind: { name: 'cn=hub,o=Region,c=SE', sealedPassword: 'AAAA' },
    },
  },
  {
    kind: 'personSource',
    id: 'own-ad',
    doc: {
      id: 'own-ad',
      name: { en: 'Own directory' },
      kind: 'adPeople',
      addresses: ['ldaps://dc1.hospital.example'],
      searchBase: 'OU=Staff,DC=hospital,DC=example',
      bind: { name: 'CN=hub,OU=Services,DC=hospital,DC=example', sealedPassword: 'AAAA' },
      people: {
        identities: [{ attribute: 'employeeID', namespace: 'hsa-id' }],
        organisations: ['hospital'],
        assignments: [{ role: 'nurse', organisationNumber: '2321000016' }],
      },
      truth: { mail: 60 },
    },
  },
  {
    kind: 'personSource',
    id: 'own-ldap',
    doc: {
      id: 'own-ldap',
      name: { en: 'Staff directory' },
      kind: 'ldapPeople',
      addresses: ['ldaps://ldap.hospital.example'],
      searchBase: 'ou=people,dc=hospital,dc=example',
      bind: { name: 'cn=hub,ou=services,dc=hospital,dc=example', sealedPassword: 'AAAA' },
      people: {
        filter: '(objectClass=inetOrgPerson)',
        marks: { closed: [{ attribute: 'employeeType', value: 'left' }], ends: 'endDate' },
        identities: [{ attribute: 'employeeNumber', namespace: 'hsa-id' }],
        organisations: ['hospital'],
        assignments: [
          { group: 'cn=nurses,ou=groups,dc=hospital,dc=example', role: 'nurse', organisationNumber: '2321000016' },
        ],
      },
    },
  },
];
