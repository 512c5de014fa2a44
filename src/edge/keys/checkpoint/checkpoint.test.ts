// The key file and the witness file: made once, kept private, whole after a crash in the middle of a write.
import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { temporaryFolder } from '../../../../test/support/index.ts';
import { openCheckpoint, signCheckpoint, splitNotes } from '../../../core/audit/index.ts';
import { auditFiles, openCheckpointKey, openWitnessFile } from './index.ts';

const folders: { remove(): void }[] = [];
let data = '';
beforeEach(() => {
  const folder = temporaryFolder('checkpoint');
  folders.push(folder);
  data = folder.path;
});
after(() => {
  for (const folder of folders) folder.remove();
});

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('the checkpoint key', () => {
  test('is made once, with mode 0600, and keeps its name', () => {
    const first = openCheckpointKey(data, 'hub.example/audit');
    const again = openCheckpointKey(data, 'renamed.example/audit');
    assert.deepEqual([first.fresh, again.fresh], [true, false]);
    assert.equal(again.signer.verifier.text, first.signer.verifier.text);
    assert.equal(again.verifiers.length, 1);
    assert.equal(mode(auditFiles(data).key), '600');
  });

  test('is refused when others can read it, or when it is damaged', () => {
    openCheckpointKey(data, 'hub.example/audit');
    chmodSync(auditFiles(data).key, 0o640);
    assert.throws(() => openCheckpointKey(data, 'hub.example/audit'), /0600/);
    chmodSync(auditFiles(data).key, 0o600);
    writeFileSync(auditFiles(data).key, 'PRIVATE+KEY+x+00000000+AAAA');
    assert.throws(() => openCheckpointKey(data, 'hub.example/audit'), /no checkpoint key/);
    assert.throws(() => openCheckpointKey(data, 'two words'), /name a log/);
  });

  test('that is replaced still leaves the old public key in the ring', () => {
    const first = openCheckpointKey(data, 'hub.example/audit');
    rmSync(auditFiles(data).key);
    const second = openCheckpointKey(data, 'hub.example/audit');
    assert.deepEqual(
      second.verifiers.map((v) => v.text),
      [first.signer.verifier.text, second.signer.verifier.text],
    );
    assert.equal(readFileSync(auditFiles(data).publicKeys, 'utf8').trim().split('\n').length, 2);
  });
});

describe('the witness file', () => {
  const open = () => {
    mkdirSync(join(data, 'audit'), { recursive: true });
    const keys = openCheckpointKey(data, 'hub.example/audit');
    const note = (size: number) =>
      signCheckpoint(
        { origin: 'hub.example/audit', size, root: Buffer.alloc(32, size), at: 1_763_816_340_000 },
        keys.signer,
      );
    return { keys, note, path: auditFiles(data).checkpoints };
  };

  test('remembers the last checkpoint over a restart', async () => {
    const { keys, note, path } = open();
    const witness = await openWitnessFile(path, keys.verifiers);
    assert.equal(witness.last(), undefined);
    await witness.append([note(1), note(2)], { size: 2, root: Buffer.alloc(32, 2) });
    await witness.close();
    assert.equal(mode(path), '600');
    const again = await openWitnessFile(path, keys.verifiers);
    assert.deepEqual(again.last(), { size: 2, root: Buffer.alloc(32, 2) });
    await again.close();
  });

  test('cut off at any byte keeps the whole checkpoints and goes on after them', async () => {
    const { keys, note, path } = open();
    const whole = [1, 2, 3].map((size) => `${note(size)}\n`).join('');
    for (let cut = 0; cut <= whole.length + 2; cut += 3) {
      writeFileSync(path, whole);
      truncateSync(path, Math.min(cut, Buffer.byteLength(whole)));
      const witness = await openWitnessFile(path, keys.verifiers);
      const kept = witness.last()?.size ?? 0;
      const rest = [1, 2, 3, 4].filter((size) => size > kept).map(note);
      await witness.append(rest, { size: 4, root: Buffer.alloc(32, 4) });
      await witness.close();
      const sizes: number[] = [];
      for await (const each of splitNotes([readFileSync(path, 'utf8')])) {
        const opened = openCheckpoint(each.note, keys.verifiers);
        if (opened.kind === 'good') sizes.push(opened.checkpoint.size);
      }
      assert.deepEqual(sizes, [1, 2, 3, 4], `cut at ${cut}`);
    }
  });

  test('does not take a forged line for its last checkpoint', async () => {
    const { keys, note, path } = open();
    writeFileSync(path, `${note(1)}\n`);
    appendFileSync(path, `${note(9).replace('\n9\n', '\n8\n')}\n`);
    const witness = await openWitnessFile(path, keys.verifiers);
    assert.equal(witness.last()?.size, 1);
    await witness.close();
  });
});
