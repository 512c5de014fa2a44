// Finds people who may be one human, and says why (V4). Pure; what they share was looked up before, and never by likeness alone is anything merged.
import { type Person, shownName } from './directory.ts';

/** What two people can share. `number`: a national number, by its keyed lookup. */
export const sharedKinds = ['number', 'hsaId', 'hprNumber', 'nameAndBirth', 'mail', 'telephone'] as const;
export type SharedKind = (typeof sharedKinds)[number];

/** People of whom each had this value, now or before. The value itself is not told. */
export interface SharedValue {
  readonly kind: SharedKind;
  readonly people: readonly string[];
}

/** Somebody who shares something, as far as it is looked at. */
export interface Candidate {
  readonly person: Pick<Person, 'id' | 'givenName' | 'familyName' | 'protectedIdentity'>;
  /** Organisations of assignments that are not over. */
  readonly organisations: readonly string[];
  /** Live national numbers: namespace -> lookup under the key in use. */
  readonly numbers: ReadonlyMap<string, string>;
}

export type DuplicateReason = SharedKind | 'name' | 'organisation';

/** What each reason counts for; a pair is told of from `tellFrom` on. Names and telephones are shared by many, and tell nothing alone. */
export const weights: Readonly<Record<DuplicateReason, number>> = {
  number: 100,
  hsaId: 60,
  hprNumber: 60,
  nameAndBirth: 60,
  mail: 40,
  name: 30,
  telephone: 20,
  organisation: 10,
};
export const tellFrom = 60;

export interface Duplicate {
  readonly people: readonly [string, string];
  /** `certain`: one national number. `contradiction`: two of one kind, so that it is two humans or a wrong number: never merged. */
  readonly kind: 'certain' | 'likely' | 'contradiction';
  readonly score: number;
  readonly reasons: readonly DuplicateReason[];
}

/** A name without case, accents and what stands between its parts. */
export const foldedName = ({ givenName, familyName }: Pick<Person, 'givenName' | 'familyName'>): string =>
  `${givenName} ${familyName}`
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** True when both have a number of one kind, and not the same. */
export const hasOtherNumber = (one: Candidate['numbers'], other: Candidate['numbers']): boolean =>
  [...one].some(([namespace, lookup]) => other.has(namespace) && other.get(namespace) !== lookup);

const order: readonly DuplicateReason[] = [...sharedKinds, 'name', 'organisation'];

/** Every pair that is worth a person's look: the surest first, in one order whatever the order of what is given. */
export function findDuplicates(
  shared: readonly SharedValue[],
  candidates: ReadonlyMap<string, Candidate>,
): readonly Duplicate[] {
  const pairs = new Map<string, { readonly people: readonly [string, string]; readonly found: Set<DuplicateReason> }>();
  for (const { kind, people } of shared) {
    const sorted = [...new Set(people)].filter((id) => candidates.has(id)).sort();
    sorted.forEach((one, at) => {
      for (const other of sorted.slice(at + 1)) {
        const key = `${one}\n${other}`;
        const pair = pairs.get(key) ?? { people: [one, other], found: new Set() };
        pairs.set(key, pair);
        pair.found.add(kind);
      }
    });
  }
  return [...pairs.values()]
    .flatMap(({ people, found }): readonly Duplicate[] => {
      const [one, other] = people.map((id) => candidates.get(id));
      if (one === undefined || other === undefined) return [];
      if (foldedName(one.person) === foldedName(other.person)) found.add('name');
      if (one.organisations.some((id) => other.organisations.includes(id))) found.add('organisation');
      const reasons = order.filter((reason) => found.has(reason));
      const score = Math.min(
        100,
        reasons.reduce((sum, reason) => sum + weights[reason], 0),
      );
      if (score < tellFrom) return [];
      const kind = hasOtherNumber(one.numbers, other.numbers)
        ? 'contradiction'
        : found.has('number')
          ? 'certain'
          : 'likely';
      return [{ people, kind, score, reasons }];
    })
    .sort((a, b) => b.score - a.score || (a.people.join('\n') < b.people.join('\n') ? -1 : 1));
}

/** How somebody is shown in a list of them: with protected identity by initials alone (K11). */
export const shownCandidate = ({ person }: Candidate): string =>
  `${person.id} (${shownName({ ...person, closed: false, attributes: {} })})`;
