// The demo's cards as downloads: those in the folder, as they are, and nothing else of the machine.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { temporaryFolder } from '../../../test/support/index.ts';
import type { HttpRequest } from '../../base/http/index.ts';
import { Problem } from '../../base/problem.ts';
import { demoCardRoute } from './demo-cards.ts';

const home = temporaryFolder('demo-cards');
after(() => home.remove());
const folder = join(home.path, 'cards');
mkdirSync(folder);
writeFileSync(join(folder, 'kari-simple.p12'), 'a card');
writeFileSync(join(folder, 'issuer.key'), 'a key');
writeFileSync(join(home.path, 'secret.p12'), 'a secret');

const ask = async (file: string) =>
  await demoCardRoute(folder).handle({ method: 'GET', params: { file } } as unknown as HttpRequest);

test('a card of the folder is a download that nothing keeps', async () => {
  const { status, headers, body } = await ask('kari-simple.p12');
  assert.deepEqual([status, String(body)], [200, 'a card']);
  assert.equal(headers?.['content-disposition'], 'attachment; filename="kari-simple.p12"');
  assert.equal(headers?.['cache-control'], 'no-store');
});

for (const file of [
  'kari-advanced.p12',
  '../secret.p12',
  '..%2fsecret.p12',
  'issuer.key',
  '.',
  '',
  'cards/kari-simple.p12',
])
  test(`"${file}" is not found`, async () => {
    await assert.rejects(
      async () => await ask(file),
      (error) => error instanceof Problem && error.code === 'notFound',
    );
  });
