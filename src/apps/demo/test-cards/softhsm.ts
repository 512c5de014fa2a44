// A test card as a SoftHSM token of its own: the key goes in and does not come out again (PKCS#11 CKA_SENSITIVE).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IssuedCard } from '../test-ca/index.ts';
import { writePrivate } from '../test-ca/pki.ts';
import { CardFault, cardFiles } from './card-folder.ts';

const modules = [
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/softhsm/libsofthsm2.so',
];

/** The library that programs load to see the token. Throws a CardFault when SoftHSM is not installed. */
export function softhsmModule(): string {
  const found = modules.find((file) => existsSync(file));
  if (found === undefined) throw new CardFault('SoftHSM is not installed: apt-get install softhsm2 opensc');
  return found;
}

function run(folder: string, program: string, words: readonly string[]): Buffer {
  const done = spawnSync(program, words, {
    env: { ...process.env, SOFTHSM2_CONF: cardFiles(folder).softhsmConfiguration },
    timeout: 30_000,
  });
  if (done.error !== undefined) throw new CardFault(`${program} cannot be run: install softhsm2 and opensc`);
  if (done.status !== 0) throw new CardFault(`${program} failed: ${done.stderr.toString().trim()}`);
  return done.stdout;
}

/** Puts key and certificate into a new token in the folder; the key's file is gone afterwards. */
export function writeSofthsmToken(folder: string, card: IssuedCard, label: string, pin: string): void {
  const module = softhsmModule();
  const files = cardFiles(folder);
  mkdirSync(files.softhsmTokens, { mode: 0o700 });
  writeFileSync(
    files.softhsmConfiguration,
    `directories.tokendir = ${files.softhsmTokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
    { mode: 0o600 },
  );
  const certificate = join(folder, 'import.der');
  writePrivate(files.key, card.keyPem);
  writePrivate(certificate, card.der);
  try {
    run(folder, 'softhsm2-util', ['--init-token', '--free', '--label', label, '--so-pin', pin, '--pin', pin]);
    const into = ['--token', label, '--label', label, '--id', '01', '--pin', pin];
    run(folder, 'softhsm2-util', ['--import', files.key, ...into]);
    const object = ['--write-object', certificate, '--type', 'cert', '--id', '01', '--label', label];
    run(folder, 'pkcs11-tool', ['--module', module, '--token-label', label, '--login', '--pin', pin, ...object]);
  } finally {
    rmSync(files.key, { force: true });
    rmSync(certificate, { force: true });
  }
}

/** The certificate as the token gives it, DER. */
export const readSofthsmCertificate = (folder: string): Buffer =>
  run(folder, 'pkcs11-tool', ['--module', softhsmModule(), '--read-object', '--type', 'cert', '--id', '01']);
