// `tillit start`: runs the hub in the foreground.
import type { Command } from './command.ts';

export const start: Command = {
  name: 'start',
  summary: 'Run the hub in the foreground until Ctrl-C or SIGTERM.',
  usage: 'start\nSettings are TILLIT_* variables of the environment; see docs/operations/.',
  async run(args) {
    const { runHub } = await import('../hub/main.ts');
    await runHub(args);
    return 0;
  },
};
