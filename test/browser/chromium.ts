// Debian's Chromium with a home of its own: an NSS database with the instance's authority and the cards of the reader.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { type RunningHub, requireDebian, temporaryFolder } from '../support/index.ts';

/** Why browser tests cannot run here, or undefined. */
export const browserMissing = (): string | undefined => {
  const missing = requireDebian('chromium', 'libnss3-tools', 'fonts-liberation');
  if (missing !== undefined) return missing;
  return process.getuid?.() === 0 ? undefined : 'needs root: the browser’s certificate policy is machine-wide';
};

const policyFolder = '/etc/chromium/policies/managed';
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-default-apps',
  '--disable-features=OptimizationHints,MediaRouter,Translate',
];

/** Takes away what test processes left that were ended before they could tidy up. */
function removeAbandonedPolicies(): void {
  for (const name of readdirSync(policyFolder)) {
    const owner = /^tillit-test-(\d+)-\d+\.json$/.exec(name)?.[1];
    if (owner !== undefined && !existsSync(`/proc/${owner}`)) rmSync(join(policyFolder, name), { force: true });
  }
}

export interface Chromium {
  readonly context: BrowserContext;
  /** Requests that went to other places than the instance's addresses. */
  readonly strangers: readonly string[];
  /** Console errors, page errors and refusals by CSP that no test said it expects. */
  readonly complaints: string[];
  page(): Promise<Page>;
  /** Puts a soft card into the reader; it stays until taken out. */
  insert(card: string): void;
  /** Puts the card of a PKCS #12 file into the reader. */
  importFile(file: string, pin: string): void;
  /** Takes every card out. */
  takeOut(): void;
  close(): Promise<void>;
}

export interface ChromiumOptions {
  readonly cards?: readonly string[];
  readonly javaScript?: boolean;
  readonly locale?: string;
  readonly width?: number;
  /** A PKCS#11 library that it shall see cards through, with a screen on which it can ask for their PIN. */
  readonly token?: {
    readonly library: string;
    readonly display: string;
    readonly env?: Readonly<Record<string, string>>;
  };
  /** Addresses beside the hub's own that the pages may lead to. */
  readonly partners?: readonly string[];
}

/** Starts a browser that trusts the hub's authority and shows what card is in, without asking. */
export async function startChromium(hub: RunningHub, options: ChromiumOptions = {}): Promise<Chromium> {
  const home = temporaryFolder('chromium');
  const database = `sql:${join(home.path, '.pki', 'nssdb')}`;
  mkdirSync(join(home.path, '.pki', 'nssdb'), { recursive: true });
  const nss = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  nss('certutil', '-N', '-d', database, '--empty-password');
  nss('certutil', '-A', '-d', database, '-n', 'instance root', '-t', 'CT,,', '-i', hub.rootFile);
  const importFile = (file: string, pin: string): void => {
    nss('pk12util', '-i', file, '-d', database, '-W', pin);
  };
  const insert = (card: string): void => importFile(join(hub.cards, `${card}.p12`), hub.cardPassphrase);
  const takeOut = (): void => {
    for (const line of nss('certutil', '-L', '-d', database).split('\n')) {
      const found = /^(.*\S)\s+u,u,u\s*$/.exec(line);
      if (found?.[1] !== undefined) nss('certutil', '-F', '-d', database, '-n', found[1]);
    }
  };
  for (const card of options.cards ?? []) insert(card);
  const { token } = options;
  const environment = { HOME: home.path, XDG_CONFIG_HOME: join(home.path, '.config'), ...token?.env };
  if (token !== undefined)
    execFileSync('modutil', ['-force', '-dbdir', database, '-add', 'cards', '-libfile', token.library], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });

  const { hostname, port } = new URL(hub.cardUrl);
  // One list for the whole machine, in which the last file wins: each says the same, so that none takes from another.
  const policy = join(policyFolder, `tillit-test-${process.pid}-${port}.json`);
  mkdirSync(policyFolder, { recursive: true });
  removeAbandonedPolicies();
  const pattern = `https://[*.]${hostname}`;
  writeFileSync(policy, JSON.stringify({ AutoSelectCertificateForUrls: [JSON.stringify({ pattern, filter: {} })] }));

  const context = await chromium.launchPersistentContext(join(home.path, 'profile'), {
    executablePath: '/usr/bin/chromium',
    // The dialog for a PIN is a window of its own, which a headless browser cannot show: it would wait for ever.
    headless: token === undefined,
    args: flags,
    env: { ...process.env, ...environment, ...(token === undefined ? {} : { DISPLAY: token.display }) },
    locale: options.locale ?? 'en-GB',
    javaScriptEnabled: options.javaScript ?? true,
    viewport: { width: options.width ?? 1280, height: 900 },
  });
  context.setDefaultTimeout(15_000);
  const strangers: string[] = [];
  const complaints: string[] = [];
  const own = [hub.hubUrl, hub.ehrUrl, hub.coreRecordUrl, ...(options.partners ?? [])].map(
    (url) => new URL(url).origin,
  );
  const isOwn = (url: URL): boolean =>
    url.protocol === 'data:' ||
    own.includes(url.origin) ||
    (url.protocol === 'https:' && url.hostname.endsWith(`.${hostname}`) && url.port === port);
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (!isOwn(url)) strangers.push(url.href);
  });
  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    // The browser says of every page with a status of 400 or more that it "failed to load"; a style or icon may not.
    const { url } = message.location();
    const isPage = /status of 4\d\d/.test(message.text()) && !/\.css|\/assets\//.test(url);
    if (!isPage) complaints.push(`${message.text()} (${url})`);
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  const first = context.pages()[0];
  let given = false;
  return {
    context,
    strangers,
    complaints,
    page: async () => {
      if (first && !given) {
        given = true;
        return first;
      }
      return await context.newPage();
    },
    insert,
    importFile,
    takeOut,
    close: async () => {
      await context.close();
      rmSync(policy, { force: true });
      home.remove();
    },
  };
}
