// Applying what is wrong changes nothing and says where; what is left out ends; any people survive the round trip.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { Secret } from '../../src/base/secret.ts';
import { sampleAnchor, sampleItems, sampleJwk } from '../../src/core/catalogue/sample-items.ts';
import { catalogueSections } from '../../src/core/catalogue/sections.ts';
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
    // One at a time: two of three people would wait for approvals (held-changes.test.ts).
    const kept = (...ids: string[]) =>
      write(`people:\n${ids.map((id) => `  - id: ${id}\n    hidden: true\n`).join('')}`);
    await applied(kept('anna', 'bo'), { prune: true });
    const pruned = await applied(kept('bo'), { prune: true });
    assert.deepEqual(pruned.counts.person, { unchanged: 1, close: 1 });
    assert.equal((await personReader(database.pool).facts('anna'))?.person.closed, true);
    assert.match(await problemsOf(write('organisations: []\n'), { prune: true }), /unit|organisation/);
    assert.match(
      await problemsOf(write('apis: []\n'), { prune: true }),
      /the database: application ehr: apis\[0\]: there is no API record/,
    );
    assert.equal((await applied(write(text.replaceAll('closed: true', 'closed: false')))).total, 2);
    assert.match(
      await problemsOf(write('applications: []\nrules: []\n'), { prune: true }),
      /the database: api record: limits\.clients\[0\]\.client: there is no application ehr/,
    );
    const api = sampleItems().find(({ kind }) => kind === 'api')?.doc as object;
    await applied(write({ apis: [{ ...api, limits: {} }] }));
    const naming = Object.entries(catalogueSections).filter(([, kind]) =>
      sampleItems().some((item) => item.kind === kind && kind !== 'api' && JSON.stringify(item.doc).includes('"ehr"')),
    );
    // As JSON, too, a section with nothing in it is there.
    const gone = await applied(write(Object.fromEntries(naming.map(([section]) => [section, []]))), { prune: true });
    assert.deepEqual(gone.counts.application, { remove: 1 });
    assert.deepEqual(gone.counts.rule, { remove: 1 });
  });

  test('what is no text in UTF-8, is no file or is too long is refused with its line: no letter and no person gets lost', async () => {
    const at = (name: string, bytes: Buffer) => {
      writeFileSync(join(folder.path, name), bytes);
      return join(folder.path, name);
    };
    const people = 'people:\n  - { id: å1, givenName: Åsa, familyName: Berg }\n'.replace('å1', 'asa');
    assert.match(
      await problemsOf(at('latin1.yaml', Buffer.from(people, 'latin1'))),
      /latin1\.yaml:2:1: is not in UTF-8: save the file as UTF-8/,
    );
    assert.match(await problemsOf(at('utf16.yaml', Buffer.from(people, 'utf16le'))), /utf16\.yaml:1:1: is no text/);
    assert.match(await problemsOf(folder.path), /is a folder: name the files in it/);
    const long = `people:\n  - id: long\n    givenName: "${'x'.repeat(5 * 1024 * 1024)}"\n    familyName: B\n`;
    assert.match(await problemsOf(at('line.yaml', Buffer.from(long))), /line\.yaml:3:1: is a longer line than any/);
    const flow = `people: [\n${'  { id: a, givenName: A, familyName: B },\n'.repeat(120_000)}]\n`;
    assert.match(
      await problemsOf(at('flow.yaml', Buffer.from(flow))),
      /flow\.yaml:1:1: this part is longer than 4 MiB/,
    );
    assert.match(await problemsOf(at('flow.json', Buffer.from(`{${flow}}`))), /flow\.json:1:1: this part is longer/);
  });

  test('a pipe is refused: read a second time it is empty, and with --prune that would close everybody', async () => {
    const pipe = join(folder.path, 'pipe');
    execFileSync('mkfifo', [pipe]);
    assert.match(await problemsOf(pipe, { prune: true }), /is no regular file/);
  });

  test('a file that is changed while it is read is not applied', async () => {
    const file = write({
      organisations: [{ id: 'hospital', name: 'Sjukhus' }],
      people: [{ id: 'bo', hidden: true }],
    });
    // An organisation's change is found before people are read.
    const onChange = () => writeFileSync(file, JSON.stringify({ people: [] }));
    assert.match(await problemsOf(file, { onChange }), /was changed while it was read/);
  });

  test('U+2028 in a text is a part of it, not the end of a line', async () => {
    await applied(write('people:\n  - id: ls\n    givenName: "A\u2028B"\n    familyName: "C\u0085D"\n'));
    const { person } = (await personReader(database.pool).facts('ls'))!;
    assert.deepEqual([person.givenName, person.familyName], ['A\u2028B', 'C\u0085D']);
    assert.equal((await applied(write(await exported({ sections: ['people'] })))).total, 0);
  });

  test('a character that the database cannot store is told with its place', async () => {
    for (const character of ['\\0', '\\uD800']) {
      const text = `people:\n  - id: x\n    givenName: X\n    familyName: "A${character}B"\n`;
      assert.match(
        await problemsOf(write(text)),
        /:4:17: people x: familyName: holds a character that cannot be stored/,
      );
      const name = `people:\n  - { id: x, givenName: X, familyName: X, attributes: { "a${character}": true } }\n`;
      assert.match(await problemsOf(write(name)), /:2:\d+: people x: attributes: holds a character/);
    }
    assert.doesNotMatch(await problemsOf(write('people:\n  - { "a\\e[2Jb": 1 }\n')), /\p{Cc}\[/u);
  });

  test('a day that is not in the calendar is told: 30 February is not 2 March', async () => {
    const person = (from: string) => ({
      id: 'x',
      givenName: 'X',
      familyName: 'X',
      assignments: [{ id: 'xa', organisation: 'hospital', role: 'nurse', from }],
    });
    for (const wrong of ['2026-02-30', '2025-02-29', '2026-04-31T08:00:00+02:00', '2026-13-01', '2026-01-01T25:00Z']) {
      assert.match(await problemsOf(write({ people: [person(wrong)] })), /from: .* is not in the calendar/);
    }
    await applied(write({ people: [person('2024-02-29T23:30:00-02:00')] }), { mode: 'plan' });
    const rule = { ...(sampleItems().find(({ kind }) => kind === 'rule')?.doc as object), until: '2026-02-30' };
    assert.match(await problemsOf(write({ rules: [rule] })), /until: 2026-02-30 is not in the calendar/);
  });

  test('organisation numbers may change places, and go on from an organisation that is removed', async () => {
    const numbers = async () =>
      (
        await database.pool.query<{ id: string; number: string }>(
          "SELECT id, number FROM hub.organisation WHERE id LIKE 'n_' ORDER BY id",
        )
      ).rows.map(({ id, number }) => `${id} ${number}`);
    const named = (one: string, other: string) => [
      { id: 'na', name: 'A', number: one },
      { id: 'nb', name: 'B', number: other },
    ];
    await applied(write({ organisations: named('1000000001', '1000000002') }));
    await applied(write({ organisations: named('1000000002', '1000000001') }));
    assert.deepEqual(await numbers(), ['na 1000000002', 'nb 1000000001']);
    const others = (await exported({ sections: ['organisations'] })).replace('id: nb', 'id: nc');
    assert.equal((await applied(write(others), { prune: true })).total, 2);
    assert.deepEqual(await numbers(), ['na 1000000002', 'nc 1000000001']);
    assert.match(
      await problemsOf(write({ organisations: named('1000000001', '1000000009') })),
      /another organisation has the same number/,
    );
  });

  test('a section that is there twice, and a second document, are told with their lines', async () => {
    const people = (id: string) => `people:\n  - { id: ${id}, givenName: A, familyName: B }\n`;
    assert.match(await problemsOf(write(`${people('a')}${people('b')}`)), /:3:1: the section people is there twice/);
    const second = await problemsOf(write(`# first\n---\n${people('a')}---\norganisations: []\n`));
    assert.match(second, /:5:1: a second document begins: write one a file/);
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
