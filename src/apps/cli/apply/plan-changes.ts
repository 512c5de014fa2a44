// What files would change in the catalogue, for whoever only wants to try it: nothing is written, nothing is removed.
import type { Keyring } from '../../../base/sealing/index.ts';
import type { StoredItem } from '../../../core/catalogue/index.ts';
import type { Hashing } from '../../../edge/connectors/password/index.ts';
import { type CataloguePlan, ChangeLog, planCatalogue } from '../../hub/apply/index.ts';
import { readFiles } from './read-files.ts';

/** Reads the files and compares them with what is stored. Sections about people and organisations are refused. */
export async function planChanges(given: {
  readonly files: readonly string[];
  readonly stored: readonly StoredItem[];
  readonly organisations: ReadonlySet<string>;
  readonly hashing: Hashing;
  readonly keyring: Keyring;
}): Promise<CataloguePlan> {
  const { files, stored, organisations, hashing, keyring } = given;
  const { entries, sections, problems } = await readFiles(files);
  if (problems.length > 0) return { save: [], remove: [], problems };
  const other = ['organisations', 'units', 'people'].find((name) => sections.has(name));
  if (other !== undefined) {
    const message = `${other} cannot be tried: leave that section out`;
    return { save: [], remove: [], problems: [{ file: files.join(', '), message }] };
  }
  const log = new ChangeLog(() => undefined);
  return planCatalogue({ entries, sections, stored, organisations, prune: false, hashing, keyring, log });
}
