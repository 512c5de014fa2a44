// `npm run bench`: ours, other implementations and the crypto floor, interleaved in one run; ratios are what counts.
import { parseArgs } from 'node:util';
import { temporaryFolder } from '../test/support/index.ts';
import { knownClient, newClients } from './clients.ts';
import { startDatabase } from './database.ts';
import { startFloor } from './floor-process.ts';
import { startHub } from './hub/program.ts';
import { measureAll } from './measure.ts';
import { cores, pinGenerator, startServer } from './processes.ts';
import { machine, printJson, printTable } from './report.ts';
import { measureHub } from './saml/hub.ts';
import { measureSaml } from './saml/measure.ts';
import { printSamlJson, printSamlTable } from './saml/report.ts';
import { type Scenario, scenarios } from './scenarios/index.ts';
import { targetOf } from './target.ts';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    /** Runs a part of the usual amount of work: 0.2 is a fifth. */
    scale: { type: 'string', default: '1' },
    /** The name of a row, or `saml` for those of SAML. */
    only: { type: 'string' },
    /** Options of node for the hub, for example --single-threaded-gc. */
    node: { type: 'string' },
    /** Folder for a CPU profile of the hub. */
    profile: { type: 'string' },
  },
});

const say = (line: string): void => void process.stderr.write(`${line}\n`);

pinGenerator();
if (!cores) say('taskset is missing or there is one core only: server and generator share what there is');
const wants = (name: string): boolean => options.only === undefined || options.only === name;
const amount = { rounds: Number(options.rounds), scale: Number(options.scale), say };

const chosen = scenarios.filter(({ name }) => wants(name));
if (chosen.length > 0) await measureOpenId(chosen);
if (wants('saml')) {
  const rows = [...(await measureSaml(2048, amount)), ...(await measureSaml(3072, amount))];
  const hub = await measureHub(3072, amount);
  if (options.json) printSamlJson(rows, hub);
  else printSamlTable(rows, hub);
}

async function measureOpenId(rows: readonly Scenario[]): Promise<void> {
  const folder = temporaryFolder('bench');
  const clients = newClients(64);
  const known = clients.map(knownClient);
  const database = await startDatabase();
  say(machine(database.name));
  const nodeOptions = [
    ...(options.node?.split(' ') ?? []),
    ...(options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : []),
  ];
  const hub = await startHub({ database, folder: folder.path, clients: known, nodeOptions });
  const peer = await startServer(new URL('./peer/server.ts', import.meta.url), { clients: known });
  const floor = await startFloor(clients);
  const targets = { ours: await targetOf('tillit', hub), peer: await targetOf('oidc-provider', peer) };
  try {
    const measured = await measureAll(rows, { ...targets, floor, clients }, amount);
    if (options.json) printJson(measured);
    else printTable(measured);
  } finally {
    await targets.ours.stop();
    await targets.peer.stop();
    await floor.stop();
    await database.stop();
    folder.remove();
  }
}
