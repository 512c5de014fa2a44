// Which levels a request in others' names asks for, and which name of a level goes out: never one that we may not say.
import { type Assurance, assuranceLevels, lowerOf } from '../../wire/codes/index.ts';
import { acrOf, levelNamed } from './assurance-names.ts';

/** What a request asks for by names (SAML Core 3.3.2.2.1). */
export interface AskedNames {
  readonly comparison: 'exact' | 'minimum' | 'maximum' | 'better';
  readonly names: readonly string[];
}

export type AskedLevel =
  | { readonly ok: true; readonly level: Assurance }
  | { readonly ok: false; readonly because: 'comparison' | 'unknownNames' };

/**
 * The level that must be reached: the lowest of those asked for, since any one of them will do. Names are compared
 * exactly; a request that has none that we know is refused, and none is guessed at. A limit upwards is not kept by us.
 */
export function askedLevel({ comparison, names }: AskedNames): AskedLevel {
  if (comparison === 'maximum' || comparison === 'better') return { ok: false, because: 'comparison' };
  const [first, ...others] = names.map(levelNamed).filter((level) => level !== undefined);
  if (first === undefined) return { ok: false, because: 'unknownNames' };
  return { ok: true, level: others.reduce(lowerOf, first) };
}

/** Names that are nobody's but ours: always true of a login that has the level. */
const own: ReadonlySet<string> = new Set([...assuranceLevels, ...assuranceLevels.map(acrOf)]);

/** What a login is and what may be said of it. */
export interface SayableLevel {
  readonly level: Assurance;
  /** National names that the hub is approved for. */
  readonly approved: readonly string[];
  /** Names that the evidence itself came with. */
  readonly carried: readonly string[];
}

/**
 * The name to answer with; undefined when exact names were asked for and none of them is true. A name is said only for
 * its very level, and a national one only if the evidence carried it or the hub is approved for it: our own name for the
 * level is what else is said.
 */
export function levelNameOut(
  { level, approved, carried }: SayableLevel,
  asked: AskedNames | undefined,
): string | undefined {
  const sayable = (name: string) =>
    levelNamed(name) === level && (own.has(name) || approved.includes(name) || carried.includes(name));
  const wanted = asked?.names.find(sayable);
  if (wanted !== undefined) return wanted;
  return asked?.comparison === 'exact' ? undefined : (carried.find(sayable) ?? acrOf(level));
}
