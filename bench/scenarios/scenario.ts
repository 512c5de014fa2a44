// What a row of the bench is: how its work is prepared, and which signatures its floor counts.
import type { BenchClient } from '../clients.ts';
import type { Work } from '../load.ts';
import type { Target } from '../target.ts';

/** A signature to verify, with the number of its key in the floor's list. */
export interface FloorSignature {
  readonly token: string;
  readonly key: number;
}

export interface Prepared {
  readonly work: readonly Work[];
  /** For each piece of work, the client's signatures in it. */
  readonly signatures: readonly (readonly FloorSignature[])[];
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** Pieces of work in a measured block. */
  readonly count: number;
  /** Signatures that the server itself makes for one piece of work. */
  readonly signs: number;
  /** Targets of docs/benchmarks.md. */
  readonly wanted: { readonly floorRatio?: number; readonly peerRatio: number };
  /** Makes everything a client can make beforehand. */
  prepare(target: Target, clients: readonly BenchClient[], count: number): Promise<Prepared>;
}

/** Numbers of a client's keys in the floor's list. */
export const assertionKeyOf = (client: number): number => 2 * client;
export const proofKeyOf = (client: number): number => 2 * client + 1;

/** Each piece of work belongs to the next client, so that those under way at one time are of different ones. */
export function forEachWork<T>(
  clients: readonly BenchClient[],
  count: number,
  make: (client: BenchClient, clientIndex: number, index: number) => T,
): T[] {
  return Array.from({ length: count }, (_, index) => {
    const clientIndex = index % clients.length;
    const client = clients[clientIndex];
    if (client === undefined) throw new Error('no clients');
    return make(client, clientIndex, index);
  });
}

/** What was wrong with an answer, short. */
export const wrongAnswer = (what: string, answer: { readonly status: number; readonly body: string }): string =>
  `${what}: ${answer.status} ${answer.body.slice(0, 160)}`;
