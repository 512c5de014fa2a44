// `tillit source` on a real instance, against a platform over mutual TLS: what it seals, finds, hides, and what it says of each fault.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, afterEach, before, describe, test } from 'node:test';
import pg from 'pg';
import { certificate, newKey, pem } from '../../../test/fakes/certificates.ts';
import { register } from '../../../test/fakes/hsa/people.ts';
import { logicalAddress, type Platform, soapFault, startPlatform } from '../../../test/fakes/hsa/platform.ts';
import { temporaryFolder } from '../../../test/support/index.ts';
import { type OpenedDatabase, openDatabase } from '../../edge/store/embedded/index.ts';
import { commands } from './commands.ts';
import { runCommandLine } from './run.ts';

describe('tillit source', () => {
  const folder = temporaryFolder('source');
  const place = (name: string): string => join(folder.path, name);
  let database: OpenedDatabase;
  let pool: pg.Pool;
  let platform: Platform;
  before(async () => {
    platform = await startPlatform(register);
    // The server is kept running meanwhile, so that each command attaches to it as beside a hub.
    database = await openDatabase({ dataFolder: place('var'), mode: 'own', purpose: 'test', log: () => undefined });
    pool = new pg.Pool(database.connection);
    pool.on('error', () => undefined);
    const other = certificate('Stranger', newKey(), undefined);
    for (const [name, text] of Object.entries({
      'hub.pem': platform.client.cert,
      'hub.key': platform.client.key,
      'root.pem': platform.root,
      'other.pem': other.pem,
      'other.key': pem(other.key),
    }))
      writeFileSync(place(name), text);
  });
  after(async () => {
    await pool?.end();
    await database?.close();
    await platform?.stop();
    folder.remove();
  });
  afterEach(() => {
    platform.behave = undefined;
  });

  const run = async (...words: string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const code = await runCommandLine(commands, words, {
      out: (line) => out.push(line),
      err: (line) => err.push(line),
      env: { TILLIT_DATA: place('var') },
      cwd: folder.path,
    });
    return { code, out: out.join('\n'), err: err.join('\n') };
  };
  const withInput = async (text: string, ...words: string[]) => {
    const real = Object.getOwnPropertyDescriptor(process, 'stdin') as PropertyDescriptor;
    Object.defineProperty(process, 'stdin', { value: Readable.from([Buffer.from(text)]), configurable: true });
    return await run(...words).finally(() => Object.defineProperty(process, 'stdin', real));
  };
  /** Applies the record of the register, changed. */
  async function applied(change: Readonly<Record<string, unknown>> = {}) {
    const record = {
      id: 'hsa',
      name: { en: 'HSA' },
      kind: 'hsaSoap',
      addresses: [platform.url],
      logicalAddress,
      client: { certificate: { file: 'hub.pem' }, keyFile: 'hub.key' },
      tlsAuthorities: [{ file: 'root.pem' }],
      ...change,
    };
    writeFileSync(place('c.yaml'), JSON.stringify({ personSources: [record] }));
    const done = await run('apply', 'c.yaml', '--yes');
    assert.equal(done.code, 0, done.err);
    return done;
  }

  test('its key is sealed, kept as it is when it is the same, and never shown again', async () => {
    await applied();
    const { rows } = await pool.query<{ text: string }>(
      `SELECT doc::text AS text FROM hub.catalogue_item WHERE kind = 'personSource'`,
    );
    assert.match(rows[0]?.text ?? '', /sealedKey/);
    assert.doesNotMatch(rows[0]?.text ?? '', /PRIVATE KEY|keyFile/);
    assert.match((await applied()).out, /Nothing to do/);
    const exported = await run('export', '--section', 'personSources', '--secrets');
    assert.match(exported.out, /sealedKey: \(kept\)|sealedKey: [A-Za-z0-9+/=]+/);
    assert.doesNotMatch((await run('export', '--section', 'personSources')).out, /sealedKey: (?!\(kept\))/);
  });

  test('sync of a source that is asked about each person is refused in words, and nobody’s origins are nobody’s', async () => {
    const refused = await run('source', 'sync', 'hsa', '--dry-run');
    assert.deepEqual([refused.code, refused.out], [1, '']);
    assert.match(refused.err, /does not tell of changes/);
    const nobody = await run('person', 'show', 'nobody');
    assert.deepEqual([nobody.code, nobody.err], [1, 'There is no person nobody.']);
  });

  test('find shows one person, the number never whole, and is in the trail', async () => {
    const found = await run('source', 'find', 'hsa', '--hsa-id', 'se2321000156-1077');
    assert.equal(found.code, 0, found.err);
    assert.match(found.out, /^hsa-id SE2321000156-1077 {2}Anna von Bergström & Öst {2}Överläkare/);
    assert.match(found.out, /commission SE2321000156-M1 {2}Vård på medicin {2}Vård och behandling/);
    assert.match(found.out, /SE2321000156-2000 Medicin, kirurgi, of SE2321000156-1000 Regionen \(2321000156\)/);
    assert.match(found.out, /right Läsa;vår;VE/);
    assert.match(found.out, /licence LK Läkare/);
    assert.match(found.out, /se-personnummer 1957…/);
    assert.doesNotMatch(found.out, /195711/);
    const both = await withInput('19571109-2642\n', 'source', 'find', 'hsa', '--personal-number-stdin');
    assert.match(both.out, /SE2120000142-2B[\s\S]*SE2321000156-1077|SE2321000156-1077[\s\S]*SE2120000142-2B/);
    assert.doesNotMatch(both.out, /195711/);
    const { rows } = await pool.query<{ text: string }>(
      `SELECT text FROM hub.audit_event WHERE kind = 'admin.exported' AND text LIKE '%"source":"hsa"%' ORDER BY id`,
    );
    assert.equal(rows.length, 2);
    assert.match(rows[0]?.text ?? '', /"hsaId":"SE2321000156-1077"/);
    assert.doesNotMatch(rows[1]?.text ?? '', /1957/);
  });

  test('of somebody with protected identity it shows initials, and what a login needs', async () => {
    const { out } = await run('source', 'find', 'hsa', '--hsa-id', 'SE2120000142-SKYDD');
    assert.match(out, /S\. H\. {2}protected identity/);
    assert.doesNotMatch(out, /Sven|Hemlig|1912|kommun\.example|Sjuksköterska {2}/);
    assert.match(out, /commission SE2120000142-M1/);
  });

  test('nobody, and words that are wrong', async () => {
    const none = await run('source', 'find', 'hsa', '--hsa-id', 'SE2321000156-NOBODY');
    assert.deepEqual([none.code, none.out], [1, 'hsa knows nobody by that identifier.']);
    assert.equal((await run('source', 'find', 'hsa')).code, 2);
    assert.equal((await run('source', 'check')).code, 2);
    assert.equal((await run('source', 'find', 'hsa', '--personal-number', '195711092642')).code, 2);
    assert.match((await run('source', 'check', 'other')).err, /no person source other/);
    assert.match((await run('source', 'find', 'hsa', '--hsa-id', 'x')).err, /HSA-ID such as/);
  });

  const fault = async (change: Readonly<Record<string, unknown>>, why: RegExp, ...words: string[]) => {
    await applied(change);
    const { code, out } = await run('source', 'check', 'hsa', ...words);
    assert.match(out, why);
    assert.equal(code, 1);
  };
  test('check is content with a register that answers', async () => {
    await applied();
    assert.deepEqual(await run('source', 'check', 'hsa'), { code: 0, out: 'hsa answers as agreed.', err: '' });
    assert.equal((await run('source', 'check', 'hsa', '--hsa-id', 'SE2321000156-1077')).code, 0);
    await applied({ kind: 'hospSoap' });
    assert.equal((await run('source', 'check', 'hsa')).code, 0);
  });
  test('check says which step of the way fails', async () => {
    await fault({ addresses: ['https://no-such-host.invalid/vp'] }, /invalid\/vp: (this name has no|the name cannot)/);
    await fault({ addresses: ['https://localhost:9/vp'] }, /localhost:9\/vp: nobody listens there/);
    await fault({ tlsAuthorities: [{ file: 'other.pem' }] }, /nobody of tlsAuthorities vouches/);
    await fault({ addresses: [platform.url.replace('localhost', '127.0.0.1')] }, /for another name/);
    await fault(
      { client: { certificate: { file: 'hub.pem' }, keyFile: 'other.key' } },
      /client\.certificate: the key is another certificate’s/,
    );
    await fault(
      { client: { certificate: { file: 'other.pem' }, keyFile: 'other.key' } },
      /perhaps it does not take our certificate/,
    );
  });
  test('check says what an answer means', async () => {
    await fault({ addresses: [`${platform.url}/more`] }, /SOAP fault Client/);
    await fault({}, /knows nobody by that identifier below c=SE/, '--hsa-id', 'SE2321000156-NOBODY');
    platform.behave = (_, response) => {
      platform.reply(response, 500, soapFault('Server', 'VP007 Authorization missing'));
      return true;
    };
    await fault({}, /VP007 \(our certificate has no right to this interaction/);
  });
  test('status names what may bring made-up people', async () => {
    await applied({ testIdentifiers: true, allowFeigned: true });
    const { out } = await run('status');
    assert.match(out, /weak: register hsa may bring HSA-IDs of test environments/);
    assert.match(out, /weak: register hsa may tell of people and commissions that were made for tests/);
  });
});
