// Writes the corpus of certificates, requests, lists and answers: a PEM file a case, and an index of what must come of each.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toPem } from '../../src/base/x509/index.ts';
import { refusedAnswers, validAnswers } from './answers.ts';
import { refusedCertificates, validCertificates } from './certificates.ts';
import { ground } from './ground.ts';
import { type Cases, type Kind, kinds, labels } from './kinds.ts';
import { refusedLists, validLists } from './lists.ts';
import { refusedRequests, validRequests } from './requests.ts';

const folder = process.argv[2] ?? join('test', 'corpus');

function write(under: 'valid' | 'invalid', cases: Readonly<Record<Kind, Cases>>): string {
  const target = join(folder, under, 'pki');
  rmSync(target, { recursive: true, force: true });
  for (const kind of kinds) {
    mkdirSync(join(target, kind), { recursive: true });
    for (const [name, { blocks }] of Object.entries(cases[kind]))
      writeFileSync(join(target, kind, `${name}.pem`), blocks.map((block) => toPem(block, labels[kind])).join(''));
  }
  const index = Object.fromEntries(
    kinds.map((kind) => [
      kind,
      Object.fromEntries(Object.entries(cases[kind]).map(([name, { blocks: _blocks, ...rest }]) => [name, rest])),
    ]),
  );
  writeFileSync(join(target, 'index.json'), `${JSON.stringify(index, undefined, 1)}\n`);
  return kinds.map((kind) => `${Object.keys(cases[kind]).length} ${kind}`).join(', ');
}

const valid = write('valid', {
  certificate: validCertificates,
  csr: validRequests,
  crl: validLists,
  ocsp: validAnswers,
});
const invalid = write('invalid', {
  certificate: refusedCertificates,
  csr: refusedRequests,
  crl: refusedLists,
  ocsp: refusedAnswers,
});
writeFileSync(join(folder, 'valid', 'pki', 'ground.json'), `${JSON.stringify(ground(), undefined, 1)}\n`);
console.log(`valid: ${valid}\ninvalid: ${invalid}`);
