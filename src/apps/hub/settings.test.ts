// Boot settings: each wrong one is named with what it wants, and no message repeats a secret.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Problem } from '../../base/problem.ts';
import { readSettings, settingTexts } from './settings.ts';

const detailOf = (env: Record<string, string>): string => {
  try {
    readSettings(env, '/srv');
  } catch (error) {
    assert.ok(error instanceof Problem);
    assert.equal(error.code, 'settings');
    return error.detail ?? '';
  }
  return 'accepted';
};

describe('boot settings', () => {
  test('an empty environment gives the documented defaults, frozen', () => {
    const settings = readSettings({ PATH: '/bin' }, '/srv');
    assert.equal(settings.dataFolder, '/srv/var');
    assert.deepEqual(
      [settings.hubUrl, settings.cardUrl, settings.ehrUrl, settings.coreRecordUrl],
      ['https://localhost:8443', 'https://card.localhost:8444', 'https://localhost:8451', 'https://localhost:8452'],
    );
    assert.deepEqual([settings.demo, settings.auditFeed, settings.databaseUrl], [true, undefined, undefined]);
    assert.ok(Object.isFrozen(settings));
    assert.equal(readSettings({ TILLIT_DATABASE_URL: 'postgres://h/d' }, '/srv').demo, false);
  });

  const wrong: readonly [env: Record<string, string>, told: RegExp][] = [
    [{ TILLIT_HUB_ULR: 'x' }, /^TILLIT_HUB_ULR: there is no such setting; there are .*TILLIT_HUB_URL/],
    [{ TILLIT_DATABASE_URL: 'mysql://u:hunter2@h/d' }, /^TILLIT_DATABASE_URL: must start with postgres/],
    [{ TILLIT_DATABASE_URL: 'postgres://u:hunter2@h:99999/d' }, /^TILLIT_DATABASE_URL: is no address such as/],
    [{ TILLIT_DATABASE_URL: 'postgres://u:hunter2/#@h/d' }, /^TILLIT_DATABASE_URL: is no address such as/],
    [{ TILLIT_HUB_URL: 'http://localhost:8443' }, /^TILLIT_HUB_URL: must be an https address/],
    [{ TILLIT_HUB_URL: 'https://localhost:99999' }, /^TILLIT_HUB_URL: must be an https address/],
    [{ TILLIT_CARD_URL: 'https://card.localhost/?x' }, /^TILLIT_CARD_URL: must be an https address/],
    [{ TILLIT_HUB_LISTEN: 'example.org:8443' }, /^TILLIT_HUB_LISTEN: must be ADDRESS:PORT/],
    [{ TILLIT_HUB_LISTEN: '127.0.0.1:70000' }, /^TILLIT_HUB_LISTEN: must be ADDRESS:PORT/],
    [
      { TILLIT_PLAIN_HTTP: '1', TILLIT_HUB_LISTEN: '0.0.0.0:8443' },
      /^TILLIT_PLAIN_HTTP: .* only allowed on a loopback/,
    ],
    [{ TILLIT_TLS_CERT: 'a.pem' }, /^TILLIT_TLS_KEY: TILLIT_TLS_CERT and TILLIT_TLS_KEY go together/],
    [{ TILLIT_CRL_URL: 'https://localhost' }, /^TILLIT_CRL_URL: must be an http address/],
    [{ TILLIT_DEMO: 'maybe' }, /^TILLIT_DEMO: /],
    [{ TILLIT_AUTHORITY_URL: 'https://ca.example' }, /^TILLIT_AUTHORITY_CERT: /],
    [{ TILLIT_AUTHORITY_URL: 'http://ca.example' }, /^TILLIT_AUTHORITY_URL: must be an https/],
    [{ TILLIT_AUTHORITY_CERT: 'a.pem', TILLIT_AUTHORITY_KEY: 'a.key' }, /^TILLIT_AUTHORITY_URL: say where/],
    [
      {
        TILLIT_AUTHORITY_URL: 'https://ca.example',
        TILLIT_AUTHORITY_CERT: 'a.pem',
        TILLIT_AUTHORITY_KEY: 'a.key',
        TILLIT_AUTHORITY_ISSUERS: 'Staff/1',
      },
      /^TILLIT_AUTHORITY_ISSUERS: must be names/,
    ],
    [{ TILLIT_AUDIT_FEED: 'siem.example' }, /^TILLIT_AUDIT_FEED: /],
    [{ TILLIT_LOG: 'verbose' }, /^TILLIT_LOG: must be one of debug/],
  ];
  for (const [env, told] of wrong) {
    test(`refused: ${JSON.stringify(env).replace(/hunter2/, '…')}`, () => {
      const detail = detailOf(env);
      assert.match(detail, told);
      assert.doesNotMatch(detail, /hunter2/);
    });
  }

  test('addresses that pg understands are accepted: a socket folder, no host, escaped characters', () => {
    for (const url of [
      'postgres://u:p%2F@h:5432/d?sslmode=verify-full',
      'postgresql:///tillit?host=/run/pg',
      'postgres://u@/tillit?host=/run/pg',
    ]) {
      assert.equal(detailOf({ TILLIT_DATABASE_URL: url }), 'accepted', url);
    }
  });

  test('every setting is described', () => {
    for (const [name, text] of Object.entries(settingTexts)) assert.match(`${name} ${text}`, /^TILLIT_[A-Z_]+ .{10}/);
  });
});
