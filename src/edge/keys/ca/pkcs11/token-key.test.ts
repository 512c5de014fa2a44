// Keys in a real token (SoftHSM): made there, found again, signing; and each thing that must stop them does, in words.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../../../../../test/support/folder.ts';
import { makeSoftToken, type SoftToken, softhsmMissing, softhsmModule } from '../../../../../test/support/softhsm.ts';
import { Secret } from '../../../../base/secret.ts';
import { caKeyKinds, makeTokenKey, type OpenedKey, openTokenKey, type TokenKey } from '../index.ts';

describe('keys in a token', { skip: softhsmMissing() ?? false }, () => {
  const folder = temporaryFolder('token-key');
  let token: SoftToken;
  let place: { module: string; token: string };
  const pin = new Secret('7391-pin');
  before(() => {
    token = makeSoftToken(folder.path, 'Test HSM', pin.reveal());
    process.env['SOFTHSM2_CONF'] = token.env.SOFTHSM2_CONF;
    place = { module: softhsmModule, token: token.label };
  });
  after(() => folder.remove());

  const make = async (kind: (typeof caKeyKinds)[number], label = 'staff'): Promise<TokenKey> => {
    const made = await makeTokenKey(place, { kind, label, pin });
    await made.close();
    return made.key;
  };
  const detail = (why: RegExp) => (thrown: unknown) => {
    const told = (thrown as { detail?: string }).detail ?? String(thrown);
    assert.match(told, why);
    assert.ok(!told.includes(pin.reveal()) && !told.includes('wrong-pin'), 'no PIN is told');
    return true;
  };

  for (const kind of caKeyKinds)
    test(`a key of ${kind} is made, found again, and signs what verifies`, async () => {
      const key = await make(kind);
      const { signer, close, described } = await openTokenKey(key, pin);
      try {
        const spki = createPublicKey({ key: signer.publicKey, format: 'der', type: 'spki' });
        assert.deepEqual(
          [spki.asymmetricKeyType, spki.asymmetricKeyDetails?.namedCurve ?? spki.asymmetricKeyDetails?.modulusLength],
          { 'P-256': ['ec', 'prime256v1'], 'P-384': ['ec', 'secp384r1'], 'RSA-4096': ['rsa', 4096] }[kind],
        );
        const hash = kind === 'P-384' ? 'sha384' : 'sha256';
        const bytes = Buffer.alloc(100_000, 'x');
        // Several at once, of which each gets its own answer; r and s are short now and then.
        const signatures = await Promise.all(
          Array.from({ length: kind === 'P-256' ? 600 : 4 }, (_, n) => signer.sign(bytes.subarray(n))),
        );
        for (const [n, signature] of signatures.entries()) assert.ok(verify(hash, bytes.subarray(n), spki, signature));
        assert.match(described.join('\n'), /cannot be taken out/);
        const shown =
          token
            .tool('--list-objects', '--type', 'privkey')
            .split('Private Key Object')
            .find((each) => each.includes(key.id)) ?? '';
        assert.match(shown, /Access:\s+sensitive, always sensitive, never extractable, local/);
        assert.match(shown, /Usage:\s+sign\s*$/m);
      } finally {
        await close();
      }
    });

  test('a key that can be taken out, or that others would see, is not opened', async () => {
    const key = await make('P-256');
    token.tool(
      '--keypairgen',
      '--key-type',
      'EC:prime256v1',
      '--id',
      'ee01',
      '--label',
      'open',
      '--extractable',
      '--sensitive',
    );
    await assert.rejects(openTokenKey({ ...key, id: 'ee01' }, pin), detail(/CKA_EXTRACTABLE is not false/));
  });

  test('another key under the same id, no key, no token, another token of that name: each is told, and nothing signs', async () => {
    const [key, other] = [await make('P-256'), await make('P-256')];
    const refused = (change: Partial<TokenKey>, why: RegExp) =>
      assert.rejects(openTokenKey({ ...key, ...change }, pin), detail(why));
    await refused({ publicKey: other.publicKey }, /does not verify: it is another key/);
    await refused({ id: 'abcd' }, /no private key with the id abcd/);
    await refused({ token: 'Nothing' }, /there is no token "Nothing"/);
    await refused({ serial: '0000000000000000' }, /no token "Test HSM" with serial number 0000000000000000/);
    await refused({ module: '/no/such.so' }, /\/no\/such\.so is no PKCS#11 library/);
    await refused({ module: process.execPath }, /is no PKCS#11 library|could not be used|its process ended/);
    token.tool('--keypairgen', '--key-type', 'EC:prime256v1', '--id', key.id, '--label', 'twin', '--sensitive');
    await refused({}, /more than one private key/);
  });

  test('a wrong PIN is told, and is not tried again', async () => {
    const key = await make('P-256');
    await assert.rejects(
      openTokenKey(key, new Secret('wrong-pin')),
      detail(/the PIN is wrong \(C_Login: CKR_PIN_INCORRECT\)/),
    );
    await assert.rejects(openTokenKey(key, new Secret('1')), detail(/the PIN is (wrong|shorter or longer)/));
  });

  test('a token that is taken out is a fault until it is back; then the same key signs again', async () => {
    const { signer, close } = await openTokenKey(await make('P-256'), pin);
    try {
      assert.equal(await signer.fault?.(), undefined);
      token.takeOut();
      assert.match((await signer.fault?.()) ?? '', /token "Test HSM"/);
      await assert.rejects(async () => signer.sign(Buffer.from('x')), detail(/token "Test HSM": /));
      await sleep(600);
      await assert.rejects(async () => signer.sign(Buffer.from('x')), detail(/there is no token "Test HSM"/));
      token.putBack();
      const begun = performance.now();
      while ((await signer.fault?.()) !== undefined) {
        assert.ok(performance.now() - begun < 20_000, 'not back within 20 seconds');
        await sleep(100);
      }
      assert.ok(await signer.sign(Buffer.from('x')));
    } finally {
      await close();
    }
  });

  test('a PIN that was changed meanwhile is tried once, and not again', async () => {
    const { signer, close } = await openTokenKey(await make('P-256'), pin);
    try {
      token.takeOut();
      await signer.fault?.();
      token.putBack();
      token.tool('--change-pin', '--new-pin', 'another-pin');
      await sleep(600);
      assert.match((await signer.fault?.()) ?? '', /the PIN is wrong/);
      token.withPin('another-pin').tool('--change-pin', '--new-pin', pin.reveal());
      await sleep(2_500);
      // With the old PIN valid again it would succeed, if it were tried.
      assert.match((await signer.fault?.()) ?? '', /the PIN is wrong/);
    } finally {
      await close();
    }
  });

  test('without the optional package it is said what to install', async () => {
    const key = await make('P-256');
    const hook = `import { registerHooks } from 'node:module';
      const resolve = (name, context, next) => next(name === 'koffi' ? 'koffi-is-not-here' : name, context);
      registerHooks({ resolve });`;
    process.env['NODE_OPTIONS'] = `--import=data:text/javascript,${encodeURIComponent(hook)}`;
    try {
      await assert.rejects(openTokenKey(key, pin), detail(/optional npm package koffi, which is not installed/));
    } finally {
      delete process.env['NODE_OPTIONS'];
    }
  });

  test('a library that hangs is not waited for, and one that crashes takes nobody with it', async () => {
    const key = await make('P-256');
    const source = join(folder.path, 'bad.c');
    writeFileSync(
      source,
      '#include <unistd.h>\n#include <stdlib.h>\nunsigned long C_Initialize(void *a) { if (HANG) for (;;) sleep(1); abort(); }\n',
    );
    const built = (hang: 0 | 1): string | undefined => {
      const library = join(folder.path, `bad-${hang}.so`);
      const { status } = spawnSync('cc', [`-DHANG=${hang}`, '-shared', '-fPIC', '-o', library, source]);
      return status === 0 ? library : undefined;
    };
    const [crashing, hanging] = [built(0), built(1)];
    if (crashing === undefined || hanging === undefined) return; // no compiler: nothing to build a bad library with
    const opening = (module: string): Promise<OpenedKey> => openTokenKey({ ...key, module }, pin, { open: 1_500 });
    await assert.rejects(opening(crashing), detail(/its process ended \(SIGABRT\)/));
    await assert.rejects(opening(hanging), detail(/no answer within 1\.5 seconds/));
  });
});
