// Entry of the command line, run by bin/tillit.js under Node 24.
import { commands } from './commands.ts';
import { runCommandLine } from './run.ts';

// When an older Node.js started us (bin/bootstrap.js), its end is ours too, even if it was killed.
if (process.channel !== undefined) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}

process.exitCode = await runCommandLine(commands, process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  env: process.env,
  cwd: process.cwd(),
});
