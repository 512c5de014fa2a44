// Wires certificates: one revocation cache a process, the smart-card connector, and the later re-check.
import { join } from 'node:path';
import type pg from 'pg';
import type { Clock } from '../../base/clock.ts';
import type { CatalogueSnapshot } from '../../core/catalogue/index.ts';
import type { Cards, Connector } from '../../core/journey/index.ts';
import { standingRefusal } from '../../core/ordering/index.ts';
import { RevocationCache, recheckCertificate } from '../../core/trust/index.ts';
import { folderCrlStore, httpCrlSource, smartcardConnector } from '../../edge/connectors/smartcard/index.ts';
import { cardOfCertificate } from '../../edge/store/hub/cards.ts';

export interface CardWiring {
  readonly cache: RevocationCache;
  readonly connector: Connector;
  readonly cards: Cards;
}

/** How old a list's last confirmation may be at login and at re-check: the hub's card re-check time. */
export function wireCards(
  dataFolder: string,
  catalogue: () => CatalogueSnapshot,
  clock: Clock,
  pool: pg.Pool,
): CardWiring {
  const cache = new RevocationCache({ source: httpCrlSource(), store: folderCrlStore(join(dataFolder, 'crl')), clock });
  const maxAgeMs = () => catalogue().settings.lifetimes.cardRecheck * 1000;
  return {
    cache,
    connector: smartcardConnector({
      populations: () => catalogue().populations.values(),
      cache,
      clock,
      maxStatusAgeMs: maxAgeMs,
      cardOf: (fingerprint) => cardOfCertificate(pool, fingerprint),
    }),
    cards: {
      async recheck(facts) {
        const populations = [...catalogue().populations.values()];
        const decision = await recheckCertificate({ facts, populations, maxAgeMs: maxAgeMs(), cache }, clock);
        if (decision.ok) {
          const card = await cardOfCertificate(pool, decision.fingerprint);
          if (card !== undefined && standingRefusal(card) !== undefined) return { status: 'revoked' };
          return { status: 'good', statusCheckedAt: decision.statusCheckedAt };
        }
        return { status: decision.code === 'card.revocationUnknown' ? 'unknown' : 'revoked' };
      },
    },
  };
}
