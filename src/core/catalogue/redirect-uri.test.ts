// Redirect URIs that may be registered (O1).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { redirectUriFault } from './redirect-uri.ts';

const good = [
  'https://ehr.example/callback',
  'https://ehr.example',
  'https://ehr.example:8451/cb?x=1',
  'https://localhost:8451/callback',
];
const bad: readonly [string, string][] = [
  ['http://ehr.example/cb', 'notHttps'],
  ['javascript:alert(1)', 'notHttps'],
  ['com.example.app:/cb', 'notHttps'],
  ['data:text/html,x', 'notHttps'],
  ['/callback', 'notAbsolute'],
  ['https://ehr.example/cb#x', 'fragment'],
  ['https://ehr.example/cb#', 'fragment'],
  ['https://user@evil.example/cb', 'userinfo'],
  ['https://ehr.example@evil.example/cb', 'userinfo'],
  ['https://@evil.example/cb', 'userinfo'],
  ['https://*.example/cb', 'wildcard'],
  ['https://ehr.example:*/cb', 'wildcard'],
  ['https://ehr.example/*', 'wildcard'],
  ['https://ehr.example\\@evil.example/', 'notNormal'],
  ['https://ehr.example/a b', 'notNormal'],
  ['https://ehr.example/cb\n', 'notNormal'],
  ['https://EHR.example/cb', 'notNormal'],
  ['https://ehr.example:443/cb', 'notNormal'],
  ['https:ehr.example/cb', 'notNormal'],
  ['https:///ehr.example/cb', 'notNormal'],
  ['https://ehr.example/a/../b', 'dotSegment'],
  ['https://ehr.example/a/..;/b', 'dotSegment'],
  ['https://ehr.example/a/%2e%2e/b', 'dotSegment'],
  ['https://ehr.example/a/%252e%252e/b', 'dotSegment'],
  ['https://ehr.example/a%2fb', 'dotSegment'],
  ['https://ehr.ex\u0430mple/cb', 'notNormal'],
];

describe('redirectUriFault', () => {
  for (const uri of good) test(`allows ${uri}`, () => assert.equal(redirectUriFault(uri, 'fapi2'), undefined));
  for (const [uri, fault] of bad)
    test(`${JSON.stringify(uri)}: ${fault}`, () => assert.equal(redirectUriFault(uri, 'basic'), fault));
  test('http on loopback needs profile basic', () => {
    assert.equal(redirectUriFault('http://127.0.0.1:3000/cb', 'basic'), undefined);
    assert.equal(redirectUriFault('http://127.0.0.1:3000/cb', 'fapi2'), 'httpNotLoopback');
    assert.equal(redirectUriFault('http://127.0.0.1.evil.example/cb', 'basic'), 'notHttps');
  });
});
