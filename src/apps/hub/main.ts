// The hub's program: the order of starting, what it says, and how it stops.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { Problem } from '../../base/problem.ts';
import { recordOnly } from '../../core/commit/index.ts';
import { brandsUpwards } from '../../edge/store/hub/brands-upwards.ts';
import { personReader } from '../../edge/store/hub/directory.ts';
import { readReached } from '../../edge/store/hub/logout-progress.ts';
import { startCardListener } from '../../edge/web/card/index.ts';
import { requestMetrics } from '../../edge/web/health/index.ts';
import { cardHandler } from '../../edge/web/login/index.ts';
import { createLog, createWebServer } from '../../edge/web/server/index.ts';
import { accountTargets } from './accounts/targets.ts';
import { adminDesk } from './admin-api/index.ts';
import { announce } from './announce.ts';
import { wireAudit } from './audit.ts';
import { outgoingAuthorities } from './authorities.ts';
import { startLoops } from './background.ts';
import { licencePaces } from './brake/licences.ts';
import { composeCore } from './compose.ts';
import { openHubDatabase } from './database.ts';
import { demoAuthorityPlace, makeDemoAuthority, startDemoAuthority } from './demo-authority.ts';
import { applyDemo } from './demo-catalogue.ts';
import { demoFolder, prepareDemo, startDemo, startMunicipality } from './demo-process.ts';
import { logoutProgress } from './logout-progress.ts';
import { expiringNow, hubLoops } from './loops.ts';
import { metadataMetrics } from './metadata/index.ts';
import { expiryMetrics, hubMetrics } from './metrics.ts';
import { ownAuthorityIssuer } from './ordering/own-authority.ts';
import { wirePortal } from './portal.ts';
import { programVersion } from './program.ts';
import { hubKeyring } from './sealing.ts';
import { type BootSettings, readSettings } from './settings.ts';
import { sourceMetrics } from './sources/measure.ts';
import type { MunicipalityState } from './start-municipality.ts';
import { composeWeb } from './web.ts';

/** Something to undo, in reverse order. */
type Undo = () => Promise<unknown>;

const signalTurnMs = 20;

/** Asked to stop while starting: not a failure. */
class StopAsked extends Error {}

/** What the way up and the way down have in common. */
interface Life {
  /** A signal has asked us to stop. */
  isAsked: boolean;
  /** The database is gone: stop, and end as a failure, so that whoever looks after us starts us again. */
  lose(problem: Problem): void;
}

/** Between two steps of starting: throws when a signal has come meanwhile. */
function goOn(life: Life): void {
  if (life.isAsked) throw new StopAsked();
}

/**
 * Runs the hub until SIGINT or SIGTERM, also while it starts. Rejects with a Problem when it cannot start or has lost its
 * database; everything begun is undone.
 */
export async function runHub(_args: readonly string[]): Promise<void> {
  const settings = readSettings(process.env, process.cwd());
  const undo: Undo[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= unwind(undo);
    return stopping;
  };
  const asked = Promise.withResolvers<void>();
  // Looked at by `asked.promise` alone, which may come later.
  asked.promise.catch(() => undefined);
  const life: Life = { isAsked: false, lose: asked.reject };
  const ask = (): void => {
    life.isAsked = true;
    asked.resolve();
  };
  // Ctrl-C reaches us twice under npm: by the terminal and by the parent.
  process.on('SIGINT', ask);
  process.on('SIGTERM', ask);
  try {
    await start(settings, undo, life);
    await asked.promise;
  } catch (error) {
    // What fails after a signal fails because of it: a terminal's Ctrl-C reaches our children too. A child that we waited
    // for without a turn of the event loop has ended before we are told of the signal.
    await sleep(signalTurnMs);
    if (!life.isAsked) throw error;
  } finally {
    await stop();
  }
}

async function unwind(undo: Undo[]): Promise<void> {
  for (let step = undo.pop(); step; step = undo.pop()) await step().catch(() => undefined);
}

