// `tillit admin grant|revoke|list`: who administers which organisation, until when, and why.
import { newId } from '../../base/ids.ts';
import { instantOf } from '../../core/catalogue/index.ts';
import {
  type Administration,
  type AdministrationRole,
  type AdministrationScope,
  administrationRoles,
  hubRoles,
  programRoles,
} from '../../core/directory/index.ts';
import {
  endGrants,
  grantsOf,
  grantsOfClient,
  grantsOver,
  organisationsUpward,
  saveGrant,
} from '../../edge/store/hub/administrations.ts';
import { inTransaction, type Queryable } from '../../edge/store/hub/audit-insert.ts';
import { readItems } from '../../edge/store/hub/catalogue.ts';
import { personReader } from '../../edge/store/hub/directory.ts';
import type { AdminPlace } from './admin-place.ts';
import type { CommandIo } from './command.ts';

const usualRole = 'organisation-administrator' satisfies AdministrationRole;

export interface GrantWish {
  /** Whose it is: one of the two. */
  readonly person?: string | undefined;
  readonly client?: string | undefined;
  /** Absent = administers the organisation; of a program, its directory. */
  readonly role?: string | undefined;
  /** Absent = the whole hub. */
  readonly organisation?: string | undefined;
  readonly reason: string;
  readonly from?: string | undefined;
  readonly until: string;
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 16);

const isRole = (text: string): text is AdministrationRole => Object.hasOwn(administrationRoles, text);

/** Grants administration. A grant that is there already and lasts as long is not given twice. */
export async function grantAdministration({ pool, clock, who }: AdminPlace, io: CommandIo, wish: GrantWish) {
  const now = clock();
  const { person, client, organisation } = wish;
  const role = wish.role ?? (client === undefined ? usualRole : 'directory-administrator');
  if (!isRole(role)) return fail(io, `--role is one of ${Object.keys(administrationRoles).join(', ')}`);
  if (client !== undefined && !programRoles.includes(role))
    return fail(io, `A program has one of the roles ${programRoles.join(', ')}.`);
  if (organisation === undefined && !hubRoles.includes(role))
    return fail(io, `Whoever is over the whole hub has one of the roles ${hubRoles.join(', ')}.`);
  if (organisation !== undefined && role === 'hub-administrator')
    return fail(io, 'hub-administrator is over the whole hub: say --hub.');
  const from = wish.from === undefined ? now : instantOf(wish.from);
  const until = instantOf(wish.until);
  if (from === undefined || until === undefined || until <= Math.max(now, from))
    return fail(io, '--from and --until are dates such as 2027-12-31, --until in the future and after --from');
  return inTransaction(pool, async (database) => {
    const fault = await holderFault(database, wish);
    if (fault !== undefined) return fail(io, fault);
    const place =
      organisation === undefined ? undefined : (await organisationsUpward(database, organisation)).get(organisation);
    if (organisation !== undefined && (place === undefined || place.closed))
      return fail(io, `There is no open organisation ${organisation}.`);
    const holder = person ?? client ?? '';
    const over = place === undefined ? 'the whole hub' : place.name;
    const scope: AdministrationScope =
      place === undefined ? { kind: 'hub' } : { kind: 'organisation', organisation: place.id };
    const grants = person === undefined ? await grantsOfClient(database, holder) : await grantsOf(database, person);
    const same = grants.find(
      (each) =>
        each.role === role &&
        scopeText(each.scope) === scopeText(scope) &&
        each.endedAt === undefined &&
        each.from <= from &&
        each.until >= until,
    );
    if (same !== undefined) {
      io.out(`${holder} is ${role} of ${over} already until ${day(same.until)} (${same.id}).`);
      return 0;
    }
    const grant: Administration = {
      id: newId(now),
      person,
      client,
      role,
      scope,
      from,
      until,
      grantedBy: who,
      reason: wish.reason,
    };
    await saveGrant(database, grant, now);
    io.out(
      `${holder} is ${role} of ${over}${place === undefined ? '' : ' and all below it'}, ${day(from)} to ${day(until)}: ${grant.id}`,
    );
    return 0;
  });
}

/** Why nobody can be given it; undefined when somebody is there. */
async function holderFault(database: Queryable, { person, client }: GrantWish): Promise<string | undefined> {
  if (person !== undefined) {
    const found = await personReader(database).facts(person);
    return found === undefined || found.person.closed ? `There is no open person ${person}.` : undefined;
  }
  const application = (await readItems(database)).find(({ kind, id }) => kind === 'application' && id === client);
  return application === undefined || (application.doc as { readonly closed?: boolean }).closed === true
    ? `There is no open application ${client}.`
    : undefined;
}

const scopeText = (scope: AdministrationScope): string => (scope.kind === 'hub' ? '(hub)' : scope.organisation);

/** Takes a grant back, at once. */
export async function revokeAdministration(
  { pool, clock, who }: AdminPlace,
  io: CommandIo,
  id: string,
  reason: string,
): Promise<number> {
  const [ended] = await inTransaction(pool, (client) => endGrants(client, { id }, { who, reason }, clock()));
  if (ended === undefined) return fail(io, `There is no live grant ${id}.`);
  io.out(`${ended.person ?? ended.client} no longer administers ${scopeText(ended.scope)}.`);
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
      [
        ...[id, state, each.role, scopeText(scope), person ?? `client ${each.client}`],
        ...[`${day(from)} to ${day(until)}`, grantedBy, reason],
      ].join('  '),
    );
  }
  return 0;
}

function fail(io: CommandIo, why: string): number {
  io.err(why);
  return 1;
}
