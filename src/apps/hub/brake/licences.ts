// Asks the register of health personnel about holders of cards that end with a licence: in small bites, spread, and each seldom.
import type pg from 'pg';
import { Problem } from '../../../base/problem.ts';
import type { CardProfile } from '../../../core/catalogue/index.ts';
import { licenceOf, type ProfessionalRegister, professionalOf } from '../../../core/context/index.ts';
import { holds, type PersonFacts } from '../../../core/directory/index.ts';
import { personReader } from '../../../edge/store/hub/directory.ts';
import { keepLicenceAnswer, licencesToAsk } from '../../../edge/store/hub/ending-watch.ts';
import { profilesEndedBy } from './watch.ts';

export interface LicenceParts {
  readonly pool: pg.Pool;
  readonly clock: () => number;
  readonly profiles: () => ReadonlyMap<string, CardProfile>;
  readonly professionals: ProfessionalRegister;
  readonly hasProfessionals: () => boolean;
  readonly nationalNumber: (person: string) => Promise<string | undefined>;
  readonly pace: LicencePace;
}

/** How often each holder is asked about, and how many a round. */
export interface LicencePace {
  readonly everyMs: number;
  readonly aRound: number;
}

/** A file lies here: everybody is looked up every half minute. A service is somebody else's: once a day, 80 a minute at most. */
export const licencePaces = {
  file: { everyMs: 30_000, aRound: 5000 },
  service: { everyMs: 24 * 3_600_000, aRound: 20 },
} as const satisfies Readonly<Record<string, LicencePace>>;

/** One round. A register that does not answer says nothing: the round is over, and what it said before stays. */
export async function askAboutLicences(parts: LicenceParts): Promise<number> {
  const { pool, clock, professionals, pace } = parts;
  if (!parts.hasProfessionals()) return 0;
  const profiles = profilesEndedBy(parts.profiles(), 'licenceLost');
  const people = await licencesToAsk(pool, profiles, clock() - pace.everyMs, pace.aRound);
  const facts = personReader(pool);
  let asked = 0;
  for (const id of people) {
    const person = await facts.facts(id);
    if (person === undefined) continue;
    const number = await parts.nationalNumber(id);
    const now = clock();
    if (number === undefined && !hasHprNumber(person, now)) {
      await keepLicenceAnswer(pool, id, 'noNumber', now);
      continue;
    }
    try {
      const answer = licenceOf(await professionalOf(person, number, now, professionals), now);
      await keepLicenceAnswer(pool, id, answer, now);
      asked += 1;
    } catch (thrown) {
      if (thrown instanceof Problem && thrown.kind === 'unavailable') return asked;
      throw thrown;
    }
  }
  return asked;
}

const hasHprNumber = ({ assignments }: PersonFacts, now: number): boolean =>
  assignments.some((each) => each.hprNumber !== undefined && holds(each, now));
