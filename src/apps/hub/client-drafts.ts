// Wires the pages of client drafts: what is shown of one, who may decide it, and the decision.
import type pg from 'pg';
import { newReference } from '../../base/ids.ts';
import type { CatalogueSnapshot, LiveCatalogue } from '../../core/catalogue/index.ts';
import { administeredBy, type Organisation, type Person, shownName } from '../../core/directory/index.ts';
import {
  applicationOfDraft,
  type ClientDraft,
  draftStanding,
  type LoopbackReturn,
  returnAddress,
} from '../../core/grants/index.ts';
import { grantsOf, grantsOver, organisationsUpward, peopleNamed } from '../../edge/store/hub/administrations.ts';
import { confirmDraft, type Decided, refuseDraft } from '../../edge/store/hub/client-draft-decision.ts';
import { draftById, waitingDrafts } from '../../edge/store/hub/client-drafts.ts';
import type { ClientDrafts, ShownDraft } from '../../edge/web/portal/index.ts';

interface Parts {
  readonly pool: pg.Pool;
  readonly catalogue: LiveCatalogue;
  readonly clock: () => number;
}

/** What the pages need. */
export function clientDrafts({ pool, catalogue, clock }: Parts): ClientDrafts {
  const personOf = async (id: string): Promise<Pick<Person, 'id' | 'closed'>> =>
    (await peopleNamed(pool, [id]))[0] ?? { id, closed: true };
  const returnTo = (draft: ClientDraft, asked: LoopbackReturn | undefined, outcome: 'confirmed' | 'refused') =>
    returnAddress(draft, catalogue.snapshot().clientSystems.get(draft.system), asked, outcome);
  const done = (decided: Decided, asked: LoopbackReturn | undefined, outcome: 'confirmed' | 'refused') =>
    decided.kind === 'done'
      ? { kind: decided.kind, returnTo: returnTo(decided.draft, asked, outcome) }
      : { kind: decided.kind };
  const wishOf = (draft: string, session: { readonly id: string; readonly person: string }) => ({
    draft,
    person: { id: session.person },
    session: session.id,
    reference: newReference(),
    now: clock(),
  });

  return {
    async waiting(id) {
      const now = clock();
      const grants = (await grantsOf(pool, id)).filter(({ until, endedAt }) => endedAt === undefined && now < until);
      if (grants.length === 0) return [];
      const [person, drafts] = await Promise.all([
        personOf(id),
        waitingDrafts(
          pool,
          grants.flatMap(({ scope }) => (scope.kind === 'organisation' ? [scope.organisation] : [])),
          now,
        ),
      ]);
      const shown: ShownDraft[] = [];
      const trees = new Map<string, ReadonlyMap<string, Organisation>>();
      for (const draft of drafts) {
        const organisations = trees.get(draft.organisation) ?? (await organisationsUpward(pool, draft.organisation));
        trees.set(draft.organisation, organisations);
        if (draftStanding({ now, draft, person, grants, organisations }) === 'open')
          shown.push(await shownDraft(pool, catalogue.snapshot(), draft, organisations));
      }
      return shown;
    },

    async look(id, personId) {
      const now = clock();
      const [draft, person, grants] = await Promise.all([
        draftById(pool, id),
        personOf(personId),
        grantsOf(pool, personId),
      ]);
      const organisations = draft === undefined ? new Map() : await organisationsUpward(pool, draft.organisation);
      const standing = draftStanding({ now, draft, person, grants, organisations });
      if (draft === undefined || standing === 'unknown') return { standing: 'unknown' };
      if (standing === 'noRight') {
        const organisation = organisations.get(draft.organisation)?.name ?? draft.organisation;
        return {
          standing,
          organisation,
          administrators: await administratorsOf(pool, draft.organisation, organisations, now),
        };
      }
      return { standing, ...(await shownDraft(pool, catalogue.snapshot(), draft, organisations)) };
    },

    returnTo: ({ draft }, asked, outcome) => returnTo(draft, asked, outcome),

    async confirm(draft, session, asked) {
      const decided = await confirmDraft(pool, wishOf(draft, session));
      // The program may ask for a ticket at once, and here. A look that was on its way may have been too early.
      for (let look = 0; look < 2 && decided.kind === 'done' && !catalogue.snapshot().clients.has(draft); look++)
        await catalogue.refresh().catch(() => undefined);
      return done(decided, asked, 'confirmed');
    },

    async refuse(draft, session, reason, asked) {
      return done(await refuseDraft(pool, wishOf(draft, session), reason), asked, 'refused');
    },
  };
}

/** Names of everybody who may decide drafts of the organisation now. */
async function administratorsOf(
  pool: pg.Pool,
  organisation: string,
  organisations: ReadonlyMap<string, Organisation>,
  now: number,
): Promise<readonly string[]> {
  const grants = await grantsOver(pool, [...organisations.keys()]);
  const people = await peopleNamed(pool, [...new Set(grants.flatMap(({ person }) => person ?? []))]);
  return people
    .filter((person) => administeredBy(grants, { person, task: 'clientDrafts', organisation, organisations, now }))
    .map(shownName);
}

async function shownDraft(
  pool: pg.Pool,
  { clientSystems, apis }: CatalogueSnapshot,
  draft: ClientDraft,
  organisations: ReadonlyMap<string, Organisation>,
): Promise<ShownDraft> {
  const system = clientSystems.get(draft.system);
  const at = organisations.get(draft.organisation) ?? { id: draft.organisation, name: draft.organisation };
  const supplier = system && (await organisationsUpward(pool, system.supplier)).get(system.supplier);
  const [decider] = draft.decidedBy === undefined ? [] : await peopleNamed(pool, [draft.decidedBy]);
  const application = system && applicationOfDraft(draft, system, at, apis);
  return {
    draft,
    system,
    organisation: at.name,
    supplier: supplier?.name ?? system?.supplier ?? '',
    apis: (application?.apis ?? []).flatMap((id) => {
      const api = apis.get(id);
      const scopes = api?.scopes.filter((scope) => application?.scopes.includes(scope) === true) ?? [];
      return api === undefined ? [] : [{ name: api.name, scopes }];
    }),
    people:
      application?.scopes.includes('openid') === true &&
      application.grants.some((grant) => grant !== 'client_credentials'),
    decidedBy: decider && shownName(decider),
  };
}
