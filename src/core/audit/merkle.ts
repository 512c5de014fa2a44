// The Merkle tree of RFC 6962 2.1 over event digests, grown one leaf at a time from its right edge alone.
import { hash } from 'node:crypto';

export const digestBytes = 32;
const leafPrefix = Buffer.from([0]);
const nodePrefix = Buffer.from([1]);

const sha256 = (...parts: readonly Uint8Array[]): Buffer => hash('sha256', Buffer.concat(parts), 'buffer');

/** What a leaf stands for: SHA-256 over the salt and the exact text. Without the salt it tells nothing of the text. */
export const eventDigest = (salt: Uint8Array, text: string): Buffer => sha256(salt, Buffer.from(text, 'utf8'));

/** Hash of a leaf whose data is `data` (RFC 6962 2.1: prefix 0x00). */
export const leafHash = (data: Uint8Array): Buffer => sha256(leafPrefix, data);

/** Hash of an inner node (RFC 6962 2.1: prefix 0x01). */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(nodePrefix, left, right);

/** Root of the empty tree (RFC 6962 2.1). */
export const emptyRoot: Buffer = sha256();

/** Told about each complete subtree as it closes: its level (a leaf is 0), and its place among those of its level. */
export type NodeSeen = (level: number, index: number, hash: Buffer) => void;

/** Number of complete subtrees along the right edge of a tree: the ones in its size's binary form. */
export function frontierLength(size: number): number {
  let ones = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}

/** A growing tree: its size and the roots of its complete subtrees, largest first. Memory is logarithmic in its size. */
export class Frontier {
  #size: number;
  readonly #hashes: Buffer[];

  /** Goes on from a saved right edge; throws RangeError when the hashes do not fit the size. */
  constructor(size = 0, hashes: readonly Buffer[] = []) {
    if (hashes.length !== frontierLength(size) || hashes.some((given) => given.length !== digestBytes)) {
      throw new RangeError(`a tree of ${size} leaves has another right edge`);
    }
    this.#size = size;
    this.#hashes = [...hashes];
  }

  get size(): number {
    return this.#size;
  }

  get hashes(): readonly Buffer[] {
    return this.#hashes;
  }

  /** Appends one leaf hash. */
  push(leaf: Buffer, seen?: NodeSeen): void {
    let hashed = leaf;
    let level = 0;
    let index = this.#size;
    seen?.(level, index, hashed);
    while (index % 2 === 1) {
      const left = this.#hashes.pop();
      if (left === undefined) throw new RangeError('broken right edge');
      hashed = nodeHash(left, hashed);
      level += 1;
      index = (index - 1) / 2;
      seen?.(level, index, hashed);
    }
    this.#hashes.push(hashed);
    this.#size += 1;
  }

  /** The tree's root (RFC 6962 2.1 MTH). */
  root(): Buffer {
    const [last, ...rest] = this.#hashes.toReversed();
    if (last === undefined) return emptyRoot;
    return rest.reduce((right, left) => nodeHash(left, right), last);
  }

  /** The right edge in one piece, as it is stored. */
  toBytes(): Buffer {
    return Buffer.concat(this.#hashes);
  }

  /** Reads a stored right edge; throws RangeError when it does not fit the size. */
  static fromBytes(size: number, bytes: Uint8Array): Frontier {
    const hashes: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += digestBytes)
      hashes.push(Buffer.from(bytes.subarray(at, at + digestBytes)));
    return new Frontier(size, hashes);
  }
}

/**
 * The root that an inclusion path leads to (RFC 9162 2.1.3.2), or undefined when the path cannot be one of leaf
 * `index` in a tree of `size` leaves.
 */
export function rootFromPath(index: number, size: number, leaf: Buffer, path: readonly Buffer[]): Buffer | undefined {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return undefined;
  let node = index;
  let last = size - 1;
  let hashed = leaf;
  for (const step of path) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      hashed = nodeHash(step, hashed);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hashed = nodeHash(hashed, step);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hashed : undefined;
}
