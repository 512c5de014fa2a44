// Argon2id: the stated parameters, the same work for no account, and never more at once than allowed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Secret } from '../../../base/secret.ts';
import { createHashing } from './hashing.ts';

const low = { memory: 64, passes: 1, lanes: 1 };

describe('hashing', () => {
  test('makes Argon2id hashes with the stated parameters', async () => {
    const made = await createHashing().hash(new Secret('correct horse'));
    assert.match(made, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    assert.ok(await createHashing().verify(made, new Secret('correct horse')));
    assert.ok(!(await createHashing().verify(made, new Secret('correct hors'))));
  });
  test('one password in two spellings of Unicode is one password', async () => {
    const hashing = createHashing({ parameters: low });
    assert.ok(
      await hashing.verify(await hashing.hash(new Secret('a\u030angstr\u00f6m')), new Secret('\u00e5ngstro\u0308m')),
    );
  });
  test('no account does the work of one run and is never right', async () => {
    const hashing = createHashing({ parameters: low });
    const before = hashing.runs();
    assert.equal(await hashing.verify(undefined, new Secret('x')), false);
    assert.equal(hashing.runs() - before, 1);
  });
  test('a broken hash is wrong, not an error', async () => {
    assert.equal(await createHashing({ parameters: low }).verify('$argon2id$broken', new Secret('x')), false);
  });
  test('knows which hashes are weaker', async () => {
    const weak = await createHashing({ parameters: low }).hash(new Secret('x'));
    assert.ok(createHashing({ parameters: { ...low, passes: 2 } }).isWeaker(weak));
    assert.ok(createHashing({ parameters: { ...low, memory: 128 } }).isWeaker(weak));
    assert.ok(!createHashing({ parameters: low }).isWeaker(weak));
    assert.ok(createHashing({ parameters: low }).isWeaker('$2b$12$abc'));
  });
  test('says when the line is full, and everybody in it is served', async () => {
    const hashing = createHashing({ parameters: low, atOnce: 1, line: 3 });
    const made = await hashing.hash(new Secret('x'));
    const waiting = Array.from({ length: 4 }, () => hashing.verify(made, new Secret('x')));
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.resolve();
    const full = !hashing.hasRoom();
    assert.deepEqual(await Promise.all(waiting), [true, true, true, true]);
    assert.ok(full);
    assert.ok(hashing.hasRoom());
  });
});
