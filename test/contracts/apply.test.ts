// Applying and exporting on a real database: nothing the second time, and an export that applies as no change.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { keyringOf } from '../../src/base/sealing/index.ts';
import { Secret } from '../../src/base/secret.ts';
import { compileCatalogue } from '../../src/core/catalogue/index.ts';
import { sampleItems } from '../../src/core/catalogue/sample-items.ts';
import { readItems } from '../../src/edge/store/hub/catalogue.ts';
import { identityLookup, personReader } from '../../src/edge/store/hub/directory.ts';
import { identityVault } from '../../src/edge/store/hub/identity-vault.ts';
import { applyWorld, keyring, personalNumber, sampleFile, vault } from './apply-world.ts';
import { onEachServer } from './servers.ts';

onEachServer('apply and export', (database) => {
  const { folder, write, changes, applied, problemsOf, exported, auditCount } = applyWorld(database);
  test('a dry run tells everything and changes nothing', async () => {
    const file = write(sampleFile());
    const plan = await applied(file, { mode: 'plan' });
    // Beside the catalogue's items: two organisations, a unit and two people.
    assert.equal(plan.total, sampleItems().length + 5);
    assert.deepEqual(plan.counts.person, { create: 2 });
    assert.equal((await database.pool.query('SELECT FROM hub.person')).rowCount, 0);
    assert.equal((await readItems(database.pool)).length, 0);
    assert.equal(await auditCount(), 0);
    const text = JSON.stringify(changes);
    assert.doesNotMatch(text, /191212121212/);
    assert.match(text, /\(hidden\)/);
    assert.doesNotMatch(JSON.stringify(changes.find(({ id }) => id === 'bo')), /Ek|Bo"|E1/);
  });

  test('applying makes it so, once; a second time there is nothing to do', async () => {
    const file = write(sampleFile());
    const plan = await applied(file, { mode: 'plan' });
    const first = await applied(file, { expected: plan.digest });
    assert.equal(first.revision, 1);
    assert.deepEqual(
      first.made.map(({ username }) => username),
      ['anna.aberg'],
    );
    assert.equal(await auditCount(), 1);
    const second = await applied(file);
    assert.deepEqual([second.total, second.revision, second.made.length], [0, 1, 0]);
    assert.equal(await auditCount(), 1);
    const event = (await database.pool.query(`SELECT text FROM hub.audit_event WHERE kind = 'admin.applied'`)).rows[0]
      .text as string;
    assert.match(event, /"who":"tester@host"/);
    assert.match(event, /"sha256":"[0-9a-f]{64}"/);
    assert.doesNotMatch(event, /1912|\[removed\]/);
    const compiled = compileCatalogue(1, await readItems(database.pool), new Set(['hospital']));
    assert.ok(compiled.ok);
  });

  test('the stored personal number is sealed and found by keyed hash', async () => {
    const rows = (
      await database.pool.query(`SELECT lookup, sealed FROM hub.identity WHERE namespace = 'se-personnummer'`)
    ).rows;
    assert.equal(rows.length, 1);
    assert.doesNotMatch(`${rows[0].lookup}${rows[0].sealed.toString('latin1')}`, /1912121212/);
    const lookup = identityLookup(database.pool, vault);
    const asked = { namespace: 'se-personnummer', value: '19121212-1212' };
    const found = await lookup.find([{ namespace: 'hsa-id', value: 'SE0000000000-NONE' }, asked]);
    assert.deepEqual(
      found.map(({ link: _link, ...one }) => one),
      [{ ...asked, person: 'anna', closed: false, ceiling: undefined, issuer: undefined }],
    );
    assert.deepEqual(await lookup.find([{ namespace: 'employee', value: 'SE2321000156-1077' }]), []);
    const later = identityVault(keyringOf({ id: 'k2', key: new Secret(randomBytes(32)) }, [keyring.current]));
    assert.equal((await identityLookup(database.pool, later).find([asked])).length, 1);
    const other = identityVault(keyringOf({ id: 'k1', key: new Secret(randomBytes(32)) }));
    assert.equal((await identityLookup(database.pool, other).find([asked])).length, 0);
  });

  test('a person’s facts come whole, in one statement', async () => {
    const queries: unknown[] = [];
    const query = (...args: [never]) => {
      queries.push(args);
      return database.pool.query(...args);
    };
    const counting = { query: query as never };
    const facts = await personReader(counting).facts('anna');
    assert.equal(queries.length, 1);
    assert.equal(facts?.person.familyName, 'Åberg');
    assert.deepEqual(facts?.person.attributes, { certificateClass: 'simple', trained: true });
    assert.deepEqual(facts?.assignments[0]?.from, Date.UTC(2026, 0, 1));
    assert.deepEqual(facts?.assignments[0]?.until, Date.UTC(2029, 11, 31, 23));
    assert.deepEqual([...(facts?.organisations.keys() ?? [])], ['hospital']);
    assert.deepEqual([...(facts?.units.keys() ?? [])], ['icu']);
    assert.deepEqual([...(facts?.namespaces ?? [])].sort(), ['hsa-id', 'hub-account', 'se-personnummer']);
    assert.equal(await personReader(database.pool).facts('nobody'), undefined);
  });

  test('an export applies as no change; numbers, protected people and secrets only when asked for', async () => {
    const text = await exported();
    assert.doesNotMatch(text, /191212121212|\bEk\b|\bE1\b/);
    assert.equal((await applied(write(text))).total, 0);
    const all = await exported({ withProtected: true, withSecrets: true, reveal: undefined });
    assert.match(all, new RegExp(personalNumber));
    assert.match(all, /familyName: Ek/);
    assert.equal((await applied(write(all))).total, 0);
    assert.equal((await applied(write(all), { prune: true })).total, 0);
    assert.equal((await applied(write(await exported({ sections: ['people'] })), { prune: true })).total, 0);
  });

  test('one change is one change: shown, applied, and the revision moves by one', async () => {
    const file = sampleFile();
    (file.applications![0] as Record<string, unknown>).minimumAssurance = 'high';
    file.people[0]!.familyName = 'Öberg';
    const outcome = await applied(write(file));
    assert.equal(outcome.revision, 2);
    assert.deepEqual(changes, [
      {
        action: 'change',
        kind: 'application',
        id: 'ehr',
        members: [{ path: 'minimumAssurance', from: '"low"', to: '"high"' }],
      },
      {
        action: 'change',
        kind: 'person',
        id: 'anna',
        members: [{ path: 'familyName', from: '"Åberg"', to: '"Öberg"' }],
      },
    ]);
  });

  test('prune leaves an application that was confirmed, until a file closes it; its client system stays too', async () => {
    const base = sampleFile();
    const [ehr] = base.applications!;
    const confirmed = { ...(ehr as object), id: 'confirmed', clientSystem: 'practice' };
    await applied(write({ ...base, applications: [ehr, confirmed] }));
    assert.equal((await applied(write(base), { prune: true })).total, 0);
    assert.match(await problemsOf(write('clientSystems: []\n'), { prune: true }), /no client system practice/);
    const exportedText = await exported({ sections: ['applications', 'clientSystems'] });
    assert.match(exportedText, /clientSystem: practice/);
    assert.doesNotMatch(exportedText, /A{43}/);
    assert.equal((await applied(write(exportedText))).total, 0);
    await applied(write({ ...base, applications: [ehr, { ...confirmed, closed: true }] }));
    assert.equal((await applied(write(base), { prune: true })).total, 1);
    assert.deepEqual(changes, [{ action: 'remove', kind: 'application', id: 'confirmed', members: [] }]);
  });

  test('a client secret is stored as a hash, kept by an export, and the same secret is no change', async () => {
    writeFileSync(join(folder.path, 'secret.txt'), 'a-long-random-secret-of-the-legacy-app\n');
    const application = {
      id: 'legacy',
      issuer: 'main',
      name: { en: 'Legacy' },
      profile: 'basic',
      redirectUris: ['https://legacy.example/cb'],
      authentication: { method: 'client_secret_basic', secretFile: 'secret.txt' },
      grants: ['authorization_code'],
      scopes: ['openid'],
      minimumAssurance: 'low',
    };
    const file = write({ applications: [application] });
    await applied(file);
    assert.doesNotMatch(JSON.stringify(changes), /argon2|random-secret/);
    assert.equal((await applied(file)).total, 0);
    const text = await exported({ sections: ['applications'] });
    assert.match(text, /secretHash: \(kept\)/);
    assert.equal((await applied(write(text))).total, 0);
    assert.match(
      await problemsOf(write(text.replace('id: legacy', 'id: other'))),
      /other: authentication.secretHash: there is none to keep/,
    );
  });
});
