// The page in place of a redirect: where it goes, by itself and by hand, and that no address gets out of its place.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { onwardPage } from './index.ts';

const words = { language: 'sv', title: 'Ett ögonblick', go: 'Fortsätt' };

test('goes on by itself and by a link, is in its language, is not kept, and runs nothing', () => {
  const { status, headers, body } = onwardPage('/login/j1/handoff?ticket=a&b="<c>', words);
  assert.deepEqual([status, headers.location], [200, undefined]);
  assert.equal(headers.refresh, '0; url=/login/j1/handoff?ticket=a&b="<c>');
  assert.equal(headers['cache-control'], 'no-store');
  assert.match(
    String(body),
    /<html lang="sv">.*<a href="\/login\/j1\/handoff\?ticket=a&amp;b=&quot;&lt;c&gt;">Fortsätt<\/a>/s,
  );
  assert.doesNotMatch(String(body), /<script|<form/);
  const policy = String(headers['content-security-policy']);
  assert.doesNotMatch(policy, /script-src/);
  const style = /<style>(.*)<\/style>/s.exec(String(body))?.[1] ?? '';
  assert.ok(policy.includes(`style-src 'self' 'sha256-${hash('sha256', style, 'base64')}';`), policy);
});
