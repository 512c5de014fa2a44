// `tillit person`: gives a person's account a password, and shows whose word of a person holds.
import { Problem } from '../../base/problem.ts';
import { Secret } from '../../base/secret.ts';
import { normaliseUsername, type PersonRecord } from '../../core/directory/index.ts';
import {
  accountKey,
  generatePassword,
  passwordFault,
  passwordFaultTexts,
} from '../../edge/connectors/password/index.ts';
import { insertAudit, inTransaction } from '../../edge/store/hub/audit-insert.ts';
import { directoryReader } from '../../edge/store/hub/directory.ts';
import { passwordAccounts, savePassword } from '../../edge/store/hub/password.ts';
import { loginThrottle } from '../../edge/store/hub/throttle.ts';
import { type AdminPlace, withAdminPlace } from './admin-place.ts';
import { type Command, usedWrongly } from './command.ts';
import { listConflicts } from './person-conflicts.ts';
import { listDuplicates } from './person-duplicates.ts';
import { merge, unmerge } from './person-merge.ts';
import { showPerson } from './person-shown.ts';
import { listSignals } from './person-signals.ts';
import { readInput, readWords } from './words.ts';

const options = {
  person: { type: 'string' },
  stdin: { type: 'boolean' },
  days: { type: 'string' },
  reason: { type: 'string' },
  'dry-run': { type: 'boolean' },
} as const;

export const person: Command = {
  name: 'person',
  summary: 'Set passwords, show where what is known of people comes from, find conflicts and duplicates, merge people.',
  usage: `person set-password USERNAME [--person ID] [--stdin]
       person show ID
       person conflicts
       person duplicates
       person signals [--days N]
       person merge KEEP OTHER --reason TEXT [--dry-run]
       person unmerge MERGE-ID --reason TEXT [--dry-run]
set-password  makes a password and shows it once
show          whose word each attribute, identity and assignment is; never what it says. Audited.
conflicts     whose assignments a rule keeps apart, now or later. Audited.
duplicates    people who may be one human, and why. Merging them is a person’s decision. Audited.
signals       signs that an account is used by two people: two networks or devices at once, within 30 days or --days. Audited.
merge         makes OTHER a part of KEEP: logins, assignments and username move, OTHER is closed. Audited for both.
unmerge       makes two of them again, while everything that moved is where it went. Audited for both.
--stdin   read the password from standard input instead
--person  give this person the username, if the account is new
The account's delays after failed tries end. Audited.`,
  async run(args, io) {
    const words = readWords(args, options);
    if (!words.ok) return usedWrongly(person, io, words.why);
    const [verb, typed, ...more] = words.positionals;
    if (verb === 'show' && typed !== undefined && more.length === 0)
      return withAdminPlace(io, 'person', (place) => showPerson(place, typed, io));
    if (verb === 'conflicts' && typed === undefined)
      return withAdminPlace(io, 'person', (place) => listConflicts(place, io));
    if (verb === 'duplicates' && typed === undefined)
      return withAdminPlace(io, 'person', (place) => listDuplicates(place, io));
    const { reason = '', 'dry-run': dryRun = false } = words.values;
    const [other] = more;
    if (verb === 'merge' && typed !== undefined && other !== undefined && more.length === 1)
      return withAdminPlace(io, 'person', (place) => merge(place, { keep: typed, other, reason, dryRun }, io));
    if (verb === 'unmerge' && typed !== undefined && more.length === 0)
      return withAdminPlace(io, 'person', (place) => unmerge(place, { id: typed, reason, dryRun }, io));
    if (verb === 'signals' && typed === undefined) {
      const days = words.values.days ?? '30';
      if (!/^[1-9]\d{0,3}$/.test(days)) return usedWrongly(person, io, '--days is a whole number, 1 or more.');
      return withAdminPlace(io, 'person', (place) => listSignals(place, Number(days), io));
    }
    if (verb !== 'set-password' || typed === undefined || more.length > 0)
      return usedWrongly(
        person,
        io,
        'Say set-password and a username, show and an id, conflicts, duplicates, signals, merge and two ids, or unmerge and an id.',
      );
    const username = normaliseUsername(typed);
    if (username === undefined)
      return usedWrongly(person, io, 'A username has letters, digits and . _ @ + - between them.');
    const given = words.values.stdin ? new Secret((await readInput(4096)).replace(/\r?\n$/, '')) : undefined;
    return withAdminPlace(io, 'person', async (place) => {
      const owner = await ownerOf(place, username, words.values.person);
      const fault = given && passwordFault(given, [username, owner.givenName, owner.familyName]);
      if (fault) {
        io.err(`The password was not set: ${passwordFaultTexts[fault]}.`);
        return 1;
      }
      const password = given ?? generatePassword();
      await setPassword(place, { username, person: owner.id, password, made: given === undefined });
      io.out(
        given
          ? `The password of ${username} is set.`
          : `The password of ${username}, shown this once: ${password.reveal()}`,
      );
      return 0;
    });
  },
};

/** Who the account belongs to, or is to belong to. */
async function ownerOf({ pool }: AdminPlace, username: string, id: string | undefined): Promise<PersonRecord> {
  const account = await passwordAccounts(pool).find(username);
  const wanted = id ?? account?.person;
  if (wanted === undefined) throw notFound(`there is no account ${username}; say --person ID to make it`);
  const [found] = await directoryReader(pool).people([wanted]);
  if (!found) throw notFound(`there is no person ${wanted}`);
  if (account && account.person !== found.id) throw notFound(`${username} is person ${account.person}'s`);
  return found;
}

const notFound = (detail: string): Problem => new Problem({ kind: 'notFound', code: 'notFound', detail });

/** Sets a lasting password, ends the account's delays, and says so in the trail. */
async function setPassword(
  { pool, hashing, clock, who }: AdminPlace,
  given: { username: string; person: string; password: Secret<string>; made: boolean },
): Promise<void> {
  const hash = await hashing.hash(given.password);
  const now = clock();
  await inTransaction(pool, async (client) => {
    const { username, person: owner } = given;
    if (!(await savePassword(client, { username, person: owner, hash, oneTime: false, source: 'person' }, now))) {
      throw notFound(`${username} is somebody else's`);
    }
    await insertAudit(client, [
      {
        kind: 'admin.personSet',
        at: now,
        outcome: 'ok',
        person: owner,
        body: { who, change: 'password', username, made: given.made },
      },
    ]);
  });
  await loginThrottle(pool).clear(accountKey(given.username));
}
