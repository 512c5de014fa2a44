// K5, K6: what every target does alike: each step may be done twice, names are given once, and what is not ours is not touched.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Secret } from '../../src/base/secret.ts';
import {
  type AccountStep,
  type AccountTargetPort,
  type ActualAccount,
  carryOut,
  type DesiredAccount,
  reconcileOrder,
} from '../../src/core/provisioning/index.ts';
import { boundedRequest } from '../../src/edge/outgoing/http/index.ts';
import { type BuiltInRows, builtInTarget } from '../../src/edge/targets/built-in/index.ts';
import { openScim } from '../../src/edge/targets/scim/index.ts';
import { startScimServer } from '../support/scim-server.ts';

const day = 86_400_000;

interface Opened {
  readonly port: AccountTargetPort;
  readonly without?: DesiredAccount['without'];
  /** The name of an attribute that a rule writes. */
  readonly attribute: string;
  readonly group: string;
  readonly otherGroup: string;
  readonly close?: () => Promise<void>;
}

function targetSuite(name: string, open: () => Promise<Opened>): void {
  describe(name, () => {
    let target: Opened;
    before(async () => {
      target = await open();
    });
    after(() => target.close?.());
    const view = () => ({ attributes: [target.attribute], groups: [target.group, target.otherGroup] });
    const wanted = (key: string, change: Partial<DesiredAccount> = {}): DesiredAccount => ({
      target: 't',
      person: key.toLowerCase(),
      key,
      mark: `tillit:${key.toLowerCase()}`,
      loginNames: [`u${key.toLowerCase()}`, `u${key.toLowerCase()}2`],
      principalSuffix: 'x.example',
      container: '',
      attributes: { [target.attribute]: ['Åsa "X" Öberg, Ærlig; =#+\\'] },
      groups: [target.group],
      until: Date.now() + day,
      deleteFrom: Date.now() + 90 * day,
      rules: ['care'],
      without: target.without,
      ...change,
    });
    const bring = async (desired: DesiredAccount) => {
      const result = await carryOut(target.port, desired, view(), Date.now);
      assert.equal(result.kind, 'asWanted', JSON.stringify(result));
      return result as Extract<typeof result, { kind: 'asWanted' }>;
    };
    const kinds = ({ done }: { readonly done: readonly AccountStep[] }) =>
      done.map(({ kind }) => kind).filter((kind) => kind !== 'setPassword');

    test('a new account says what its rules say, and a second look finds nothing to do', async () => {
      const desired = wanted('A1');
      const result = await bring(desired);
      assert.deepEqual(kinds(result), ['create', 'addGroup', 'enable']);
      const [found] = await target.port.find('A1', view());
      assert.ok(found?.enabled);
      assert.deepEqual([found.loginName, found.principal, found.mark], ['ua1', 'ua1@x.example', 'tillit:a1']);
      assert.deepEqual(found.attributes[target.attribute], desired.attributes[target.attribute]);
      assert.deepEqual(found.groups, [target.group]);
      assert.deepEqual((await bring(desired)).done, []);
    });

    test('other rules change and regroup it; at its end it is closed and out of our groups, later gone', async () => {
      await bring(wanted('A2'));
      const later = wanted('A2', { attributes: { [target.attribute]: [] }, groups: [target.otherGroup] });
      assert.deepEqual(kinds(await bring(later)).slice(0, 3), ['change', 'removeGroup', 'addGroup']);
      const [regrouped] = await target.port.find('A2', view());
      assert.deepEqual([regrouped?.attributes[target.attribute], regrouped?.groups], [[], [target.otherGroup]]);
      const over = { until: Date.now() - 1, groups: [], attributes: {} };
      assert.deepEqual(kinds(await bring(wanted('A2', over))), ['disable', 'removeGroup']);
      const [closed] = await target.port.find('A2', view());
      assert.deepEqual([closed?.enabled, closed?.groups], [false, []]);
      assert.deepEqual(kinds(await bring(wanted('A2'))).at(-1), 'enable', 'a new login opens it');
      assert.deepEqual(kinds(await bring(wanted('A2', { ...over, deleteFrom: 0 }))), ['disable', 'delete']);
      assert.deepEqual(await target.port.find('A2', view()), []);
    });

    test('each step may be done twice', async () => {
      const { account } = await bring(wanted('A3'));
      const twice: readonly AccountStep[] = [
        { kind: 'addGroup', group: target.group },
        { kind: 'removeGroup', group: target.otherGroup },
        { kind: 'removeGroup', group: target.group },
        { kind: 'removeGroup', group: target.group },
        { kind: 'disable' },
        { kind: 'disable' },
        { kind: 'enable', until: Date.now() + day },
        { kind: 'enable', until: Date.now() + day },
        { kind: 'delete' },
        { kind: 'delete' },
      ];
      for (const step of twice)
        assert.equal((await target.port.step(step, account, view())).kind, 'done', JSON.stringify(step));
    });

    test('a taken name is passed over; when all are taken nothing half-made is left', async () => {
      await bring(wanted('B1', { loginNames: ['same'] }));
      assert.equal((await bring(wanted('B2', { loginNames: ['same', 'same2'] }))).account?.loginName, 'same2');
      const none = await carryOut(target.port, wanted('B3', { loginNames: ['same', 'same2'] }), view(), Date.now);
      assert.ok(none.kind === 'refused' && none.reason === 'namesTaken', JSON.stringify(none));
      assert.deepEqual(await target.port.find('B3', view()), []);
    });

    test('many with one name at once get a name each', async () => {
      const names = Array.from({ length: 30 }, (_, index) => `many${index || ''}`);
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, index) => bring(wanted(`C${index}`, { loginNames: names }))),
      );
      assert.equal(new Set(results.map(({ account }) => account?.loginName)).size, 20);
    });

    test('two that make one person’s account at once make one', async () => {
      const both = await Promise.all([0, 1].map(() => carryOut(target.port, wanted('D1'), view(), Date.now)));
      for (const result of both) assert.equal(result.kind, 'asWanted', JSON.stringify(result));
      assert.equal((await target.port.find('D1', view())).length, 1);
    });

    test('an account that bears another’s mark is never touched', async () => {
      await bring(wanted('E1', { mark: 'tillit:other' }));
      assert.deepEqual(await carryOut(target.port, wanted('E1'), view(), Date.now), {
        kind: 'stopped',
        why: 'notOurs',
      });
    });

    test('all of ours, in the order of the key', async () => {
      const keys: string[] = [];
      for await (const { key } of target.port.all(view())) keys.push(key);
      assert.deepEqual(keys, [...keys].sort());
      assert.ok(keys.includes('A1') && keys.includes('C19') && !keys.includes('A2'), keys.join());
    });
  });
}

