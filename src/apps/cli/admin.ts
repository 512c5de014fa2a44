// `tillit admin recover`: lets a locked-out administrator in again, from the host.
import { minuteMs } from '../../base/clock.ts';
import { Problem } from '../../base/problem.ts';
import { normaliseUsername, type PersonRecord } from '../../core/directory/index.ts';
import { accountKey, generatePassword } from '../../edge/connectors/password/index.ts';
import { insertAudit, inTransaction } from '../../edge/store/hub/audit-insert.ts';
import { administrators } from '../../edge/store/hub/directory.ts';
import { savePassword } from '../../edge/store/hub/password.ts';
import { loginThrottle } from '../../edge/store/hub/throttle.ts';
import { withAdminPlace } from './admin-place.ts';
import { type Command, usedWrongly } from './command.ts';
import { readWords } from './words.ts';

const validMinutes = 60;

export const admin: Command = {
  name: 'admin',
  summary: 'Let a locked-out administrator in again.',
  usage: `admin recover [PERSON] [--username NAME]
Makes a password that lets the administrator in once, within ${validMinutes} minutes, and ends delays after failed tries.
It takes the place of the present password: set a lasting one with \`tillit person set-password\`.
PERSON      an id; may be left out when there is one administrator
--username  for an administrator without an account
An administrator is a person with the attribute \`administrator: true\`. Audited.`,
  async run(args, io) {
    const words = readWords(args, { username: { type: 'string' } });
    if (!words.ok) return usedWrongly(admin, io, words.why);
    const [verb, id, ...more] = words.positionals;
    if (verb !== 'recover' || more.length > 0) return usedWrongly(admin, io, 'Say recover.');
    return withAdminPlace(io, 'admin', async ({ pool, hashing, clock, who }) => {
      const chosen = choose(await administrators(pool), id);
      const username = normaliseUsername(words.values.username ?? chosen.username ?? '');
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
    });
  },
};

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
