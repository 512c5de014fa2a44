// How the rows are shown: one JSON object a line for machines, a table with targets and misses for people.
import { arch, cpus, release, totalmem, type } from 'node:os';
import type { Figures, Row } from './measure.ts';
import { cores } from './processes.ts';

const most = { p99Ms: 50, rssMb: 200 } as const;
const round = (value: number, digits = 0): number => Number(value.toFixed(digits));

/** One line about where the figures come from. */
export function machine(database: string): string {
  const [first] = cpus();
  const pin = cores
    ? `server on core ${cores.server}, generator and database on core ${cores.generator}`
    : 'not pinned';
  return `Node ${process.versions.node}, OpenSSL ${process.versions.openssl}, ${type()} ${release()} ${arch()}, ${cpus().length} × ${first?.model.trim()}, ${round(totalmem() / 2 ** 30)} GiB; ${database}; ${pin}`;
}

/** How many of the floor's, and of the peer's, work is done in the same CPU time. */
const ratios = ({ ours, peer, floorUs }: Row) => ({
  floorRatio: floorUs / ours.cpuUs,
  peerRatio: peer.cpuUs / ours.cpuUs,
});

/** One object a row; the last is about memory after all of it. */
export function printJson(rows: readonly Row[]): void {
  for (const row of rows) {
    const { floorRatio, peerRatio } = ratios(row);
    const { cpuUs, p50Ms, p99Ms, rssMb } = row.ours;
    print({
      name: row.scenario.name,
      perCpuSecond: round(1e6 / cpuUs),
      floorRatio: round(floorRatio, 3),
      peerRatio: round(peerRatio, 2),
      p50Ms: round(p50Ms, 2),
      p99Ms: round(p99Ms, 2),
      rssMb: round(rssMb),
    });
  }
}

const print = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

export function printTable(rows: readonly Row[]): void {
  const lines = [
    '| row | server | CPU µs | a CPU second | a second | p50 ms | p99 ms | RSS MB | not as it should be |',
    '|---|---|---|---|---|---|---|---|---|',
  ];
  const line = (name: string, server: string, f: Figures) =>
    `| ${name} | ${server} | ${round(f.cpuUs)} | ${round(1e6 / f.cpuUs)} | ${round(f.perSecond)} | ${round(f.p50Ms, 1)} | ${round(f.p99Ms, 1)} | ${round(f.rssMb)} | ${f.bad} |`;
  for (const row of rows) {
    lines.push(line(row.scenario.name, 'tillit', row.ours), line('', 'oidc-provider', row.peer));
    lines.push(`| | floor | ${round(row.floorUs)} | ${round(1e6 / row.floorUs)} | | | | | |`);
  }
  lines.push(
    '',
    '| row | of the floor | wanted | × oidc-provider | wanted | p99 ms | RSS MB | verdict |',
    '|---|---|---|---|---|---|---|---|',
  );
  for (const row of rows) {
    const { floorRatio, peerRatio } = ratios(row);
    const { wanted } = row.scenario;
    const missed = misses(row);
    const floorWanted = wanted.floorRatio === undefined ? '' : `≥ ${round(wanted.floorRatio * 100)} %`;
    lines.push(
      `| ${row.scenario.name} | ${round(floorRatio * 100)} % | ${floorWanted} | ${round(peerRatio, 2)} | ≥ ${wanted.peerRatio} | ${round(row.ours.p99Ms, 1)} | ${round(row.ours.rssMb)} | ${missed.length === 0 ? 'met' : `missed: ${missed.join(', ')}`} |`,
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

function misses(row: Row): readonly string[] {
  const { floorRatio, peerRatio } = ratios(row);
  const { wanted } = row.scenario;
  const found: string[] = [];
  if (wanted.floorRatio !== undefined && floorRatio < wanted.floorRatio) found.push('floor');
  if (peerRatio < wanted.peerRatio) found.push('oidc-provider');
  if (row.ours.p99Ms >= most.p99Ms) found.push('p99');
  if (row.ours.rssMb >= most.rssMb) found.push('memory');
  if (row.ours.bad > 0) found.push('wrong answers');
  return found;
}
