// `tillit person conflicts`: whose assignments a rule keeps apart, now or later, also those from before the rule.
import { findConflicts, shownName } from '../../core/directory/index.ts';
import { peopleWithSeveral } from '../../edge/store/hub/assignment-pairs.ts';
import { insertAudit } from '../../edge/store/hub/audit-insert.ts';
import { readItems } from '../../edge/store/hub/catalogue.ts';
import { directoryReader } from '../../edge/store/hub/directory.ts';
import { conflictRules } from '../hub/apply/index.ts';
import type { AdminPlace } from './admin-place.ts';
import type { CommandIo } from './command.ts';

const atOnce = 1000;
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

export async function listConflicts(
  { pool, clock, who }: Pick<AdminPlace, 'pool' | 'clock' | 'who'>,
  io: Pick<CommandIo, 'out' | 'err'>,
): Promise<number> {
  const now = clock();
  await insertAudit(pool, [{ kind: 'admin.exported', at: now, outcome: 'ok', body: { who, what: 'conflicts' } }]);
  const rules = conflictRules(await readItems(pool));
  const organisations = new Map((await directoryReader(pool).organisations()).map((one) => [one.id, one]));
  let count = 0;
  for (let after = ''; ; ) {
    const people = await peopleWithSeveral(pool, after, atOnce);
    for (const { person, assignments } of people)
      for (const { rule, effect, assignments: pair, from, until } of findConflicts({
        assignments,
        organisations,
        rules,
        now,
      })) {
        count += 1;
        const time = `${from <= now ? 'now' : `from ${day(from)}`}${Number.isFinite(until) ? ` until ${day(until)}` : ''}`;
        io.out(`${person.id} (${shownName(person)}): ${pair.join(' and ')}, by the rule ${rule} (${effect}), ${time}`);
      }
    if (people.length < atOnce) break;
    after = people.at(-1)?.person.id ?? '';
  }
  io.err(`${count} pairs of assignments that ${rules.length} rules keep apart.`);
  return 0;
}