async function start(settings: BootSettings, undo: Undo[], life: Life): Promise<void> {
  const begun = performance.now();
  const log = createLog(settings.logLevel) as Logger;
  const database = await openHubDatabase(settings, programVersion, log, life.lose);
  undo.push(database.close);
  goOn(life);
  const ownCertificates = settings.tls === undefined || settings.cardTls === undefined;
  if (settings.demo && settings.caUrl !== undefined) {
    // It serves with a certificate of the test CA, and the demo's cards are ordered at it.
    const { connection } = database.opened;
    const isFirst = !existsSync(join(demoFolder(settings), 'ca', 'server.pem'));
    await Promise.all([isFirst ? prepareDemo(settings, true) : undefined, makeDemoAuthority(settings, connection)]);
    goOn(life);
    const authority = await startDemoAuthority(settings, connection, (code) =>
      log.error({ code }, 'the certificate authority ended by itself'),
    );
    undo.push(authority.close);
  }
  goOn(life);
  if (settings.demo || ownCertificates) await prepareDemo(settings);
  goOn(life);
  const ca = join(demoFolder(settings), 'ca');
  const trustPem = ownCertificates ? readFileSync(join(ca, 'root.pem'), 'utf8') : undefined;
  const fresh = settings.demo && (await applyDemo(settings));

  const registry = new Registry();
  const keyring = await hubKeyring(settings.dataFolder, database.pool);
  const core = await composeCore({
    pool: database.pool,
    connect: () => new pg.Client(database.opened.connection),
    connection: database.opened.connection,
    node: database.node,
    keyring,
    dataFolder: settings.dataFolder,
    hubUrl: settings.hubUrl,
    registersUrl: settings.registersUrl,
    extraAuthority: trustPem === undefined ? undefined : join(ca, 'root.pem'),
    measureSource: sourceMetrics(registry),
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

  goOn(life);

  metadataMetrics(registry, database.pool, core.clock);
  hubMetrics(registry, { core, sealer: audit.sealer, pool: database.pool });
  const people = personReader(database.pool);
  // Ready only while every listener is up: load balancers send nobody to a hub that is starting or ending.
  let serving = false;
  let municipality: MunicipalityState = settings.municipalityUrl === undefined ? 'off' : 'starting';
  const progress = logoutProgress({
    read: readReached(database.pool),
    catalogue: core.catalogue.snapshot,
    partners: core.partners,
    clock: core.clock,
    saml: { seals: keyring, keys: core.keys },
  });
  const own = settings.authority ?? demoAuthorityPlace(settings);
  const issuer = own && ownAuthorityIssuer(own, outgoingAuthorities(trustPem), core.clock);
  // One connection a target, for the work and for the pages that look; closed when neither asks any more.
  const targets = accountTargets({ pool: database.pool, keyring, clock: core.clock, random: core.random });
  undo.push(targets.close);
  // Made once: its changes wait for one another.
  const desk = adminDesk({
    ...{ pool: database.pool, keyring, hashing: core.hashing, clock: core.clock, sessions: core.sessions },
    catalogue: core.catalogue.snapshot,
    commit: core.committer.commit,
    onOutbox: core.outboxWake.call,
  });
  const face = () =>
    composeWeb({
      pool: database.pool,
      core,
      people,
      brandsUpwards: brandsUpwards(database.pool),
      keyring,
      settings,
      registry,
      checks: [
        { name: 'serving', check: () => ({ ok: serving }) },
        { name: 'database', check: async () => ({ ok: (await database.pool.query('SELECT 1')).rowCount === 1 }) },
        { name: 'catalogue', check: () => ({ ok: core.catalogue.ready() }) },
        { name: 'audit', check: () => ({ ok: !audit.sealer.raised().includes('audit.stateTampered') }) },
      ],
      progress,
      adminDesk: desk,
      portal: wirePortal({
        core,
        pool: database.pool,
        seals: keyring,
        progress,
        people,
        demo: settings.demo
          ? { ...settings, folder: demoFolder(settings), municipality: () => municipality }
          : undefined,
        trustPem,
        issuer,
        targets,
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
    // Browsers leave a handshake when they must ask the person for a card first: every login, and no fault.
    onError: (where, error) =>
      log[where === 'tls' ? 'debug' : 'warn'](
        { where, error: error instanceof Error ? error.message : 'unknown' },
        'card listener',
      ),
  }).catch((error: unknown) => {
    throw portProblem(error, settings.cardListen.port, 'TILLIT_CARD_LISTEN');
  });
  undo.push(() => card.close());
  const listeners = { hub: tls.cert, card: cardTls.cert };
  expiryMetrics(registry, () => expiringNow({ core, pool: database.pool, listeners }), core.clock);
  const ending = new AbortController();
  const loops = startLoops(
    hubLoops({
      core,
      issuersChanged: () => server.renewRoutes(face().routes),
      pool: database.pool,
      seals: keyring,
      node: database.node,
      holder: database.holder,
      licences: settings.registersUrl === undefined ? licencePaces.file : licencePaces.service,
      refreshing: { connection: database.opened.connection, signal: ending.signal },
      trustPem,
      listeners,
      issuer,
      targets,
      log,
    }),
    log,
  );
  undo.push(loops.stop, async () => ending.abort());
  if (settings.demo) {
    const demo = await startDemo(settings, (code) => log.error({ code }, 'the demo applications ended by themselves'));
    undo.push(demo.close);
  }
  goOn(life);
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
  if (settings.demo && settings.municipalityUrl !== undefined) {
    // After everything else, and nobody waits for it: a second hub takes its time.
    const program = startMunicipality(settings, (state) => {
      municipality = state;
      log[state === 'up' ? 'info' : 'error']({ state }, 'the municipality of the demo');
    });
    undo.push(program.close);
  }
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
