// Public face of edge/sources/directory-people.
export { adPeople } from './ad-people.ts';
export { type LdapPeopleSettings, ldapPeople } from './ldap-people.ts';
export type { DirectoryPeopleSettings } from './reading.ts';
