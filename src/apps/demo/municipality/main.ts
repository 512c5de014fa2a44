// The municipality's program: starts its hub, and makes that and the region's known to each other as two operators would.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { type EntityDescriptor, judgeMetadata } from '../../../base/saml/index.ts';
import { loadXml } from '../../../base/xml/index.ts';
import { type DemoPlace, demoFiles, demoPlace } from '../place.ts';
import { writePrivate } from '../test-ca/pki.ts';
import { type Municipality, municipalities } from './people.ts';
import { sharedCare } from './shared.ts';
import { municipalityCatalogue } from './there.ts';

const cli = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const tryMs = 250;
const readyMs = 120_000;
const yearMs = 365 * 24 * 3_600_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** The region's own settings are those that this program was started with; the municipality's are its own. */
function environments({ folder, municipalityUrl = '' }: DemoPlace): { region: Environment; municipality: Environment } {
  const { TILLIT_DEMO_PLACE: _place, NODE_EXTRA_CA_CERTS: _ca, ...region } = process.env;
  const files = demoFiles(folder);
  const others = Object.fromEntries(Object.entries(region).filter(([name]) => !name.startsWith('TILLIT_')));
  const municipality = {
    ...others,
    TILLIT_DATA: files.municipalityData,
    TILLIT_HUB_URL: municipalityUrl,
    TILLIT_CARD_URL: `https://card.localhost:${new URL(municipalityUrl).port || 443}`,
    // Nobody has a card there: any port will do.
    TILLIT_CARD_LISTEN: '127.0.0.1:0',
    TILLIT_TLS_CERT: files.tlsCertificate,
    TILLIT_TLS_KEY: files.tlsKey,
    TILLIT_CARD_TLS_CERT: files.tlsCertificate,
    TILLIT_CARD_TLS_KEY: files.tlsKey,
    TILLIT_DEMO: '0',
    TILLIT_LOG: 'warn',
  };
  return { region, municipality };
}

/** Starts the municipality's hub; what it says goes to a file of its own. */
function startHub(folder: string, env: Environment): ChildProcess {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = openSync(join(folder, 'log.txt'), 'a', 0o600);
  // The channel ends it when we are gone; a terminal's Ctrl-C is for the region's hub, which then ends us.
  const child = spawn(process.execPath, [cli, 'start'], {
    env,
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  return child;
}

async function tillit(env: Environment, ...words: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [cli, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      said += part.toString('utf8');
    });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`tillit ${words.join(' ')}:\n${said}`);
}

/** Applies a file's content where it is new or changed since. */
async function apply(env: Environment, file: string, content: object, beside: readonly string[] = []): Promise<void> {
  writePrivate(file, `# Made by the demo.\n${stringify(content, { aliasDuplicateObjects: false })}`);
  const hash = createHash('sha256');
  for (const each of [file, ...beside]) hash.update(readFileSync(each));
  const [mark, digest] = [`${file}.applied`, hash.digest('hex')];
  if (existsSync(mark) && readFileSync(mark, 'utf8') === digest) return;
  await tillit(env, 'apply', '--yes', file);
  writePrivate(mark, digest);
}

/** What an address answers, as soon as it answers. */
async function fetched(address: string, gone: () => boolean): Promise<string> {
  const until = performance.now() + readyMs;
  for (;;) {
    const answer = await fetch(address).catch(() => undefined);
    const body = await answer?.text();
    if (answer?.ok && body !== undefined) return body;
    if (gone()) throw new Error('the municipality’s hub has ended');
    if (performance.now() > until) throw new Error(`${address} does not answer`);
    await sleep(tryMs);
  }
}

async function entityOf(metadata: string): Promise<EntityDescriptor> {
  await loadXml();
  const verdict = judgeMetadata(Buffer.from(metadata), { now: Date.now(), keys: [] });
  const [entity] = verdict.accepted ? verdict.entities : [];
  if (entity === undefined) throw new Error('no metadata of one entity');
  return entity;
}

/** Brings both sides together. What is as it was is not applied again. */
async function introduce(place: DemoPlace, gone: () => boolean): Promise<void> {
  const { folder, hubUrl, cosmicLinkUrl, municipalityUrl = '' } = place;
  const files = demoFiles(folder);
  const { region, municipality } = environments(place);
  const known = join(folder, 'region-hub.xml');
  await fetched(`${municipalityUrl}/healthz`, gone);
  const origin = new URL(hubUrl).origin;
  if (!existsSync(known)) await apply(municipality, files.municipality, municipalityCatalogue(municipalityUrl));
  const entities = Object.fromEntries(
    await Promise.all(
      municipalities.map(async ({ id, path }) => [
        id,
        await entityOf(await fetched(`${municipalityUrl}${path}/saml/metadata`, gone)),
      ]),
    ),
  ) as Record<Municipality['id'], EntityDescriptor>;

  writePrivate(files.cosmicLinkMetadata, await fetched(`${cosmicLinkUrl}/saml/metadata`, gone));
  const cosmicLinkMetadata = basename(files.cosmicLinkMetadata);
  const here = sharedCare({ cosmicLinkUrl, cosmicLinkMetadata, entities, now: Date.now() });
  const isNew = !existsSync(`${files.shared}.applied`);
  await apply(region, files.shared, here, [files.cosmicLinkMetadata]);
  if (isNew) await lookAfterAccounts(region);

  writePrivate(known, await keysOf(`${origin}/login/saml/metadata`, gone));
  await apply(municipality, files.municipality, municipalityCatalogue(municipalityUrl, basename(known)), [known]);
}

/** The accounts are in the region's directory, so its administrator looks after those of the municipality's people too. */
async function lookAfterAccounts(region: Environment): Promise<void> {
  const until = new Date(Date.now() + yearMs).toISOString().slice(0, 10);
  for (const { id } of municipalities)
    await tillit(
      region,
      ...['admin', 'grant', 'kari-nordmann', '--organisation', id, '--until', until],
      ...['--reason', 'Demo: accounts in the directory of the region'],
    );
}

/** The hub's metadata as soon as it has both its keys. */
async function keysOf(address: string, gone: () => boolean): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const metadata = await fetched(address, gone);
    if (metadata.includes('use="encryption"')) return metadata;
    await sleep(tryMs);
  }
  throw new Error(`${address} names no key for encryption`);
}

if (import.meta.main) {
  const place = demoPlace(process.env['TILLIT_DEMO_PLACE']);
  const child = startHub(demoFiles(place.folder).municipalityData, environments(place).municipality);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let gone = false;
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    child.kill('SIGTERM');
    void ended.then(() => process.exit(gone ? 1 : 0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop); // the region's hub is gone
  void ended.then(() => {
    gone = !stopping;
    if (gone) process.exit(1);
  });
  try {
    await introduce(place, () => gone || stopping);
    process.send?.({ ready: true });
  } catch (error) {
    if (!stopping) process.stderr.write(`the municipality of the demo is not there: ${String(error)}\n`);
    stop();
  }
}
