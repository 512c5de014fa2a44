// `tillit metadata`: the sources of SAML metadata, their refreshing, and the changes that wait for a person (K1).
import { resolve } from 'node:path';
import { type CatalogueSnapshot, compileCatalogue, type MetadataSource } from '../../core/catalogue/index.ts';
import { judgeListed, memberRecords } from '../../core/metadata/index.ts';
import { insertAudit, inTransaction } from '../../edge/store/hub/audit-insert.ts';
import { readItems, readRevision } from '../../edge/store/hub/catalogue.ts';
import { memberReads } from '../../edge/store/hub/metadata-members.ts';
import { approveHeld, metadataReads, readHeld } from '../../edge/store/hub/metadata-read.ts';
import { readSources, syncSources } from '../../edge/store/hub/metadata-sources.ts';
import { refreshNow } from '../hub/metadata/index.ts';
import { type AdminPlace, withAdminPlace } from './admin-place.ts';
import { type Command, type CommandIo, usedWrongly } from './command.ts';
import { entityLines, heldLines, memberLine, outcomeLine, sourceLines } from './metadata-text.ts';
import { readWords } from './words.ts';

export const metadata: Command = {
  name: 'metadata',
  summary: 'Show, refresh and approve SAML metadata of federations and partners.',
  usage: `metadata list
       metadata show ENTITY-ID
       metadata members PROVIDER
       metadata refresh SOURCE [--file FILE]
       metadata approve CHANGE --reason TEXT
list     every source with its state, and the changes that wait
show     what is in use of an entity: roles, keys, addresses, until when; and a change of it that waits
members  of a provider's record with samlMembers: each one that it brings, its id, organisation and level, and why others are none
refresh  fetches and checks a source now; --file: takes this file in its place, through the same checks
approve  puts a change in use that weakens an entity. CHANGE is its code, as list and show print it. Audited.
Exit code 1 when a refresh brought nothing good.`,
  async run(args, io) {
    const words = readWords(args, { file: { type: 'string' }, reason: { type: 'string' } });
    if (!words.ok) return usedWrongly(metadata, io, words.why);
    const [verb, what, ...more] = words.positionals;
    const { file, reason } = words.values;
    const place = (work: (place: AdminPlace) => Promise<number>) => withAdminPlace(io, 'metadata', work);
    if (more.length > 0) return usedWrongly(metadata, io, `What is ${more[0]}?`);
    if (verb === 'list' && what === undefined) return place((own) => list(own, io));
    if (verb === 'show' && what !== undefined) return place((own) => show(own, io, what));
    if (verb === 'members' && what !== undefined) return place((own) => members(own, io, what));
    if (verb === 'refresh' && what !== undefined)
      return place((own) => refresh(own, io, what, file === undefined ? undefined : resolve(io.cwd, file)));
    if (verb === 'approve' && what !== undefined && reason?.trim())
      return place((own) => approve(own, io, what, reason.trim().slice(0, 500)));
    return usedWrongly(
      metadata,
      io,
      'Say list, show ENTITY-ID, members PROVIDER, refresh SOURCE, or approve CHANGE --reason TEXT.',
    );
  },
};

/** The stored catalogue; undefined, and said, when it does not hold. */
async function storedCatalogue({ pool }: AdminPlace, io: CommandIo): Promise<CatalogueSnapshot | undefined> {
  const compiled = compileCatalogue(await readRevision(pool), await readItems(pool));
  if (!compiled.ok) io.err('The catalogue does not hold; see: tillit status');
  return compiled.ok ? compiled.snapshot : undefined;
}

/** The sources of the stored catalogue, and their rows beside it. */
async function sourcesOf(place: AdminPlace, io: CommandIo): Promise<CatalogueSnapshot['metadataSources']> {
  const { pool, clock } = place;
  const { metadataSources } = (await storedCatalogue(place, io)) ?? { metadataSources: new Map() };
  await syncSources(pool, [...metadataSources.values()], clock());
  return metadataSources;
}

