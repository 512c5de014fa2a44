// `tillit person duplicates`: people who may be one human, with the reasons and never with what they share.
import { type DuplicateReason, findDuplicates, shownCandidate } from '../../core/directory/index.ts';
import { insertAudit } from '../../edge/store/hub/audit-insert.ts';
import { mostSharing, readShared } from '../../edge/store/hub/duplicates.ts';
import { identityVault } from '../../edge/store/hub/identity-vault.ts';
import type { AdminPlace } from './admin-place.ts';
import type { CommandIo } from './command.ts';

const words: Readonly<Record<DuplicateReason, string>> = {
  number: 'one national number, now or before',
  hsaId: 'one HSA-ID, now or before',
  hprNumber: 'one HPR number',
  nameAndBirth: 'one name and birth date',
  mail: 'one mail address',
  telephone: 'one telephone number',
  name: 'one name',
  organisation: 'one organisation',
};

const kinds = {
  certain: 'certain',
  likely: 'likely',
  contradiction: 'not to be merged, they have two different national numbers',
} as const;

export async function listDuplicates(
  { pool, keyring, clock, who }: Pick<AdminPlace, 'pool' | 'keyring' | 'clock' | 'who'>,
  io: Pick<CommandIo, 'out' | 'err'>,
): Promise<number> {
  await insertAudit(pool, [{ kind: 'admin.exported', at: clock(), outcome: 'ok', body: { who, what: 'duplicates' } }]);
  const { shared, candidates, tooCommon } = await readShared(pool, identityVault(keyring));
  const found = findDuplicates(shared, candidates);
  for (const { people, kind, score, reasons } of found) {
    const shown = people.flatMap((id) => {
      const candidate = candidates.get(id);
      return candidate === undefined ? [] : [shownCandidate(candidate)];
    });
    io.out(`${shown.join(' and ')}: ${kinds[kind]} (${score}): ${reasons.map((reason) => words[reason]).join(', ')}`);
  }
  io.err(
    `${found.length} pairs. Of ${tooCommon} values that more than ${mostSharing} people have nothing is concluded.`,
  );
  return 0;
}
