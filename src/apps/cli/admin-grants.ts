// `tillit admin grant|revoke|list`: who administers which organisation, until when, and why.
import { newId } from '../../base/ids.ts';
import { instantOf } from '../../core/catalogue/index.ts';
import { type Administration, type AdministrationRole, administrationRoles } from '../../core/directory/index.ts';
import {
  endGrants,
  grantsOf,
  grantsOver,
  organisationsUpward,
  saveGrant,
} from '../../edge/store/hub/administrations.ts';
import { inTransaction } from '../../edge/store/hub/audit-insert.ts';
import { personReader } from '../../edge/store/hub/directory.ts';
import type { AdminPlace } from './admin-place.ts';
import type { CommandIo } from './command.ts';

const usualRole = 'organisation-administrator' satisfies AdministrationRole;

export interface GrantWish {
  readonly person: string;
  /** Absent = administers the organisation. */
  readonly role?: string | undefined;
  readonly organisation: string;
  readonly reason: string;
  readonly from?: string | undefined;
  readonly until: string;
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 16);

const isRole = (text: string): text is AdministrationRole => Object.hasOwn(administrationRoles, text);

/** Grants administration. A grant that is there already and lasts as long is not given twice. */
export async function grantAdministration({ pool, clock, who }: AdminPlace, io: CommandIo, wish: GrantWish) {
  const now = clock();
  const role = wish.role ?? usualRole;
  if (!isRole(role)) return fail(io, `--role is one of ${Object.keys(administrationRoles).join(', ')}`);
  const from = wish.from === undefined ? now : instantOf(wish.from);
  const until = instantOf(wish.until);
  if (from === undefined || until === undefined || until <= Math.max(now, from))
    return fail(io, '--from and --until are dates such as 2027-12-31, --until in the future and after --from');
  return inTransaction(pool, async (client) => {
    const found = await personReader(client).facts(wish.person);
    if (found === undefined || found.person.closed) return fail(io, `There is no open person ${wish.person}.`);
    const organisation = (await organisationsUpward(client, wish.organisation)).get(wish.organisation);
    if (organisation === undefined || organisation.closed)
      return fail(io, `There is no open organisation ${wish.organisation}.`);
    const same = (await grantsOf(client, wish.person)).find(
      (each) =>
        each.role === role &&
        each.scope.organisation === organisation.id &&
        each.endedAt === undefined &&
        each.from <= from &&
        each.until >= until,
    );
    if (same !== undefined) {
      io.out(`${wish.person} is ${role} of ${organisation.name} already until ${day(same.until)} (${same.id}).`);
      return 0;
    }
    const grant: Administration = {
      id: newId(now),
      person: wish.person,
      role,
      scope: { kind: 'organisation', organisation: organisation.id },
      from,
      until,
      grantedBy: who,
      reason: wish.reason,
    };
    await saveGrant(client, grant, now);
    io.out(
      `${wish.person} is ${role} of ${organisation.name} and all below it, ${day(from)} to ${day(until)}: ${grant.id}`,
    );
    return 0;
  });
}

/** Takes a grant back, at once. */
export async function revokeAdministration(
  { pool, clock, who }: AdminPlace,
  io: CommandIo,
  id: string,
  reason: string,
): Promise<number> {
  const [ended] = await inTransaction(pool, (client) => endGrants(client, { id }, { who, reason }, clock()));
  if (ended === undefined) return fail(io, `There is no live grant ${id}.`);
  io.out(`${ended.person} no longer administers ${ended.scope.organisation}.`);
  return 0;
}

/** Every grant, or those of one organisation, ended ones too. */
export async function listAdministrations(
  { pool, clock }: AdminPlace,
  io: CommandIo,
  organisation: string | undefined,
): Promise<number> {
  const now = clock();
  for (const each of await grantsOver(pool, organisation === undefined ? undefined : [organisation])) {
    const { id, person, scope, from, until, endedAt, grantedBy, reason } = each;
    const state =
      endedAt !== undefined ? `ended ${day(endedAt)}` : until <= now ? 'over' : from > now ? 'to come' : 'live';
    io.out(
      [id, state, each.role, scope.organisation, person, `${day(from)} to ${day(until)}`, grantedBy, reason].join('  '),
    );
  }
  return 0;
}

function fail(io: CommandIo, why: string): number {
  io.err(why);
  return 1;
}
