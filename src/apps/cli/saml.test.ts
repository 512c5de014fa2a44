// `tillit saml verify`: the corpus through the door, and what an operator sees who uses it wrongly.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { commands } from './commands.ts';
import { runCommandLine } from './run.ts';

const corpus = join(import.meta.dirname, '..', '..', '..', 'test', 'corpus');
const fileOf = (kind: 'valid' | 'invalid', name: string) =>
  JSON.parse(readFileSync(join(corpus, kind, 'saml', `${name}.json`), 'utf8'));
const common = fileOf('valid', '_common');
const folder = mkdtempSync(join(tmpdir(), 'tillit-saml-'));
after(() => rmSync(folder, { recursive: true }));

const put = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return name;
};
put('idp.xml', fileOf('valid', 'metadata-of-a-provider').xml);
put('federation.pem', common.federation.keys[0]);
put('ours.pem', common.decryption[0]);

async function run(...words: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const io = { out: (line: string) => out.push(line), err: (line: string) => err.push(line), env: {}, cwd: folder };
  const code = await runCommandLine(commands, ['saml', ...words], io);
  return { code, out: out.join('\n'), err: err.join('\n') };
}
const at = ['--at', '2026-11-29T09:00:00Z'] as const;
const ours = [
  '--metadata',
  'idp.xml',
  '--sp',
  common.ownEntityId,
  '--acs',
  common.acsUrl,
  '--request-id',
  common.request.id,
];
const responseOf = async (kind: 'valid' | 'invalid', name: string, ...more: readonly string[]) => {
  const { code, out } = await run('verify', ...ours, ...at, '--json', ...more, put('message', fileOf(kind, name).xml));
  return { code, verdict: JSON.parse(out) };
};

describe('a Response', () => {
  test('that is right says who and how surely', async () => {
    const { code, verdict } = await responseOf('valid', 'a-minute-late');
    assert.equal(code, 0);
    assert.equal(verdict.accepted, true);
    assert.equal(verdict.subject, 'AAdzZWNyZXQx');
    assert.equal(verdict.assurance, 'substantial');
    assert.deepEqual(verdict.attributes['urn:oid:2.5.4.42'], ['Åsa']);
  });
  test('of a context that we do not know is low', async () => {
    const { verdict } = await responseOf('valid', 'simplesamlphp');
    assert.equal(verdict.assurance, 'low');
  });
  test('that is encrypted needs our key', async () => {
    const name = 'sweden-connect';
    assert.equal((await responseOf('valid', name)).verdict.reason, 'decryption');
    assert.equal((await responseOf('valid', name, '--decryption-key', 'ours.pem')).code, 0);
  });
  for (const name of ['audience-of-another', 'xsw3-assertion-before-the-signed-one-same-id', 'signature-sha1'])
    test(`${name} is refused`, async () => {
      const { code, verdict } = await responseOf('invalid', name);
      assert.equal(code, 1);
      assert.deepEqual([verdict.accepted, verdict.reason], [false, fileOf('invalid', name).expect.reason]);
    });
  test('is read as base64 and as a posted form too', async () => {
    const base64 = Buffer.from(fileOf('valid', 'two-audiences').xml).toString('base64');
    for (const text of [base64, `SAMLResponse=${encodeURIComponent(base64)}&RelayState=x`]) {
      const { code, out } = await run('verify', ...ours, ...at, put('message', text));
      assert.equal(code, 0, out);
      assert.match(out, /It is accepted\.\nIt says:\n {2}subject {2}AAdzZWNyZXQx/);
    }
  });
  test('that must be signed twice and is not', async () => {
    const { verdict } = await responseOf('invalid', 'assertion-not-signed', '--signs', 'both');
    assert.equal(verdict.reason, 'assertionSigned');
  });
});

test('metadata, by the key that is pinned', async () => {
  const args = ['verify', '--kind', 'metadata', ...at, '--key', 'federation.pem', '--json'];
  const good = await run(...args, 'idp.xml');
  assert.deepEqual(JSON.parse(good.out).entities, [common.provider.entityId]);
  for (const name of ['metadata-not-signed', 'metadata-expired', 'metadata-signed-by-another-key']) {
    const { xml, expect } = fileOf('invalid', name);
    const bad = await run(...args, put('message', xml));
    assert.equal(JSON.parse(bad.out).reason, expect.reason, name);
  }
});

describe('used wrongly', () => {
  for (const [words, said] of [
    [['verify'], /Also needed: --metadata, --sp, --acs/],
    [['verify', '--kind', 'constructor'], /no such kind/],
    [['judge'], /Say what to verify/],
    [['verify', ...ours, '--signs', 'none'], /--signs is one of/],
    [['verify', '--wrong'], /wrong/],
  ] as const)
    test(words.join(' ').slice(0, 40), async () => {
      const { code, err } = await run(...words);
      assert.equal(code, 2);
      assert.match(err, said);
    });
  test('a file that is not there, that is no key, that is no metadata', async () => {
    for (const [words, said] of [
      [['verify', ...ours, 'nothing'], /nothing cannot be read/],
      [['verify', ...ours, '--decryption-key', 'idp.xml', 'idp.xml'], /no key in PEM/],
      [['verify', '--metadata', 'ours.pem', '--sp', 'x', '--acs', 'y', 'idp.xml'], /no metadata that can be used/],
    ] as const) {
      const { code, err } = await run(...words, ...at);
      assert.equal(code, 1);
      assert.match(err, said);
      assert.doesNotMatch(err, /PRIVATE/);
    }
  });
});
