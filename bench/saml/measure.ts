// Rounds of the SAML rows, interleaved over the sides' processes: the same requests and answers for each, medians of CPU time.
import { median } from '../load.ts';
import { type LineServer, startServer } from '../processes.ts';
import { newParties, newRequests, signerOf } from './parties.ts';
import { proveSameWork } from './proof.ts';
import type { SamlWork, SamlWorkDone, SideName } from './server.ts';

export interface SamlRow {
  readonly name: 'saml_login' | 'saml_verify';
  /** Size of every RSA key. */
  readonly bits: number;
  /** Median CPU microseconds for one piece of work, of each side that does it. */
  readonly cpuUs: ReadonlyMap<SideName, number>;
}

interface Options {
  readonly rounds: number;
  readonly scale: number;
  readonly say: (line: string) => void;
}

const answering: readonly SideName[] = ['tillit', 'samlify', 'floor'];
const believing: readonly SideName[] = ['tillit', 'node-saml', 'samlify', 'floor'];

const piecesInBlock = 150;
/** The same for all sides: after one block node's compiler may still be at work on them. */
const warmUpBlocks = 3;

/** Every round: new requests, which each provider answers; then our answers to them, which each service provider judges. */
export async function measureSaml(bits: number, { rounds, scale, say }: Options): Promise<readonly SamlRow[]> {
  const parties = newParties(bits);
  await proveSameWork(parties, bits);
  say(`saml, RSA ${bits}: every side accepts the answers of the others, and none that a stranger signed`);
  const key = signerOf(parties.service);
  const count = Math.max(20, Math.round(piecesInBlock * scale));
  const servers = new Map<SideName, LineServer>();
  const rows = { saml_login: new Map<SideName, number[]>(), saml_verify: new Map<SideName, number[]>() };
  const measured = async (row: SamlRow['name'], name: SideName, work: SamlWork, round: number) => {
    const done = (await servers.get(name)?.ask(work)) as unknown as SamlWorkDone;
    if (round > 0) rows[row].set(name, [...(rows[row].get(name) ?? []), done.cpuUs]);
    return done.results;
  };
  try {
    for (const name of believing)
      servers.set(name, await startServer(new URL('./server.ts', import.meta.url), { name, parties }));
    for (let round = 1 - warmUpBlocks; round <= rounds; round++) {
      const asked = newRequests(parties, key, count);
      const queries = asked.map(({ query }) => query);
      const answers = new Map<SideName, readonly string[]>();
      for (const name of answering) answers.set(name, await measured('saml_login', name, { queries }, round));
      const ours = answers.get('tillit') ?? [];
      const brought = asked.map(({ id }, at) => ({ requestId: id, response: ours[at] ?? '' }));
      for (const name of believing) await measured('saml_verify', name, { brought }, round);
      if (round > 0) say(`round ${round}/${rounds} saml, RSA ${bits}: ${lastOf(rows)}`);
    }
  } finally {
    for (const server of servers.values()) await server.stop();
  }
  return (['saml_login', 'saml_verify'] as const).map((name) => ({
    name,
    bits,
    cpuUs: new Map([...rows[name]].map(([side, blocks]) => [side, median(blocks)])),
  }));
}

const lastOf = (rows: Readonly<Record<SamlRow['name'], ReadonlyMap<SideName, readonly number[]>>>): string =>
  Object.entries(rows)
    .flatMap(([row, sides]) => [...sides].map(([side, all]) => `${row} ${side} ${all.at(-1)?.toFixed(0)} µs`))
    .join(', ');
