// Starts the real program as a user would, on free ports and a data folder of its own, and ends it in the way a test asks.
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from './folder.ts';
import { freePort } from './port.ts';
import { type Ended, launch } from './program.ts';
import { layCluster } from './ready-cluster.ts';

export interface HubAddresses {
  readonly hubUrl: string;
  readonly cardUrl: string;
  readonly ehrUrl: string;
  readonly coreRecordUrl: string;
  readonly testTokensUrl: string;
  readonly crlUrl: string;
}

export interface HubOptions {
  /** Kept by the test when given; otherwise a temporary one is made and removed with `remove`. */
  readonly dataFolder?: string;
  readonly addresses?: HubAddresses;
  readonly env?: Readonly<Record<string, string>>;
  /** Where `/readyz` is asked, when it is not the hub's public address. */
  readonly listen?: { readonly host: string; readonly port: number };
  readonly timeoutMs?: number;
  /** As under a terminal: a signal to `-pid` reaches the hub and its children. */
  readonly ownGroup?: boolean;
}

export interface RunningHub extends HubAddresses {
  readonly dataFolder: string;
  readonly pid: number;
  /** PEM file of the instance's own authority. */
  readonly rootFile: string;
  readonly rootPem: string;
  /** Folder of the demo's soft cards. */
  readonly cards: string;
  readonly cardPassphrase: string;
  /** Everything that the program has written so far, on both streams. */
  readonly output: () => string;
  /** The environment it was started with: for `tillit` commands on the same instance. */
  readonly env: Readonly<Record<string, string>>;
  readonly startMs: number;
  /** Milliseconds that it lived are of no interest; that it ended by itself is a failure of the test. */
  readonly exited: Promise<Ended>;
  /** The password of a person of the demo. */
  password(username: string): string;
  /** SIGTERM, and waits. */
  stop(): Promise<Ended>;
  /** SIGKILL of the hub's process alone, and waits until its children have followed. */
  kill(): Promise<Ended>;
  /** `stop` if it still runs, then removes the data folder. */
  remove(): Promise<void>;
}

/** Six free ports as addresses. */
export async function freeAddresses(): Promise<HubAddresses> {
  const ports = new Set<number>();
  while (ports.size < 6) ports.add(await freePort());
  const [hub, card, ehr, core, crl, tokens] = [...ports];
  return {
    hubUrl: `https://localhost:${hub}`,
    cardUrl: `https://card.localhost:${card}`,
    ehrUrl: `https://localhost:${ehr}`,
    coreRecordUrl: `https://localhost:${core}`,
    crlUrl: `http://localhost:${crl}`,
    testTokensUrl: `https://localhost:${tokens}`,
  };
}

const ownEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !/^(TILLIT_|NODE_|PG[A-Z]|npm_)/.test(entry[0]),
    ),
  );

const settingsOf = (addresses: HubAddresses, dataFolder: string): Record<string, string> => ({
  TILLIT_DATA: dataFolder,
  TILLIT_HUB_URL: addresses.hubUrl,
  TILLIT_CARD_URL: addresses.cardUrl,
  TILLIT_EHR_URL: addresses.ehrUrl,
  TILLIT_CORE_RECORD_URL: addresses.coreRecordUrl,
  TILLIT_CRL_URL: addresses.crlUrl,
  TILLIT_TEST_TOKENS_URL: addresses.testTokensUrl,
  // An authority of its own for the tests that ask for it (`authority-demo.test.ts`).
  TILLIT_CA_URL: 'off',
  TILLIT_EST_URL: 'off',
  // A second hub for the tests that ask for it (`municipality.ts`).
  TILLIT_MUNICIPALITY_URL: 'off',
  TILLIT_LOG: 'warn',
});

/** Runs one command of the program to its end: `tillitCommand(hub, 'audit', 'verify')`. */
export async function tillitCommand(
  hub: Pick<RunningHub, 'env' | 'dataFolder'>,
  ...words: readonly string[]
): Promise<{ readonly code: number | null; readonly output: string }> {
  const { exited, output } = launch(words, hub.env, hub.dataFolder);
  const { code } = await exited;
  return { code, output: output() };
}

