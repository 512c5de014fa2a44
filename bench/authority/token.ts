// Signatures a second by keys in a SoftHSM token, each hashed, signed in its child process and verified; beside them keys in memory.
import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../src/base/secret.ts';
import { caKeyKinds, makeTokenKey } from '../../src/edge/keys/ca/index.ts';
import { signerOf } from '../../test/fakes/authority-world.ts';
import { temporaryFolder } from '../../test/support/index.ts';
import { makeSoftToken, softhsmModule } from '../../test/support/softhsm.ts';

const seconds = Number(process.argv[2] ?? 3);
const atOnce = 16;
const folder = temporaryFolder('bench-token');
const pin = new Secret('bench-4711');
const token = makeSoftToken(folder.path, 'Bench', pin.reveal());
process.env['SOFTHSM2_CONF'] = token.env.SOFTHSM2_CONF;
writeFileSync(join(folder.path, 'pin'), pin.reveal(), { mode: 0o600 });
// The size of the bytes that a certificate is made of.
const bytes = Buffer.alloc(900, createHash('sha256').update('x').digest());

async function rate(sign: () => unknown): Promise<number> {
  const begun = performance.now();
  let done = 0;
  const work = async () => {
    while (performance.now() - begun < seconds * 1000) {
      await sign();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return Math.round((done * 1000) / (performance.now() - begun));
}

try {
  for (const kind of caKeyKinds) {
    const made = await makeTokenKey({ module: softhsmModule, token: token.label }, { kind, label: 'bench', pin });
    const inToken = await rate(() => made.signer.sign(bytes));
    await made.close();
    const key =
      kind === 'RSA-4096'
        ? generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey
        : generateKeyPairSync('ec', { namedCurve: kind }).privateKey;
    const signer = signerOf(key);
    const open = createPublicKey(key);
    const hash = kind === 'P-384' ? 'sha384' : 'sha256';
    const inMemory = await rate(async () => verify(hash, bytes, open, await signer.sign(bytes)));
    process.stdout.write(`${JSON.stringify({ name: 'token', kind, inToken, inMemory })}\n`);
  }
} finally {
  folder.remove();
}
