// Reads the corpus back: what it is about, and each case with the blocks of its file.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Certificate, pemBlocks, readCertificate } from '../../src/base/x509/index.ts';
import { type Case, type Kind, labels } from './kinds.ts';

const folder = (under: 'valid' | 'invalid') => join(import.meta.dirname, '..', 'corpus', under, 'pki');
const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

export interface NamedCase extends Case {
  readonly name: string;
}

/** Every case of a kind, in the order of the index. */
export function casesOf(under: 'valid' | 'invalid', kind: Kind): readonly NamedCase[] {
  const index = json(join(folder(under), 'index.json')) as Readonly<
    Record<Kind, Readonly<Record<string, Omit<Case, 'blocks'>>>>
  >;
  return Object.entries(index[kind]).map(([name, facts]) => ({
    name,
    blocks: pemBlocks(readFileSync(join(folder(under), kind, `${name}.pem`), 'utf8'), labels[kind]),
    ...facts,
  }));
}

function certificateIn(der: Buffer | undefined): Certificate {
  const reading = readCertificate(der ?? Buffer.alloc(0));
  if (!reading.ok) throw new Error(reading.reason);
  return reading.certificate;
}
export const certificateOf = (base64: string): Certificate => certificateIn(Buffer.from(base64, 'base64'));

/** The instant of judgement, and the certificates that the cases are about or stand under. */
export function readGround() {
  const { at, ...pems } = json(join(folder('valid'), 'ground.json')) as Readonly<
    Record<'at' | 'root' | 'issuing' | 'card' | 'partCard', string>
  >;
  const named = (name: keyof typeof pems) => certificateIn(pemBlocks(pems[name])[0]);
  return {
    now: Date.parse(at),
    root: named('root'),
    issuing: named('issuing'),
    card: named('card'),
    partCard: named('partCard'),
  };
}
export type Ground = ReturnType<typeof readGround>;
