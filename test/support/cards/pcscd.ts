// The real PC/SC daemon with virtual readers alone; there is one in a machine, since its clients know one socket.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../port.ts';
import { type ServerProgram, startServerProgram } from '../server-program.ts';

const socketPath = '/run/pcscd/pcscd.comm';

export interface Readers {
  /** Where the first reader takes a card. */
  readonly port: number;
  readonly stop: () => Promise<void>;
}

const accepts = (where: { path: string } | { port: number; host: string }): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(where);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** A reason to skip, when this is not a machine where the daemon can run. */
export const pcscdNeedsRoot = (): string | undefined =>
  process.getuid?.() === 0 ? undefined : 'pcscd needs root: it owns /run/pcscd';

/** Starts it. Throws when there is one already. `folder` keeps its configuration and its log. */
export async function startReaders(folder: string): Promise<Readers> {
  if (existsSync(socketPath) && (await accepts({ path: socketPath }))) throw new Error('another pcscd runs');
  mkdirSync('/run/pcscd', { recursive: true });
  const configuration = join(folder, 'readers');
  mkdirSync(configuration);
  const port = await freePort();
  // vpcd listens on this port for its first reader, and on the next for its second.
  const channel = `0x${port.toString(16).toUpperCase()}`;
  writeFileSync(
    join(configuration, 'vpcd'),
    [
      'FRIENDLYNAME "Virtual PCD"',
      `DEVICENAME /dev/null:${channel}`,
      'LIBPATH /usr/lib/pcsc/drivers/serial/libifdvpcd.so',
      `CHANNELID ${channel}`,
      '',
    ].join('\n'),
  );
  const program: ServerProgram = await startServerProgram({
    name: 'pcscd',
    command: ['/usr/sbin/pcscd', '--foreground', '--config', configuration],
    folder,
    asRoot: true,
    isReady: () => accepts({ path: socketPath }),
  });
  return { port, stop: program.stop };
}
