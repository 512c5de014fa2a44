// What the catalogue needs from a store.
import type { StoredItem } from './compile.ts';

/** Port: the stored catalogue. */
export interface CatalogueSource {
  /** The newest revision; one cheap read. */
  revision(): Promise<number>;
  /** All items and the revision that they are of, read together. */
  load(): Promise<{ readonly revision: number; readonly items: readonly StoredItem[] }>;
  /** Calls back when somebody says that something changed. It may be late, twice, or never. Answers how to stop. */
  onHint(hint: () => void): Promise<() => Promise<void>>;
}
