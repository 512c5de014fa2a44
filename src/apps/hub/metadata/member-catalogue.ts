// The catalogue with a provider for each member that a record of a whole source brings: found anew every few seconds.
import type { Clock } from '../../../base/clock.ts';
import type { CatalogueSnapshot, LiveCatalogue, Provider } from '../../../core/catalogue/index.ts';
import { type ListedProvider, listMembers, memberRecords, withMembers } from '../../../core/metadata/index.ts';
import type { MemberStore } from '../../../edge/store/hub/metadata-members.ts';

export interface MemberCatalogue {
  /** The snapshot with the members as they were found last. The same object while nothing changed. */
  whole(snapshot: CatalogueSnapshot): CatalogueSnapshot;
  /** Finds them for a snapshot; rejects when they could not be found, and those of before stay. */
  find(snapshot: CatalogueSnapshot): Promise<void>;
}

/** Keys and places are no part of it: those are read at each login. */
export function memberCatalogue(store: MemberStore, clock: Clock): MemberCatalogue {
  let members: readonly Provider[] = [];
  let said = '[]';
  let made = new WeakMap<CatalogueSnapshot, CatalogueSnapshot>();
  const known = new Map<string, { readonly stamp: string; readonly listed: readonly ListedProvider[] }>();

  /** What a source lists is read again when something of it changed. */
  async function listed(source: string): Promise<readonly ListedProvider[]> {
    const stamp = await store.stamp([source]);
    const before = known.get(source);
    if (before?.stamp === stamp) return before.listed;
    const now = await store.listed(source);
    known.set(source, { stamp, listed: now });
    return now;
  }

  return {
    whole(snapshot) {
      if (memberRecords(snapshot).length === 0) return snapshot;
      const found = made.get(snapshot);
      if (found !== undefined) return found;
      // Those of a record that is gone go with it at once.
      const still = members.filter(({ madeBy = '' }) => snapshot.providers.get(madeBy)?.samlMembers !== undefined);
      const whole = withMembers(snapshot, still);
      made.set(snapshot, whole);
      return whole;
    },
    async find(snapshot) {
      if (memberRecords(snapshot).length === 0) return;
      const found = await listMembers(snapshot, { ...store, listed }, clock);
      const text = JSON.stringify(found);
      if (text === said) return;
      [members, said, made] = [found, text, new WeakMap()];
    },
  };
}

/** The live catalogue as the hub goes by it. */
export const withFoundMembers = (live: LiveCatalogue, { whole }: MemberCatalogue): LiveCatalogue => ({
  ...live,
  snapshot: () => whole(live.snapshot()),
  refresh: async () => whole(await live.refresh()),
});
