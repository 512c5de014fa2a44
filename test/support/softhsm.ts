// A SoftHSM token in a folder of its own: made ready, taken out, and put back.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { softhsmModule } from './cards/opensc.ts';
import { requireDebian } from './debian.ts';

export { softhsmModule };
export const softhsmMissing = (): string | undefined => requireDebian('softhsm2', 'opensc');

const quiet = { encoding: 'utf8', stdio: 'pipe', timeout: 30_000 } as const;

export interface SoftToken {
  readonly label: string;
  readonly pin: string;
  /** Programs find the token with it. */
  readonly env: { readonly SOFTHSM2_CONF: string };
  /** Runs OpenSC's tool on the token, as its user. */
  tool(...words: readonly string[]): string;
  /** The same, with another PIN. */
  withPin(pin: string): SoftToken;
  takeOut(): void;
  putBack(): void;
}

/** The token as its user reaches it with a PIN. */
function reach(folder: string, label: string, pin: string): SoftToken {
  const [tokens, away] = [join(folder, 'tokens'), join(folder, 'taken-out')];
  const env = { SOFTHSM2_CONF: join(folder, 'softhsm2.conf') };
  const move = (from: string, to: string) => {
    for (const name of readdirSync(from)) renameSync(join(from, name), join(to, name));
  };
  return {
    label,
    pin,
    env,
    withPin: (other) => reach(folder, label, other),
    tool: (...words) =>
      execFileSync(
        'pkcs11-tool',
        ['--module', softhsmModule, '--token-label', label, '--login', '--pin', 'env:TEST_PIN', ...words],
        { ...quiet, env: { PATH: '/usr/bin:/bin', TEST_PIN: pin, ...env } },
      ),
    takeOut: () => move(tokens, away),
    putBack: () => move(away, tokens),
  };
}

/** Makes a token ready in a folder. */
export function makeSoftToken(folder: string, label: string, pin: string): SoftToken {
  const tokens = join(folder, 'tokens');
  for (const each of [tokens, join(folder, 'taken-out')]) mkdirSync(each, { recursive: true });
  const token = reach(folder, label, pin);
  writeFileSync(
    token.env.SOFTHSM2_CONF,
    `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  );
  const words = ['--init-token', '--free', '--label', label, '--so-pin', '99887766', '--pin', pin];
  execFileSync('softhsm2-util', words, { ...quiet, env: { PATH: '/usr/bin:/bin', ...token.env } });
  return token;
}
