// The port of core/provisioning on a SCIM 2.0 service: each step may be done twice, and what is not ours is never written to.
import { Problem } from '../../../base/problem.ts';
import {
  type AccountAttributes,
  type AccountStep,
  type AccountTargetPort,
  type AccountView,
  type ActualAccount,
  reconcileOrder,
  type StepAnswer,
  type TargetRefusal,
} from '../../../core/provisioning/index.ts';
import { filterValue, type Json, listOf, type ScimAccess, type ScimAnswer, scimCaller, segment } from './caller.ts';
import { checkService } from './check.ts';
import { scimFeatures } from './features.ts';
import { findGroup, groupReader, patchMember, replaceMember } from './groups.ts';
import {
  accountOfResource,
  coreSchema,
  operationFor,
  type PatchOperation,
  patchSchema,
  type ScimNames,
  withValues,
} from './resource.ts';

export type ScimOptions = ScimAccess & ScimNames;

type Step<Kind extends AccountStep['kind']> = Extract<AccountStep, { kind: Kind }>;
interface Change {
  readonly active?: boolean;
  readonly values?: AccountAttributes;
}

const pageSize = 100;
/** A service that never says that it is at the end is not read for ever. */
const mostPages = 20_000;

const refused = (reason: TargetRefusal, detail: string): StepAnswer => ({ kind: 'refused', reason, detail });
const away = (detail: string): Problem => new Problem({ kind: 'unavailable', code: 'unavailable', detail });

/** What a refusal means (RFC 7644 3.12); its text is the service's and may name people, so that only its code is kept. */
function refusalOf({ status, body }: ScimAnswer): StepAnswer {
  const type = /^[A-Za-z]{1,30}$/.exec(String(body['scimType'] ?? ''))?.[0];
  const detail = `HTTP ${status}${type === undefined ? '' : `, ${type}`}`;
  if (status === 403 || status === 501 || status === 405) return refused('notAllowed', detail);
  // Somebody else changed it just now, or it went: the work is done again from the start.
  if (status === 404 || status === 409 || status === 412) throw away(`the account changed meanwhile (${detail})`);
  return refused('badValue', detail);
}
const isDone = ({ status }: ScimAnswer): boolean => status >= 200 && status < 300;

