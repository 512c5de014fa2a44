// `tillit policy dry-run FILE…`: who would have been stopped, had the rules of these files been in force.
import { resolve } from 'node:path';
import { dayMs, systemClock } from '../../base/clock.ts';
import { compileCatalogue, problemLine, type StoredItem } from '../../core/catalogue/index.ts';
import { undated } from '../../core/policy/index.ts';
import { readItems, readRevision } from '../../edge/store/hub/catalogue.ts';
import { directoryReader } from '../../edge/store/hub/directory.ts';
import type { FileProblem } from '../hub/apply/index.ts';
import { type AdminPlace, withAdminPlace } from './admin-place.ts';
import { planChanges, problemText } from './apply/index.ts';
import { fault, recordReading } from './audit-place.ts';
import { type Command, type CommandIo, usedWrongly } from './command.ts';
import { type DryRun, dryRun, type Stopped } from './policy-past.ts';
import { readWords } from './words.ts';

const mostDays = 400;
const standardDays = 30;
const mostShown = 500;

export const policy: Command = {
  name: 'policy',
  summary: 'Try changed rules or limits of APIs on the logins of the last days: who would have been stopped.',
  usage: `policy dry-run FILE… [--days N] [--json]
FILE    rules, APIs, networks or applications, as for apply; what the file does not name stays as it is
--days  how far to look back; ${standardDays} when left out, at most ${mostDays}
Nothing is changed. Dates of the file's rules are not looked at: they are tried as if they were in force already.
Exit code 0: nobody would have been stopped. 1: somebody would. Reading is itself recorded in the trail.`,
  async run(args, io) {
    const words = readWords(args, { days: { type: 'string' }, json: { type: 'boolean' } } as const);
    if (!words.ok) return usedWrongly(policy, io, words.why);
    const [verb, ...files] = words.positionals;
    if (verb !== 'dry-run' || files.length === 0) return usedWrongly(policy, io, 'Say dry-run and name a file.');
    const days = Number(words.values.days ?? standardDays);
    if (!Number.isInteger(days) || days < 1 || days > mostDays)
      throw fault(`--days must be a whole number from 1 to ${mostDays}`);
    const paths = files.map((file) => resolve(io.cwd, file));
    return withAdminPlace(io, 'policy dry-run', (place) => run(place, paths, days, words.values.json === true, io));
  },
};

async function run(
  place: AdminPlace,
  paths: readonly string[],
  days: number,
  json: boolean,
  io: CommandIo,
): Promise<number> {
  const { pool } = place;
  const stored = await readItems(pool);
  const organisations = new Set((await directoryReader(pool).organisations()).map(({ id }) => id));
  const plan = await planChanges({
    files: paths,
    stored,
    organisations,
    hashing: place.hashing,
    keyring: place.keyring,
  });
  if (plan.problems.length > 0) return sayProblems(plan.problems, io);
  const revision = await readRevision(pool);
  const compile = (items: Iterable<StoredItem>) => {
    const compiled = compileCatalogue(revision, items, organisations);
    if (compiled.ok) return compiled.snapshot;
    throw fault(compiled.problems.map(problemLine).join('; '));
  };
  const changed = new Set(plan.save.filter(({ kind }) => kind === 'rule').map(({ id }) => id));
  const wanted = undated(compile(overlaid(stored, plan.save)), changed);
  const from = new Date(systemClock() - days * dayMs);
  const found = await dryRun(pool, from, compile(stored), wanted);
  await recordReading(pool, 'policy dry-run', {
    days,
    changed: plan.save.map(({ kind, id }) => `${kind} ${id}`),
    looked: found.looked,
    stopped: found.stopped.length,
  });
  if (json) io.out(JSON.stringify({ days, ...found }));
  else for (const line of reportLines(found, days)) io.out(line);
  return found.stopped.length === 0 ? 0 : 1;
}

function sayProblems(problems: readonly FileProblem[], io: CommandIo): number {
  for (const problem of problems) io.err(problemText(problem));
  io.err('Nothing was tried.');
  return 1;
}

/** The stored items with those of the files in their place. */
function overlaid(stored: readonly StoredItem[], save: readonly StoredItem[]): Iterable<StoredItem> {
  const items = new Map([...stored, ...save].map((item) => [`${item.kind} ${item.id}`, item]));
  return items.values();
}

const ways: Readonly<Record<Stopped['kind'], string>> = {
  login: 'login',
  refresh: 'renewal',
  machine: 'machine',
};

/** The report: each one stopped, then how many by each rule, then what could not be told. */
export function reportLines({ looked, stopped, stoppedToday, untold }: DryRun, days: number): readonly string[] {
  const lines = stopped.slice(0, mostShown).map((each) => {
    const { kind, rules, reason } = each.tried;
    const who = [each.person ?? '(machine)', each.application, each.organisation].filter((part) => part !== undefined);
    const by = `${kind === 'stepUp' ? 'asked for more' : 'stopped'} by ${rules.join(' ') || reason}`;
    return [each.at, ways[each.kind].padEnd(7), who.join('  '), by, each.reference ?? ''].join('  ').trimEnd();
  });
  if (stopped.length > mostShown) lines.push(`… and ${stopped.length - mostShown} more (--json has them all)`);
  const byRule = new Map<string, Set<string>>();
  for (const { tried, person, application } of stopped) {
    for (const rule of tried.rules.length > 0 ? tried.rules : [tried.reason])
      byRule.set(rule, (byRule.get(rule) ?? new Set()).add(person ?? application));
  }
  for (const [rule, who] of byRule)
    lines.push(`${rule}: ${who.size} ${who.size === 1 ? 'person or machine' : 'people or machines'}`);
  lines.push(
    `${looked} logins, renewals and tickets of machines in ${days} days; ${stopped.length} would have been stopped or asked for more.`,
  );
  if (stoppedToday > 0) lines.push(`${stoppedToday} are stopped by the rules of today already, and are not listed.`);
  if (untold > 0)
    lines.push(
      `${untold} could not be tried: an older program wrote them, or their application is not in the catalogue.`,
    );
  return lines;
}
