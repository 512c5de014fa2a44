// The hub's program: the order of starting, what it says, and how it stops.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { Problem } from '../../base/problem.ts';
import { recordOnly } from '../../core/commit/index.ts';
import { personReader } from '../../edge/store/hub/directory.ts';
import { startCardListener } from '../../edge/web/card/index.ts';
import { requestMetrics } from '../../edge/web/health/index.ts';
import { cardHandler } from '../../edge/web/login/index.ts';
import { createLog, createWebServer } from '../../edge/web/server/index.ts';
import { wireAudit } from './audit.ts';
import { startLoops } from './background.ts';
import { composeCore } from './compose.ts';
import { openHubDatabase } from './database.ts';
import { demoFolder, prepareDemo, startDemo } from './demo-process.ts';
import { hubLoops } from './loops.ts';
import { hubMetrics } from './metrics.ts';
import { wirePortal } from './portal.ts';
import { programVersion } from './program.ts';
import { hubKeyring } from './sealing.ts';
import { type BootSettings, readSettings } from './settings.ts';
import { composeWeb } from './web.ts';

/** Something to undo, in reverse order. */
type Undo = () => Promise<unknown>;

/** Runs the hub until SIGINT or SIGTERM. Rejects with a Problem when it cannot start; everything begun is undone. */
export async function runHub(_args: readonly string[]): Promise<void> {
  const settings = readSettings(process.env, process.cwd());
  const undo: Undo[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= unwind(undo);
    return stopping;
  };
  let ask: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  // Ctrl-C reaches us twice under npm: by the terminal and by the parent.
  process.on('SIGINT', ask);
  process.on('SIGTERM', ask);
  try {
    await start(settings, undo, ask);
    await asked;
  } finally {
    await stop();
  }
}

async function unwind(undo: Undo[]): Promise<void> {
  for (let step = undo.pop(); step; step = undo.pop()) await step().catch(() => undefined);
}

async function start(settings: BootSettings, undo: Undo[], askToStop: () => void): Promise<void> {
  const begun = performance.now();
  const log = createLog(settings.logLevel) as Logger;
  const database = await openHubDatabase(settings, programVersion, log, askToStop);
  undo.push(database.close);
  const ownCertificates = settings.tls === undefined || settings.cardTls === undefined;
  if (settings.demo || ownCertificates) await prepareDemo(settings);
  const ca = join(demoFolder(settings), 'ca');
  const trustPem = ownCertificates ? readFileSync(join(ca, 'root.pem'), 'utf8') : undefined;
  const fresh = settings.demo && (await applyDemo(settings));

  const keyring = await hubKeyring(settings.dataFolder, database.pool);
  const core = await composeCore({
    pool: database.pool,
    connect: () => new pg.Client(database.opened.connection),
    connection: database.opened.connection,
    node: database.node,
    keyring,
    dataFolder: settings.dataFolder,
    extraAuthority: trustPem === undefined ? undefined : join(ca, 'root.pem'),
    log,
  });
  undo.push(core.committer.close, core.catalogue.close);
  await core.keys.refresh();
  const audit = await wireAudit({
    settings,
    pool: database.pool,
    clock: core.clock,
    commit: core.committer.commit,
    log,
  });
  undo.push(audit.close);

  const registry = new Registry();
  hubMetrics(registry, { core, sealer: audit.sealer, pool: database.pool });
  const people = personReader(database.pool);
  // Ready only while every listener is up: load balancers send nobody to a hub that is starting or ending.
  let serving = false;
  const face = () =>
    composeWeb({
      core,
      people,
      keyring,
      settings,
      registry,
      checks: [
        { name: 'serving', check: () => ({ ok: serving }) },
        { name: 'database', check: async () => ({ ok: (await database.pool.query('SELECT 1')).rowCount === 1 }) },
        { name: 'catalogue', check: () => ({ ok: core.catalogue.ready() }) },
        { name: 'audit', check: () => ({ ok: !audit.sealer.raised().includes('audit.stateTampered') }) },
      ],
      portal: wirePortal({
        core,
        pool: database.pool,
        people,
        demo: settings.demo ? settings : undefined,
        trustPem,
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      }),
    });
  const web = face();
  const trustedProxies = () => core.catalogue.snapshot().settings.trustedProxies;
  const tls = certificateOf(settings.tls, ca);
  const server = createWebServer({
    routes: web.routes,
    listen: settings.hubListen,
    ...(settings.plainHttp ? { plain: true } : { tls }),
    trustedProxies,
    log,
    failurePage: web.failurePage,
    measure: requestMetrics(registry),
    hsts: new URL(settings.hubUrl).hostname !== 'localhost',
  });
  await server.start().catch((error: unknown) => {
    throw portProblem(error, settings.hubListen.port, 'TILLIT_HUB_LISTEN');
  });
  undo.push(server.close);
  const cardTls = certificateOf(settings.cardTls, ca);
  const card = await startCardListener({
    ...settings.cardListen,
    tls: cardTls,
    hostSuffix: new URL(settings.cardUrl).hostname,
    populations: () => core.catalogue.snapshot().populations.values(),
    handle: cardHandler(core.dispatcher, new URL(settings.hubUrl).origin),
    proxies: trustedProxies,
    onError: (where, error) =>
      log.warn({ where, error: error instanceof Error ? error.message : 'unknown' }, 'card listener'),
  }).catch((error: unknown) => {
    throw portProblem(error, settings.cardListen.port, 'TILLIT_CARD_LISTEN');
  });
  undo.push(() => card.close());
  const loops = startLoops(
    hubLoops({
      core,
      issuersChanged: () => server.renewRoutes(face().routes),
      pool: database.pool,
      node: database.node,
      trustPem,
      listeners: { hub: tls.cert, card: cardTls.cert },
      log,
    }),
    log,
  );
  undo.push(loops.stop);
  if (settings.demo) {
    const demo = await startDemo(settings, (code) => log.error({ code }, 'the demo applications ended by themselves'));
    undo.push(demo.close);
  }
  const now = core.clock();
  await core.committer.commit(
    recordOnly([
      {
        kind: 'hub.started',
        at: now,
        outcome: 'ok',
        body: { program: programVersion, node: database.node, database: database.opened.kind, demo: settings.demo },
      },
    ]),
  );
  undo.push(async () => {
    await core.committer.commit(
      recordOnly([{ kind: 'hub.stopped', at: core.clock(), outcome: 'ok', body: { node: database.node } }]),
    );
  });
  serving = true;
  undo.push(async () => {
    serving = false;
  });
  announce(settings, fresh, trustPem === undefined ? undefined : join(ca, 'root.pem'), performance.now() - begun);
}

