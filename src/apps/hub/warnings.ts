// Gathers everything that runs out and says so in time: certificates, keys, revocation lists (B5).
import { X509Certificate } from 'node:crypto';
import type { Logger } from 'pino';
import { dayMs } from '../../base/clock.ts';
import { pemBlocks } from '../../base/x509/index.ts';
import {
  type CatalogueSnapshot,
  dueWarnings,
  type Expiring,
  expiringKinds,
  mayRotateKeys,
  warnDays,
} from '../../core/catalogue/index.ts';
import type { Committer } from '../../core/commit/index.ts';
import { liveKeys, type RegisteredKey } from '../../core/grants/index.ts';
import type { RevocationCache } from '../../core/trust/index.ts';

/** A certificate in PEM as a thing that runs out. */
function certificate(name: string, pem: string): readonly Expiring[] {
  return pemBlocks(pem).map((der) => {
    const read = new X509Certificate(der);
    return {
      kind: 'certificate',
      name: `${name} ${read.fingerprint256.slice(0, 23)}`,
      startsAt: Date.parse(read.validFrom),
      expiresAt: Date.parse(read.validTo),
    };
  });
}

/** Anchors and intermediates of every population. */
export const populationCertificates = (snapshot: CatalogueSnapshot): readonly Expiring[] =>
  [...snapshot.populations.values()].flatMap(({ id, anchors, intermediates }) =>
    [...anchors, ...intermediates].flatMap((pem) => certificate(`population ${id}`, pem)),
  );

/** Keys of applications: those with an end in their record, and those that they registered themselves. */
export function applicationKeys(
  snapshot: CatalogueSnapshot,
  registered: readonly RegisteredKey[],
): readonly Expiring[] {
  return [...snapshot.clients.values()]
    .filter(({ closed }) => !closed)
    .flatMap((application) => {
      const own = registered.filter(({ client }) => client === application.id);
      const started = new Map(own.map(({ thumbprint, createdAt }) => [thumbprint, createdAt]));
      const rows = mayRotateKeys(application) ? own : [];
      return liveKeys(application, rows, Number.NEGATIVE_INFINITY).flatMap(({ key, expiresAt }): Expiring[] =>
        expiresAt === undefined
          ? []
          : [
              {
                kind: 'key',
                name: `application ${application.id} ${key.kid ?? key.jkt}`,
                application: application.id,
                // A key of a record does not say since when it is there: it is warned of at every threshold.
                startsAt: started.get(key.jkt) ?? Number.NEGATIVE_INFINITY,
                expiresAt,
              },
            ],
      );
    });
}

/** How many things run out within each of the days of the warnings, by kind: what the metrics show. */
export function runningOut(things: readonly Expiring[], now: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of expiringKinds) {
    const left = things.filter((thing) => thing.kind === kind).map(({ expiresAt }) => expiresAt - now);
    for (const days of warnDays) {
      counts.set(`${kind} ${days}`, left.filter((each) => each > 0 && each <= days * dayMs).length);
    }
  }
  return counts;
}

/** Everything of this hub that has an end. */
export function everythingExpiring(given: {
  snapshot: CatalogueSnapshot;
  cache: RevocationCache;
  keys: readonly Expiring[];
  /** Keys that applications registered themselves. */
  registered: readonly RegisteredKey[];
  /** Name -> PEM of the certificates that our listeners show. */
  listeners: Readonly<Record<string, string>>;
}): readonly Expiring[] {
  const listeners = Object.entries(given.listeners).flatMap(([name, pem]) => certificate(`listener ${name}`, pem));
  const populations = populationCertificates(given.snapshot);
  const lists = given.cache
    .reports()
    .flatMap(({ url, thisUpdate, nextUpdate }): Expiring[] =>
      thisUpdate === undefined || nextUpdate === undefined
        ? []
        : [{ kind: 'crl', name: url, startsAt: thisUpdate, expiresAt: nextUpdate }],
    );
  return [...listeners, ...populations, ...lists, ...given.keys, ...applicationKeys(given.snapshot, given.registered)];
}

/** Says each due warning once for all hubs: in the audit by a claim, in the log by whoever won it. */
export async function warnOfExpiry(
  things: readonly Expiring[],
  now: number,
  commit: Committer,
  log: Logger,
): Promise<number> {
  let said = 0;
  for (const { of, daysLeft, claim } of dueWarnings(things, now)) {
    const body = { what: of.kind, name: of.name, expiresAt: new Date(of.expiresAt).toISOString(), daysLeft };
    const done = await commit({
      claims: [claim],
      writes: [],
      ifWon: [{ kind: 'hub.expiryWarning', at: now, outcome: 'ok', application: of.application, body }],
      ifLost: [],
    });
    if (!done.won) continue;
    log.warn(body, 'something runs out soon');
    said += 1;
  }
  return said;
}
