// How the SAML rows are shown: as the others, but against the faster of two peers.
import type { HubFigures } from './hub.ts';
import type { SamlRow } from './measure.ts';

/** How many times the work of the faster peer is wanted of ours (docs/benchmarks.md). */
const wanted = 2;
const hubRow = 'saml_login_hub_rsa3072';
const round = (value: number, digits = 0): number => Number(value.toFixed(digits));
const shown = ({ name, bits }: SamlRow): string => `${name}_rsa${bits}`;

function ratios({ cpuUs }: SamlRow) {
  const ours = cpuUs.get('tillit') ?? Number.NaN;
  const floor = cpuUs.get('floor') ?? Number.NaN;
  const peers = [...cpuUs].filter(([name]) => name !== 'tillit' && name !== 'floor');
  const [peer, fastest] = peers.reduce((one, other) => (other[1] < one[1] ? other : one));
  return { ours, peer, floorRatio: floor / ours, peerRatio: fastest / ours };
}

/** One object a row; the last is the whole program's, which no peer does. */
export function printSamlJson(rows: readonly SamlRow[], hub: HubFigures): void {
  for (const row of rows) {
    const { ours, peer, floorRatio, peerRatio } = ratios(row);
    const found = { floorRatio: round(floorRatio, 3), peerRatio: round(peerRatio, 2), peer };
    process.stdout.write(`${JSON.stringify({ name: shown(row), perCpuSecond: round(1e6 / ours), ...found })}\n`);
  }
  const { cpuUs, p50Ms, p99Ms, rssMb } = hub;
  const found = { p50Ms: round(p50Ms, 2), p99Ms: round(p99Ms, 2), rssMb: round(rssMb) };
  process.stdout.write(`${JSON.stringify({ name: hubRow, perCpuSecond: round(1e6 / cpuUs), ...found })}\n`);
}

export function printSamlTable(rows: readonly SamlRow[], hub: HubFigures): void {
  const lines = ['', '| row | side | CPU µs | a CPU second |', '|---|---|---|---|'];
  for (const row of rows) {
    for (const [side, us] of row.cpuUs) lines.push(`| ${shown(row)} | ${side} | ${round(us)} | ${round(1e6 / us)} |`);
  }
  const { cpuUs, p50Ms, p99Ms, rssMb } = hub;
  lines.push(
    `| ${hubRow} | whole program: p50 ${round(p50Ms)} ms, p99 ${round(p99Ms)} ms, ${round(rssMb)} MB | ${round(cpuUs)} | ${round(1e6 / cpuUs)} |`,
  );
  lines.push('', '| row | of the floor | × the faster peer | wanted | verdict |', '|---|---|---|---|---|');
  for (const row of rows) {
    const { peer, floorRatio, peerRatio } = ratios(row);
    const verdict = peerRatio < wanted ? `missed: ${peer}` : 'met';
    lines.push(
      `| ${shown(row)} | ${round(floorRatio * 100)} % | ${round(peerRatio, 2)} (${peer}) | ≥ ${wanted} | ${verdict} |`,
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}
