// `authority.yaml`: the example of the operations page is one, and each thing that may not stand there is named.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { authoritySettingTexts, readAuthoritySettings } from './settings.ts';
import { readSettingsFile } from './settings-file.ts';

const folder = temporaryFolder('authority-settings');
after(() => folder.remove());
const page = readFileSync(new URL('../../../docs/operations/authority.md', import.meta.url), 'utf8');
const example = (/```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '').replace(
  'SHA-256 of the public key, 64 hexadecimal digits',
  'ab'.repeat(32),
);
const read = (text: string) => {
  writeFileSync(join(folder.path, 'authority.yaml'), text);
  return readSettingsFile(folder.path);
};

describe('authority.yaml', () => {
  test('the example of docs/operations/authority.md is read; its profile takes the place of the standard one', () => {
    const { profiles, callers, issuers } = read(example);
    assert.deepEqual([...profiles.keys()].sort(), ['derived', 'function', 'login', 'signature']);
    assert.equal(profiles.get('login')?.holds.upn, 'must');
    assert.equal(profiles.get('login')?.patterns.serialNumber, 'T\\d{5}');
    assert.deepEqual([callers[0]?.name, issuers], ['hub', ['staff']]);
  });

  const refused: readonly (readonly [what: string, from: string | RegExp, to: string, why: RegExp])[] = [
    ['an https address', 'http://pki', 'https://pki', /publishUrl.*http address/],
    ['an unknown member', 'issuers:', 'issuer:', /there is no member/],
    ['a caller’s profile that is not there', '[login, derived]', '[logon]', /there is no profile logon/],
    ['a profile of an issuer that is not there', 'issuers: [staff]', 'issuers: [other]', /there is no issuer staff/],
    ['no pin', 'ab'.repeat(32), 'abab', /SHA-256 of the caller’s public key/],
    ['a field that nothing knows', 'upn: must', 'nickname: must', /holds/],
    ['a pattern of a field that is not held', 'serialNumber: "T', 'title: "T', /patterns names title/],
    ['a pattern that is none', 'T\\\\d{5}', '(', /no regular expression/],
    [
      'a signature that logs in',
      'keyUsage: [digitalSignature]',
      'keyUsage: [digitalSignature, nonRepudiation]',
      /nonRepudiation stands alone/,
    ],
    ['a device for a year', 'upn: must', 'device: must', /needs proofMinutes/],
    ['a certificate of persons by EST', '[function]', '[login]', /est: profile login is not for systems: .* hold/],
    ['a profile for EST that is not there', '[function]', '[web]', /est: .*there is no profile web/],
    ['a caller by the name of EST', 'name: hub', 'name: est', /caller est/],
    [
      'a label that is an operation',
      /est: \{.*\n([\s\S]*?\nprofiles:.*\n)/,
      `est: { profiles: [cacerts] }\n$1  - ${JSON.stringify({
        ...({ id: 'cacerts', issuer: 'staff', keys: ['P-256'], keyUsage: ['digitalSignature'] } as const),
        ...{ extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'], holds: { dns: 'must' }, longestMinutes: 600 },
      })}\n`,
      /est: cacerts cannot be a label/,
    ],
    ['no YAML', /^/, '- [', /authority\.yaml/],
  ];
  for (const [what, from, to, why] of refused)
    test(`refused: ${what}`, () => {
      const changed = example.replace(from, to);
      assert.notEqual(changed, example);
      assert.throws(() => read(changed), why);
    });
});

describe('variables', () => {
  test('the page names the way to all of them, and a mistyped one is refused', () => {
    const env = { TILLIT_AUTHORITY_DATABASE_URL: 'postgres://h/d' };
    assert.equal(readAuthoritySettings(env, '/srv').folder, '/srv/authority');
    assert.throws(
      () => readAuthoritySettings({ ...env, TILLIT_AUTHORITY_PORT: '1' }, '/srv'),
      /there is no such setting/,
    );
    assert.throws(() => readAuthoritySettings({}, '/srv'), /TILLIT_AUTHORITY_DATABASE_URL: must start with postgres/);
    assert.throws(() => readAuthoritySettings({ ...env, TILLIT_AUTHORITY_LISTEN: 'pki' }, '/srv'), /ADDRESS:PORT/);
    assert.ok(Object.keys(authoritySettingTexts).every((name) => name.startsWith('TILLIT_AUTHORITY_')));
  });
});
