// `tillit target`: the systems in which people get accounts, what is wrong with them, and what rules would change there (K5, K8).

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { systemRandom } from '../../base/ids.ts';
import type { AccountTarget, CatalogueSnapshot, Precondition } from '../../core/catalogue/index.ts';
import { compileCatalogue } from '../../core/catalogue/index.ts';
import {
  type AccountDifference,
  type AccountStep,
  type Finding,
  ownedBy,
  reconcile,
  ruleEffects,
} from '../../core/provisioning/index.ts';
import { listAccounts } from '../../edge/store/hub/accounts.ts';
import { readItems, readRevision } from '../../edge/store/hub/catalogue.ts';
import { ruleDocs, tryRules, withRules } from '../hub/accounts/dry-run.ts';
import { preconditions } from '../hub/accounts/preconditions.ts';
import { openTarget } from '../hub/accounts/targets.ts';
import { wantedAccounts } from '../hub/accounts/wanted.ts';
import { type AdminPlace, withAdminPlace } from './admin-place.ts';
import { type Command, type CommandIo, usedWrongly } from './command.ts';
import { drift, mend } from './target-drift.ts';
import { readWords } from './words.ts';

export const target: Command = {
  name: 'target',
  summary: 'Check the systems in which people get accounts, list the accounts, and show what would change.',
  usage: `target check TARGET
       target plan TARGET [--json] [--with FILE]
       target drift TARGET [--now] [--json]
       target mend TARGET --approve all|KIND|key:KEY …
       target accounts [--target TARGET] [--person PERSON] [--json]
check     asks the system as the hub does, and says what keeps it from working; a pre-condition too; changes nothing
plan      compares every account with what rules and logins want now, and prints what would be done; changes nothing
          --with FILE  what the file's accountRules would make of everybody's account, from what the hub knows alone
drift     what the daily look at the whole found: changed by hand, missing, nobody's; --now looks again first
mend      has it mended by the hub: everything, a kind (openedByHand, drifted, missing, orphan), or one. Audited. What takes
          accounts from many waits for two approvals on the portal (exit code 3)
accounts  the newest 200 accounts as the hub left them, with the reason of one that was refused
Exit code 1 when check finds a fault, when plan or drift finds a difference, and when the rules of a file do not hold.`,
  async run(args, io) {
    const words = readWords(args, {
      target: { type: 'string' },
      person: { type: 'string' },
      json: { type: 'boolean' },
      with: { type: 'string' },
      now: { type: 'boolean' },
      approve: { type: 'string', multiple: true },
    });
    if (!words.ok) return usedWrongly(target, io, words.why);
    const [verb, id, ...more] = words.positionals;
    if (more.length > 0) return usedWrongly(target, io, `What is ${more[0]}?`);
    const { values } = words;
    if (verb === 'accounts' && id === undefined)
      return await withAdminPlace(io, 'target', async ({ pool }) => {
        const accounts = await listAccounts(pool, values, 200);
        for (const one of accounts) io.out(values.json ? JSON.stringify(one) : accountLine(one));
        if (accounts.length === 0 && !values.json) io.out('There is no such account.');
        return 0;
      });
    if (values.with !== undefined && verb !== 'plan') return usedWrongly(target, io, 'Only plan takes --with.');
    if (!['check', 'plan', 'drift', 'mend'].includes(verb ?? '') || id === undefined)
      return usedWrongly(target, io, 'Say check, plan, drift or mend with a TARGET, or accounts.');
    if (verb === 'mend' && values.approve === undefined) return usedWrongly(target, io, 'Say what to --approve.');
    return await withAdminPlace(io, 'target', async (place) => {
      const compiled = compileCatalogue(await readRevision(place.pool), await readItems(place.pool));
      const record = compiled.ok ? compiled.snapshot.accountTargets.get(id) : undefined;
      const precondition = compiled.ok ? compiled.snapshot.preconditions.get(id) : undefined;
      if (record === undefined && precondition !== undefined) {
        if (verb === 'check') return checkPrecondition(place, precondition, io);
        io.err(`${id} is a pre-condition: it makes no accounts, and there is nothing to plan.`);
        return 1;
      }
      if (!compiled.ok || record === undefined) {
        io.err(compiled.ok ? `There is no account target ${id}.` : 'The catalogue does not hold; see: tillit status');
        return 1;
      }
      if (values.with !== undefined)
        return planWith(place, record, compiled.snapshot, resolve(io.cwd, values.with), io, values.json === true);
      if (verb === 'drift')
        return drift(place, record, compiled.snapshot, io, { json: values.json === true, now: values.now === true });
      if (verb === 'mend') return mend(place, record, io, values.approve ?? []);
      return verb === 'check'
        ? check(place, record, compiled.snapshot, io)
        : plan(place, record, compiled.snapshot, io, values.json === true);
    });
  },
};

const accountLine = (one: Awaited<ReturnType<typeof listAccounts>>[number]): string =>
  [
    one.target,
    one.person,
    one.loginName ?? '-',
    one.state,
    one.state === 'open' ? `until ${new Date(one.until).toISOString()}` : '',
    one.reason ?? '',
    one.detail ?? '',
  ]
    .filter((word) => word !== '')
    .join('  ');

