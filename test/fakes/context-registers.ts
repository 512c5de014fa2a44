// Registers of invented organisations and health personnel, for tests of what applications say of a request.
import type {
  ContextPerson,
  ContextPorts,
  Professional,
  RegisteredOrganisation,
} from '../../src/core/context/index.ts';

const organisation = (key: string, change: Partial<RegisteredOrganisation> = {}): RegisteredOrganisation => ({
  key,
  name: `Organisation ${key}`,
  above: [],
  closed: false,
  member: true,
  terms: ['nhn:tillitsrammeverk'],
  delegates: [],
  ...change,
});
const unit = (key: string, above: readonly string[], change: Partial<RegisteredOrganisation> = {}) =>
  organisation(key, { above, member: false, terms: [], ...change });

export const supplier = '100000008';
/** A hospital with a unit and a department; another with one each; and some that may not attest. */
export const registered: readonly RegisteredOrganisation[] = [
  organisation('200000007', {
    name: 'FJORD SYKEHUS HF',
    delegates: [supplier],
    terms: ['nhn:tillitsrammeverk', 'journal'],
  }),
  unit('200000015', ['200000007'], { name: 'FJORD SYKEHUS HF MEDISIN' }),
  unit('resh:4201', ['200000015', '200000007'], { name: 'Medisinsk sengepost 3' }),
  unit('200000074', ['200000007'], { name: 'FJORD SYKEHUS HF NEDLAGT', closed: true }),
  organisation('200000023', { name: 'ANDRE SYKEHUS HF', delegates: [supplier] }),
  unit('200000031', ['200000023'], { name: 'ANDRE SYKEHUS HF KIRURGI' }),
  unit('resh:4299', ['200000031', '200000023'], { name: 'Kirurgisk sengepost' }),
  organisation('200000058', { name: 'IKKE MEDLEM AS', member: false, delegates: [supplier] }),
  organisation('200000066', { name: 'NEDLAGT AS', closed: true, delegates: [supplier] }),
  organisation('200000082', { name: 'UTEN VILKÅR AS', terms: [], delegates: [supplier] }),
  organisation('200000090', { name: 'UTEN FULLMAKT AS' }),
];

const yearMs = 365 * 86_400_000;
/** HPR by national number: a doctor who was a nurse once, and will be a dentist. */
export const professionals = (now: number): ReadonlyMap<string, Professional> =>
  new Map([
    [
      '14818510056',
      {
        hprNumber: '9144889',
        authorisations: [
          {
            profession: 'LE',
            from: now - 5 * yearMs,
            kind: { value: '1', description: 'Autorisasjon' },
            specialities: [{ value: '1', description: 'Allmennmedisin' }],
          },
          { profession: 'SP', from: now - 9 * yearMs, until: now - yearMs },
          { profession: 'TL', from: now + yearMs },
        ],
      },
    ],
  ]);

export const byKey = (keys: readonly string[]): ReadonlyMap<string, RegisteredOrganisation> =>
  new Map(registered.filter(({ key }) => keys.includes(key)).map((each) => [each.key, each]));

/** The doctor, logged in at level high. */
export const doctor = (now: number): ContextPerson => ({
  name: 'Lars Vestby',
  assurance: 'high',
  nationalNumber: '14818510056',
  professional: professionals(now).get('14818510056'),
});

/** Ports over these registers; `numbers` are the national numbers of people by id. */
export class ContextRegisters implements ContextPorts {
  now: () => number;
  numbers = new Map<string, string>();
  asked: string[] = [];
  /** Set: the registers do not answer. */
  down: Error | undefined;

  constructor(now: () => number) {
    this.now = now;
  }

  readonly organisations = {
    find: async (keys: readonly string[]) => {
      if (this.down !== undefined) throw this.down;
      this.asked.push(...keys);
      return byKey(keys);
    },
  };
  readonly professionals: ContextPorts['professionals'] = {
    find: async (who) => {
      if (this.down !== undefined) throw this.down;
      const all = professionals(this.now());
      return 'nationalNumber' in who
        ? all.get(who.nationalNumber)
        : [...all.values()].find(({ hprNumber }) => hprNumber === who.hprNumber);
    },
  };
  readonly nationalNumber = async (person: string) => this.numbers.get(person);
}
