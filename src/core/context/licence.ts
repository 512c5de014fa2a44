// What the register of health personnel says of somebody's licence, told apart strictly: only a right that has ended is a lost one.
import type { EpochMs } from '../../base/clock.ts';
import { authorisationHolds, type Professional } from './ports.ts';

/**
 * `holds`: a right holds now. `ended`: none holds, and at least one that began has ended: that alone is a lost licence.
 * `none`: the register knows them without any right that ever began. `notFound`: it does not know them, which may as well be
 * a wrong number, a protected identity or a fault of the register; it ends nothing, and somebody must look.
 */
export const licenceAnswers = ['holds', 'ended', 'none', 'notFound'] as const;
export type LicenceAnswer = (typeof licenceAnswers)[number];

/** Of an answer that the register gave. That it gave none (it is away, or has a fault) is no answer, and says nothing. */
export function licenceOf(found: Professional | undefined, now: EpochMs): LicenceAnswer {
  if (found === undefined) return 'notFound';
  if (found.authorisations.some((each) => authorisationHolds(each, now))) return 'holds';
  const hasEnded = found.authorisations.some(
    ({ from, until }) => until !== undefined && until <= now && (from === undefined || from < until),
  );
  return hasEnded ? 'ended' : 'none';
}
