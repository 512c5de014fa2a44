// `tillit version`: which program this is and what it runs on.
import { readFileSync } from 'node:fs';
import type { Command } from './command.ts';

/** The program's version, as in package.json. */
export function programVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

export const version: Command = {
  name: 'version',
  summary: 'Print the version of the program and of Node.js.',
  usage: 'version',
  async run(_args, io) {
    io.out(`tillit ${programVersion()} on Node.js ${process.versions.node} (${process.platform}-${process.arch})`);
    return 0;
  },
};
