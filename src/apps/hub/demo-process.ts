// Runs the demo's programs: it has processes of its own and no part in the hub's; the hub only hands over where things are.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '../../base/problem.ts';
import type { BootSettings } from './settings.ts';

const program = (name: string): string => fileURLToPath(new URL(`../demo/${name}.ts`, import.meta.url));

export const demoFolder = (settings: BootSettings): string => join(settings.dataFolder, 'demo');

/** What the demo's programs are told, as one JSON value. */
function place(settings: BootSettings): string {
  return JSON.stringify({
    folder: demoFolder(settings),
    hubUrl: settings.hubUrl,
    cardUrl: settings.cardUrl,
    ehrUrl: settings.ehrUrl,
    coreRecordUrl: settings.coreRecordUrl,
    testTokensUrl: settings.testTokensUrl,
    crlUrl: settings.crlUrl,
    certificatesOnly: !settings.demo,
  });
}

const environment = (settings: BootSettings): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
  TILLIT_DEMO_PLACE: place(settings),
  NODE_EXTRA_CA_CERTS: join(demoFolder(settings), 'ca', 'root.pem'),
});

/** Makes the test CA, the server certificate and, for the demo, cards and catalogue. What is there stays. */
export async function prepareDemo(settings: BootSettings): Promise<void> {
  const child = spawn(process.execPath, [program('prepare')], {
    env: environment(settings),
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
  // In a group of its own: a terminal's Ctrl-C is for the hub, which then ends the demo. Without a hub the demo ends itself.
  const child = spawn(process.execPath, [program('main')], {
    env: environment(settings),
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
  const ready = new Promise<true>((resolve) => child.once('message', () => resolve(true)));
  if ((await Promise.race([ready, gone])) !== true) {
    throw new Problem({
      kind: 'unavailable',
      code: 'unavailable',
      detail: 'the demo applications could not start; is one of their ports in use?',
    });
  }
  return { close };
}

async function end(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
  await gone;
  clearTimeout(timer);
}
