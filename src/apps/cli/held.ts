// `tillit held`: changes that would end many people and wait for two approvals, which are given on the portal.
import { dayMs } from '../../base/clock.ts';
import { type HeldChange, livingApprovals } from '../../core/brake/index.ts';
import { heldById, heldCounts, heldPeople, heldSince, withdrawHeld } from '../../edge/store/hub/held-changes.ts';
import { type AdminPlace, withAdminPlace } from './admin-place.ts';
import { type Command, type CommandIo, usedWrongly } from './command.ts';
import { readWords } from './words.ts';

const pageSize = 1000;

export const held: Command = {
  name: 'held',
  summary: 'Show and withdraw changes that end many people and wait for two approvals.',
  usage: `held list
       held show CHANGE
       held withdraw CHANGE --reason TEXT
list      changes that wait, and those decided in the last week
show      whom a change ends, with cards, certificates and open logins; tab-separated lines
withdraw  drops a change that waits. Audited.
A change is approved on the portal (/held) by two people with the role ending-approver, each with a strong login of their own:
an account of this machine proves no person.`,
  async run(args, io) {
    const words = readWords(args, { reason: { type: 'string' } });
    if (!words.ok) return usedWrongly(held, io, words.why);
    const [verb, id, ...more] = words.positionals;
    const reason = words.values.reason?.trim().slice(0, 500);
    const place = (work: (place: AdminPlace) => Promise<number>) => withAdminPlace(io, 'held', work);
    if (more.length > 0) return usedWrongly(held, io, `What is ${more[0]}?`);
    if (verb === 'list' && id === undefined) return place((own) => list(own, io));
    if (verb === 'show' && id !== undefined) return place((own) => show(own, io, id));
    if (verb === 'withdraw' && id !== undefined && reason) return place((own) => withdraw(own, io, id, reason));
    return usedWrongly(held, io, 'Say list, show CHANGE, or withdraw CHANGE --reason TEXT.');
  },
};

const time = (at: number): string => new Date(at).toISOString();

function line(change: HeldChange, now: number): string {
  const { over, approvals, state } = change;
  const counted = state === 'waiting' ? livingApprovals(change, now) : approvals;
  const by = counted.map(({ person }) => person).join(', ') || 'nobody yet';
  return [
    `${change.id}  ${state}  ${change.source}  ${change.people} people (${over.people} of ${over.of}${over.organisation === undefined ? '' : ` of ${over.organisation}`})`,
    `  brought in by ${change.broughtBy}, ${time(change.heldAt)}${state === 'waiting' ? `, until ${time(change.expiresAt)}` : ''}; approved by ${by}${
      change.reason === undefined ? '' : `; ${change.reason}`
    }`,
  ].join('\n');
}

async function list({ pool, clock }: AdminPlace, io: CommandIo): Promise<number> {
  const changes = await heldSince(pool, clock() - 7 * dayMs);
  for (const change of changes) io.out(line(change, clock()));
  if (changes.length === 0) io.out('No change waits.');
  return 0;
}

async function show({ pool, clock }: AdminPlace, io: CommandIo, id: string): Promise<number> {
  const change = await heldById(pool, id);
  if (change === undefined) {
    io.err(`There is no change ${id}; see: tillit held list`);
    return 1;
  }
  io.out(line(change, clock()));
  const { people, cards, certificates, sessions, accounts } = await heldCounts(pool, id);
  io.out(
    `  ends ${people} people, ${cards} cards, ${certificates} certificates, ${sessions} open logins, ${accounts} accounts elsewhere`,
  );
  for (let after = ''; ; ) {
    const page = await heldPeople(pool, id, after, pageSize);
    for (const one of page)
      io.out([one.person, one.why, one.tops, one.cards, one.certificates, one.sessions].map(String).join('\t'));
    if (page.length < pageSize) return 0;
    after = page.at(-1)?.person ?? '';
  }
}

async function withdraw({ pool, clock, who }: AdminPlace, io: CommandIo, id: string, reason: string): Promise<number> {
  if (await withdrawHeld(pool, id, { who, reason }, clock())) {
    io.out(`Change ${id} was dropped; nothing of it was done.`);
    return 0;
  }
  io.err(`Change ${id} does not wait; see: tillit held list`);
  return 1;
}
