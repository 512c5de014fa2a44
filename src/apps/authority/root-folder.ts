// A root's folder on the offline machine: its sealed key, its certificate, and the register of what it signed.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../base/problem.ts';
import { type Certificate, pemBlocks, readCertificate } from '../../base/x509/index.ts';

/** One certificate that the root signed, written down before it did. */
export interface SignedByRoot {
  readonly serial: string;
  readonly id: string;
  readonly subject: string;
  readonly notAfter: number;
  readonly revoked?: { readonly at: number; readonly reason: number };
}

export interface RootRegister {
  /** Where the root's list and certificate are found, without a slash at the end. */
  readonly publishUrl: string;
  readonly listNumber: number;
  readonly signed: readonly SignedByRoot[];
}

export const rootFiles = (folder: string) => ({
  key: join(folder, 'root.key'),
  certificate: join(folder, 'root.pem'),
  register: join(folder, 'root-register.json'),
  list: join(folder, 'root.crl'),
});

/** Writes a file whole or not at all, and for good. */
export function writeWhole(file: string, content: string | Buffer, mode = 0o600): void {
  const beside = `${file}.new`;
  writeFileSync(beside, content, { mode, flush: true });
  renameSync(beside, file);
}

export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

const problem = (detail: string): Problem => new Problem({ kind: 'unavailable', code: 'unavailable', detail });

/** The first certificate of a PEM file. */
export function readCertificateFile(file: string): Certificate {
  if (!existsSync(file)) throw problem(`${file} is missing`);
  const [der] = pemBlocks(readFileSync(file, 'utf8'));
  const reading = der && readCertificate(der);
  if (!reading?.ok) throw problem(`${file} holds no certificate${reading ? `: ${reading.reason}` : ''}`);
  return reading.certificate;
}

export const readRegister = (folder: string): RootRegister =>
  JSON.parse(readFileSync(rootFiles(folder).register, 'utf8')) as RootRegister;

export const writeRegister = (folder: string, register: RootRegister): void =>
  writeWhole(rootFiles(folder).register, `${JSON.stringify(register, null, 2)}\n`);
