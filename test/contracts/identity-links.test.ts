// The contract of links as records: one by its id, those of a person, and the newest of an identity, live or ended.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endLink, type IdentityLink, saveLink } from '../../src/core/linking/index.ts';
import { identityLinks } from '../../src/edge/store/hub/identity-links.ts';
import { makeRow } from './make-rows.ts';
import { onEachServer } from './servers.ts';

const hour = 3_600_000;
const morning = Date.UTC(2026, 10, 29, 6);

const own: IdentityLink = {
  id: 'l-own',
  namespace: 'oidc:eid',
  lookup: 'sub-1',
  person: 'kari',
  source: 'self',
  since: morning + hour,
  until: undefined,
  provider: 'eid',
  issuer: 'https://eid.example',
  ceiling: 'substantial',
  session: 's1',
  endedBy: undefined,
};
/** As a register's file makes it: nothing is known of a provider or a session. */
const registered: IdentityLink = {
  ...own,
  id: 'l-register',
  namespace: 'hsa-id',
  lookup: 'SE2321000156-1077',
  source: 'file',
  since: morning,
  provider: undefined,
  issuer: undefined,
  ceiling: undefined,
  session: undefined,
};

onEachServer('identity links', (database) => {
  const links = () => identityLinks(database.pool);
  const add = async (link: IdentityLink) => {
    for (const write of saveLink(link)) await makeRow(database.pool, write);
  };
  const end = (id: string, at: number) => makeRow(database.pool, endLink(id, at, 'person', 's2'));

  test('a link comes back as it was saved, with what is unknown left open', async () => {
    for (const id of ['kari', 'ola'])
      await database.pool.query(`INSERT INTO hub.person (id, given_name, family_name) VALUES ($1, 'A', 'B')`, [id]);
    await add(own);
    await add(registered);
    assert.deepEqual(await links().byId('l-own'), own);
    assert.deepEqual(await links().byId('l-register'), registered);
    assert.equal(await links().byId('l-nobody'), undefined);
  });

  test('of a person: the newest first, and of nobody else', async () => {
    await add({ ...own, id: 'l-ola', lookup: 'sub-2', person: 'ola' });
    assert.deepEqual(await links().ofPerson('kari', 0), [own, registered]);
    assert.deepEqual(await links().ofPerson('nobody', 0), []);
  });

  test('an identity has one live link: a second one is refused', async () => {
    await assert.rejects(add({ ...own, id: 'l-thief', person: 'ola' }), { code: '23505' });
    assert.equal((await links().latest('oidc:eid', 'sub-1'))?.person, 'kari');
  });

  test('one that ended tells who ended it, once, and is listed as long as asked for', async () => {
    const ended = { ...own, until: morning + 2 * hour, endedBy: 'person', session: 's2' };
    await end('l-own', morning + 2 * hour);
    await end('l-own', morning + 3 * hour);
    assert.deepEqual(await links().byId('l-own'), ended, 'a link ends once');
    assert.deepEqual(await links().ofPerson('kari', morning + 2 * hour), [ended, registered]);
    assert.deepEqual(await links().ofPerson('kari', morning + 2 * hour + 1), [registered]);
  });

  test('the newest of an identity: the ended one, then the one that came after it; by namespace and value both', async () => {
    assert.equal((await links().latest('oidc:eid', 'sub-1'))?.id, 'l-own');
    await add({ ...own, id: 'l-again', person: 'ola', since: morning + 4 * hour });
    assert.equal((await links().latest('oidc:eid', 'sub-1'))?.id, 'l-again');
    await end('l-again', morning + 5 * hour);
    assert.equal((await links().latest('oidc:eid', 'sub-1'))?.id, 'l-again', 'ended, and still the newest');
    assert.equal(await links().latest('oidc:other', 'sub-1'), undefined);
    assert.equal(await links().latest('oidc:eid', 'SUB-1'), undefined);
  });
});
