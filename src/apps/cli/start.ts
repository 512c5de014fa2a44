// `tillit start`: runs the hub in the foreground.
import { settingTexts } from '../hub/settings.ts';
import type { Command } from './command.ts';

const settings = Object.entries(settingTexts).map(([name, meaning]) => `  ${name.padEnd(22)} ${meaning}`);

export const start: Command = {
  name: 'start',
  summary: 'Run the hub in the foreground until Ctrl-C or SIGTERM.',
  usage: [
    'start',
    'Settings are variables of the environment; in parentheses what holds without them:',
    ...settings,
  ].join('\n'),
  async run(args) {
    const { runHub } = await import('../hub/main.ts');
    await runHub(args);
    return 0;
  },
};
