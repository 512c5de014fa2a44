// Wires certificates: one cache of lists and one of OCSP answers a process, the smart-card connector, and the later re-check.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type pg from 'pg';
import type { Clock } from '../../base/clock.ts';
import type { CatalogueSnapshot } from '../../core/catalogue/index.ts';
import type { Cards, Connector } from '../../core/journey/index.ts';

import { standingRefusal } from '../../core/ordering/index.ts';
import {
  type CrlStore,
  namedDevices,
  OcspCache,
  RevocationCache,
  recheckCertificate,
  type StatusCaches,
} from '../../core/trust/index.ts';
import {
  folderCrlStore,
  httpCrlSource,
  httpOcspSource,
  smartcardConnector,
} from '../../edge/connectors/smartcard/index.ts';
import { cardOfCertificate } from '../../edge/store/hub/cards.ts';
import { type DerivedStandings, derivedStandings } from './ordering/derived-standing.ts';

export interface CardWiring {
  readonly cache: RevocationCache;
  readonly connector: Connector;
  readonly cards: Cards;
  readonly derived: DerivedStandings;
}

/** Where the status of cards comes from, over HTTP; lists are shared through `store`, where there is one. */
export const statusCaches = (clock: Clock, store?: CrlStore): StatusCaches => ({
  cache: new RevocationCache({ source: httpCrlSource(), clock, ...(store === undefined ? {} : { store }) }),
  responders: new OcspCache({ source: httpOcspSource(), clock, random: (octets) => randomBytes(octets) }),
});

/** How old a list's or an answer's last confirmation may be at login and at re-check: the hub's card re-check time. */
export function wireCards(
  dataFolder: string,
  catalogue: () => CatalogueSnapshot,
  clock: Clock,
  pool: pg.Pool,
): CardWiring {
  const caches = statusCaches(clock, folderCrlStore(join(dataFolder, 'crl')));
  const derived = derivedStandings({ pool, catalogue, caches, clock });
  const maxAgeMs = () => catalogue().settings.lifetimes.cardRecheck * 1000;
  return {
    cache: caches.cache,
    derived,
    connector: smartcardConnector({
      populations: () => catalogue().populations.values(),
      caches,
      clock,
      maxStatusAgeMs: maxAgeMs,
      cardOf: (fingerprint) => cardOfCertificate(pool, fingerprint),
      derivedOf: derived.of,
    }),
    cards: {
      async recheck(facts) {
        const populations = [...catalogue().populations.values()];
        const decision = await recheckCertificate({ ...caches, facts, populations, maxAgeMs: maxAgeMs() }, clock);
        if (decision.ok) {
          const card = await cardOfCertificate(pool, decision.fingerprint);
          if (namedDevices(decision.certificate).length > 0) {
            const standing = await derived.of(decision.fingerprint);
            if (standing.kind === 'refused')
              return { status: standing.reason === 'card.revocationUnknown' ? 'unknown' : 'revoked' };
          }
          if (card !== undefined && standingRefusal(card, decision.fingerprint) !== undefined)
            return { status: 'revoked' };
          const { statusCheckedAt, grace, withoutDelta } = decision;
          return { status: 'good', statusCheckedAt, grace, withoutDelta };
        }
        return { status: decision.code === 'card.revocationUnknown' ? 'unknown' : 'revoked' };
      },
    },
  };
}