async function check(
  { pool, keyring, clock }: AdminPlace,
  record: AccountTarget,
  snapshot: CatalogueSnapshot,
  io: CommandIo,
): Promise<number> {
  const port = openTarget(record, { pool, keyring, clock, random: systemRandom });
  try {
    const faults = await port.check(ownedBy(record.id, snapshot.accountRules.values()).attributes);
    for (const { what, why } of faults) io.out(`${what}: ${why}`);
    const broken = faults.some(({ note }) => note === undefined);
    if (!broken) io.out(`${record.id} answers, and everything that the hub needs is there.`);
    return broken ? 1 : 0;
  } catch (error) {
    io.err(`${record.id} cannot be reached: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    await port.close?.();
  }
}

/** Asks about somebody whom nobody knows: a no is right, and a yes means that everybody is let through. */
async function checkPrecondition({ keyring }: AdminPlace, record: Precondition, io: CommandIo): Promise<number> {
  const question = { key: 'tillit-check', identifier: record.identifier, application: record.applications[0] ?? '' };
  const answer = await preconditions(keyring).ask(record, question);
  if (answer.kind === 'silent') io.err(`${record.id} does not answer as it should: ${answer.why}`);
  else if (answer.kind === 'known')
    io.out(`${record.id} knows tillit-check, whom nobody knows: it lets everybody through.`);
  else
    io.out(`${record.id} answers. Who is missing is told to order: ${answer.order?.what?.en ?? record.order.what.en}`);
  return answer.kind === 'missing' ? 0 : 1;
}

async function plan(
  { pool, keyring, clock }: AdminPlace,
  record: AccountTarget,
  snapshot: CatalogueSnapshot,
  io: CommandIo,
  json: boolean,
): Promise<number> {
  const port = openTarget(record, { pool, keyring, clock, random: systemRandom });
  const view = ownedBy(record.id, snapshot.accountRules.values());
  const counts = new Map<Finding['what'], number>();
  try {
    const now = clock();
    const wanted = wantedAccounts(pool, record, snapshot, now);
    for await (const finding of reconcile(wanted, port.all(view), view.groups, now)) {
      counts.set(finding.what, (counts.get(finding.what) ?? 0) + 1);
      if (finding.what !== 'asWanted') io.out(json ? JSON.stringify(shown(finding)) : line(finding));
    }
  } finally {
    await port.close?.();
  }
  const different = [...counts].filter(([what]) => what !== 'asWanted');
  if (!json) io.out([...counts].map(([what, n]) => `${what}: ${n}`).join(', ') || 'There are no accounts.');
  return different.length === 0 ? 0 : 1;
}

/** What the rules of a file would make of everybody's account in the target. */
async function planWith(
  { pool, clock }: AdminPlace,
  record: AccountTarget,
  snapshot: CatalogueSnapshot,
  file: string,
  io: CommandIo,
  json: boolean,
): Promise<number> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    io.err(`${file} cannot be read.`);
    return 1;
  }
  const docs = ruleDocs(text);
  if (docs === undefined) {
    io.err(`${file} has no accountRules: write them as in a file for tillit apply, or one rule alone.`);
    return 1;
  }
  const read = await withRules(pool, docs);
  if (!read.ok) {
    for (const fault of read.faults) io.err(fault);
    return 1;
  }
  const tried = await tryRules({
    ...{ pool, rules: snapshot.accountRules, changed: read.changed, snapshot: read.snapshot },
    ...{ target: record.id, over: 'all', now: clock() },
    onLine: ({ person, key, effect, differences }) =>
      io.out(
        json
          ? JSON.stringify({ key, person, effect, differences })
          : `${key}  ${person}  ${effect}  ${differences.map(differenceWord).join('; ')}`,
      ),
  });
  if (!json) {
    io.out(ruleEffects.map((effect) => `${effect}: ${tried.counts[effect]}`).join(', '));
    io.out(`People whom the rules are for: ${tried.reach.before} now, ${tried.reach.after} then. Nothing was changed.`);
  }
  return tried.counts.same === tried.looked ? 0 : 1;
}

const differenceWord = (one: AccountDifference): string => {
  switch (one.what) {
    case 'until':
      return `until ${new Date(one.before).toISOString()} -> ${new Date(one.after).toISOString()}`;
    case 'container':
      return `container ${one.before} -> ${one.after}`;
    case 'attribute':
      return `${one.name} ${one.before || '-'} -> ${one.after || '-'}`;
    case 'joins':
    case 'leaves':
      return `${one.what} ${one.group}`;
    default:
      return one.what;
  }
};

const stepWord = (step: AccountStep): string =>
  'group' in step
    ? `${step.kind} ${step.group}`
    : 'mapping' in step
      ? `${step.kind} ${step.mapping}`
      : 'until' in step
        ? `${step.kind} ${new Date(step.until).toISOString()}`
        : step.kind;

const shown = ({ key, what, desired, plan: found }: Finding) => ({
  key,
  what,
  person: desired?.person,
  steps: found.kind === 'stopped' ? [] : found.steps.map(stepWord),
  ...(found.kind === 'stopped' ? { stopped: found.why } : {}),
});

const line = (finding: Finding): string => {
  const { key, what, person, steps, stopped } = shown(finding);
  return `${key}  ${person ?? '-'}  ${what}  ${stopped ?? (steps.join('; ') || 'nothing to do')}`;
};
