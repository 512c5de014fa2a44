// `tillit pki verify`: verdicts from files and from lines, and what an operator sees who uses it wrongly.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { authority, now, ocspDer, person, responderOf, revoked, serverAuth } from '../../../test/fakes/pkix.ts';
import { toPem, writeCrl, writeExtension } from '../../base/x509/index.ts';
import { commands } from './commands.ts';
import { runCommandLine } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillit-pki-'));
after(() => rmSync(folder, { recursive: true }));
const put = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return name;
};
async function run(...words: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const io = { out: (line: string) => out.push(line), err: (line: string) => err.push(line), env: {}, cwd: folder };
  const code = await runCommandLine(commands, ['pki', ...words], io);
  return { code, out, err: err.join('\n') };
}

const root = authority('Root');
const issuing = authority('Issuing', root);
const leaf = person(issuing);
const at = new Date(now).toISOString();
const pem = (...parties: readonly (typeof root)[]) => parties.map(({ certificate }) => toPem(certificate.der)).join('');
const listDer = (by: typeof root, serials: ReturnType<typeof revoked>[] = []) =>
  writeCrl(
    {
      issuer: by.name,
      thisUpdate: now - 1_000,
      nextUpdate: now + 1_000,
      revoked: serials,
      extensions: [writeExtension.crlNumber(1)],
    },
    by.key,
  );
const listPem = (...lists: readonly Buffer[]) => lists.map((list) => toPem(list, 'X509 CRL')).join('');
put('leaf.pem', pem(leaf));
put('a.pem', `some words before\n${pem(authority('Somebody'), root)}`);
put('i.pem', pem(issuing));
put('c.pem', listPem(listDer(root), listDer(issuing)));
put('revoked.pem', listPem(listDer(root), listDer(issuing, [revoked(leaf)])));
const usual = ['verify', '--leaf', 'leaf.pem', '--anchors', 'a.pem', '--intermediates', 'i.pem', '--at', at, '--json'];

async function verdict(...more: readonly string[]) {
  const { code, out, err } = await run(...usual, ...more);
  assert.equal(code, 0, err);
  assert.equal(out.length, 1);
  return JSON.parse(out[0] ?? '');
}
const fingerprints = [leaf, issuing, root].map(({ certificate }) => certificate.fingerprint);

describe('from files', () => {
  test('accepted, with its path', async () => {
    assert.deepEqual(await verdict('--crls', 'c.pem'), { accepted: true, path: fingerprints, policies: [] });
  });
  test('refused, with reason, clause and how far the path came', async () => {
    const { accepted, reason, clause, because, path } = await verdict('--crls', 'revoked.pem');
    assert.deepEqual(
      [accepted, reason, clause, path],
      [false, 'notRevoked', 'RFC 5280 6.1.3 (a)(3), 6.3.3', fingerprints],
    );
    assert.equal(because, 'the certificate is revoked');
  });
  test('revocation: required, if given, off', async () => {
    assert.equal((await verdict()).reason, 'revocationKnown');
    assert.equal((await verdict('--revocation', 'if-given')).accepted, true);
    assert.equal((await verdict('--revocation', 'if-given', '--crls', 'revoked.pem')).reason, 'notRevoked');
    assert.equal((await verdict('--revocation', 'off', '--crls', 'revoked.pem')).accepted, true);
    put('broken.pem', listPem(listDer(issuing)).replace('M', '!'));
    assert.equal((await verdict('--revocation', 'if-given', '--crls', 'broken.pem')).reason, 'revocationKnown');
  });
  test('DER is read as well, and several files of a kind', async () => {
    put('issuing.der', issuing.certificate.der);
    put('root.crl', listDer(root));
    put('o.der', ocspDer(leaf.certificate, issuing, { responder: responderOf(issuing) }));
    const found = await verdict('--intermediates', 'issuing.der', '--crls', 'root.crl', '--ocsp', 'o.der');
    assert.equal(found.accepted, true);
    put('gone.der', ocspDer(leaf.certificate, issuing, { status: 'revoked' }));
    assert.equal((await verdict('--crls', 'c.pem', '--ocsp', 'gone.der')).reason, 'notRevoked');
  });
  test('purpose: a server is no person, and any certificate is any', async () => {
    put('server.pem', pem(person(issuing, { extensions: [writeExtension.extendedKeyUsage([serverAuth])] })));
    const server = async (...more: string[]) => {
      const { out } = await run('verify', '--leaf', 'server.pem', ...usual.slice(3), '--revocation', 'off', ...more);
      return JSON.parse(out[0] ?? '');
    };
    assert.equal((await server()).reason, 'notServer');
    assert.equal((await server('--purpose', 'any')).accepted, true);
    assert.equal((await server('--purpose', 'any', '--usage', '1.3.6.1.5.5.7.3.2')).reason, 'clientAuthentication');
  });
  test('any: CAs are held to the profile, unless lenient', async () => {
    put('bare.pem', pem(person(issuing, { without: ['2.5.29.35'] })));
    const bare = async (...more: string[]) => {
      const { out } = await run(
        'verify',
        '--leaf',
        'bare.pem',
        ...usual.slice(3),
        '--revocation',
        'off',
        '--purpose',
        'any',
        ...more,
      );
      return JSON.parse(out[0] ?? '');
    };
    assert.equal((await bare()).reason, 'keyIdentifiers');
    assert.equal((await bare('--lenient')).accepted, true);
  });
  test('policies and depth', async () => {
    const off = ['--revocation', 'off'];
    assert.equal((await verdict(...off, '--require-explicit-policy')).reason, 'policies');
    assert.equal((await verdict(...off, '--initial-policy', '1.2.3,1.2.4')).accepted, true);
    assert.equal((await verdict(...off, '--max-depth', '0')).reason, 'pathToAnchor');
  });
  test('a leaf that is none is malformed, which is a verdict', async () => {
    put('leaf.txt', 'hello');
    const { code, out } = await run('verify', '--leaf', 'leaf.txt', '--json');
    assert.equal(code, 0);
    assert.equal(JSON.parse(out[0] ?? '').reason, 'malformed');
  });
  test('a file that is not there is as if nothing were given, and is said', async () => {
    const { code, out, err } = await run(...usual, '--crls', 'nowhere.pem');
    assert.equal(code, 0);
    assert.equal(JSON.parse(out[0] ?? '').reason, 'revocationKnown');
    assert.match(err, /nowhere\.pem is not there/);
    assert.equal((await run('verify', '--leaf', 'nowhere.pem')).code, 1);
  });
  test('for people to read', async () => {
    const { code, out } = await run(...usual.slice(0, -1), '--crls', 'revoked.pem');
    assert.equal(code, 0);
    assert.match(out[0] ?? '', /NOT accepted: the certificate is revoked/);
    assert.ok(!out.join().includes('Anna'), 'no name is printed');
  });
});

