// What the hub says when it is ready: where to go, what to try, how to trust it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoFolder } from './demo-process.ts';
import { programVersion } from './program.ts';
import type { BootSettings } from './settings.ts';

/** Where to go and what to try. Secrets are shown at the first start alone. */
export function announce(settings: BootSettings, fresh: boolean, trustFile: string | undefined, ms: number): void {
  const lines = [
    '',
    `Tillit ${programVersion} is ready after ${(ms / 1000).toFixed(1)} s.`,
    `  Hub          ${settings.hubUrl}`,
    `  Card logins  ${settings.cardUrl}`,
  ];
  if (settings.demo)
    lines.push(
      `  Demo EHR     ${settings.ehrUrl}`,
      `  Core record  ${settings.coreRecordUrl}`,
      `  Test tokens  ${settings.testTokensUrl}`,
    );
  if (settings.demo && settings.caUrl !== undefined)
    lines.push(
      `  Authority    ${settings.caUrl} (orders), ${settings.pkiUrl} (lists and status)`,
      ...(settings.estUrl === undefined ? [] : [`  EST          ${settings.estUrl} (certificates of systems)`]),
    );
  if (settings.demo && settings.municipalityUrl !== undefined)
    lines.push(
      `  Cosmic Link  ${settings.cosmicLinkUrl} (SAML; half a minute later)`,
      `  Municipality ${settings.municipalityUrl} (a second hub, with it)`,
    );
  if (trustFile)
    lines.push(
      '',
      `The certificates are of this instance's own test CA: import ${trustFile} into the browser to trust them.`,
    );
  if (settings.demo) {
    const secrets = join(demoFolder(settings), 'secrets');
    const read = (name: string) => readFileSync(join(secrets, name), 'utf8').trim();
    lines.push('', `Cards (PKCS#12) to import lie in ${join(demoFolder(settings), 'cards')}.`);
    if (fresh) {
      lines.push(
        `  kari's password        ${read('kari.password')}`,
        `  lars's password        ${read('lars.password')}`,
        `  passphrase of the cards ${read('cards')}`,
      );
      lines.push(`These are shown once; afterwards they lie in ${secrets}, readable by you alone.`);
    }
    lines.push('', `What to try, step by step: ${settings.hubUrl}`, 'The demo counts this machine as a fixed PC.');
  }
  lines.push('Ctrl-C stops everything.', '');
  process.stdout.write(`${lines.join('\n')}\n`);
}
