// `tillit source`: the registers that tell of people, what is wrong with them, and what they tell of one person (K5).
import { asProblem, Problem } from '../../base/problem.ts';
import { compileCatalogue, type PersonSourceRecord } from '../../core/catalogue/index.ts';
import { normaliseIdentity, type SubjectKey } from '../../core/directory/index.ts';
import { insertAudit, inTransaction } from '../../edge/store/hub/audit-insert.ts';
import { readItems, readRevision } from '../../edge/store/hub/catalogue.ts';
import { outgoingAuthorities } from '../hub/authorities.ts';
import { checkSource } from '../hub/sources/check-source.ts';
import { openSource, type SourceParts } from '../hub/sources/person-sources.ts';
import { type AdminPlace, withAdminPlace } from './admin-place.ts';
import { type Command, type CommandIo, usedWrongly } from './command.ts';
import { personLines } from './source-shown.ts';
import { syncOnce } from './source-sync.ts';
import { readInput, readWords } from './words.ts';

export const source: Command = {
  name: 'source',
  summary: 'Check the registers that tell of people, and show what one tells of somebody.',
  usage: `source check SOURCE [--hsa-id HSA-ID]
       source find SOURCE --hsa-id HSA-ID
       source find SOURCE --personal-number-stdin
       source sync SOURCE [--full] [--dry-run]
check  asks the register as the hub does, and says what keeps it from working; changes nothing
find   what it tells of one person. National numbers are never printed whole, and of somebody with protected identity the
       initials alone. Audited.
sync   reads the changes of a source that tells of them (adPeople, ldapPeople), as the hub does by itself; prints people and what changes
--full                   reads everybody, whatever changed
--dry-run                says what would change, and changes nothing
--hsa-id                 whom to ask for; check asks for nobody otherwise
--personal-number-stdin  reads a national number from standard input: on a command line others see it
Exit code 1 when check finds a fault, and when find finds nobody.`,
  async run(args, io) {
    const words = readWords(args, {
      'hsa-id': { type: 'string' },
      'personal-number-stdin': { type: 'boolean' },
      full: { type: 'boolean' },
      'dry-run': { type: 'boolean' },
    });
    if (!words.ok) return usedWrongly(source, io, words.why);
    const [verb, id, ...more] = words.positionals;
    const { 'hsa-id': hsaId, 'personal-number-stdin': fromInput } = words.values;
    if ((verb !== 'check' && verb !== 'find' && verb !== 'sync') || id === undefined || more.length > 0)
      return usedWrongly(source, io, 'Say check SOURCE, find SOURCE or sync SOURCE.');
    if (hsaId !== undefined && fromInput) return usedWrongly(source, io, 'Say one identifier, not both.');
    const given = fromInput
      ? keyOf('se-personnummer', (await readInput(100)).trim())
      : hsaId === undefined
        ? undefined
        : keyOf('hsa-id', hsaId);
    if (given === undefined && verb === 'find')
      return usedWrongly(source, io, 'Say whom: --hsa-id HSA-ID or --personal-number-stdin.');
    return await withAdminPlace(io, 'source', async (place) => {
      const compiled = compileCatalogue(await readRevision(place.pool), await readItems(place.pool));
      const record = compiled.ok ? compiled.snapshot.personSources.get(id) : undefined;
      if (record === undefined) {
        io.err(compiled.ok ? `There is no person source ${id}.` : 'The catalogue does not hold; see: tillit status');
        return 1;
      }
      if (verb === 'sync' && compiled.ok) {
        const { full = false, 'dry-run': dryRun = false } = words.values;
        return await syncOnce(place, compiled.snapshot, record, { full, dryRun }, io);
      }
      return verb === 'check' || given === undefined
        ? await check(place, record, given, io)
        : await find(place, record, given, io);
    });
  },
};

function keyOf(namespace: string, value: string): SubjectKey {
  const normal = normaliseIdentity(namespace, value);
  if (!normal.ok) throw new Problem({ kind: 'invalid', code: 'invalid', detail: normal.message });
  return { namespace, value: normal.value };
}

const partsOf = ({ keyring, clock }: AdminPlace): SourceParts => ({
  keyring,
  clock,
  authorities: outgoingAuthorities(undefined),
});

async function check(
  place: AdminPlace,
  record: PersonSourceRecord,
  known: SubjectKey | undefined,
  io: CommandIo,
): Promise<number> {
  const faults = await checkSource(record, partsOf(place), known);
  for (const { what, why } of faults) io.out(`${what}: ${why}`);
  if (faults.length === 0) io.out(`${record.id} answers as agreed.`);
  if (record.closed) io.out(`${record.id} is closed: the hub does not ask it.`);
  return faults.length === 0 ? 0 : 1;
}

async function find(place: AdminPlace, record: PersonSourceRecord, key: SubjectKey, io: CommandIo): Promise<number> {
  const { pool, clock, who } = place;
  // It is in the trail before anything is told; a national number is not.
  const asked = key.namespace === 'hsa-id' ? { hsaId: key.value } : { by: key.namespace };
  await inTransaction(pool, (client) =>
    insertAudit(client, [
      {
        kind: 'admin.exported',
        at: clock(),
        outcome: 'ok',
        body: { who, what: 'source', source: record.id, ...asked },
      },
    ]),
  );
  const opened = openSource(record, partsOf(place));
  try {
    const records = await opened.find(key);
    for (const line of records.flatMap(personLines)) io.out(line);
    if (records.length === 0) io.out(`${record.id} knows nobody by that identifier.`);
    return records.length === 0 ? 1 : 0;
  } catch (thrown) {
    io.err(
      `${record.id} cannot be asked: ${asProblem(thrown).detail ?? 'see the log'}. Try: tillit source check ${record.id}`,
    );
    return 1;
  } finally {
    await opened.close();
  }
}
