// Wires the pages about ways to log in that end: how a person is to log in from this device, and what ends for them soon.
import type pg from 'pg';
import type { Clock } from '../../../base/clock.ts';
import { tokenHash } from '../../../base/ids.ts';
import type { CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import type { PersonReader } from '../../../core/directory/index.ts';
import type { Browser } from '../../../core/journey/index.ts';
import {
  deviceFacts,
  dueCutoffWarning,
  howToLogIn,
  namesWay,
  networkFinderOf,
  type OwnApplication,
} from '../../../core/policy/index.ts';
import { deviceStore } from '../../../edge/store/hub/device.ts';
import type { CutoffDesk, EndingWay } from '../../../edge/web/portal/index.ts';
import { findAffected, usualDays } from './find-affected.ts';

export function cutoffDesk(given: {
  readonly pool: pg.Pool;
  readonly people: PersonReader;
  readonly catalogue: () => CatalogueSnapshot;
  readonly clock: Clock;
}): CutoffDesk {
  const { pool, people, clock } = given;
  const devices = deviceStore(pool);

  async function howTo(id: string, browser: Browser, among?: readonly string[]): Promise<readonly OwnApplication[]> {
    const snapshot = given.catalogue();
    const [person, enrolled] = await Promise.all([
      people.facts(id),
      browser.device === undefined ? undefined : devices.kindOf(tokenHash(browser.device)),
    ]);
    if (person === undefined) return [];
    const where = deviceFacts(enrolled, browser.ip, networkFinderOf(snapshot));
    return [...snapshot.applications.values()]
      .filter((application) => among?.includes(application.id) ?? true)
      .flatMap((application) => howToLogIn({ application, person, snapshot, where }, clock()) ?? []);
  }

  return {
    howTo: (person, browser) => howTo(person, browser),
    async ending({ person, evidence }, browser) {
      const snapshot = given.catalogue();
      const now = clock();
      const found: EndingWay[] = [];
      for (const cutoff of snapshot.methodCutoffs.values()) {
        if (dueCutoffWarning(cutoff, now) === undefined) continue;
        const from = Date.parse(cutoff.from ?? '');
        const [own, [used]] = await Promise.all([
          howTo(person, browser, cutoff.applications),
          findAffected(pool, snapshot, cutoff, { now, days: usualDays, person }),
        ]);
        for (const { application, ways } of own)
          for (const { way, standing } of ways) {
            const isUsed =
              used?.applications.includes(application.id) || evidence.some(({ provider }) => provider === way.provider);
            if (isUsed && namesWay(cutoff, way) && standing.kind === 'works' && standing.until === from)
              found.push({ application: application.id, provider: way.provider, from });
          }
      }
      return found;
    },
  };
}
