// Invented records of a source of people, and a rule that enrols by them.
import type { EnrolmentRule } from '../../src/core/catalogue/index.ts';
import type { PersonSource, SourceCommission, SourcePerson, SubjectKey } from '../../src/core/directory/index.ts';

export const townNumber = '2120000142';
/** A number of the tax authority's for tests, and what it becomes. */
export const number = '191212121212';
export const otherNumber = '199001012385';

export const hsaKey = (value: string): SubjectKey => ({ namespace: 'hsa-id', value });
export const numberKey = (value: string): SubjectKey => ({ namespace: 'se-personnummer', value });

export const commission = (id: string, change: Partial<SourceCommission> = {}): SourceCommission => ({
  id,
  name: `Commission ${id}`,
  purpose: 'Vård och behandling',
  rights: [{ activity: 'Läsa', informationClass: 'vår', scope: 'VE' }],
  unit: { id: 'SE2120000142-U1', name: 'Home care' },
  provider: { id: 'SE2120000142-P1', name: 'Smalltown', organisationNumber: townNumber },
  feigned: false,
  archived: false,
  ...change,
});

export const record = (hsaId: string, change: Partial<SourcePerson> = {}): SourcePerson => ({
  key: hsaKey(hsaId),
  identifiers: [numberKey(number)],
  givenName: 'Nora',
  familyName: 'Nyberg',
  title: 'Sjuksköterska',
  protectedIdentity: false,
  feigned: false,
  commissions: [commission('SE2120000142-C1')],
  licences: [],
  attributes: {},
  ...change,
});

export const enrolmentRule = (change: Partial<EnrolmentRule> = {}): EnrolmentRule => ({
  id: 'hsa-people',
  name: { en: 'People of HSA' },
  populations: ['siths'],
  providers: ['kommun'],
  source: 'hsa',
  identifier: 'hsa-id',
  organisations: ['town'],
  minimumAssurance: 'substantial',
  roles: [{ purpose: 'vård och behandling', title: 'Sjuksköterska', role: 'nurse' }, { role: 'staff' }],
  freshSeconds: 3600,
  syncSeconds: 1800,
  closed: false,
  ...change,
});

/** A source in memory: answers by any identifier that a record has; `failure` makes it not answer. */
export class MemorySource implements PersonSource {
  records: SourcePerson[] = [];
  failure: Error | undefined;
  /** How many questions it got. */
  asked = 0;
  /** Holds answers back until it resolves. */
  gate: Promise<void> = Promise.resolve();

  async find(key: SubjectKey): Promise<readonly SourcePerson[]> {
    this.asked += 1;
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    return this.records.filter((one) =>
      [one.key, ...one.identifiers].some(({ namespace, value }) => namespace === key.namespace && value === key.value),
    );
  }
}
