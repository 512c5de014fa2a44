// Verifying signatures within a bound: each is verified once for as long as the signed thing is at hand, and only so many in one judgement.
import { type Certificate, type PublicKeyFacts, type SignedParts, verifySigned } from '../../../base/x509/index.ts';

// A signed thing never changes, nor does a certificate's key: what was once found stays so.
const found = new WeakMap<SignedParts, Map<string, boolean>>();

const keyOf = ({ der }: PublicKeyFacts): string => der.toString('latin1');

/** How many new signatures may still be verified. When they run out, `exhausted` is set and nothing verifies any more. */
export class SignatureWork {
  exhausted = false;
  #left: number;
  constructor(most: number) {
    this.#left = most;
  }
  /** Whether `by`'s key made the signature; says nothing about names, times or the right to sign. */
  verifies(thing: SignedParts, by: Certificate): boolean {
    const known = found.get(thing) ?? new Map<string, boolean>();
    const key = keyOf(by.publicKey);
    const before = known.get(key);
    if (before !== undefined) return before;
    if (this.#left === 0) {
      this.exhausted = true;
      return false;
    }
    this.#left -= 1;
    const answer = verifySigned(thing, by.publicKey);
    known.set(key, answer);
    found.set(thing, known);
    return answer;
  }
}
