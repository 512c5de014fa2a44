// Applying what is wrong changes nothing and says where; what is left out ends; any people survive the round trip.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { Secret } from '../../src/base/secret.ts';
import { sampleAnchor, sampleItems, sampleJwk } from '../../src/core/catalogue/sample-items.ts';
import { identityLookup, personReader } from '../../src/edge/store/hub/directory.ts';
import { passwordAccounts } from '../../src/edge/store/hub/password.ts';
import { applyWorld, hashing, personalNumber, sampleFile, vault } from './apply-world.ts';
import { onEachServer } from './servers.ts';

onEachServer('apply: faults and removals', (database) => {
  const { folder, write, changes, apply, applied, problemsOf, exported } = applyWorld(database);
  before(async () => {
    await applied(write(sampleFile()));
  });

  test('problems name the file, the line, the column and what to write', async () => {
    const text = `
applications:
  - id: broken
    issuer: main
    name: { en: Broken }
    redirectUris:
      - https://user@broken.example/cb
    authentication:
      method: private_key_jwt
      jwks: { keys: [ ${JSON.stringify(sampleJwk)} ] }
    grants: [authorization_code]
    scopes: [openid]
    minimumAssurance: low
people:
  # a comment
  - id: carl
    givenName: Carl
    familyNam: Dahl
  - id: dora
    givenName: Dora
    familyName: Ek
    assignments:
      - { id: d1, organisation: nowhere, role: nurse }
`;
    const path = write(text);
    const first = await problemsOf(path);
    assert.ok(first.includes(`${path}:7:9: applications broken: redirectUris[0]: `), first);
    const second = await problemsOf(write(text.replace('user@', '')));
    assert.match(second, /:18:16: people carl: familyNam: .*did you mean familyName/);
    assert.match(second, /:16:5: people carl: familyName: familyName is missing/);
    assert.match(second, /:23:33: people dora: assignments\[0\]\.organisation: there is no organisation nowhere/);
    assert.match(
      await problemsOf(write('application: []\n')),
      /:1:1: there is no section application: did you mean applications/,
    );
    assert.match(await problemsOf(write('people:\n  - id: x\n    a: "1\n')), /:\d+:\d+: .*\(YAML\)/);
    assert.match(await problemsOf(join(folder.path, 'none.yaml')), /no such file/);
  });

  test('everything or nothing: a fault in the last person undoes the first application', async () => {
    const file = sampleFile();
    (file.apis![0] as Record<string, unknown>).scopes = ['record:read', 'record:write'];
    file.people.push({
      id: 'eva',
      givenName: 'Eva',
      familyName: 'Fors',
      identities: [{ namespace: 'hsa-id', value: 'SE2321000156-1077' }],
    });
    const before = await exported();
    assert.match(await problemsOf(write(file)), /people eva: identities\[0\]: this hsa-id is there twice/);
    file.people.splice(0, 1);
    assert.match(await problemsOf(write(file)), /this hsa-id belongs to person anna/);
    assert.equal(await exported(), before);
  });

  test('two people cannot share a username or an assignment', async () => {
    const person = { givenName: 'Eva', familyName: 'Fors' };
    assert.match(
      await problemsOf(write({ people: [{ id: 'eva', ...person, username: 'ANNA.aberg' }] })),
      /anna.aberg is person anna's/,
    );
    const taken = { id: 'anna-icu', organisation: 'hospital', role: 'x' };
    assert.match(
      await problemsOf(write({ people: [{ id: 'eva', ...person, assignments: [taken] }] })),
      /assignment anna-icu is person anna's/,
    );
    assert.match(
      await problemsOf(
        write({
          people: [
            { id: 'e1', ...person },
            { id: 'e1', ...person },
          ],
        }),
      ),
      /e1 is there twice/,
    );
  });

  test('a password comes from a file, is judged, and the same one is no change', async () => {
    const people = (passwordFile: string) => ({
      people: [{ id: 'eva', givenName: 'Eva', familyName: 'Forsberg', username: 'eva', passwordFile }],
    });
    writeFileSync(join(folder.path, 'weak.txt'), 'Sommar2026!!!');
    writeFileSync(join(folder.path, 'good.txt'), 'violet ladder under moss\n');
    assert.match(
      await problemsOf(write(people('weak.txt'))),
      /passwordFile: this is one of the passwords that are tried first/,
    );
    const outcome = await applied(write(people('good.txt')));
    assert.equal(outcome.made.length, 0);
    assert.equal((await applied(write(people('good.txt')))).total, 0);
    const account = await passwordAccounts(database.pool).find('eva');
    assert.ok(await hashing.verify(account?.hash, new Secret('violet ladder under moss')));
    const renamed = await applied(
      write({ people: [{ id: 'eva', givenName: 'Eva', familyName: 'Forsberg', username: 'eva.forsberg' }] }),
    );
    assert.deepEqual([renamed.total, renamed.made.length], [1, 0]);
    assert.ok(
      await hashing.verify(
        (await passwordAccounts(database.pool).find('eva.forsberg'))?.hash,
        new Secret('violet ladder under moss'),
      ),
    );
    assert.equal(await passwordAccounts(database.pool).find('eva'), undefined);
    assert.deepEqual(await identityLookup(database.pool, vault).find([{ namespace: 'hub-account', value: 'eva' }]), []);
    await applied(write({ people: [{ id: 'eva', givenName: 'Eva', familyName: 'Forsberg' }] }));
    assert.equal(await passwordAccounts(database.pool).find('eva.forsberg'), undefined);
  });

  test('an identity that a file no longer has ends, and its history stays', async () => {
    const file = sampleFile();
    file.people[0]!.identities = [{ namespace: 'se-personnummer', hidden: true }];
    await applied(write({ people: [file.people[0]] }));
    assert.deepEqual(changes[0]?.members, [{ path: 'identities.hsa-id', from: 'SE2321000156-1077' }]);
    assert.deepEqual(
      await identityLookup(database.pool, vault).find([{ namespace: 'hsa-id', value: 'SE2321000156-1077' }]),
      [],
    );
    assert.equal(
      (await identityLookup(database.pool, vault).find([{ namespace: 'se-personnummer', value: personalNumber }]))
        .length,
      1,
    );
    assert.equal(
      (await database.pool.query(`SELECT FROM hub.link WHERE namespace = 'hsa-id' AND until IS NOT NULL`)).rowCount,
      1,
    );
    assert.match(
      await problemsOf(
        write({
          people: [{ id: 'new', givenName: 'N', familyName: 'N', identities: [{ namespace: 'nl-bsn', hidden: true }] }],
        }),
      ),
      /no nl-bsn to keep/,
    );
    assert.match(await problemsOf(write({ people: [{ id: 'new', hidden: true }] })), /nobody has this id/);
  });

  test('prune removes what a section no longer has, closes people, and refuses to break a reference', async () => {
    const text = await exported({ withProtected: true });
    const pruned = await applied(write('people:\n  - id: bo\n    hidden: true\n'), { prune: true });
    assert.deepEqual(pruned.counts.person, { unchanged: 1, close: 2 });
    assert.equal((await personReader(database.pool).facts('anna'))?.person.closed, true);
    assert.match(await problemsOf(write('organisations: []\n'), { prune: true }), /unit|organisation/);
    assert.match(
      await problemsOf(write('apis: []\n'), { prune: true }),
      /the database: application ehr: apis\[0\]: there is no API record/,
    );
    assert.equal((await applied(write(text.replaceAll('closed: true', 'closed: false')))).total, 2);
    const gone = await applied(write('applications: []\nrules: []\n'), { prune: true });
    assert.deepEqual(gone.counts.application, { remove: 1 });
    assert.deepEqual(gone.counts.rule, { remove: 1 });
  });

  test('what changed since the plan was looked at is not applied', async () => {
    const file = write({ people: [{ id: 'late', givenName: 'Late', familyName: 'One' }] });
    const outcome = await apply(file, { expected: '0'.repeat(64) });
    assert.deepEqual(outcome, { ok: false, changedMeanwhile: true });
    assert.equal(await personReader(database.pool).facts('late'), undefined);
  });

  test('certificates and keys may be named by file, several files are one', async () => {
    writeFileSync(join(folder.path, 'ca.pem'), sampleAnchor);
    writeFileSync(join(folder.path, 'jwks.json'), JSON.stringify({ keys: [sampleJwk] }));
    const population = {
      ...(sampleItems().find(({ kind }) => kind === 'population')?.doc as object),
      anchors: [{ file: 'ca.pem' }],
    };
    const application = {
      ...(sampleItems().find(({ kind }) => kind === 'application')?.doc as object),
      authentication: { method: 'private_key_jwt', jwks: { file: 'jwks.json' } },
    };
    const outcome = await applied([write({ populations: [population] }), write({ applications: [application] })]);
    assert.deepEqual(outcome.counts, { population: { unchanged: 1 }, application: { create: 1 } });
    const wrong = { ...population, anchors: [{ file: 'missing.pem' }] };
    assert.match(
      await problemsOf(write({ populations: [wrong] })),
      /anchors\[0\]\.file: there is no file missing\.pem/,
    );
  });

  test('any people survive the round trip (property)', async () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((one) => !one.includes('\u0000') && one.isWellFormed());
    const person = fc.record({
      givenName: text,
      familyName: text,
      closed: fc.boolean(),
      attributes: fc.dictionary(fc.constantFrom('a', 'b.c', 'D-1'), fc.oneof(fc.boolean(), text)),
      staff: fc.option(fc.constantFrom('yes', 'no', '0x1F', '1e3', '- a', '# b', 'null', '"q"', "it's", 'a: b', '~')),
      role: text,
    });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(person, { minLength: 1, maxLength: 4 }), async (people) => {
        round += 1;
        const entries = people.map(({ staff, role, ...rest }, at) => ({
          id: `r${round}-${at}`,
          ...rest,
          identities: staff === null ? [] : [{ namespace: `staff-${round}`, value: `${staff} ${at}` }],
          assignments: [{ id: `ra${round}-${at}`, organisation: 'hospital', role }],
        }));
        await applied(write({ people: entries }, 'round.json'));
        assert.equal((await applied(write({ people: entries }, 'round.json'))).total, 0);
        assert.equal((await applied(write(await exported({ sections: ['people'] }), 'round.yaml'))).total, 0);
      }),
      { numRuns: 15 },
    );
  });
});
