// Hashes of any part of a stored tree, and inclusion paths (RFC 6962 2.1.1), from leaves and every eighth level.
import { nodeHash } from './merkle.ts';
import type { TreeStore } from './ports.ts';

/** Levels that are kept: the leaves, and each complete subtree of 256, 65,536 … leaves. The rest is worked out. */
export const levelStep = 8;

/** True when complete subtrees of this level are stored beside the leaves. */
export const isKeptLevel = (level: number): boolean => level > 0 && level % levelStep === 0;

/** The largest power of two smaller than `n` (RFC 6962 2.1), for n > 1. */
function splitPoint(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** Root over leaves [from, to), which begins at a multiple of its left half's size (as every part of a path does). */
async function rangeRoot(store: TreeStore, from: number, to: number): Promise<Buffer> {
  const count = to - from;
  const level = Math.log2(count);
  if (!Number.isInteger(level)) {
    const middle = from + splitPoint(count);
    return nodeHash(await rangeRoot(store, from, middle), await rangeRoot(store, middle, to));
  }
  const kept = level - (level % levelStep);
  const width = 2 ** kept;
  let row = await store.nodes(kept, from / width, to / width);
  if (row.length !== count / width) throw new RangeError(`the stored tree lacks hashes of leaves ${from} to ${to - 1}`);
  while (row.length > 1) {
    const above: Buffer[] = [];
    for (let at = 0; at + 1 < row.length; at += 2) above.push(nodeHash(row[at] as Buffer, row[at + 1] as Buffer));
    row = above;
  }
  return row[0] as Buffer;
}

/** The inclusion path of leaf `index` in the tree of the first `size` leaves, from the leaf up (RFC 6962 2.1.1). */
export async function inclusionPath(store: TreeStore, index: number, size: number): Promise<readonly Buffer[]> {
  if (index < 0 || index >= size) throw new RangeError(`leaf ${index} is not in a tree of ${size}`);
  const path: Buffer[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + splitPoint(to - from);
    if (index < middle) {
      path.push(await rangeRoot(store, middle, to));
      to = middle;
    } else {
      path.push(await rangeRoot(store, from, middle));
      from = middle;
    }
  }
  return path.reverse();
}
