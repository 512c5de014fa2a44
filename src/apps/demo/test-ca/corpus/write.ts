// Writes the certificate corpus of the tests: one JSON file a case, named by its fault, with the instant it is judged at.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signList } from '../lists.ts';
import { crlUrl } from '../pki.ts';
import { type AuthorityName, authorityPlans } from '../plan.ts';
import { refusedCertificates } from './certificates.ts';
import { type Case, now, pki, populations } from './ground.ts';
import { refusedByLists } from './lists.ts';
import { validCases } from './valid.ts';

const folder = process.argv[2] ?? join('test', 'corpus');
const usualLists = Object.fromEntries(authorityPlans.map(({ name }) => [name, signList(pki, name)])) as Record<
  AuthorityName,
  Buffer
>;

function write(kind: 'valid' | 'invalid', cases: Record<string, Case>): void {
  const target = join(folder, kind, 'certificate');
  mkdirSync(target, { recursive: true });
  for (const [
    name,
    { chain, lists = {}, code, check, at = now, accepted, populations: changed, expect },
  ] of Object.entries(cases)) {
    const file = {
      at: new Date(at).toISOString(),
      accepted: accepted ?? ['simple', 'advanced', 'hsa-id-3', 'person-id-3'],
      expect: expect ?? (code === undefined ? {} : { code, check }),
      chain: chain.map((each) => each.toString('base64')),
      lists: Object.fromEntries(
        Object.entries(lists).map(([authority, list]) => [
          crlUrl(pki.crlBaseUrl, authority as AuthorityName),
          list?.toString('base64') ?? null,
        ]),
      ),
      ...(changed === undefined ? {} : { populations: changed }),
    };
    writeFileSync(join(target, `${name}.json`), `${JSON.stringify(file, undefined, 1)}\n`);
  }
}

write('valid', validCases);
const invalid = { ...refusedCertificates, ...refusedByLists };
write('invalid', invalid);
const common = {
  populations,
  lists: Object.fromEntries(
    Object.entries(usualLists).map(([name, list]) => [
      crlUrl(pki.crlBaseUrl, name as AuthorityName),
      list.toString('base64'),
    ]),
  ),
};
writeFileSync(join(folder, 'valid', 'certificate', '_common.json'), `${JSON.stringify(common, undefined, 1)}\n`);
console.log(`${Object.keys(validCases).length} valid, ${Object.keys(invalid).length} invalid`);
