// Connects organisations, applications and people of a plan in one call of the admin API, after a dry run.
// Run:  ISSUER=https://localhost:8443 CLIENT_ID=poc KEY_FILE=poc.key.json node poc.mjs FOLDER      (see ../../poc.md)
// FOLDER holds plan.json, which is written as a file for `tillit apply` is, and the files that it names.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [folder = '.'] = process.argv.slice(2);
const plan = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8'));
const named = new Set([...JSON.stringify(plan).matchAll(/"file":"([^"]+)"/g)].map(([, name]) => name));
const lacking = [...named].filter((name) => !readdirSync(folder).includes(name));
if (lacking.length > 0) {
  process.stderr.write(`The plan names files that are not in ${folder}: ${lacking.join(', ')}\n`);
  process.exit(1);
}
const items = Object.entries(plan).flatMap(([kind, documents]) =>
  documents.map((document) => ({ kind, id: document.id, document })),
);
const files = Object.fromEntries([...named].map((name) => [name, readFileSync(join(folder, name)).toString('base64')]));

const work = mkdtempSync(join(tmpdir(), 'poc-'));
const request = join(work, 'request.json');
writeFileSync(request, JSON.stringify({ items, files }), { mode: 0o600 });
const call = (path) => {
  const admin = fileURLToPath(new URL('admin.mjs', import.meta.url));
  const told = JSON.parse(execFileSync(process.execPath, [admin, 'POST', path, request], { encoding: 'utf8' }));
  if (told.status < 300) return told.body;
  process.stderr.write(`${JSON.stringify(told.body, null, 2)}\n`);
  process.exit(1);
};
try {
  const began = Date.now();
  const would = call('/apply?dryRun=true');
  process.stdout.write(`${would.changes.length} changes are to be made to ${items.length} things.\n`);
  const { passwords = [] } = call('/apply');
  for (const { username, password } of passwords) process.stdout.write(`${username} logs in with ${password}\n`);
  process.stdout.write(`Connected after ${((Date.now() - began) / 1000).toFixed(1)} s.\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
