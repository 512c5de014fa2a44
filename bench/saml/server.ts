// The process of one side of the SAML rows: does a block of work, one piece after the other, and tells its CPU time.
import { serveLines } from '../child.ts';
import { floor } from './floor.ts';
import { nodeSaml } from './node-saml.ts';
import type { Parties } from './parties.ts';
import { samlify } from './samlify.ts';
import type { Brought, Side } from './side.ts';
import { tillit } from './tillit.ts';

export const sides = { tillit, 'node-saml': nodeSaml, samlify, floor } as const;
export type SideName = keyof typeof sides;

export type SamlWork =
  | { readonly name: SideName; readonly parties: Parties }
  | { readonly queries: readonly string[] }
  | { readonly brought: readonly Brought[] };

export interface SamlWorkDone {
  /** Microseconds for one piece. */
  readonly cpuUs: number;
  /** Answers, or NameIDs. */
  readonly results: readonly string[];
}

let side: Side = {};

serveLines(async (line: SamlWork) => {
  if ('name' in line) {
    side = await sides[line.name](line.parties);
    return { ready: true };
  }
  return 'queries' in line ? await timed(line.queries, side.answer) : await timed(line.brought, side.believe);
});

/** What fails ends the process, and with it the run. */
async function timed<Piece>(
  pieces: readonly Piece[],
  work: ((piece: Piece) => Promise<string>) | undefined,
): Promise<SamlWorkDone> {
  if (work === undefined) throw new Error('not what this side does');
  const results: string[] = [];
  const before = process.cpuUsage();
  for (const piece of pieces) results.push(await work(piece));
  const { user, system } = process.cpuUsage(before);
  return { cpuUs: (user + system) / pieces.length, results };
}
