// A screen that nobody sees (Xvfb) with a window manager, for what a browser asks outside of its pages: the PIN of a card.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServerProgram } from '../support/server-program.ts';

export interface Display {
  /** For the environment of programs, `:99`. */
  readonly name: string;
  /** Waits until the browser asks for a PIN, and types it. */
  typePin(pin: string): Promise<void>;
  stop(): Promise<void>;
}

const path = '/usr/bin:/bin';
/** Chromium's own title of the dialog, in English. */
const dialog = 'Unlock Security Device';

/** Starts it; `folder` keeps its logs. Without a window manager no dialog would have the keyboard. */
export async function startDisplay(folder: string): Promise<Display> {
  const logs = join(folder, 'display');
  mkdirSync(logs);
  // It takes a free number, and says which.
  const number = () => /^\d+$/m.exec(readFileSync(join(logs, 'screen.log'), 'utf8'))?.[0];
  const screen = await startServerProgram({
    name: 'screen',
    command: ['/usr/bin/Xvfb', '-displayfd', '1', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'],
    folder: logs,
    asRoot: true,
    isReady: async () => number() !== undefined,
  });
  const name = `:${number()}`;

  /** One xdotool command; what it is to type comes by its input, not in the list of processes. */
  async function tool(words: readonly string[], input = ''): Promise<string> {
    const child = spawn('xdotool', words, { env: { PATH: path, DISPLAY: name }, timeout: 10_000 });
    child.stdin.end(input);
    return await text(child.stdout);
  }

  const windows = await startServerProgram({
    name: 'windows',
    command: ['/usr/bin/openbox', '--sm-disable'],
    env: { DISPLAY: name, HOME: logs },
    folder: logs,
    asRoot: true,
    // It names itself on the root window once it manages the others.
    isReady: async () => (await tool(['get_num_desktops'])).trim() !== '',
  }).catch(async (error: unknown) => {
    await screen.stop();
    throw error;
  });

  return {
    name,
    async typePin(pin) {
      for (let round = 0; round < 100; round += 1) {
        const found = (await tool(['search', '--name', dialog])).trim().split('\n').at(-1);
        if (found) {
          await tool(['windowactivate', '--sync', found]);
          // The window is there a moment before it listens.
          await sleep(300);
          await tool(['type', '--delay', '30', '--file', '-'], pin);
          await tool(['key', 'Return']);
          return;
        }
        await sleep(100);
      }
      throw new Error('the browser did not ask for a PIN');
    },
    async stop() {
      await windows.stop();
      await screen.stop();
    },
  };
}