/** Runs `tillit start` where it is expected to refuse; answers how it ended. */
export async function refusedStart(
  options: Required<Pick<HubOptions, 'dataFolder' | 'addresses'>> & Pick<HubOptions, 'env'>,
): Promise<Ended & { readonly output: string }> {
  const env = { ...ownEnvironment(), ...settingsOf(options.addresses, options.dataFolder), ...options.env };
  const { child, exited, output } = launch(['start'], env, options.dataFolder);
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  const ended = await exited;
  clearTimeout(timer);
  return { ...ended, output: output() };
}

/** Whether `/readyz` answers 200 at this address. */
function isReady(url: string, listen: HubOptions['listen'], root: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const asking = request(
      {
        host: listen?.host ?? '127.0.0.1',
        port: listen?.port ?? Number(port),
        servername: hostname,
        headers: { host: `${hostname}:${port}` },
        path: '/readyz',
        ca: root,
        agent: false,
        timeout: 2000,
      },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      },
    );
    asking.on('timeout', () => asking.destroy());
    asking.on('error', () => resolve(false));
    asking.end();
  });
}

/** Starts the hub with its demo and waits until it is ready. Throws with what it printed when it ends before. */
export async function startHub(options: HubOptions = {}): Promise<RunningHub> {
  const addresses = options.addresses ?? (await freeAddresses());
  const own = options.dataFolder === undefined ? temporaryFolder('hub') : undefined;
  const dataFolder = options.dataFolder ?? own?.path ?? '';
  if (own !== undefined && !options.env?.['TILLIT_DATABASE_URL']) await layCluster(dataFolder);
  const env = { ...ownEnvironment(), ...settingsOf(addresses, dataFolder), ...options.env };
  const from = performance.now();
  const launched = launch(['start'], env, dataFolder, options.ownGroup);
  const { child, output, exited, mark } = launched;
  const rootFile = join(dataFolder, 'demo', 'ca', 'root.pem');
  let over = false;
  void exited.then(() => {
    over = true;
  });
  const until = from + (options.timeoutMs ?? 60_000);
  for (;;) {
    if (over || child.exitCode !== null) {
      await exited;
      own?.remove();
      throw new Error(`tillit start ended with ${child.exitCode ?? child.signalCode}:\n${output()}`);
    }
    if (
      output().includes(' is ready after ') &&
      existsSync(rootFile) &&
      (await isReady(addresses.hubUrl, options.listen, readFileSync(rootFile, 'utf8')))
    )
      break;
    if (performance.now() > until) {
      child.kill('SIGKILL');
      await exited;
      own?.remove();
      throw new Error(`tillit start was not ready in time:\n${output()}`);
    }
    await sleep(50);
  }
  mark();
  const end = async (signal: NodeJS.Signals): Promise<Ended> => {
    if (over) return await exited;
    mark();
    const at = performance.now();
    let endedAt = at;
    child.once('exit', () => {
      endedAt = performance.now();
    });
    child.kill(signal);
    const ended = await exited;
    return { ...ended, ms: endedAt - at };
  };
  const stop = () => end('SIGTERM');
  const secret = (name: string): string => {
    const file = join(dataFolder, 'demo', 'secrets', name);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  };
  return {
    ...addresses,
    dataFolder,
    pid: child.pid ?? 0,
    rootFile,
    rootPem: readFileSync(rootFile, 'utf8'),
    cards: join(dataFolder, 'demo', 'cards'),
    cardPassphrase: secret('cards'),
    output,
    env,
    startMs: performance.now() - from,
    exited,
    password: (username) => secret(`${username}.password`),
    stop,
    kill: () => end('SIGKILL'),
    remove: async () => {
      await stop();
      own?.remove();
    },
  };
}
