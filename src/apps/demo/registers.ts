// The demo's registers of organisations and health personnel, as the file that `npx tillit registers apply` takes.
import { demoOrganisations, demoPeople } from './people.ts';

/** What the national register calls the professions of the demo's roles (Volven 9060). */
export const professionOfRole: Readonly<Record<string, string>> = { nurse: 'SP', doctor: 'LE' };

const since = '2015-06-15';
const authorised = { value: '1', description: 'Autorisasjon' };

/** The Norwegian organisations, and everybody who has a Norwegian number and an HPR number. */
export function demoRegisters() {
  const norwegian = demoOrganisations.filter(({ number }) => number.length === 9);
  const numberOf = (id: string | undefined) => norwegian.find((each) => each.id === id)?.number;
  return {
    organisations: norwegian.map((each) => {
      const above = numberOf('parent' in each ? each.parent : undefined);
      return above === undefined
        ? { key: each.number, name: each.name, member: true, terms: ['nhn:tillitsrammeverk', 'core-record-api'] }
        : { key: each.number, name: each.name, above: [above] };
    }),
    professionals: demoPeople.flatMap(({ identities, assignments }) => {
      const nationalNumber = identities.find(({ namespace }) => namespace === 'no-fodselsnummer')?.value;
      const { hprNumber, role = '' } = assignments.find((each) => each.hprNumber !== undefined) ?? {};
      const profession = professionOfRole[role];
      if (nationalNumber === undefined || hprNumber === undefined || profession === undefined) return [];
      return [{ nationalNumber, hprNumber, authorisations: [{ profession, from: since, kind: authorised }] }];
    }),
  };
}
