// Debian's servers run as nobody when the tests run as root: they refuse root, or must not own what they serve.
import { chmodSync, chownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const nobody = 65534;
const isRoot = process.getuid?.() === 0;

/** Words in front of a command that let it end when we do. */
export const asOurselves: readonly string[] = ['setpriv', '--pdeathsig=TERM', '--'];

/** Words in front of a command that run it as nobody, or as ourselves when we are not root; it ends when we do. */
export const asNobody: readonly string[] = [
  'setpriv',
  '--pdeathsig=TERM',
  ...(isRoot ? [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : []),
  '--',
];

/** Lets nobody through a folder, which stays ours. */
export function letThrough(folder: string): void {
  if (isRoot) chmodSync(folder, 0o711);
}

/** Makes a file, or a folder with all it holds, nobody's own. */
export function giveToNobody(path: string): void {
  if (!isRoot) return;
  chownSync(path, nobody, nobody);
  for (const entry of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(path, entry), nobody, nobody);
  }
}
