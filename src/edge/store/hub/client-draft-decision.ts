// An administrator's decision on a draft: draft, application and trail become true together, or nothing does.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import { compileCatalogue } from '../../../core/catalogue/index.ts';
import type { Person } from '../../../core/directory/index.ts';
import { type ClientDraft, confirmable, type DraftStanding, draftStanding } from '../../../core/grants/index.ts';
import { grantsOf, organisationsUpward } from './administrations.ts';
import { insertAudit, inTransaction, type Queryable } from './audit-insert.ts';
import { readItems, readRevision, writeItems } from './catalogue.ts';
import { draftById } from './client-drafts.ts';
import { locks } from './locks.ts';

export interface DecisionWish {
  readonly draft: string;
  readonly person: Pick<Person, 'id'>;
  readonly session: string;
  readonly reference: string;
  readonly now: EpochMs;
}

/** What came of it. `late`: it was no longer open for this person; `misfit`: the catalogue no longer takes it. */
export type Decided =
  | { readonly kind: 'done'; readonly draft: ClientDraft }
  | { readonly kind: 'late'; readonly standing: DraftStanding }
  | { readonly kind: 'misfit' };

/** Confirms a draft: the application is in the catalogue with the next revision. */
export const confirmDraft = (pool: pg.Pool, wish: DecisionWish): Promise<Decided> =>
  decide(pool, wish, async (client, draft, organisation) => {
    const items = await readItems(client);
    const before = compileCatalogue(await readRevision(client), items);
    const application = before.ok ? confirmable(draft, organisation, before.snapshot) : undefined;
    if (application === undefined) return undefined;
    const item = { kind: 'application' as const, id: application.id, doc: application };
    const organisations = await client.query<{ id: string }>('SELECT id FROM hub.organisation');
    const known = new Set(organisations.rows.map(({ id }) => id));
    // As it will be stored and read again by every hub: what has no place in the description must show here.
    const stored = { ...item, doc: JSON.parse(JSON.stringify(item.doc)) };
    if (!compileCatalogue(0, [...items, stored], known).ok) return undefined;
    const revision = await writeItems(client, [stored], []);
    return { kind: 'admin.clientConfirmed', decision: 'confirmed', body: { revision } };
  });

/** Refuses a draft; the reason is for the trail and for who asks. */
export const refuseDraft = (pool: pg.Pool, wish: DecisionWish, reason: string): Promise<Decided> =>
  decide(pool, wish, async () => ({ kind: 'admin.clientRefused', decision: 'refused', reason, body: { why: reason } }));

interface Change {
  readonly kind: AuditRecord['kind'];
  readonly decision: NonNullable<ClientDraft['decision']>;
  readonly reason?: string;
  readonly body: AuditRecord['body'];
}

function decide(
  pool: pg.Pool,
  wish: DecisionWish,
  change: (
    client: Queryable,
    draft: ClientDraft,
    organisation: { readonly id: string; readonly name: string },
  ) => Promise<Change | undefined>,
): Promise<Decided> {
  const { now, person, session, reference } = wish;
  return inTransaction(pool, async (client): Promise<Decided> => {
    // With `apply`, one after the other: the whole catalogue is read, checked and written.
    await client.query('SELECT pg_advisory_xact_lock($1)', [locks.apply]);
    const draft = await draftById(client, wish.draft, true);
    const organisations = await organisationsUpward(client, draft?.organisation ?? '');
    const found = await client.query<{ id: string; closed: boolean }>(
      'SELECT id, closed FROM hub.person WHERE id = $1 FOR SHARE',
      [person.id],
    );
    const [who = { id: person.id, closed: true }] = found.rows;
    const grants = await grantsOf(client, person.id, true);
    const standing = draftStanding({ now, draft, person: who, grants, organisations });
    const organisation = organisations.get(draft?.organisation ?? '');
    if (standing !== 'open' || draft === undefined || organisation === undefined) return { kind: 'late', standing };
    const made = await change(client, draft, organisation);
    if (made === undefined) return { kind: 'misfit' };
    const { kind, decision, reason, body } = made;
    await client.query(
      'UPDATE hub.client_draft SET decision = $2, decided_at = $3, decided_by = $4, reason = $5 WHERE id = $1',
      [draft.id, decision, new Date(now), person.id, reason ?? null],
    );
    const about = { system: draft.system, thumbprint: draft.thumbprint, scopes: draft.asks.scopes };
    await insertAudit(client, [
      {
        kind,
        at: now,
        outcome: 'ok',
        person: person.id,
        organisation: draft.organisation,
        application: draft.id,
        session,
        reference,
        body: { ...about, ...body },
      },
    ]);
    return { kind: 'done', draft: { ...draft, decision, decidedAt: now, decidedBy: person.id, reason } };
  });
}
