// A sealed key: opened by its passphrase alone, never written over, refused when it was changed or others can read it.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { temporaryFolder } from '../../../../test/support/folder.ts';
import { Secret } from '../../../base/secret.ts';
import { makeSealedKey, openSealedKey } from './index.ts';

const folder = temporaryFolder('ca-key');
after(() => folder.remove());
const passphrase = new Secret('correct horse battery åäö');
const file = join(folder.path, 'keys', 'staff.key');

test('signs as what it was made, after it was closed and opened', () => {
  const made = makeSealedKey(file, 'P-256', passphrase);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const opened = openSealedKey(file, passphrase);
  assert.deepEqual(opened.publicKey, made.publicKey);
  const signature = opened.sign(Buffer.from('x')) as Buffer;
  assert.ok(
    verify(
      'sha256',
      Buffer.from('x'),
      createPublicKey({ key: made.publicKey, format: 'der', type: 'spki' }),
      signature,
    ),
  );
  assert.deepEqual(
    Object.keys(opened).sort(),
    ['algorithm', 'publicKey', 'sign'],
    'there is nothing else to ask of it',
  );
  assert.doesNotMatch(readFileSync(file, 'utf8'), /PRIVATE/);
});

test('is never written over, and wants a passphrase that is worth it', () => {
  assert.throws(() => makeSealedKey(file, 'P-256', passphrase), /never written over/);
  assert.throws(() => makeSealedKey(join(folder.path, 'other.key'), 'P-256', new Secret('short')), /at least 16/);
});

test('another passphrase, a changed file, and one that others read are refused', () => {
  assert.throws(() => openSealedKey(file, new Secret('correct horse battery aao')), /does not open/);
  const whole = JSON.parse(readFileSync(file, 'utf8'));
  const refused = (change: object, why: RegExp) => {
    const other = join(folder.path, 'changed.key');
    writeFileSync(other, JSON.stringify({ ...whole, ...change }), { mode: 0o600 });
    assert.throws(() => openSealedKey(other, passphrase), why);
  };
  refused({ publicKey: `${whole.publicKey.slice(0, -4)}AAAA` }, /does not open/);
  refused({ body: `AAAA${whole.body.slice(4)}` }, /does not open/);
  refused({ scrypt: { ...whole.scrypt, N: 2 } }, /no sealed key/);
  refused({ scrypt: { ...whole.scrypt, N: 2 ** 24 } }, /no sealed key/);
  refused({ tag: 'AAAA' }, /no sealed key/);
  refused({ format: 'other' }, /no sealed key/);
  chmodSync(file, 0o640);
  assert.throws(() => openSealedKey(file, passphrase), /read or changed by others/);
  chmodSync(file, 0o600);
});
