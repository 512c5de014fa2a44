// The people of a register: two employers, protected identity, what was made for tests, units that end, a commission without a unit.

export interface Place {
  readonly id: string;
  readonly name: string;
  readonly kind: 'provider' | 'unit' | 'folder';
  /** The place that it lies in; absent: at the top. */
  readonly under?: string;
  readonly orgNo?: string;
  readonly from?: string;
  readonly until?: string;
  readonly feigned?: boolean;
  readonly archived?: boolean;
}

export interface Commission {
  readonly id: string;
  readonly name: string;
  readonly purpose?: string;
  readonly at: string;
  readonly rights?: readonly string[];
  readonly members: readonly string[];
  readonly feigned?: boolean;
}

export interface Employee {
  readonly hsaId: string;
  readonly number?: string;
  readonly givenName?: string;
  readonly middleName?: string;
  readonly surname: string;
  readonly at: string;
  readonly title?: string;
  readonly licences?: readonly (readonly [code: string, name: string])[];
  readonly protectedIdentity?: boolean;
  readonly feigned?: boolean;
  readonly from?: string;
  readonly until?: string;
  readonly mail?: string;
  readonly telephoneNumber?: readonly string[];
  readonly systemRole?: readonly string[];
  readonly prescriptionCode?: string;
}

export interface Register {
  readonly places: readonly Place[];
  readonly commissions: readonly Commission[];
  readonly employees: readonly Employee[];
}

const care = 'Vård och behandling';

export const register: Register = {
  places: [
    { id: 'SE2321000156-1000', name: 'Regionen', kind: 'provider', orgNo: '2321000156' },
    { id: 'SE2321000156-2000', name: 'Medicin, kirurgi', kind: 'unit', under: 'SE2321000156-1000' },
    {
      id: 'SE2321000156-2001',
      name: 'Akuten',
      kind: 'unit',
      under: 'SE2321000156-1000',
      from: '2020-01-01T00:00:00Z',
      until: '2090-01-01T00:00:00Z',
    },
    {
      id: 'SE2321000156-2002',
      name: 'Nedlagda',
      kind: 'unit',
      under: 'SE2321000156-1000',
      until: '2021-06-30T22:00:00Z',
    },
    { id: 'SE2321000156-2003', name: 'Prov', kind: 'unit', under: 'SE2321000156-1000', feigned: true },
    { id: 'SE2321000156-2004', name: 'Arkivet', kind: 'unit', under: 'SE2321000156-1000', archived: true },
    {
      id: 'SE2120000142-1000',
      name: 'Kommunen',
      kind: 'provider',
      orgNo: '212000-0142',
      until: '2080-01-01T00:00:00Z',
    },
    { id: 'SE2120000142-2000', name: 'Hemsjukvården', kind: 'unit', under: 'SE2120000142-1000' },
  ],
  commissions: [
    {
      id: 'SE2321000156-M1',
      name: 'Vård på medicin',
      purpose: care,
      at: 'SE2321000156-2000',
      rights: ['Läsa;vår;VE', 'Läsa;upp;SJF'],
      members: ['SE2321000156-1077', 'SE2321000156-10771'],
    },
    {
      id: 'SE2321000156-M2',
      name: 'Statistik',
      purpose: 'Statistik',
      at: 'SE2321000156-1000',
      members: ['SE2321000156-1077'],
    },
    { id: 'SE2321000156-M3', name: 'Akut', purpose: care, at: 'SE2321000156-2001', members: ['SE2321000156-1077'] },
    { id: 'SE2321000156-M4', name: 'Förr', purpose: care, at: 'SE2321000156-2002', members: ['SE2321000156-1077'] },
    { id: 'SE2321000156-M5', name: 'Provvård', purpose: care, at: 'SE2321000156-2003', members: ['SE2321000156-1077'] },
    { id: 'SE2321000156-M6', name: 'Gammal', purpose: care, at: 'SE2321000156-2004', members: ['SE2321000156-1077'] },
    { id: 'SE2321000156-M7', name: 'Utan ändamål', at: 'SE2321000156-2000', members: ['SE2321000156-1077'] },
    {
      id: 'SE2321000156-M8',
      name: 'Övning',
      purpose: care,
      at: 'SE2321000156-2000',
      members: ['SE2321000156-1077'],
      feigned: true,
    },
    { id: 'SE2321000156-M9', name: 'Jour', purpose: care, at: 'SE2321000156-2000', members: ['SE2321000156-10771'] },
    {
      id: 'SE2120000142-M1',
      name: 'Hemsjukvård',
      purpose: care,
      at: 'SE2120000142-2000',
      members: ['SE2120000142-2B', 'SE2120000142-SKYDD'],
    },
  ],
  employees: [
    {
      hsaId: 'SE2321000156-1077',
      number: '195711092642',
      givenName: 'Anna',
      middleName: 'von',
      surname: 'Bergström & Öst',
      at: 'SE2321000156-2000',
      title: 'Överläkare',
      licences: [['LK', 'Läkare']],
      from: '2019-08-01T00:00:00Z',
      mail: 'anna@region.example',
      telephoneNumber: ['+4612345678', '+4612345679'],
      systemRole: ['journal;läkare', 'arkiv;läsare'],
      prescriptionCode: '3570355',
    },
    {
      hsaId: 'SE2120000142-2B',
      number: '195711092642',
      givenName: 'Anna',
      surname: 'Bergström',
      at: 'SE2120000142-2000',
      licences: [['LK', 'Läkare']],
    },
    {
      hsaId: 'SE2120000142-SKYDD',
      number: '191212121212',
      givenName: 'Sven',
      surname: 'Hemlig',
      at: 'SE2120000142-2000',
      title: 'Sjuksköterska',
      licences: [['SJ', 'Sjuksköterska']],
      protectedIdentity: true,
      mail: 'sven@kommun.example',
      telephoneNumber: ['+4612345670'],
      systemRole: ['journal;sjuksköterska'],
    },
    // Begins like another's.
    {
      hsaId: 'SE2321000156-10771',
      givenName: 'Bo',
      surname: 'Ek',
      at: 'SE2321000156-2000',
      until: '2085-01-01T00:00:00Z',
    },
    { hsaId: 'SE2321000156-FEJK', givenName: 'Prov', surname: 'Person', at: 'SE2321000156-2000', feigned: true },
    { hsaId: 'TSTNMT2321000156-1077', givenName: 'Test', surname: 'Person', at: 'SE2321000156-2000' },
  ],
};

/** The place of an id, and those that it lies in, nearest first. */
export function placesFrom({ places }: Register, id: string): readonly Place[] {
  const place = places.find((each) => each.id === id);
  if (place === undefined) return [];
  return [place, ...(place.under === undefined ? [] : placesFrom({ places } as Register, place.under))];
}
