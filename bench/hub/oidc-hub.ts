// The hub's OpenID half in this process, over HTTP on a given database, for the differential tests: the parts of apps/hub.
import pg from 'pg';
import { type Core, composeCore } from '../../src/apps/hub/compose.ts';
import { parseCookies } from '../../src/base/http/index.ts';
import type { StoredItem } from '../../src/core/catalogue/index.ts';
import { recordOnly } from '../../src/core/commit/index.ts';
import { type BrowserFace, createOidcFrontend } from '../../src/edge/frontends/oidc/index.ts';
import { auditFiles, openCheckpointKey, openWitnessFile } from '../../src/edge/keys/checkpoint/index.ts';
import { alarmRecord, startSealer } from '../../src/edge/store/log/sealer.ts';
import { sessionCookieName } from '../../src/edge/web/login/cookies.ts';
import { createLog, createWebServer } from '../../src/edge/web/server/index.ts';
import { login, seed } from './seed.ts';

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
}

/** Cookies without pages: a browser here only ever has a live session. */
const browserFace: BrowserFace = {
  read: (request) => ({
    session: parseCookies(request.headers.cookie).get(sessionCookieName),
    ip: request.ip,
    agent: 'bench',
  }),
  cookies: () => [],
  forget: () => [],
  loginUrl: (journey) => `/login/${journey}`,
  deviceUrl: () => '/device',
  deviceEndUrl: (end) => `/device/${end}`,
  requestsUrl: () => '/requests',
  confirmLogoutUrl: () => '/logout',
  loggedOutUrl: () => '/logged-out',
};

/** Starts it on a free port of the loopback, over plain HTTP as behind a proxy. */
export async function startOidcHub(parts: OidcHubParts): Promise<OidcHub> {
  const { connection, dataFolder } = parts;
  const pool = new pg.Pool({ ...connection, max: 12 });
  pool.on('error', () => undefined);
  const keyring = await seed(pool, parts);
  const log = createLog('silent');
  const core = await composeCore({
    pool,
    connect: () => new pg.Client(connection),
    connection,
    node: `bench-${process.pid}`,
    keyring,
    hubUrl: 'https://hub.example',
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
    login: async (person) => `${sessionCookieName}=${await login(core.committer.commit, person)}`,
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
