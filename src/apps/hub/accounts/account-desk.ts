// Wires the pages of accounts in other systems: who may see and do what, names for ids, and what the target itself says.
import type pg from 'pg';
import { newReference } from '../../../base/ids.ts';
import { searchWords } from '../../../base/search-words.ts';
import type { StoredEvent } from '../../../core/audit/index.ts';
import type { AccountTarget, CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import { type PersonFacts, shownName } from '../../../core/directory/index.ts';
import { freshProof } from '../../../core/linking/index.ts';
import {
  type AccountAction,
  type AccountScope,
  type AccountStepKind,
  type AccountTargetPort,
  accountActions,
  desiredAccount,
  grantsThatHold,
  ownedBy,
  planAccount,
  refusedAccountAction,
  seesAccountsOf,
} from '../../../core/provisioning/index.ts';
import {
  type AccountSearch,
  accountEvents,
  accountOf,
  endGrants,
  type FoundAccount,
  findAccounts,
  ownAccounts,
} from '../../../edge/store/hub/account-search.ts';
import { accountGrants, accountStore, askForAccount, type KnownGrant } from '../../../edge/store/hub/accounts.ts';
import { peopleNamed } from '../../../edge/store/hub/administrations.ts';
import { insertAudit, inTransaction } from '../../../edge/store/hub/audit-insert.ts';
import { personReader } from '../../../edge/store/hub/directory.ts';
import type {
  AccountDesk,
  AccountEvent,
  AccountFilter,
  AccountLine,
  AccountLook,
} from '../../../edge/web/portal/index.ts';
import { type AuditKind, auditKinds } from '../../../wire/codes/index.ts';
import { keyOf } from './account-work.ts';
import { ruleDocs, tryRules, withRules } from './dry-run.ts';
import { ruleFields, ruleOfFields, ruleText } from './rule-draft.ts';
import { accountScope, isNobody, organisationsOf } from './scope.ts';

const pageSize = 25;
const mostEvents = 50;
const mostSample = 50;
const hourMs = 3_600_000;
const endsWithin: Readonly<Partial<Record<AccountFilter, number>>> = {
  ends1h: hourMs,
  ends24h: 24 * hourMs,
  ends7d: 7 * 24 * hourMs,
};

export interface AccountDeskParts {
  readonly pool: pg.Pool;
  readonly catalogue: () => CatalogueSnapshot;
  readonly clock: () => number;
  readonly port: (target: AccountTarget) => AccountTargetPort;
  /** How long a page waits for a target, and for a dry run. */
  readonly mostMs?: { readonly look: number; readonly dryRun: number } | undefined;
}

const bounded = async <Value>(work: Promise<Value>, ms: number): Promise<Value | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  // What cannot be reached, and what comes too late, are the same to who waits.
  return Promise.race([work.catch(() => undefined), late]).finally(() => clearTimeout(timer));
};

