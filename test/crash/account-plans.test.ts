// K5: kill -9 before and after each write of an account's plan, over a real Active Directory (Samba): the next one ends it right, every time.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Entry } from 'ldapts';
import { toFiletime } from '../../src/base/filetime.ts';
import type { DesiredAccount } from '../../src/core/provisioning/index.ts';
import { type LdapProxy, startLdapProxy, writes } from '../support/ldap-proxy.ts';
import { type Samba, sambaMissing, startSamba } from '../support/samba.ts';
import type { CarryOutOnce } from './carry-out-once.ts';

const program = fileURLToPath(new URL('./carry-out-once.ts', import.meta.url));
const day = 86_400_000;

describe('a process that is killed at a write', { skip: sambaMissing() ?? false }, () => {
  let samba: Samba;
  let proxy: LdapProxy;
  const tree = 'OU=External,DC=hosp,DC=test';
  const second = `OU=Second,${tree}`;
  const group = (name: string): string => `CN=${name},${tree}`;
  const view = { attributes: ['displayName'], groups: ['Cosmic', 'X-ray', 'Lab'].map(group) };
  const until = Math.floor(Date.now() / 1000) * 1000 + day;

  const first = (key: string): DesiredAccount => ({
    target: 'region',
    person: key,
    key,
    mark: `tillit:${key}`,
    loginNames: ['same', ...Array.from({ length: 60 }, (_, index) => `same${index + 2}`)],
    principalSuffix: 'hosp.test',
    container: tree,
    attributes: { displayName: ['Åsa'] },
    groups: ['Cosmic', 'X-ray'].map(group),
    cardMappings: [`X509:<SKI>${Buffer.from(key).toString('hex')}`],
    ownCardMappings: [`X509:<SKI>${Buffer.from(key).toString('hex')}`],
    until,
    deleteFrom: until + 90 * day,
    rules: ['care'],
  });
  const changed = (key: string): DesiredAccount => ({
    ...first(key),
    container: second,
    attributes: { displayName: ['Ångström'] },
    groups: ['X-ray', 'Lab'].map(group),
    cardMappings: [`X509:<SKI>ff${Buffer.from(key).toString('hex')}`],
    until: until + day,
  });
  const closed = (key: string): DesiredAccount => ({
    ...first(key),
    attributes: {},
    groups: [],
    cardMappings: [],
    until: Date.now() - 1,
  });
  const deleted = (key: string): DesiredAccount => ({ ...closed(key), deleteFrom: 0 });

  before(async () => {
    samba = await startSamba();
    await samba.addOperator('hub', 'Hub-Passw0rd');
    const client = await samba.client();
    for (const place of [tree, second]) await client.add(place, { objectClass: ['top', 'organizationalUnit'] });
    for (const one of view.groups) await client.add(one, { objectClass: ['top', 'group'] });
    await client.unbind();
    await samba.index('employeeNumber');
    proxy = await startLdapProxy({ url: samba.url, anchors: samba.anchors });
  });
  after(async () => {
    await proxy?.stop();
    await samba?.remove();
  });

  /** A process of its own does the work; answers how it ended. */
  function begin(desired: DesiredAccount): { readonly child: ChildProcess; readonly ended: Promise<string> } {
    const given: CarryOutOnce = {
      directory: {
        controllers: [proxy.url],
        bindName: `CN=hub,CN=Users,${samba.root}`,
        base: tree,
        keyAttribute: 'employeeNumber',
        markAttribute: 'adminDescription',
      },
      anchors: [proxy.anchors],
      password: 'Hub-Passw0rd',
      desired,
      view,
    };
    const child = spawn(process.execPath, [program, JSON.stringify(given)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const ended = new Promise<string>((resolve) => child.once('close', (_, signal) => resolve(signal ?? said)));
    return { child, ended };
  }
  async function undisturbed(desired: DesiredAccount): Promise<void> {
    proxy.onRequest = () => true;
    proxy.onAnswer = (answer) => answer;
    assert.match(await begin(desired).ended, /"kind":"asWanted"/);
  }
  /** False: the plan has fewer writes, and came to its end. */
  async function killedAt(number: number, when: 'before' | 'after', desired: DesiredAccount): Promise<boolean> {
    let count = 0;
    const { child, ended } = begin(desired);
    proxy.onRequest = ({ operation }) => {
      if (!writes.includes(operation)) return true;
      count += 1;
      if (count === number && when === 'before') child.kill('SIGKILL');
      return count < number || when === 'after';
    };
    proxy.onAnswer = (answer, operation) => {
      // The directory has done it, and nobody hears of it.
      if (when === 'after' && writes.includes(operation) && count === number) child.kill('SIGKILL');
      return answer;
    };
    const how = await ended;
    if (count < number) assert.match(how, /"kind":"asWanted"/);
    else assert.equal(how, 'SIGKILL');
    return count >= number;
  }

  const entries = async (key: string): Promise<readonly Entry[]> => {
    const client = await samba.client();
    const { searchEntries } = await client.search(samba.root, {
      filter: `(|(cn=${key})(employeeNumber=${key})(adminDescription=tillit:${key}))`,
      attributes: [
        'accountExpires',
        'userAccountControl',
        'pwdLastSet',
        'memberOf',
        'displayName',
        'sAMAccountName',
        'altSecurityIdentities',
      ],
    });
    await client.unbind();
    return searchEntries;
  };
  const all = (entry: Entry | undefined, name: string): readonly string[] =>
    [entry?.[name] ?? []].flat().map(String).sort();
  /** Open, it has its own end and no right that neither the old nor the new state gives: at any time, killed or not. */
  const neverTooMuch = async (key: string, ...states: readonly DesiredAccount[]): Promise<void> => {
    const found = await entries(key);
    assert.ok(found.length <= 1, `${key}: ${found.length} accounts`);
    const [entry] = found;
    if (entry?.['userAccountControl'] !== '512') return;
    assert.notEqual(entry['pwdLastSet'], '0');
    assert.ok(
      states.some((state) => entry['accountExpires'] === toFiletime(state.until)),
      `${entry['accountExpires']}`,
    );
    const allowed = states.flatMap(({ groups }) => groups);
    assert.ok(
      all(entry, 'memberOf').every((one) => allowed.includes(one)),
      all(entry, 'memberOf').join(),
    );
  };
  const isRight = async (key: string, desired: DesiredAccount): Promise<void> => {
    const found = await entries(key);
    if (desired.deleteFrom === 0) return assert.deepEqual(found, []);
    const [entry] = found;
    assert.equal(found.length, 1);
    const open = desired.until > Date.now();
    assert.equal(entry?.['userAccountControl'], open ? '512' : '514');
    assert.deepEqual(all(entry, 'memberOf'), [...desired.groups].sort());
    assert.deepEqual(all(entry, 'altSecurityIdentities'), desired.cardMappings);
    if (!open) return;
    assert.equal(entry?.['accountExpires'], toFiletime(desired.until));
    assert.equal(entry?.dn.toLowerCase(), `cn=${key},${desired.container}`.toLowerCase());
    assert.deepEqual(all(entry, 'displayName'), desired.attributes['displayName']);
  };

  const plans: readonly (readonly [
    what: string,
    from: ((key: string) => DesiredAccount) | undefined,
    to: (key: string) => DesiredAccount,
    writes: number,
  ])[] = [
    ['a first login', undefined, first, 6],
    ['a login after a change of the rule, with another card', first, changed, 7],
    ['the closing', first, closed, 4],
    ['the deletion', first, deleted, 2],
  ];
  for (const [plan, [what, from, to, most]] of plans.entries())
    test(`in the plan of ${what}: ${most} writes`, async () => {
      for (const when of ['before', 'after'] as const) {
        let number = 1;
        for (; ; number += 1) {
          const key = `p${plan}-${when}-${number}`;
          if (from !== undefined) await undisturbed(from(key));
          const struck = await killedAt(number, when, to(key));
          const states = from === undefined ? [to(key)] : [from(key), to(key)];
          await neverTooMuch(key, ...states);
          await undisturbed(to(key));
          await isRight(key, to(key));
          if (!struck) break;
        }
        assert.equal(number - 1, most, `killed ${when} each of ${number - 1} writes`);
      }
    });

  test('and no login name was given twice', async () => {
    const client = await samba.client();
    const { searchEntries } = await client.search(tree, {
      filter: '(objectClass=user)',
      attributes: ['sAMAccountName'],
    });
    await client.unbind();
    const names = searchEntries.map((entry) => String(entry['sAMAccountName']));
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.length >= 20, `${names.length} accounts`);
  });
});
