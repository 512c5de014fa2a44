// The desk of the admin API: what callers read and write, on the stores, by `apply` and by the rules of core/directory.

import { catalogueSections } from '../../../core/catalogue/index.ts';
import { type Committer, recordOnly } from '../../../core/commit/index.ts';
import {
  isWhollyInside,
  type PersonRecord,
  reaches,
  reachesAnything,
  seenPerson,
} from '../../../core/directory/index.ts';
import type { Session, Sessions } from '../../../core/sessions/index.ts';
import { directoryReader } from '../../../edge/store/hub/directory.ts';
import { publicSigningKeys } from '../../../edge/store/hub/signing-keys.ts';
import type { AdminCaller, AdminDesk, AdminRefusal } from '../../../edge/web/admin-api/index.ts';
import { documentOf, pageOf, refused } from './documents.ts';
import { type Gathered, gatherReach } from './reach.ts';
import { type WriteParts, writer } from './write.ts';

export interface AdminDeskParts extends Omit<WriteParts, 'tellRefused'> {
  readonly commit: Committer;
  readonly sessions: Pick<Sessions, 'ofPerson' | 'reached' | 'end'>;
  /** Work was put into the outbox. */
  readonly onOutbox: () => void;
}

export function adminDesk({ commit, sessions, onOutbox, ...parts }: AdminDeskParts): AdminDesk {
  const { pool, clock, catalogue } = parts;
  const gather = (caller: AdminCaller): Promise<Gathered> => gatherReach(pool, caller, catalogue(), clock());
  const tellRefused = async (
    { client, person, session, reference }: AdminCaller,
    { code }: AdminRefusal,
    items: readonly { readonly section: string; readonly id: string }[],
  ): Promise<void> => {
    if (!tellsOfReach.has(code)) return;
    const at = clock();
    const about = {
      kind: 'admin.apiWriteRefused',
      at,
      outcome: 'refused',
      application: client,
      person,
      session,
      reference,
    } as const;
    const named = items.slice(0, 20).map(({ section, id }) => `${section}/${id}`);
    await commit(recordOnly([{ ...about, body: { code, items: named } }]));
  };
  const write = writer({
    ...parts,
    tellRefused: (caller, refusal, { items }) => tellRefused(caller, refusal, items),
  });
  /** Why a section is not read; undefined: it may be. */
  const sectionRefusal = ({ reach }: Gathered, section: string): AdminRefusal | undefined => {
    if (!reachesAnything(reach)) return refused('noGrant');
    return catalogueSections[section] !== undefined && !reach.catalogue ? refused('hubOnly') : undefined;
  };
  /** The person, and their sessions that whoever asks may see. */
  const sessionsOf = async (caller: AdminCaller, id: string) => {
    const gathered = await gather(caller);
    const { reach } = gathered;
    if (!reachesAnything(reach)) return refused('noGrant');
    const [person] = await directoryReader(pool).people([id]);
    if (person === undefined || seenPerson(reach, person) === undefined) return refused('notFound');
    const all = await sessions.ofPerson(id, clock());
    const whole = isWhollyInside(reach, person);
    const own = all.filter((session) => whole || reachesAssignment(gathered, person, session));
    return { kind: 'own' as const, whole, sessions: own };
  };

  return {
    async list(caller, section, search) {
      const gathered = await gather(caller);
      return sectionRefusal(gathered, section) ?? pageOf(pool, gathered, section, search);
    },
    async read(caller, section, id) {
      const gathered = await gather(caller);
      const refusal = sectionRefusal(gathered, section);
      if (refusal !== undefined) return refusal;
      const shown = await documentOf(pool, gathered, section, id);
      return shown === undefined ? refused('notFound') : { kind: 'found', shown };
    },
    async write(caller, wish, answerOf) {
      const outcome = await write(caller, wish, answerOf);
      // Accounts, sessions and cards are told by the outbox: at once.
      if (outcome.kind === 'done') onOutbox();
      return outcome;
    },
    async sessions(caller, person) {
      const found = await sessionsOf(caller, person);
      if (found.kind === 'refused') return found;
      const shown = await Promise.all(
        found.sessions.map(async ({ id, startedAt, seenAt, absoluteUntil, device, agent, assignment }) => {
          const reached = found.whole ? await sessions.reached(id) : [];
          const applications = [...new Set(reached.map(({ application }) => application))];
          return { id, startedAt, seenAt, until: absoluteUntil, device, agent, assignment, applications };
        }),
      );
      return { kind: 'sessions', sessions: shown };
    },
    async endSession(caller, person, session) {
      const found = await sessionsOf(caller, person);
      if (found.kind === 'refused') return found;
      if (!found.sessions.some(({ id }) => id === session)) return refused('notFound');
      await sessions.end(session, 'administrator', caller.reference);
      return { kind: 'ended' };
    },
    async keys(caller) {
      const { reach } = await gather(caller);
      if (!reach.catalogue) return refused(reachesAnything(reach) ? 'hubOnly' : 'noGrant');
      const keys = await publicSigningKeys(pool);
      return { kind: 'keys', keys: keys.map(({ url, ...rest }) => ({ ...rest, issuer: url })) };
    },
  };
}

/** Whether a session goes by an assignment within reach. */
const reachesAssignment = ({ reach }: Gathered, person: PersonRecord, { assignment }: Session): boolean =>
  [...person.assignments, ...person.told].some(
    ({ id, organisation }) => id === assignment && reaches(reach, organisation),
  );

/** Refusals that tell of somebody who tries what is not theirs. */
const tellsOfReach: ReadonlySet<AdminRefusal['code']> = new Set<AdminRefusal['code']>([
  ...([
    'noGrant',
    'hubOnly',
    'outside',
    'self',
    'administers',
    'shared',
    'protected',
    'attributes',
    'logins',
    'taken',
  ] as const),
]);
