// Accounts in other systems as their pages are given them: one in each state, what was done to them, and a rule that was tried.
import type { AccountPlan, ActualAccount, DesiredAccount } from '../../src/core/provisioning/index.ts';
import { ruleEffects } from '../../src/core/provisioning/index.ts';
import type {
  AccountDesk,
  AccountDone,
  AccountLine,
  AccountLook,
  AccountView,
  DirectoryReader,
  DryRun,
} from '../../src/edge/web/portal/index.ts';

const states = ['open', 'closed', 'refused', 'waiting', 'deleted'] as const;
const hour = 3_600_000;
const name = { en: 'The <region>', sv: 'Regionen' };

const steps: AccountPlan = {
  kind: 'steps',
  steps: [
    {
      kind: 'create',
      key: 'SE1',
      mark: 'm',
      loginNames: ['a'],
      principalSuffix: 'x.example',
      container: 'OU=<Care>',
      attributes: {},
    },
    { kind: 'setPassword' },
    { kind: 'change', attributes: { title: ['Nurse'] } },
    { kind: 'move', container: 'OU=<Care>' },
    { kind: 'removeGroup', group: 'CN=<Old>' },
    { kind: 'addGroup', group: 'CN=<Care>' },
    { kind: 'enable', until: 1_800_000_000_000 },
    { kind: 'extend', until: 1_800_000_000_000 },
    { kind: 'disable' },
    { kind: 'delete' },
  ],
};

