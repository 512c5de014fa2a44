// The authority with its keys in a token (SoftHSM): ceremonies, certificates, lists and status that openssl verifies, and each way it can go wrong.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { toPem } from '../../src/base/x509/index.ts';
import { authorityDatabaseUrl } from '../../src/edge/store/embedded/index.ts';
import { csrOf, newEcKey, someHolder } from '../fakes/authority-world.ts';
import {
  type AuthorityPlace,
  askAuthority,
  authorityCommand,
  issuerOf,
  prepareAuthority,
  type RunningAuthorityProgram,
  startAuthority,
} from '../support/authority-program.ts';
import { startEmbedded, type TestDatabase, temporaryFolder } from '../support/index.ts';
import { descendantsOf, stillRuns } from '../support/process-tree.ts';
import { makeSoftToken, type SoftToken, softhsmMissing, softhsmModule } from '../support/softhsm.ts';

const run = promisify(execFile);
const pin = '5827-pin-of-the-token';

describe('an authority with its keys in a token', { skip: softhsmMissing() ?? false }, () => {
  const folder = temporaryFolder('authority-token');
  const at = (name: string) => join(folder.path, name);
  let database: TestDatabase | undefined;
  let token: SoftToken;
  let place: AuthorityPlace;
  let program: RunningAuthorityProgram | undefined;
  const said: string[] = [];

  before(async () => {
    database = await startEmbedded();
    token = makeSoftToken(folder.path, 'Authority HSM', pin);
    writeFileSync(at('pin'), `${pin}\n`, { mode: 0o600 });
    place = await prepareAuthority(folder.path, authorityDatabaseUrl(database.connection), {
      ...{
        label: token.label,
        module: softhsmModule,
        pinFile: at('pin'),
        env: token.env,
        kinds: ['RSA-4096', 'P-384'],
      },
    });
    program = await startAuthority(place);
  });
  after(async () => {
    await program?.stop();
    await database?.stop();
    folder.remove();
  });

  let orders = 0;
  const order = () => ({
    id: `token-${++orders}`,
    profile: 'login',
    csr: csrOf(newEcKey()),
    holder: { ...someHolder, upn: 'ase@fjord.example' },
  });
  const issued = async (wanted = order()) => {
    const state = await issuerOf(place).submit(wanted);
    assert.ok(state.kind === 'issued', JSON.stringify(state));
    return state.certificate;
  };
  /** What the program says when it does not start with this environment. */
  const refusesToStart = async (change: Readonly<Record<string, string>>, why: RegExp): Promise<void> => {
    await assert.rejects(authorityCommand({ ...place, env: { ...place.env, ...change } }, 'start'), (thrown: Error) => {
      said.push(thrown.message);
      assert.match(thrown.message, why);
      return true;
    });
  };
  const stop = async (): Promise<void> => {
    said.push(program?.output() ?? '');
    await program?.stop();
    program = undefined;
  };
  const readiness = async (): Promise<readonly [number, unknown]> => {
    const answer = await fetch(`${place.publishUrl}/readyz`);
    return [answer.status, await answer.json()];
  };

  test('the ceremonies made both keys in the token, and say so; no file holds one', () => {
    const shown = token.tool('--list-objects', '--type', 'privkey');
    assert.match(shown, /RSA[\s\S]*label:\s+root|label:\s+root[\s\S]*RSA/);
    assert.match(shown, /label:\s+staff/);
    assert.equal(shown.match(/sensitive, always sensitive, never extractable, local/g)?.length, 2);
    const [minutes = ''] = readdirSync(place.rootFolder).filter((name) => /^minutes-.*-root\.txt$/.test(name));
    assert.match(readFileSync(join(place.rootFolder, minutes), 'utf8'), /lies in the token "Authority HSM"/);
    const file = JSON.parse(readFileSync(join(place.folder, 'keys', 'staff.key'), 'utf8')) as Record<string, string>;
    assert.deepEqual(Object.keys(file).sort(), ['format', 'id', 'module', 'publicKey', 'serial', 'token', 'version']);
  });

  test('certificate, list and status verify with openssl, up to a root whose key lies in the token too', async () => {
    const { chain, serial, issuer } = await issued();
    const files = { card: at('card.pem'), ca: join(place.folder, 'staff.pem'), root: join(place.folder, 'root.pem') };
    writeFileSync(files.card, toPem(chain[0] ?? Buffer.alloc(0)));
    const list = async (name: string) => {
      const der = Buffer.from(await (await fetch(`${place.publishUrl}/crl/${name}.crl`)).arrayBuffer());
      writeFileSync(at(`${name}.crl`), toPem(der, 'X509 CRL'));
      return at(`${name}.crl`);
    };
    const verify = async () =>
      run('openssl', [
        ...['verify', '-x509_strict', '-crl_check_all', '-CAfile', files.root, '-untrusted', files.ca],
        ...['-CRLfile', await list('root'), '-CRLfile', await list('staff'), files.card],
      ]);
    assert.match((await verify()).stdout, /card\.pem: OK/);
    const status = async () => {
      const { stdout, stderr } = await run('openssl', [
        ...['ocsp', '-issuer', files.ca, '-cert', files.card, '-url', `${place.publishUrl}/ocsp/staff`],
        ...['-CAfile', files.root, '-verify_other', files.ca],
      ]);
      return stdout + stderr;
    };
    assert.match(await status(), /card\.pem: good[\s\S]*Response verify OK/);
    assert.deepEqual(await issuerOf(place).revoke({ issuer, serial }, 'keyCompromise'), { kind: 'done' });
    assert.match(await status(), /card\.pem: revoked/);
    for (const begun = performance.now(); ; await sleep(100)) {
      const outcome = await verify().catch((error: { stderr: string }) => error);
      if (/certificate revoked/.test(outcome.stderr)) break;
      assert.ok(performance.now() - begun < 10_000, 'not on the list within ten seconds');
    }
    const { stdout } = await run('openssl', ['x509', '-in', files.card, '-noout', '-text']);
    assert.match(stdout, /Signature Algorithm: ecdsa-with-SHA384/);
  });

  test('killed, it leaves no process with an open token behind; started again it goes on with the same key', async () => {
    const wanted = order();
    const { serial } = await issued(wanted);
    const below = descendantsOf(program?.pid ?? 0);
    assert.equal(below.length, 1);
    said.push(program?.output() ?? '');
    await program?.kill();
    for (const begun = performance.now(); below.some(stillRuns); await sleep(50))
      assert.ok(performance.now() - begun < 10_000, 'the token’s process is still there after ten seconds');
    program = await startAuthority(place);
    assert.equal((await issued(wanted)).serial, serial);
    assert.deepEqual(await readiness(), [200, { ready: true }]);
  });

  test('a token that is taken out: not ready, nothing is issued, the last list stays; back again, it goes on by itself', async () => {
    const before = Buffer.from(await (await fetch(`${place.publishUrl}/crl/staff.crl`)).arrayBuffer());
    token.takeOut();
    const until = async (status: number) => {
      for (const begun = performance.now(); (await readiness())[0] !== status; await sleep(100))
        assert.ok(performance.now() - begun < 30_000, `no ${status} within 30 seconds`);
    };
    await until(503);
    assert.deepEqual(await readiness(), [503, { ready: false, cannotSign: ['staff'] }]);
    const wanted = order();
    await assert.rejects(issuerOf(place).submit(wanted), { code: 'unavailable' });
    const answer = await askAuthority(place)('GET', `/v1/orders/${wanted.id}`, undefined);
    assert.equal(answer.status, 404, 'what was not signed was not handed out');
    assert.deepEqual(Buffer.from(await (await fetch(`${place.publishUrl}/crl/staff.crl`)).arrayBuffer()), before);
    token.putBack();
    await until(200);
    assert.ok((await issued(wanted)).serial);
    assert.match(
      program?.output() ?? '',
      /"issuer":"staff","fault":"token \\"Authority HSM\\": [\s\S]*the key cannot sign/,
    );
  });

  test('without its token, with a wrong PIN, without the key, or with a key that can be taken out it does not start', async () => {
    await stop();
    const wrongPin = at('wrong-pin');
    writeFileSync(wrongPin, '0000-wrong-pin\n', { mode: 0o600 });
    await refusesToStart({ TILLIT_AUTHORITY_PIN_FILE: wrongPin }, /token "Authority HSM": the PIN is wrong/);
    await refusesToStart({ TILLIT_AUTHORITY_PIN_FILE: '' }, /needs a PIN: name a file with --pin-file/);
    chmodSync(wrongPin, 0o644);
    await refusesToStart({ TILLIT_AUTHORITY_PIN_FILE: wrongPin }, /can be read by others/);
    token.takeOut();
    await refusesToStart({}, /there is no token "Authority HSM" with serial number/);
    token.putBack();

    const file = join(place.folder, 'keys', 'staff.key');
    const whole = readFileSync(file, 'utf8');
    const key = JSON.parse(whole) as Record<string, string>;
    writeFileSync(file, JSON.stringify({ ...key, id: 'ee02' }));
    await refusesToStart({}, /no private key with the id ee02/);
    token.tool(
      ...[
        '--keypairgen',
        '--key-type',
        'EC:secp384r1',
        '--id',
        'ee02',
        '--label',
        'staff',
        '--extractable',
        '--sensitive',
      ],
    );
    await refusesToStart({}, /CKA_EXTRACTABLE is not false/);
    token.tool('--keypairgen', '--key-type', 'EC:secp384r1', '--id', 'ee03', '--label', 'staff', '--sensitive');
    writeFileSync(file, JSON.stringify({ ...key, id: 'ee03' }));
    await refusesToStart({}, /a signature that does not verify: it is another key/);
    writeFileSync(file, whole);
    chmodSync(file, 0o620);
    await refusesToStart({}, /staff\.key can be read or changed by others/);
    chmodSync(file, 0o600);
    program = await startAuthority(place);
    assert.ok((await issued()).serial, 'with its own it starts as before');
  });

  test('a backup says that the key is not in it', async () => {
    const told = await authorityCommand(place, 'backup', at('token.backup'));
    assert.match(told, /the key of staff is not in it: it lies in the token "Authority HSM" \([0-9a-f]+\)/);
    assert.match(told, /backup is made with its maker’s tool/);
    said.push(told, gunzipSync(readFileSync(at('token.backup'))).toString('latin1'));
  });

  test('the PIN is in no output, no file of the authority, and no list of processes', async () => {
    const { stdout } = await run('ps', ['-eo', 'args', 'ww']);
    said.push(program?.output() ?? '', stdout);
    for (const name of readdirSync(place.folder, { recursive: true, withFileTypes: true }))
      if (name.isFile()) said.push(readFileSync(join(name.parentPath, name.name), 'latin1'));
    assert.ok(said.length > 10);
    for (const text of said) assert.ok(!text.includes(pin) && !text.includes('0000-wrong-pin'));
  });
});
