// `tillit cutoff`: which ways in end where and from when, and whom that would stop (G3, G4).
import {
  type CatalogueSnapshot,
  compileCatalogue,
  type MethodCutoff,
  problemLine,
} from '../../core/catalogue/index.ts';
import { shownName } from '../../core/directory/index.ts';
import { isInForce } from '../../core/policy/index.ts';
import { readItems, readRevision } from '../../edge/store/hub/catalogue.ts';
import { directoryReader, personReader } from '../../edge/store/hub/directory.ts';
import { type AffectedPerson, findAffected, usualDays } from '../hub/cutoffs/find-affected.ts';
import { type AdminPlace, withAdminPlace } from './admin-place.ts';
import { fault, recordReading } from './audit-place.ts';
import { type Command, type CommandIo, usedWrongly } from './command.ts';
import { tableLines } from './login-costs.ts';
import { readWords } from './words.ts';

const mostDays = 400;

export const cutoff: Command = {
  name: 'cutoff',
  summary: 'List the ways to log in that end, and the people whom that would stop.',
  usage: `cutoff list [--json]
       cutoff affected ID [--days N] [--json]
list      each method cut-off: its state and date, where it holds, and its exemptions
affected  tries it, as if it were in force, on the logins and renewals of the last days; who is exempt then stands apart
--days    how far to look back; ${usualDays} when left out, at most ${mostDays}
Names of people with protected identity are masked. Reading is itself recorded in the trail.`,
  async run(args, io) {
    const words = readWords(args, { days: { type: 'string' }, json: { type: 'boolean' } } as const);
    if (!words.ok) return usedWrongly(cutoff, io, words.why);
    const [verb, id, ...more] = words.positionals;
    const isRight = (verb === 'list' && id === undefined) || (verb === 'affected' && id !== undefined);
    if (!isRight || more.length > 0) return usedWrongly(cutoff, io, 'Say list, or affected and an id.');
    const days = Number(words.values.days ?? usualDays);
    if (!Number.isInteger(days) || days < 1 || days > mostDays)
      throw fault(`--days must be a whole number from 1 to ${mostDays}`);
    const json = words.values.json === true;
    return withAdminPlace(io, `cutoff ${verb}`, async (place) => {
      const snapshot = await snapshotOf(place);
      if (id === undefined) return list(snapshot, place.clock(), json, io);
      const record = snapshot.methodCutoffs.get(id);
      if (record === undefined) throw fault(`there is no method cut-off ${id}; see: tillit cutoff list`);
      return affected(place, snapshot, record, days, json, io);
    });
  },
};

async function snapshotOf({ pool }: AdminPlace): Promise<CatalogueSnapshot> {
  const compiled = compileCatalogue(await readRevision(pool), await readItems(pool));
  if (compiled.ok) return compiled.snapshot;
  throw fault(compiled.problems.map(problemLine).join('; '));
}

const ends = ({ methods, providers, below }: MethodCutoff): string =>
  [...methods, ...providers, ...(below === undefined ? [] : [`below ${below}`])].join(' ');

function list({ methodCutoffs }: CatalogueSnapshot, now: number, json: boolean, io: CommandIo): number {
  const all = [...methodCutoffs.values()];
  if (json) for (const one of all) io.out(JSON.stringify({ ...one, inForce: isInForce(one, now) }));
  else if (all.length === 0) io.out('No way to log in ends.');
  else {
    const rows = all.map((one) => [
      one.id,
      isInForce(one, now) ? 'in force' : one.state,
      one.from ?? '',
      one.applications.join(' '),
      one.organisations.join(' ') || 'everybody',
      ends(one),
      String(one.exemptions.filter(({ until }) => Date.parse(until) > now).length),
    ]);
    const columns = ['id', 'state', 'from', 'applications', 'organisations', 'ends', 'exemptions'];
    for (const line of tableLines([columns, ...rows])) io.out(line);
  }
  return 0;
}

async function affected(
  place: AdminPlace,
  snapshot: CatalogueSnapshot,
  record: MethodCutoff,
  days: number,
  json: boolean,
  io: CommandIo,
): Promise<number> {
  const { pool, clock } = place;
  const found = await findAffected(pool, snapshot, record, { now: clock(), days });
  const people = personReader(pool);
  const named = await Promise.all(
    found.map(async (one) => {
      const facts = await people.facts(one.person);
      return { ...one, name: facts === undefined ? '' : shownName(facts.person) };
    }),
  );
  const stopped = found.filter(({ standing }) => standing === 'affected').length;
  const counts = { affected: stopped, exempt: found.length - stopped };
  await recordReading(pool, 'cutoff affected', { cutoff: record.id, days, ...counts });
  if (json) io.out(JSON.stringify({ cutoff: record.id, days, ...counts, people: named }));
  else for (const line of reportLines(named, await organisationNames(place), days)) io.out(line);
  return 0;
}

const organisationNames = async ({ pool }: AdminPlace): Promise<ReadonlyMap<string, string>> =>
  new Map((await directoryReader(pool).organisations()).map(({ id, name }) => [id, name]));

type Named = AffectedPerson & { readonly name: string };

/** People by organisation with a count each, those who are exempt after them, and the sums. */
export function reportLines(
  found: readonly Named[],
  organisations: ReadonlyMap<string, string>,
  days: number,
): readonly string[] {
  const lines: string[] = [];
  for (const [standing, title] of [
    ['affected', 'would be stopped'],
    ['exempt', 'exempt on the day'],
  ] as const) {
    const these = found.filter((one) => one.standing === standing);
    for (const [id, people] of Map.groupBy(these, ({ organisation = '' }) => organisation)) {
      const place = id === '' ? 'no organisation' : `${organisations.get(id) ?? id} (${id})`;
      lines.push(`${place}: ${people.length} ${title}`);
      const rows = people.map(({ person, name, applications, lastUsed }) => [
        `  ${person}`,
        name,
        applications.join(' '),
        new Date(lastUsed).toISOString(),
      ]);
      lines.push(...tableLines(rows));
    }
  }
  const count = (standing: Named['standing']) => found.filter((one) => one.standing === standing).length;
  lines.push(`In ${days} days: ${count('affected')} would be stopped, ${count('exempt')} are exempt on the day.`);
  return lines;
}
