// testssl.sh against every listener: TLS 1.2 and 1.3 with the suites of BCP 195 (RFC 9325 4.2), and no resumption of cards (C8).
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { type RunningHub, requireDebian, startHub, temporaryFolder } from '../support/index.ts';

const run = promisify(execFile);

/** RFC 9325 4.2 for TLS 1.2, RFC 8446 for TLS 1.3, by their numbers. */
const allowed = {
  tls1_2: ['xc02b', 'xc02c', 'xc02f', 'xc030'],
  tls1_3: ['x1301', 'x1302', 'x1303'],
};

interface Finding {
  readonly id: string;
  readonly finding: string;
}

const missing = requireDebian('testssl.sh', 'openssl');

describe('a scan of the listeners', { skip: missing ?? false, concurrency: 2 }, () => {
  const folder = temporaryFolder('testssl');
  let hub: RunningHub;
  before(async () => {
    hub = await startHub();
  });
  after(async () => {
    await hub?.remove();
    folder.remove();
  });

  const scan = async (name: string, url: string): Promise<readonly Finding[]> => {
    const file = join(folder.path, `${name}.json`);
    const words = ['--quiet', '--color', '0', '--warnings', 'off', '--nodns', 'none', '--ip', '127.0.0.1'];
    // Its exit code counts findings of any kind; what counts here is read from the file.
    await run('testssl', [...words, '--add-ca', hub.rootFile, '-p', '-E', '-S', '-R', '--jsonfile', file, url], {
      timeout: 240_000,
      cwd: folder.path,
    }).catch(() => undefined);
    return JSON.parse(readFileSync(file, 'utf8')) as Finding[];
  };
  const of = (findings: readonly Finding[], id: string): string =>
    findings.find((one) => one.id === id)?.finding ?? `no finding ${id}`;

  const verify = (findings: readonly Finding[]): void => {
    for (const old of ['SSLv2', 'SSLv3', 'TLS1', 'TLS1_1']) assert.match(of(findings, old), /^not offered/, old);
    assert.match(of(findings, 'TLS1_2'), /^offered/);
    assert.match(of(findings, 'TLS1_3'), /^offered/);
    assert.match(of(findings, 'cert_chain_of_trust'), /passed/);
    assert.match(of(findings, 'secure_renego'), /supported/);
    assert.match(of(findings, 'secure_client_renego'), /not vulnerable/);
    const ciphers = findings.filter(({ id }) => id.startsWith('cipher-'));
    assert.ok(ciphers.length >= 4, 'the scan saw ciphers');
    for (const { id, finding } of ciphers) {
      const [, version = '', number = ''] = /^cipher-(.*)_(x[0-9a-f]+)$/.exec(id) ?? [];
      assert.ok(allowed[version as keyof typeof allowed]?.includes(number), finding);
    }
  };

  test('the hub', async () => verify(await scan('hub', hub.hubUrl)));
  test('the demo applications', async () => verify(await scan('ehr', hub.ehrUrl)));
  test('card logins, which cannot be resumed by ticket or by session id', async () => {
    const { hostname, port } = new URL(hub.cardUrl);
    const findings = await scan('card', `https://abcdefghijklmnopqrst.${hostname}:${port}`);
    verify(findings);
    assert.ok(!of(findings, 'TLS_extensions').includes('session ticket'), of(findings, 'TLS_extensions'));
    // Its «session ticket hint» is not read: under TLS 1.3 OpenSSL always sends a ticket, here one that nothing remembers
    // (RFC 8446 4.6.1), and whether the scan still hears it is chance. What counts is whether a ticket is of any use.
    for (const kind of ['sessionresumption_ticket', 'sessionresumption_ID'])
      assert.match(of(findings, kind), /not supported/, kind);
  });
});