export function openScim(options: ScimOptions): AccountTargetPort {
  const { markAttribute, endAttribute } = options;
  const call = scimCaller(options);
  const features = scimFeatures(call);

  async function search(key: string): Promise<readonly Json[]> {
    const query = { filter: `externalId eq ${filterValue(key)}`, count: 10 };
    const { resources } = listOf(await call({ method: 'GET', path: '/Users', query }));
    // A service that does not look at the filter answers with anybody; "nobody" would then be made a second time.
    if (resources.some(({ externalId }) => String(externalId ?? '').toLowerCase() !== key.toLowerCase()))
      throw away('the SCIM service does not search by externalId');
    return resources.filter(({ externalId }) => externalId === key);
  }

  async function find(key: string, view: AccountView): Promise<readonly ActualAccount[]> {
    const groupsOf = groupReader(call, view.groups);
    const found: ActualAccount[] = [];
    for (const one of await search(key))
      found.push(accountOfResource(one, options, view.attributes, await groupsOf(one)));
    return found;
  }

  const made = (resource: Json, view: AccountView, groups: readonly string[] = []): ActualAccount =>
    accountOfResource(resource, options, view.attributes, groups);

  /** Two makers of one account meet at its user name, which a service gives once: who comes second finds what the first made. */
  async function create(step: Step<'create'>, view: AccountView): Promise<StepAnswer> {
    for (const loginName of step.loginNames) {
      const body = withValues(
        {
          schemas: [coreSchema],
          externalId: step.key,
          userName: `${loginName}@${step.principalSuffix}`,
          active: false,
        },
        { ...step.attributes, [markAttribute]: [step.mark] },
      );
      const answer = await call({ method: 'POST', path: '/Users', body });
      if (answer.status === 409) {
        const [there] = await find(step.key, view);
        if (there === undefined) continue;
        return there.mark === step.mark
          ? { kind: 'done', account: there }
          : refused('notAllowed', 'it is another’s account');
      }
      if (!isDone(answer)) return answer.status === 404 ? refused('notAllowed', 'HTTP 404') : refusalOf(answer);
      const account = made(answer.body, view);
      if (account.mark !== step.mark || account.key !== step.key) {
        await call({ method: 'DELETE', path: `/Users/${segment(account.id)}` });
        return refused('badValue', `it keeps no ${account.key === step.key ? markAttribute : 'externalId'}`);
      }
      // Some services open whatever they make.
      if (account.enabled) return change(account, { active: false }, view);
      return { kind: 'done', account };
    }
    return refused('namesTaken', `${step.loginNames.length} names are taken`);
  }

  function operations(resource: Json, { active, values = {} }: Change): readonly PatchOperation[] {
    return [
      ...Object.entries(values).flatMap(([name, [value]]) => operationFor(resource, name, value) ?? []),
      ...(active === undefined ? [] : [{ op: 'replace' as const, path: 'active', value: active }]),
    ];
  }

  async function write(path: string, now: ScimAnswer, wanted: Change, Operations: readonly PatchOperation[]) {
    const ifMatch = now.version;
    if ((await features()).patch)
      return call({ method: 'PATCH', path, body: { schemas: [patchSchema], Operations }, ifMatch });
    const { meta: _, ...rest } = withValues(now.body, wanted.values ?? {});
    const body = wanted.active === undefined ? rest : { ...rest, active: wanted.active };
    return call({ method: 'PUT', path, body, ifMatch });
  }

  /** Reads it, looks whether it is still ours, and writes what it read: a change that came between is met once more (RFC 9110 13.1.1). */
  async function change(account: ActualAccount, wanted: Change, view: AccountView): Promise<StepAnswer> {
    const path = `/Users/${segment(account.id)}`;
    for (let tries = 0; ; tries += 1) {
      const now = await call({ method: 'GET', path });
      if (now.status !== 200) return refusalOf(now);
      if (made(now.body, view).mark !== account.mark) return refused('notAllowed', 'it is another’s account');
      const Operations = operations(now.body, wanted);
      if (Operations.length === 0) return { kind: 'done', account };
      const answer = await write(path, now, wanted, Operations);
      if (answer.status === 412 && tries === 0) continue;
      if (!isDone(answer)) return refusalOf(answer);
      const after = 'id' in answer.body ? answer : await call({ method: 'GET', path });
      return after.status === 200
        ? { kind: 'done', account: made(after.body, view, account.groups) }
        : refusalOf(after);
    }
  }

  /** Being in already, or out already, is done. */
  async function member(group: string, account: ActualAccount, into: boolean): Promise<StepAnswer> {
    const id = await findGroup(call, group);
    if (id === undefined) return into ? refused('groupMissing', 'no group, or two') : { kind: 'done', account };
    const written = (await features()).patch
      ? await patchMember(call, id, account.id, into)
      : await replaceMember(call, id, account.id, into);
    return isDone(written) ? { kind: 'done', account } : refusalOf(written);
  }

  const until = (at: number): AccountAttributes =>
    endAttribute === undefined ? {} : { [endAttribute]: [new Date(at).toISOString()] };

  async function toAccount(
    step: Exclude<AccountStep, { kind: 'create' }>,
    account: ActualAccount,
    view: AccountView,
  ): Promise<StepAnswer> {
    switch (step.kind) {
      // There is none of these here: people come in by the hub's own answer, and nothing lies anywhere.
      case 'setPassword':
      case 'move':
      case 'mapCard':
      case 'unmapCard':
        return { kind: 'done', account };
      case 'change':
        return change(account, { values: step.attributes }, view);
      case 'addGroup':
        return member(step.group, account, true);
      case 'removeGroup':
        return member(step.group, account, false);
      case 'enable':
        return change(account, { active: true, values: until(step.until) }, view);
      case 'extend':
        return change(account, { values: until(step.until) }, view);
      case 'disable':
        return change(account, { active: false }, view);
      case 'delete': {
        const answer = await call({ method: 'DELETE', path: `/Users/${segment(account.id)}` });
        return isDone(answer) || answer.status === 404 ? { kind: 'done', account: undefined } : refusalOf(answer);
      }
    }
  }

  async function page(startIndex: number, filter: string | undefined) {
    const query = { startIndex, count: pageSize, ...(filter === undefined ? {} : { filter }) };
    return call({ method: 'GET', path: '/Users', query });
  }

  return {
    find,
    async step(step, account, view) {
      if (step.kind === 'create') return create(step, view);
      if (account === undefined)
        throw new Problem({ kind: 'internal', code: 'internal', detail: `${step.kind} of none` });
      return toAccount(step, account, view);
    },
    /** Accounts of ours are those of who logged in lately, so they fit in memory: services do not sort. */
    async *all(view) {
      const groupsOf = groupReader(call, view.groups);
      const accounts = new Map<string, ActualAccount>();
      let filter: string | undefined = `${markAttribute} sw ${filterValue('tillit:')}`;
      for (let start = 1, pages = 0; pages < mostPages; pages += 1) {
        const answer = await page(start, filter);
        // Not every service searches by the beginning of any attribute: then all are read.
        if (start === 1 && filter !== undefined && [400, 403, 501].includes(answer.status)) {
          filter = undefined;
          continue;
        }
        const { total, resources } = listOf(answer);
        for (const one of resources) {
          const account = accountOfResource(one, options, view.attributes, []);
          if (!account.mark?.startsWith('tillit:')) continue;
          accounts.set(account.id, { ...account, groups: await groupsOf(one) });
        }
        start += resources.length;
        if (resources.length === 0 || start > total) break;
      }
      yield* [...accounts.values()].sort(reconcileOrder);
    },
    check: (written) => checkService(call, options, features, written),
  };
}
