// `tillit target drift` and `mend`: what a full look at a target found, and having it mended (K8).
import { systemRandom } from '../../base/ids.ts';
import type { AccountTarget, CatalogueSnapshot } from '../../core/catalogue/index.ts';
import { type Difference, readMendChoice } from '../../core/provisioning/index.ts';
import {
  type CheckRun,
  findingsOf,
  type KnownFinding,
  newestRuns,
  syncChecks,
} from '../../edge/store/hub/account-checks.ts';
import { checkTarget } from '../hub/accounts/check-target.ts';
import { mendDrift } from '../hub/accounts/mend-drift.ts';
import { openTarget } from '../hub/accounts/targets.ts';
import type { AdminPlace } from './admin-place.ts';
import type { CommandIo } from './command.ts';

const time = (at: number | undefined): string => (at === undefined ? 'never' : new Date(at).toISOString());

function said(difference: Difference): string {
  switch (difference.kind) {
    case 'attribute':
      return `${difference.name} is ${list(difference.is)}, wanted ${list(difference.wanted)}`;
    case 'moved':
      return `lies in ${difference.is}, wanted ${difference.wanted}`;
    case 'groupAdded':
      return `was put into ${difference.group}`;
    case 'groupRemoved':
      return `was taken out of ${difference.group}`;
    case 'cardAdded':
      return `still knows the card ${difference.mapping}`;
    case 'cardRemoved':
      return `does not know the card ${difference.mapping}`;
    case 'end':
      return `ends ${time(difference.is)}, wanted ${time(difference.wanted)}`;
    case 'enabled':
      return `is open, and ended ${time(difference.wanted)}`;
    default:
      return difference.kind;
  }
}

const list = (values: readonly string[]): string => (values.length === 0 ? 'empty' : values.join(', '));

const line = (one: KnownFinding): string =>
  [
    one.key,
    one.person ?? '-',
    one.what,
    one.differences.map(said).join('; '),
    one.isMended ? 'mended' : one.askedBy === undefined ? '' : `approved by ${one.askedBy}`,
  ]
    .filter((word) => word !== '')
    .join('  ');

function about({ startedAt, endedAt, state, why, detail, counts }: CheckRun): string {
  const counted = Object.entries(counts).map(([what, n]) => `${what}: ${n}`);
  const ending = state === 'running' ? 'goes on' : `${state} ${time(endedAt)}`;
  return [`Begun ${time(startedAt)}, ${ending}${why === undefined ? '' : ` (${why})`}`, detail, counted.join(', ')]
    .filter((word) => word !== undefined && word !== '')
    .join('. ');
}

const pageSize = 500;

/** Prints the newest look; `now` takes one first. Exit code 1 when something differs, or when it could not be ended. */
export async function drift(
  place: AdminPlace,
  record: AccountTarget,
  snapshot: CatalogueSnapshot,
  io: CommandIo,
  given: { readonly json: boolean; readonly now: boolean },
): Promise<number> {
  const { pool, clock } = place;
  if (given.now) {
    const port = openTarget(record, { ...place, random: systemRandom });
    try {
      await syncChecks(pool, snapshot.accountTargets.values(), clock());
      const parts = { pool, clock, snapshot: () => snapshot, port: () => port };
      const done = await checkTarget(parts, record, false);
      if (done.kind === 'notNow') io.err(`${record.id} is being looked at; ask again when that is done.`);
      if (done.kind !== 'done') {
        if (done.kind === 'unfinished') io.err(`${record.id} could not be looked at as a whole: ${done.detail}`);
        return 1;
      }
    } finally {
      await port.close?.();
    }
  }
  const [newest] = await newestRuns(pool, { target: record.id });
  const [last] = await newestRuns(pool, { target: record.id, any: true });
  if (last !== undefined && last.id !== newest?.id && !given.json) io.out(`Not concluded from: ${about(last)}`);
  if (newest === undefined) {
    io.err(`${record.id} was never looked at as a whole; see: tillit target drift ${record.id} --now`);
    return 1;
  }
  let count = 0;
  for (let after = ''; ; ) {
    const found = await findingsOf(pool, newest.id, { after, limit: pageSize });
    for (const one of found) io.out(given.json ? JSON.stringify(one) : line(one));
    count += found.length;
    if (found.length < pageSize) break;
    after = found.at(-1)?.key ?? '';
  }
  if (!given.json) io.out(about(newest));
  return count === 0 ? 0 : 1;
}

const refusals = {
  'drift.noRight': 'This is for administrators of the hub.',
  'drift.weak': 'This takes a strong proof.',
  'drift.old': 'It is too long since the whole was looked at; see: tillit target drift TARGET --now',
  'drift.own': 'Nobody approves what is done to their own account.',
  'drift.nothing': 'There is nothing of that to mend, or it is approved already.',
} as const;

/** Has what was chosen mended by the hub. Exit code 3 when it waits for two approvals. */
export async function mend(
  place: AdminPlace,
  record: AccountTarget,
  io: CommandIo,
  words: readonly string[],
): Promise<number> {
  const { pool, clock, keyring, who, usernames } = place;
  const choices = words.map((word) => ({ word, choice: readMendChoice(word) }));
  const wrong = choices.find(({ choice }) => choice === undefined);
  if (wrong !== undefined) {
    io.err(`What is ${wrong.word}? Say all, openedByHand, drifted, missing, orphan, or key:KEY.`);
    return 2;
  }
  const [newest] = await newestRuns(pool, { target: record.id });
  let code = 0;
  for (const { word, choice } of choices) {
    if (choice === undefined) continue;
    const by = { kind: 'operator', who, usernames } as const;
    const wish = { target: record.id, run: newest?.id ?? '', choice, by };
    const done = await mendDrift({ pool, clock, seals: keyring }, wish);
    if (done.kind === 'refused') {
      io.err(`${word}: ${refusals[done.code]}`);
      code = Math.max(code, 1);
    } else if (done.kind === 'held') {
      io.out(
        `${word}: change ${done.held.id} waits for two approvals on the portal (/held): ${done.held.people} people`,
      );
      code = 3;
    } else io.out(`${word}: ${done.count} are mended by the hub, each looked at anew.`);
  }
  return code;
}