function memoryRows(): BuiltInRows {
  const all = new Map<string, ActualAccount>();
  return {
    byKey: async (key) => [...all.values()].filter((one) => one.key === key),
    byId: async (id) => all.get(id),
    add: async (account) => {
      const taken = [...all.values()].some((one) => one.loginName === account.loginName || one.key === account.key);
      if (!taken) all.set(account.id, account);
      return !taken;
    },
    replace: async (account) => void all.set(account.id, account),
    remove: async (id) => void all.delete(id),
    async *inOrder() {
      yield* [...all.values()].sort(reconcileOrder);
    },
  };
}

targetSuite('the built-in target', async () => ({
  port: builtInTarget(memoryRows(), Date.now),
  attribute: 'displayName',
  group: 'Readers',
  otherGroup: 'Writers',
}));

for (const { name, ...options } of [
  {
    name: 'SCIM, a service that patches',
    patch: true,
    userGroups: true,
    endAttribute: 'urn:ietf:params:scim:schemas:extension:example:2.0:User:until',
  },
  {
    name: 'SCIM, a service that only replaces and names no groups',
    patch: false,
    userGroups: false,
    endAttribute: undefined,
  },
])
  targetSuite(name, async () => {
    const server = await startScimServer(options);
    server.addGroup('Readers');
    const id = server.addGroup('Writers');
    const port = openScim({
      url: server.url,
      token: new Secret(server.token),
      send: boundedRequest,
      markAttribute: 'userType',
      endAttribute: options.endAttribute,
    });
    return {
      port,
      without: options.endAttribute === undefined ? ['password', 'end'] : ['password'],
      attribute: 'emails[type eq "work"].value',
      group: 'Readers',
      otherGroup: `id:${id}`,
      close: server.close,
    };
  });