export function accountDesk(parts: AccountDeskParts): AccountDesk {
  const { pool, catalogue, clock, mostMs = { look: 2_500, dryRun: 5_000 } } = parts;
  const people = personReader(pool);
  const store = accountStore(pool);
  const over = (person: string): Promise<AccountScope> => accountScope(pool, person, clock());

  async function linesOf(found: readonly FoundAccount[]): Promise<readonly AccountLine[]> {
    const named = new Map(
      (await peopleNamed(pool, [...new Set(found.map(({ person }) => person))])).map((one) => [one.id, one]),
    );
    const { accountTargets } = catalogue();
    return found.map((account) => {
      const person = named.get(account.person);
      const isProtected = person?.protectedIdentity === true;
      const { loginName, principal, ...rest } = account;
      return {
        ...rest,
        // A login name is made of a name, which a protected person keeps to themselves (K11).
        loginName: isProtected ? undefined : loginName,
        principal: isProtected ? undefined : principal,
        targetName: accountTargets.get(account.target)?.name,
        holder: person === undefined ? account.person : shownName(person),
        isProtected,
      };
    });
  }

  interface Seen {
    readonly scope: AccountScope;
    readonly account: FoundAccount;
    readonly holder: PersonFacts;
    readonly grants: readonly KnownGrant[];
  }
  /** What somebody may not see is not there for them. */
  async function seen(who: string, target: string, person: string): Promise<Seen | undefined> {
    const scope = await over(who);
    if (isNobody(scope)) return undefined;
    const [account, holder, grants] = await Promise.all([
      accountOf(pool, target, person),
      people.facts(person),
      accountGrants(pool, target, person),
    ]);
    if (account === undefined || holder === undefined || !seesAccountsOf(scope, holder, clock())) return undefined;
    return { scope, account, holder, grants };
  }

  const holding = ({ holder, grants }: Pick<Seen, 'holder' | 'grants'>): readonly KnownGrant[] =>
    grants.filter(
      (grant) => grantsThatHold([grant], catalogue().accountRules, clock()).length > 0 && !holder.person.closed,
    );

  async function desired({ account, holder, grants }: Seen) {
    const { accountTargets, accountRules: rules } = catalogue();
    const target = accountTargets.get(account.target);
    if (target === undefined || target.closed) return { kind: 'none', reason: 'targetClosed' } as const;
    const key = (await store.keyMade(target.id, account.person)) ?? keyOf(holder, target.identifier, grants);
    if (key === undefined) return { kind: 'none', reason: 'noKey' } as const;
    return { ...desiredAccount({ target, rules, grants, person: holder, key }, clock()), target };
  }

  const refusalOf = (
    { scope, account, holder, grants }: Seen,
    action: AccountAction,
    given: { readonly isProven: boolean; readonly reason: string },
  ) =>
    refusedAccountAction({
      action,
      over: scope,
      holder,
      grants: holding({ holder, grants }),
      state: account.state,
      now: clock(),
      ...given,
    });

  return {
    mayLook: async (person) => !isNobody(await over(person)),
    targets: () => [...catalogue().accountTargets.values()].map(({ id, name }) => ({ id, name })),
    own: async (person) => linesOf(await ownAccounts(pool, person, clock())),

    async find(person, { words, target, show, after }) {
      const scope = await over(person);
      if (isNobody(scope)) return { lines: [] };
      const endsIn = endsWithin[show];
      const search: AccountSearch = {
        organisations: organisationsOf(scope),
        ...accountSearchOf(words),
        target,
        state: show === 'all' || endsIn !== undefined ? undefined : (show as FoundAccount['state']),
        endsBefore: endsIn === undefined ? undefined : clock() + endsIn,
        after,
        now: clock(),
      };
      const found = await findAccounts(pool, search, pageSize + 1);
      const page = found.slice(0, pageSize);
      const last = page.at(-1);
      return {
        lines: await linesOf(page),
        next:
          found.length > pageSize && last ? { rank: last.rank, target: last.target, person: last.person } : undefined,
      };
    },

    async look(session, target, person) {
      const found = await seen(session.person, target, person);
      if (found === undefined) return undefined;
      const { accountRules } = catalogue();
      const [[line], wanted, events] = await Promise.all([
        linesOf([found.account]),
        desired(found),
        accountEvents(pool, target, person, mostEvents),
      ]);
      if (line === undefined) return undefined;
      const held = new Set(holding(found).map(({ id }) => id));
      const asIfProven = { isProven: true, reason: 'x' };
      return {
        ...line,
        logins: found.grants.map((grant) => {
          const assignment = found.holder.assignments.find(({ id }) => id === grant.assignment);
          return {
            rule: grant.rule,
            ruleName: accountRules.get(grant.rule)?.name,
            application: grant.application,
            organisation: assignment && found.holder.organisations.get(assignment.organisation)?.name,
            title: assignment && (assignment.title ?? assignment.role),
            at: grant.grantedAt,
            until: grant.until,
            reference: grant.reference,
            isHolding: held.has(grant.id),
          };
        }),
        wanted:
          wanted.kind === 'account'
            ? { ...wanted.account, loginNames: line.isProtected ? [] : wanted.account.loginNames }
            : undefined,
        events: await eventsOf(pool, events),
        refusals: Object.fromEntries(
          accountActions.flatMap((action) => {
            const refusal = refusalOf(found, action, asIfProven);
            return refusal === undefined ? [] : [[action, refusal]];
          }),
        ),
      };
    },

    async check(session, target, person): Promise<AccountLook | undefined> {
      const found = await seen(session.person, target, person);
      if (found === undefined) return undefined;
      const wanted = await desired(found);
      if (wanted.kind === 'none') return { kind: 'nobody', reason: wanted.reason };
      const view = ownedBy(target, catalogue().accountRules.values());
      const actual = await bounded(
        Promise.resolve().then(() => parts.port(wanted.target).find(wanted.account.key, view)),
        mostMs.look,
      );
      if (actual === undefined) return { kind: 'noAnswer' };
      const plan = planAccount({ desired: wanted.account, actual, ownedGroups: view.groups }, clock());
      return { kind: 'plan', plan, isThere: actual.length > 0 };
    },

    async act(session, { target, person }, action, { proof, reason }) {
      const found = await seen(session.person, target, person);
      if (found === undefined) return { kind: 'unknown' };
      const now = clock();
      const isProven = freshProof(session.evidence, proof, now) !== undefined;
      return inTransaction(pool, async (client) => {
        // Logins that come meanwhile are not ended by it: who logs in after this has an account again.
        await client.query('SELECT FROM hub.account_grant WHERE target = $1 AND person = $2 ORDER BY id FOR UPDATE', [
          target,
          person,
        ]);
        const grants = await accountGrants(client, target, person);
        const code = refusalOf({ ...found, grants }, action, { isProven, reason });
        if (code !== undefined) return { kind: 'refused', code } as const;
        const ended = action === 'close' ? await endGrants(client, target, person, now) : undefined;
        await askForAccount(client, target, person, action, now);
        await insertAudit(client, [
          {
            at: now,
            kind: action === 'close' ? 'account.closeAsked' : 'account.tryAsked',
            outcome: 'ok',
            person,
            session: session.id,
            reference: newReference(),
            body: { target, by: session.person, ...(ended === undefined ? {} : { ended, reason }) },
          },
        ]);
        return { kind: 'done' } as const;
      });
    },

    rules: () => {
      const { accountRules, accountTargets } = catalogue();
      return [...accountRules.values()].map((rule) => ({
        id: rule.id,
        name: rule.name,
        targetName: accountTargets.get(rule.target)?.name,
        fields: ruleFields(rule),
        text: ruleText(rule),
      }));
    },

    async dryRun(person, { text, fields }) {
      const scope = await over(person);
      const { accountRules } = catalogue();
      const known = accountRules.get(fields.get('rule') ?? '');
      const docs = text === undefined ? known && [ruleOfFields(known, fields)] : ruleDocs(text);
      if (docs === undefined || isNobody(scope)) return { kind: 'faults', faults: [] };
      const read = await withRules(pool, docs);
      if (!read.ok) return { kind: 'faults', faults: read.faults };
      const sample: Parameters<Parameters<typeof tryRules>[0]['onLine']>[0][] = [];
      const until = performance.now() + mostMs.dryRun;
      const tried = await tryRules({
        ...{ pool, rules: accountRules, changed: read.changed, snapshot: read.snapshot, over: scope, now: clock() },
        isLate: () => performance.now() > until,
        onLine: (line) => {
          if (sample.length < mostSample) sample.push(line);
        },
      });
      return { kind: 'done', ...tried, sample };
    },
  };
}

