// The tree against the Certificate Transparency reference data, and paths against a plain recursion of RFC 6962.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { emptyRoot, eventDigest, Frontier, leafHash, nodeHash, rootFromPath } from './merkle.ts';
import type { TreeStore } from './ports.ts';
import { inclusionPath, isKeptLevel } from './tree-hashes.ts';

// certificate-transparency-go, testonly/reference data: eight leaves and the root of each prefix.
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** RFC 6962 2.1, word for word. */
function plainRoot(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 0) return emptyRoot;
  if (hashes.length === 1) return hashes[0]!;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return nodeHash(plainRoot(hashes.slice(0, k)), plainRoot(hashes.slice(k)));
}

const leafOf = (n: number): Buffer => leafHash(Buffer.from(`leaf ${n}`));

/** A store that holds what the sealer keeps: leaves and every eighth level. */
function grow(size: number): { frontier: Frontier; store: TreeStore } {
  const kept = new Map<string, Buffer>();
  const frontier = new Frontier();
  for (let n = 0; n < size; n++) {
    frontier.push(leafOf(n), (level, index, hash) => {
      if (level === 0 || isKeptLevel(level)) kept.set(`${level} ${index}`, hash);
    });
  }
  const store: TreeStore = {
    nodes: async (level, from, to) => {
      const found: Buffer[] = [];
      for (let at = from; at < to; at++) {
        const node = kept.get(`${level} ${at}`);
        if (node !== undefined) found.push(node);
      }
      return found;
    },
  };
  return { frontier, store };
}

describe('Merkle tree', () => {
  test('gives the roots of the Certificate Transparency reference data', () => {
    assert.equal(emptyRoot.toString('hex'), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    const tree = new Frontier();
    leaves.forEach((leaf, at) => {
      tree.push(leafHash(Buffer.from(leaf, 'hex')));
      assert.equal(tree.root().toString('hex'), roots[at]);
    });
  });

  test('a saved right edge goes on as if it had never been saved', () => {
    fc.assert(
      fc.property(fc.nat(600), fc.nat(600), (first, more) => {
        const whole = grow(first + more).frontier;
        const saved = grow(first).frontier;
        const resumed = Frontier.fromBytes(saved.size, saved.toBytes());
        for (let n = first; n < first + more; n++) resumed.push(leafOf(n));
        assert.deepEqual(resumed.root(), whole.root());
      }),
      { numRuns: 50 },
    );
  });

  test('a right edge that does not fit its size is refused', () => {
    assert.throws(() => Frontier.fromBytes(3, Buffer.alloc(32)), RangeError);
    assert.throws(() => Frontier.fromBytes(1, Buffer.alloc(31)), RangeError);
  });

  test('paths of random leaves lead to the root, at every size and over kept levels', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1500 }), fc.nat(), async (size, pick) => {
        const index = pick % size;
        const { frontier, store } = grow(size);
        const path = await inclusionPath(store, index, size);
        assert.deepEqual(rootFromPath(index, size, leafOf(index), path), frontier.root());
        assert.deepEqual(frontier.root(), plainRoot(Array.from({ length: size }, (_, n) => leafOf(n))));
      }),
      { numRuns: 40 },
    );
  });

  test('a path fails for another leaf, another place, another size, and when it is longer or shorter', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 300 }), fc.nat(), fc.nat(), async (size, pick, other) => {
        const index = pick % size;
        const wrong = (index + 1 + (other % (size - 1))) % size;
        const { frontier, store } = grow(size);
        const root = frontier.root();
        const path = await inclusionPath(store, index, size);
        const leads = (...given: Parameters<typeof rootFromPath>) => rootFromPath(...given)?.equals(root) ?? false;
        assert.ok(!leads(index, size, leafOf(wrong), path));
        assert.ok(!leads(wrong, size, leafOf(index), path));
        assert.ok(!leads(index, size, leafOf(index), path.slice(1)));
        assert.ok(!leads(index, size, leafOf(index), [...path, leafOf(0)]));
        assert.ok(!leads(size + index, size, leafOf(index), path));
      }),
      { numRuns: 40 },
    );
  });

  test('a path through more than 65,536 leaves uses the kept levels', async () => {
    const { frontier, store } = grow(70_001);
    for (const index of [0, 255, 256, 65_535, 65_536, 70_000]) {
      const path = await inclusionPath(store, index, 70_001);
      assert.deepEqual(rootFromPath(index, 70_001, leafOf(index), path), frontier.root());
    }
  });

  test('an event digest is SHA-256 over salt and text', () => {
    const salt = Buffer.alloc(16, 7);
    const expected = createHash('sha256').update(salt).update('{"å":1}', 'utf8').digest();
    assert.deepEqual(eventDigest(salt, '{"å":1}'), expected);
  });
});
