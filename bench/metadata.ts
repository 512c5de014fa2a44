// `node bench/metadata.ts`: a refresh of 10,000 entities beside a hub's process, and looking entities up among them.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { entityMetadata, refreshNow } from '../src/apps/hub/metadata/index.ts';
import { runRefresh } from '../src/apps/hub/metadata/refresh-process.ts';
import type { MetadataSource } from '../src/core/catalogue/index.ts';
import { syncSources } from '../src/edge/store/hub/metadata-sources.ts';
import { migrate } from '../src/edge/store/hub/migrate.ts';
import { temporaryFolder } from '../test/support/index.ts';
import { startDatabase } from './database.ts';
import { machine } from './report.ts';

const count = Number(process.argv[2] ?? 10_000);
const folder = temporaryFolder('bench-metadata');
const file = join(folder.path, 'all.xml');
const generator = fileURLToPath(new URL('./metadata-file.ts', import.meta.url));
const made = JSON.parse(
  execFileSync(process.execPath, [generator, file, String(count)], { encoding: 'utf8', maxBuffer: 1e7 }),
) as { bytes: number; certificate: string };
const database = await startDatabase();
const pool = new pg.Pool({ ...database.connection, max: 12 });
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/** The largest resident memory that the children of this process have had. */
function watchChildren(): () => number {
  let most = 0;
  const timer = setInterval(() => {
    for (const pid of childrenOf(process.pid)) most = Math.max(most, residentOf(pid));
  }, 100);
  return () => {
    clearInterval(timer);
    return most;
  };
}
const childrenOf = (pid: number): readonly string[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
function residentOf(pid: string): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

try {
  await migrate(pool, { program: '0.1.0' });
  const source: MetadataSource = {
    id: 'all',
    federation: 'all',
    from: { handedIn: true },
    signers: [{ certificate: made.certificate }],
    roles: ['idp', 'sp'],
    order: 1,
    refreshMinutes: 60,
    timeoutSeconds: 600,
    mostMegabytes: 64,
    privateNetwork: false,
  };
  await syncSources(pool, [source], Date.now());
  const parts = { pool, connection: database.connection, node: 'bench', clock: Date.now, run: runRefresh };
  say(machine(database.name));
  say(`${count} entities, ${megabytes(made.bytes)}`);
  for (const round of ['first refresh', 'the same again', 'the same again']) {
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    let most = before;
    const sampling = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 50);
    const lag = monitorEventLoopDelay({ resolution: 5 });
    lag.enable();
    const stop = watchChildren();
    const begun = performance.now();
    const outcome = await refreshNow(parts, source, { due: false, file });
    const seconds = (performance.now() - begun) / 1000;
    lag.disable();
    clearInterval(sampling);
    if (outcome?.kind !== 'taken') throw new Error(JSON.stringify(outcome));
    const child = stop();
    say(
      `${round}: ${seconds.toFixed(1)} s; this process grew by ${megabytes(most - before)} (to ${megabytes(most)}), its loop was late ` +
        `by ${(lag.percentile(99) / 1e6).toFixed(1)} ms (p99); the child took ${megabytes(child)}; ${outcome.added} new, ${outcome.changed} changed`,
    );
  }
  const metadata = entityMetadata({
    pool,
    clock: Date.now,
    catalogue: () => ({ metadataSources: new Map([[source.id, source]]) }),
    log: { warn: () => undefined },
  });
  await time('findEntity', 2000, async (n) => {
    const at = (n * 7919) % count;
    const found = await metadata.findEntity(`https://idp${at}.kommun${at % 290}.example/saml/metadata`, 'idp');
    if (found.kind !== 'found') throw new Error(`not found: ${at}`);
  });
  await time('searchProviders, one of 290 municipalities', 500, async (n) => {
    await metadata.searchProviders(`kommun ${n % 290} enh`, 'sv', 50);
  });
  await time('searchProviders, nothing typed', 100, async () => {
    await metadata.searchProviders('', 'sv', 50);
  });
} finally {
  await pool.end();
  await database.stop();
  folder.remove();
}

async function time(what: string, times: number, work: (n: number) => Promise<void>): Promise<void> {
  for (let n = 0; n < 20; n++) await work(n);
  const taken: number[] = [];
  for (let n = 0; n < times; n++) {
    const begun = performance.now();
    await work(n);
    taken.push(performance.now() - begun);
  }
  taken.sort((one, another) => one - another);
  const at = (share: number): string => `${(taken[Math.floor(taken.length * share)] ?? 0).toFixed(2)} ms`;
  say(`${what}: p50 ${at(0.5)}, p99 ${at(0.99)}`);
}