/** The certificate of a listener: the configured one, else that of the instance's own test CA. */
function certificateOf(configured: BootSettings['tls'], ca: string): { cert: string; key: string } {
  const files = configured ?? { certificate: join(ca, 'server.pem'), key: join(ca, 'server.key') };
  try {
    return { cert: readFileSync(files.certificate, 'utf8'), key: readFileSync(files.key, 'utf8') };
  } catch (cause) {
    throw new Problem({
      kind: 'unavailable',
      code: 'unavailable',
      detail: `cannot read ${files.certificate} or ${files.key}`,
      cause,
    });
  }
}

function portProblem(error: unknown, port: number, setting: string): unknown {
  const { code } = error as { code?: string };
  if (code !== 'EADDRINUSE' && code !== 'port.inUse') return error;
  return new Problem({
    kind: 'unavailable',
    code: 'port.inUse',
    detail: `port ${port} is in use; end what uses it or choose another with ${setting}`,
    cause: error,
  });
}

/** Applies the demo's file when it is new or changed, by the same command that an operator would use. True at the first time. */
async function applyDemo(settings: BootSettings): Promise<boolean> {
  const file = join(demoFolder(settings), 'catalogue.yaml');
  const mark = join(demoFolder(settings), 'applied');
  const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
  const first = !existsSync(mark);
  if (!first && readFileSync(mark, 'utf8') === digest) return false;
  const cli = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
  const child = spawn(process.execPath, [cli, 'apply', '--yes', file], {
    env: process.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString('utf8');
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0)
    throw new Problem({
      kind: 'internal',
      code: 'internal',
      detail: `the demo's catalogue could not be applied:\n${said}`,
    });
  writeFileSync(mark, digest, { mode: 0o600 });
  return first;
}

/** Where to go and what to try. Secrets are shown at the first start alone. */
function announce(settings: BootSettings, fresh: boolean, trustFile: string | undefined, ms: number): void {
  const lines = [
    '',
    `Tillit ${programVersion} is ready after ${(ms / 1000).toFixed(1)} s.`,
    `  Hub          ${settings.hubUrl}`,
    `  Card logins  ${settings.cardUrl}`,
  ];
  if (settings.demo) lines.push(`  Demo EHR     ${settings.ehrUrl}`, `  Core record  ${settings.coreRecordUrl}`);
  if (trustFile)
    lines.push(
      '',
      `The certificates are of this instance's own test CA: import ${trustFile} into the browser to trust them.`,
    );
  if (settings.demo) {
    const secrets = join(demoFolder(settings), 'secrets');
    const read = (name: string) => readFileSync(join(secrets, name), 'utf8').trim();
    lines.push('', `Cards (PKCS#12) to import lie in ${join(demoFolder(settings), 'cards')}.`);
    if (fresh) {
      lines.push(
        `  kari's password        ${read('kari.password')}`,
        `  lars's password        ${read('lars.password')}`,
        `  passphrase of the cards ${read('cards')}`,
      );
      lines.push(`These are shown once; afterwards they lie in ${secrets}, readable by you alone.`);
    }
    lines.push(
      '',
      'The demo counts this machine as a fixed PC. Try: open the EHR, log in as kari, then open the core record.',
    );
  }
  lines.push('Ctrl-C stops everything.', '');
  process.stdout.write(`${lines.join('\n')}\n`);
}
