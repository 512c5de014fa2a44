// `tillit admin`: who administers an organisation; and a locked-out administrator of the hub is let in again, from the host.
import { minuteMs } from '../../base/clock.ts';
import { Problem } from '../../base/problem.ts';
import { normaliseUsername, type PersonRecord } from '../../core/directory/index.ts';
import { accountKey, generatePassword } from '../../edge/connectors/password/index.ts';
import { insertAudit, inTransaction } from '../../edge/store/hub/audit-insert.ts';
import { administrators } from '../../edge/store/hub/directory.ts';
import { savePassword } from '../../edge/store/hub/password.ts';
import { loginThrottle } from '../../edge/store/hub/throttle.ts';
import { grantAdministration, listAdministrations, revokeAdministration } from './admin-grants.ts';
import { type AdminPlace, withAdminPlace } from './admin-place.ts';
import { type Command, type CommandIo, usedWrongly } from './command.ts';
import { readWords } from './words.ts';

const validMinutes = 60;

const options = {
  username: { type: 'string' },
  organisation: { type: 'string' },
  from: { type: 'string' },
  until: { type: 'string' },
  reason: { type: 'string' },
  role: { type: 'string' },
  client: { type: 'string' },
  hub: { type: 'boolean' },
} as const;

export const admin: Command = {
  name: 'admin',
  summary: 'Say who administers an organisation; let a locked-out administrator in again.',
  usage: `admin grant PERSON (--organisation ID | --hub) --until DATE --reason TEXT [--from DATE] [--role ROLE]
       admin grant --client ID (--organisation ID | --hub) --until DATE --reason TEXT [--from DATE] [--role ROLE]
       admin revoke GRANT --reason TEXT
       admin list [--organisation ID]
       admin recover [PERSON] [--username NAME]
grant    PERSON has a role over the organisation and everything below it: organisation-administrator (confirms programs
         that ask to be let in, looks after accounts in other systems and after the organisation's people; the usual one), card-orderer (orders and approves cards), card-officer (makes and ends them),
         ending-approver (approves changes that end many people), auditor (searches the trail of events about its people),
         directory-administrator (people and units, by the admin API
         and SCIM), hub-administrator (also everything that is configured). --client: a program that acts as itself; it has one
         of the last two. --hub: over the whole hub, with one of the last two
         or as auditor
revoke   takes a grant back at once; a person who is closed loses all of theirs
list     every grant: id, state, role, organisation, person, from and until, by whom, why
recover  makes a password that lets an administrator of the hub in once, within ${validMinutes} minutes, and ends delays after failed
         tries. It takes the place of the present password: set a lasting one with \`tillit person set-password\`.
         PERSON may be left out when there is one administrator; --username is for one without an account.
         An administrator of the hub is a person with the attribute \`administrator: true\`.
All but list are audited.`,
  async run(args, io) {
    const words = readWords(args, options);
    if (!words.ok) return usedWrongly(admin, io, words.why);
    const [verb, id, ...more] = words.positionals;
    const { username, organisation, from, until, role, client, hub } = words.values;
    const reason = words.values.reason?.trim();
    if (more.length > 0) return usedWrongly(admin, io, `What is ${more[0]}?`);
    if (verb === 'recover') return withAdminPlace(io, 'admin', (place) => recover(place, io, id, username));
    if (verb === 'list' && id === undefined)
      return withAdminPlace(io, 'admin', (place) => listAdministrations(place, io, organisation));
    if (verb === 'revoke' && id !== undefined && reason)
      return withAdminPlace(io, 'admin', (place) => revokeAdministration(place, io, id, reason));
    const oneHolder = (id === undefined) !== (client === undefined);
    const oneScope = (organisation === undefined) !== (hub !== true);
    if (verb === 'grant' && oneHolder && oneScope && until !== undefined && reason) {
      const wish = { person: id, client, organisation, from, until, reason, role };
      return withAdminPlace(io, 'admin', (place) => grantAdministration(place, io, wish));
    }
    return usedWrongly(admin, io, 'Say grant, revoke, list or recover; a reason and an end are not left out.');
  },
};

async function recover(
  { pool, hashing, clock, who }: AdminPlace,
  io: CommandIo,
  id: string | undefined,
  name: string | undefined,
): Promise<number> {
  const chosen = choose(await administrators(pool), id);
  const username = normaliseUsername(name ?? chosen.username ?? '');
  if (username === undefined) throw refused(`person ${chosen.id} has no account: say --username NAME`);
  const password = generatePassword();
  const hash = await hashing.hash(password);
  const now = clock();
  const expiresAt = now + validMinutes * minuteMs;
  await inTransaction(pool, async (client) => {
    const saved = await savePassword(
      client,
      { username, person: chosen.id, hash, oneTime: true, expiresAt, source: 'recover' },
      now,
    );
    if (!saved) throw refused(`username ${username} is somebody else's`);
    await insertAudit(client, [
      {
        kind: 'admin.recovered',
        at: now,
        outcome: 'ok',
        person: chosen.id,
        body: { who, username, expiresAt: new Date(expiresAt).toISOString() },
      },
    ]);
  });
  await loginThrottle(pool).clear(accountKey(username));
  io.out(`Username ${username}, password (once, until ${new Date(expiresAt).toISOString()}): ${password.reveal()}`);
  return 0;
}

const refused = (detail: string): Problem => new Problem({ kind: 'notFound', code: 'notFound', detail });

/** The administrator to recover. A closed one stays closed: that was somebody's decision. */
function choose(all: readonly PersonRecord[], id: string | undefined): PersonRecord {
  const open = all.filter(({ closed }) => !closed);
  const chosen = id === undefined && open.length === 1 ? open[0] : open.find((one) => one.id === id);
  if (chosen) return chosen;
  if (all.some((one) => one.id === id)) throw refused(`person ${id} is closed: open them with \`tillit apply\` first`);
  const names = open.map((one) => one.id).join(', ');
  if (names === '')
    throw refused('nobody has the attribute `administrator: true`: give it to somebody with `tillit apply`');
  throw refused(
    id === undefined
      ? `there are several administrators: name one of ${names}`
      : `person ${id} is no administrator; there are ${names}`,
  );
}