async function list(place: AdminPlace, io: CommandIo): Promise<number> {
  const sources = await sourcesOf(place, io);
  if (sources.size === 0) io.out('There is no source of metadata.');
  for (const state of await readSources(place.pool)) {
    const source = sources.get(state.id);
    if (source) for (const line of sourceLines(source, state, place.clock())) io.out(line);
  }
  for (const held of await readHeld(place.pool)) for (const line of heldLines(held)) io.out(line);
  return 0;
}

async function show(place: AdminPlace, io: CommandIo, entityId: string): Promise<number> {
  const sources = await sourcesOf(place, io);
  const rows = await metadataReads(place.pool).entities(entityId, [...sources.keys()]);
  if (rows.length === 0) io.err(`No source has listed ${entityId}.`);
  for (const row of rows)
    for (const line of entityLines(row, sources.get(row.source)?.federation, place.clock())) io.out(line);
  for (const held of await readHeld(place.pool, entityId)) for (const line of heldLines(held)) io.out(line);
  return rows.length === 0 ? 1 : 0;
}

async function members(place: AdminPlace, io: CommandIo, id: string): Promise<number> {
  const catalogue = await storedCatalogue(place, io);
  const record = catalogue && memberRecords(catalogue).find((one) => one.id === id);
  if (catalogue === undefined || record === undefined) {
    io.err(`There is no provider ${id} with samlMembers.`);
    return 1;
  }
  const judged = await judgeListed(catalogue, record, memberReads(place.pool), place.clock);
  for (const line of judged.map(memberLine).sort()) io.out(line);
  if (judged.length === 0) io.out(`Source ${record.samlMembers.source} lists no provider.`);
  return 0;
}

async function refresh(place: AdminPlace, io: CommandIo, id: string, file: string | undefined): Promise<number> {
  const source: MetadataSource | undefined = (await sourcesOf(place, io)).get(id);
  if (source === undefined) {
    io.err(`There is no source ${id}.`);
    return 1;
  }
  if ('mdq' in source.from) {
    io.err(`${id} is asked for each entity when somebody needs it: there is nothing to refresh.`);
    return 1;
  }
  const { pool, connection, clock, who } = place;
  const outcome = await refreshNow({ pool, connection, node: who, clock }, source, { due: false, file });
  if (outcome === undefined) {
    io.err(`A hub refreshes ${id} just now; see: tillit metadata list`);
    return 1;
  }
  const isGood = outcome.kind === 'taken' || outcome.kind === 'confirmed';
  (isGood ? io.out : io.err)(`${id}: ${outcomeLine(outcome)}`);
  return isGood ? 0 : 1;
}

/** Fewer digits than that could be typed by chance. */
const leastDigits = 8;

async function approve(place: AdminPlace, io: CommandIo, change: string, reason: string): Promise<number> {
  const { pool, clock, who } = place;
  const wanted = change.toLowerCase();
  const digests = new Set((await readHeld(pool)).map(({ digest }) => digest).filter((each) => each.startsWith(wanted)));
  const [digest, another] = digests;
  if (wanted.length < leastDigits || digest === undefined || another !== undefined) {
    io.err(`No change ${change} waits. It may have been approved or replaced; see: tillit metadata list`);
    return 1;
  }
  const approved = await inTransaction(pool, async (client) => {
    const rows = await approveHeld(client, digest, clock());
    const events = rows.map((row) => ({
      kind: 'admin.metadataApproved' as const,
      at: clock(),
      outcome: 'ok' as const,
      body: { who, reason, change: digest, ...row },
    }));
    if (events.length > 0) await insertAudit(client, events);
    return rows;
  });
  for (const { entityId, source } of approved) io.out(`${entityId} of ${source}: the change is in use.`);
  if (approved.length === 0) io.err(`The change ${change} is gone; see: tillit metadata list`);
  return approved.length > 0 ? 0 : 1;
}
