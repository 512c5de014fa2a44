// A case of the corpus: a request with one fault (or none), and whether a provider took it.
import type { Answer, Party } from './party.ts';

export type Verdict = 'accepted' | 'refused';

export interface Case {
  /** `area: fault`; the key of the table of differences. */
  readonly name: string;
  /** Runs the request and what must be before it; answers the deciding answer. */
  readonly run: (party: Party) => Promise<Answer>;
  /** Whether an answer means yes. Without it: any status below 300. */
  readonly accepted?: (answer: Answer) => boolean;
}

/** Names the cases of an area. */
export const area = (
  name: string,
  cases: Readonly<Record<string, Case['run']>>,
  accepted?: Case['accepted'],
): readonly Case[] =>
  Object.entries(cases).map(([fault, run]) => ({
    name: `${name}: ${fault}`,
    run,
    ...(accepted === undefined ? {} : { accepted }),
  }));

export const verdictOf = (one: Case, answer: Answer): Verdict => {
  if (answer.status >= 500) throw new Error(`${one.name}: ${answer.status} ${answer.text.slice(0, 300)}`);
  return (one.accepted?.(answer) ?? answer.status < 300) ? 'accepted' : 'refused';
};