describe('from lines', () => {
  const members = { leaf: pem(leaf), anchors: pem(root), intermediates: [pem(issuing)], at, revocation: 'off' };
  const lines = async (...given: readonly (object | string)[]) => {
    put('cases.ndjson', given.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join('\n'));
    const { code, out } = await run('verify', '--batch', 'cases.ndjson');
    return { code, verdicts: out.map((line) => JSON.parse(line)) };
  };
  test('one answer each, in order, with the id of its case', async () => {
    const ocsp = ocspDer(leaf.certificate, issuing).toString('base64');
    const { code, verdicts } = await lines(
      { id: 'one', ...members },
      { id: 2, ...members, revocation: 'if-given', ocsp, crls: listPem(listDer(root)) },
      { ...members, 'require-explicit-policy': true },
      { ...members, requireExplicitPolicy: true, comment: 'not known' },
      { ...members, require_explicit_policy: true },
    );
    assert.equal(code, 0);
    assert.deepEqual(
      verdicts.map(({ id, accepted }) => [id, accepted]),
      [
        ['one', true],
        [2, true],
        [undefined, false],
        [undefined, false],
        [undefined, false],
      ],
    );
  });
  test('options beside it hold for every line that does not say otherwise', async () => {
    const cases = [{ ...members, revocation: undefined }, members];
    put('usual.ndjson', cases.map((each) => JSON.stringify(each)).join('\n'));
    const accepted = async (...more: string[]) => {
      const { out } = await run('verify', '--batch', 'usual.ndjson', ...more);
      return out.map((line) => JSON.parse(line).accepted);
    };
    assert.deepEqual(await accepted(), [false, true]);
    assert.deepEqual(await accepted('--revocation', 'if-given'), [true, true]);
    assert.deepEqual(await accepted('--require-explicit-policy'), [false, false]);
  });
  test('a line that is no case is answered in its place, and the rest is judged', async () => {
    const { code, verdicts } = await lines(
      '{',
      '[]',
      { ...members, at: 'now' },
      { ...members, leaf: 7 },
      { id: 5 },
      members,
    );
    assert.equal(code, 1);
    assert.deepEqual(
      verdicts.map(({ accepted, error }) => [accepted, error !== undefined]),
      [...Array.from({ length: 5 }, () => [false, true]), [true, false]],
    );
  });
});

test('from standard input of the real program', () => {
  const line = JSON.stringify({
    id: 1,
    leaf: pem(leaf),
    anchors: pem(root),
    intermediates: pem(issuing),
    at,
    revocation: 'off',
  });
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const ran = spawnSync(process.execPath, [main, 'pki', 'verify', '--batch', '-'], {
    input: `${line}\n${line}\n`,
    encoding: 'utf8',
  });
  assert.deepEqual(
    ran.stdout
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each).accepted),
    [true, true],
  );
  assert.equal(ran.status, 0, ran.stderr);
});

describe('used wrongly', () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    'without a verb': [],
    'without a leaf': ['verify'],
    'with an unknown word': ['verify', '--leaf', 'leaf.pem', '--trust-me'],
  };
  for (const [name, words] of Object.entries(cases))
    test(name, async () => assert.equal((await run(...words)).code, 2));
  for (const [name, words] of Object.entries({
    'a file that is a folder': ['--crls', '.'],
    'a purpose that is none': ['--purpose', 'robot'],
    'a mode that is none': ['--revocation', 'maybe'],
    'a policy that is none': ['--initial-policy', 'gold'],
    'a time that is none': ['--at', 'yesterday'],
    'a depth that is none': ['--max-depth', '99'],
  }))
    test(name, async () => {
      const { code, err } = await run('verify', '--leaf', 'leaf.pem', ...words);
      assert.equal(code, 1);
      assert.notEqual(err, '');
    });
});
