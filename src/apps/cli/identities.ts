// `tillit identities`: the logins of a person; `tillit unlink`: takes one away, or brings one back. Both audited and told.
import { newId, systemRandom } from '../../base/ids.ts';
import { auditRow } from '../../core/audit/index.ts';
import { isPersonalNumberNamespace } from '../../core/directory/index.ts';
import { endLinkAndSessions, type LookupOf, type RemovalPorts, restoreLink } from '../../core/journey/index.ts';
import {
  type IdentityLink,
  type RestoreFault,
  removalFault,
  restoreDays,
  selfSource,
} from '../../core/linking/index.ts';
import { createSessions } from '../../core/sessions/index.ts';
import { createCommitter } from '../../edge/store/hub/committer.ts';
import { personReader } from '../../edge/store/hub/directory.ts';
import { identityLinks, lastUsed } from '../../edge/store/hub/identity-links.ts';
import { identityVault } from '../../edge/store/hub/identity-vault.ts';
import { loginStore } from '../../edge/store/hub/logins.ts';
import { documentSealing, loginMarks } from '../hub/sealing.ts';
import { type AdminPlace, withAdminPlace } from './admin-place.ts';
import { type Command, type CommandIo, usedWrongly } from './command.ts';
import { readWords } from './words.ts';

const dayMs = 24 * 3_600_000;
const when = (at: number | undefined): string => (at === undefined ? '-' : new Date(at).toISOString().slice(0, 16));

export const identities: Command = {
  name: 'identities',
  summary: 'List the logins of a person.',
  usage: `identities PERSON
Each line: id of the link, live or when it ended, kind, value (never a personal number), source, level at most, since, last used.`,
  async run(args, io) {
    const [person, ...more] = args;
    if (person === undefined || person.startsWith('-') || more.length > 0)
      return usedWrongly(identities, io, 'Say the id of one person.');
    return withAdminPlace(io, 'identities', (place) => list(place, io, person));
  },
};

async function list({ pool, clock }: AdminPlace, io: CommandIo, person: string): Promise<number> {
  if ((await personReader(pool).facts(person)) === undefined) {
    io.err(`There is no person ${person}.`);
    return 1;
  }
  const links = await identityLinks(pool).ofPerson(person, clock() - restoreDays * dayMs);
  const used = await lastUsed(pool, person);
  for (const link of links) {
    const value = isPersonalNumberNamespace(link.namespace) ? '(hidden)' : link.lookup;
    const state = link.until === undefined ? 'live' : `ended ${when(link.until)}`;
    const level = link.ceiling === undefined ? 'any level' : `at most ${link.ceiling}`;
    io.out(
      [link.id, state, link.namespace, value, link.source, level, when(link.since), when(used.get(link.id))].join('  '),
    );
  }
  return 0;
}

export const unlink: Command = {
  name: 'unlink',
  summary: 'Take a login from a person, or bring it back.',
  usage: `unlink LINK          the login ends at once, with every session that rests on it
       unlink --undo LINK   brings back one that ended within ${restoreDays} days
LINK is an id of \`identities\`. Audited, and the person is told. What an applied file gives comes back with the file.`,
  async run(args, io) {
    const words = readWords(args, { undo: { type: 'boolean' } });
    if (!words.ok) return usedWrongly(unlink, io, words.why);
    const [id, ...more] = words.positionals;
    if (id === undefined || more.length > 0) return usedWrongly(unlink, io, 'Say the id of one link.');
    return withAdminPlace(io, 'unlink', (place) =>
      withPorts(place, (ports) => (words.values.undo ? undo(place, io, ports, id) : end(place, io, ports, id))),
    );
  },
};

/** The hub's own way of changing things: one commit, with what it says in the trail. */
async function withPorts(place: AdminPlace, work: (ports: RemovalPorts) => Promise<number>): Promise<number> {
  const { pool, connection, keyring, clock } = place;
  const documents = documentSealing(keyring);
  const committer = createCommitter({
    connection,
    node: `cli-${newId(clock())}`,
    toEventRow: (event) => ({ ...auditRow(event) }),
    seal: documents.seal,
  });
  try {
    const { commit } = committer;
    const sessions = createSessions({
      store: loginStore(pool, documents.open),
      commit,
      clock,
      marksOf: loginMarks(keyring),
    });
    return await work({ links: identityLinks(pool), sessions, commit, clock });
  } finally {
    await committer.close();
  }
}

async function end({ keyring, who }: AdminPlace, io: CommandIo, ports: RemovalPorts, id: string): Promise<number> {
  const link = await ports.links.byId(id);
  if (link === undefined || removalFault({ link, live: [], provable: [] }) !== undefined) {
    io.err(`There is no live link ${id}.`);
    return 1;
  }
  const lookups: LookupOf = (key) => identityVault(keyring).lookups(key);
  const done = await endLinkAndSessions(ports, link, { end: 'administrator', body: { who } }, lookups);
  if (!done.won) {
    io.err(`Link ${id} was just ended by somebody else.`);
    return 1;
  }
  io.out(`${link.namespace} is no longer a login of ${link.person}. Sessions that ended: ${done.sessions.length}.`);
  io.out(afterwards(link));
  return 0;
}

const afterwards = ({ id, source }: IdentityLink): string =>
  source === selfSource
    ? `To bring it back: npx tillit unlink --undo ${id}`
    : `It came from ${source}: the next apply of a file that names it links it again. To bring it back: npx tillit unlink --undo ${id}`;

const faults: Readonly<Record<RestoreFault, string>> = {
  unknown: 'there is no such link',
  live: 'it has not ended',
  tooOld: `it ended more than ${restoreDays} days ago: let the person add it again`,
  closed: 'its person is closed',
  taken: 'the identity has been linked again since',
};

async function undo({ pool, who }: AdminPlace, io: CommandIo, ports: RemovalPorts, id: string): Promise<number> {
  const done = await restoreLink({ ...ports, people: personReader(pool), random: systemRandom }, id, { who });
  if (done.kind !== 'restored') {
    io.err(`Link ${id} was not brought back: ${faults[done.kind]}.`);
    return 1;
  }
  io.out(`${done.link.namespace} is a login of ${done.link.person} again, as link ${done.link.id}.`);
  return 0;
}
