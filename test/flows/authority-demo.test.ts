// The demo's cards come from the authority beside the hub: one logs its holder in, and once revoked is refused within a minute.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { nameText, pemBlocks, readCertificate, readCertsOnly } from '../../src/base/x509/index.ts';
import { authorityClient } from '../../src/edge/issuers/authority/index.ts';
import { boundedRequest } from '../../src/edge/outgoing/http/index.ts';
import { authorityDatabaseUrl, type OpenedDatabase, openDatabase } from '../../src/edge/store/embedded/index.ts';
import { text } from '../../src/wire/texts/index.ts';
import { systemCsr } from '../fakes/authority-world.ts';
import {
  descendantsOf,
  freeAddresses,
  freePort,
  type HttpAnswer,
  HttpBrowser,
  type RunningHub,
  softCard,
  startHub,
  temporaryFolder,
  toCardListener,
} from '../support/index.ts';
import { launch } from '../support/program.ts';

describe('the demo with its own authority', () => {
  let hub: RunningHub;
  let caUrl = '';
  let estUrl = '';
  before(async () => {
    caUrl = `https://localhost:${await freePort()}`;
    estUrl = `https://localhost:${await freePort()}`;
    const env = {
      TILLIT_CA_URL: caUrl,
      TILLIT_EST_URL: estUrl,
      TILLIT_PKI_URL: `http://localhost:${await freePort()}`,
    };
    hub = await startHub({ addresses: await freeAddresses(), env });
  });
  after(() => hub?.remove());

  const logIn = async (card: string): Promise<HttpAnswer> => {
    const browser = new HttpBrowser(hub.rootPem, softCard(hub, card));
    const { url } = await toCardListener(browser, await browser.go(`${hub.hubUrl}/portal`));
    return browser.go(url);
  };
  const certificate = (card: string) => {
    const [der] = pemBlocks(readFileSync(join(hub.cards, `${card}.pem`), 'utf8'));
    const reading = readCertificate(der ?? Buffer.alloc(0));
    assert.ok(reading.ok);
    return reading.certificate;
  };

  test('own cards are its, those of other issuers are not', () => {
    assert.match(nameText(certificate('kari-simple').issuer), /CN=Demo Region Staff CA/);
    assert.match(nameText(certificate('kari-revoked').issuer), /CN=Demo Region Staff CA/);
    assert.doesNotMatch(nameText(certificate('kari-advanced').issuer), /Staff CA/);
    assert.equal(certificate('kari-simple').cardNumber, '9752578000000100001');
  });

  test('logs in with one, is refused with the revoked and the expired one', async () => {
    assert.ok((await logIn('kari-simple')).body.includes(text('en', 'portal.sessions')));
    for (const [card, reason] of [
      ['kari-revoked', 'Your card has been revoked'],
      ['kari-expired', 'Your card has expired'],
    ] as const)
      assert.match((await logIn(card)).body, new RegExp(reason), card);
  });

  test('what is revoked at the authority is refused at the next login within a minute (H2)', async () => {
    const folder = join(hub.dataFolder, 'demo', 'authority');
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    const issuer = authorityClient((method, path, body) =>
      boundedRequest(`${caUrl}${path}`, {
        method,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        body,
        authorities: [hub.rootPem],
        client: { cert: read('caller.pem'), key: read('caller.key') },
        timeoutMs: 10_000,
        maxBytes: 100_000,
      }),
    );
    const { serial } = certificate('lars-simple');
    assert.ok((await logIn('lars-simple')).body.includes(text('en', 'portal.sessions')));
    assert.deepEqual(await issuer.revoke({ issuer: 'staff', serial }, 'keyCompromise'), { kind: 'done' });
    const begun = performance.now();
    while (!(await logIn('lars-simple')).body.includes('Your card has been revoked')) {
      assert.ok(performance.now() - begun < 60_000, 'still let in after a minute');
      await sleep(3000);
    }
  });

  test('a system gets its certificate by EST, with a permit of the operator (H1)', async () => {
    const words = '--profile function --country NO --organization Demo --common-name ris --dns ris.demo.example';
    const script = `. ./environment && exec "$0" "$1" authority est-permit ${words}`;
    const tillit = new URL('../../bin/tillit.js', import.meta.url).pathname;
    const { stdout } = await promisify(execFile)('sh', ['-c', script, process.execPath, tillit], {
      cwd: join(hub.dataFolder, 'demo', 'authority'),
      env: { PATH: process.env['PATH'] },
    });
    const [user, password] = [/^User: +(.+)$/m.exec(stdout)?.[1], /^Password: +(.+)$/m.exec(stdout)?.[1]];
    const { status, body } = await boundedRequest(`${estUrl}/.well-known/est/simpleenroll`, {
      method: 'POST',
      headers: {
        'content-type': 'application/pkcs10',
        authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      },
      body: systemCsr().toString('base64'),
      authorities: [hub.rootPem],
      timeoutMs: 10_000,
      maxBytes: 100_000,
    });
    assert.equal(status, 200, body.toString());
    const reading = readCertsOnly(Buffer.from(body.toString('latin1'), 'base64'));
    const [der] = reading.ok ? reading.certificates : [];
    const made = readCertificate(der ?? Buffer.alloc(0));
    assert.ok(made.ok);
    assert.deepEqual(made.certificate.dnsNames, ['ris.demo.example']);
  });

  test('a backup of the demo takes its authority along, and a restore brings it back', async () => {
    const folder = temporaryFolder('demo-backup');
    const tillit = async (dataFolder: string, ...words: readonly string[]) => {
      const { exited, output } = launch(words, { ...hub.env, TILLIT_DATA: dataFolder }, folder.path);
      assert.equal((await exited).code, 0, output());
      return output();
    };
    let restored: OpenedDatabase | undefined;
    try {
      const told = await tillit(hub.dataFolder, 'backup', 'demo.backup');
      assert.match(told, /demo\.backup\.authority: \d+ rows of \d+ tables and \d+ files/);
      assert.match(told, /keep with it, in another place: .*demo\/authority\/passphrase/);
      const second = join(folder.path, 'second');
      assert.match(await tillit(second, 'restore', 'demo.backup'), /rows of \d+ tables and \d+ files, made/);
      for (const name of ['authority.yaml', 'staff.pem', 'keys/staff.key']) {
        const [was, is] = [hub.dataFolder, second].map((each) => readFileSync(join(each, 'demo', 'authority', name)));
        assert.deepEqual(is, was, name);
      }
      restored = await openDatabase({ dataFolder: second, mode: 'own', purpose: 'start', log: () => undefined });
      const pool = new pg.Pool({ connectionString: authorityDatabaseUrl(restored.connection), max: 1 });
      pool.on('error', () => undefined);
      const { rows } = await pool.query('SELECT state FROM authority.certificate WHERE serial = $1', [
        certificate('kari-revoked').serial,
      ]);
      await pool.end();
      assert.deepEqual(rows, [{ state: 'revoked' }]);
    } finally {
      await restored?.close();
      folder.remove();
    }
  });

  test('the authority ends with a hub that is killed', async () => {
    const below = descendantsOf(hub.pid).filter(({ command }) => /apps\/authority/.test(command));
    assert.equal(below.length, 1);
    const { left } = await hub.kill();
    assert.deepEqual(left, []);
  });
});
