// A municipality's people in HSA: with a commission, with two, without, made for tests, with protected identity.
import type { Employee, Register } from './hsa/people.ts';

export const care = 'Vård och behandling';
const town = 'SE2120000142';
const other = 'SE2120000175';
export const hsaId = (name: string) => `${town}-${name}`;

/** People of a municipality, by their HSA-IDs: who has which commissions, and what is wrong with some. */
const employees: Record<string, Partial<Employee>> = {
  NORA: { givenName: 'Nora', surname: 'Nyberg', number: '191212121212', title: 'Sjuksköterska' },
  TWO: { givenName: 'Tove', surname: 'Tvåa', title: 'Läkare' },
  SAM: { givenName: 'Sam', surname: 'Saml', number: '199001012385' },
  IDLE: { givenName: 'Ida', surname: 'Ledig' },
  AWAY: { givenName: 'Alva', surname: 'Annan' },
  FAKE: { givenName: 'Fia', surname: 'Fejk', feigned: true },
  RACE: { givenName: 'Rut', surname: 'Race', number: '195711092642' },
  SLOW: { givenName: 'Siv', surname: 'Sen' },
  HIDE: { givenName: 'Hilda', surname: 'Hemlig', protectedIdentity: true },
  GOES: { givenName: 'Göte', surname: 'Går' },
  KEPT: { givenName: 'Kim', surname: 'Kvar' },
};
const everybody = Object.keys(employees);
export const register = (without: Readonly<Record<string, readonly string[]>> = {}): Register => {
  const members = (id: string, ...names: readonly string[]) =>
    names.filter((name) => !without[id]?.includes(name)).map(hsaId);
  const most = everybody.filter((name) => !['IDLE', 'AWAY'].includes(name));
  return {
    places: [
      { id: hsaId('P'), name: 'Småstad', kind: 'provider', orgNo: '212000-0142' },
      { id: hsaId('U1'), name: 'Hemsjukvården', kind: 'unit', under: hsaId('P') },
      { id: `${other}-P`, name: 'Annanstad', kind: 'provider', orgNo: '2120000175' },
      { id: `${other}-U`, name: 'Annanvård', kind: 'unit', under: `${other}-P` },
    ],
    commissions: [
      {
        id: hsaId('C1'),
        name: 'Hemsjukvård',
        purpose: care,
        at: hsaId('U1'),
        rights: ['Läsa;vår;VE'],
        members: members('C1', ...most),
      },
      { id: hsaId('C2'), name: 'Uppföljning', purpose: 'Statistik', at: hsaId('P'), members: members('C2', 'TWO') },
      { id: `${other}-C`, name: 'Annan vård', purpose: care, at: `${other}-U`, members: members('CO', 'AWAY') },
    ],
    employees: everybody.map((name) => ({
      hsaId: hsaId(name),
      surname: name,
      at: hsaId('U1'),
      ...employees[name],
    })),
  };
};
