// Runs the demo's programs: it has processes of its own and no part in the hub's; the hub only hands over where things are.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '../../base/problem.ts';
import type { BootSettings } from './settings.ts';

const program = (name: string): string => fileURLToPath(new URL(`../demo/${name}.ts`, import.meta.url));

export const demoFolder = (settings: BootSettings): string => join(settings.dataFolder, 'demo');

/** What the demo's programs are told, as one JSON value. */
function place(settings: BootSettings, certificatesOnly = !settings.demo): string {
  return JSON.stringify({
    folder: demoFolder(settings),
    hubUrl: settings.hubUrl,
    cardUrl: settings.cardUrl,
    ehrUrl: settings.ehrUrl,
    coreRecordUrl: settings.coreRecordUrl,
    testTokensUrl: settings.testTokensUrl,
    cosmicLinkUrl: settings.cosmicLinkUrl,
    municipalityUrl: settings.municipalityUrl,
    crlUrl: settings.crlUrl,
    caUrl: settings.caUrl,
    pkiUrl: settings.pkiUrl,
    certificatesOnly,
  });
}

const environment = (settings: BootSettings, certificatesOnly?: boolean): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
  TILLIT_DEMO_PLACE: place(settings, certificatesOnly),
  NODE_EXTRA_CA_CERTS: join(demoFolder(settings), 'ca', 'root.pem'),
});

/**
 * Makes the test CA, the server certificate and, for the demo, cards and catalogue. What is there stays.
 * `certificatesOnly`: the first two alone, for what must run before the cards are ordered.
 */
export async function prepareDemo(settings: BootSettings, certificatesOnly?: boolean): Promise<void> {
  const child = spawn(process.execPath, [program('prepare')], {
    env: environment(settings, certificatesOnly),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0)
    throw new Problem({
      kind: 'internal',
      code: 'internal',
      detail: 'the demo could not be prepared; see the lines above',
    });
}

export interface DemoProcess {
  /** Stops it and waits until it is gone. May be called again. */
  close(): Promise<void>;
}

/** Starts the demo's applications and waits until they listen. */
export async function startDemo(settings: BootSettings, onExit: (code: number | null) => void): Promise<DemoProcess> {
  const { ready, close } = startProgram(program('main'), [], environment(settings), onExit);
  if (!(await ready)) {
    throw new Problem({
      kind: 'unavailable',
      code: 'unavailable',
      detail: 'the demo applications could not start; is one of their ports in use?',
    });
  }
  return { close };
}

/**
 * Starts the demo's municipality: a second hub, which takes its time. `onState` hears when it and we know each other, and
 * when it has ended by itself.
 */
export function startMunicipality(settings: BootSettings, onState: (state: 'up' | 'ended') => void): DemoProcess {
  // It does the work of our operator too, so it has our own settings.
  const env = { ...process.env, ...environment(settings) };
  const { ready, close } = startProgram(program('municipality/main'), [], env, () => onState('ended'));
  void ready.then((isReady) => {
    if (isReady) onState('up');
  });
  return { close };
}

/** In a group of its own: a terminal's Ctrl-C is for the hub, which then ends the program. Without a hub it ends itself. */
export function startProgram(
  file: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  onExit: (code: number | null) => void,
): DemoProcess & { readonly ready: Promise<boolean> } {
  const child = spawn(process.execPath, [file, ...words], {
    env,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  let closing = false;
  void gone.then((code) => {
    if (!closing) onExit(code);
  });
  const close = async (): Promise<void> => {
    closing = true;
    await end(child, gone);
  };
  const ready = Promise.race([
    new Promise<boolean>((resolve) => child.once('message', () => resolve(true))),
    gone.then(() => false),
  ]);
  return { ready, close };
}

async function end(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
  await gone;
  clearTimeout(timer);
}
