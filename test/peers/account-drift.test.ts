// K8 on a real domain (Samba): what an administrator changed by hand is found and named, and mended when it is approved; what is not ours stays.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Attribute, Change, type Client } from 'ldapts';
import pg from 'pg';
import { migrate } from '../../src/edge/store/hub/migrate.ts';
import type { ActiveDirectory } from '../../src/edge/targets/active-directory/index.ts';
import { checkWorld } from '../contracts/check-world.ts';
import { startEmbedded, type TestDatabase } from '../support/index.ts';
import { openRegion, regionTree } from '../support/region-directory.ts';
import { type Samba, sambaMissing, startSamba } from '../support/samba.ts';

describe('drift in a real domain', { skip: sambaMissing() ?? false }, () => {
  let samba: Samba;
  let started: TestDatabase;
  let pool: pg.Pool;
  let directory: ActiveDirectory;
  let client: Client;
  const tree = regionTree;
  const care = `OU=Care,${tree}`;
  const group = `CN=Cosmic,${tree}`;

  before(async () => {
    [samba, started] = await Promise.all([startSamba(), startEmbedded()]);
    pool = new pg.Pool({ ...started.connection, max: 10 });
    // The server is stopped while idle connections are still open.
    pool.on('error', () => undefined);
    await migrate(pool, { program: '0.1.0' });
    await samba.addOperator('hub', 'Hub-Passw0rd');
    client = await samba.client();
    for (const place of [tree, care, `OU=Elsewhere,${tree}`])
      await client.add(place, { objectClass: ['top', 'organizationalUnit'] });
    for (const name of [group, `CN=Own,${tree}`]) await client.add(name, { objectClass: ['top', 'group'] });
    directory = openRegion(samba);
  });
  const { look, kinds, mend, work } = checkWorld(
    {
      get pool() {
        return pool;
      },
    },
    { rule: { container: care, groups: [group] }, port: () => directory },
  );
  after(async () => {
    await client?.unbind();
    await directory?.close();
    await pool?.end();
    await started?.stop();
    await samba?.remove();
  });

  const set = (address: string, type: string, ...values: string[]): Promise<void> =>
    client.modify(address, new Change({ operation: 'replace', modification: new Attribute({ type, values }) }));
  const member = (operation: 'add' | 'delete', of: string, address: string): Promise<void> =>
    client.modify(of, new Change({ operation, modification: new Attribute({ type: 'member', values: [address] }) }));
  const entry = async (key: string) => {
    const attributes = ['company', 'memberOf', 'userAccountControl', 'accountExpires', 'adminDescription'];
    return (await client.search(tree, { filter: `(cn=${key})`, attributes })).searchEntries[0];
  };

  test('nothing differs after the logins', async () => {
    const { counts } = await look();
    assert.deepEqual([counts.asWanted, counts.there], [7, 7]);
  });

  test('changes by hand are named, and mended when they are approved', async () => {
    await set(`CN=a,${care}`, 'company', 'Elsewhere');
    await member('delete', group, `CN=a,${care}`);
    await set(`CN=b,${care}`, 'accountExpires', '0');
    await set(`CN=c,${care}`, 'userAccountControl', '514');
    await client.modifyDN(`CN=c,${care}`, `CN=c,OU=Elsewhere,${tree}`);
    await client.del(`CN=d,${care}`);
    await set(`CN=e,${care}`, 'adminDescription');
    await member('add', `CN=Own,${tree}`, `CN=f,${care}`);
    const stranger = { sAMAccountName: 'stranger', userAccountControl: '514', employeeNumber: 'z' };
    await client.add(`CN=z,${care}`, { objectClass: ['top', 'person', 'organizationalPerson', 'user'], ...stranger });
    const { run } = await look();
    assert.deepEqual(await kinds(run), [
      ['a', 'drifted', 'attribute groupRemoved'],
      ['b', 'openedByHand', 'end'],
      ['c', 'drifted', 'moved disabled'],
      ['d', 'missing', 'notThere'],
      ['e', 'stopped', 'markRemoved'],
    ]);
    assert.deepEqual(await mend(run, { of: 'all' }), { kind: 'asked', count: 4 });
    await work();
    assert.deepEqual(await kinds((await look()).run), [['e', 'stopped', 'markRemoved']]);
    const [a, b, c, d] = await Promise.all(['a', 'b', 'c', 'd'].map(entry));
    assert.deepEqual([a?.['company'], a?.['memberOf']], ['Smalltown', group]);
    assert.ok(BigInt(String(b?.['accountExpires'])) > 0n && String(b?.['accountExpires']).length === 18);
    assert.deepEqual([c?.dn, c?.['userAccountControl']], [`CN=c,${care}`, '512']);
    assert.equal(d?.['userAccountControl'], '512');
    const [e, f, z] = await Promise.all(['e', 'f', 'z'].map(entry));
    assert.deepEqual(e?.['adminDescription'], [], 'no mark is put on an account again');
    assert.deepEqual([f?.['memberOf']].flat().sort(), [group, `CN=Own,${tree}`], 'a group of others is theirs');
    assert.equal(z?.['userAccountControl'], '514');
  });

  test('an account whose holder the hub does not know is nobody’s: closed when approved, and not deleted', async () => {
    await pool.query(`DELETE FROM hub.account WHERE person = 'g'`);
    const { run } = await look();
    assert.deepEqual(
      (await kinds(run)).find(([key]) => key === 'g'),
      ['g', 'orphan', 'nobodys'],
    );
    assert.deepEqual(await mend(run, { of: 'kind', what: 'orphan' }), { kind: 'asked', count: 1 });
    await work();
    const g = await entry('g');
    assert.deepEqual([g?.['userAccountControl'], g?.['memberOf']], ['514', []]);
  });

  test('a domain that is down half-way concludes nothing', async () => {
    await samba.stop();
    await assert.rejects(look());
    await samba.start();
    client = await samba.client();
    assert.equal((await look()).counts.missing, 0);
  });
});