/** A desk over these accounts; `done` collects what was asked, `answers` what the next step is told, `looks` what the next look finds. */
export function shownAccounts(clock: () => number) {
  const done: string[] = [];
  const answers: AccountDone[] = [];
  const looks: AccountLook[] = [];
  const runs: DryRun[] = [];
  const line = (state: AccountLine['state']): AccountLine => ({
    target: 'region',
    targetName: name,
    person: state,
    holder: 'Nina <Berg>',
    isProtected: false,
    key: 'SE2321000016-<1>',
    state,
    isWaiting: state === 'waiting',
    loginName: state === 'waiting' ? undefined : 'ninber',
    principal: state === 'waiting' ? undefined : 'ninber@region.example',
    until: state === 'open' ? clock() + hour : clock() - hour,
    deleteFrom: clock() + 90 * 24 * hour,
    reason: state === 'refused' ? 'groupMissing' : undefined,
    detail: state === 'refused' ? 'CN=<Care> is gone' : undefined,
  });
  const secret: AccountLine = {
    ...line('open'),
    ...{ person: 'secret', holder: 'N. B.', isProtected: true, loginName: undefined, principal: undefined },
  };
  const lines = [...states.map(line), secret];
  const wanted: DesiredAccount = {
    target: 'region',
    person: 'open',
    key: 'SE1',
    mark: 'm',
    loginNames: ['ninber'],
    principalSuffix: 'region.example',
    container: 'OU=<Care>',
    attributes: { company: ['Fjord & Hospital'], department: [] },
    groups: ['CN=<Care>'],
    until: clock() + hour,
    deleteFrom: clock() + 2 * hour,
    rules: ['care'],
  };
  const login = (isHolding: boolean) => ({
    ...{ rule: 'care', ruleName: isHolding ? { en: 'Care <rule>' } : undefined, application: 'ehr' },
    ...{ organisation: 'Fjord & Hospital', title: 'Nurse', at: clock() - hour, until: clock() + hour },
    ...{ reference: 'K7QM-2F9X', isHolding },
  });
  const event = (kind: AccountView['events'][number]['kind'], at: number, more: object = {}) => ({
    ...{ at, kind, by: undefined, application: 'ehr', reference: 'K7QM-2F9X', steps: [], until: undefined },
    ...{ reason: undefined, detail: undefined, ...more },
  });
  const view = (found: AccountLine): AccountView => ({
    ...found,
    logins: [login(found.state === 'open'), login(false)],
    wanted: found.state === 'open' ? wanted : undefined,
    events: [
      event('account.closeAsked', clock() - 1000, { by: 'Mona <Lund>', reason: 'Left <early>' }),
      event('account.tryAsked', clock() - 2000, { by: 'Mona <Lund>' }),
      ...(found.state === 'deleted' ? [event('account.deleted', clock() - 2500)] : []),
      ...(found.state === 'closed'
        ? [event('account.closed', clock() - 3000, { steps: ['disable', 'removeGroup'] })]
        : []),
      event('account.refused', clock() - hour / 4, { reason: 'groupMissing', detail: 'CN=<Care>' }),
      event('account.extended', clock() - hour / 2, { until: clock() + hour, steps: ['extend'] }),
      ...(found.state === 'waiting' ? [] : [event('account.opened', clock() - hour, { steps: ['create', 'enable'] })]),
      event('account.asked', clock() - hour),
    ],
    refusals:
      found.state === 'open'
        ? {}
        : found.state === 'refused'
          ? { close: 'others', tryAgain: 'notYours' }
          : { close: 'over' },
  });
  const sees = (who: string) => who === 'administrator';
  const desk: AccountDesk = {
    mayLook: async (who) => sees(who),
    targets: () => [{ id: 'region', name }],
    own: async (who) => (who === 'p1' ? [line('open'), line('waiting')] : []),
    async find(_who, search) {
      done.push(`find ${search.words} ${search.show} ${search.target ?? '-'} ${search.after?.rank ?? '-'}`);
      if (search.words === 'nobody') return { lines: [] };
      return { lines, next: search.after ? undefined : { rank: '-17', target: 'region', person: 'open' } };
    },
    async look({ person: who }, target, person) {
      const found = lines.find((one) => one.target === target && one.person === person);
      return found && sees(who) ? view(found) : undefined;
    },
    async check({ person: who }, target, person) {
      done.push(`check ${who} ${target} ${person}`);
      return looks.shift() ?? { kind: 'plan', plan: steps, isThere: false };
    },
    async act(session, { target, person }, action, { proof, reason }) {
      done.push(`${action} ${session.person} ${target} ${person} ${proof.minimum} ${reason}`);
      return answers.shift() ?? { kind: 'done' };
    },
    rules: () => [
      {
        id: 'care',
        name: { en: 'Care <rule>' },
        targetName: name,
        fields: new Map([
          ['groups', 'CN=<Care>'],
          ['lifetime', '86400'],
        ]),
        text: 'id: care',
      },
    ],
    async dryRun(who, { text, fields }) {
      done.push(`try ${who} ${text ?? `${fields.get('rule')} ${fields.get('lifetime')}`}`);
      const differences = [
        { what: 'until', before: clock(), after: clock() + hour },
        { what: 'container', before: 'OU=<A>', after: 'OU=<B>' },
        { what: 'joins', group: 'CN=<C>' },
        { what: 'leaves', group: 'CN=<D>' },
        { what: 'attribute', name: 'title', before: '', after: '<E>' },
        { what: 'opens' },
        { what: 'closes' },
      ] as const;
      return (
        runs.shift() ?? {
          kind: 'done',
          counts: { created: 1, changed: 2, extended: 3, shortened: 4, closed: 5, same: 6 },
          sample: ruleEffects.map((effect) => ({
            ...{ target: 'region', person: 'open', holder: 'Nina <Berg>', effect, differences },
          })),
          reach: { before: 10, after: 20 },
          looked: 21,
          isWhole: false,
        }
      );
    },
  };
  const standing = (enabled: boolean, left: number): ActualAccount => ({
    ...{ id: `g${left}`, address: 'x', key: 'SE1', mark: 'm', loginName: 'ninber', principal: 'ninber@region.example' },
    ...{ container: 'OU=<Care>', enabled, hasPassword: true, expiresAt: clock() + left },
    ...{ attributes: { company: ['Fjord & <Hospital>'] }, groups: enabled ? ['CN=<Care>'] : [] },
  });
  const shown = { accounts: [standing(true, hour), standing(true, -1), standing(false, -hour)] };
  const directory: DirectoryReader = { read: async () => [{ name, accounts: shown.accounts }] };
  return { desk, done, answers, looks, runs, directory, shown };
}
