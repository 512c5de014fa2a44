// A set of leaf numbers at one bit each, so that a hundred million of them take twelve megabytes.

const chunkBits = 2 ** 19;

export class BitSet {
  readonly #chunks = new Map<number, Uint8Array>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  has(at: number): boolean {
    const chunk = this.#chunks.get(Math.floor(at / chunkBits));
    const bit = at % chunkBits;
    return chunk !== undefined && ((chunk[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
  }

  add(at: number): void {
    const key = Math.floor(at / chunkBits);
    let chunk = this.#chunks.get(key);
    if (chunk === undefined) {
      chunk = new Uint8Array(chunkBits / 8);
      this.#chunks.set(key, chunk);
    }
    const bit = at % chunkBits;
    const mask = 1 << (bit & 7);
    const before = chunk[bit >> 3] ?? 0;
    if ((before & mask) !== 0) return;
    chunk[bit >> 3] = before | mask;
    this.#count += 1;
  }

  /** The members in order, as runs [from, to]. */
  *runs(): Generator<readonly [number, number]> {
    let from: number | undefined;
    let last = -2;
    for (const key of [...this.#chunks.keys()].sort((a, b) => a - b)) {
      for (let bit = 0; bit < chunkBits; bit++) {
        const at = key * chunkBits + bit;
        if (!this.has(at)) continue;
        if (at !== last + 1) {
          if (from !== undefined) yield [from, last];
          from = at;
        }
        last = at;
      }
    }
    if (from !== undefined) yield [from, last];
  }
}
