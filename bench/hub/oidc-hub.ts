// The hub's OpenID half over HTTP on a given database: the parts of apps/hub, with people and sessions made beforehand.
import pg from 'pg';
import { type Core, composeCore } from '../../src/apps/hub/compose.ts';
import { hubKeyring } from '../../src/apps/hub/sealing.ts';
import { parseCookies } from '../../src/base/http/index.ts';
import { newId, newToken, tokenHash } from '../../src/base/ids.ts';
import type { StoredItem } from '../../src/core/catalogue/index.ts';
import { recordOnly } from '../../src/core/commit/index.ts';
import type { Evidence } from '../../src/core/linking/index.ts';
import { saveSession, startSession } from '../../src/core/sessions/index.ts';
import { type BrowserFace, createOidcFrontend } from '../../src/edge/frontends/oidc/index.ts';
import { auditFiles, openCheckpointKey, openWitnessFile } from '../../src/edge/keys/checkpoint/index.ts';
import { alarmRecord, startSealer } from '../../src/edge/store/hub/audit-sealer.ts';
import { writeItems } from '../../src/edge/store/hub/catalogue.ts';
import { keepHouse } from '../../src/edge/store/hub/housekeeping.ts';
import { migrate } from '../../src/edge/store/hub/migrate.ts';
import { createLog, createWebServer } from '../../src/edge/web/server/index.ts';

export interface OidcHub {
  readonly port: number;
  /** Logs a person in without a page: answers the Cookie header of the live session. */
  login(person: string): Promise<string>;
  close(): Promise<void>;
}

export interface OidcHubParts {
  readonly connection: pg.PoolConfig;
  readonly dataFolder: string;
  readonly catalogue: readonly StoredItem[];
  /** Ids of people to make. */
  readonly people: readonly string[];
  /** Where the request log goes; without it nothing is logged. */
  readonly log?: { write(line: string): void };
}

const sessionCookie = '__Host-session';

/** Cookies without pages: a browser here only ever has a live session. */
const browserFace: BrowserFace = {
  read: (request) => ({
    session: parseCookies(request.headers.cookie).get(sessionCookie),
    ip: request.ip,
    agent: 'bench',
  }),
  cookies: () => [],
  forget: () => [],
  loginUrl: (journey) => `/login/${journey}`,
  confirmLogoutUrl: () => '/logout',
  loggedOutUrl: () => '/logged-out',
};

/** Starts it on a free port of the loopback, over plain HTTP as behind a proxy. */
export async function startOidcHub(parts: OidcHubParts): Promise<OidcHub> {
  const { connection, dataFolder } = parts;
  const pool = new pg.Pool({ ...connection, max: 12 });
  pool.on('error', () => undefined);
  await migrate(pool, { program: '0.1.0' });
  await keepHouse(pool, Date.now());
  await writeItems(pool, parts.catalogue, []);
  for (const id of parts.people) {
    await pool.query(`INSERT INTO hub.person (id, given_name, family_name) VALUES ($1, 'Bench', 'Person')`, [id]);
  }
  const log = parts.log ? createLog('info', parts.log) : createLog('silent');
  const core = await composeCore({
    pool,
    connect: () => new pg.Client(connection),
    connection,
    node: `bench-${process.pid}`,
    keyring: await hubKeyring(dataFolder, pool),
    dataFolder,
    log,
  });
  await core.keys.refresh();
  const stopSealing = await seal(core, pool, dataFolder);
  const server = createWebServer({
    routes: createOidcFrontend(core.oidcPorts(browserFace)).routes,
    listen: { host: '127.0.0.1', port: 0 },
    plain: true,
    log,
  });
  await server.start();
  return {
    port: server.address.port,
    login: (person) => login(core, person),
    close: async () => {
      await server.close();
      await stopSealing();
      await core.catalogue.close();
      await core.committer.close();
      await pool.end();
    },
  };
}

async function seal(core: Core, pool: pg.Pool, dataFolder: string): Promise<() => Promise<void>> {
  const { signer, verifiers } = openCheckpointKey(dataFolder, 'tillit.bench');
  const sealer = startSealer({
    pool,
    signer,
    verifiers,
    witness: await openWitnessFile(auditFiles(dataFolder).checkpoints, verifiers),
    clock: core.clock,
    onAlarm: (alarm) => void core.committer.commit(recordOnly([alarmRecord(alarm)])),
  });
  return () => sealer.stop();
}

async function login(core: Core, person: string): Promise<string> {
  const now = core.clock();
  const evidence: Evidence = {
    id: newId(now),
    connector: 'password',
    provider: 'password',
    subject: { namespace: 'username', value: person },
    alternates: [],
    methods: ['pwd'],
    assurance: 'low',
    provenAt: now,
  };
  const where = { device: 'unknown', network: undefined } as const;
  const { lifetimes } = core.catalogue.snapshot().settings;
  const session = startSession({ id: newId(now), person, evidence: [evidence], where, agent: 'bench' }, lifetimes, now);
  const cookie = newToken();
  await core.committer.commit({ claims: [], writes: [saveSession(session, tokenHash(cookie))], ifWon: [], ifLost: [] });
  return `${sessionCookie}=${cookie}`;
}
