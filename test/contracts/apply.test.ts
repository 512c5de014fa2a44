// Applying and exporting on a real database: all or nothing, nothing the second time, and a round trip that changes nothing.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { ApplyOptions, Change } from '../../src/apps/cli/apply/index.ts';
import { exportYaml, problemText, runApply } from '../../src/apps/cli/apply/index.ts';
import { keyringOf } from '../../src/base/sealing/index.ts';
import { Secret } from '../../src/base/secret.ts';
import { compileCatalogue } from '../../src/core/catalogue/index.ts';
import { sampleAnchor, sampleItems, sampleJwk } from '../../src/core/catalogue/sample-items.ts';
import { createHashing } from '../../src/edge/connectors/password/index.ts';
import { readItems } from '../../src/edge/store/hub/catalogue.ts';
import { directoryReader, identityLookup, personReader, sealedIdentities } from '../../src/edge/store/hub/directory.ts';
import { identityVault } from '../../src/edge/store/hub/identity-vault.ts';
import { passwordAccounts } from '../../src/edge/store/hub/password.ts';
import { temporaryFolder } from '../support/index.ts';
import { onEachServer } from './servers.ts';

const keyring = keyringOf({ id: 'k1', key: new Secret(randomBytes(32)) });
const vault = identityVault(keyring);
const hashing = createHashing({ parameters: { memory: 64, passes: 1, lanes: 1 } });
const personalNumber = '191212121212';

const sectionOf: Readonly<Record<string, string>> = {
  brand: 'brands',
  issuer: 'issuers',
  api: 'apis',
  population: 'populations',
  provider: 'providers',
  network: 'networks',
  application: 'applications',
  rule: 'rules',
};
function sampleFile(): Record<string, unknown[]> & { people: Record<string, unknown>[] } {
  const sections: Record<string, unknown[]> = {};
  for (const { kind, doc } of sampleItems()) {
    const section = sectionOf[kind]!;
    sections[section] = [...(sections[section] ?? []), doc];
  }
  return {
    ...sections,
    organisations: [
      { id: 'ward-owner', name: 'Owner', parent: 'hospital' },
      { id: 'hospital', name: 'Sjukhuset', number: '5560000000', brand: 'plain' },
    ],
    units: [{ id: 'icu', organisation: 'hospital', name: 'ICU' }],
    people: [
      {
        id: 'anna',
        givenName: 'Anna',
        familyName: 'Åberg',
        locale: 'sv',
        attributes: { certificateClass: 'simple', trained: true },
        identities: [
          { namespace: 'hsa-id', value: 'SE2321000156-1077' },
          { namespace: 'se-personnummer', value: '19121212-1212' },
        ],
        assignments: [
          {
            id: 'anna-icu',
            organisation: 'hospital',
            unit: 'icu',
            role: 'nurse',
            from: '2026-01-01',
            until: '2030-01-01T00:00:00+01:00',
          },
        ],
        username: 'Anna.Aberg',
      },
      {
        id: 'bo',
        givenName: 'Bo',
        familyName: 'Ek',
        protectedIdentity: true,
        identities: [{ namespace: 'employee', value: 'E1' }],
        assignments: [],
      },
    ],
  };
}

onEachServer('apply and export', (database) => {
  const folder = temporaryFolder('apply');
  after(() => folder.remove());
  let files = 0;
  const write = (text: string | object, name = `f${++files}.yaml`): string => {
    const path = join(folder.path, name);
    writeFileSync(path, typeof text === 'string' ? text : JSON.stringify(text));
    return path;
  };
  const changes: Change[] = [];
  const apply = (file: string | readonly string[], given: Partial<ApplyOptions> = {}) => {
    changes.length = 0;
    return runApply({
      pool: database.pool,
      keyring,
      hashing,
      clock: Date.now,
      files: typeof file === 'string' ? [file] : file,
      mode: 'commit',
      prune: false,
      who: 'tester@host',
      onChange: (change) => changes.push(change),
      ...given,
    });
  };
  const applied = async (file: string | readonly string[], given: Partial<ApplyOptions> = {}) => {
    const outcome = await apply(file, given);
    assert.ok(outcome.ok, JSON.stringify(outcome, null, 1));
    return outcome;
  };
  const problemsOf = async (file: string | readonly string[], given: Partial<ApplyOptions> = {}) => {
    const outcome = await apply(file, given);
    assert.ok(!outcome.ok && 'problems' in outcome, 'was applied');
    return outcome.problems.map(problemText).join('\n');
  };
  const exported = async (given: Partial<Parameters<typeof exportYaml>[0]> = {}) => {
    let text = '';
    const reveal = async (identities: readonly { namespace: string; lookup: string }[]) =>
      new Map(
        (await sealedIdentities(database.pool, identities)).map((row) => [
          `${row.namespace} ${row.lookup}`,
          vault.reveal(row) ?? '',
        ]),
      );
    const options = {
      items: await readItems(database.pool),
      reader: directoryReader(database.pool),
      sections: [],
      withProtected: false,
      withSecrets: false,
      ...given,
    };
    for await (const part of exportYaml('reveal' in given ? { ...options, reveal } : options)) text += part;
    return text;
  };
  const auditCount = async () =>
    Number(
      (await database.pool.query(`SELECT count(*) AS n FROM hub.audit_event WHERE kind = 'admin.applied'`)).rows[0].n,
    );

  test('a dry run tells everything and changes nothing', async () => {
    const file = write(sampleFile());
    const plan = await applied(file, { mode: 'plan' });
    assert.equal(plan.total, 14);
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
    assert.deepEqual(await lookup.find([{ namespace: 'hsa-id', value: 'SE0000000000-NONE' }, asked]), [
      { ...asked, person: 'anna', closed: false },
    ]);
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
    assert.doesNotMatch(text, /191212121212|Ek\b|E1/);
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
    file.people[0]!.familyName = 'Öberg';
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
    assert.deepEqual(gone.counts.application, { remove: 2 });
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
