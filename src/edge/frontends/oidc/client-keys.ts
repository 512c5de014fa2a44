// Public keys of clients: inline ones parsed once for each catalogue item, remote ones through the bounded port.
import { LRUCache } from 'lru-cache';
import type { EpochMs } from '../../../base/clock.ts';
import { parseJwks, type VerifyKey } from '../../../base/jose/index.ts';
import { mayRotateKeys, type OidcApplication } from '../../../core/catalogue/index.ts';
import { type ClientKeyReads, type LiveKey, liveKeys, recordKeys } from '../../../core/grants/index.ts';

const keptMs = 10 * 60_000;
/** A key id that is not in the set is looked for again at most this often. */
const againMs = 60_000;

interface Remote {
  readonly keys: readonly VerifyKey[];
  readonly at: EpochMs;
}

export type ClientKeys = (
  application: OidcApplication,
  keyId: string | undefined,
  now: EpochMs,
) => readonly VerifyKey[] | Promise<readonly VerifyKey[]>;

/** Keys of an application; a set that cannot be had or read is empty, so that nothing verifies. */
export function clientKeys(
  fetchJwks: (uri: string) => Promise<Buffer | undefined>,
  registeredKeys: ClientKeyReads['registeredKeys'],
): ClientKeys {
  const inline = new WeakMap<OidcApplication, readonly LiveKey[]>();
  const remote = new LRUCache<string, Remote>({ max: 1000 });
  const running = new Map<string, Promise<readonly VerifyKey[]>>();

  const load = async (uri: string, now: EpochMs): Promise<readonly VerifyKey[]> => {
    const known = remote.get(uri)?.keys ?? [];
    const body = await fetchJwks(uri).catch(() => undefined);
    const set = body === undefined ? undefined : parseJwks(body);
    // A set that cannot be fetched for a moment must not lock its client out: the last good one stands in.
    const keys = set?.ok === true ? set.keys : known;
    remote.set(uri, { keys, at: now });
    return keys;
  };

  return (application, keyId, now) => {
    const { authentication } = application;
    if (authentication.method !== 'private_key_jwt') return [];
    if ('jwks' in authentication) {
      // Never remembered: a key that an application added or removed counts at once, in every process.
      if (mayRotateKeys(application)) {
        return registeredKeys(application.id).then((rows) => liveKeys(application, rows, now).map(({ key }) => key));
      }
      const known = inline.get(application) ?? recordKeys(application);
      inline.set(application, known);
      return known.filter(({ expiresAt }) => expiresAt === undefined || now < expiresAt).map(({ key }) => key);
    }
    const uri = authentication.jwksUri;
    const found = remote.get(uri);
    const missing = keyId !== undefined && found?.keys.every(({ kid }) => kid !== keyId) === true;
    if (found !== undefined && now - found.at < (missing ? againMs : keptMs)) return found.keys;
    const loading = running.get(uri) ?? load(uri, now).finally(() => running.delete(uri));
    running.set(uri, loading);
    return loading;
  };
}
