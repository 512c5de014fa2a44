// The national number of a person: opened only while it is linked, and the subject made of it stays when keys turn.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { heldFacts } from '../../src/apps/hub/held.ts';
import { keyringOf } from '../../src/base/sealing/index.ts';
import { Secret } from '../../src/base/secret.ts';
import { identityVault } from '../../src/edge/store/hub/identity-vault.ts';
import { nationalNumbers } from '../../src/edge/store/hub/national-number.ts';
import { helseidClient } from '../fakes/helseid-hub.ts';
import { application } from '../fakes/ward.ts';
import { onEachServer } from './servers.ts';

const number = '01019012345';
const master = { id: 'k1', key: new Secret(randomBytes(32)) };
const keyring = keyringOf(master);
const turned = keyringOf({ id: 'k2', key: new Secret(randomBytes(32)) }, [master]);

onEachServer('national numbers', (database) => {
  const person = (id: string) =>
    database.pool.query(`INSERT INTO hub.person (id, given_name, family_name) VALUES ($1, 'A', 'B')`, [id]);
  async function link(id: string, namespace: string, value: string): Promise<void> {
    const { lookup, sealed } = identityVault(keyring).row({ namespace, value });
    await database.pool.query('INSERT INTO hub.identity (namespace, lookup, sealed) VALUES ($1, $2, $3)', [
      namespace,
      lookup,
      sealed,
    ]);
    await database.pool.query(
      `INSERT INTO hub.link (id, namespace, lookup, person, source, since) VALUES ($1, $2, $3, $4, 'test', now())`,
      [`${id} ${namespace}`, namespace, lookup, id],
    );
  }

  test('is found for its person alone, by a turned keyring too, and no more when the link has ended', async () => {
    for (const id of ['kari', 'ola', 'eva']) await person(id);
    await link('kari', 'no-fodselsnummer', number);
    await link('eva', 'se-personnummer', '191212121212');
    const read = nationalNumbers(database.pool, identityVault(keyring));
    assert.deepEqual(await Promise.all(['kari', 'ola', 'eva', 'nobody'].map(read)), [
      number,
      undefined,
      undefined,
      undefined,
    ]);
    assert.equal(await nationalNumbers(database.pool, identityVault(turned))('kari'), number);

    const epj = helseidClient('epj');
    const before = heldFacts(keyring, read);
    const after = heldFacts(turned, nationalNumbers(database.pool, identityVault(turned)));
    const subject = await before.subjectOf('kari', epj);
    assert.match(subject, /^[A-Za-z0-9+/]{43}=$/);
    assert.equal(await after.subjectOf('kari', epj), subject, 'turning keys changes no subject');
    assert.equal(await before.subjectOf('kari', helseidClient('other')), subject, 'the same for all clients');
    assert.notEqual(await before.subjectOf('ola', epj), subject);
    assert.equal(await before.subjectOf('kari', application('ehr')), 'kari');

    await database.pool.query(`UPDATE hub.link SET until = now() WHERE person = 'kari'`);
    assert.equal(await read('kari'), undefined);
  });
});
