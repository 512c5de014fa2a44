// Client secrets of the basic profile: verified apart from people's passwords, so that a flood of one cannot stop the other.
import { createHmac } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Problem } from '../../base/problem.ts';
import { Secret } from '../../base/secret.ts';
import type { Hashing } from '../../edge/connectors/password/index.ts';

const mostRemembered = 1000;

/**
 * Whether a secret belongs to a hash. One that was right is known again without the work, so that wrong ones, which
 * anybody can send, do not hold up a client that is right. Throws a Problem (`unavailable`) when the line is full.
 */
export function clientSecrets(hashing: Hashing): (hash: string, secret: string) => Promise<boolean> {
  // Whole hash and whole secret, each by its length: another hash (the secret was changed) is another entry.
  const key = crypto.getRandomValues(new Uint8Array(32));
  const entryOf = (hash: string, secret: string): string =>
    createHmac('sha256', key).update(`${hash.length} ${hash} ${secret.length} ${secret}`).digest('base64');
  const right = new LRUCache<string, true>({ max: mostRemembered });
  return async (hash, secret) => {
    const entry = entryOf(hash, secret);
    if (right.has(entry)) return true;
    if (!hashing.hasRoom()) {
      throw new Problem({ kind: 'unavailable', code: 'unavailable', detail: 'too many client secrets to verify' });
    }
    const holds = await hashing.verify(hash, new Secret(secret));
    if (holds) right.set(entry, true);
    return holds;
  };
}
