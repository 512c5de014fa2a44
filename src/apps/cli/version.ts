// `tillit version`: which program this is and what it runs on.
import { programVersion } from '../hub/program.ts';
import type { Command } from './command.ts';

export const version: Command = {
  name: 'version',
  summary: 'Print the version of the program and of Node.js.',
  usage: 'version',
  async run(_args, io) {
    io.out(`tillit ${programVersion} on Node.js ${process.versions.node} (${process.platform}-${process.arch})`);
    return 0;
  },
};
