// The administrative commands on a real instance: what they print, what they change, and what the trail says.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { temporaryFolder } from '../../../test/support/index.ts';
import { tokenHash } from '../../base/ids.ts';
import { Secret } from '../../base/secret.ts';
import { sampleItems } from '../../core/catalogue/sample-items.ts';
import { accountKey, createHashing } from '../../edge/connectors/password/index.ts';
import { type OpenedDatabase, openDatabase } from '../../edge/store/embedded/index.ts';
import { passwordAccounts } from '../../edge/store/hub/password.ts';
import { loginThrottle } from '../../edge/store/hub/throttle.ts';
import { commands } from './commands.ts';
import { runCommandLine } from './run.ts';

describe('administrative commands', () => {
  const folder = temporaryFolder('admin');
  let database: OpenedDatabase;
  let pool: pg.Pool;
  // The server is kept running meanwhile, so that each command attaches to it as beside a hub.
  before(async () => {
    database = await openDatabase({
      dataFolder: join(folder.path, 'var'),
      mode: 'own',
      purpose: 'test',
      log: () => undefined,
    });
    pool = new pg.Pool(database.connection);
    pool.on('error', () => undefined);
  });
  after(async () => {
    await pool.end();
    await database.close();
    folder.remove();
  });
  const run = async (...words: string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const code = await runCommandLine(commands, words, {
      out: (line) => out.push(line),
      err: (line) => err.push(line),
      env: { TILLIT_DATA: join(folder.path, 'var') },
      cwd: folder.path,
    });
    return { code, out: out.join('\n'), err: err.join('\n') };
  };
  const events = async (kind: string) =>
    (
      await pool.query<{ text: string }>('SELECT text FROM hub.audit_event WHERE kind = $1 ORDER BY id', [kind])
    ).rows.map(({ text }) => text);
  const passwordIn = (text: string) => new Secret(/[a-z2-9]{4}(?:-[a-z2-9]{4}){4}/.exec(text)?.[0] ?? '');
  const hashing = createHashing();

  test('apply asks for --yes where nobody can answer, shows a made password once, and leaves a trail', async () => {
    writeFileSync(
      join(folder.path, 'c.yaml'),
      `people:
  - { id: anna, givenName: Anna, familyName: Berg, username: anna, attributes: { administrator: true }, identities: [{ namespace: se-personnummer, value: "19121212-1212" }] }
  - { id: bo, givenName: Bo, familyName: Ek, closed: true, attributes: { administrator: true } }
`,
    );
    assert.equal((await run('apply', 'c.yaml')).code, 2);
    assert.match((await run('apply', 'c.yaml', '--dry-run')).out, /\+ person anna[\s\S]*2 changes/);
    const done = await run('apply', 'c.yaml', '--yes');
    assert.equal(done.code, 0, done.err);
    const account = await passwordAccounts(pool).find('anna');
    assert.ok(await hashing.verify(account?.hash, passwordIn(done.out)));
    const again = await run('apply', 'c.yaml', '--yes');
    assert.match(again.out, /Nothing to do/);
    assert.equal(passwordIn(again.out).reveal(), '');
    assert.equal((await events('admin.applied')).length, 1);
    assert.match((await run('apply', 'none.yaml', '--yes')).err, /none.yaml: there is no such file/);
  });

  test('export hides numbers unless asked, and every export is in the trail', async () => {
    assert.doesNotMatch((await run('export')).out, /1912/);
    assert.match((await run('export', '--section', 'people', '--personal-numbers')).out, /191212121212/);
    assert.equal((await run('export', '--output', 'o.yaml')).code, 0);
    assert.match((await run('export', '--output', 'o.yaml')).err, /EEXIST/);
    assert.equal((await run('export', '--section', 'peple')).code, 2);
    const trail = await events('admin.exported');
    assert.equal(trail.length, 3);
    assert.match(trail[1] ?? '', /"personalNumbers":true/);
  });

  test('person set-password sets a lasting password and ends the delays', async () => {
    const now = Date.now();
    const attempt = { account: accountKey('anna'), address: 'x', addressLimit: 20, now };
    for (let i = 0; i < 6; i++) await loginThrottle(pool).ask(attempt);
    assert.equal((await loginThrottle(pool).ask(attempt)).kind, 'accountDelayed');
    const done = await run('person', 'set-password', 'ANNA');
    assert.ok(await hashing.verify((await passwordAccounts(pool).find('anna'))?.hash, passwordIn(done.out)));
    assert.equal((await loginThrottle(pool).ask(attempt)).kind, 'go');
    const [event] = await events('admin.personSet');
    assert.match(event ?? '', /"person":"anna"/);
    assert.ok(!event?.includes(passwordIn(done.out).reveal()));
    assert.match((await run('person', 'set-password', 'nobody')).err, /there is no account nobody/);
    assert.match((await run('person', 'set-password', 'anna', '--person', 'bo')).err, /anna is person anna's/);
    assert.equal((await run('person', 'set-password')).code, 2);
  });

  test('admin recover lets the one open administrator in once, for an hour', async () => {
    const done = await run('admin', 'recover');
    assert.equal(done.code, 0, done.err);
    const account = await passwordAccounts(pool).find('anna');
    assert.ok(account?.oneTime);
    assert.ok(Math.abs((account.expiresAt ?? 0) - Date.now() - 3_600_000) < 60_000);
    assert.ok(await hashing.verify(account.hash, passwordIn(done.out)));
    assert.equal((await events('admin.recovered')).length, 1);
    assert.match((await run('admin', 'recover', 'bo')).err, /bo is closed/);
    assert.match((await run('admin', 'recover', 'cecilia')).err, /no administrator/);
    assert.equal((await events('admin.recovered')).length, 1);
  });

  test('client-system new-key shows a key and its hash, each time another', async () => {
    const done = await run('client-system', 'new-key');
    const [, key = '', hash] = /: ([\w-]{43})\napiKeyHashes: \[([\w-]{43})\]$/.exec(done.out) ?? [];
    assert.equal(hash, tokenHash(key));
    assert.notEqual((await run('client-system', 'new-key')).out, done.out);
    assert.equal((await run('client-system')).code, 2);
  });

  test('status says what is weaker than it need be, and its exit code tells that something needs a look', async () => {
    const calm = await run('status');
    assert.deepEqual([calm.code, calm.err], [0, '']);
    assert.match(calm.out, /^database: migration \d+, catalogue revision 0\nno hub runs\nnothing is weaker than/);
    assert.match(calm.out, /outbox: 0 waiting, 0 given up$/);
    const doc = (wanted: string) => sampleItems().find(({ kind }) => kind === wanted)?.doc as Record<string, unknown>;
    const { organisation: _owner, apis: _apis, ...application } = doc('application');
    const weak = { ...application, scopes: ['openid'], profile: 'basic', redirectUris: ['http://127.0.0.1/cb'] };
    const grace = { until: '2026-07-01', reason: 'The list host moves' };
    const cards = { ...doc('population'), revocation: { mode: 'either', grace } };
    const file = { brands: [doc('brand')], issuers: [doc('issuer')], applications: [weak], populations: [cards] };
    writeFileSync(join(folder.path, 'weak.json'), JSON.stringify(file));
    const done = await run('apply', 'weak.json', '--yes');
    assert.equal(done.code, 0, done.err);
    const told = await run('status');
    assert.equal(told.code, 1);
    assert.match(told.out, /weak: application ehr runs in the weaker profile basic/);
    assert.match(told.out, /weak: application ehr has a redirect URI over plain HTTP/);
    assert.match(
      told.out,
      /weak: cards of own-cards may be let in until 2026-07-01 while their status cannot be had: The list host moves/,
    );
    assert.doesNotMatch(told.out, /nothing is weaker/);
  });

  test('device enrol shows the cookie once; close makes it unknown', async () => {
    const done = await run('device', 'enrol', '--kind', 'portable', '--name', 'Laptop 7');
    assert.match(done.out, /__Host-[\w-]+=[\w-]{43}; Path=\/; Secure; HttpOnly/);
    const value = /=([\w-]{43});/.exec(done.out)?.[1] ?? '';
    const dump =
      JSON.stringify((await pool.query('SELECT * FROM hub.device')).rows) + (await events('admin.deviceSet')).join('');
    assert.ok(!dump.includes(value));
    const id = /Device ([0-9a-f-]{36})/.exec(done.out)?.[1] ?? '';
    assert.match((await run('device', 'list')).out, new RegExp(`${id} +portable +open`));
    assert.equal((await run('device', 'close', id)).code, 0);
    assert.equal((await run('device', 'close', id)).code, 1);
    assert.equal((await events('admin.deviceSet')).length, 2);
    assert.equal((await run('device', 'enrol', '--kind', 'unknown', '--name', 'x')).code, 2);
  });

  test('admin grant, list and revoke say who administers what; closing the person ends it', async () => {
    const file = {
      organisations: [{ id: 'hospital', name: 'Fjord Hospital' }],
      people: [{ id: 'dag', givenName: 'Dag', familyName: 'Li' }],
    };
    writeFileSync(join(folder.path, 'o.json'), JSON.stringify(file));
    assert.equal((await run('apply', 'o.json', '--yes')).code, 0);
    const grant = (...words: string[]) => run('admin', 'grant', 'dag', '--organisation', 'hospital', ...words);
    assert.equal((await grant('--until', '2099-01-01')).code, 2, 'a reason is obligatory');
    assert.equal((await grant('--reason', 'Contact')).code, 2, 'and so is an end');
    assert.match((await grant('--until', '2020-01-01', '--reason', 'x')).err, /in the future/);
    assert.match((await grant('--until', '2099-02-30', '--reason', 'x')).err, /dates such as/);
    assert.match(
      (await run('admin', 'grant', 'bo', '--organisation', 'hospital', '--until', '2099-01-01', '--reason', 'x')).err,
      /no open person bo/,
    );
    assert.match(
      (await run('admin', 'grant', 'dag', '--organisation', 'none', '--until', '2099-01-01', '--reason', 'x')).err,
      /no open organisation none/,
    );
    const done = await grant('--until', '2099-01-01', '--reason', 'Contact person by agreement 7');
    assert.equal(done.code, 0, done.err);
    const id = /: ([0-9a-f-]{36})$/.exec(done.out)?.[1] ?? '';
    assert.match((await grant('--until', '2098-01-01', '--reason', 'x')).out, /already/);
    assert.match(
      (await run('admin', 'list')).out,
      new RegExp(`^${id}  live  organisation-administrator  hospital  dag  .*agreement 7$`),
    );
    assert.equal((await run('admin', 'list', '--organisation', 'other')).out, '');
    assert.equal((await run('admin', 'revoke', id)).code, 2);
    assert.equal((await run('admin', 'revoke', id, '--reason', 'Left')).code, 0);
    assert.match((await run('admin', 'revoke', id, '--reason', 'Left')).err, /no live grant/);
    assert.match((await run('admin', 'list')).out, new RegExp(`^${id}  ended `));
    assert.equal((await grant('--until', '2099-01-01', '--reason', 'Back')).code, 0);
    writeFileSync(join(folder.path, 'p.json'), JSON.stringify({ people: [{ ...file.people[0], closed: true }] }));
    assert.equal((await run('apply', 'p.json', '--yes')).code, 0);
    assert.doesNotMatch((await run('admin', 'list')).out, / live /);
    const ended = await events('admin.administrationEnded');
    assert.deepEqual([(await events('admin.administrationGranted')).length, ended.length], [2, 2]);
    assert.match(ended[1] ?? '', /the person was closed/);
    assert.match(ended[0] ?? '', /"reason":"Left"/);
  });

  test('device invite shows a code once, for an organisation that is there', async () => {
    const invite = (place: string) =>
      run('device', 'invite', '--organisation', place, '--kind', 'portable', '--name', 'Ward tablet');
    assert.equal((await invite('nowhere')).code, 1);
    const done = await invite('hospital');
    const code = /^[A-Z]{4}(-[A-Z]{4}){3}$/m.exec(done.out)?.[0] ?? '';
    assert.notEqual(code, '', done.out);
    const kept = JSON.stringify((await pool.query('SELECT * FROM hub.device_code')).rows);
    assert.match(kept, /Ward tablet/);
    const all = kept + (await events('device.codeMade')).join('');
    assert.ok(!all.includes(code) && !all.includes(code.replaceAll('-', '')));
    assert.equal((await run('device', 'lost', 'nothing')).code, 1);
    assert.equal((await run('device', 'invite', '--kind', 'portable', '--name', 'x')).code, 2);
  });

  test('admin grant gives to a program too, and over the whole hub, only what those may have', async () => {
    // The application is that of the file before.
    const id = sampleItems().find(({ kind }) => kind === 'application')?.id ?? '';
    const grant = (...words: string[]) => run('admin', 'grant', ...words, '--until', '2099-01-01', '--reason', 'HR');
    assert.equal((await grant('--client', id)).code, 2, 'a scope is obligatory');
    assert.equal((await grant('anna', '--client', id, '--hub')).code, 2, 'one holder');
    assert.equal((await grant('--client', id, '--hub', '--organisation', 'x')).code, 2, 'one scope');
    assert.match((await grant('--client', 'nobody', '--hub')).err, /no open application nobody/);
    assert.match((await grant('--client', id, '--hub', '--role', 'card-officer')).err, /has one of the roles/);
    assert.match((await grant('anna', '--hub')).err, /has one of the roles/);
    assert.match((await grant('--client', id, '--hub', '--role', 'auditor')).err, /A program has one of the roles/);
    const done = await grant('--client', id, '--hub');
    assert.equal(done.code, 0, done.err);
    assert.match(done.out, new RegExp(`^${id} is directory-administrator of the whole hub`));
    assert.match((await grant('--client', id, '--hub')).out, /already/);
    assert.match((await run('admin', 'list')).out, new RegExp(`\\(hub\\)  client ${id}  `));
    assert.match((await events('admin.administrationGranted')).at(-1) ?? '', /"scope":"hub"/);
    assert.match((await grant('anna', '--organisation', 'x', '--role', 'hub-administrator')).err, /say --hub/);
    const [, grantId = ''] = /: (\S+)$/.exec(done.out) ?? [];
    assert.match((await run('admin', 'revoke', grantId, '--reason', 'over')).out, /no longer administers \(hub\)/);
  });
});
