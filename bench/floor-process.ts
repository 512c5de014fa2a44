// The floor as the bench asks it: the same signatures in a process of the same kind, on the same core.
import type { BenchClient } from './clients.ts';
import { type LineServer, startServer } from './processes.ts';
import type { Prepared } from './scenarios/scenario.ts';

export interface Floor {
  /** CPU milliseconds for a piece of work's signatures, the client's verified and `signs` made. */
  measure(prepared: Prepared, signs: number): Promise<number>;
  stop(): Promise<void>;
}

/** Bytes that are signed for a token: about those of an at+jwt. */
const tokenBytes = 500;

export async function startFloor(clients: readonly BenchClient[]): Promise<Floor> {
  const keys = clients.flatMap(({ assertionKey, proofKey }) => [assertionKey.publicJwk, proofKey.publicJwk]);
  const server: LineServer = await startServer(new URL('./floor.ts', import.meta.url), { keys });
  return {
    async measure({ signatures }, signs) {
      const requests = signatures.map((verify) => ({ verify }));
      const { cpuMs, count } = (await server.ask({ requests, signs: Array(signs).fill(tokenBytes) })) as {
        readonly cpuMs: number;
        readonly count: number;
      };
      return cpuMs / count;
    },
    stop: () => server.stop(),
  };
}