const mostWords = 5;
/** What a search is for: words of the holder's name, or the beginning of a login name or of the stable key. */
export function accountSearchOf(text: string): Pick<AccountSearch, 'words' | 'name'> {
  if (text === '') return {};
  const words = searchWords(text).slice(0, mostWords);
  // What has no letter or number in it is looked for as it stands, and found nowhere; nothing finds all.
  return { words: words.length === 0 ? [text] : words, name: text };
}

const stepKinds: Readonly<Record<AccountStepKind, true>> = {
  create: true,
  setPassword: true,
  change: true,
  move: true,
  addGroup: true,
  removeGroup: true,
  mapCard: true,
  unmapCard: true,
  enable: true,
  extend: true,
  disable: true,
  delete: true,
};

/** Events with the names of who did something. */
async function eventsOf(pool: pg.Pool, events: readonly StoredEvent[]): Promise<readonly AccountEvent[]> {
  const word = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  const ids = [...new Set(events.flatMap(({ body }) => word(body['by']) ?? []))];
  const names = new Map((await peopleNamed(pool, ids)).map((one) => [one.id, shownName(one)]));
  return events.flatMap(({ at, kind, body, application, reference }) => {
    const found = auditKinds.find((one): one is AuditKind => one === kind);
    if (found === undefined) return [];
    const by = word(body['by']);
    const { steps, until } = body;
    return [
      {
        at: Date.parse(at),
        kind: found,
        by: by === undefined ? undefined : (names.get(by) ?? by),
        application,
        reference,
        steps: Array.isArray(steps)
          ? steps.filter((one): one is AccountStepKind => typeof one === 'string' && Object.hasOwn(stepKinds, one))
          : [],
        until: typeof until === 'number' ? until : undefined,
        reason: word(body['reason']),
        detail: word(body['detail']),
      },
    ];
  });
}
