// Master keys in their file: made once, kept private, changed in two steps so that no hub is locked out.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { open, seal } from '../../../base/sealing/index.ts';
import { addMasterKey, openKeyring, useNewestMasterKey } from './keyring-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tillit-keys-'));
  file = join(folder, 'keys', 'master.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('it is made once, for its owner alone, and read back', () => {
  assert.throws(() => openKeyring(file, { make: false }), /is missing/);
  const made = openKeyring(file, { make: true });
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(openKeyring(file, { make: true }).current.id, made.current.id);
});

test('a file that others can read, or that is damaged, is refused', () => {
  openKeyring(file, { make: true });
  chmodSync(file, 0o640);
  assert.throws(() => openKeyring(file, { make: false }), /can be read by others/);
  for (const text of ['', '{}', '{"keys":[]}', '{"keys":[{"id":"x","key":"AAAA"}]}', 'null']) {
    chmodSync(file, 0o600);
    writeFileSync(file, text);
    assert.throws(() => openKeyring(file, { make: true }), /master keys|holds no key/, text);
  }
});

test('the first key ever made stays the first, however often keys are added and turned', () => {
  const { first } = openKeyring(file, { make: true });
  for (const step of [addMasterKey, addMasterKey, useNewestMasterKey, addMasterKey, useNewestMasterKey]) {
    step(file);
    assert.equal(openKeyring(file, { make: false }).first.id, first.id);
  }
});

test('in each step a hub that has not restarted yet, and one that has, open what the other sealed', () => {
  const before = openKeyring(file, { make: true });
  const added = addMasterKey(file);
  const between = openKeyring(file, { make: false });
  assert.equal(between.current.id, before.current.id);
  assert.equal(useNewestMasterKey(file), added);
  const after = openKeyring(file, { make: false });
  assert.equal(after.current.id, added);
  for (const [sealer, opener] of [
    [before, between],
    [between, before],
    [between, after],
    [after, between],
  ] as const) {
    assert.ok(open(opener, 'p', 'c', seal(sealer, 'p', 'c', Buffer.from('x'))).ok);
  }
  assert.equal(open(before, 'p', 'c', seal(after, 'p', 'c', Buffer.from('x'))).ok, false);
});
