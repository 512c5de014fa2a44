// K5: a real Active Directory domain (Samba) that is slow, broken, strict or in the way: a clear state or another try; nothing lost, nothing doubled.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../src/base/problem.ts';
import { type AccountView, carryOut, type DesiredAccount } from '../../src/core/provisioning/index.ts';
import type { ActiveDirectory } from '../../src/edge/targets/active-directory/index.ts';
import {
  type LdapOperation,
  type LdapProxy,
  type ProxyCertificate,
  resultOf,
  selfSigned,
  startLdapProxy,
  startSilence,
  writes,
} from '../support/ldap-proxy.ts';
import { openRegion, type RegionChange, regionTree } from '../support/region-directory.ts';
import { type Samba, sambaMissing, startSamba } from '../support/samba.ts';

const day = 86_400_000;

describe('a directory in trouble', { skip: sambaMissing() ?? false }, () => {
  let samba: Samba;
  let proxy: LdapProxy;
  let direct: ActiveDirectory;
  let through: ActiveDirectory;
  const tree = regionTree;
  const group = (name: string): string => `CN=${name},${tree}`;
  const view: AccountView = { attributes: ['displayName'], groups: [group('Cosmic'), group('X-ray')] };
  const limits = { connectMs: 1_000, operationMs: 1_500 };

  const open = (change: RegionChange = {}): ActiveDirectory => openRegion(samba, { limits, ...change });
  const wanted = (key: string, change: Partial<DesiredAccount> = {}): DesiredAccount => ({
    target: 'ad',
    person: key.toLowerCase(),
    key,
    mark: `tillit:${key.toLowerCase()}`,
    loginNames: [`u${key.toLowerCase()}`, `u${key.toLowerCase()}2`],
    principalSuffix: 'hosp.test',
    container: tree,
    attributes: { displayName: ['Åsa'] },
    groups: [group('Cosmic'), group('X-ray')],
    until: Date.now() + day,
    deleteFrom: Date.now() + 90 * day,
    rules: ['care'],
    ...change,
  });
  const attempt = (key: string, change: Partial<DesiredAccount> = {}) =>
    carryOut(through, wanted(key, change), view, Date.now);
  const isAway = (thrown: unknown): boolean => thrown instanceof Problem && thrown.kind === 'unavailable';
  /** Whatever came before: one more try over a way that works leaves the one right account. */
  const endsRight = async (key: string): Promise<void> => {
    const before = await direct.find(key, view);
    assert.ok(
      before.every(({ enabled, expiresAt }) => !enabled || expiresAt !== undefined),
      'never open without an end',
    );
    const result = await carryOut(direct, wanted(key), view, Date.now);
    assert.equal(result.kind, 'asWanted', JSON.stringify(result));
    const found = await direct.find(key, view);
    assert.equal(found.length, 1);
    assert.ok(found[0]?.enabled && found[0].hasPassword);
    assert.equal(found[0]?.groups.length, 2);
  };
  const samba4 = (...words: readonly string[]): void =>
    void execFileSync('samba-tool', [...words, '-s', join(samba.folder, 'dc', 'etc', 'smb.conf')], { stdio: 'pipe' });

  before(async () => {
    samba = await startSamba();
    await samba.addOperator('hub', 'Hub-Passw0rd');
    const client = await samba.client();
    await client.add(tree, { objectClass: ['top', 'organizationalUnit'] });
    for (const name of ['Cosmic', 'X-ray']) await client.add(group(name), { objectClass: ['top', 'group'] });
    await client.unbind();
    proxy = await startLdapProxy({ url: samba.url, anchors: samba.anchors });
    direct = open();
    through = open({ controllers: [proxy.url], anchors: [proxy.anchors] });
  });
  afterEach(() => {
    if (proxy === undefined) return;
    proxy.onRequest = () => true;
    proxy.onAnswer = (answer) => answer;
  });
  after(async () => {
    await through?.close();
    await direct?.close();
    await proxy?.stop();
    await samba?.remove();
  });

  test('slow, and within its time: it is done', async () => {
    proxy.onAnswer = async (answer) => {
      await sleep(150);
      return answer;
    };
    assert.equal((await attempt('SLOW')).kind, 'asWanted');
  });

  const silences: readonly (readonly [what: string, operation: LdapOperation])[] = [
    ['the bind', 'bind'],
    ['the look', 'search'],
    ['the making', 'add'],
    ['a change', 'modify'],
  ];
  for (const [what, operation] of silences) {
    const key = `DRY-${operation}`;
    test(`no answer to ${what}, though it was done: an error in bounded time, and the next try ends right`, async () => {
      await through.close();
      proxy.onAnswer = (answer, asked) => (asked === operation ? undefined : answer);
      await assert.rejects(attempt(key), isAway);
      await endsRight(key);
    });
  }

  test('an answer that drips is no answer', async () => {
    const dripping: Buffer[] = [];
    proxy.onAnswer = (answer, asked) => {
      if (asked !== 'search') return answer;
      dripping.push(answer);
      return answer.subarray(0, 5);
    };
    await assert.rejects(attempt('DRIP'), isAway);
    assert.ok(dripping.length > 0);
    await endsRight('DRIP');
  });

  test('an answer that says it is giant is not waited for, nor kept', async () => {
    proxy.onRequest = ({ operation, answer }) => {
      if (operation !== 'search') return true;
      // A message of 2 GB begins.
      answer(Buffer.concat([Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]), Buffer.alloc(64 * 1024)]));
      return false;
    };
    await assert.rejects(attempt('GIANT'), (thrown: Error) => isAway(thrown) && /too large/.test(thrown.message));
    await endsRight('GIANT');
  });

  test('cut at each write, before it and after it: always the one right account', async () => {
    let n = 0;
    for (const when of ['before', 'after'] as const)
      for (let at = 1; ; at += 1) {
        const key = `CUT-${when}-${at}`;
        let count = 0;
        let cutNow: (() => void) | undefined;
        proxy.onRequest = ({ operation, cut }) => {
          if (!writes.includes(operation)) return true;
          count += 1;
          if (count !== at) return true;
          cutNow = cut;
          if (when === 'before') cut();
          return when === 'after';
        };
        proxy.onAnswer = (answer, asked) => {
          if (cutNow === undefined || !writes.includes(asked)) return answer;
          cutNow();
          return undefined;
        };
        const result = await attempt(key).catch((thrown: unknown) => thrown);
        if (count < at) {
          assert.ok(at > 4, 'the plan has so many writes');
          break;
        }
        assert.ok(isAway(result), String(result));
        await endsRight(key);
        n += 1;
      }
    assert.ok(n >= 10, `${n} cuts`);
  });

  test('a controller that takes no changes: it is said, and nothing is there', async () => {
    proxy.onRequest = (request) => {
      if (!writes.includes(request.operation)) return true;
      request.answer(resultOf(request, 10, '0000202B: RefErr: DSID-03100835'));
      return false;
    };
    const result = await attempt('READONLY');
    assert.ok(result.kind === 'refused' && result.reason === 'readOnly', JSON.stringify(result));
    assert.deepEqual(await direct.find('READONLY', view), []);
  });

  test('busy now: another try', async () => {
    proxy.onRequest = (request) => {
      if (request.operation !== 'add') return true;
      request.answer(resultOf(request, 51, 'busy'));
      return false;
    };
    await assert.rejects(attempt('BUSY'), isAway);
    await endsRight('BUSY');
  });

  test('the strictest password policy takes ours', async () => {
    samba4(
      'domain',
      'passwordsettings',
      'set',
      '--complexity=on',
      '--min-pwd-length=14',
      '--history-length=24',
      '--min-pwd-age=0',
    );
    await endsRight('STRICT');
  });

  test('a policy that takes none: refused with why, nothing is open; when it is mended the next try ends right', async () => {
    proxy.onRequest = (request) => {
      if (request.operation !== 'modify' || !request.octets.includes('unicodePwd')) return true;
      request.answer(resultOf(request, 19, '0000052D: Constraint violation - check_password_restrictions'));
      return false;
    };
    const result = await attempt('POLICY');
    assert.ok(result.kind === 'refused' && result.reason === 'passwordPolicy', JSON.stringify(result));
    assert.equal((await direct.find('POLICY', view))[0]?.enabled, false);
    await endsRight('POLICY');
  });

  test('a group and a place that go while the plan runs, and come back', async () => {
    const client = await samba.client();
    for (const [key, what, reason] of [
      ['GROUPGONE', group('X-ray'), 'groupMissing'],
      ['PLACEGONE', `OU=Place,${tree}`, 'containerMissing'],
    ] as const) {
      if (key === 'GROUPGONE') await client.del(what);
      const change = key === 'PLACEGONE' ? { container: what } : {};
      const result = await carryOut(direct, wanted(key, change), view, Date.now);
      assert.ok(result.kind === 'refused' && result.reason === reason, JSON.stringify(result));
      assert.ok((await direct.find(key, view)).every(({ enabled }) => !enabled));
      if (key === 'GROUPGONE') await client.add(what, { objectClass: ['top', 'group'] });
      await endsRight(key);
    }
    await client.unbind();
  });

  test('the name is taken between the look and the making: the next name', async () => {
    let raced = false;
    proxy.onRequest = async ({ operation }) => {
      if (operation !== 'add' || raced) return true;
      raced = true;
      const client = await samba.client();
      await client.add(`CN=Racer,${tree}`, {
        objectClass: ['top', 'person', 'organizationalPerson', 'user'],
        sAMAccountName: 'urace',
      });
      await client.unbind();
      return true;
    };
    const result = await attempt('RACE');
    assert.ok(result.kind === 'asWanted' && result.account?.loginName === 'urace2', JSON.stringify(result));
  });

  test('the account is made by another between the look and the making: one account, ours only when it is', async () => {
    proxy.onRequest = async ({ operation }) => {
      if (operation === 'add') await carryOut(direct, wanted('TWICE'), view, Date.now);
      return true;
    };
    assert.equal((await attempt('TWICE')).kind, 'asWanted');
    await endsRight('TWICE');
    proxy.onRequest = async ({ operation }) => {
      if (operation !== 'add') return true;
      const client = await samba.client();
      await client.add(`CN=THEIRS,${tree}`, {
        objectClass: ['top', 'person', 'organizationalPerson', 'user'],
        sAMAccountName: 'theirs',
      });
      await client.unbind();
      return true;
    };
    const result = await attempt('THEIRS');
    assert.ok(result.kind === 'refused' && result.reason === 'notAllowed', JSON.stringify(result));
    assert.equal((await direct.find('THEIRS', view))[0]?.mark, undefined, 'it is as it was');
  });

  describe('certificates', () => {
    const others: LdapProxy[] = [];
    after(async () => {
      for (const other of others) await other.stop();
    });
    const cases: readonly (readonly [string, () => ProxyCertificate | undefined, RegExp])[] = [
      ['of another name', () => selfSigned({ names: { dns: ['dc1.hosp.test'] } }), /for another name/],
      ['of yesterday', () => selfSigned({ notAfter: Date.now() - 60_000 }), /expired/i],
      ['that nobody here vouches for', () => undefined, /vouches for its certificate/],
    ];
    for (const [what, make, why] of cases)
      test(what, async () => {
        const certificate = make();
        const other = await startLdapProxy({
          url: samba.url,
          anchors: samba.anchors,
          ...(certificate && { certificate }),
        });
        others.push(other);
        let asked = 0;
        other.onRequest = () => {
          asked += 1;
          return true;
        };
        const one = open({ controllers: [other.url], anchors: [certificate?.cert ?? samba.anchors] });
        await assert.rejects(one.find('X', view), (thrown: Error) => isAway(thrown) && why.test(thrown.message));
        assert.equal(asked, 0, 'no password was told');
        await one.close();
      });

    test('none at all: somebody who says nothing is given up in time, and the next is asked', async () => {
      const silence = await startSilence();
      const two = open({ controllers: [silence.url, samba.url] });
      assert.deepEqual(await two.find('NOBODY', view), []);
      await two.close();
      await silence.stop();
    });
  });
});
