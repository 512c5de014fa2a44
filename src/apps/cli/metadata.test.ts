// `tillit metadata` on a real instance: a source is applied, refreshed and shown, a held change is approved, and the trail knows.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { type DocumentToWrite, metadataText, testSigner } from '../../../test/fakes/metadata-documents.ts';
import { temporaryFolder } from '../../../test/support/index.ts';
import { dayMs } from '../../base/clock.ts';
import { sampleEntity, sampleIdp, sampleSp } from '../../core/metadata/sample-entity.ts';
import { type OpenedDatabase, openDatabase } from '../../edge/store/embedded/index.ts';
import { commands } from './commands.ts';
import { runCommandLine } from './run.ts';

describe('tillit metadata', () => {
  const folder = temporaryFolder('metadata-cli');
  const signer = testSigner();
  const file = (name: string, text: string) => writeFileSync(join(folder.path, name), text);
  let database: OpenedDatabase;
  let pool: pg.Pool;
  before(async () => {
    const dataFolder = join(folder.path, 'var');
    database = await openDatabase({ dataFolder, mode: 'own', purpose: 'test', log: () => undefined });
    pool = new pg.Pool(database.connection);
    pool.on('error', () => undefined);
    file('signer.pem', signer.pem);
    const partner = sampleEntity({ entityId: 'https://clinic.example', idp: undefined, sp: sampleSp() });
    file('clinic.xml', await metadataText({ entities: [partner], aggregate: false }));
    file(
      'sources.yaml',
      `federations: [{ id: sambi, name: { en: Sambi }, members: [] }]
metadataSources:
  - id: sambi
    federation: sambi
    from: { handedIn: true }
    signers: [{ certificate: { file: signer.pem } }]
    roles: [idp, sp]
  - id: clinic
    from: { document: { file: clinic.xml } }
    roles: [sp]
`,
    );
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
  const publish = async (change: Partial<DocumentToWrite>) =>
    file('all.xml', await metadataText({ entities: [], validUntil: Date.now() + 7 * dayMs, signer, ...change }));
  const idp = (change: Parameters<typeof sampleIdp>[0] = {}) => sampleEntity({ idp: sampleIdp(change) });

  test('sources are applied with their files, refreshed and listed', async () => {
    assert.equal((await run('apply', 'sources.yaml', '--yes')).code, 0);
    assert.match((await run('apply', 'sources.yaml', '--yes')).out, /Nothing to do/);
    assert.match((await run('metadata', 'list')).out, /sambi {2}federation sambi {2}0 entities {2}nothing taken yet/);
    assert.match(
      (await run('metadata', 'refresh', 'clinic')).out,
      /clinic: 1 entities until no end; 1 new, 0 changed, 0 gone/,
    );
    await publish({ entities: [idp()] });
    assert.match((await run('metadata', 'refresh', 'sambi', '--file', 'all.xml')).out, /1 new/);
    assert.match((await run('metadata', 'list')).out, /sambi {2}federation sambi {2}1 entities {2}until 20/);
  });

  test('what is in use of an entity is shown, and what others wrote does not command the terminal', async () => {
    const { out } = await run('metadata', 'show', sampleEntity().entityId);
    for (const part of [
      /source sambi, federation sambi {2}until 20/,
      /idp \(wantAuthnRequestsSigned\)/,
      /key for signing: SHA-256 [0-9a-f]{64}, to 2016-01-01/,
      /singleSignOn: https:\/\/idp.lund.example\/sso/,
      /scope lund.example/,
    ])
      assert.match(out, part);
    assert.match((await run('metadata', 'show', 'https://nobody.example')).err, /No source has listed/);
    await publish({ entities: [idp(), sampleEntity({ entityId: 'https://x.example/\u009b2J' })] });
    assert.equal((await run('metadata', 'refresh', 'sambi', '--file', 'all.xml')).code, 0);
    assert.match((await run('metadata', 'show', 'https://x.example/\u009b2J')).out, /x\.example\/\\u009b2J/);
  });

  test('a change that weakens is shown by list, show and status, and approved by its code with a reason, once', async () => {
    await publish({ entities: [idp({ wantAuthnRequestsSigned: false })] });
    assert.match((await run('metadata', 'refresh', 'sambi', '--file', 'all.xml')).out, /1 held for approval/);
    const { out } = await run('metadata', 'list');
    assert.match(
      out,
      /waits: change [0-9a-f]{12} of https:\/\/idp.lund.example\/saml \(sambi\)[\s\S]*signatureNotRequired: idp:/,
    );
    const change = /change ([0-9a-f]{12})/.exec(out)?.[1] ?? '';
    assert.match(
      (await run('metadata', 'show', sampleEntity().entityId)).out,
      /idp \(wantAuthnRequestsSigned\)[\s\S]*waits/,
    );
    const status = await run('status');
    assert.equal(status.code, 1);
    assert.match(status.out, new RegExp(`waits: change ${change}`));
    assert.equal((await run('metadata', 'approve', change)).code, 2);
    assert.equal((await run('metadata', 'approve', change.slice(0, 4), '--reason', 'x')).code, 1);
    assert.equal((await run('metadata', 'approve', 'f'.repeat(12), '--reason', 'x')).code, 1);
    assert.match((await run('metadata', 'approve', change, '--reason', 'Told by Anna')).out, /is in use/);
    assert.match((await run('metadata', 'approve', change, '--reason', 'again')).err, /No change/);
    assert.doesNotMatch((await run('metadata', 'show', sampleEntity().entityId)).out, /wantAuthnRequestsSigned|waits/);
    const { rows } = await pool.query<{ text: string }>(
      `SELECT text FROM hub.audit_event WHERE kind = 'admin.metadataApproved'`,
    );
    assert.equal(rows.length, 1);
    const { body } = JSON.parse(rows[0]?.text ?? '{}');
    assert.deepEqual(
      [body.reason, body.entityId, body.source, body.reasons[0].name],
      ['Told by Anna', sampleEntity().entityId, 'sambi', 'signatureNotRequired'],
    );
    assert.match(body.who, /@/);
  });

  test('what is refused says why, exits with 1 and shows in status', async () => {
    await publish({ entities: [idp()], signer: testSigner() });
    const refused = await run('metadata', 'refresh', 'sambi', '--file', 'all.xml');
    assert.deepEqual([refused.code, refused.out], [1, '']);
    assert.match(refused.err, /sambi: refused: signature: .*what is in use stays/);
    assert.match((await run('status')).out, /metadata source sambi is not refreshed: signature/);
    assert.match((await run('metadata', 'list')).out, /not refreshed since 20.* \(1 times\): signature/);
    assert.match((await run('metadata', 'refresh', 'sambi', '--file', 'none.xml')).err, /ENOENT/);
    assert.match((await run('metadata', 'refresh', 'nobody')).err, /There is no source nobody/);
    for (const words of [[], ['list', 'x'], ['refresh'], ['approve', 'x'], ['show', 'x', 'y'], ['x'], ['list', '--x']])
      assert.equal((await run('metadata', ...words)).code, 2, words.join(' '));
  });

  test('the example of docs/operations/federation-metadata.md applies', async () => {
    const page = readFileSync(new URL('../../../docs/operations/federation-metadata.md', import.meta.url), 'utf8');
    const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    file('example.yaml', example.replace('AB:CD:…', 'AB:'.repeat(32).slice(0, -1)));
    for (const name of ['sambi-signer.pem', 'sc-signer.pem']) file(name, signer.pem);
    const done = await run('apply', 'example.yaml', '--dry-run');
    assert.match(done.out, /\+ metadataSource swedenconnect/, done.err);
    assert.equal(done.code, 0);
  });
});
