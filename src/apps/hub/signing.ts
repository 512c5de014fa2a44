// The issuers' signing keys as this hub holds them: read anew every few seconds, made ahead of need by the schedule.
import type { KeyObject } from 'node:crypto';
import { type Clock, dayMs } from '../../base/clock.ts';
import { type AlgorithmName, type PublishedJwk, publishedJwk, type SigningKey } from '../../base/jose/index.ts';
import { Problem } from '../../base/problem.ts';
import { keyHolderCertificate } from '../../base/x509/index.ts';
import type { Expiring } from '../../core/catalogue/expiry.ts';
import { accessTokenAlgorithmOf, type CatalogueSnapshot, idTokenAlgorithmOf } from '../../core/catalogue/index.ts';
import { type Committer, recordOnly } from '../../core/commit/index.ts';
import {
  type KeyTimes,
  keepPublishedMs,
  keysRetired,
  keysToMake,
  keysToPublish,
  keyThatSigns,
  lastingKeySchedule,
  lastingKeyUses,
  samlDecryptionKeyOwner,
} from '../../core/issuing/index.ts';
import type { ScheduledKey, signingKeyStore } from '../../edge/store/hub/signing-keys.ts';

interface HeldKey extends KeyTimes {
  readonly algorithm: AlgorithmName;
  readonly key: SigningKey;
}

export interface LiveKeys {
  signing(issuer: string, alg: AlgorithmName): SigningKey;
  published(issuer: string): readonly PublishedJwk[];
  retired(issuer: string): readonly PublishedJwk[];
  /** Published RS256 keys of an owner as certificates that hold them, the one that signs first. DER. */
  certificates(owner: string): readonly Buffer[];
  /** Private keys that assertions for us may be encrypted to, the newest first. */
  decrypting(): readonly KeyObject[];
  /** Makes keys that are due, by the present catalogue unless another is given, and reads what other hubs made; answers those made. */
  refresh(snapshot?: CatalogueSnapshot): Promise<readonly { kid: string; issuer: string; algorithm: string }[]>;
  /**
   * For the warnings. A successor is made 3 days ahead, so only a key that has 2 days left without one is told of; of a
   * lasting key 45 days ahead, so that one is told of that has 30 days left.
   */
  expiring(): readonly Expiring[];
}

/** Every issuer can sign with ES256; access and ID tokens are signed with what APIs, applications and profiles name. */
function usesOf(snapshot: CatalogueSnapshot): readonly { issuer: string; algorithm: AlgorithmName }[] {
  const uses = new Map<string, { issuer: string; algorithm: AlgorithmName }>();
  const add = (issuer: string, algorithm: AlgorithmName) => uses.set(`${issuer} ${algorithm}`, { issuer, algorithm });
  for (const issuer of snapshot.issuers.keys()) add(issuer, 'ES256');
  for (const application of snapshot.clients.values()) {
    add(application.issuer, idTokenAlgorithmOf(application));
    for (const api of [undefined, ...application.apis.map((id) => snapshot.apis.get(id))])
      add(application.issuer, accessTokenAlgorithmOf(application, api));
  }
  return [...uses.values()];
}

/** Makes the keys that are due, reads what other hubs made, and writes down what was made. */
export async function makeDueKeys(
  parts: {
    readonly keys: LiveKeys;
    readonly committer: { readonly commit: Committer };
    readonly clock: Clock;
  },
  snapshot?: CatalogueSnapshot,
): Promise<void> {
  const made = await parts.keys.refresh(snapshot);
  if (made.length === 0) return;
  const at = parts.clock();
  await parts.committer.commit(
    recordOnly(made.map((key) => ({ kind: 'hub.keyRotated', at, outcome: 'ok', body: { ...key } }))),
  );
}

/** Whoever keeps to its dates must not lose a key that signs still: it goes on until its successor is active. */
const certificateYears = 10;

function certificateOf({ key, publishAt }: HeldKey): Buffer {
  const notBefore = Math.floor(publishAt / 1000) * 1000 - dayMs;
  return keyHolderCertificate(
    { alg: 'RS256', sign: key.sign, publicJwk: key.publicJwk },
    { commonName: `Tillit ${key.kid.slice(0, 12)}`, notBefore, notAfter: notBefore + certificateYears * 365 * dayMs },
  );
}

