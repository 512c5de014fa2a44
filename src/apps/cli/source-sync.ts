// `tillit source sync`: reads a source that tells of its changes, once, and prints whom that changes and how.
import { systemRandom } from '../../base/ids.ts';
import { asProblem } from '../../base/problem.ts';
import type { CatalogueSnapshot, PersonSourceRecord } from '../../core/catalogue/index.ts';
import type { TakeIn } from '../../core/directory/index.ts';
import { identityVault } from '../../edge/store/hub/identity-vault.ts';
import { outgoingAuthorities } from '../hub/authorities.ts';
import { syncFeed } from '../hub/people/index.ts';
import { openFeed } from '../hub/sources/person-sources.ts';
import type { AdminPlace } from './admin-place.ts';
import type { CommandIo } from './command.ts';

export async function syncOnce(
  { pool, keyring, clock }: AdminPlace,
  snapshot: CatalogueSnapshot,
  record: PersonSourceRecord,
  { full, dryRun }: { readonly full: boolean; readonly dryRun: boolean },
  io: CommandIo,
): Promise<number> {
  if (record.people === undefined) {
    io.err(`${record.id} does not tell of changes: it is asked about each person.`);
    return 1;
  }
  const parts = {
    pool,
    vault: identityVault(keyring),
    clock,
    random: systemRandom,
    snapshot: () => snapshot,
    feedOf: (one: PersonSourceRecord) => openFeed(one, { keyring, clock, authorities: outgoingAuthorities(undefined) }),
  };
  try {
    const synced = await syncFeed(parts, record, { full, dryRun, told: (taken) => io.out(lineOf(taken)) });
    if (synced === undefined) {
      io.err('A hub reads it just now. Try again in a moment.');
      return 1;
    }
    const { kind, why, entries, created, changed, ended, refused } = synced;
    const what = `${kind === 'everybody' ? 'everybody' : 'changes'}${why === undefined ? '' : ` (${why})`}`;
    io.out(
      `${dryRun ? 'would be, ' : ''}${what}: ${entries} entries, ${created} new, ${changed} changed, ${ended} with an ended assignment, ${refused} refused.`,
    );
    if (ended > 0 && !dryRun)
      io.out('What ended is carried out within seconds, or held when it is too much: tillit held');
    return 0;
  } catch (thrown) {
    const { detail } = asProblem(thrown);
    io.err(`${record.id} was not read: ${detail ?? 'see the log'}. Try: tillit source check ${record.id}`);
    return 1;
  }
}

/** Ids and words, never a name or an identifier. */
const lineOf = (taken: TakeIn): string =>
  taken.kind === 'refused'
    ? `refused  ${taken.people.join(' ')} (${taken.reason})`
    : [
        taken.isNew ? 'new    ' : taken.missing.length > 0 ? 'ended  ' : 'changed',
        taken.id,
        taken.changed.join(', '),
      ].join('  ');
