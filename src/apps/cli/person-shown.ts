// `tillit person show`: whose word each thing is that is known of a person.
import { fileRank } from '../../core/catalogue/index.ts';
import { insertAudit, inTransaction } from '../../edge/store/hub/audit-insert.ts';
import { originsOf } from '../../edge/store/hub/people-feed.ts';
import type { AdminPlace } from './admin-place.ts';
import type { CommandIo } from './command.ts';

export async function showPerson({ pool, clock, who }: AdminPlace, id: string, io: CommandIo): Promise<number> {
  const origins = await inTransaction(pool, async (client) => {
    await insertAudit(client, [
      { kind: 'admin.exported', at: clock(), outcome: 'ok', person: id, body: { who, what: 'origins' } },
    ]);
    return await originsOf(client, id);
  });
  if (origins === undefined) {
    io.err(`There is no person ${id}.`);
    return 1;
  }
  const file = `file (rank ${fileRank})`;
  io.out(`${id}: brought by ${origins.namedBy ?? 'a file'}`);
  for (const attribute of ['givenName', 'familyName', 'mail', 'telephone']) {
    const words = origins.words.filter((word) => word.attribute === attribute);
    const by = words.find(({ holds }) => holds)?.source ?? origins.namedBy ?? 'file';
    const others = words.filter(({ holds }) => !holds).map(({ source }) => source);
    io.out(
      `  ${attribute}: ${by === 'file' ? file : by}${others.length === 0 ? '' : `; also said by ${others.join(', ')}`}`,
    );
  }
  for (const { namespace, source } of origins.links) io.out(`  identity ${namespace}: ${source}`);
  for (const { assignment, organisation, role, source } of origins.assignments)
    io.out(`  assignment ${assignment} (${role} at ${organisation}): ${source ?? 'file'}`);
  return 0;
}
