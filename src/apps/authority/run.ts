// The authority in service: opens its keys and register, publishes lists and status, answers its callers, and seals its trail.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { systemRandom } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import { pemBlocks, readCertificate, signedBy } from '../../base/x509/index.ts';
import {
  authorityFault,
  estCaller,
  finishInterrupted,
  type IssuePorts,
  type IssuingAuthority,
  publishedUrls,
} from '../../core/authority/index.ts';
import { publishRoutes } from '../../edge/ca-web/crl/index.ts';
import { estRoutes } from '../../edge/ca-web/est/index.ts';
import { issueRoutes } from '../../edge/ca-web/issue-api/index.ts';
import { statusRoutes } from '../../edge/ca-web/ocsp/index.ts';
import { readyRoute } from '../../edge/ca-web/ready/index.ts';
import { certificateRegister, enrolmentPermits, migrateAuthority } from '../../edge/store/authority/index.ts';
import { openPool } from '../../edge/store/pool/open-pool.ts';
import { createLog, createWebServer, type WebLog } from '../../edge/web/server/index.ts';
import { keyOpener } from './ca-keys.ts';
import { programVersion } from './program.ts';
import { startPublishing } from './publishing.ts';
import { readCertificateFile } from './root-folder.ts';
import type { AuthoritySettings } from './settings.ts';
import { readSettingsFile, type SettingsFile } from './settings-file.ts';
import { startTrail } from './trail.ts';

export interface RunningAuthority {
  close(): Promise<void>;
}

/** Starts everything; what was begun is undone when something fails. */
export async function runAuthority(settings: AuthoritySettings): Promise<RunningAuthority> {
  const log = createLog(settings.logLevel as Parameters<typeof createLog>[0]);
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    // One step that fails (the database is gone with whoever ended us) keeps none of the others from being done.
    for (let step = undo.pop(); step; step = undo.pop()) await step().catch(() => undefined);
  };
  try {
    await start(settings, log, undo);
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

async function start(settings: AuthoritySettings, log: WebLog, undo: (() => Promise<unknown>)[]): Promise<void> {
  const file = readSettingsFile(settings.folder);
  const authorities = await openAuthorities(settings, file, undo);
  const root = file.est && rootAbove(authorities, file, settings.folder);
  const pool = openPool({ connectionString: settings.databaseUrl, max: 8, application_name: 'tillit authority' }, () =>
    log.warn({}, 'a database connection was lost'),
  );
  undo.push(() => pool.end());
  await migrateAuthority(pool, programVersion);
  const register = certificateRegister(pool);
  const trail = await startTrail({ pool, register, folder: settings.folder, publishUrl: file.publishUrl, log });
  undo.push(trail.close);

  const ports: IssuePorts = {
    register,
    rules: {
      profiles: file.profiles,
      authorities,
      callers: new Map([
        ...file.callers.map(({ name, profiles }) => [name, profiles] as const),
        ...(file.est === undefined ? [] : [[estCaller, file.est.profiles] as const]),
      ]),
    },
    clock: systemClock,
    random: systemRandom,
  };
  const finished = await finishInterrupted(ports);
  if (finished > 0) log.info({ finished }, 'certificates that were written down are signed now');
  const publishing = await startPublishing(ports, log);
  undo.push(publishing.stop);

  const web = createWebServer({
    routes: [
      ...publishRoutes(publishedWith(publishing, settings.folder)),
      ...statusRoutes(publishing.answer),
      readyRoute(publishing.faults),
    ],
    listen: settings.publishListen,
    plain: true,
    signedContent: true,
    log,
  });
  await web.start();
  undo.push(web.close);
  const tls = { cert: readFileSync(settings.tls.certificate, 'utf8'), key: readFileSync(settings.tls.key, 'utf8') };
  const api = createWebServer({
    routes: issueRoutes({
      ...ports,
      pins: new Map(file.callers.map(({ name, key }) => [key, name])),
      changed: publishing.changed,
    }),
    listen: settings.listen,
    tls,
    asksCertificate: true,
    log,
  });
  await api.start();
  undo.push(api.close);
  if (root !== undefined && settings.estListen !== undefined) {
    const est = createWebServer({
      routes: estRoutes({ ...ports, permits: enrolmentPermits(pool), root }),
      listen: settings.estListen,
      tls,
      asksCertificate: true,
      // Anybody in the network may connect; what they send is small.
      limits: { headersMs: 5_000, requestMs: 10_000, keepAliveMs: 5_000, maxConnections: 200, maxHeaderBytes: 8_192 },
      log,
    });
    await est.start();
    undo.push(est.close);
  }
  const body = { program: programVersion, issuers: [...authorities.keys()] };
  await register.record({ kind: 'hub.authorityStarted', at: systemClock(), outcome: 'ok', body });
  undo.push(() => register.record({ kind: 'hub.authorityStopped', at: systemClock(), outcome: 'ok', body }));
}

/** Opens the key of each issuing authority and holds it against its certificate. */
async function openAuthorities(
  settings: AuthoritySettings,
  { issuers, publishUrl }: SettingsFile,
  undo: (() => Promise<unknown>)[],
): Promise<ReadonlyMap<string, IssuingAuthority>> {
  const { folder } = settings;
  const open = keyOpener(settings, 'the issuing authorities');
  const found = new Map<string, IssuingAuthority>();
  // One after the other: a PIN that one token refuses is not given to the next.
  for (const id of issuers) {
    const file = join(folder, `${id}.pem`);
    const certificate = readCertificateFile(file);
    const [, ...above] = pemBlocks(readFileSync(file, 'utf8'));
    const { signer, close } = await open(join(folder, 'keys', `${id}.key`));
    undo.push(close);
    const fault = authorityFault({ certificate, signer });
    if (fault !== undefined)
      throw new Problem({ kind: 'invalid', code: 'settings', detail: `issuing authority ${id}: ${fault}` });
    found.set(id, { id, certificate, above, signer, urls: publishedUrls(publishUrl, id) });
  }
  return found;
}

/** The root that EST hands out: `root.pem`, brought over by hand; what signs for systems must lie under it. */
function rootAbove(
  authorities: ReadonlyMap<string, IssuingAuthority>,
  { est, profiles }: SettingsFile,
  folder: string,
): Buffer {
  const root = readCertificateFile(join(folder, 'root.pem'));
  for (const issuer of new Set(est?.profiles.map((id) => profiles.get(id)?.issuer))) {
    const { certificate, above = [] } = authorities.get(issuer ?? '') ?? {};
    const highest = above.at(-1) ?? certificate?.der;
    const reading = highest && readCertificate(highest);
    if (!reading?.ok || !signedBy(reading.certificate, root))
      throw new Problem({
        kind: 'invalid',
        code: 'settings',
        detail: `root.pem, which EST hands out, did not sign issuing authority ${issuer} or what is above it`,
      });
  }
  return root.der;
}

/** What the offline root published is served beside: `root.pem` and `root.crl`, brought over by hand. */
function publishedWith(
  publishing: Awaited<ReturnType<typeof startPublishing>>,
  folder: string,
): Parameters<typeof publishRoutes>[0] {
  const root = (name: string): Buffer | undefined => {
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file) : undefined;
  };
  return {
    list: (id) => (id === 'root' ? root('root.crl') : publishing.list(id)?.der),
    certificate: (id) =>
      id === 'root' ? pemBlocks(root('root.pem')?.toString('utf8') ?? '')[0] : publishing.certificate(id),
  };
}
