// Signed notes against the example of golang.org/x/mod/sumdb/note, and checkpoints in them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { openCheckpoint, signCheckpoint, splitNotes } from './checkpoint.ts';
import { formatSigner, noteSigner, openNote, parseSigner, parseVerifier } from './signed-note.ts';

// From the documentation of golang.org/x/mod/sumdb/note.
const skey = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const note = `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

const verifier = parseVerifier(vkey)!;

describe('signed notes', () => {
  test('the known key signs the known text to the known note', () => {
    const signer = parseSigner(skey);
    assert.ok(signer);
    assert.equal(signer.verifier.text, vkey);
    assert.equal(signer.sign(text), note);
  });

  test('the known note opens; a changed text or signature is forged; another key is unknown', () => {
    assert.equal(openNote(note, [verifier]).kind, 'signed');
    assert.equal(openNote(note.replace('answer', 'Answer'), [verifier]).kind, 'forged');
    assert.equal(openNote(note.replace('ZJkuBS9', 'ZJkuBS8'), [verifier]).kind, 'forged');
    const other = noteSigner('PeterNeumann', Buffer.alloc(32, 3)).verifier;
    assert.equal(openNote(note, [other]).kind, 'unknownKey');
    assert.equal(openNote(note.trimEnd(), [verifier]).kind, 'malformed');
  });

  test('a verifier key whose id does not fit is refused', () => {
    assert.equal(parseVerifier(vkey.replace('c74f20a3', 'c74f20a4')), undefined);
    assert.equal(parseVerifier(vkey.replace('+ARpc', '+ARpd')), undefined);
    assert.equal(parseSigner(skey.replace('c74f20a3', 'c74f20a4')), undefined);
  });

  test('a signer key is written and read', () => {
    const seed = Buffer.alloc(32, 9);
    assert.equal(
      parseSigner(formatSigner('hub.example/audit', seed))?.verifier.text,
      noteSigner('hub.example/audit', seed).verifier.text,
    );
    assert.throws(() => noteSigner('two words', seed), RangeError);
  });
});

describe('checkpoints', () => {
  const signer = noteSigner('hub.example/audit', Buffer.alloc(32, 5));
  const checkpoint = { origin: 'hub.example/audit', size: 1234, root: Buffer.alloc(32, 1), at: 1_763_816_340_123 };

  test('are C2SP checkpoints: origin, size, root, then the instant as an extension line', () => {
    const signed = signCheckpoint(checkpoint, signer);
    assert.deepEqual(signed.split('\n').slice(0, 5), [
      'hub.example/audit',
      '1234',
      checkpoint.root.toString('base64'),
      'at 2025-11-22T12:59:00.123Z',
      '',
    ]);
    const opened = openCheckpoint(signed, [signer.verifier]);
    assert.equal(opened.kind, 'good');
    assert.deepEqual(opened.kind === 'good' && opened.checkpoint, checkpoint);
  });

  test("any change of the note's bytes is noticed", () => {
    const signed = signCheckpoint(checkpoint, signer);
    fc.assert(
      fc.property(fc.nat(Buffer.byteLength(signed) - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = Buffer.from(signed);
        bytes[at] = bytes[at]! ^ flip;
        assert.notEqual(openCheckpoint(bytes.toString('utf8'), [signer.verifier]).kind, 'good');
      }),
      { numRuns: 500 },
    );
  });

  test('of another log, or with a size written in another way, are malformed', () => {
    const foreign = signer.sign(
      `other.example\n1\n${checkpoint.root.toString('base64')}\nat 2025-11-22T12:59:00.123Z\n`,
    );
    assert.equal(openCheckpoint(foreign, [signer.verifier]).kind, 'malformed');
    const zero = signer.sign(
      `hub.example/audit\n01\n${checkpoint.root.toString('base64')}\nat 2025-11-22T12:59:00.123Z\n`,
    );
    assert.equal(openCheckpoint(zero, [signer.verifier]).kind, 'malformed');
  });

  test('are split from a file in any chunks, with their line, without an unfinished end', async () => {
    const notes = [1, 2, 3].map((size) => signCheckpoint({ ...checkpoint, size }, signer));
    const file = `${notes.map((each) => `${each}\n`).join('')}hub.example/audit\n4\n`;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: file.length }), async (width) => {
        const chunks = Array.from({ length: Math.ceil(file.length / width) }, (_, n) =>
          file.slice(n * width, (n + 1) * width),
        );
        const found = [];
        for await (const each of splitNotes(chunks)) found.push(each);
        assert.deepEqual(
          found.map((each) => each.note),
          notes,
        );
        assert.deepEqual(
          found.map((each) => each.line),
          [1, 8, 15],
        );
      }),
      { numRuns: 60 },
    );
  });
});
