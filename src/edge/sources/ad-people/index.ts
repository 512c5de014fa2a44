// Public face of edge/sources/ad-people.
export { type AdPeople, type AdPeopleSettings, adPeople } from './ad-people.ts';