export function liveKeys(
  store: ReturnType<typeof signingKeyStore>,
  catalogue: () => CatalogueSnapshot,
  clock: Clock,
): LiveKeys {
  let held: readonly HeldKey[] = [];
  // The answer for an issuer and algorithm changes only with the clock and the keys; a second's memory is cheap and exact enough.
  let remembered = new Map<string, { until: number; key: SigningKey }>();
  const listed = new Map<string, { until: number; keys: readonly PublishedJwk[] }>();
  const memoryMs = 1000;
  const certificates = new Map<string, Buffer>();
  let decrypting: readonly KeyObject[] = [];

  return {
    signing(issuer, alg) {
      const now = clock();
      const name = `${issuer} ${alg}`;
      const known = remembered.get(name);
      if (known && now < known.until) return known.key;
      const found = keyThatSigns(held, { issuer, algorithm: alg }, now);
      if (!found) {
        throw new Problem({
          kind: 'unavailable',
          code: 'unavailable',
          detail: `issuer ${issuer} has no active ${alg} key yet`,
        });
      }
      remembered.set(name, { until: now + memoryMs, key: found.key });
      return found.key;
    },
    published(issuer) {
      const now = clock();
      const known = listed.get(issuer);
      if (known && now < known.until) return known.keys;
      const found = keysToPublish(held, issuer, now, keepPublishedMs(catalogue())).map(({ key }) => publishedJwk(key));
      // The same keys are the same list: what others have parsed or verified by it stays good.
      const kids = (list: readonly PublishedJwk[]) => list.map(({ kid }) => kid).join(' ');
      const keys = known && kids(known.keys) === kids(found) ? known.keys : found;
      listed.set(issuer, { until: now + memoryMs, keys });
      return keys;
    },
    certificates(owner) {
      const now = clock();
      const published = keysToPublish(held, owner, now, keepPublishedMs(catalogue())).filter(
        ({ algorithm }) => algorithm === 'RS256',
      );
      const signs = keyThatSigns(held, { issuer: owner, algorithm: 'RS256' }, now);
      const inOrder = [...published].sort((a, b) => Number(b === signs) - Number(a === signs));
      return inOrder.map((each) => {
        const known = certificates.get(each.key.kid);
        const made = known ?? certificateOf(each);
        certificates.set(each.key.kid, made);
        return made;
      });
    },
    decrypting: () => decrypting,
    retired: (issuer) =>
      keysRetired(held, issuer, clock(), keepPublishedMs(catalogue())).map(({ key }) => publishedJwk(key)),
    async refresh(snapshot = catalogue()) {
      const uses = usesOf(snapshot);
      const lasting = lastingKeyUses(snapshot);
      const wanted = (existing: readonly KeyTimes[]) => [
        ...keysToMake(existing, uses, clock()),
        ...keysToMake(existing, lasting, clock(), lastingKeySchedule),
      ];
      const made = wanted(held).length > 0 ? await store.ensure(wanted) : [];
      const all = await store.all();
      decrypting = lasting.some(({ issuer }) => issuer === samlDecryptionKeyOwner)
        ? await store.decrypting(samlDecryptionKeyOwner)
        : [];
      held = all.map((each: ScheduledKey) => ({ ...each, algorithm: each.key.alg }));
      remembered = new Map();
      for (const [issuer, { keys }] of listed) listed.set(issuer, { until: 0, keys });
      return made;
    },
    expiring: () => {
      const lives = [
        ...usesOf(catalogue()).map((use) => ({ ...use, warnedDays: 8 })),
        // Partners are to have the successor 30 days before it signs: from then on its absence is told of.
        ...lastingKeyUses(catalogue()).map((use) => ({ ...use, warnedDays: 45 })),
      ];
      return lives.flatMap((use): Expiring[] => {
        const last = held
          .filter((key) => key.issuer === use.issuer && key.algorithm === use.algorithm)
          .sort((a, b) => b.retireAt - a.retireAt)[0];
        if (!last) return [];
        return [
          {
            kind: 'key',
            name: `signing key ${use.issuer} ${use.algorithm}`,
            startsAt: last.retireAt - use.warnedDays * dayMs,
            expiresAt: last.retireAt,
          },
        ];
      });
    },
  };
}
