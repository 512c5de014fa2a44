// `tillit authority`: the certificate authority, as a process of its own; nothing of it is loaded here.
import { spawn } from 'node:child_process';
import type { Command } from './command.ts';
import { authorityProgram } from './own-authority.ts';

export const authority: Command = {
  name: 'authority',
  summary: 'Run the certificate authority, or hold a key ceremony.',
  usage:
    'authority start | verify | find | est-permit | est-revoke | backup | restore | ceremony root|request|sign|list …\n`tillit authority ceremony` tells the words of each.',
  async run(args, io) {
    const child = spawn(process.execPath, [authorityProgram, ...args], { cwd: io.cwd, env: io.env, stdio: 'inherit' });
    const pass = (signal: NodeJS.Signals) => child.kill(signal);
    process.on('SIGTERM', pass);
    // A terminal's Ctrl-C reaches the child by itself; we wait for it.
    const wait = () => undefined;
    process.on('SIGINT', wait);
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (...how) => resolve(how));
    });
    process.off('SIGTERM', pass).off('SIGINT', wait);
    return code ?? (signal === null ? 0 : 1);
  },
};
